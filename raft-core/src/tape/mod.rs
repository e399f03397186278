//! The tape: a recording of a run, from which the view at any past instant can be read.
//!
//! The tape is a [`Witness`]: whenever no task is ready, it records what changed, in a few bytes
//! per change. Each block of some kilobytes starts with the whole state, so reading an instant
//! means finding its block and reading a part of it. The result equals the view that the cluster
//! gave at that instant, field by field, which a test checks.
//!
//! Beyond its bound the tape drops its oldest blocks; [`Tape::begins_at`] tells the first readable
//! instant. Marks (the turning points of a run) and requests have their own bounds.
//!
//! `writing` and `reading` are the two sides, `block`, `rows` and `codec` the format. `marks`, `tally`, `film` and `story`
//! answer questions: turning points, counts for charts, what happened between two instants, and the end of one message.

mod block;
mod codec;
mod film;
mod marks;
mod reading;
mod rows;
mod story;
mod tally;
mod writing;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use block::{Block, State};
pub use film::{Bundle, FILM_MESSAGES_MAX, FILM_REQUESTS_MAX, Film, Passage, Span, Tick, TickKind, bundle};
pub use marks::{Mark, MarkKind, Reign};
pub use story::Story;
pub use tally::{Bucket, LATENCIES_MAX, TRAFFIC, Tally, Traffic};

use crate::cluster::{Cluster, LogStretch, Scene, Surround, Witness};
use crate::model::{ClusterView, Configuration, RequestId, RequestView, ViolationView};
use crate::small_map::SmallMap;
use crate::units::{Nanos, NodeId};

/// The maximum size of a tape's blocks, in bytes. It holds about an hour of an idle cluster, or a
/// quarter of an hour of a cluster with a hundred writes per second.
pub const TAPE_BYTES_MAX: usize = 64 << 20;
/// The maximum number of requests on a tape. The oldest are dropped first.
pub const REQUESTS_TAPED_MAX: usize = 20_000;
/// The maximum number of marks on a tape. The oldest are dropped first.
pub const MARKS_MAX: usize = 100_000;

/// A handle to a tape. Clones refer to the same tape.
#[derive(Clone)]
pub struct Tape(Rc<RefCell<Inner>>);

/// A run of entries with one term in a log, and the run below it. The top run describes the log's
/// shape; instants share the runs.
struct TermRun {
    first: u64,
    term: u64,
    below: Option<Rc<TermRun>>,
}

/// The data of an entry besides index and term.
#[derive(Clone)]
struct EntryInfo {
    /// The instant at which a log first had the entry.
    since: Nanos,
    digest: u64,
    label: Rc<str>,
}

/// An entry of one log that differs from the entry of another log with the same index and term.
#[derive(Clone)]
struct DivergentEntry {
    node: NodeId,
    index: u64,
    term: u64,
    info: EntryInfo,
}

/// The maximum number of such entries. The oldest are dropped first.
const DIVERGENT_MAX: usize = 10_000;

/// The content of a tape.
#[derive(Clone)]
struct Inner {
    bytes_max: usize,
    /// The complete blocks, oldest first. Tapes of branches share them.
    closed: VecDeque<Rc<Block>>,
    closed_bytes: usize,
    open: Block,
    /// The state at the end of the open block.
    state: State,
    /// The shapes of logs; a state refers to them by index.
    shapes: Vec<Option<Rc<TermRun>>>,
    /// The states of everything outside the nodes, each with the instant from which it holds.
    surrounds: Vec<(Nanos, Rc<Surround>)>,
    infos: SmallMap<(u64, u64), EntryInfo>,
    /// The differing entries of single logs, in the order of appending. They exist only if a
    /// safeguard of Raft was disabled.
    divergent: VecDeque<DivergentEntry>,
    requests: SmallMap<RequestId, Rc<RequestView>>,
    violations: Vec<ViolationView>,
    marks: VecDeque<Mark>,
    /// The membership when the nodes were last written.
    configuration: Option<Rc<Configuration>>,
    /// The acting leader when the nodes were last written.
    leader: Option<NodeId>,
    /// The number of events read.
    seen: u64,
    committed: u64,
}

impl Tape {
    /// Creates a tape that starts with the cluster's present state. [`Tape::attach`] lets it record.
    pub fn of(cluster: &Cluster) -> Tape {
        Tape::with_bound(cluster, TAPE_BYTES_MAX)
    }

