//! The recording of the run, and the branches that were left.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use raft_core::cluster::{Cluster, LogStretch, Replay, Timed};
use raft_core::model::{Action, Applied, ClusterView, Event, Settings};
use raft_core::scenario::{Journal, Noted};
use raft_core::tape::{Film, Mark, MarkKind, Story, Tally, Tape};
use raft_core::units::Nanos;

use crate::browser::{later, wall_ms};
use crate::session::{ActionList, BranchInfo, BranchPlayer, BranchTree, Label, Memory, Recorded, Session};
use crate::text::{self, time as words};
use crate::time::Jump;

/// The number of branches kept besides the current one; the oldest is dropped first.
const BRANCHES_MAX: usize = 16;
/// The part of a frame that playing a branch may take, in milliseconds of wall time.
const SLICE_MS: f64 = 8.0;
/// The number of messages and timers between two looks at the clock.
const CHUNK: u32 = 100;
/// The number of changes taken into a tally at a time: a few milliseconds' worth.
const TALLY_CHUNK: u32 = 20_000;

fn first_label() -> Label {
    Label { number: 1, name: words::first_branch().to_owned(), from: None }
}

/// A branch that was left: enough to view it, and to continue it.
#[derive(Clone)]
pub struct Branch {
    /// The name and the beginning.
    pub label: Label,
    /// The instant at which it was left, in virtual nanoseconds.
    pub until: Nanos,
    run: Kept,
}

/// The run of a branch that was left.
#[derive(Clone)]
enum Kept {
    /// A run of this page.
    Here { settings: Settings, actions: Rc<[Timed]>, tape: Tape, journal: Journal },
    /// A run from before the page was reloaded: its scenario.
    Before(Rc<str>),
}

/// Records the run.
#[derive(Clone)]
pub struct Recorder(Rc<Inner>);

struct Inner {
    session: Session,
    /// Whether the clock runs; a branch begins with a running clock.
    playing: RwSignal<bool>,
    tape: RefCell<Option<Tape>>,
    /// The current branch.
    here: RwSignal<Label>,
    next: Cell<u32>,
    left: RwSignal<Vec<Branch>, LocalStorage>,
    /// The function that plays branches from before the page was reloaded.
    player: RefCell<Option<BranchPlayer>>,
    /// The number of changes to other branches so far: one that is not the newest was cancelled.
    way: Cell<u32>,
}

/// What happens at the end of a change to another branch.
struct Goal {
    tape: Tape,
    journal: Journal,
    here: Label,
    then: Then,
}

/// What is done in a branch once it is current.
enum Then {
    /// Continue from its end.
    GoOn,
    /// The action with which it begins.
    Act(Box<Action>),
    /// An instant of it is viewed.
    LookAt(Nanos),
}

impl Recorder {
    /// Returns a recorder without a recording. `playing` is whether the clock runs.
    pub fn new(session: Session, playing: RwSignal<bool>) -> Recorder {
        Recorder(Rc::new(Inner {
            session,
            playing,
            tape: RefCell::new(None),
            here: RwSignal::new(first_label()),
            next: Cell::new(2),
            left: RwSignal::new_local(Vec::new()),
            player: RefCell::new(None),
            way: Cell::new(0),
        }))
    }

    /// Reads the tape of the run.
    pub fn tape<T>(&self, read: impl FnOnce(&Tape) -> T) -> Option<T> {
        self.0.tape.borrow().as_ref().map(read)
    }

    /// Returns the current branch.
    pub fn here(&self) -> Label {
        self.0.here.get()
    }

    /// Returns the branches that were left.
    pub fn left(&self) -> Vec<Branch> {
        self.0.left.get()
    }

    /// Renames a branch.
    pub fn rename(&self, number: u32, name: &str) {
        const LETTERS_MAX: usize = 80;
        let name: String = name.trim().chars().take(LETTERS_MAX).collect();
        if name.is_empty() {
            return;
        }
        if self.0.here.with_untracked(|here| here.number == number) {
            self.0.here.update(|here| here.name = name);
        } else {
            self.0.left.update(|left| {
                if let Some(branch) = left.iter_mut().find(|branch| branch.label.number == number) {
                    branch.label.name = name;
                }
            });
        }
    }

    /// Returns to the end of a branch that was left.
    pub fn return_to(&self, number: u32) {
        self.go(number, Then::GoOn);
    }

    /// Cancels the change to another branch. Nothing has changed by then.
    pub fn cancel(&self) {
        self.0.way.update_by_one();
        self.0.session.past.on_the_way.set(None);
    }

    fn go(&self, number: u32, then: Then) -> bool {
        let left = &self.0.left;
        let found = left.with_untracked(|left| left.iter().find(|b| b.label.number == number).cloned());
        let Some(Branch { label: here, until, run }) = found else { return false };
        match run {
            Kept::Here { settings, actions, tape, journal } => {
                self.travel(settings, actions, until, Goal { tape, journal, here, then });
            }
            Kept::Before(text) => self.play(&text, until, here, then),
        }
        true
    }

