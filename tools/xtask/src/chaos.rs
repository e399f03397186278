//! Chaos: many seeds in one run of the headless command, which uses all processors.

use crate::process::{cargo, output, program, run};
use crate::{Failure, place};

/// The number of seeds that must pass; the levels alternate.
const SEEDS: u64 = 500;
/// Virtual seconds per seed.
const SECONDS: u64 = 60;

/// Builds the headless command with assertions and returns its path.
pub fn headless() -> Result<std::path::PathBuf, Failure> {
    run(cargo("build").args(["--profile", "checked", "-p", "raft-core", "--bin", "raft-playground"]))?;
    Ok(place::built("checked", "raft-playground"))
}

/// Plays every seed. Returns the closing lines.
pub fn chaos() -> Result<Vec<String>, Failure> {
    let binary = headless()?;
    let mut play = program(&binary);
    play.args(["chaos", "--seeds", &format!("1..{SEEDS}"), "--seconds", &SECONDS.to_string()]);
    match output(&mut play) {
        Ok(text) => {
            print!("{text}");
            Ok(text.lines().map(str::to_owned).collect())
        }
        Err((text, failure)) => {
            println!("{text}");
            Err(failure)
        }
    }
}
