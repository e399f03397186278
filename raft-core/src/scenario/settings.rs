//! Parses the lines before the first step.

use super::ast::About;
use super::cursor::{Cursor, ParseError};
use super::grammar::{ABOUT, SETTINGS};
use super::words::NAMINGS;
use crate::model::{Settings, Timing};

/// Parses a line about the scenario. Returns false if the line is another.
pub(super) fn about_line(cursor: &mut Cursor<'_>, about: &mut About) -> Result<bool, ParseError> {
    let word = cursor.peek_word();
    if !ABOUT.contains(&word) {
        return Ok(false);
    }
    let before = cursor.clone();
    let second = || before.error_at(format!("a second \"{word}\""), format!("\"{word}\" at most once"));
    cursor.word();
    if word == "open" {
        if !cursor.take("at") {
            return Err(cursor.error("at and a time, such as open at 2.3s"));
        }
        let at = cursor.duration()?;
        cursor.end()?;
        return if about.open_at.replace(at).is_some() { Err(second()) } else { Ok(true) };
    }
    let text = cursor.take_rest().to_owned();
    if text.is_empty() {
        return Err(cursor.error("a text"));
    }
    let slot = match word {
        "title" => &mut about.title,
        "track" => &mut about.track,
        "needs" => &mut about.needs,
        _ => &mut about.goal,
    };
    if slot.replace(text).is_some() { Err(second()) } else { Ok(true) }
}

/// Returns whether a word is a setting.
pub(super) fn is_setting(word: &str) -> bool {
    SETTINGS.contains(&word)
}

/// Returns whether the word of a setting is also a step, since it can change while the cluster runs.
pub(super) fn is_step_too(word: &str) -> bool {
    matches!(word, "latency" | "loss" | "duplicate" | "fsync" | "prevote" | "reads")
}

/// Returns whether a line whose word is both setting and step is a step even before the first one: it names a
/// link, or the nodes it acts on.
pub(super) fn is_of_something(cursor: &Cursor<'_>) -> bool {
    let mut words = cursor.rest().split_whitespace();
    if words.clone().eq(["fsync", "never"]) {
        return true;
    }
    let names = words.nth(1).is_some_and(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()));
    cursor.rest().contains("->") || names && words.next().is_some()
}

/// Parses a setting.
pub(super) fn setting_line(cursor: &mut Cursor<'_>, settings: &mut Settings) -> Result<(), ParseError> {
    let before = cursor.clone();
    match cursor.word() {
        "seed" => settings.seed = cursor.number("a seed: a whole number from 0 to 18446744073709551615")?,
        "nodes" => settings.nodes = cursor.number("a number of nodes, 1 to 9")?,
        "timing" => {
            let timings = Timing::ALL.map(|timing| (timing.name(), timing));
            settings.apply_timing(cursor.one_of(&timings, "a timing: ")?);
        }
        "heartbeat" => settings.heartbeat = cursor.duration()?,
        "election" => (settings.election_min, settings.election_max) = cursor.duration_range()?,
        "latency" => (settings.latency_min, settings.latency_max) = cursor.duration_range()?,
        "loss" => settings.loss_ppm = cursor.percent_ppm()?,
        "duplicate" => settings.duplicate_ppm = cursor.percent_ppm()?,
        "fsync" => settings.fsync = cursor.duration()?,
        "prevote" => settings.pre_vote = switch(cursor)?,
        "reads" => settings.lease_reads = lease_reads(cursor)?,
        "naming" => settings.naming = cursor.one_of(&NAMINGS, "a way to name members: ")?,
        "first" => {
            if !cursor.take_symbol("node") {
                return Err(cursor.error("a node, such as node1"));
            }
            settings.first = Some(cursor.number("a node, such as node1")?);
        }
        "snapshot-every" => settings.snapshot_every = cursor.number("a number of entries, 1 or more")?,
        "quota" => settings.quota = cursor.bytes()?,
        _ => settings.snapshot_keep = cursor.number("a number of entries")?,
    }
    cursor.end()?;
    // Timings are validated together, once all of them are parsed.
    let alone = Settings {
        seed: settings.seed,
        nodes: settings.nodes,
        loss_ppm: settings.loss_ppm,
        duplicate_ppm: settings.duplicate_ppm,
        fsync: settings.fsync,
        snapshot_every: settings.snapshot_every,
        ..Settings::default()
    };
    alone
        .validate()
        .map_err(|error| before.error_at(format!("{} {}", error.setting, error.found), error.accepted))
}

/// Parses `index` (false) or `lease` (true).
pub(super) fn lease_reads(cursor: &mut Cursor<'_>) -> Result<bool, ParseError> {
    cursor.one_of(&[("index", false), ("lease", true)], "a way to confirm reads: ")
}

/// Parses `on` or `off`.
pub(super) fn switch(cursor: &mut Cursor<'_>) -> Result<bool, ParseError> {
    cursor.one_of(&[("on", true), ("off", false)], "one of: ")
}
