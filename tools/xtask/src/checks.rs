//! The steps of `cargo xtask test`.
//!
//! Cheap steps come first, so that a mistake shows soon, and steps that share compiled crates come one after the
//! other. Everything native is compiled in the profile `checked` and everything for the page in `page`, so that
//! nothing large is compiled twice; `determinism` and `speed` share `release`.

use std::process::Command;

use crate::process::{cargo, program, run, run_keeping};
use crate::progress::Progress;
use crate::{
    Failure, bench, browser, browser_tests, chaos, determinism, documents, etcd, fuzz, layers, page, styles,
    tools,
};

/// The result of a step: the closing lines of its runners.
pub type Closing = Result<Vec<String>, Failure>;

pub struct Step {
    pub name: &'static str,
    pub about: &'static str,
    pub needs: &'static [Need],
    pub work: fn() -> Closing,
}

/// What a step needs to be set up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    RustComponents,
    WasmTarget,
    Node,
    WasmBindgen,
    Documents,
    Browser,
    Deny,
}

/// Runs rustfmt on every crate.
pub const FORMAT: Step =
    Step { name: "format", about: "rustfmt", needs: &[Need::RustComponents], work: format };
/// The table of rooms, and habits of writing.
pub const LAYERS: Step = Step {
    name: "layers",
    about: "what each room imports, and habits of writing",
    needs: &[],
    work: layers::layers,
};
/// This command's own tests.
pub const XTASK: Step = Step { name: "xtask", about: "tests of this command", needs: &[], work: xtask };
/// The rooms and layers of the style sheets.
pub const STYLES: Step = Step {
    name: "styles",
    about: "style sheets: each class in its room, used, and in the layers' order",
    needs: &[],
    work: styles::styles,
};

const STEPS: [Step; 18] = [
    FORMAT,
    LAYERS,
    XTASK,
    STYLES,
    Step {
        name: "clippy",
        about: "clippy, what runs natively",
        needs: &[Need::RustComponents],
        work: clippy_native,
    },
    Step {
        name: "clippy-wasm",
        about: "clippy, what runs in the page",
        needs: &[Need::RustComponents, Need::WasmTarget],
        work: clippy_wasm,
    },
    Step {
        name: "peers",
        about: "rustfmt and clippy, the benchmark of openraft's other runtimes",
        needs: &[Need::RustComponents],
        work: peers,
    },
    Step {
        name: "deny",
        about: "licences, bans and sources of all dependencies",
        needs: &[Need::Deny],
        work: deny,
    },
    Step { name: "rustdoc", about: "documentation", needs: &[Need::WasmTarget], work: rustdoc },
    Step { name: "core", about: "tests of raft-core, golden scenarios among them", needs: &[], work: core },
    Step { name: "app", about: "tests of the page that need no browser", needs: &[], work: app },
    Step { name: "etcd", about: "exported scenarios on a real etcd", needs: &[], work: etcd::etcd },
    Step { name: "chaos", about: "random faults, every property checked", needs: &[], work: chaos::chaos },
    Step {
        name: "determinism",
        about: "the same traces natively and in wasm",
        needs: &[Need::WasmTarget, Need::Node],
        work: determinism::determinism,
    },
    Step {
        name: "speed",
        about: "ratios of speeds within one run",
        needs: &[Need::WasmTarget, Need::Node],
        work: bench::ratios,
    },
    Step {
        name: "page",
        about: "the page for publishing, its policy and its weight",
        needs: &[Need::WasmTarget, Need::WasmBindgen, Need::Node, Need::Documents],
        work: page::build,
    },
    Step {
        name: "examples",
        about: "documents of seven tools with the playground in them",
        needs: &[Need::Node, Need::Documents],
        work: documents::examples,
    },
    Step {
        name: "browser",
        about: "what a person does, in Chromium, on the built page",
        needs: &[Need::Node, Need::Browser],
        work: browser_tests::run,
    },
];

/// Whether `test` has a step of this name.
#[cfg(test)]
pub fn has(name: &str) -> bool {
    STEPS.iter().any(|step| step.name == name)
}

/// Prints the steps' names.
pub fn list() -> Result<(), Failure> {
    STEPS.iter().for_each(|step| println!("{:<12} {}", step.name, step.about));
    Ok(())
}

/// Runs all steps, or only those named.
pub fn test(only: &[String], keep_going: bool) -> Result<(), Failure> {
    if let Some(wrong) = only.iter().find(|name| STEPS.iter().all(|step| step.name != name.as_str())) {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        return Err(format!("--only {wrong}: {} are accepted", names.join(", ")));
    }
    let wanted = |step: &&Step| only.is_empty() || only.iter().any(|name| name == step.name);
    let steps: Vec<&Step> = STEPS.iter().filter(wanted).collect();
    run_steps(&steps, keep_going)
}

