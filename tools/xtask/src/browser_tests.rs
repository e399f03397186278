//! The tests in a real browser, and the second try of the few that failed.
//!
//! The browser runs by the wall clock, on a machine that does other work: a click can come late for what
//! it was meant for. So at most [`SECOND_TRIES`] tests that failed run once more, by themselves. What is
//! broken fails twice; what passes then is named in the closing lines, since such a test wants mending.

use std::process::Command;

use crate::checks::{Closing, closing_line};
use crate::process::{Ended, cargo, run_keeping, run_reading};
use crate::{Failure, browser, documents, place, tools};

/// How many tests may be tried a second time: more that fail are no accident.
const SECOND_TRIES: usize = 2;

/// Runs all of them on the page that was built.
pub fn run() -> Closing {
    // One browser at a time: each wants a processor of its own.
    let Ended { mut kept, failure } = run_reading(
        tests()?.args(["--no-fail-fast", "-p", "browser-tests", "--", "--test-threads=1"]),
        |line| closing_line(line) || failed(line).is_some(),
    )?;
    let again: Vec<String> = kept.iter().filter_map(|line| failed(line)).map(str::to_owned).collect();
    let Some(failure) = failure else { return Ok(kept) };
    if again.is_empty() || again.len() > SECOND_TRIES {
        return Err(format!("{failure}; {} tests failed", again.len()));
    }
    println!("\nonce more: {}", again.join(", "));
    let by_themselves = ["-p", "browser-tests", "--", "--test-threads=1", "--exact"];
    run_keeping(tests()?.args(by_themselves).args(&again), closing_line)?;
    kept.extend(again.iter().map(|name| format!("PASSED ONLY AT THE SECOND TRY: {name}")));
    Ok(kept)
}

/// `cargo test` that knows the page, the browser and what else the tests need.
fn tests() -> Result<Command, Failure> {
    let dist = place::dist();
    if !dist.join("index.html").is_file() {
        return Err("there is no built page yet: run the step `page` first".to_owned());
    }
    let browser = browser::ready()?;
    let mut tests = cargo("test");
    tests
        .env("RAFT_PLAYGROUND_DIST", dist)
        .env("RAFT_PLAYGROUND_EXAMPLES", documents::built_examples())
        .env("CHROME", browser.chrome)
        .env("CHROMEDRIVER", browser.driver)
        .env("AXE", tools::axe()?);
    Ok(tests)
}

/// The test that this line of the runner says has failed.
fn failed(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runner_s_lines_name_the_tests_that_failed() {
        assert_eq!(failed("test a_click ... FAILED"), Some("a_click"));
        assert_eq!(failed("test a_click ... ok"), None);
        assert_eq!(failed("test result: FAILED. 2 passed; 1 failed; 0 ignored"), None);
    }
}
