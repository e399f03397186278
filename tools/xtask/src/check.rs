//! `cargo xtask check`: the steps of `test` that find most mistakes, for use before a commit.
//!
//! Everything is compiled in the profile `quick`, like the page of `cargo xtask serve`: incrementally, so
//! that a changed line costs seconds. `cargo xtask test` compiles the same in the profiles that it tests.

use crate::Failure;
use crate::checks::{
    Closing, FORMAT, IN_WASM, LAYERS, NATIVE, Need, STYLES, Step, XTASK, closing_line, quiet, run_steps,
};
use crate::process::{cargo, run_keeping};

const PROFILE: [&str; 2] = ["--profile", "quick"];

const STEPS: [Step; 7] = [
    FORMAT,
    LAYERS,
    XTASK,
    STYLES,
    Step {
        name: "clippy",
        about: "clippy, what runs natively",
        needs: &[Need::RustComponents],
        work: || clippy(&NATIVE, &["--all-targets"]),
    },
    Step {
        name: "clippy-wasm",
        about: "clippy, what runs in the page",
        needs: &[Need::RustComponents, Need::WasmTarget],
        work: || clippy(&IN_WASM, &["--target", "wasm32-unknown-unknown"]),
    },
    Step { name: "units", about: "unit tests of raft-core and of the page", needs: &[], work: units },
];

/// Runs all of these steps.
///
/// # Errors
/// A step failed.
pub fn check(keep_going: bool) -> Result<(), Failure> {
    run_steps(&STEPS.each_ref(), keep_going)
}

fn clippy(packages: &[&str], how: &[&str]) -> Closing {
    quiet(cargo("clippy").args(PROFILE).args(how).args(packages).args(["--", "-D", "warnings"]))
}

/// Runs the tests beside the code: those of raft-core's library, and those of the page that need no browser.
fn units() -> Closing {
    let core = run_keeping(cargo("test").args(PROFILE).args(["-p", "raft-core", "--lib"]), closing_line)?;
    let app = run_keeping(cargo("test").args(PROFILE).args(["-p", "raft-playground-app"]), closing_line)?;
    Ok([core, app].concat())
}

#[cfg(test)]
mod tests {
    use super::STEPS;

    #[test]
    fn whatever_is_checked_before_a_commit_is_a_part_of_the_whole() {
        // `units` is a part of two steps, `core` and `app`.
        let unknown = STEPS.iter().filter(|step| !crate::checks::has(step.name)).map(|step| step.name);
        assert_eq!(unknown.collect::<Vec<_>>(), ["units"]);
    }
}
