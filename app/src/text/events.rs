//! The event log.

use raft_core::words::describe::{Level, Topic};

use super::words;

words! {
    events = "Events";
    newest_first = "Events, newest first; arrow keys go from one to the next";
    nodes = "nodes";
    elections = "elections";
    network = "network";
    clients = "clients";
    from_level = "From level";
    every_node = "every node";
    of_node = "Of node";
    node(id) = "node{id}";
    search = "Search";
    times(count) = "{count} times";
    look = "Look at this instant";
    debug = "debug";
    info = "info";
    notable = "notable";
    warning = "warning";
    violation = "violation";
    no_events = "Nothing has happened yet. Press Play: five timers run, and the first to run out asks for votes.";
    none_match = "No event matches. Choose a lower level or more kinds, or search for another word.";
    shown_of(shown, matching) = "Showing the newest {shown} of {matching} lines.";
    show_all = "Show all";
    gone(kept, gone) = "The log keeps the newest {kept} lines; {gone} older ones are gone.";
    copy_or_save = "Copy or save…";
    taken(lines, at) = "{lines} lines as they stood at {at}, oldest first.";
    copy = "Copy";
    copied = "Copied.";
    not_copied = "The browser does not allow it. The text is selected: press Ctrl+C.";
    save_text = "Save as text";
    save_lines = "Save as JSON lines";
    close = "Close";
    as_text = "The events as text";
}

/// Returns the name of a level.
pub fn level(level: Level) -> &'static str {
    match level {
        Level::Debug => debug(),
        Level::Info => info(),
        Level::Notable => notable(),
        Level::Warning => warning(),
        Level::Violation => violation(),
    }
}

/// Returns the key of a level in files for programs, which is never translated.
pub fn level_key(level: Level) -> &'static str {
    match level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Notable => "notable",
        Level::Warning => "warning",
        Level::Violation => "violation",
    }
}

/// Returns the key of a topic in files for programs, which is never translated.
pub fn topic_key(topic: Topic) -> &'static str {
    match topic {
        Topic::Violation => "violation",
        Topic::Process => "process",
        Topic::Election => "election",
        Topic::Network => "network",
        Topic::Client => "client",
        Topic::Members => "members",
        Topic::Log => "log",
        Topic::Message => "message",
    }
}
