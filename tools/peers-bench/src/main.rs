//! The benchmark's workloads on openraft's other runtimes under virtual time.
//!
//! `cargo xtask bench` compares raft-core with its peers: the same openraft, the same five nodes and the same
//! work, on `openraft-rt-sim` (the simulated runtime of openraft's authors) and on tokio with a paused clock.
//! Each run prints a line:
//!
//! ```text
//! peer=tokio-paused workload=writes virtual_seconds=300 cpu_seconds=2.250 messages=140000
//! ```
//!
//! A peer that does not do its work ends in an error: a leader must be elected and lead to the end, every
//! write must succeed, every node must apply all writes and take its snapshots, and the virtual time must
//! pass.
//!
//! **Equal on all engines**
//! - The release and configuration of openraft, with one leader per term; five nodes, heartbeats, election
//!   timeouts.
//! - A latency of 10 to 15 ms, drawn for every request and every reply, to the nanosecond; a call fails after
//!   openraft's own timeout.
//! - Log, vote, keys and snapshots (every 1,000 entries, 200 kept) in memory, in ordered maps; an fsync takes
//!   1 ms.
//! - Writes of distinct keys, one every 10 ms, at the leader, each in a task of its own.
//! - CPU time of the process, including the five virtual seconds in which a leader is elected and the end of
//!   every task.
//! - The compiler's settings, without logging.
//!
//! **Additional work of raft-core.** It passes every message to a task at its receiver, and every write to a
//! client that may redirect, retry and give up. It records each event, hashes it into the trace and checks
//! Raft's properties and linearizability; it observes every node after each message and timer; it keeps the
//! revisions of each key, and a digest of all of them.
//!
//! **Additional work of the peers.** Their openraft is compiled for threads: it has atomic counters and locks
//! where raft-core has none, although they run on one thread, too.
//!
//! **Differences of the peers.** A message is a sleep of its caller, so that a message is never delivered
//! once its caller gave up. tokio's timers fire on the next whole millisecond: its latencies are half a
//! millisecond longer on average, more of them end at one instant, and fewer messages are sent under writes.
//! Its elections are drawn from the system's entropy; the other engines repeat a run exactly.

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

/// The seed of latencies on both peers, and of elections on `openraft-rt-sim`.
const SEED: u64 = 1;
/// The number of voting members.
const NODES: u64 = 5;
/// The time between a leader's heartbeats.
const HEARTBEAT_MILLIS: u64 = 50;
/// The shortest election timeout.
const ELECTION_MILLIS_MIN: u64 = 150;
/// The longest election timeout.
const ELECTION_MILLIS_MAX: u64 = 300;
/// How long a message takes one way.
const LATENCY_NANOS: RangeInclusive<u64> = 10_000_000..=15_000_000;
/// How long an fsync takes.
const FSYNC: Duration = Duration::from_millis(1);
/// The number of entries after which a snapshot is taken.
const SNAPSHOT_EVERY: u64 = 1_000;
/// The number of entries kept in the log before a snapshot.
const SNAPSHOT_KEEP: u64 = 200;
/// The time for an election before the workload begins.
const SETTLE: Duration = Duration::from_secs(5);
/// Writes per virtual second.
const WRITES: u64 = 100;

fn main() -> Result<(), String> {
    let seconds = seconds(std::env::args().skip(1))?;
    bench::<Simulated>(seconds)?;
    bench::<Paused>(seconds)
}

/// Parses the virtual seconds of each workload; the default is `idle=1800 writes=300`.
fn seconds(words: impl Iterator<Item = String>) -> Result<[u64; 2], String> {
    let mut seconds = [1_800, 300];
    for word in words {
        let pair = word.split_once('=').and_then(|(name, number)| {
            let at = Workload::ALL.iter().position(|workload| workload.to_string() == name)?;
            Some((at, number.parse().ok().filter(|seconds| *seconds > 0)?))
        });
        let (at, number) = pair.ok_or_else(|| format!("{word}; accepted: idle=SECONDS, writes=SECONDS"))?;
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

/// Takes a lock. It is never contended, since there is one thread, nor poisoned, since a panic ends the
/// process.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
