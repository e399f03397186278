//! The event log: events in words, up to a bound.
//!
//! The words are loaded with the panels that show them, because the first view does not need them. Until then
//! events wait.

use std::collections::VecDeque;

use leptos::prelude::*;
use raft_core::model::Event;
use raft_core::units::Nanos;
use raft_core::words::describe::{Described, Level, Topic};

/// The number of lines kept in the event log; the oldest are dropped, and the log says so.
pub const LOG_LINES_MAX: usize = 400;

/// The number of events that wait for their words; the oldest are dropped. The panels are loaded long before
/// so many have occurred.
const WAITING_MAX: usize = 20_000;

/// Returns the words for an event and its level, if it has any.
pub type Describe = fn(&Event) -> Option<(Described, Level)>;

/// A line of the event log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The number of the line, ascending within a session.
    pub number: u64,
    /// The instant, in virtual nanoseconds.
    pub at: Nanos,
    /// What happened.
    pub what: Described,
    /// The level.
    pub level: Level,
    /// How often it has happened since: repeated losses on one link share a line.
    pub times: u64,
}

/// A handle on the log; all copies share it.
#[derive(Clone, Copy)]
pub struct EventLog {
    /// The newest lines, oldest first.
    pub lines: RwSignal<VecDeque<LogLine>>,
    /// The number of lines that were dropped.
    pub dropped: RwSignal<u64>,
    next: StoredValue<u64>,
    describe: StoredValue<Option<Describe>>,
    waiting: StoredValue<VecDeque<Event>, LocalStorage>,
}

impl Default for EventLog {
    fn default() -> EventLog {
        EventLog {
            lines: RwSignal::default(),
            dropped: RwSignal::default(),
            next: StoredValue::new(1),
            describe: StoredValue::new(None),
            waiting: StoredValue::new_local(VecDeque::new()),
        }
    }
}

impl EventLog {
    /// Deletes all lines; their numbers are not used again.
    pub fn clear(&self) {
        self.lines.set(VecDeque::new());
        self.dropped.set(0);
        self.waiting.update_value(VecDeque::clear);
    }

    /// Sets the function that puts events into words; events that have waited come first.
    pub fn describe_with(&self, describe: Describe) {
        self.describe.set_value(Some(describe));
        let waiting = self.waiting.try_update_value(std::mem::take).unwrap_or_default();
        self.write(&Vec::from(waiting));
    }

    /// Adds the lines of these events.
    pub fn write(&self, events: &[Event]) {
        let Some(describe) = self.describe.get_value() else {
            self.waiting.update_value(|waiting| {
                waiting.extend(events.iter().cloned());
                waiting.drain(..waiting.len().saturating_sub(WAITING_MAX));
            });
            return;
        };
        let mut number = self.next.get_value();
        let lines: Vec<LogLine> = events
            .iter()
            .filter_map(|event| Some((event.at, describe(event)?)))
            .map(|(at, (what, level))| {
                number += 1;
                LogLine { number, at, what, level, times: 1 }
            })
            .collect();
        if lines.is_empty() {
            return;
        }
        self.next.set_value(number);
        let mut dropped = 0;
        self.lines.update(|log| {
            lines.into_iter().for_each(|line| add_line(log, line));
            while log.len() > LOG_LINES_MAX {
                log.pop_front();
                dropped += 1;
            }
        });
        if dropped > 0 {
            self.dropped.update(|count| *count += dropped);
        }
    }
}

/// Adds a line, or counts it on the line that says the same of the same network.
fn add_line(log: &mut VecDeque<LogLine>, line: LogLine) {
    const LOOK_BACK: usize = 60;
    if line.what.topic == Topic::Message {
        let recent =
            log.iter_mut().rev().take(LOOK_BACK).take_while(|known| known.what.topic != Topic::Network);
        if let Some(known) = recent.into_iter().find(|known| known.what.text == line.what.text) {
            known.times += 1;
            return;
        }
    }
    log.push_back(line);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use raft_core::cluster::Cluster;
    use raft_core::model::Settings;
    use raft_core::words::describe;

    use super::*;

    #[test]
    fn the_log_keeps_its_newest_lines_and_counts_the_others() {
        let owner = Owner::new();
        owner.set();
        let mut cluster = Cluster::new(Settings::with_seed(1)).unwrap();
        cluster.advance(3_000_000_000);
        let events = cluster.take_events();
        let log = EventLog::default();
        while log.waiting.with_value(VecDeque::len) < WAITING_MAX {
            log.write(&events);
        }
        log.write(&events);
        assert_eq!(
            log.waiting.with_value(VecDeque::len),
            WAITING_MAX,
            "those without words are bounded, too"
        );
        log.describe_with(|event| Some((describe::describe(event)?, Level::Info)));
        assert_eq!(log.waiting.with_value(VecDeque::len), 0);
        // Few events become lines, so it takes more of them than may wait.
        for _ in 0..100 {
            log.write(&events);
        }
        let (kept, dropped) = (log.lines.with_untracked(VecDeque::len), log.dropped.get_untracked());
        assert_eq!(kept, LOG_LINES_MAX);
        let last = log.lines.with_untracked(|lines| lines.back().map(|line| line.number));
        assert!(last.is_some_and(|number| number >= kept as u64 + dropped), "numbers are never given twice");
        assert!(dropped > 0);
    }

    fn line(topic: Topic, text: &str) -> LogLine {
        let what = Described { topic, node: None, text: text.to_owned() };
        LogLine { number: 1, at: 0, what, level: Level::Debug, times: 1 }
    }

    #[test]
    fn losses_on_one_link_are_one_line_until_the_network_changes() {
        let mut log = VecDeque::new();
        let mut hear = |topic, text| add_line(&mut log, line(topic, text));
        hear(Topic::Message, "lost from node1 to node2");
        hear(Topic::Message, "lost from node1 to node3");
        hear(Topic::Message, "lost from node1 to node2");
        hear(Topic::Network, "healed");
        hear(Topic::Message, "lost from node1 to node2");
        let told: Vec<(&str, u64)> = log.iter().map(|line| (line.what.text.as_str(), line.times)).collect();
        assert_eq!(
            told,
            [
                ("lost from node1 to node2", 2),
                ("lost from node1 to node3", 1),
                ("healed", 1),
                ("lost from node1 to node2", 1)
            ]
        );
    }

    #[test]
    fn what_is_no_single_message_is_told_each_time() {
        let mut log = VecDeque::new();
        (0..3).for_each(|_| add_line(&mut log, line(Topic::Election, "node2 campaigns")));
        assert_eq!(log.len(), 3);
    }
}
