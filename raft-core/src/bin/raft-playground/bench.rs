//! The command `bench`: times the phases of a load, and operations of the key-value store.

use std::time::Instant;

use cpu_time::ProcessTime;
use raft_core::headless::{Bench, KvLoad};

use crate::{HELD, Options, Wrong, day};

/// `bench day [--hours H]`, `bench kv`, or `bench LOAD PHASE=N...`.
///
/// # Errors
/// Returns an error if a load or a phase is unknown, or if the cluster did not do its work.
pub(crate) fn bench(options: &mut Options) -> Result<u8, Wrong> {
    let hours = options.number("--hours")?;
    let words = std::mem::take(&mut options.words);
    match (words.as_slice(), hours) {
        ([day], hours) if day == "day" => day::day(hours.unwrap_or(24))?,
        (_, Some(_)) => return Err(Wrong("bench --hours; accepted: bench day --hours H".to_owned())),
        (words, None) => command(words)?,
    }
    Ok(HELD)
}

fn command(words: &[String]) -> Result<(), String> {
    match words {
        [kv] if kv == "kv" => bench_kv(),
        [load, phases @ ..] if !phases.is_empty() => bench_load(load, phases),
        _ => Err("bench; accepted: kv, day, or a load and its phases, such as writes advance=60".to_owned()),
    }
}

/// Times each phase in CPU time of the process, which other programs on the machine affect little.
fn bench_load(load: &str, phases: &[String]) -> Result<(), String> {
    let mut bench = Bench::begin(load)?;
    for word in phases {
        let parsed = word.split_once('=').and_then(|(name, number)| Some((name, number.parse().ok()?)));
        let (phase, amount) =
            parsed.ok_or_else(|| format!("{word}; accepted: a phase and its amount, such as advance=60"))?;
        let start = ProcessTime::now();
        bench.phase(phase, amount)?;
        let seconds = start.elapsed().as_secs_f64();
        println!("load={load} phase={phase} amount={amount} cpu_seconds={seconds:.6} {}", bench.line());
    }
    Ok(())
}

/// Times the store with increasing numbers of keys: nanoseconds per operation, and their ratio to the fewest
/// keys.
fn bench_kv() -> Result<(), String> {
    const NAMES: [&str; 5] = ["new key", "put", "get", "get in the past", "range of 100"];
    let mut first: Option<[f64; 5]> = None;
    println!("{:>9} {}", "keys", NAMES.map(|name| format!("{name:>24}")).join(""));
    for keys in [100, 1_000, 10_000, 100_000, 1_000_000] {
        let (costs, line) = kv_costs(keys)?;
        let base = *first.get_or_insert(costs);
        let cells: String = costs
            .iter()
            .zip(base)
            .map(|(cost, base)| format!("{cost:>13.0} ns x{:<8.2}", cost / base))
            .collect();
        println!("{keys:>9} {cells}  {line}");
    }
    Ok(())
}

/// Returns the nanoseconds per operation, the best of some rounds, and the line of the store.
fn kv_costs(keys: u64) -> Result<([f64; 5], String), String> {
    const ROUNDS: usize = 5;
    const OPS: u64 = 20_000;
    let mut costs = [f64::INFINITY; 5];
    let mut time = |place: usize, ops: u64, run: &mut dyn FnMut() -> Result<(), String>| {
        let start = Instant::now();
        run()?;
        costs[place] = costs[place].min(start.elapsed().as_nanos() as f64 / ops as f64);
        Ok::<(), String>(())
    };
    // Filling a small store is too fast to time: several are filled.
    for _ in 0..(OPS / keys).clamp(1, 200) {
        time(0, keys, &mut || KvLoad::with_keys(keys).map(drop))?;
    }
    let mut load = KvLoad::with_keys(keys)?;
    for _ in 0..ROUNDS {
        time(1, OPS, &mut || load.puts(OPS))?;
        time(2, OPS, &mut || load.ranges(OPS, true, 0))?;
        time(3, OPS, &mut || load.ranges(OPS, true, OPS / 2))?;
        time(4, OPS / 10, &mut || load.ranges(OPS / 10, false, 0))?;
    }
    Ok((costs, load.line()))
}
