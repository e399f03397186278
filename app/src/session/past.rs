//! The past: what a session can do at other instants, once the recorder is loaded.

use std::rc::Rc;

use leptos::prelude::*;
use raft_core::cluster::{Cluster, LogStretch};
use raft_core::model::{Action, ClusterView, Event, Settings};
use raft_core::scenario::Journal;
use raft_core::tape::{Film, Story, Tally, Tape};
use raft_core::units::Nanos;

use super::Session;
use crate::text;
use crate::time::Jump;

/// Records the run. The recorder is loaded with its own part of the page, so the session knows it only
/// through this trait.
pub trait Memory {
    /// Rebuilds the recording of this cluster from its start, and records it from now on.
    fn begin(&self, cluster: &mut Cluster);
    /// Returns the view at an instant of the past; `None` when the recording does not reach back so far.
    fn view_at(&self, at: Nanos) -> Option<ClusterView>;
    /// Returns every node's log from index `first` on at an instant of the past; `None` when the recording
    /// does not reach back so far.
    fn log_window(&self, at: Nanos, first: u64, count: u64) -> Option<Vec<LogStretch>>;
    /// Returns what happened between two instants; `None` when the recording does not reach back so far.
    fn film(&self, from: Nanos, to: Nanos) -> Option<Film>;
    /// Returns the story of a message, whenever it was sent.
    fn story(&self, message: u64) -> Option<Story>;
    /// Adds a part of the run to a tally. Returns true when the tally is complete.
    fn tally(&self, tally: &mut Tally) -> bool;
    /// Returns the first instant that is recorded.
    fn begins_at(&self) -> Nanos;
    /// Returns the instant to which a jump leads.
    fn find(&self, from: Nanos, jump: Jump, forward: bool) -> Option<Nanos>;
    /// Returns the name that a person gave to the current branch; `None` if it still has the name with which
    /// every run begins.
    fn name(&self) -> Option<String>;
    /// Begins a branch at an instant of the past, and acts there.
    fn fork(&self, at: Nanos, action: Action);
    /// Leaves the current run as a branch and continues with `run`, which a tape has recorded. Returns false
    /// when the current run cannot be kept; the person was told why.
    fn adopt(&self, run: Recorded) -> bool;
    /// Returns to the branch from which this one began, at the instant at which it did.
    fn undo(&self);
    /// Returns all branches, for storage.
    fn branches(&self) -> BranchTree;
    /// Replaces all branches by stored ones. `player` plays one when it is needed.
    fn restore(&self, branches: BranchTree, player: BranchPlayer);
}

/// The name of a branch and its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The number, ascending.
    pub number: u32,
    /// The name from a person; at first, the action with which the branch began.
    pub name: String,
    /// The branch and the instant from which it began; `None` for the first.
    pub from: Option<(u32, Nanos)>,
}

/// A branch that was left, as it is stored while the page is reloaded.
pub struct BranchInfo {
    /// The name and the beginning.
    pub label: Label,
    /// The instant at which it was left.
    pub until: Nanos,
    /// The actions in it.
    pub actions: ActionList,
}

/// The actions in a branch.
pub enum ActionList {
    /// As a journal, with the settings.
    Noted(Settings, Journal),
    /// As a scenario.
    Written(Rc<str>),
}

/// All branches.
pub struct BranchTree {
    /// The current branch.
    pub here: Label,
    /// The branches that were left, oldest first.
    pub left: Vec<BranchInfo>,
}

/// Plays the scenario of a branch up to an instant, then hands over the run.
pub type BranchPlayer = Rc<dyn Fn(&str, Nanos, Box<dyn FnOnce(Recorded)>)>;

/// A run that was made apart from the session.
pub struct Recorded {
    /// The name.
    pub name: String,
    /// The cluster at the end of the run.
    pub cluster: Cluster,
    /// The recording, which continues.
    pub tape: Tape,
    /// The actions in it.
    pub journal: Journal,
    /// The events that were taken out of the cluster.
    pub events: Vec<Event>,
}

/// The position of a session in time.
#[derive(Clone, Copy)]
pub struct Past {
    /// The instant that is viewed; `None` at the present.
    pub at: RwSignal<Option<Nanos>>,
    /// The progress of a change to another branch, in per mille; `None` if there is none.
    pub on_the_way: RwSignal<Option<u64>>,
}

impl Default for Past {
    fn default() -> Past {
        Past { at: RwSignal::new(None), on_the_way: RwSignal::new(None) }
    }
}

impl Session {
    /// Shows an instant of the past; any other instant means the present.
    pub fn look_at(&self, at: Nanos) {
        if self.past.on_the_way.with_untracked(Option::is_some) {
            return;
        }
        if at >= self.now() {
            return self.go_live();
        }
        match self.memory().and_then(|memory| memory.view_at(at)) {
            Some(view) => {
                self.past.at.set(Some(at));
                self.clock.set(at);
                self.show(view);
            }
            None => self.tell(text::not_recorded().to_owned(), false),
        }
    }

    /// Shows the present again.
    pub fn go_live(&self) {
        if self.past.at.with_untracked(Option::is_some) {
            self.past.at.set(None);
            self.clock.set(self.now());
            self.show(self.look(Cluster::view));
        }
    }

    /// Jumps forward or back. Returns false when no recorded instant is left to jump to.
    pub fn jump(&self, jump: Jump, forward: bool) -> bool {
        let from = self.clock.get_untracked();
        let to = self.memory().and_then(|memory| memory.find(from, jump, forward));
        to.map(|to| self.look_at(to)).is_some()
    }

    /// Sets the recorder, which receives the run so far.
    pub fn remember(&self, memory: Rc<dyn Memory>) {
        self.change_cluster(|cluster| memory.begin(cluster));
        self.keep_memory(memory);
        self.pump();
    }

    /// Replaces the run. `events` are those that were taken out of the new cluster so far.
    pub fn swap(&self, cluster: Cluster, journal: Journal, events: Vec<Event>) {
        self.replace_cluster(cluster, journal, events);
        self.past.at.set(None);
        self.past.on_the_way.set(None);
        self.shown_request.set(None);
        self.generation.update(|generation| *generation += 1);
        self.pump();
    }
}