    /// Plays a branch from before the page was reloaded, then makes it current.
    fn play(&self, text: &str, until: Nanos, here: Label, then: Then) {
        let Some(player) = self.0.player.borrow().clone() else { return };
        if !self.may_leave() {
            return;
        }
        let recorder = self.clone();
        let arrive = move |run: Recorded| {
            let Recorded { cluster, tape, journal, events, .. } = run;
            recorder.settle(cluster, events, Goal { tape, journal, here, then });
        };
        player(text, until, Box::new(arrive));
    }

    /// Whether no change of branches is in progress and the current run can be kept. If not, the person was
    /// told.
    fn may_leave(&self) -> bool {
        let session = self.0.session;
        if session.past.on_the_way.with_untracked(Option::is_some) {
            session.tell(words::on_the_way_already().to_owned(), false);
            return false;
        }
        // A run that cannot be kept is not left.
        self.present().is_some()
    }

    /// Returns the current branch as it is now; `None` if it has too many actions to be played again.
    fn present(&self) -> Option<Branch> {
        let inner = &self.0;
        let session = inner.session;
        let tape = inner.tape.borrow().clone()?;
        let branch = session.look(|cluster| {
            tape.catch_up(cluster);
            Some(Branch {
                label: inner.here.get_untracked(),
                until: cluster.now(),
                run: Kept::Here {
                    settings: cluster.settings().clone(),
                    actions: cluster.history().actions()?.into(),
                    tape,
                    journal: session.journal().borrow().clone(),
                },
            })
        });
        if branch.is_none() {
            session.tell(text::too_many_actions().to_owned(), true);
        }
        branch
    }

    /// Plays a run again, a slice per frame, then makes it current.
    fn travel(&self, settings: Settings, actions: Rc<[Timed]>, until: Nanos, goal: Goal) {
        let session = self.0.session;
        if !self.may_leave() {
            return;
        }
        let Some(replay) = Replay::begin(settings, actions, until) else { return };
        session.past.on_the_way.set(Some(0));
        let way = self.0.way.update_by_one();
        self.go_on(way, replay, goal);
    }

    fn go_on(&self, way: u32, mut replay: Replay, goal: Goal) {
        if self.0.way.get() != way {
            return;
        }
        let start = wall_ms();
        while !replay.advance(CHUNK) {
            if wall_ms() - start > SLICE_MS {
                self.0.session.past.on_the_way.set(Some(replay.permille()));
                let recorder = self.clone();
                later(0, move || recorder.go_on(way, replay, goal));
                return;
            }
        }
        let mut cluster = replay.finish();
        goal.tape.attach(&mut cluster);
        self.settle(cluster, Vec::new(), goal);
    }

    /// Keeps the current branch, and makes the one of this number current. Returns false when the current one
    /// cannot be kept.
    fn leave(&self, number: u32) -> bool {
        let Some(present) = self.present() else { return false };
        self.0.left.update(|left| {
            left.retain(|known| known.label.number != number);
            if left.len() == BRANCHES_MAX {
                let dropped = left.remove(0);
                self.0.session.tell(words::branch_dropped(&dropped.label.name), false);
            }
            left.push(present);
        });
        true
    }

    /// Makes a run current, whose recording continues.
    fn settle(&self, cluster: Cluster, events: Vec<Event>, goal: Goal) {
        let inner = &self.0;
        let session = inner.session;
        if !self.leave(goal.here.number) {
            return self.cancel();
        }
        inner.tape.replace(Some(goal.tape));
        inner.here.set(goal.here);
        session.swap(cluster, goal.journal, events);
        // Commands that ran in the terminals end.
        session.drive(Cluster::end_watches);
        session.journal().borrow_mut().note(session.now(), Noted::CloseTerminals);
        match goal.then {
            Then::GoOn => (),
            Then::Act(action) => {
                if let Some(Applied::Request(id)) = session.act(*action) {
                    session.shown_request.set(Some(id));
                }
                inner.playing.set(true);
            }
            Then::LookAt(at) => {
                inner.playing.set(false);
                session.look_at(at);
            }
        }
    }
}

trait Count {
    /// Adds one, and returns the new value.
    fn update_by_one(&self) -> u32;
}

impl Count for Cell<u32> {
    fn update_by_one(&self) -> u32 {
        self.set(self.get().wrapping_add(1));
        self.get()
    }
}

impl Memory for Recorder {
    fn begin(&self, cluster: &mut Cluster) {
        let inner = &self.0;
        // Only a change to one of its own branches ends: a run that was opened may be waiting for this recorder.
        inner.way.update_by_one();
        inner.here.set(first_label());
        inner.next.set(2);
        inner.left.set(Vec::new());
        let again = cluster.history().actions().map(|actions| actions.into());
        let replay =
            again.and_then(|actions| Replay::begin(cluster.settings().clone(), actions, cluster.now()));
        if let Some(mut replay) = replay.filter(|_| cluster.now() > 0) {
            let tape = Tape::of(replay.cluster_mut());
            tape.attach(replay.cluster_mut());
            while !replay.advance(CHUNK) {}
            *cluster = replay.finish();
            // They were shown the first time.
            cluster.take_events();
            inner.tape.replace(Some(tape));
        } else {
            let tape = Tape::of(cluster);
            tape.attach(cluster);
            inner.tape.replace(Some(tape));
        }
    }

