//! Determinism: the same trace natively and in wasm, of every scenario, every lesson and of chaos seeds.

use std::path::PathBuf;
use std::process::Command;
use std::thread;

use crate::process::{cargo, output, program, run};
use crate::{Failure, chaos, place};

/// Chaos seeds to compare.
const SEEDS: &str = "1..50";
const SEED_COUNT: usize = 50;
/// Virtual seconds per seed.
const SECONDS: &str = "60";

/// The runner of raft-core in Node.
pub const RUNNER: &str = "tools/core-in-wasm/run.mjs";

/// Moves of up to 64 words become loads and stores: engines call a function for wasm's `memory.copy`, which
/// is slower. The code is larger than the page allows, and is for measuring speed alone, like the profile.
const MOVES: &str = "target.wasm32-unknown-unknown.rustflags = \
    ['-Cllvm-args=-max-store-memcpy=64 -max-store-memmove=64']";

/// Builds raft-core alone as a wasm module, optimized for speed.
pub fn core_in_wasm() -> Result<PathBuf, Failure> {
    let target = ["--release", "-p", "core-in-wasm", "--target", "wasm32-unknown-unknown"];
    run(cargo("build").args(target).args(["--config", MOVES]))?;
    Ok(place::target().join("wasm32-unknown-unknown/release/core_in_wasm.wasm"))
}

/// Compares the traces. Returns the closing lines.
pub fn determinism() -> Result<Vec<String>, Failure> {
    let native = chaos::headless()?;
    let wasm = core_in_wasm()?;
    let root = place::root();
    let mut files = place::files_below(&root.join("tests/scenarios"), ".scenario")?;
    files.extend(place::files_below(&root.join("app/lessons"), ".scenario")?);
    // Relative paths, since the names are part of the compared lines.
    let names: Vec<_> = files.iter().map(|file| file.strip_prefix(&root).unwrap_or(file)).collect();
    if names.is_empty() {
        return Err("there is no scenario in tests/scenarios, and no lesson".to_owned());
    }
    let engines = || {
        let mut in_wasm = program("node");
        in_wasm.arg(RUNNER).arg(&wasm);
        [program(&native), in_wasm]
    };
    let scenarios = compare(engines().map(|mut engine| {
        engine.arg("trace").args(&names);
        engine
    }))?;
    let seeds = compare(engines().map(|mut engine| {
        engine.args(["chaos-trace", SEEDS, "--seconds", SECONDS]);
        engine
    }))?;
    if scenarios != names.len() || seeds != SEED_COUNT {
        return Err(format!(
            "{scenarios} of {} scenarios and {seeds} of {SEED_COUNT} seeds gave a trace",
            names.len()
        ));
    }
    let closing = format!("determinism: {scenarios} scenarios and {seeds} chaos seeds, native equal to wasm");
    println!("{closing}");
    Ok(vec![closing])
}

/// Runs both at the same time. Returns the number of lines if all of them are equal.
fn compare([mut native, mut wasm]: [Command; 2]) -> Result<usize, Failure> {
    let (native, wasm) = thread::scope(|scope| {
        let native = scope.spawn(|| output(&mut native));
        let wasm = output(&mut wasm);
        (native.join(), wasm)
    });
    let native = native.map_err(|_| "the native run was not watched to its end")?.map_err(told)?;
    let wasm = wasm.map_err(told)?;
    let differing: Vec<String> = native
        .lines()
        .zip(wasm.lines())
        .filter(|(native, wasm)| native != wasm)
        .map(|(native, wasm)| format!("native {native}\nwasm   {wasm}"))
        .collect();
    if !differing.is_empty() {
        println!("{}", differing.join("\n"));
        return Err(format!("{} traces differ between native and wasm", differing.len()));
    }
    let (native, wasm) = (native.lines().count(), wasm.lines().count());
    if native == wasm { Ok(native) } else { Err(format!("{native} traces natively, {wasm} in wasm")) }
}

fn told((text, failure): (String, Failure)) -> Failure {
    format!("{failure}\n{text}")
}