    /// Like [`Tape::of`], with a maximum size of the blocks in bytes.
    pub fn with_bound(cluster: &Cluster, bytes_max: usize) -> Tape {
        Tape(Rc::new(RefCell::new(Inner::of(cluster, bytes_max))))
    }

    /// Records the cluster from now on.
    pub fn attach(&self, cluster: &mut Cluster) {
        cluster.attend(Box::new(self.clone()));
    }

    /// Returns an independent tape with the same content up to and including an instant: the past
    /// of a branch.
    pub fn branch(&self, at: Nanos) -> Tape {
        let mut inner = self.0.borrow().clone();
        inner.cut(at);
        Tape(Rc::new(RefCell::new(inner)))
    }

    /// The first readable instant.
    pub fn begins_at(&self) -> Nanos {
        let inner = self.0.borrow();
        inner.closed.front().map_or(inner.open.key.at, |block| block.key.at)
    }

    /// The last recorded instant.
    pub fn ends_at(&self) -> Nanos {
        self.0.borrow().state.at
    }

    /// The size of the blocks, in bytes.
    pub fn bytes(&self) -> usize {
        let inner = self.0.borrow();
        inner.closed_bytes + inner.open.size()
    }

    /// Returns the view at the end of an instant; `None` if the tape starts later.
    pub fn view_at(&self, at: Nanos) -> Option<ClusterView> {
        self.0.borrow().view_at(at)
    }

    /// Returns every node's log entries at an instant, from index `first` on, as
    /// [`Cluster::log_window`] gave them; `None` if the tape starts later.
    pub fn log_window(&self, at: Nanos, first: u64, count: u64) -> Option<Vec<LogStretch>> {
        self.0.borrow().log_window(at, first, count)
    }

    /// Returns what happened between two instants, for a space-time diagram; `None` if the tape
    /// starts later.
    pub fn film(&self, from: Nanos, to: Nanos) -> Option<Film> {
        self.0.borrow().film(from, to)
    }

    /// Returns a message by its id, with its end and the reply to it; `None` if it is not on the tape.
    pub fn story(&self, message: u64) -> Option<Story> {
        self.0.borrow().story(message)
    }

    /// Adds up to `changes_max` further changes to a tally. Returns true once it is complete.
    pub fn tally(&self, tally: &mut Tally, changes_max: u32) -> bool {
        self.0.borrow().tally(tally, changes_max)
    }

    /// Returns the last instant before `at` at which something changed.
    pub fn instant_before(&self, at: Nanos) -> Option<Nanos> {
        self.0.borrow().instant_before(at)
    }

    /// Returns the first instant after `at` at which something changed.
    pub fn instant_after(&self, at: Nanos) -> Option<Nanos> {
        self.0.borrow().instant_after(at)
    }

    /// Records the running requests, which otherwise are recorded only when they end.
    pub fn catch_up(&self, cluster: &Cluster) {
        let mut inner = self.0.borrow_mut();
        for request in cluster.requests() {
            inner.keep_request(request);
        }
    }

    /// Calls `read` with the marks between two instants, oldest first, until it returns false.
    pub fn read_marks(&self, from: Nanos, to: Nanos, mut read: impl FnMut(&Mark) -> bool) {
        let inner = self.0.borrow();
        let first = inner.marks.partition_point(|mark| mark.at < from);
        for mark in inner.marks.range(first..) {
            if mark.at > to || !read(mark) {
                return;
            }
        }
    }

    /// Returns the last wanted mark before an instant.
    pub fn mark_before(&self, at: Nanos, wanted: impl Fn(&Mark) -> bool) -> Option<Mark> {
        let inner = self.0.borrow();
        let end = inner.marks.partition_point(|mark| mark.at < at);
        inner.marks.range(..end).rev().find(|mark| wanted(mark)).copied()
    }

    /// Returns the first wanted mark after an instant.
    pub fn mark_after(&self, at: Nanos, wanted: impl Fn(&Mark) -> bool) -> Option<Mark> {
        let inner = self.0.borrow();
        let first = inner.marks.partition_point(|mark| mark.at <= at);
        inner.marks.range(first..).find(|mark| wanted(mark)).copied()
    }

    /// Returns the stretches of leadership between two instants, oldest first.
    pub fn reigns(&self, from: Nanos, to: Nanos) -> Vec<Reign> {
        marks::reigns(&self.0.borrow().surrounds, from, to)
    }
}

impl Witness for Tape {
    fn see(&mut self, scene: &Scene<'_>) {
        self.0.borrow_mut().write(scene);
    }
}
