//! A script with its cluster: what it has said, and whether a person took over.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use raft_core::cluster::Cluster;
use raft_core::model::Event;
use raft_core::scenario::{Halt, Item, Journal, Script, Teach, Told};
use raft_core::units::Nanos;

use crate::session::Driver;
use crate::state::Page;

/// The number of kept texts of a script; a script says no more than its text has room for.
const TOLD_MAX: usize = 20_000;

/// The place where a script was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// How many of its steps had begun.
    pub begun: usize,
    /// The instant, in virtual nanoseconds.
    pub at: Nanos,
}

/// A script on the stage.
pub struct Run {
    /// The lesson's id, if it is a lesson.
    pub lesson: Option<String>,
    /// The script.
    pub script: Script,
    /// What it has said so far.
    pub told: Vec<Told>,
    /// Where a person took over.
    pub left: Option<Left>,
    /// How many actions of the journal are the script's; a person's come on top.
    pub noted: usize,
    counter: RwSignal<u32>,
    journal: Rc<RefCell<Journal>>,
    /// The halt for which the clock was stopped.
    halted: Option<(usize, Halt)>,
    /// Whether it stops after each paragraph until the reader continues.
    pub paced: bool,
    /// How many of the told texts need no reading any more.
    read: usize,
    /// The paragraph for which the clock was stopped.
    stopped_at: Option<usize>,
    away: bool,
    workshop: RwSignal<bool>,
}

/// Returns the first paragraph among the told texts from `read` on.
fn first_paragraph(told: &[Told], read: usize) -> Option<usize> {
    let is_paragraph = |told: &Told| matches!(told.item, Item::Teach(Teach::Say, _));
    told.iter().skip(read).position(is_paragraph).map(|at| at + read)
}

impl Run {
    /// Returns the run of a script that has said `told` so far.
    pub fn new(page: Page, lesson: Option<String>, script: Script, told: Vec<Told>) -> Run {
        let (journal, counter) = (page.session.journal(), page.scene.told);
        let noted = journal.borrow().len();
        let (read, workshop) = (told.len(), page.scene.workshop);
        let (halted, stopped_at, paced, away) = (None, None, false, false);
        Run {
            lesson,
            script,
            told,
            left: None,
            noted,
            counter,
            journal,
            halted,
            paced,
            read,
            stopped_at,
            away,
            workshop,
        }
    }

    /// Returns the position of the paragraph that waits to be read, if one does.
    pub fn unread(&self) -> Option<usize> {
        // The workshop shows stops only.
        let stops = self.paced && self.plays() && !self.workshop.get_untracked();
        stops.then(|| first_paragraph(&self.told, self.read)).flatten()
    }

    /// Notes that the reader has read the paragraph that waits.
    pub fn note_read(&mut self) {
        if let Some(at) = self.unread() {
            self.read = at + 1;
            self.counter.update(|count| *count += 1);
        }
    }

    /// Continues after a question or a stop.
    pub fn go_on(&mut self, now: Nanos) {
        self.script.go_on(now);
        self.take_in();
        self.counter.update(|count| *count += 1);
    }

    /// Continues without pausing at questions and stops, until [`Run::watch_again`].
    pub fn look_away(&mut self, now: Nanos) {
        if self.plays() {
            self.away = true;
            self.script.look_away(now);
            self.take_in();
            self.counter.update(|count| *count += 1);
        }
    }

    /// Pauses again at questions and stops from now on.
    pub fn watch_again(&mut self) {
        self.away = false;
        self.script.watch_again();
    }

    /// Whether the script is still playing.
    pub fn plays(&self) -> bool {
        self.left.is_none() && !self.script.is_done()
    }

    /// Leaves the script where it is.
    pub fn leave(&mut self, at: Nanos) {
        if self.plays() {
            self.left = Some(Left { begun: self.script.begun(), at });
            self.counter.update(|count| *count += 1);
        }
    }

    /// Takes in what the script has said and done since the last call.
    fn take_in(&mut self) {
        for (at, deed) in self.script.take_noted() {
            self.noted += 1;
            self.journal.borrow_mut().note(at, deed);
        }
        let mut told = self.script.take_told();
        if !told.is_empty() && self.told.len() < TOLD_MAX {
            self.told.append(&mut told);
            if self.away || self.workshop.get_untracked() {
                self.read = self.told.len();
            }
            self.counter.update(|count| *count += 1);
        }
    }
}

/// The driver through which the session runs the script.
pub struct ScriptDriver(pub Rc<RefCell<Run>>);

impl Driver for ScriptDriver {
    fn is_busy(&self) -> bool {
        self.0.borrow().plays()
    }

    fn wakes_at(&self, cluster: &Cluster) -> Option<Nanos> {
        let run = self.0.borrow();
        run.left.is_none().then(|| run.script.wakes_at(cluster)).flatten()
    }

    fn pass_time(&mut self, cluster: &mut Cluster) {
        let mut run = self.0.borrow_mut();
        run.script.pass_time(cluster);
        run.take_in();
    }

    fn hear(&mut self, cluster: &mut Cluster, events: &[Event]) {
        let mut run = self.0.borrow_mut();
        if run.left.is_none() {
            run.script.hear(cluster, events);
            run.take_in();
        }
    }

    fn moved(&mut self, cluster: &Cluster) {
        let mut run = self.0.borrow_mut();
        if run.left.is_none() {
            run.script.moved();
            run.script.judge(cluster);
            run.take_in();
        }
    }

    fn halts(&mut self) -> bool {
        let mut run = self.0.borrow_mut();
        let halt = run.script.halt().map(|halt| (run.script.begun(), halt.clone()));
        let is_new = halt.is_some() && halt != run.halted;
        run.halted = halt;
        let unread = run.unread();
        let is_unread = unread.is_some() && unread != run.stopped_at;
        run.stopped_at = unread;
        is_new || is_unread
    }

    fn give_way(&mut self, cluster: &Cluster) {
        let mut run = self.0.borrow_mut();
        if !run.script.is_inviting() {
            run.leave(cluster.now());
        }
    }

    fn start_over(&mut self) {
        let mut run = self.0.borrow_mut();
        if run.left.is_none() {
            let at = run.told.last().map_or(0, |told| told.at);
            run.leave(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(item: Item) -> Told {
        Told { at: 0, line: 1, item }
    }

    #[test]
    fn of_the_paragraphs_that_are_not_read_yet_the_first_one_waits() {
        let say = |text: &str| told(Item::Teach(Teach::Say, text.to_owned()));
        let did = || told(Item::Did("kill leader".to_owned()));
        let all = [did(), say("one"), say("two"), did()];
        assert_eq!(first_paragraph(&all, 0), Some(1));
        assert_eq!(first_paragraph(&all, 2), Some(2));
        assert_eq!(first_paragraph(&all, 3), None, "a command is no paragraph");
        assert_eq!(first_paragraph(&all, 9), None);
    }
}
