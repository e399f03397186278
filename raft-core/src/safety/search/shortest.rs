//! The shortest part of a history that no order explains: the fewest answers that contradict each other.
//!
//! First everything is left out that came after the answer that no order passes, or after the later answers of what
//! ran beside it. Then as much as possible of what came
//! before: what keys held then may be anything. Then answer after answer is forgotten, half of them at a time,
//! then fewer: a read is left out, a write may have taken effect or not. What cannot be forgotten is the part.

use super::compile::{Component, Followed};
use super::model::Cell;
use super::order::{Found, search};
use crate::model::RequestId;

/// Answers among which it looks for those that matter; of more, it keeps all.
const ANSWERS_MAX: usize = 200;

/// The requests whose answers contradict each other, when none passes the answer of the operation at
/// `stuck_at`; and the steps that it took.
pub(super) fn part(component: &Component, stuck_at: usize, budget: u64) -> (Vec<RequestId>, u64) {
    let mut steps = 0;
    let mut violated = |component: &Component| {
        let result = search(component, budget);
        steps += result.steps;
        result.found == Found::Nothing
    };
    let stuck = component.operations[stuck_at].ended.map_or(u64::MAX, |(_, place)| place);
    // What ran beside the answer at which the search was stuck may have been held to an answer of its own, which
    // came later: then that one belongs to the part.
    let ends = component.operations.iter().filter_map(|operation| operation.ended.map(|(_, place)| place));
    let mut lasts: Vec<u64> = ends.filter(|place| *place >= stuck).collect();
    lasts.sort_unstable();
    let fits = lasts.partition_point(|last| !violated(&before(component, *last)));
    let mut part = lasts.get(fits).map_or_else(|| component.clone(), |last| before(component, *last));
    // The longest beginning that can be left out, by halving.
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
            if without.1 && violated(&without.0) {
                // Reads are gone, so the next ones stand here now.
                first += without.2;
                part = without.0;
            } else {
                first += size;
            }
        }
        size /= 2;
    }
    let told = part.operations.iter().filter(|operation| operation.ended.is_some());
    (told.map(|operation| operation.id).collect(), steps)
}

/// The history up to an end: what had not ended then is open.
fn before(component: &Component, last: u64) -> Component {
    let mut part = component.clone();
    part.operations.retain(|operation| operation.place < last);
    forget_answers(&mut part, |operation| operation.ended.is_some_and(|(_, place)| place > last));
    part
}

/// The history after an end. What ran then may have taken effect before.
fn after(component: &Component, first: u64) -> Component {
    let mut part = component.clone();
    part.operations.retain(|operation| operation.ended.is_none_or(|(_, place)| place > first));
    forget_answers(&mut part, |operation| operation.place < first);
    part.start = vec![Cell::ANY; component.start.len()].into();
    part
}

/// Forgets the answers of some operations: reads are gone, writes are open.
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

/// The history without the answers of so many operations from `first` on; whether there were any; and how many
/// of the operations are still there.
fn forget(part: &Component, first: usize, size: usize) -> (Component, bool, usize) {
    let end = (first + size).min(part.operations.len());
    let some: Vec<RequestId> = part.operations[first..end]
        .iter()
        .filter(|operation| operation.ended.is_some())
        .map(|operation| operation.id)
        .collect();
    let mut without = part.clone();
    forget_answers(&mut without, |operation| some.contains(&operation.id));
    let gone = part.operations.len() - without.operations.len();
    (without, !some.is_empty(), end - first - gone)
}
