//! The words of the language in one place.

use super::ast::{Sight, Teach, Verb};
use crate::cluster::{Naming, Property};

/// Words that do something to nodes.
pub(super) const VERBS: [(&str, Verb); 11] = [
    ("start", Verb::Start),
    ("kill", Verb::Kill),
    ("stop", Verb::Stop),
    ("restart", Verb::Restart),
    ("pause", Verb::Pause),
    ("resume", Verb::Resume),
    ("isolate", Verb::Isolate),
    ("campaign", Verb::Campaign),
    ("transfer", Verb::Transfer),
    ("snapshot", Verb::Snapshot),
    ("wipe", Verb::Wipe),
];

/// Words for people. `stop here` is told from `stop` by its second word.
pub(super) const TEACHING: [(&str, Teach); 4] =
    [("say", Teach::Say), ("stop here", Teach::StopHere), ("saw", Teach::Saw), ("next", Teach::Next)];

/// What `look` can point at.
pub(super) const SIGHTS: [(&str, Sight); 9] = [
    ("log", Sight::Log),
    ("hashes", Sight::Hashes),
    ("disk", Sight::Disk),
    ("history", Sight::History),
    ("timeline", Sight::Timeline),
    ("events", Sight::Events),
    ("ring", Sight::Ring),
    ("terminal", Sight::Terminal),
    ("charts", Sight::Charts),
];

/// Words about the scenario.
pub(super) const ABOUT: [&str; 5] = ["title", "track", "needs", "goal", "open"];

/// Words of settings.
pub(super) const SETTINGS: [&str; 15] = [
    "seed",
    "nodes",
    "timing",
    "heartbeat",
    "election",
    "latency",
    "loss",
    "duplicate",
    "fsync",
    "prevote",
    "reads",
    "naming",
    "first",
    "snapshot-every",
    "quota",
];

/// A setting that stands beside `snapshot-every`.
pub(super) const SNAPSHOT_KEEP: &str = "snapshot-keep";

/// How members are named.
pub(super) const NAMINGS: [(&str, Naming); 2] = [("hosts", Naming::Hosts), ("loopback", Naming::Loopback)];

/// Names of the properties in conditions.
pub(super) const PROPERTIES: [(&str, Property); 6] = [
    ("election-safety", Property::ElectionSafety),
    ("leader-append-only", Property::LeaderAppendOnly),
    ("log-matching", Property::LogMatching),
    ("leader-completeness", Property::LeaderCompleteness),
    ("state-machine-safety", Property::StateMachineSafety),
    ("linearizability", Property::Linearizability),
];

/// What may begin a step, for errors.
pub(super) fn steps_accepted() -> String {
    let mut words: Vec<&str> = VERBS.iter().map(|(word, _)| *word).collect();
    words.extend([
        "partition",
        "cut",
        "heal",
        "latency",
        "loss",
        "duplicate",
        "drop",
        "delay",
        "clock",
        "fsync",
        "align timers",
        "spread timers",
        "timers as drawn",
        "elections",
        "prevote",
        "reads",
        "hang up",
        "name",
        "stress",
        "interrupt",
        "eof",
        "close terminals",
        "wait",
        "expect",
        "ask",
        "try",
        "trace",
        "say",
        "look",
        "stop here",
        "saw",
        "next",
        "hint",
        "speed",
    ]);
    format!("a step: {}, NODE$ COMMAND, NODE< LINE or NODE>", words.join(", "))
}
