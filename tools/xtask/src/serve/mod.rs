//! `cargo xtask serve`: the page on this machine, rebuilt and reloaded when a source changes.
//!
//! * `watch`: which sources changed; `http`: the server; `state`: what both share.
//!
//! A change of a style sheet, a lesson or a text is copied; only changes of the compiler's inputs are
//! compiled. Each build goes into the folder that is not being served.

mod http;
mod state;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::engine::{self, Made, Profile};
use crate::progress::seconds;
use crate::{Failure, bundle, place, tools};
use state::State;
use watch::Watch;

/// The default port.
pub const PORT: u16 = 8080;
/// The duration of a first build, as told to a person who waits for it.
const FIRST_TIME: &str = "about four minutes on two cores.";
/// The prefix of addresses that belong to the server, not to the page.
const OWN: &str = "/-serve/";

/// Serves until it is stopped.
///
/// # Errors
/// The port is taken, a tool is missing and cannot be installed, or the sources cannot be read. A source that
/// does not compile is no error: the terminal and the page show it, and the server waits for the next change.
pub fn serve(port: u16, profile: Profile) -> Result<(), Failure> {
    // Set-ups that can fail at once come before those that take minutes.
    let state = Arc::new(State::new());
    let address = http::start(port, &state)?;
    if engine::is_first(profile) {
        println!("The first time, everything is compiled: {FIRST_TIME} After that, a change takes seconds.");
    }
    println!("The page will be at {address} once it is compiled. Ctrl-C ends this.");
    tools::wasm_target()?;
    tools::wasm_bindgen()?;
    let mut watch = Watch::new()?;
    let mut made = None;
    let mut compile = true;
    for turn in 0usize.. {
        let folder = place::target().join("serve").join(["even", "odd"][turn % 2]);
        let started = Instant::now();
        match make(profile, &mut made, compile, &folder, &state) {
            Ok(()) => {
                println!("The page is at {address}, made in {}.", seconds(started.elapsed()));
                compile = false;
            }
            Err(failure) => {
                println!("The page is as it was: {failure}");
                state.failed(failure);
                compile = true;
            }
        }
        let changed = watch.changed()?;
        changed.iter().for_each(|path| println!("changed: {}", path.display()));
        compile |=
            made.as_ref().is_none_or(|made: &Made| changed.iter().any(|path| made.was_compiled_from(path)));
    }
    Ok(())
}

fn make(
    profile: Profile,
    made: &mut Option<Made>,
    compile: bool,
    folder: &Path,
    state: &State,
) -> Result<(), Failure> {
    let made = match made.take().filter(|_| !compile) {
        Some(same) => made.insert(same),
        None => made.insert(engine::make(profile)?),
    };
    place::empty(folder)?;
    let version = state.next();
    bundle::bundle(&made.engine, folder, Some(&format!("{OWN}reload.js?{version}")))?;
    state.made(version, PathBuf::from(folder));
    Ok(())
}
