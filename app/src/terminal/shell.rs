//! One terminal: its output, the lines typed into it, and the commands that run in it.

use std::collections::VecDeque;

use raft_core::etcdctl::{History, JobId, TerminalId};
use raft_core::model::RequestId;
use raft_core::units::{Nanos, NodeId};

use super::screen::{LineKind, Screen};
use crate::text::terminal as labels;

/// The number of lines that may wait for a command to end.
const AHEAD_MAX: usize = 500;

/// A command line that is running.
pub(super) struct Job {
    pub(super) id: JobId,
    pub(super) line: String,
    pub(super) since: Nanos,
    /// Its number, once it is in the background.
    pub(super) number: Option<u32>,
    /// Its last request that was shown.
    pub(super) followed: Option<RequestId>,
    /// Whether it has ever waited for standard input.
    pub(super) reads: bool,
}

impl Job {
    pub(super) fn head(&self) -> String {
        self.number.map_or_else(String::new, |number| format!("[{number}] "))
    }
}

/// One terminal.
pub struct Shell {
    /// The node on which it is.
    pub node: NodeId,
    /// Its number among the node's terminals, from 1.
    pub(super) number: u32,
    /// The name: the node, and a number unless it is the first there.
    pub name: String,
    /// The output.
    pub screen: Screen,
    /// The history of typed lines.
    pub history: History,
    pub(super) terminal: TerminalId,
    pub(super) running: Option<Job>,
    pub(super) aside: Vec<Job>,
    /// The lines of an incomplete command.
    pub(super) open: String,
    /// The lines that wait for the running command.
    pub(super) ahead: VecDeque<String>,
    /// Whether it has changed since it was last shown.
    pub(super) changed: bool,
}

impl Shell {
    pub(super) fn new(
        node: NodeId,
        number: u32,
        name: String,
        history: History,
        terminal: TerminalId,
    ) -> Shell {
        Shell {
            node,
            number,
            name,
            screen: Screen::default(),
            history,
            terminal,
            running: None,
            aside: Vec::new(),
            open: String::new(),
            ahead: VecDeque::new(),
            changed: true,
        }
    }

    /// Queues lines that were typed or pasted, as many as may wait; lines left out are reported.
    pub(super) fn queue(&mut self, text: &str) {
        let room = AHEAD_MAX.saturating_sub(self.ahead.len());
        self.ahead.extend(text.split('\n').take(room).map(str::to_owned));
        if text.split('\n').count() > room {
            self.screen.line(LineKind::Note, "", labels::too_many_lines());
        }
        self.changed = true;
    }

    /// Returns the text in front of the line that is typed.
    pub fn prompt(&self) -> String {
        if self.open.is_empty() { format!("node{}@cluster$ ", self.node) } else { "> ".to_owned() }
    }

    pub(super) fn put_aside(&mut self, mut job: Job, number: u32) {
        job.number = Some(number);
        self.screen.line(LineKind::Note, &job.head(), labels::aside());
        self.aside.push(job);
        self.changed = true;
    }

    pub(super) fn start_over(&mut self) {
        let was_busy = self.running.is_some() || !self.aside.is_empty();
        self.running = None;
        self.aside.clear();
        self.ahead.clear();
        self.open.clear();
        if was_busy {
            self.screen.line(LineKind::Note, "", labels::new_cluster());
        }
        self.changed = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_lines_that_are_pasted_so_many_wait_and_the_others_are_said_to_be_left_out() {
        let mut shell = Shell::new(1, 1, "node1".to_owned(), History::default(), 0);
        shell.queue(&vec!["date"; AHEAD_MAX].join("\n"));
        assert_eq!((shell.ahead.len(), shell.screen.next()), (AHEAD_MAX, 0));
        shell.queue("one more");
        assert_eq!(shell.ahead.len(), AHEAD_MAX);
        let said: Vec<String> = shell.screen.since(0).map(|line| line.text()).collect();
        assert_eq!(said, [labels::too_many_lines()]);
    }
}
