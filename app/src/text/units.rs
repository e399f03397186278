//! Times, sizes and counts in words.

use raft_core::units::{MILLISECOND, Nanos, SECOND};

use super::words;

words! {
    seconds_and_millis(whole, millis) = "{whole}.{millis} s";
    below_a_millisecond = "less than 1 ms";
    milliseconds(count) = "{count} ms";
    tenths_of_seconds(whole, tenth) = "{whole}.{tenth} s";
    minutes_and_seconds(minutes, seconds) = "{minutes} min {seconds} s";
    one_node = "1 node";
    many_nodes(count) = "{count} nodes";
}

/// Returns a virtual time in seconds.
pub fn seconds(at: Nanos) -> String {
    let millis = at / MILLISECOND;
    seconds_and_millis(millis / 1_000, format_args!("{:03}", millis % 1_000))
}

/// Returns a span of virtual time in a fitting unit.
pub fn span(time: Nanos) -> String {
    match time {
        0..MILLISECOND => below_a_millisecond().to_owned(),
        MILLISECOND..SECOND => milliseconds(time / MILLISECOND),
        _ if time < 60 * SECOND => tenths_of_seconds(time / SECOND, time % SECOND / (SECOND / 10)),
        _ => minutes_and_seconds(time / (60 * SECOND), time % (60 * SECOND) / SECOND),
    }
}

/// Returns a number of bytes in a fitting unit.
pub fn bytes(count: u64) -> String {
    if count < 10_000 { format!("{count} B") } else { format!("{} kB", count / 1_000) }
}

/// Returns `1 node` or `2 nodes`.
pub fn nodes(number: u64) -> String {
    if number == 1 { one_node().to_owned() } else { many_nodes(number) }
}
