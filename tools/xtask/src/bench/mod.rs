//! The tables of speeds: this engine beside its peers, how it grows, frames of the page, and how long the page
//! takes to arrive.
//!
//! What is compared runs in turn, several times over, and the best of each counts, since a busy machine can only
//! slow one down. Times are the processor's, which other programs lengthen little.

mod engines;
mod growth;
mod loads;
mod ratios;

use crate::process::{cargo, run};
use crate::{Failure, browser, page, place, tools};

pub use engines::PEERS;
pub use ratios::ratios;

/// A benchmark: its name, and what makes its table.
type Bench = (&'static str, fn() -> Result<String, Failure>);

const BENCHES: [Bench; 4] =
    [("engines", engines::table), ("growth", growth::table), ("frames", frames), ("load", arrival)];

/// `cargo xtask bench`: all, or only what is named.
pub fn bench(only: &[String]) -> Result<(), Failure> {
    let known = |name: &String| BENCHES.iter().any(|(bench, _)| bench == name);
    if let Some(unknown) = only.iter().find(|name| !known(name)) {
        let names = BENCHES.map(|(name, _)| name).join(", ");
        return Err(format!("--only {unknown}: there is no such benchmark; {names} are accepted"));
    }
    let wanted = |name: &str| only.is_empty() || only.iter().any(|known| known == name);
    let mut tables = Vec::new();
    for (_, make) in BENCHES.iter().filter(|(name, _)| wanted(name)) {
        tables.push(make()?);
    }
    print!("\n{}", tables.join("\n"));
    Ok(())
}

/// What frames of the built page take.
fn frames() -> Result<String, Failure> {
    in_browser("frames")
}

/// How long the page takes to arrive, by its doors.
fn arrival() -> Result<String, Failure> {
    in_browser("load")
}

/// Runs a program that measures the built page in a browser, and prints its own table.
fn in_browser(program: &str) -> Result<String, Failure> {
    tools::node()?;
    page::build()?;
    let browser = browser::ready()?;
    let mut measure = cargo("run");
    measure
        .args(["--quiet", "-p", "browser-tests", "--bin", program])
        .env("RAFT_PLAYGROUND_DIST", place::dist())
        .env("CHROME", browser.chrome)
        .env("CHROMEDRIVER", browser.driver);
    run(&mut measure)?;
    Ok(String::new())
}
