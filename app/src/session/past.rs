//! The past: what a session can do besides the present, once the part that remembers has arrived.

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

/// Remembers the run. It comes with its own part of the page, so the session knows no more of it
/// than this.
pub trait Memory {
    /// Remembers this cluster from its start, and records it from now on.
    fn begin(&self, cluster: &mut Cluster);
    /// The view at an instant that is past; `None` when the recording does not reach back so far.
    fn view_at(&self, at: Nanos) -> Option<ClusterView>;
    /// Every node's log from an index on at an instant that is past; `None` as for the view.
    fn log_window(&self, at: Nanos, first: u64, count: u64) -> Option<Vec<LogStretch>>;
    /// What happened between two instants; `None` when the recording does not reach back so far.
    fn film(&self, from: Nanos, to: Nanos) -> Option<Film>;
    /// The story of a message, wherever in the run it was sent.
    fn story(&self, message: u64) -> Option<Story>;
    /// Takes some more of the run into a tally. True when all is in it.
    fn tally(&self, tally: &mut Tally) -> bool;
    /// The first instant that is remembered.
    fn begins_at(&self) -> Nanos;
    /// Where a jump from an instant leads.
    fn find(&self, from: Nanos, jump: Jump, forward: bool) -> Option<Nanos>;
    /// What a person called the branch that is lived in; none when it has the name that every run begins with.
    fn name(&self) -> Option<String>;
    /// Begins a branch at an instant that is past, and acts there once it is there.
    fn fork(&self, at: Nanos, action: Action);
    /// Leaves the run as a branch, and lives in another one from now on, which was recorded by a tape.
    /// False when the run cannot be left; the person was told why.
    fn adopt(&self, run: Recorded) -> bool;
    /// Goes back to the branch from which this one began, to the instant at which it did.
    fn undo(&self);
    /// All branches, to be kept.
    fn branches(&self) -> BranchTree;
    /// Takes in branches that were kept, in the place of those that there are. `player` plays one when it is
    /// wanted.
    fn restore(&self, branches: BranchTree, player: BranchPlayer);
}

/// What a branch is called, and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Counts up.
    pub number: u32,
    /// What a person calls it; at first what was done at its beginning.
    pub name: String,
    /// The branch and the instant at which it begins; none for the first.
    pub from: Option<(u32, Nanos)>,
}

/// A branch that was left, as far as it is kept while the page is loaded anew.
pub struct BranchInfo {
    /// What it is called.
    pub label: Label,
    /// Where it was left.
    pub until: Nanos,
    /// What was done in it.
    pub actions: ActionList,
}

/// What was done in a branch.
pub enum ActionList {
    /// As it was noted.
    Noted(Settings, Journal),
    /// As a scenario.
    Written(Rc<str>),
}

/// All branches.
pub struct BranchTree {
    /// The one that is lived in.
    pub here: Label,
    /// Those that were left, oldest first.
    pub left: Vec<BranchInfo>,
}

/// Plays the scenario of a branch up to an instant, and hands the run over once it is there.
pub type BranchPlayer = Rc<dyn Fn(&str, Nanos, Box<dyn FnOnce(Recorded)>)>;

/// A run that was made elsewhere.
pub struct Recorded {
    /// What it is called.
    pub name: String,
    /// The cluster as it stands at its end.
    pub cluster: Cluster,
    /// Its recording, which goes on.
    pub tape: Tape,
    /// What was done in it.
    pub journal: Journal,
    /// The events that were taken out of the cluster.
    pub events: Vec<Event>,
}

/// Where a session stands in time.
#[derive(Clone, Copy)]
pub struct Past {
    /// The instant that is looked at; none when it is the present.
    pub at: RwSignal<Option<Nanos>>,
    /// How far the way to another branch is, in per mille, while one is on it.
    pub on_the_way: RwSignal<Option<u64>>,
}

impl Default for Past {
    fn default() -> Past {
        Past { at: RwSignal::new(None), on_the_way: RwSignal::new(None) }
    }
}

impl Session {
    /// Looks at an instant; at the present when it is not past.
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

    /// Looks at the present again.
    pub fn go_live(&self) {
        if self.past.at.with_untracked(Option::is_some) {
            self.past.at.set(None);
            self.clock.set(self.now());
            self.show(self.look(Cluster::view));
        }
    }

    /// Jumps forward or back. False when there is nothing to jump to that was recorded.
    pub fn jump(&self, jump: Jump, forward: bool) -> bool {
        let from = self.clock.get_untracked();
        let to = self.memory().and_then(|memory| memory.find(from, jump, forward));
        to.map(|to| self.look_at(to)).is_some()
    }

    /// Takes in who remembers. It is given the run so far.
    pub fn remember(&self, memory: Rc<dyn Memory>) {
        self.change_cluster(|cluster| memory.begin(cluster));
        self.keep_memory(memory);
        self.pump();
    }

    /// Another run becomes the present, with what was done in it, and its events as far as they were taken out
    /// of the cluster before.
    pub fn swap(&self, cluster: Cluster, journal: Journal, events: Vec<Event>) {
        self.replace_cluster(cluster, journal, events);
        self.past.at.set(None);
        self.past.on_the_way.set(None);
        self.shown_request.set(None);
        self.generation.update(|generation| *generation += 1);
        self.pump();
    }
}
