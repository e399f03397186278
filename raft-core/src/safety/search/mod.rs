//! A second opinion on linearizability: a search for an order that explains the responses to
//! clients (Wing and Gong 1993), with the improvements of Lowe 2017: an operation is put in order
//! only when a response needs it (just in time), visited configurations are not searched again, and
//! each key is searched by itself. Keys that one operation reads or writes together form one component.
//!
//! The search uses values, versions and ends of leases, and does not trust revisions. A revision
//! only decides which operation to try first, which changes the duration of the search but not its
//! result. A condition on a revision is compared with the revisions in the responses to writes.
//!
//! The search runs on request over the bounded [`History`]. The check by revisions decides while
//! the cluster runs: its cost per response does not grow with the history, and it needs no budget.
//! The search costs more and tells more: at which instant each operation may have taken effect, and
//! which few responses contradict each other.
//!
//! | Module | Content |
//! |---|---|
//! | `model` | the effect of operations on a few keys |
//! | `compile` | operations of clients as operations of the model |
//! | `order` | the search |
//! | `shortest` | the fewest responses that contradict each other |

mod compile;
mod model;
mod order;
mod shortest;

use super::{ClientOperation, History, Verdict};
use crate::model::RequestId;
use crate::units::Nanos;
use compile::Component;
use order::SearchEnd;

/// The result of the search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whether an order explains the responses. Undecided responses are those of components whose
    /// search ran out of steps, or whose history was dropped in part.
    pub verdict: Verdict,
    /// For each operation in the order found, by request, an instant at which it may have taken
    /// effect. For a component without an order, the operations up to the response that no order explains.
    pub points: Vec<(RequestId, Nanos)>,
    /// The requests whose responses contradict each other. Without any one of them there is an order.
    pub violating: Vec<RequestId>,
    /// The number of responses that fit an order or were shown to fit none.
    pub judged: u64,
    /// The number of steps of the search.
    pub steps: u64,
}

/// Searches each component for an order, with at most `budget` steps each.
pub fn check(history: &History, budget: u64) -> Report {
    check_operations(history.operations(), history.forgotten() > 0, history.forgotten_open() > 0, budget)
}

/// Like [`check`], for operations in the order of sending. `forgotten` tells that earlier
/// operations were dropped, so the keys' initial values are unknown. `forgotten_open` tells that
/// some dropped ones may still take effect, so no violation is certain.
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
            SearchEnd::Order => judged += answers,
            SearchEnd::OutOfSteps => undecided += answers,
            SearchEnd::NoOrder if forgotten_open => undecided += answers,
            SearchEnd::NoOrder => {
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
