//! The benchmark's workloads on openraft's other runtimes under virtual time.
//!
//! `cargo xtask bench` compares raft-core with its peers: the same openraft, the
//! same five nodes and the same work, on `openraft-rt-sim` (the simulated runtime
//! of openraft's authors) and on tokio with its clock paused. Each run prints a line:
//!
//! ```text
//! peer=tokio-paused workload=writes virtual_seconds=300 cpu_seconds=2.250 messages=140000
//! ```
//!
//! A peer that did not do its work is an error, not a number: a leader is elected,
//! it leads to the end, every write succeeds, every node applies all of them and
//! takes its snapshots, and the virtual time truly passes.
//!
//! **Equal on all engines.** openraft, its release and its configuration; one
//! leader a term. Five nodes, heartbeats, election timeouts. One draw of 10 to
//! 15 ms for every request and every reply, to the nanosecond; a call is failed
//! after openraft's own patience. Log, vote, keys and snapshots (every 1,000
//! entries, 200 kept) in memory, in ordered maps; an fsync takes 1 ms. The writes:
//! distinct keys, one every 10 ms, at the leader, each in a task of its own. The
//! CPU time: the process's, with the five virtual seconds in which a leader is
//! elected, and with the end of every task. Compiled alike, without logging.
//!
//! **raft-core does more.** It hands every message to a task at its receiver, and
//! every write to a client that may redirect, retry and give up. It records each
//! event, hashes it into the trace and checks Raft's properties and linearizability
//! on it; it looks at every node after each message and timer; it keeps each key's
//! revisions, and a digest of all of them.
//!
//! **The peers do more.** Their openraft is the one for threads: atomic counters
//! and locks where raft-core has none, though they run on one thread, too.
//!
//! **The peers do otherwise.** A message is the caller's own sleep, so that one
//! whose caller gave up goes nowhere. tokio's timers fire on whole milliseconds, on
//! the next one: its latencies are half a millisecond longer on average, more of
//! them end at one instant, and under writes fewer messages are sent. Its elections
//! are drawn from the system's entropy; the other engines repeat a run exactly.

mod log;
mod machine;
mod network;
mod peer;
mod workload;

use std::ops::RangeInclusive;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cpu_time::ProcessTime;

use peer::{Paused, Peer, Simulated};
use workload::Workload;

/// Seeds latencies on both peers, and elections where the peer lets itself be seeded.
const SEED: u64 = 1;
/// Voting members.
const NODES: u64 = 5;
/// Time between a leader's heartbeats.
const HEARTBEAT_MILLIS: u64 = 50;
/// Shortest and longest election timeout.
const ELECTION_MILLIS: (u64, u64) = (150, 300);
/// How long a message takes one way.
const LATENCY_NANOS: RangeInclusive<u64> = 10_000_000..=15_000_000;
/// How long an fsync takes.
const FSYNC: Duration = Duration::from_millis(1);
/// Entries after which a snapshot is taken.
const SNAPSHOT_EVERY: u64 = 1_000;
/// Entries kept in the log before a snapshot.
const SNAPSHOT_KEEP: u64 = 200;
/// Time for an election before the workload begins.
const SETTLE: Duration = Duration::from_secs(5);
/// Writes a virtual second.
const WRITES: u64 = 100;

fn main() -> Result<(), String> {
    let seconds = seconds(std::env::args().skip(1))?;
    bench::<Simulated>(seconds)?;
    bench::<Paused>(seconds)
}

/// Virtual seconds of each workload: `idle=1800 writes=300`, or those that are given.
fn seconds(words: impl Iterator<Item = String>) -> Result<[u64; 2], String> {
    let mut seconds = [1_800, 300];
    for word in words {
        let pair = word.split_once('=').and_then(|(name, number)| {
            let at = Workload::ALL.iter().position(|workload| workload.to_string() == name)?;
            Some((at, number.parse().ok().filter(|seconds| *seconds > 0)?))
        });
        let (at, number) =
            pair.ok_or_else(|| format!("{word}: idle=SECONDS and writes=SECONDS are accepted"))?;
        seconds[at] = number;
    }
    Ok(seconds)
}

/// Runs each workload on a peer and prints its line.
fn bench<C: Peer>(seconds: [u64; 2]) -> Result<(), String> {
    for (workload, seconds) in Workload::ALL.into_iter().zip(seconds) {
        let start = ProcessTime::try_now().map_err(|error| error.to_string())?;
        let failed = |error| format!("peer={} workload={workload}: {error}", C::NAME);
        let outcome = C::block_on(workload::run::<C>(workload, seconds)).map_err(failed)?;
        let cpu = start.try_elapsed().map_err(|error| error.to_string())?;
        outcome.check().map_err(failed)?;
        println!(
            "peer={} workload={workload} virtual_seconds={seconds} cpu_seconds={:.3} messages={}",
            C::NAME,
            cpu.as_secs_f64(),
            outcome.messages,
        );
    }
    Ok(())
}

/// Takes a lock. Nothing runs beside it, and nothing goes on after a panic: it is free and sound.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
