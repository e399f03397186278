//! Ratios of speeds within one run, each with a bound and a message of its own: what continuous integration holds.
//!
//! How fast a machine is does not matter to a ratio. The bounds leave room for a busy machine; what is aimed at is
//! in the messages, and the tables of `cargo xtask bench` say how far it is.

use super::engines::{Best, PEER_NAMES, measure, row};
use super::loads::Engine;
use crate::Failure;

/// Short runs: a few CPU seconds in all.
const WORKLOADS: [(&str, u64); 2] = [("idle", 300), ("writes", 40)];
const ROUNDS: usize = 3;

/// A ratio that must hold.
struct Ratio {
    says: &'static str,
    workload: &'static str,
    /// The rows of the table that are compared.
    of: fn() -> String,
    to: fn() -> String,
    at_least: f64,
}

const RATIOS: [Ratio; 6] = [
    Ratio {
        says: "idle, recorded and checked, beside openraft-rt-sim (aimed at: 2)",
        workload: "idle",
        of: || row(Engine::Native, ",tape"),
        to: || PEER_NAMES[0].1.to_owned(),
        at_least: 1.0,
    },
    Ratio {
        says: "100 writes/s, recorded and checked, beside openraft-rt-sim (aimed at: 2)",
        workload: "writes",
        of: || row(Engine::Native, ",tape"),
        to: || PEER_NAMES[0].1.to_owned(),
        at_least: 0.75,
    },
    Ratio {
        says: "idle, what recording and checks leave of the speed without",
        workload: "idle",
        of: || row(Engine::Native, ",tape"),
        to: || row(Engine::Native, ",bare"),
        at_least: 0.5,
    },
    Ratio {
        says: "100 writes/s, what recording and checks leave of the speed without",
        workload: "writes",
        of: || row(Engine::Native, ",tape"),
        to: || row(Engine::Native, ",bare"),
        at_least: 0.45,
    },
    Ratio {
        says: "idle, wasm beside native",
        workload: "idle",
        of: || row(Engine::Wasm, ",tape"),
        to: || row(Engine::Native, ",tape"),
        at_least: 0.35,
    },
    Ratio {
        says: "100 writes/s, wasm beside native",
        workload: "writes",
        of: || row(Engine::Wasm, ",tape"),
        to: || row(Engine::Native, ",tape"),
        at_least: 0.35,
    },
];

/// Measures and judges. Its closing lines; an error names every ratio that is too small.
pub fn ratios() -> Result<Vec<String>, Failure> {
    let best = measure(&WORKLOADS, &[",bare", ",tape"], ROUNDS)?;
    let (mut fine, mut wrong) = (Vec::new(), Vec::new());
    for ratio in &RATIOS {
        let found = found(&best, ratio)?;
        let line = format!("{}: {found:.2}, at least {}", ratio.says, ratio.at_least);
        if found >= ratio.at_least { fine.push(line) } else { wrong.push(line) }
    }
    if wrong.is_empty() { Ok(fine) } else { Err(format!("too slow: {}", wrong.join("; "))) }
}

fn found(best: &Best, ratio: &Ratio) -> Result<f64, Failure> {
    Ok(best.get(&(ratio.of)(), ratio.workload)? / best.get(&(ratio.to)(), ratio.workload)?)
}
