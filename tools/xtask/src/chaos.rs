//! Chaos: the seeds in small ranges, as many at once as there are processors.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::process::{cargo, output, program, run};
use crate::{Failure, place};

/// Seeds that must pass.
const SEEDS: u64 = 300;
/// Virtual seconds a seed.
const SECONDS: u64 = 60;
/// Seeds a process, so that the processors end at about the same time.
const SEEDS_A_PROCESS: u64 = 20;

/// The headless command, with assertions on.
pub fn headless() -> Result<std::path::PathBuf, Failure> {
    run(cargo("build").args(["--profile", "checked", "-p", "raft-core", "--bin", "raft-playground"]))?;
    Ok(place::built("checked", "raft-playground"))
}

/// Plays every seed. Its closing lines.
pub fn chaos() -> Result<Vec<String>, Failure> {
    let binary = headless()?;
    let next = AtomicU64::new(1);
    let failures = Mutex::new(Vec::new());
    let worker = || {
        loop {
            let first = next.fetch_add(SEEDS_A_PROCESS, Ordering::Relaxed);
            if first > SEEDS {
                return;
            }
            let seeds = format!("{first}..{}", (first + SEEDS_A_PROCESS - 1).min(SEEDS));
            let mut play = program(&binary);
            play.args(["chaos", "--seeds", &seeds, "--seconds", &SECONDS.to_string()]);
            match output(&mut play) {
                Ok(text) => println!("seeds {seeds}: {}", text.trim_end()),
                Err((text, failure)) => {
                    println!("{text}");
                    failures.lock().unwrap_or_else(|broken| broken.into_inner()).push(failure);
                }
            }
        }
    };
    let processors = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..processors {
            scope.spawn(worker);
        }
    });
    let failures = failures.into_inner().unwrap_or_else(|broken| broken.into_inner());
    if failures.is_empty() {
        Ok(vec![format!("chaos: {SEEDS} seeds of {SECONDS} virtual seconds passed, 0 failed")])
    } else {
        Err(failures.join("; "))
    }
}
