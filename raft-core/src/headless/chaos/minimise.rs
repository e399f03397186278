//! Minimises the deeds of a failing run (delta debugging, Zeller and Hildebrandt 2002).

use std::collections::BTreeMap;

use super::rerun::{RecordedRun, RerunResult};
use crate::etcdctl::JobId;
use crate::scenario::Noted;
use crate::units::Nanos;

/// The maximum number of runs tried; each takes about a third of a second.
const TRIES_MAX: usize = 3_000;

/// A failing run with the fewest deeds.
pub struct Minimised {
    /// The deeds that are left.
    pub recorded: RecordedRun,
    /// How the run fails.
    pub result: RerunResult,
    /// The number of deeds before. A command with its interrupt counts as one.
    pub deeds_before: usize,
    /// The number of deeds left, counted in the same way.
    pub deeds_left: usize,
    /// The number of runs tried.
    pub tries: usize,
}

/// Reduces a run to deeds with which it fails in the same way, while it does not without any one of them.
/// Returns `None` if the run does not fail. Calls `tried` after each smaller failing run with the number of
/// runs and of deeds left.
///
/// # Errors
/// The settings are invalid.
pub fn minimise(
    recorded: &RecordedRun,
    mut tried: impl FnMut(usize, usize),
) -> Result<Option<Minimised>, String> {
    let whole = recorded.play(|_| false)?;
    if whole.is_good() {
        return Ok(None);
    }
    let mut units = units(&recorded.deeds);
    let deeds_before = units.len();
    let mut ends = recorded.ends;
    if let Some(at) = whole.broken_at {
        // Later deeds cannot have caused the violation.
        let is_before = |index: &usize| recorded.deeds.get(*index).is_some_and(|(when, _)| *when <= at);
        units.retain(|unit| unit.first().is_some_and(is_before));
        ends = ends.min(at + 1);
    }
    let with = |units: &[Vec<usize>]| {
        let mut kept = units.concat();
        kept.sort_unstable();
        let deeds = kept.iter().filter_map(|index| recorded.deeds.get(*index).cloned()).collect();
        RecordedRun { settings: recorded.settings.clone(), deeds, ends }
    };
    let mut tries = 0;
    let left = fewest(units, |units| {
        if tries == TRIES_MAX {
            return false;
        }
        tries += 1;
        let enough = |broken: &[String]| broken.iter().any(|name| whole.broken.contains(name));
        let fails = with(units).play(enough).is_ok_and(|result| result.is_like(&whole));
        if fails {
            tried(tries, units.len());
        }
        fails
    });
    let recorded = with(&left);
    let result = recorded.play(|_| false)?;
    Ok(Some(Minimised { recorded, result, deeds_before, deeds_left: left.len(), tries }))
}

/// Groups deeds that belong together, by their indices: an action, or a command with its interrupt.
fn units(deeds: &[(Nanos, Noted)]) -> Vec<Vec<usize>> {
    let mut units: Vec<Vec<usize>> = Vec::new();
    let mut commands: BTreeMap<JobId, usize> = BTreeMap::new();
    for (place, (_, deed)) in deeds.iter().enumerate() {
        let unit = match deed {
            Noted::Aside(job) | Noted::Interrupt(job) => commands.get(job).copied(),
            _ => None,
        };
        match unit.and_then(|unit| units.get_mut(unit)) {
            Some(unit) => unit.push(place),
            None => {
                if let Noted::Line { job, .. } = deed {
                    commands.insert(*job, units.len());
                }
                units.push(vec![place]);
            }
        }
    }
    units
}

/// Reduces items with which something fails to some with which it still fails, while it does not without any
/// one of them. Keeps the order. The first call of `fails` is with no item.
pub fn fewest<T: Clone>(mut items: Vec<T>, mut fails: impl FnMut(&[T]) -> bool) -> Vec<T> {
    if fails(&[]) {
        return Vec::new();
    }
    // Leaving out one of two parts keeps the other, so parts need not be tried by themselves.
    let mut parts = 2;
    while items.len() > 1 {
        let size = items.len().div_ceil(parts);
        let without = |left_out: usize| -> Vec<T> {
            let rest = items.chunks(size).enumerate().filter(|(at, _)| *at != left_out);
            rest.flat_map(|(_, chunk)| chunk.to_vec()).collect()
        };
        let smaller = (0..items.len().div_ceil(size)).map(without).find(|rest| fails(rest));
        match smaller {
            Some(rest) => {
                items = rest;
                parts = (parts - 1).max(2);
            }
            None if size == 1 => break,
            None => parts = (2 * parts).min(items.len()),
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_causes_among_many_items_are_left() {
        let mut calls = 0;
        let left = fewest((0..300).collect(), |items| {
            calls += 1;
            items.contains(&17) && items.contains(&230)
        });
        assert_eq!(left, [17, 230]);
        assert!(calls < 100, "{calls} calls");
    }

    #[test]
    fn nothing_is_left_if_nothing_is_needed_and_everything_if_each_is() {
        assert_eq!(fewest(vec![1, 2, 3], |_| true), [0; 0]);
        assert_eq!(fewest(vec![1, 2, 3], |items| items == [1, 2, 3]), [1, 2, 3]);
        assert_eq!(fewest((0..9).collect(), |items: &[u8]| items.len() > 4).len(), 5);
    }
}
