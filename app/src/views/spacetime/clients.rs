//! Clients: each request is a bar from its beginning to its end, with the point at which it took effect.
//! Overlapping requests are in different lanes, as if each lane were a client that waits for its answer.

use std::fmt::Write;

use raft_core::model::{LifeStep, Outcome, RequestId, RequestStep, RequestView};
use raft_core::tape::Film;
use raft_core::units::Nanos;
use raft_core::words::describe::operation_text;

use super::frame::{CLIENT, Frame};
use crate::text;

/// The greatest number of lanes for clients.
const LANES_MAX: usize = 6;
/// The width of a letter in pixels, for truncating names to their bars.
const LETTER: i64 = 7;

/// A request in its lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// The request.
    pub id: RequestId,
    lane: i64,
    from: Nanos,
    to: Option<Nanos>,
    point: Option<Nanos>,
    /// Whether its outcome is known, once it has ended.
    certain: bool,
    failed: bool,
    name: String,
}

/// Returns the instant at which a request took effect: a write when its entry was committed, a read when a
/// leader confirmed its leadership.
fn point(request: &RequestView) -> Option<Nanos> {
    request.steps.iter().rev().find_map(|(at, step)| match step {
        LifeStep::Committed { .. } | LifeStep::Noted(RequestStep::ReadConfirmed { .. }) => Some(*at),
        _ => None,
    })
}

/// Returns the bars of a film, and the number of requests without a lane.
pub fn bars(film: &Film) -> (Vec<Bar>, u64) {
    let mut ends: Vec<Nanos> = Vec::new();
    let mut bars = Vec::new();
    let mut left_out = film.requests_left_out;
    for request in &film.requests {
        let to = request.ended.as_ref().map(|(at, _)| *at);
        let free = ends.iter().position(|end| *end <= request.started);
        let lane = match free {
            Some(lane) => lane,
            None if ends.len() < LANES_MAX => {
                ends.push(0);
                ends.len() - 1
            }
            None => {
                left_out += 1;
                continue;
            }
        };
        ends[lane] = to.unwrap_or(Nanos::MAX);
        let outcome = request.ended.as_ref().map(|(_, outcome)| outcome);
        bars.push(Bar {
            id: request.id,
            lane: lane as i64,
            from: request.started,
            to,
            point: point(request),
            certain: !matches!(outcome, Some(Outcome::Unknown(_))),
            failed: matches!(
                outcome,
                Some(Outcome::Failed(_) | Outcome::Refused { .. } | Outcome::Rejected { .. })
            ),
            name: text::tell(&operation_text(&request.operation)),
        });
    }
    (bars, left_out)
}

/// Returns the number of lanes that bars take.
pub fn lanes(bars: &[Bar]) -> i64 {
    bars.iter().map(|bar| bar.lane + 1).max().unwrap_or(0)
}

/// Returns the request whose bar is at a point.
pub fn bar_at(bars: &[Bar], frame: &Frame, x: i64, y: i64) -> Option<RequestId> {
    let found = bars.iter().rev().find(|bar| {
        let end = bar.to.unwrap_or(frame.at.max(bar.from));
        (frame.client_y(bar.lane) - y).abs() <= CLIENT / 2
            && (frame.x(bar.from) - 3..=frame.x(end) + 3).contains(&x)
    });
    found.map(|bar| bar.id)
}

/// The paths of the bars.
#[derive(Clone, Default, PartialEq)]
pub struct Bars {
    /// The bars that ended well or are in progress.
    pub plain: String,
    /// The bars whose outcome is unknown.
    pub unknown: String,
    /// The places where a request was refused or failed.
    pub failed: String,
    /// The points at which requests took effect.
    pub points: String,
    /// The names that fit: x, y and text.
    pub names: Vec<(i64, i64, String)>,
}

impl Bars {
    /// Draws bars.
    pub fn of(bars: &[Bar], frame: &Frame) -> Bars {
        const NAMES_MAX: usize = 60;
        let mut drawn = Bars::default();
        for bar in bars {
            let y = frame.client_y(bar.lane);
            // A bar that began before the frame is cut off at its edge, so that its name is visible.
            let x0 = frame.x(bar.from.max(frame.from));
            let x1 = frame.x(bar.to.unwrap_or(frame.at).min(frame.to)).max(x0 + 1);
            let path = if bar.certain { &mut drawn.plain } else { &mut drawn.unknown };
            // Writing to a string does not fail.
            let _written = write!(path, "M{x0} {}h{}v12h-{}z", y - 6, x1 - x0, x1 - x0);
            if bar.failed {
                let _written = write!(drawn.failed, "M{x1} {y}m-4-4l8 8m0-8l-8 8");
            }
            if let Some(point) = bar.point.filter(|at| *at >= frame.from) {
                let _written = write!(drawn.points, "M{} {}l5 6-5 6-5-6z", frame.x(point), y - 6);
            }
            let room = ((x1 - x0 - 16) / LETTER).max(0) as usize;
            if room >= 5 && drawn.names.len() < NAMES_MAX {
                drawn.names.push((x0 + 5, y + 4, cut(&bar.name, room)));
            }
        }
        drawn
    }
}

/// Returns a name truncated to `room` letters.
fn cut(name: &str, room: usize) -> String {
    if name.chars().count() <= room {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(room - 1).collect();
    short.push('…');
    short
}
