//! The tape: a recording of a run, from which the view at any past instant is read.
//!
//! It is a [`Witness`]: whenever the cluster has come to rest, it writes down what changed, in a few
//! bytes a change. Blocks of some kilobytes each begin with the whole state, so reading an instant is a
//! search for its block and a walk through part of it. What is read equals the view that the cluster
//! gave at that instant, field by field; a test holds it to that.
//!
//! Past its bound the tape forgets its oldest blocks, and says from when on it still knows. Marks (the
//! turning points of a run) and requests have bounds of their own.

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

/// What a tape may hold in blocks, in bytes: about an hour of an idle cluster, or a quarter of an hour
/// of one that takes a hundred writes a second.
pub const TAPE_BYTES_MAX: usize = 64 << 20;
/// Requests whose lives a tape keeps; the oldest go first.
pub const REQUESTS_TAPED_MAX: usize = 20_000;
/// Marks kept; the oldest go first.
pub const MARKS_MAX: usize = 100_000;

/// A handle on a tape; all clones are the same one.
#[derive(Clone)]
pub struct Tape(Rc<RefCell<Inner>>);

/// Entries of one term in a log, and what lies below them: a log's shape, shared between instants.
struct Run {
    first: u64,
    term: u64,
    below: Option<Rc<Run>>,
}

/// What an entry is, wherever it lies.
#[derive(Clone)]
struct Sketch {
    /// When a log first had it.
    since: Nanos,
    digest: u64,
    label: Rc<str>,
}

/// What an entry is in one log only.
#[derive(Clone)]
struct Other {
    node: NodeId,
    index: u64,
    term: u64,
    sketch: Sketch,
}

/// Such entries remembered; the oldest are forgotten first.
const OTHERS_MAX: usize = 10_000;

#[derive(Clone)]
struct Inner {
    bytes_max: usize,
    /// Written and closed, oldest first. Tapes of branches share them.
    closed: VecDeque<Rc<Block>>,
    closed_bytes: usize,
    open: Block,
    /// As of the end of the open block.
    state: State,
    /// Shapes of logs; a state names them by number.
    shapes: Vec<Option<Rc<Run>>>,
    /// What belongs to no node, each with the instant since which it holds.
    surrounds: Vec<(Nanos, Rc<Surround>)>,
    sketches: SmallMap<(u64, u64), Sketch>,
    /// Entries of single logs that differ from the one that another log has under the same index and term: where a
    /// safeguard of Raft was lost, and nowhere else. In the order in which they came.
    others: VecDeque<Other>,
    requests: SmallMap<RequestId, Rc<RequestView>>,
    violations: Vec<ViolationView>,
    marks: VecDeque<Mark>,
    /// The members, when nodes were last written.
    configuration: Option<Rc<Configuration>>,
    /// The acting leader then.
    leader: Option<NodeId>,
    /// Events taken in.
    seen: u64,
    committed: u64,
}

impl Tape {
    /// A tape that begins with the cluster as it is now. [`Tape::attach`] makes it go on.
    pub fn of(cluster: &Cluster) -> Tape {
        Tape::with_bound(cluster, TAPE_BYTES_MAX)
    }

    /// Like [`Tape::of`], for so many bytes in blocks.
    pub fn with_bound(cluster: &Cluster, bytes_max: usize) -> Tape {
        Tape(Rc::new(RefCell::new(Inner::of(cluster, bytes_max))))
    }

    /// Records the cluster from now on.
    pub fn attach(&self, cluster: &mut Cluster) {
        cluster.attend(Box::new(self.clone()));
    }

    /// A tape of its own that holds the same up to and at an instant: the past of a branch.
    pub fn branch(&self, at: Nanos) -> Tape {
        let mut inner = self.0.borrow().clone();
        inner.cut(at);
        Tape(Rc::new(RefCell::new(inner)))
    }

