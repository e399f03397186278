//! The tables of speeds: virtual seconds a CPU second, of this engine and of its peers; and milliseconds
//! a frame of the page, in a browser.
//!
//! All engines run in turn, three times over; the best of each counts, since a
//! busy machine can only slow one down.

use std::collections::BTreeMap;

use crate::process::{cargo, output, program, run};
use crate::{Failure, browser, determinism, page, place, tools};

const NATIVE: &str = "this engine, native";
const WASM: &str = "this engine, wasm in Node";
/// Names in the table, in its order.
const ENGINES: [(&str, &str); 4] = [
    (NATIVE, NATIVE),
    (WASM, WASM),
    ("openraft-rt-sim", "openraft-rt-sim, native"),
    ("tokio-paused", "tokio's paused clock, native"),
];
/// Workloads, and the virtual seconds that make a run of a few CPU seconds. The same for
/// all engines: a snapshot costs more the longer the writes go on.
const WORKLOADS: [(&str, u64); 2] = [("idle", 1_800), ("writes", 300)];
const ROUNDS: usize = 3;
/// The peers' package, a workspace of its own.
pub const PEERS: &str = "tools/peers-bench/Cargo.toml";

const ENGINES_BENCH: &str = "engines";
const FRAMES_BENCH: &str = "frames";
const BENCHES: [&str; 2] = [ENGINES_BENCH, FRAMES_BENCH];

/// The best so far: engine and workload to virtual seconds a CPU second.
type Best = BTreeMap<(String, String), f64>;

/// `cargo xtask bench`: all, or only what is named.
pub fn bench(only: &[String]) -> Result<(), Failure> {
    if let Some(unknown) = only.iter().find(|name| !BENCHES.contains(&name.as_str())) {
        return Err(format!(
            "--only {unknown}: there is no such benchmark; {} are accepted",
            BENCHES.join(" and ")
        ));
    }
    let wanted = |name: &str| only.is_empty() || only.iter().any(|known| known == name);
    if wanted(ENGINES_BENCH) {
        engines()?;
    }
    if wanted(FRAMES_BENCH) {
        frames()?;
    }
    Ok(())
}

/// What frames of the built page take.
fn frames() -> Result<(), Failure> {
    tools::node()?;
    page::build()?;
    let browser = browser::ready()?;
    let mut frames = cargo("run");
    frames
        .args(["--quiet", "-p", "browser-tests", "--bin", "frames"])
        .env("RAFT_PLAYGROUND_DIST", place::dist())
        .env("CHROME", browser.chrome)
        .env("CHROMEDRIVER", browser.driver);
    run(&mut frames)
}

fn engines() -> Result<(), Failure> {
    tools::node()?;
    tools::wasm_target()?;
    run(cargo("build").args(["--release", "-p", "raft-core", "--bin", "raft-playground"]))?;
    let wasm = determinism::core_in_wasm()?;
    run(cargo("build").args(["--release", "--manifest-path", PEERS]))?;
    let mut best = Best::new();
    for round in 1..=ROUNDS {
        println!("round {round} of {ROUNDS}");
        for (workload, seconds) in WORKLOADS {
            note(&mut best, NATIVE, workload, seconds as f64 / native(workload, seconds)?);
        }
        let seconds = WORKLOADS.map(|(workload, seconds)| format!("{workload}={seconds}"));
        let mut in_wasm = program("node");
        in_wasm.arg(determinism::RUNNER).arg(&wasm).arg("bench").args(&seconds);
        lines(&mut best, &output(&mut in_wasm).map_err(|(_, failure)| failure)?)?;
        let mut peers = cargo("run");
        peers.args(["--quiet", "--release", "--manifest-path", PEERS, "--"]).args(&seconds);
        lines(&mut best, &output(&mut peers).map_err(|(_, failure)| failure)?)?;
    }
    print!("\n{}", table(&best)?);
    Ok(())
}

