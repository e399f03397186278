//! The search for an order: depth first, just in time. When the end of an operation is reached that
//! has not taken effect, it must take effect now, perhaps after other running ones. Visited
//! configurations are not tried again.

use std::collections::BTreeSet;

use super::compile::{Component, Followed};
use super::model::State;
use crate::model::RequestId;
use crate::units::Nanos;

/// An operation's number in its component.
type Index = usize;

/// The end of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SearchEnd {
    Order,
    /// No order explains the responses.
    NoOrder,
    OutOfSteps,
}

/// The result of a search.
pub(super) struct SearchResult {
    pub(super) found: SearchEnd,
    /// The longest order found: of all operations, or up to the response that no order explains.
    pub(super) path: Vec<Index>,
    /// The operation whose response the longest order does not explain.
    pub(super) stuck_at: Index,
    pub(super) steps: u64,
}

/// A state of the search.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Configuration {
    /// The number of ends passed.
    passed: usize,
    /// The operations that took effect and whose end is not passed.
    effective: Vec<Index>,
    state: State,
}

/// A visited configuration: the length of the path to it, and the configurations to try next.
struct Frame {
    reached: usize,
    next: std::vec::IntoIter<(Index, Configuration)>,
}

struct Search<'a> {
    component: &'a Component,
    /// The ends in order: position and operation.
    ends: Vec<(u64, Index)>,
    seen: BTreeSet<Configuration>,
    steps: u64,
}

/// Searches an order of a component's operations in at most `budget` steps.
pub(super) fn search(component: &Component, budget: u64) -> SearchResult {
    let mut ends: Vec<(u64, Index)> = Vec::new();
    for (index, operation) in component.operations.iter().enumerate() {
        ends.extend(operation.ended.map(|(_, place)| (place, index)));
    }
    ends.sort_unstable();
    let mut search = Search { component, ends, seen: BTreeSet::new(), steps: 0 };
    let start = Configuration { passed: 0, effective: Vec::new(), state: component.start.clone() };
    let mut path: Vec<Index> = Vec::new();
    let mut best: (usize, Vec<Index>) = (0, Vec::new());
    let mut frames: Vec<Frame> = Vec::new();
    let mut entering = Some(start);
    let found = loop {
        if let Some(configuration) = entering.take() {
            let configuration = search.pass(configuration);
            if configuration.passed > best.0 || best.1.is_empty() {
                best = (configuration.passed, path.clone());
            }
            if configuration.passed == search.ends.len() {
                break SearchEnd::Order;
            }
            let next = if search.seen.insert(configuration.clone()) {
                search.choices(&configuration)
            } else {
                Vec::new()
            };
            frames.push(Frame { reached: path.len(), next: next.into_iter() });
        }
        if search.steps > budget {
            break SearchEnd::OutOfSteps;
        }
        let Some(frame) = frames.last_mut() else { break SearchEnd::NoOrder };
        path.truncate(frame.reached);
        match frame.next.next() {
            Some((index, configuration)) => {
                path.push(index);
                entering = Some(configuration);
            }
            None => drop(frames.pop()),
        }
    };
    let stuck_at = search.ends.get(best.0).map_or(0, |(_, index)| *index);
    SearchResult { found, path: best.1, stuck_at, steps: search.steps }
}

impl Search<'_> {
    /// Passes the next ends as long as their operations have taken effect.
    fn pass(&self, mut configuration: Configuration) -> Configuration {
        while let Some((_, index)) = self.ends.get(configuration.passed)
            && let Ok(at) = configuration.effective.binary_search(index)
        {
            configuration.effective.remove(at);
            configuration.passed += 1;
        }
        configuration
    }

    /// Returns the operations that may take effect before the next end, in the order in which to
    /// try them, with the resulting configurations.
    fn choices(&mut self, now: &Configuration) -> Vec<(Index, Configuration)> {
        let (deadline, needed) = self.ends[now.passed];
        let operations = &self.component.operations;
        let begun = operations.partition_point(|operation| operation.place < deadline);
        let mut candidates: Vec<(bool, u64, Index)> = Vec::new();
        for (index, operation) in operations[..begun].iter().enumerate() {
            let ended = operation.ended.is_some_and(|(_, place)| place < deadline);
            if !ended && now.effective.binary_search(&index).is_err() {
                candidates.push((operation.hint > operations[needed].hint, operation.hint, index));
            }
        }
        candidates.sort_unstable();
        let mut choices = Vec::new();
        // Try first the operations after which the needed one fits at once.
        let (mut helpful, mut others) = (Vec::new(), Vec::new());
        for (_, _, index) in candidates {
            for state in self.apply(now, index) {
                let later = index != needed && operations[index].hint > operations[needed].hint;
                let mut effective = now.effective.clone();
                let at = effective.binary_search(&index).unwrap_or_else(|at| at);
                effective.insert(at, index);
                let next = Configuration { passed: now.passed, effective, state };
                if !later {
                    choices.push((index, next));
                } else if !self.apply(&next, needed).is_empty() {
                    helpful.push((index, next));
                } else {
                    others.push((index, next));
                }
            }
        }
        choices.append(&mut helpful);
        choices.append(&mut others);
        choices
    }

    fn apply(&mut self, now: &Configuration, index: Index) -> Vec<State> {
        self.steps += 1;
        let Followed { keys, acts, .. } = &self.component.operations[index];
        self.component.model.apply(&now.state, keys, acts)
    }
}

/// Returns an instant for each operation of an order: after its own and all earlier operations'
/// starts, before its own and all later operations' ends, half-way between the two.
pub(super) fn points(component: &Component, path: &[Index]) -> Vec<(RequestId, Nanos)> {
    let mut latest: Vec<Option<Nanos>> = Vec::new();
    let mut until: Option<Nanos> = None;
    for index in path.iter().rev() {
        let ended = component.operations[*index].ended.map(|(at, _)| at);
        until = match (until, ended) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        latest.push(until);
    }
    let mut since = 0;
    let mut points = Vec::new();
    for (index, until) in path.iter().zip(latest.into_iter().rev()) {
        let operation = &component.operations[*index];
        since = operation.invoked.max(since);
        points.push((operation.id, until.map_or(since, |until| since + until.saturating_sub(since) / 2)));
    }
    points
}
