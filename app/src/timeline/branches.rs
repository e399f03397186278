//! What is remembered: the tape of the run, and the branches that were left.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use raft_core::cluster::{Action, Applied, Cluster, ClusterView, Replay, Settings, Timed};
use raft_core::scenario::{Journal, Noted};
use raft_core::tape::{Mark, MarkKind, Tape};
use raft_core::units::Nanos;

use crate::app::Page;
use crate::browser::{later, wall_ms};
use crate::past::{Jump, Memory};
use crate::session::Session;
use crate::text;

/// Branches kept besides the one that is lived in; the oldest goes first.
const BRANCHES_MAX: usize = 16;
/// What of a frame is spent on the way to another branch, in wall milliseconds.
const SLICE_MS: f64 = 8.0;
/// Messages and timers between two looks at the clock.
const CHUNK: u32 = 100;

/// A branch that was left: enough to look at it, and to live in it again.
#[derive(Clone)]
pub struct Branch {
    /// Counts up; its name.
    pub number: u32,
    /// The branch and the instant at which it begins; none for the first.
    pub from: Option<(u32, Nanos)>,
    /// Where it was left.
    pub until: Nanos,
    settings: Settings,
    actions: Rc<[Timed]>,
    tape: Tape,
    journal: Journal,
}

/// Remembers the run.
#[derive(Clone)]
pub struct Recorder(Rc<Inner>);

struct Inner {
    session: Session,
    /// A branch begins with the clock running.
    playing: RwSignal<bool>,
    tape: RefCell<Option<Tape>>,
    /// Number and beginning of the branch that is lived in.
    here: RwSignal<(u32, Option<(u32, Nanos)>)>,
    next: Cell<u32>,
    left: RwSignal<Vec<Branch>, LocalStorage>,
}

/// What happens at the end of the way to a branch.
struct Goal {
    tape: Tape,
    journal: Journal,
    here: (u32, Option<(u32, Nanos)>),
    action: Option<Action>,
}

impl Recorder {
    /// Remembers nothing yet.
    pub fn new(page: Page) -> Recorder {
        Recorder(Rc::new(Inner {
            session: page.session,
            playing: page.playback.playing,
            tape: RefCell::new(None),
            here: RwSignal::new((1, None)),
            next: Cell::new(2),
            left: RwSignal::new_local(Vec::new()),
        }))
    }

    /// Reads the tape of the run.
    pub fn tape<T>(&self, read: impl FnOnce(&Tape) -> T) -> Option<T> {
        self.0.tape.borrow().as_ref().map(read)
    }

    /// The number of the branch that is lived in, and where it begins.
    pub fn here(&self) -> (u32, Option<(u32, Nanos)>) {
        self.0.here.get()
    }

    /// The branches that were left.
    pub fn left(&self) -> Vec<Branch> {
        self.0.left.get()
    }

    /// Goes back to a branch that was left: to its end.
    pub fn return_to(&self, number: u32) {
        let found = self.0.left.with_untracked(|left| left.iter().find(|b| b.number == number).cloned());
        let Some(branch) = found else { return };
        if !self.leave() {
            return;
        }
        self.0.left.update(|left| left.retain(|known| known.number != number));
        let goal = Goal {
            tape: branch.tape,
            journal: branch.journal,
            here: (branch.number, branch.from),
            action: None,
        };
        self.travel(branch.settings, branch.actions, branch.until, goal);
    }

    /// Keeps the branch that is lived in. False when it cannot be left.
    fn leave(&self) -> bool {
        let inner = &self.0;
        let session = inner.session;
        if session.past.on_the_way.with_untracked(Option::is_some) {
            return false;
        }
        let Some(tape) = inner.tape.borrow().clone() else { return false };
        let (number, from) = inner.here.get_untracked();
        let branch = session.look(|cluster| {
            tape.catch_up(cluster);
            Some(Branch {
                number,
                from,
                until: cluster.now(),
                settings: cluster.settings().clone(),
                actions: cluster.history().actions()?.into(),
                tape,
                journal: session.journal().borrow().clone(),
            })
        });
        let Some(branch) = branch else {
            session.tell(text::too_many_actions().to_owned(), true);
            return false;
        };
        inner.left.update(|left| {
            if left.len() == BRANCHES_MAX {
                left.remove(0);
            }
            left.push(branch);
        });
        true
    }

    /// Plays a run again, a slice a frame, and lives in it once it is there.
    fn travel(&self, settings: Settings, actions: Rc<[Timed]>, until: Nanos, goal: Goal) {
        let Some(replay) = Replay::begin(settings, actions, until) else { return };
        self.0.session.past.on_the_way.set(Some(0));
        self.go_on(replay, goal);
    }

    fn go_on(&self, mut replay: Replay, goal: Goal) {
        let start = wall_ms();
        while !replay.advance(CHUNK) {
            if wall_ms() - start > SLICE_MS {
                self.0.session.past.on_the_way.set(Some(replay.permille()));
                let recorder = self.clone();
                later(0, move || recorder.go_on(replay, goal));
                return;
            }
        }
        self.arrive(replay.finish(), goal);
    }

    fn arrive(&self, mut cluster: Cluster, goal: Goal) {
        let session = self.0.session;
        goal.tape.attach(&mut cluster);
        self.0.tape.replace(Some(goal.tape));
        self.0.here.set(goal.here);
        session.swap(cluster, goal.journal);
        // Nobody goes on with what ran in the terminals.
        session.drive(Cluster::end_watches);
        session.journal().borrow_mut().note(session.now(), Noted::CloseTerminals);
        if let Some(action) = goal.action {
            if let Some(Applied::Request(id)) = session.act(action) {
                session.shown_request.set(Some(id));
            }
            self.0.playing.set(true);
        }
    }
}

impl Memory for Recorder {
    fn begin(&self, cluster: &mut Cluster) {
        let inner = &self.0;
        inner.here.set((1, None));
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

    fn fork(&self, at: Nanos, action: Action) {
        let Some(tape) = self.0.tape.borrow().clone() else { return };
        if !self.leave() {
            return;
        }
        let branch = self.0.left.with_untracked(|left| left.last().cloned());
        let Some(left) = branch else { return };
        let number = self.0.next.replace(self.0.next.get() + 1);
        let goal = Goal {
            tape: tape.branch(at),
            journal: left.journal.until(at),
            here: (number, Some((left.number, at))),
            action: Some(action),
        };
        self.travel(left.settings, left.actions, at, goal);
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
