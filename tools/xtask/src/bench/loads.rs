//! Loads of raft-core's own benchmark, run natively and in wasm, and the lines that they print.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::process::{cargo, output, program, run};
use crate::{Failure, determinism, place, tools};

/// Where the engine runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Engine {
    /// As a native program.
    Native,
    /// As a wasm module in Node, compiled for speed.
    Wasm,
}

impl Engine {
    pub const ALL: [Engine; 2] = [Engine::Native, Engine::Wasm];

    /// Returns its name in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Native => "native",
            Engine::Wasm => "wasm in Node",
        }
    }
}

/// Both engines, built.
pub struct Engines {
    wasm: PathBuf,
}

/// The cost of a phase of a load.
pub struct Timed {
    /// The amount of the phase.
    pub amount: f64,
    /// Seconds of CPU time, above zero.
    pub seconds: f64,
    /// The size of the recording at its end, in bytes.
    pub tape_bytes: f64,
}

impl Timed {
    /// Returns the amount per CPU second.
    pub fn rate(&self) -> f64 {
        self.amount / self.seconds
    }
}

impl Engines {
    /// Builds both engines.
    pub fn build() -> Result<Engines, Failure> {
        tools::node()?;
        tools::wasm_target()?;
        run(cargo("build").args(["--release", "-p", "raft-core", "--bin", "raft-playground"]))?;
        Ok(Engines { wasm: determinism::core_in_wasm()? })
    }

    /// Runs a load, such as `writes,tape`, through phases, such as `advance=60`. Returns the cost of each
    /// phase.
    pub fn run(&self, engine: Engine, load: &str, phases: &[String]) -> Result<Vec<Timed>, Failure> {
        let mut command = match engine {
            Engine::Native => program(place::built("release", "raft-playground")),
            Engine::Wasm => {
                let mut node = program("node");
                node.arg(determinism::RUNNER).arg(&self.wasm);
                node
            }
        };
        command.arg("bench").arg(load).args(phases);
        let text = output(&mut command).map_err(|(_, failure)| failure)?;
        let timed: Vec<Timed> = text.lines().map(timed).collect::<Result<_, _>>()?;
        if timed.len() == phases.len() {
            Ok(timed)
        } else {
            Err(format!("{} phases of {load} were asked for, {} came back", phases.len(), timed.len()))
        }
    }
}

/// Returns the values of a line such as `load=idle cpu_seconds=0.12`.
pub fn fields(line: &str) -> BTreeMap<&str, &str> {
    line.split_whitespace().filter_map(|word| word.split_once('=')).collect()
}

/// Returns a number of a line.
///
/// # Errors
/// It is missing, or not a number.
pub fn number(fields: &BTreeMap<&str, &str>, name: &str) -> Result<f64, Failure> {
    let number = fields.get(name).and_then(|text| text.parse().ok());
    number.ok_or_else(|| format!("a line of a benchmark has no number {name}: {fields:?}"))
}

fn timed(line: &str) -> Result<Timed, Failure> {
    // The load's own words contain equal signs.
    let line = line.split_once(" phase=").map_or(line, |(_, rest)| rest);
    let fields = fields(line);
    let seconds = number(&fields, "cpu_seconds")?;
    if seconds > 0.0 {
        Ok(Timed { amount: number(&fields, "amount")?, seconds, tape_bytes: number(&fields, "tape_bytes")? })
    } else {
        Err(format!("this line of a benchmark took no time: {line}"))
    }
}

#[cfg(test)]
mod tests {
    use super::timed;

    #[test]
    fn a_line_is_understood_and_one_without_a_time_is_named() {
        let line = "load=writes,nodes=9,tape phase=advance amount=60 cpu_seconds=0.5 events=1 tape_bytes=7";
        assert_eq!(timed(line).map(|timed| (timed.rate(), timed.tape_bytes)), Ok((120.0, 7.0)));
        let wrong = timed("load=idle phase=advance amount=60 cpu_seconds=0 tape_bytes=0").err();
        assert!(wrong.is_some_and(|wrong| wrong.contains("took no time")));
        let wrong = timed("load=idle phase=advance cpu_seconds=1 tape_bytes=0").err();
        assert!(wrong.is_some_and(|wrong| wrong.contains("no number amount")));
    }
}
