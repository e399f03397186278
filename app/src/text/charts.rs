//! The charts.

use raft_core::tape::Traffic;
use raft_core::units::{MICROSECOND, MILLISECOND, Nanos, SECOND};

use super::{span, words};

words! {
    charts = "Charts of the run";
    window = "Time shown";
    whole_run = "the whole run";
    last_seconds = "the last 20 s";
    reading = "Reading the recording…";
    commit_latency = "Commit latency";
    latency_told(half, most, count) = "From proposal to commit: half within {half}, 99 of 100 within {most} (entries: {count}).";
    latency_none = "No client's entry was committed in this time.";
    latency_gone(count) = "The times of {count} older entries are no longer known.";
    median = "half";
    slowest = "99 of 100";
    messages = "Messages per second";
    messages_told(heartbeats, entries, elections, clients) = "Sent in the last second: {heartbeats} heartbeats, {entries} with entries, {elections} of elections, {clients} for clients; answers included.";
    heartbeats = "heartbeats";
    entries = "entries";
    elections = "elections";
    clients = "for clients";
    term = "Term";
    term_told(term) = "The highest term of any node is {term}.";
    terms_shown = "term";
    size = "Size of the key-values";
    size_of(node, bytes) = "node{node}: {bytes}";
    size_down(node) = "node{node}: down";
    node(id) = "node{id}";
    per_second(count) = "{count}/s";
    kilobytes(count) = "{count} kB";
    bytes(count) = "{count} B";
    tenths_of_milliseconds(whole, tenth) = "{whole}.{tenth} ms";
    numbers = "In numbers";
    from_head = "from";
    value_none = "—";
}

/// Returns the name of a kind of traffic.
pub fn traffic(traffic: Traffic) -> &'static str {
    match traffic {
        Traffic::Heartbeats => heartbeats(),
        Traffic::Entries => entries(),
        Traffic::Elections => elections(),
        Traffic::Clients => clients(),
    }
}

/// Returns a short time, to a tenth of a millisecond.
pub fn short(time: Nanos) -> String {
    if time >= SECOND {
        return span(time);
    }
    tenths_of_milliseconds(time / MILLISECOND, time % MILLISECOND / (100 * MICROSECOND))
}

/// Returns a number of bytes, short enough for an axis.
pub fn size_short(count: u64) -> String {
    if count < 10_000 { bytes(count) } else { kilobytes(count / 1_000) }
}
