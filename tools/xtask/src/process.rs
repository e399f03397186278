//! Runs programs: the command line, the output and the failure of each are shown.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Failure, place};

/// Returns a command that runs in the repository's root.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(place::root());
    command
}

/// Returns a command of the Cargo that runs this program, with an unchanged lock file.
pub fn cargo(command: &str) -> Command {
    let mut cargo = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.arg(command);
    // `cargo fmt` knows no lock file.
    if command != "fmt" {
        cargo.arg("--locked");
    }
    cargo
}

/// Returns the command line as a person would type it.
fn shown(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_stem().unwrap_or_default().to_string_lossy();
    let words = command.get_args().map(|word| word.to_string_lossy());
    std::iter::once(name).chain(words).collect::<Vec<_>>().join(" ")
}

fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    format!("{} could not be started: {error}", command.get_program().to_string_lossy())
}

/// Runs a command to the end; its output goes straight to the terminal.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    println!("$ {}", shown(command));
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` ended with {status}", shown(command))) }
}

/// Runs a command to the end; its lines on standard output are shown, and those that `keep` selects are
/// returned.
pub fn run_keeping(command: &mut Command, keep: fn(&str) -> bool) -> Result<Vec<String>, Failure> {
    let ended = run_reading(command, keep)?;
    ended.failure.map_or(Ok(ended.kept), Err)
}

/// The output of a program, and its failure if it failed.
pub struct Ended {
    pub kept: Vec<String>,
    pub failure: Option<Failure>,
}

/// Like `run_keeping`, but returns the lines even if the program failed.
fn run_reading(command: &mut Command, keep: fn(&str) -> bool) -> Result<Ended, Failure> {
    println!("$ {}", shown(command));
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| not_started(command, &error))?;
    let mut kept = Vec::new();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.map_err(|error| format!("`{}`: {error}", shown(command)))?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            if keep(&line) {
                kept.push(line.into_owned());
            }
        }
    }
    let status = child.wait().map_err(|error| format!("`{}`: {error}", shown(command)))?;
    let failed = || format!("`{}` ended with {status}", shown(command));
    Ok(Ended { kept, failure: (!status.success()).then(failed) })
}

/// Runs a command to the end without showing anything. Returns its standard output, even if it failed.
pub fn output(command: &mut Command) -> Result<String, (String, Failure)> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| (String::new(), not_started(command, &error)))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let status = output.status;
    if status.success() { Ok(text) } else { Err((text, format!("`{}` ended with {status}", shown(command)))) }
}

/// Returns the first line of the output of `PROGRAM --version`, if it can be run.
pub fn version(program: &Path) -> Option<String> {
    let output =
        Command::new(program).arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().next().map(|line| line.trim().to_owned())
}
