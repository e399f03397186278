//! `cargo xtask …`: the tasks of the playground. Whatever a task needs is set up first.
//!
//! # Layout
//!
//! * `arguments`: the words of the command line.
//! * `place`: folders; `process`: running programs; `progress`: the output on the terminal.
//! * `tools`: the wasm-bindgen command, Rust's components, Node; `browser`: Chromium and its driver.
//! * `engine`: the compiled module, prepared for a browser; `bundle`: the page's folder; `serve`: the page during
//!   development.
//! * `native`: the built command; `page`: the page for publishing and its policy; `integrity`: its digests;
//!   `weight`: its size; `doors`: its single file and its element; `documents`: the site about it, and the
//!   examples of embedding it.
//! * `licences`: the third-party licences; `stand_ins`: packages of this repository that replace others.
//! * `checks`: the steps of `test`; `check`: the quick ones, before a commit; `chaos`, `etcd`, `determinism` and `layers`
//!   are the larger ones.
//! * `bench`: the tables of speeds; `fuzz`: long runs of the fuzz targets.

mod arguments;
mod bench;
mod browser;
mod browser_tests;
mod bundle;
mod chaos;
mod check;
mod checks;
mod determinism;
mod documents;
mod doors;
mod engine;
mod etcd;
mod fuzz;
mod integrity;
mod join;
mod layers;
mod licences;
mod native;
mod page;
mod place;
mod process;
mod progress;
mod serve;
mod site_policy;
mod slim;
mod stand_ins;
mod styles;
mod tools;
mod weight;

use std::process::ExitCode;

use arguments::Arguments;
use engine::Profile;

/// A message that says what went wrong.
type Failure = String;

const HELP: &str = "\
cargo xtask COMMAND

  serve [--port N] [--release]     sets up what is missing, serves the page on this machine (port 8080)
  test [--only STEP] [--keep-going] [--list]
                                   sets up what is missing, runs every check and test
  check [--keep-going]             the quick part of test, before a commit: format, layers, clippy, unit tests
  layers [--write]                 runs the step layers of test; --write renews its tables in ARCHITECTURE.md
  build [--command]                builds the page for publishing into dist/, and weighs it; with --command
                                   the native command instead, into target/command/
  bench [--only engines|growth|frames|load]
                                   measures virtual seconds a CPU second beside other engines, how costs
                                   grow, frames of the built page in a browser, and how long it takes to arrive
  fuzz TARGET [--seconds S] [--keep]
                                   gives a target ever new inputs, steered by coverage, for five minutes or S
                                   seconds; --keep then makes its kept corpus anew, as small as may be.
                                   Targets: scenario, link, etcdctl, cluster
  licences                         rewrites LICENSES-THIRD-PARTY.txt after a change of Cargo.lock
  help                             prints this

Tools are kept by version in the user's cache folder; one of the right version on PATH is used as it is.
CHROME and CHROMEDRIVER name a browser and its driver that are not on PATH.
";

fn main() -> ExitCode {
    match command() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Result<(), Failure> {
    let mut arguments = Arguments::new(std::env::args().skip(1));
    match arguments.command().as_deref() {
        Some("serve") => {
            let port = arguments.port("--port")?.unwrap_or(serve::PORT);
            let release = arguments.flag("--release");
            arguments.end()?;
            serve::serve(port, if release { Profile::Release } else { Profile::Quick })
        }
        Some("test") => {
            let only = arguments.values("--only")?;
            let keep_going = arguments.flag("--keep-going");
            let list = arguments.flag("--list");
            arguments.end()?;
            if list { checks::list() } else { checks::test(&only, keep_going) }
        }
        Some("check") => {
            let keep_going = arguments.flag("--keep-going");
            arguments.end()?;
            check::check(keep_going)
        }
        Some("build") => {
            let command = arguments.flag("--command");
            arguments.end()?;
            if command { native::build() } else { page::build_command() }
        }
        Some("layers") => {
            let write = arguments.flag("--write");
            arguments.end()?;
            layers::command(write)
        }
        Some("bench") => {
            let only = arguments.values("--only")?;
            arguments.end()?;
            bench::bench(&only)
        }
        Some("fuzz") => {
            let seconds = arguments.seconds("--seconds")?.unwrap_or(fuzz::SECONDS);
            let keep = arguments.flag("--keep");
            let target = arguments.command().unwrap_or_default();
            arguments.end()?;
            fuzz::fuzz(&target, seconds, keep)
        }
        Some("licences") => {
            arguments.end()?;
            licences::write()
        }
        Some("help" | "--help" | "-h") | None => {
            print!("{HELP}");
            Ok(())
        }
        Some(other) => Err(format!(
            "unknown command {other:?}; serve, test, check, layers, build, bench, fuzz, licences and help are accepted"
        )),
    }
}
