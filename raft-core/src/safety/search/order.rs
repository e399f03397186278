//! The search for an order: depth first, just in time. At the end of an operation that has not taken effect
//! yet, it must do so now, perhaps after others that run. What was tried is not tried again.

use std::collections::BTreeSet;

use super::compile::{Component, Followed};
use super::model::State;
use crate::model::RequestId;
use crate::units::Nanos;

/// An operation, by its place in its component.
type Index = usize;

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Order,
    /// There is none.
    Nothing,
    OutOfSteps,
}

/// What a search came to.
pub(super) struct Searched {
    pub(super) found: Found,
    /// The longest order found: all, or up to the answer that nothing explains.
    pub(super) path: Vec<Index>,
    /// The operation whose answer no order passes; the last of the first such.
    pub(super) stuck_at: Index,
    pub(super) steps: u64,
}

/// Where a search stands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Configuration {
    /// How many ends are passed.
    passed: usize,
    /// Operations that took effect though their end is not passed, or never comes.
    effective: Vec<Index>,
    state: State,
}

/// A configuration, how it was reached, and where it leads.
struct Frame {
    reached: usize,
    next: std::vec::IntoIter<(Index, Configuration)>,
}

struct Search<'a> {
    component: &'a Component,
    /// Ends in order: place, operation.
    ends: Vec<(u64, Index)>,
    seen: BTreeSet<Configuration>,
    steps: u64,
}

/// Looks for an order of a component's operations, with so many steps.
pub(super) fn search(component: &Component, budget: u64) -> Searched {
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
                break Found::Order;
            }
            let next = if search.seen.insert(configuration.clone()) {
                search.choices(&configuration)
            } else {
                Vec::new()
            };
            frames.push(Frame { reached: path.len(), next: next.into_iter() });
        }
        if search.steps > budget {
            break Found::OutOfSteps;
        }
        let Some(frame) = frames.last_mut() else { break Found::Nothing };
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
    Searched { found, path: best.1, stuck_at, steps: search.steps }
}

impl Search<'_> {
    /// Passes the ends of operations that have taken effect.
    fn pass(&self, mut configuration: Configuration) -> Configuration {
        while let Some((_, index)) = self.ends.get(configuration.passed)
            && let Ok(at) = configuration.effective.binary_search(index)
        {
            configuration.effective.remove(at);
            configuration.passed += 1;
        }
        configuration
    }

    /// Every operation that may take effect next, before the end that comes next, in the order to be tried.
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
        // What makes the needed one fit at once goes before what does not.
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

/// An instant for each operation of an order: after the starts of all before it and before the ends of all
/// behind it, half-way between the two.
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
