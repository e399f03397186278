//! The shortest part of a history that no order explains: the fewest responses that contradict each other.
//!
//! First the history is cut after the response that no order explains, or after a later response of
//! an operation that ran beside it. Then as much as possible is cut at its start, after which keys
//! may hold anything. Then responses are dropped, half of them at a time, then fewer: a read is
//! removed, a write becomes open. The responses that cannot be dropped are the result.

use super::compile::{Component, Followed};
use super::model::Cell;
use super::order::{SearchEnd, search};
use crate::model::RequestId;

/// The maximum number of operations among which responses are dropped; of more, all are kept.
const ANSWERS_MAX: usize = 200;

/// Returns the requests whose responses contradict each other, if no order explains the response of
/// operation `stuck_at`; and the number of steps taken.
pub(super) fn part(component: &Component, stuck_at: usize, budget: u64) -> (Vec<RequestId>, u64) {
    let mut steps = 0;
    let mut violated = |component: &Component| {
        let result = search(component, budget);
        steps += result.steps;
        result.found == SearchEnd::NoOrder
    };
    let stuck = component.operations[stuck_at].ended.map_or(u64::MAX, |(_, place)| place);
    // An operation that ran beside that response may be bound by its own later response, which then
    // belongs to the part.
    let ends = component.operations.iter().filter_map(|operation| operation.ended.map(|(_, place)| place));
    let mut lasts: Vec<u64> = ends.filter(|place| *place >= stuck).collect();
    lasts.sort_unstable();
    let fits = lasts.partition_point(|last| !violated(&before(component, *last)));
    let mut part = lasts.get(fits).map_or_else(|| component.clone(), |last| before(component, *last));
    // Find the longest start that can be cut, by bisection.
    let mut places: Vec<u64> =
        part.operations.iter().filter_map(|operation| operation.ended.map(|(_, place)| place)).collect();
    places.sort_unstable();
    let (mut low, mut high) = (0, places.len().saturating_sub(1));
    while low < high {
        let middle = (low + high).div_ceil(2);
        if violated(&after(&part, places[middle - 1])) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    if low > 0 {
        part = after(&part, places[low - 1]);
    }
    let mut size = part.operations.len().min(ANSWERS_MAX);
    while size > 0 {
        let mut first = 0;
        while first < part.operations.len() && part.operations.len() <= ANSWERS_MAX {
            let without = forget(&part, first, size);
            if without.any && violated(&without.part) {
                // Removed reads shift the next operations to this position.
                first += without.left;
                part = without.part;
            } else {
                first += size;
            }
        }
        size /= 2;
    }
    let told = part.operations.iter().filter(|operation| operation.ended.is_some());
    (told.map(|operation| operation.id).collect(), steps)
}

/// Returns the history up to an end; operations that end later are open.
fn before(component: &Component, last: u64) -> Component {
    let mut part = component.clone();
    part.operations.retain(|operation| operation.place < last);
    forget_answers(&mut part, |operation| operation.ended.is_some_and(|(_, place)| place > last));
    part
}

/// Returns the history after an end. Operations that ran at the end may have taken effect before it.
fn after(component: &Component, first: u64) -> Component {
    let mut part = component.clone();
    part.operations.retain(|operation| operation.ended.is_none_or(|(_, place)| place > first));
    forget_answers(&mut part, |operation| operation.place < first);
    part.start = vec![Cell::ANY; component.start.len()].into();
    part
}

/// Drops the responses of some operations: reads are removed, writes become open.
fn forget_answers(part: &mut Component, which: impl Fn(&Followed) -> bool) {
    part.operations.retain_mut(|operation| {
        if operation.ended.is_some() && which(operation) {
            operation.ended = None;
            operation.acts = operation.untold.clone();
            operation.hint = u64::MAX;
        }
        operation.ended.is_some() || !operation.acts.is_empty()
    });
}

/// A history without the responses of some operations.
struct Forgotten {
    part: Component,
    /// Whether there were any responses.
    any: bool,
    /// The number of these operations that remain in the history.
    left: usize,
}

/// Drops the responses of `size` operations from `first` on.
fn forget(part: &Component, first: usize, size: usize) -> Forgotten {
    let end = (first + size).min(part.operations.len());
    let some: Vec<RequestId> = part.operations[first..end]
        .iter()
        .filter(|operation| operation.ended.is_some())
        .map(|operation| operation.id)
        .collect();
    let mut without = part.clone();
    forget_answers(&mut without, |operation| some.contains(&operation.id));
    let gone = part.operations.len() - without.operations.len();
    Forgotten { part: without, any: !some.is_empty(), left: end - first - gone }
}