    /// The first instant that can be read.
    pub fn begins_at(&self) -> Nanos {
        let inner = self.0.borrow();
        inner.closed.front().map_or(inner.open.key.at, |block| block.key.at)
    }

    /// The last instant at which something was written.
    pub fn ends_at(&self) -> Nanos {
        self.0.borrow().state.at
    }

    /// Bytes held in blocks.
    pub fn bytes(&self) -> usize {
        let inner = self.0.borrow();
        inner.closed_bytes + inner.open.size()
    }

    /// The view as it was at an instant, after all that happened at it; `None` when the tape does not
    /// reach back so far.
    pub fn view_at(&self, at: Nanos) -> Option<ClusterView> {
        self.0.borrow().view_at(at)
    }

    /// Every node's log at an instant, from an index on, as [`Cluster::log_window`] gave it then; `None`
    /// when the tape does not reach back so far.
    pub fn log_window(&self, at: Nanos, first: u64, count: u64) -> Option<Vec<LogStretch>> {
        self.0.borrow().log_window(at, first, count)
    }

    /// What happened between two instants, for a space-time diagram; `None` when the tape does not reach
    /// back so far.
    pub fn film(&self, from: Nanos, to: Nanos) -> Option<Film> {
        self.0.borrow().film(from, to)
    }

    /// The story of a message by its id: how it was sent, how it ended and what was answered; `None` when
    /// the tape does not know it, or not any more.
    pub fn story(&self, message: u64) -> Option<Story> {
        self.0.borrow().story(message)
    }

    /// Takes more of the run into a tally, at most so many changes. True when all is in it.
    pub fn tally(&self, tally: &mut Tally, changes_max: u32) -> bool {
        self.0.borrow().tally(tally, changes_max)
    }

    /// The last instant before this one at which something changed.
    pub fn instant_before(&self, at: Nanos) -> Option<Nanos> {
        self.0.borrow().instant_before(at)
    }

    /// The first instant after this one at which something changed.
    pub fn instant_after(&self, at: Nanos) -> Option<Nanos> {
        self.0.borrow().instant_after(at)
    }

    /// Takes in how the requests stand that still run, whose lives are not on the tape before they end.
    pub fn catch_up(&self, cluster: &Cluster) {
        let mut inner = self.0.borrow_mut();
        for request in cluster.requests() {
            inner.keep_request(request);
        }
    }

    /// Walks through the marks between two instants, oldest first, while `read` says so.
    pub fn read_marks(&self, from: Nanos, to: Nanos, mut read: impl FnMut(&Mark) -> bool) {
        let inner = self.0.borrow();
        let first = inner.marks.partition_point(|mark| mark.at < from);
        for mark in inner.marks.range(first..) {
            if mark.at > to || !read(mark) {
                return;
            }
        }
    }

    /// The last mark before an instant that is wanted.
    pub fn mark_before(&self, at: Nanos, wanted: impl Fn(&Mark) -> bool) -> Option<Mark> {
        let inner = self.0.borrow();
        let end = inner.marks.partition_point(|mark| mark.at < at);
        inner.marks.range(..end).rev().find(|mark| wanted(mark)).copied()
    }

    /// The first mark after an instant that is wanted.
    pub fn mark_after(&self, at: Nanos, wanted: impl Fn(&Mark) -> bool) -> Option<Mark> {
        let inner = self.0.borrow();
        let first = inner.marks.partition_point(|mark| mark.at <= at);
        inner.marks.range(first..).find(|mark| wanted(mark)).copied()
    }

    /// Who led and who thought to lead between two instants, oldest first.
    pub fn reigns(&self, from: Nanos, to: Nanos) -> Vec<Reign> {
        marks::reigns(&self.0.borrow().surrounds, from, to)
    }
}

impl Witness for Tape {
    fn see(&mut self, scene: &Scene<'_>) {
        self.0.borrow_mut().write(scene);
    }
}