/// Sets up what the steps need, and runs them.
pub fn run_steps(steps: &[&Step], keep_going: bool) -> Result<(), Failure> {
    let mut progress = Progress::new(steps.len() + 1);
    let needs: Vec<Need> = steps.iter().flat_map(|step| step.needs).copied().collect();
    let mut going = progress.step("set-up", "what the steps need", || set_up(&needs));
    for step in steps {
        // Without its set-up, no step can give a result.
        if !going {
            break;
        }
        going = progress.step(step.name, step.about, step.work) || keep_going;
    }
    progress.end()
}

fn set_up(needs: &[Need]) -> Closing {
    let needed = |need| needs.contains(&need);
    // Set-ups that can fail at once come before those that take minutes.
    if needed(Need::Node) {
        tools::node()?;
    }
    if needed(Need::RustComponents) {
        tools::rust_components()?;
    }
    if needed(Need::WasmTarget) {
        tools::wasm_target()?;
    }
    if needed(Need::Browser) {
        browser::ready()?;
        tools::axe()?;
    }
    if needed(Need::Documents) {
        tools::python_tool("mkdocs")?;
    }
    if needed(Need::WasmBindgen) {
        tools::wasm_bindgen()?;
    }
    if needed(Need::Deny) {
        tools::cargo_deny()?;
    }
    Ok(Vec::new())
}

/// Runs a step that has no closing line of its own.
pub fn quiet(command: &mut Command) -> Closing {
    run(command).map(|()| Vec::new())
}

/// Whether a line is a closing line of a test runner, known by its beginning.
pub fn closing_line(line: &str) -> bool {
    line.starts_with("test result:")
}

fn format() -> Closing {
    run(cargo("fmt").args(["--all", "--check"]))?;
    quiet(cargo("fmt").args(["--check", "--manifest-path", fuzz::MANIFEST]))
}

fn xtask() -> Closing {
    run_keeping(cargo("test").args(["-p", "xtask"]), closing_line)
}

fn clippy_native() -> Closing {
    quiet(
        cargo("clippy")
            .args(["--profile", "checked", "--all-targets"])
            .args(NATIVE)
            .args(["--", "-D", "warnings"]),
    )
}

fn clippy_wasm() -> Closing {
    let target = ["--profile", "page", "--target", "wasm32-unknown-unknown"];
    quiet(cargo("clippy").args(target).args(IN_WASM).args(["--", "-D", "warnings"]))
}

/// Checks the peers: a workspace of its own, which the other steps do not see. It checks itself when it runs,
/// in the step `speed` and in `cargo xtask bench`.
fn peers() -> Closing {
    run(cargo("fmt").args(["--check", "--manifest-path", bench::PEERS]))?;
    let package = ["--all-targets", "--manifest-path", bench::PEERS];
    quiet(cargo("clippy").args(package).args(["--", "-D", "warnings"]))
}

/// Checks every workspace against `.cargo/deny.toml`.
fn deny() -> Closing {
    let mut lines = vec![crate::stand_ins::held()?, crate::licences::held()?];
    for manifest in ["Cargo.toml", bench::PEERS, fuzz::MANIFEST] {
        let mut check = program(tools::cargo_deny()?);
        check.args(["--locked", "--config", ".cargo/deny.toml", "--manifest-path", manifest, "check"]);
        // An exception concerns only one of the workspaces.
        check.args(["--allow", "license-exception-not-encountered", "licenses", "bans", "sources"]);
        run(&mut check)?;
        lines.push(format!("{manifest}: licences, bans and sources hold"));
    }
    Ok(lines)
}

/// Packages that are tested natively.
pub const NATIVE: [&str; 10] = [
    "-p",
    "raft-core",
    "-p",
    "backoff-series",
    "-p",
    "xtask",
    "-p",
    "playground-wasm-bindgen",
    "-p",
    "browser-tests",
];
/// Packages for the page, or compiled like it.
pub const IN_WASM: [&str; 4] = ["-p", "raft-playground-app", "-p", "core-in-wasm"];

fn rustdoc() -> Closing {
    let doc = || {
        let mut doc = cargo("doc");
        doc.env("RUSTDOCFLAGS", "-D warnings").args(["--no-deps", "--document-private-items"]);
        doc
    };
    run(doc().args(["--profile", "checked"]).args(NATIVE))?;
    quiet(doc().args(["--profile", "page", "--target", "wasm32-unknown-unknown"]).args(IN_WASM))
}

fn core() -> Closing {
    run_keeping(
        cargo("test").args(["--profile", "checked", "-p", "raft-core", "-p", "backoff-series"]),
        closing_line,
    )
}

/// Tests the parts of the page that need no browser: its texts and their translation, its geometry.
fn app() -> Closing {
    run_keeping(cargo("test").args(["--profile", "checked", "-p", "raft-playground-app"]), closing_line)
}