    fn view_at(&self, at: Nanos) -> Option<ClusterView> {
        let tape = self.0.tape.borrow();
        let tape = tape.as_ref()?;
        self.0.session.look(|cluster| tape.catch_up(cluster));
        tape.view_at(at)
    }

    fn log_window(&self, at: Nanos, first: u64, count: u64) -> Option<Vec<LogStretch>> {
        self.tape(|tape| tape.log_window(at, first, count))?
    }

    fn film(&self, from: Nanos, to: Nanos) -> Option<Film> {
        self.tape(|tape| {
            self.0.session.look(|cluster| tape.catch_up(cluster));
            tape.film(from.max(tape.begins_at()), to)
        })?
    }

    fn story(&self, message: u64) -> Option<Story> {
        self.tape(|tape| {
            self.0.session.look(|cluster| tape.catch_up(cluster));
            tape.story(message)
        })?
    }

    fn tally(&self, tally: &mut Tally) -> bool {
        self.tape(|tape| tape.tally(tally, TALLY_CHUNK)).unwrap_or(true)
    }

    fn begins_at(&self) -> Nanos {
        self.tape(Tape::begins_at).unwrap_or(0)
    }

    fn find(&self, from: Nanos, jump: Jump, forward: bool) -> Option<Nanos> {
        let tape = self.0.tape.borrow();
        let tape = tape.as_ref()?;
        if jump == Jump::Event {
            return if forward { tape.instant_after(from) } else { tape.instant_before(from) };
        }
        let wanted = |mark: &Mark| is_wanted(jump, mark.kind);
        let mark = if forward { tape.mark_after(from, wanted) } else { tape.mark_before(from, wanted) };
        mark.map(|mark| mark.at).filter(|at| *at >= tape.begins_at())
    }

    fn name(&self) -> Option<String> {
        let name = self.0.here.with_untracked(|here| here.name.clone());
        Some(name).filter(|name| *name != words::first_branch())
    }

    fn fork(&self, at: Nanos, action: Action) {
        let Some(present) = self.present() else { return };
        let number = self.0.next.replace(self.0.next.get() + 1);
        let name = words::branch_at(text::seconds(at), words::deed(&action));
        let Kept::Here { settings, actions, tape, journal } = present.run else { return };
        let goal = Goal {
            tape: tape.branch(at),
            journal: journal.until(at),
            here: Label { number, name, from: Some((present.label.number, at)) },
            then: Then::Act(Box::new(action)),
        };
        self.travel(settings, actions, at, goal);
    }

    fn adopt(&self, run: Recorded) -> bool {
        let inner = &self.0;
        self.cancel();
        let number = inner.next.replace(inner.next.get() + 1);
        if !self.leave(number) {
            return false;
        }
        inner.tape.replace(Some(run.tape));
        inner.here.set(Label { number, name: run.name, from: None });
        inner.session.swap(run.cluster, run.journal, run.events);
        true
    }

    fn undo(&self) {
        let session = self.0.session;
        let Some((parent, at)) = self.0.here.with_untracked(|here| here.from) else {
            return session.tell(words::nothing_to_undo().to_owned(), false);
        };
        if !self.go(parent, Then::LookAt(at)) {
            session.tell(words::parent_gone().to_owned(), false);
        }
    }

    fn branches(&self) -> BranchTree {
        let info = |branch: Branch| BranchInfo {
            label: branch.label,
            until: branch.until,
            actions: match branch.run {
                Kept::Here { settings, journal, .. } => ActionList::Noted(settings, journal),
                Kept::Before(text) => ActionList::Written(text),
            },
        };
        let left = self.0.left.get_untracked().into_iter().map(info).collect();
        BranchTree { here: self.0.here.get_untracked(), left }
    }

    fn restore(&self, BranchTree { here, left }: BranchTree, player: BranchPlayer) {
        let inner = &self.0;
        let branch = |BranchInfo { label, until, actions }: BranchInfo| match actions {
            ActionList::Written(text) => Some(Branch { label, until, run: Kept::Before(text) }),
            ActionList::Noted(..) => None,
        };
        let left: Vec<Branch> = left.into_iter().filter_map(branch).take(BRANCHES_MAX).collect();
        let numbers = left.iter().map(|branch| branch.label.number).chain([here.number]);
        inner.next.set(numbers.max().unwrap_or(0).saturating_add(1));
        inner.here.set(here);
        inner.left.set(left);
        inner.player.replace(Some(player));
    }
}

/// Whether a jump leads to marks of this kind.
fn is_wanted(jump: Jump, kind: MarkKind) -> bool {
    match jump {
        Jump::Event => false,
        Jump::Election => kind.is_election(),
        Jump::Commit => kind == MarkKind::Commit,
        Jump::Fault => kind.is_fault(),
        Jump::Write => kind == MarkKind::Write,
        Jump::Violation => kind == MarkKind::Violation,
        Jump::Mark => kind.is_election() || kind.is_fault() || kind == MarkKind::Violation,
    }
}
