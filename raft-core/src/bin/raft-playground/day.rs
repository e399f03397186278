//! The command `bench day`: measures what a tab left open for a day keeps.

use std::fs;
use std::time::Instant;

use raft_core::headless::day::{Day, Pace};
use raft_core::tape::TAPE_BYTES_MAX;

/// The hours after which a line is printed.
const PRINTED: [u64; 6] = [1, 3, 6, 12, 18, 24];
/// Writes per virtual minute.
const WRITES: u64 = 10;

/// Plays a number of virtual hours and prints the amount of data kept.
pub(crate) fn day(hours: u64) -> Result<(), String> {
    let pace = Pace { nodes: 5, writes: WRITES, compact_every: 0, tape_bytes: TAPE_BYTES_MAX };
    println!(
        "5 nodes; {WRITES} writes per minute to 100 keys, never compacted; a watch, a command per minute, a crash per hour"
    );
    println!(
        "{:>5} {:>8} {:>8} {:>12} {:>9} {:>8} {:>9} {:>6} {:>8}",
        "hour", "MB", "peak MB", "events", "recording", "actions", "requests", "log", "seconds"
    );
    let begun = Instant::now();
    let mut day = Day::new(pace)?;
    for hour in 1..=hours {
        (0..60).try_for_each(|_| day.minute())?;
        if !PRINTED.contains(&hour) && hour != hours {
            continue;
        }
        let kept = day.kept();
        println!(
            "{hour:>5} {:>8} {:>8} {:>12} {:>9} {:>8} {:>9} {:>6} {:>8.0}",
            memory("VmRSS:"),
            memory("VmHWM:"),
            kept.events,
            format!("{} MB", kept.tape_bytes >> 20),
            kept.actions,
            kept.requests,
            kept.log,
            begun.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

/// Returns a value of this process's memory on Linux, in megabytes; "-" elsewhere.
fn memory(name: &str) -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes =
        line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse::<u64>().ok());
    kilobytes.map_or_else(|| "-".to_owned(), |kilobytes| (kilobytes >> 10).to_string())
}
