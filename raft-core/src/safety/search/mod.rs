//! A second opinion on linearizability: a search for an order that explains what clients saw
//! (Wing and Gong 1993), with the improvements of Lowe 2017: an operation is put in order only
//! when an answer needs it (just in time), configurations that were seen are not searched again,
//! and each key is searched by itself. Keys that one operation bears on together are one component.
//!
//! It sees values, versions and lease ends, and takes no revision as a witness; a revision only says
//! which operation to try first, which changes how long the search takes, never what it finds. A
//! condition on a revision compares with the revisions that writes were answered with.
//!
//! It runs when somebody asks, over the bounded [`History`]. The check by revisions decides live: it costs the
//! same for each answer however long the history is, and needs no budget. This one costs more and can tell
//! more: at which instant each operation may have taken effect, or which few answers contradict each other.
//!
//! | Module | |
//! |---|---|
//! | `model` | what operations do to a few keys |
//! | `compile` | operations of clients as operations of the model |
//! | `order` | the search |
//! | `shortest` | the fewest answers that contradict each other |

mod compile;
mod model;
mod order;
mod shortest;

use super::{ClientOperation, History, Verdict};
use crate::model::RequestId;
use crate::units::Nanos;
use compile::Component;
use order::Found;

/// What the search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whether an order explains what clients saw. Undecided answers are those of components
    /// whose search ran out of steps, and those that could not be followed.
    pub verdict: Verdict,
    /// For each operation in the order that was found, an instant at which it may have taken effect,
    /// by request. Of a component without an order, those up to the answer that nothing explains.
    pub points: Vec<(RequestId, Nanos)>,
    /// The answers that contradict each other: without any of them, there is an order.
    pub violating: Vec<RequestId>,
    /// How many answers fit an order, or were shown to fit none.
    pub judged: u64,
    /// Steps that the search took.
    pub steps: u64,
}

/// Searches each component for an order, with so many steps for each.
pub fn check(history: &History, budget: u64) -> Report {
    check_operations(history.operations(), history.forgotten() > 0, history.forgotten_open() > 0, budget)
}

/// As [`check`], of operations in the order in which they were sent. When some before them are forgotten,
/// nothing is known of what keys held; when some of the forgotten may yet take effect, no violation is certain.
pub fn check_operations<'a>(
    operations: impl Iterator<Item = &'a ClientOperation>,
    forgotten: bool,
    forgotten_open: bool,
    budget: u64,
) -> Report {
    let (mut judged, mut undecided, mut violated) = (0, 0, false);
    let (mut points, mut violating, mut steps) = (Vec::new(), Vec::new(), 0);
    for component in Component::all(operations, forgotten) {
        let answers =
            component.operations.iter().filter(|operation| operation.ended.is_some()).count() as u64;
        let result = order::search(&component, budget);
        steps += result.steps;
        match result.found {
            Found::Order => judged += answers,
            Found::OutOfSteps => undecided += answers,
            Found::Nothing if forgotten_open => undecided += answers,
            Found::Nothing => {
                judged += answers;
                violated = true;
                let (shortest, more) = shortest::part(&component, result.stuck_at, budget);
                steps += more;
                violating.extend(shortest);
            }
        }
        points.extend(order::points(&component, &result.path));
    }
    points.sort_unstable();
    violating.sort_unstable();
    let verdict = match (violated, undecided) {
        (true, _) => Verdict::Violated,
        (false, 0) => Verdict::Linearizable,
        (false, answers) => Verdict::Undecided { answers },
    };
    Report { verdict, points, violating, judged, steps }
}
