//! The index: for every key, in bytewise order, the revisions at which it changed.
//!
//! As in etcd, a key's steps form generations: a generation runs from the key's creation to its
//! tombstone, and the next one starts when the key is created again. The last step up to a revision
//! tells the key's state at that revision. The index shares its pairs with the history.

use std::rc::Rc;

use super::keys::Keys;
use super::revisions::Revision;
use super::{KeyRange, KeyValue, RangeEnd};

/// One change of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    at: Revision,
    /// The pair from this change on; `None` after a deletion.
    pair: Option<Rc<KeyValue>>,
}

/// The steps of a key: at least one. A single step, the most frequent case, needs no allocation.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Steps {
    /// All steps but the last, oldest first.
    earlier: Vec<Step>,
    last: Step,
}

impl Steps {
    fn push(&mut self, step: Step) {
        self.earlier.push(std::mem::replace(&mut self.last, step));
    }

    /// The last step up to a revision.
    fn at(&self, main: u64) -> Option<&Step> {
        // Most requests read the present.
        if self.last.at.main <= main { Some(&self.last) } else { self.earlier[..self.until(main)].last() }
    }

    /// The key's pair at a revision.
    fn held(&self, main: u64) -> Option<&Rc<KeyValue>> {
        self.at(main)?.pair.as_ref()
    }

    /// The number of earlier steps up to a revision.
    fn until(&self, main: u64) -> usize {
        self.earlier.partition_point(|step| step.at.main <= main)
    }

    fn all(&self) -> impl DoubleEndedIterator<Item = &Step> {
        self.earlier.iter().chain(std::iter::once(&self.last))
    }
}

/// All keys that the history mentions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    keys: Keys<Steps>,
    /// The number of keys that exist now.
    live: u64,
    /// The total length of the keys and values that exist now, in bytes.
    bytes: u64,
}

impl Index {
    /// Adds a change of a key. It must be later than all others.
    pub(super) fn push(&mut self, key: &[u8], at: Revision, pair: Option<Rc<KeyValue>>) {
        if let Some(pair) = &pair {
            self.live += 1;
            self.bytes += size_of_pair(pair);
        }
        let mut step = Step { at, pair };
        // A first version mostly belongs to a new key, for which one search is enough.
        let fresh = step.pair.as_ref().is_some_and(|pair| pair.version == 1);
        let known = if fresh { None } else { self.keys.get_mut(key) };
        let steps = match known {
            Some(steps) => steps,
            None => match self.keys.add(key, Steps { earlier: Vec::new(), last: step }) {
                Ok(()) => return,
                Err((Steps { last, .. }, steps)) => {
                    step = last;
                    steps
                }
            },
        };
        if let Some(old) = &steps.last.pair {
            self.live -= 1;
            self.bytes -= size_of_pair(old);
        }
        steps.push(step);
    }

    /// Returns a key's pair at a revision.
    pub(super) fn get(&self, key: &[u8], main: u64) -> Option<&Rc<KeyValue>> {
        self.keys.get(key)?.held(main)
    }

    /// The pairs of a range at a revision, by ascending key.
    pub(super) fn select<'a>(
        &'a self,
        range: &'a KeyRange,
        main: u64,
    ) -> impl Iterator<Item = (&'a Rc<[u8]>, &'a Rc<KeyValue>)> {
        self.keys
            .from(&range.key)
            .take_while(|(key, _)| match &range.end {
                RangeEnd::Single => ***key == *range.key,
                RangeEnd::Before(end) => ***key < **end,
                RangeEnd::Unbounded => true,
            })
            .filter_map(move |(key, steps)| Some((key, steps.held(main)?)))
    }

    /// Returns the revision of a key's last change up to `main`, tombstones included.
    pub(super) fn last_change(&self, key: &[u8], main: u64) -> Option<Revision> {
        Some(self.keys.get(key)?.at(main)?.at)
    }

    /// Drops the steps before a key's state at a revision, and that state as well if it is a tombstone.
    pub(super) fn compact(&mut self, key: &[u8], main: u64) {
        let Some(steps) = self.keys.get_mut(key) else { return };
        if steps.last.at.main <= main {
            steps.earlier.clear();
            if steps.last.pair.is_none() {
                self.keys.remove(key);
            }
            return;
        }
        let mut count = steps.until(main);
        if count > 0 && steps.earlier[count - 1].pair.is_some() {
            count -= 1;
        }
        steps.earlier.drain(..count);
    }

    /// The changes of a key that were not compacted, oldest first: the revision, and the pair from
    /// then on.
    pub(super) fn history(
        &self,
        key: &[u8],
    ) -> impl DoubleEndedIterator<Item = (Revision, Option<&KeyValue>)> {
        self.keys.get(key).into_iter().flat_map(Steps::all).map(|step| (step.at, step.pair.as_deref()))
    }

    /// Returns whether any key existed at a revision.
    pub(super) fn any_at(&self, main: u64) -> bool {
        self.keys.iter().any(|(_, steps)| steps.held(main).is_some())
    }

    /// The number of keys that exist now.
    pub(super) fn live(&self) -> u64 {
        self.live
    }

    /// The total length of the keys and values that exist now, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

fn size_of_pair(pair: &KeyValue) -> u64 {
    (pair.key.len() + pair.value.len()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(main: u64, sub: u32) -> Revision {
        Revision { main, sub }
    }

    fn pair(key: &str, main: u64) -> Option<Rc<KeyValue>> {
        Some(Rc::new(KeyValue {
            key: key.into(),
            value: b"v".to_vec(),
            create_revision: main,
            mod_revision: main,
            version: 1,
            lease: 0,
        }))
    }

    /// `a` exists at 2 and 3, is deleted at 4 and exists again from 6 on; `b` is created and
    /// deleted at 5.
    fn index() -> Index {
        let mut index = Index::default();
        index.push(b"a", at(2, 0), pair("a", 2));
        index.push(b"a", at(3, 0), pair("a", 3));
        index.push(b"a", at(4, 0), None);
        index.push(b"b", at(5, 0), pair("b", 5));
        index.push(b"b", at(5, 1), None);
        index.push(b"a", at(6, 0), pair("a", 6));
        index
    }

    #[test]
    fn a_key_has_the_state_of_its_last_change() {
        let index = index();
        let held: Vec<u64> =
            (0..=7).map(|main| index.get(b"a", main).map_or(0, |p| p.mod_revision)).collect();
        assert_eq!(held, [0, 0, 2, 3, 0, 0, 6, 6]);
        assert_eq!(index.get(b"b", 5), None);
        assert_eq!(index.select(&KeyRange::all(), 3).count(), 1);
        assert_eq!((index.live(), index.bytes()), (1, 2));
        assert_eq!(index.last_change(b"b", 9), Some(at(5, 1)));
        assert!(index.any_at(3) && !index.any_at(4));
    }

    #[test]
    fn compaction_keeps_the_state_at_its_revision_but_no_tombstone() {
        for (main, first) in [(1, 2), (2, 2), (3, 3), (4, 6), (5, 6), (6, 6)] {
            let mut index = index();
            for key in [b"a", b"b"] {
                index.compact(key, main);
            }
            assert_eq!(index.history(b"a").next().map_or(0, |(at, _)| at.main), first, "at {main}");
            assert_eq!(index.keys.get(b"b").is_some(), main < 5, "at {main}");
            assert_eq!(index.live(), 1);
        }
    }
}