/// CPU seconds of a native run: the shell counts them for its children.
fn native(workload: &str, seconds: u64) -> Result<f64, Failure> {
    let mut shell = program("sh");
    shell.args(["-c", "\"$@\" >&2 && times", "sh"]).arg(place::built("release", "raft-playground"));
    shell.args(["bench", workload, "--seconds", &seconds.to_string()]);
    let text = output(&mut shell).map_err(|(_, failure)| failure)?;
    let children = text.lines().nth(1).unwrap_or_default();
    let times: Option<Vec<f64>> = children.split_whitespace().map(minutes_and_seconds).collect();
    match times.as_deref() {
        Some([user, system]) if user + system > 0.0 => Ok(user + system),
        _ => Err(format!("the shell's `times` said {text:?}; two lines such as 0m1.5s 0m0.1s are accepted")),
    }
}

/// `1m2.5s` in seconds.
fn minutes_and_seconds(text: &str) -> Option<f64> {
    let (minutes, seconds) = text.strip_suffix('s')?.split_once('m')?;
    Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.replace(',', ".").parse::<f64>().ok()?)
}

/// Lines such as `peer=tokio-paused workload=idle virtual_seconds=60 cpu_seconds=0.12`.
fn lines(best: &mut Best, text: &str) -> Result<(), Failure> {
    for line in text.lines().filter(|line| line.contains("cpu_seconds=")) {
        let fields: BTreeMap<&str, &str> =
            line.split_whitespace().filter_map(|word| word.split_once('=')).collect();
        let number = |name: &str| fields.get(name).and_then(|text| text.parse::<f64>().ok());
        let speed = number("virtual_seconds").zip(number("cpu_seconds")).filter(|(_, cpu)| *cpu > 0.0);
        let (Some(workload), Some((virtual_seconds, cpu_seconds))) = (fields.get("workload"), speed) else {
            return Err(format!("this line of a benchmark is not understood: {line}"));
        };
        let engine = fields.get("peer").copied().unwrap_or(WASM);
        note(best, engine, workload, virtual_seconds / cpu_seconds);
    }
    Ok(())
}

fn note(best: &mut Best, engine: &str, workload: &str, speed: f64) {
    println!("  {engine}, {workload}: {speed:.0} virtual seconds a CPU second");
    let slot = best.entry((engine.to_owned(), workload.to_owned())).or_default();
    *slot = slot.max(speed);
}

/// The table for the README.
fn table(best: &Best) -> Result<String, Failure> {
    let mut text = String::from("| virtual seconds a CPU second | idle | 100 writes/s |\n|---|---:|---:|\n");
    for (engine, name) in ENGINES {
        let speeds = WORKLOADS.map(|(workload, _)| best.get(&(engine.to_owned(), workload.to_owned())));
        let [Some(idle), Some(writes)] = speeds else {
            return Err(format!("{name} was not measured in full"));
        };
        text.push_str(&format!("| {name} | {idle:.0} | {writes:.0} |\n"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_best_of_each_engine_makes_the_table() {
        let mut best = Best::new();
        for cpu_seconds in ["2", "1", "4"] {
            let line =
                format!("peer=tokio-paused workload=idle virtual_seconds=600 cpu_seconds={cpu_seconds}");
            lines(&mut best, &format!("said before\n{line}\n")).unwrap();
        }
        assert_eq!(best[&("tokio-paused".to_owned(), "idle".to_owned())], 600.0);
        assert!(table(&best).unwrap_err().contains("not measured in full"));
        for (engine, _) in ENGINES {
            note(&mut best, engine, "idle", 900.0);
            note(&mut best, engine, "writes", 90.4);
        }
        assert!(table(&best).unwrap().contains("| tokio's paused clock, native | 900 | 90 |\n"));
    }

    #[test]
    fn a_line_without_a_time_is_named() {
        let wrong = lines(&mut Best::new(), "workload=idle virtual_seconds=1 cpu_seconds=0").unwrap_err();
        assert!(wrong.contains("not understood"));
    }

    #[test]
    fn the_shells_times_are_understood() {
        assert_eq!(minutes_and_seconds("1m2.5s"), Some(62.5));
        assert_eq!(minutes_and_seconds("0m0,25s"), Some(0.25));
        assert_eq!(minutes_and_seconds("2.5"), None);
    }
}
