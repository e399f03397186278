//! Ratios of speeds within one run, each with a bound and a message of its own, checked by continuous
//! integration.
//!
//! The speed of the machine does not affect a ratio. The bounds leave room for a busy machine; the targets
//! are in the messages, and the tables of `cargo xtask bench` show the distance to them.

use super::engines::{Best, PEER_NAMES, measure, row};
use super::loads::Engine;
use crate::Failure;

/// Short runs: a few CPU seconds in all.
const WORKLOADS: [(&str, u64); 2] = [("idle", 300), ("writes", 40)];
const ROUNDS: usize = 3;

/// A ratio that must hold.
struct Ratio {
    says: String,
    workload: &'static str,
    /// The rows of the table that are compared.
    of: String,
    to: String,
    at_least: f64,
}

impl Ratio {
    /// Returns two ratios of the same rows, with their least values in idle runs and under writes.
    fn pair(says: &str, of: &str, to: &str, at_least: [f64; 2]) -> [Ratio; 2] {
        let loads = [("idle", "idle"), ("writes", "100 writes/s")];
        std::array::from_fn(|at| Ratio {
            says: format!("{}, {says}", loads[at].1),
            workload: loads[at].0,
            of: of.to_owned(),
            to: to.to_owned(),
            at_least: at_least[at],
        })
    }
}

fn all() -> Vec<Ratio> {
    let recorded = row(Engine::Native, ",tape");
    let (bare, wasm) = (row(Engine::Native, ",bare"), row(Engine::Wasm, ",tape"));
    let peer = "recorded and checked, beside openraft-rt-sim (aimed at: 2)";
    [
        Ratio::pair(peer, &recorded, PEER_NAMES[0].1, [1.0, 0.75]),
        Ratio::pair("what recording and checks leave of the speed without", &recorded, &bare, [0.5, 0.45]),
        Ratio::pair("wasm beside native", &wasm, &recorded, [0.35, 0.35]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Measures and compares. Returns the closing lines; an error names every ratio that is too small.
pub fn ratios() -> Result<Vec<String>, Failure> {
    let best = measure(&WORKLOADS, &[",bare", ",tape"], ROUNDS)?;
    let (mut fine, mut wrong) = (Vec::new(), Vec::new());
    for ratio in all() {
        let found = found(&best, &ratio)?;
        let line = format!("{}: {found:.2}, at least {}", ratio.says, ratio.at_least);
        if found >= ratio.at_least { fine.push(line) } else { wrong.push(line) }
    }
    if wrong.is_empty() { Ok(fine) } else { Err(format!("too slow: {}", wrong.join("; "))) }
}

fn found(best: &Best, ratio: &Ratio) -> Result<f64, Failure> {
    Ok(best.get(&ratio.of, ratio.workload)? / best.get(&ratio.to, ratio.workload)?)
}
