//! The growth of costs with the number of nodes, the length of the log and the length of a session; and the
//! cost of playing a run again. Checks and recording are on, as in the page.

use super::loads::{Engine, Engines, Timed};
use crate::Failure;

const ROUNDS: usize = 3;
const NODES: [u64; 4] = [3, 5, 7, 9];
/// Numbers of entries in the log. Beyond a million, wasm's memory would not suffice: five disks hold each
/// entry, and five stores.
const LOGS: [u64; 5] = [100, 1_000, 10_000, 100_000, 1_000_000];
const LOG_MAX_IN_WASM: u64 = 100_000;
/// Virtual minutes of sessions with ten writes a second.
const SESSIONS: [u64; 3] = [1, 10, 60];

/// Returns the tables.
pub fn table() -> Result<String, Failure> {
    let engines = Engines::build()?;
    Ok([nodes(&engines)?, logs(&engines)?, sessions(&engines)?].join("\n"))
}

/// Returns the fastest of several runs, phase by phase.
fn best(engines: &Engines, engine: Engine, load: &str, phases: &[String]) -> Result<Vec<Timed>, Failure> {
    let mut best: Vec<Timed> = engines.run(engine, load, phases)?;
    for _ in 1..ROUNDS {
        for (best, again) in best.iter_mut().zip(engines.run(engine, load, phases)?) {
            best.seconds = best.seconds.min(again.seconds);
        }
    }
    println!("  {load}, {}: {:?}", engine.name(), best.iter().map(|timed| timed.seconds).collect::<Vec<_>>());
    Ok(best)
}

/// Returns the only phase of a load.
fn one(engines: &Engines, engine: Engine, load: &str, phase: &str) -> Result<Timed, Failure> {
    let timed = best(engines, engine, load, &[phase.to_owned()])?;
    timed.into_iter().next().ok_or_else(|| format!("{load}: nothing was measured"))
}

fn nodes(engines: &Engines) -> Result<String, Failure> {
    let mut text = String::from(
        "| nodes, virtual seconds a CPU second | idle, native | 100 writes/s, native | idle, wasm | \
         100 writes/s, wasm |\n|---|---:|---:|---:|---:|\n",
    );
    for nodes in NODES {
        text.push_str(&format!("| {nodes} |"));
        for engine in Engine::ALL {
            for (load, phase) in [("idle", "advance=300"), ("writes", "advance=60")] {
                let timed = one(engines, engine, &format!("{load},tape,nodes={nodes}"), phase)?;
                text.push_str(&format!(" {:.0} |", timed.rate()));
            }
        }
        text.push('\n');
    }
    Ok(text)
}

fn logs(engines: &Engines) -> Result<String, Failure> {
    let mut text = String::from(
        "| entries in the log | ms a virtual second of 100 writes, native | the same, wasm | ms a view, native | \
         the same, wasm |\n|---|---:|---:|---:|---:|\n",
    );
    for log in LOGS {
        let phases = ["advance=20".to_owned(), "view=200".to_owned()];
        let mut columns = [String::new(), String::new()];
        for engine in Engine::ALL {
            let fits = engine == Engine::Native || log <= LOG_MAX_IN_WASM;
            let timed =
                if fits { best(engines, engine, &format!("writes,log={log}"), &phases)? } else { Vec::new() };
            for (place, column) in columns.iter_mut().enumerate() {
                let cell = timed
                    .get(place)
                    .map_or("too large".to_owned(), |timed| format!("{:.2}", 1e3 / timed.rate()));
                column.push_str(&format!(" {cell} |"));
            }
        }
        text.push_str(&format!("| {log} |{}\n", columns.concat()));
    }
    Ok(text)
}

fn sessions(engines: &Engines) -> Result<String, Failure> {
    let mut text = String::from(
        "| session with 10 writes/s | virtual seconds a CPU second in its last minute, native | the same, wasm | \
         ms a seek, native | the same, wasm | s to play it again, native | the same, wasm | MB of recording |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for minutes in SESSIONS {
        // The first minute is played before the last one, so that the code is warm.
        let before = (minutes * 60 - 60).max(60);
        let phases = [
            format!("advance={before}"),
            "advance=60".to_owned(),
            "seek=300".to_owned(),
            "fork=1".to_owned(),
        ];
        let mut columns = [String::new(), String::new(), String::new()];
        let mut recording = 0.0;
        for engine in Engine::ALL {
            let timed = best(engines, engine, "writes,tape,rate=10", &phases)?;
            let [_, last, seek, fork] = timed.as_slice() else {
                return Err(format!("{} phases came back, not four", timed.len()));
            };
            columns[0].push_str(&format!(" {:.0} |", last.rate()));
            columns[1].push_str(&format!(" {:.2} |", 1e3 / seek.rate()));
            columns[2].push_str(&format!(" {:.2} |", fork.seconds));
            recording = fork.tape_bytes / 1e6;
        }
        text.push_str(&format!("| {minutes} min |{} {recording:.1} |\n", columns.concat()));
    }
    Ok(text)
}
