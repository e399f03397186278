//! The fewest deeds with which a seed still fails (delta debugging, Zeller and Hildebrandt 2002).

use std::collections::BTreeMap;

use super::rerun::{Ordeal, Stand};
use crate::etcdctl::JobId;
use crate::scenario::Noted;
use crate::units::Nanos;

/// Runs that are tried at most: a run takes about a third of a second.
const TRIES_MAX: usize = 3_000;

/// A failing ordeal with the fewest deeds.
pub struct Minimised {
    /// What is left of it.
    pub ordeal: Ordeal,
    /// How it fails.
    pub stand: Stand,
    /// How many deeds there were, and how many are left. A command with its interrupt is one.
    pub deeds: (usize, usize),
    /// How many runs that took.
    pub tries: usize,
}

/// Cuts an ordeal down to the fewest deeds with which it fails as it does now: without any one of them it
/// does not. `None` when it does not fail. `tried` is told after each run how many deeds are left.
///
/// # Errors
/// The settings do not go together.
pub fn minimise(ordeal: &Ordeal, mut tried: impl FnMut(usize, usize)) -> Result<Option<Minimised>, String> {
    let whole = ordeal.play(|_| false)?;
    if whole.is_good() {
        return Ok(None);
    }
    let mut units = units(&ordeal.deeds);
    let before = units.len();
    let mut ends = ordeal.ends;
    if let Some(at) = whole.broken_at {
        // What came after it cannot have caused it.
        let is_before = |index: &usize| ordeal.deeds.get(*index).is_some_and(|(when, _)| *when <= at);
        units.retain(|unit| unit.first().is_some_and(is_before));
        ends = ends.min(at + 1);
    }
    let with = |units: &[Vec<usize>]| {
        let mut kept = units.concat();
        kept.sort_unstable();
        let deeds = kept.iter().filter_map(|index| ordeal.deeds.get(*index).cloned()).collect();
        Ordeal { settings: ordeal.settings.clone(), deeds, ends }
    };
    let mut tries = 0;
    let left = fewest(units, |units| {
        if tries == TRIES_MAX {
            return false;
        }
        tries += 1;
        let enough = |broken: &[String]| broken.iter().any(|name| whole.broken.contains(name));
        let fails = with(units).play(enough).is_ok_and(|stand| stand.is_like(&whole));
        if fails {
            tried(tries, units.len());
        }
        fails
    });
    let ordeal = with(&left);
    let stand = ordeal.play(|_| false)?;
    Ok(Some(Minimised { ordeal, stand, deeds: (before, left.len()), tries }))
}

/// Deeds that stand and fall together, as places in the list: an action, or a command with its interrupt.
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

/// Of items with which something fails, some with which it still does, and without any one of which it does
/// not. The order is kept. It is asked of no item at all first.
pub fn fewest<T: Clone>(mut items: Vec<T>, mut fails: impl FnMut(&[T]) -> bool) -> Vec<T> {
    if fails(&[]) {
        return Vec::new();
    }
    // Leaving out one of two parts keeps the other; so parts need not be tried by themselves.
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
    fn two_culprits_among_many_are_left() {
        let mut asked = 0;
        let left = fewest((0..300).collect(), |items| {
            asked += 1;
            items.contains(&17) && items.contains(&230)
        });
        assert_eq!(left, [17, 230]);
        assert!(asked < 100, "{asked} questions");
    }

    #[test]
    fn nothing_is_left_of_what_fails_by_itself_and_all_of_what_needs_each() {
        assert_eq!(fewest(vec![1, 2, 3], |_| true), [0; 0]);
        assert_eq!(fewest(vec![1, 2, 3], |items| items == [1, 2, 3]), [1, 2, 3]);
        assert_eq!(fewest((0..9).collect(), |items: &[u8]| items.len() > 4).len(), 5);
    }
}
