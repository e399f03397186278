//! Virtual seconds per CPU second: this engine, natively and in wasm, with and without recording and checks,
//! and openraft's other runtimes under the same load.

use std::collections::BTreeMap;

use super::loads::{Engine, Engines, fields, number};
use crate::Failure;
use crate::process::{cargo, output, run};

/// The peers' package, a workspace of its own.
pub const PEERS: &str = "tools/peers-bench/Cargo.toml";
/// The names of the peers, as they print them and as the table shows them.
pub const PEER_NAMES: [(&str, &str); 2] =
    [("openraft-rt-sim", "openraft-rt-sim, native"), ("tokio-paused", "tokio's paused clock, native")];
/// What observes the run: the load's word, and the table's.
const WATCHED: [(&str, &str); 3] =
    [(",bare", "nothing watched"), ("", "checks"), (",tape", "checks and recording")];
/// The workloads, with the virtual seconds that give a run of a few CPU seconds. They are the same for all
/// engines: a snapshot costs more the longer the writes continue.
const WORKLOADS: [(&str, u64); 2] = [("idle", 1_800), ("writes", 300)];
const ROUNDS: usize = 3;

/// The best results so far: virtual seconds per CPU second by row of the table and workload.
#[derive(Default)]
pub struct Best(BTreeMap<(String, String), f64>);

impl Best {
    fn note(&mut self, row: &str, workload: &str, speed: f64) {
        println!("  {row}, {workload}: {speed:.0} virtual seconds a CPU second");
        let slot = self.0.entry((row.to_owned(), workload.to_owned())).or_default();
        *slot = slot.max(speed);
    }

    /// # Errors
    /// It was not measured.
    pub fn get(&self, row: &str, workload: &str) -> Result<f64, Failure> {
        let speed = self.0.get(&(row.to_owned(), workload.to_owned()));
        speed.copied().ok_or_else(|| format!("{row}, {workload}: this was not measured"))
    }
}

/// Returns the name of a row for an engine and the load's word for what observes the run.
pub fn row(engine: Engine, watched: &str) -> String {
    let words = WATCHED.iter().find(|(word, _)| *word == watched).map_or(watched, |(_, words)| words);
    format!("this engine, {}, {words}", engine.name())
}

/// Measures everything `rounds` times, in turn.
pub fn measure(workloads: &[(&str, u64)], watched: &[&str], rounds: usize) -> Result<Best, Failure> {
    let engines = Engines::build()?;
    run(cargo("build").args(["--release", "--manifest-path", PEERS]))?;
    let mut best = Best::default();
    for round in 1..=rounds {
        println!("round {round} of {rounds}");
        for (workload, seconds) in workloads {
            for engine in Engine::ALL {
                for watched in watched {
                    let load = format!("{workload}{watched}");
                    let timed = engines.run(engine, &load, &[format!("advance={seconds}")])?;
                    timed.iter().for_each(|timed| best.note(&row(engine, watched), workload, timed.rate()));
                }
            }
        }
        let mut peers = cargo("run");
        peers.args(["--quiet", "--release", "--manifest-path", PEERS, "--"]);
        peers.args(workloads.iter().map(|(workload, seconds)| format!("{workload}={seconds}")));
        lines(&mut best, &output(&mut peers).map_err(|(_, failure)| failure)?)?;
    }
    Ok(best)
}

/// Reads the peers' lines, such as `peer=tokio-paused workload=idle virtual_seconds=60 cpu_seconds=0.12`.
fn lines(best: &mut Best, text: &str) -> Result<(), Failure> {
    for line in text.lines().filter(|line| line.contains("cpu_seconds=")) {
        let fields = fields(line);
        let (seconds, cpu) = (number(&fields, "virtual_seconds")?, number(&fields, "cpu_seconds")?);
        let peer = PEER_NAMES.iter().find(|(peer, _)| fields.get("peer") == Some(peer)).map(|(_, name)| name);
        let (Some(peer), Some(workload)) = (peer, fields.get("workload").filter(|_| cpu > 0.0)) else {
            return Err(format!("this line of a benchmark is not understood: {line}"));
        };
        best.note(peer, workload, seconds / cpu);
    }
    Ok(())
}

/// Returns the table for the README.
pub fn table() -> Result<String, Failure> {
    let best = measure(&WORKLOADS, &WATCHED.map(|(word, _)| word), ROUNDS)?;
    let own = Engine::ALL.into_iter().flat_map(|engine| WATCHED.map(|(word, _)| row(engine, word)));
    let rows: Vec<String> = own.chain(PEER_NAMES.map(|(_, name)| name.to_owned())).collect();
    let mut text = String::from("| virtual seconds a CPU second | idle | 100 writes/s |\n|---|---:|---:|\n");
    for row in rows {
        let (idle, writes) = (best.get(&row, "idle")?, best.get(&row, "writes")?);
        text.push_str(&format!("| {row} | {idle:.0} | {writes:.0} |\n"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::{Best, lines, row};
    use crate::bench::loads::Engine;

    #[test]
    fn the_best_of_each_peer_counts() {
        let mut best = Best::default();
        for cpu_seconds in ["2", "1", "4"] {
            let line =
                format!("peer=tokio-paused workload=idle virtual_seconds=600 cpu_seconds={cpu_seconds}");
            assert_eq!(lines(&mut best, &format!("said before\n{line}\n")), Ok(()));
        }
        assert_eq!(best.get("tokio's paused clock, native", "idle"), Ok(600.0));
        assert!(best.get("tokio's paused clock, native", "writes").is_err());
        let wrong = lines(&mut best, "peer=tokio-paused workload=idle virtual_seconds=1 cpu_seconds=0");
        assert!(wrong.is_err_and(|wrong| wrong.contains("not understood")));
    }

    #[test]
    fn rows_say_where_and_what_is_watched() {
        assert_eq!(row(Engine::Wasm, ",tape"), "this engine, wasm in Node, checks and recording");
    }
}
