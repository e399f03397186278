//! The drawing: each kind of mark is one path, however many there are, so that a full diagram is a dozen
//! elements.

use std::fmt::Write;

use raft_core::model::{MessageKind, Reply};
use raft_core::tape::{Bundle, Film, Passage, TickKind};

use super::frame::{Frame, LANE};

/// The paths of the messages, as SVG.
#[derive(Clone, Default, PartialEq)]
pub struct Paths {
    /// The lines of heartbeats.
    pub thin: String,
    /// All other lines.
    pub lines: String,
    /// The lines that stand for several messages.
    pub thick: String,
    /// The way ahead of messages in flight.
    pub ahead: String,
    /// The signs of requests.
    pub filled: String,
    /// The signs of replies.
    pub hollow: String,
    /// The content of the replies.
    pub says: String,
    /// The places where messages were lost.
    pub lost: String,
    /// The numbers on thick lines: x, y and number.
    pub counts: Vec<(i64, i64, u32)>,
}

/// The greatest number of numbers drawn.
const COUNTS_MAX: usize = 80;

/// Returns tenths as a number for SVG.
fn tenths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}.{}", value.abs() / 10, value.abs() % 10)
}

/// Appends to a path. Writing to a string does not fail.
macro_rules! put {
    ($path:expr, $($arg:tt)*) => {{ let _written = write!($path, $($arg)*); }};
}

fn line(path: &mut String, x0: i64, y0: i64, x1: i64, y1: i64) {
    put!(path, "M{} {}L{} {}", tenths(x0), tenths(y0), tenths(x1), tenths(y1));
}

impl Paths {
    /// Draws the messages of a film.
    pub fn of(film: &Film, bundles: &[Bundle], frame: &Frame) -> Paths {
        let mut paths = Paths::default();
        for bundle in bundles {
            if let Some(passage) = film.passages.get(bundle.first) {
                paths.add(passage, bundle.count, frame);
            }
        }
        paths
    }

    fn add(&mut self, passage: &Passage, count: u32, frame: &Frame) {
        let way = frame.way(passage);
        let heartbeat = passage.message.kind == MessageKind::Heartbeat;
        let path = match (count, heartbeat) {
            (1, true) => &mut self.thin,
            (1, false) => &mut self.lines,
            _ => &mut self.thick,
        };
        line(path, way.x0, way.y0, way.x1, way.y1);
        if passage.ended.is_none() {
            line(&mut self.ahead, way.x1, way.y1, way.due_x, way.due_y);
        }
        let (x, y) = (tenths(way.x1), tenths(way.y1));
        if passage.lost.is_some() {
            put!(self.lost, "M{x} {y}m-4-4l8 8m0-8l-8 8");
            return;
        }
        let path = if passage.message.reply.is_some() { &mut self.hollow } else { &mut self.filled };
        put!(path, "M{x} {y}{}", sign(passage.message.kind));
        if let Some(reply) = passage.message.reply.filter(|_| !heartbeat) {
            let says = if reply == Reply::Yes { "m-2.5 0h5m-2.5-2.5v5" } else { "m-2.5 0h5" };
            put!(self.says, "M{x} {y}{says}");
        }
        if count > 1 && self.counts.len() < COUNTS_MAX {
            self.counts.push(((way.x0 + way.x1) / 20, (way.y0 + way.y1) / 20, count));
        }
    }
}

/// Returns the sign of a kind as a path, relative to the current point.
pub fn sign(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Vote | MessageKind::PreVote => "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
        MessageKind::Append => "m-4.5-4.5h9v9h-9z",
        MessageKind::Heartbeat => "m-2-2h4v4h-4z",
        MessageKind::Snapshot => "m-5-5h10v4h-10zm0 6h10v4h-10z",
        MessageKind::Transfer => "m-5-5l10 5-10 5z",
        MessageKind::Forward | MessageKind::ReadIndex | MessageKind::Lease | MessageKind::Member => {
            "m0-5l5 5-5 5-5-5z"
        }
    }
}

/// The paths of what happened on the nodes.
#[derive(Clone, Default, PartialEq)]
pub struct Ticks {
    /// The commits.
    pub commits: String,
    /// The elections that were won.
    pub elected: String,
    /// The campaigns.
    pub campaigns: String,
    /// The crashes.
    pub crashed: String,
    /// The starts of nodes.
    pub started: String,
    /// The stops and pauses.
    pub stopped: String,
}

impl Ticks {
    /// Draws what happened in a film.
    pub fn of(film: &Film, frame: &Frame) -> Ticks {
        let mut ticks = Ticks::default();
        // Commits less than a pixel apart are one notch.
        let mut notches: Vec<(u64, i64)> = Vec::new();
        for tick in &film.ticks {
            let (x, y) = (frame.x(tick.at), frame.y(tick.node));
            let (top, foot) = (y - LANE / 2 + 6, y + 8);
            match tick.kind {
                TickKind::Committed(_) => {
                    if let Some(last) = notches.iter_mut().find(|(node, _)| *node == tick.node) {
                        if last.1 == x {
                            continue;
                        }
                        last.1 = x;
                    } else {
                        notches.push((tick.node, x));
                    }
                    put!(ticks.commits, "M{x} {foot}v6");
                }
                TickKind::Elected(_) => put!(ticks.elected, "M{x} {top}m0-5l6 10h-12z"),
                TickKind::Campaign(_) => put!(ticks.campaigns, "M{x} {top}m0-4l5 8h-10z"),
                TickKind::Crashed => put!(ticks.crashed, "M{x} {y}m-5-5l10 10m0-10l-10 10"),
                TickKind::Started => put!(ticks.started, "M{x} {y}m-3-5v10l7-5z"),
                TickKind::Stopped | TickKind::Paused => put!(ticks.stopped, "M{x} {y}m0-5l5 5-5 5-5-5z"),
            }
        }
        ticks
    }
}
