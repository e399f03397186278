//! The filter of the event log: by level, kind, node and word.

use std::collections::VecDeque;

use raft_core::units::NodeId;
use raft_core::words::describe::{Level, Topic};

use crate::session::LogLine;
use crate::text::{self, events as words};

/// The kinds of events that can be left out of the log.
pub const CHOICES: [(text::Word, &[Topic]); 4] = [
    (words::nodes, &[Topic::Process, Topic::Members, Topic::Log]),
    (words::elections, &[Topic::Election]),
    (words::network, &[Topic::Network, Topic::Message]),
    (words::clients, &[Topic::Client]),
];
/// The levels, lowest first.
pub const LEVELS: [Level; 5] = [Level::Debug, Level::Info, Level::Notable, Level::Warning, Level::Violation];

/// The filter of the log.
#[derive(Clone, PartialEq)]
pub struct Choice {
    /// Indexes in [`CHOICES`] of the kinds that are left out.
    pub hidden: Vec<usize>,
    /// The lowest level that is listed.
    pub level: Level,
    /// Lists only lines about this node, if set.
    pub node: Option<NodeId>,
    /// The word that a line must contain, in lower case.
    pub word: String,
}

impl Default for Choice {
    /// Returns the filter that lists all lines.
    fn default() -> Choice {
        Choice { hidden: Vec::new(), level: Level::Debug, node: None, word: String::new() }
    }
}

impl Choice {
    /// Leaves out an index of [`CHOICES`], or takes it in again.
    pub fn toggle(&mut self, at: usize) {
        match self.hidden.iter().position(|known| *known == at) {
            Some(found) => {
                self.hidden.remove(found);
            }
            None => self.hidden.push(at),
        }
    }

    /// Whether the filter lists a line.
    pub fn wants(&self, line: &LogLine) -> bool {
        line.level >= self.level
            && !self.hidden.iter().any(|at| CHOICES[*at].1.contains(&line.what.topic))
            && self.node.is_none_or(|node| names(line, node))
            && (self.word.is_empty() || text::sentence(&line.what.text).to_lowercase().contains(&self.word))
    }
}

/// Whether a line is about a node.
fn names(line: &LogLine, node: NodeId) -> bool {
    let name = format!("node{node}");
    line.what.node == Some(node)
        || line.what.text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == name)
}

/// The lines that are listed.
#[derive(Clone, Default, PartialEq)]
pub struct Listed {
    /// The lines, newest first.
    pub lines: Vec<LogLine>,
    /// The number of lines that match, shown or not.
    pub matching: usize,
    /// Whether the log is empty.
    pub empty: bool,
}

impl Listed {
    /// Returns the newest lines that match, at most `most`.
    pub fn of(log: &VecDeque<LogLine>, choice: &Choice, most: usize) -> Listed {
        let mut lines: Vec<LogLine> = Vec::new();
        let mut matching = 0;
        for line in log.iter().rev().filter(|line| choice.wants(line)) {
            matching += 1;
            if lines.len() < most {
                lines.push(line.clone());
            }
        }
        Listed { lines, matching, empty: log.is_empty() }
    }
}

#[cfg(test)]
mod tests {
    use raft_core::words::describe::Described;

    use super::*;

    fn line(number: u64, topic: Topic, level: Level, node: Option<NodeId>, text: &str) -> LogLine {
        LogLine {
            number,
            at: number,
            what: Described { topic, node, text: text.to_owned() },
            level,
            times: 1,
        }
    }

    /// A log with an election, a crash, a partition that names nodes, and an answer to a client.
    fn log() -> VecDeque<LogLine> {
        VecDeque::from([
            line(1, Topic::Election, Level::Notable, Some(2), "node2 leads term 1"),
            line(2, Topic::Process, Level::Warning, Some(2), "node2 crashed"),
            line(3, Topic::Network, Level::Warning, None, "node1, node12 | node3 are cut off"),
            line(4, Topic::Client, Level::Debug, Some(3), "request 1 asks node3"),
        ])
    }

    fn wanted(choice: &Choice) -> Vec<u64> {
        Listed::of(&log(), choice, 100).lines.iter().map(|line| line.number).collect()
    }

    #[test]
    fn everything_is_listed_at_first_newest_first() {
        assert_eq!(wanted(&Choice::default()), [4, 3, 2, 1]);
    }

    #[test]
    fn a_level_leaves_out_what_matters_less() {
        let from = |level| wanted(&Choice { level, ..Choice::default() });
        assert_eq!(from(Level::Info), [3, 2, 1]);
        assert_eq!(from(Level::Warning), [3, 2]);
        assert_eq!(from(Level::Violation), Vec::<u64>::new());
    }

    #[test]
    fn a_kind_is_left_out_and_taken_in_again() {
        let mut choice = Choice::default();
        choice.toggle(1);
        assert_eq!(wanted(&choice), [4, 3, 2], "without elections");
        choice.toggle(0);
        assert_eq!(wanted(&choice), [4, 3], "nor what happens to nodes");
        choice.toggle(1);
        assert_eq!(wanted(&choice), [4, 3, 1]);
    }

    #[test]
    fn a_line_is_about_a_node_also_where_it_only_names_it() {
        let about = |node| wanted(&Choice { node: Some(node), ..Choice::default() });
        assert_eq!(about(3), [4, 3]);
        assert_eq!(about(2), [2, 1], "node12 is another node");
        assert_eq!(about(12), [3]);
    }

    #[test]
    fn a_word_is_found_in_any_case_in_the_sentence_that_is_read() {
        let with = |word: &str| wanted(&Choice { word: word.to_lowercase(), ..Choice::default() });
        assert_eq!(with("LEADS"), [1]);
        assert_eq!(with("crashed."), [2], "with the full stop of the sentence");
        assert_eq!(with("no such word"), Vec::<u64>::new());
    }

    #[test]
    fn of_many_lines_the_newest_are_listed_and_all_that_match_are_counted() {
        let listed = Listed::of(&log(), &Choice::default(), 2);
        let numbers: Vec<u64> = listed.lines.iter().map(|line| line.number).collect();
        assert_eq!((numbers, listed.matching, listed.empty), (vec![4, 3], 4, false));
        assert!(Listed::of(&VecDeque::new(), &Choice::default(), 2).empty);
    }

    #[test]
    fn every_topic_of_the_log_but_a_violation_can_be_left_out() {
        let all = [
            Topic::Process,
            Topic::Election,
            Topic::Network,
            Topic::Client,
            Topic::Members,
            Topic::Log,
            Topic::Message,
        ];
        for topic in all {
            let of = CHOICES.iter().filter(|(_, topics)| topics.contains(&topic)).count();
            assert_eq!(of, 1, "{topic:?}");
        }
        assert!(!CHOICES.iter().any(|(_, topics)| topics.contains(&Topic::Violation)));
    }
}
