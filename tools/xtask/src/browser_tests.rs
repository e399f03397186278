//! The tests in a real browser, and the second try of the few that failed.
//!
//! The browser runs on the wall clock, on a machine that does other work: a click can be late. So at most
//! [`SECOND_TRIES`] failed tests run once more, by themselves. A real fault fails twice; a test that passes
//! then is named in the closing lines, since it needs to be fixed.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::checks::{Closing, closing_line};
use crate::process::{Ended, cargo, output, program, run_keeping};
use crate::{Failure, browser, documents, place, tools};

/// The number of tests that may be tried a second time: more failures are no coincidence.
const SECOND_TRIES: usize = 2;
/// The number of processors for each browser at work: one for the page, one for the browser and the test. With fewer,
/// tests that wait for the next frame fail now and then.
const CORES_PER_BROWSER: usize = 2;

/// Runs all tests on the built page, as many test programs at a time as the processors allow.
pub fn run() -> Closing {
    let ended = side_by_side(&files()?)?;
    let mut kept = ended.kept;
    let again: Vec<String> = kept.iter().filter_map(|line| failed(line)).map(str::to_owned).collect();
    let Some(failure) = ended.failure else { return Ok(kept) };
    if again.is_empty() || again.len() > SECOND_TRIES {
        return Err(format!("{failure}; {} tests failed", again.len()));
    }
    println!("\nonce more: {}", again.join(", "));
    let by_themselves = ["-p", "browser-tests", "--", "--test-threads=1", "--exact"];
    run_keeping(equipped(cargo("test"))?.args(by_themselves).args(&again), closing_line)?;
    kept.extend(again.iter().map(|name| format!("PASSED ONLY AT THE SECOND TRY: {name}")));
    Ok(kept)
}

/// Returns the compiled test programs, those with most tests first, so that none starts when the others have ended.
fn files() -> Result<Vec<PathBuf>, Failure> {
    let mut build = cargo("test");
    build.args(["-p", "browser-tests", "--no-run", "--message-format=json-render-diagnostics"]);
    let told = output(&mut build).map_err(|(_, failure)| failure)?;
    let mut files = Vec::new();
    for file in told.lines().filter_map(executable) {
        let list =
            output(program(&file).args(["--list", "--format=terse"])).map_err(|(_, failure)| failure)?;
        files.push((list.lines().count(), file));
    }
    files.sort_by(|one, other| other.cmp(one));
    Ok(files.into_iter().map(|(_, file)| file).collect())
}

/// Returns the test program that a line of Cargo's JSON names. Lines about other programs name none.
fn executable(line: &str) -> Option<PathBuf> {
    let (profile, _) = line.split_once("\"profile\":{")?.1.split_once('}')?;
    if !profile.contains("\"test\":true") {
        return None;
    }
    let (path, _) = line.split_once("\"executable\":\"")?.1.split_once('"')?;
    // The only escape in a path is that of Windows' backslash.
    Some(PathBuf::from(path.replace("\\\\", "\\")))
}

fn side_by_side(files: &[PathBuf]) -> Result<Ended, Failure> {
    let at_a_time =
        thread::available_parallelism().map_or(1, |cores| (cores.get() / CORES_PER_BROWSER).max(1));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut kept = Vec::new();
        let mut failure = None;
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (text, failed_so) = match output(equipped(program(file))?.arg("--test-threads=1")) {
                Ok(text) => (text, None),
                Err((text, failure)) => (text, Some(failure)),
            };
            // In one piece, because other threads print as well.
            println!("$ {}\n{text}", file.display());
            kept.extend(
                text.lines().filter(|line| closing_line(line) || failed(line).is_some()).map(str::to_owned),
            );
            failure = failure.or(failed_so);
        }
        Ok(Ended { kept, failure })
    };
    let ended: Vec<Result<Ended, Failure>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..at_a_time).map(|_| scope.spawn(work)).collect();
        let lost = |_| Err("a worker was lost".to_owned());
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(lost)).collect()
    });
    let mut all = Ended { kept: Vec::new(), failure: None };
    for ended in ended {
        let Ended { kept, failure } = ended?;
        all.kept.extend(kept);
        all.failure = all.failure.or(failure);
    }
    Ok(all)
}

/// Adds the variables for the page, the browser and whatever else the tests need to a command.
fn equipped(mut command: Command) -> Result<Command, Failure> {
    let dist = place::dist();
    if !dist.join("index.html").is_file() {
        return Err("there is no built page yet: run the step `page` first".to_owned());
    }
    let browser = browser::ready()?;
    command
        // Where Cargo runs them.
        .current_dir(place::root().join("tests/browser"))
        .env("RAFT_PLAYGROUND_DIST", dist)
        .env("RAFT_PLAYGROUND_EXAMPLES", documents::built_examples())
        .env("CHROME", browser.chrome)
        .env("CHROMEDRIVER", browser.driver)
        .env("AXE", tools::axe()?);
    Ok(command)
}

/// Returns the test that a line of the runner reports as failed.
fn failed(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_s_lines_name_the_programs_that_were_made() {
        let line = |test: &str, executable: &str| {
            format!(
                r#"{{"target":{{"test":true}},"profile":{{"opt_level":"0","test":{test}}},"executable":{executable}}}"#
            )
        };
        let path = |path: &str| Some(PathBuf::from(path));
        assert_eq!(
            executable(&line("true", r#""/target/debug/deps/embed-1f""#)),
            path("/target/debug/deps/embed-1f")
        );
        assert_eq!(executable(&line("true", r#""C:\\t\\a.exe""#)), path(r"C:\t\a.exe"));
        assert_eq!(executable(&line("false", r#""/target/debug/frames""#)), None);
        assert_eq!(executable(&line("true", "null")), None);
    }

    #[test]
    fn the_runner_s_lines_name_the_tests_that_failed() {
        assert_eq!(failed("test a_click ... FAILED"), Some("a_click"));
        assert_eq!(failed("test a_click ... ok"), None);
        assert_eq!(failed("test result: FAILED. 2 passed; 1 failed; 0 ignored"), None);
    }
}
