//! A map from keys to values, ordered bytewise.
//!
//! The entries are stored in blocks. A key greater than all others, the most frequent case, is
//! appended after one comparison; any other insertion moves only the later entries of its block.

use std::rc::Rc;

/// The maximum number of keys in a block.
const BLOCK_MAX: usize = 128;

/// A map from keys to values. Invariant: no block is empty.
#[derive(Clone, Debug)]
pub(super) struct Keys<V> {
    blocks: Vec<Vec<(Rc<[u8]>, V)>>,
}

impl<V> Default for Keys<V> {
    fn default() -> Self {
        Keys { blocks: Vec::new() }
    }
}

impl<V: PartialEq> PartialEq for Keys<V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<V: Eq> Eq for Keys<V> {}

/// The position of a key: the index of its block, and its index in the block.
type Place = (usize, usize);

impl<V> Keys<V> {
    /// Returns the position of a key, or as an error the position at which to insert it.
    fn find(&self, key: &[u8]) -> Result<Place, Place> {
        let Some((last, _)) = self.blocks.last().and_then(|block| block.last()) else { return Err((0, 0)) };
        if key > last {
            let block = self.blocks.len() - 1;
            return Err((block, self.blocks[block].len()));
        }
        // The last block that starts at or below the key, or else the first block.
        let begun =
            self.blocks.partition_point(|block| block.first().is_some_and(|(first, _)| **first <= *key));
        let block = begun.saturating_sub(1);
        match self.blocks[block].binary_search_by(|(other, _)| (**other).cmp(key)) {
            Ok(at) => Ok((block, at)),
            Err(at) => Err((block, at)),
        }
    }

    pub(super) fn get(&self, key: &[u8]) -> Option<&V> {
        let (block, at) = self.find(key).ok()?;
        Some(&self.blocks[block][at].1)
    }

    pub(super) fn get_mut(&mut self, key: &[u8]) -> Option<&mut V> {
        let (block, at) = self.find(key).ok()?;
        Some(&mut self.blocks[block][at].1)
    }

    /// Inserts a new key. If the key exists, returns `value` and the present value instead.
    pub(super) fn add(&mut self, key: &[u8], value: V) -> Result<(), (V, &mut V)> {
        let (mut block, mut at) = match self.find(key) {
            Ok((block, at)) => return Err((value, &mut self.blocks[block][at].1)),
            Err(place) => place,
        };
        match self.blocks.get_mut(block) {
            None => self.blocks.push(Vec::new()),
            Some(full) if full.len() == BLOCK_MAX => {
                // With ascending keys, the full block stays full instead of being halved.
                let keep = if at == BLOCK_MAX { BLOCK_MAX } else { BLOCK_MAX / 2 };
                let mut next = Vec::with_capacity(BLOCK_MAX);
                next.extend(full.drain(keep..));
                if at >= keep {
                    (block, at) = (block + 1, at - keep);
                    self.blocks.insert(block, next);
                } else {
                    self.blocks.insert(block + 1, next);
                }
            }
            Some(_) => {}
        }
        self.blocks[block].insert(at, (Rc::from(key), value));
        Ok(())
    }

    pub(super) fn remove(&mut self, key: &[u8]) {
        let Ok((block, at)) = self.find(key) else { return };
        self.blocks[block].remove(at);
        if self.blocks[block].is_empty() {
            self.blocks.remove(block);
        }
    }

    /// All entries, by ascending key.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Rc<[u8]>, &V)> {
        self.blocks.iter().flatten().map(|(key, value)| (key, value))
    }

    /// The entries at and above `key`, by ascending key.
    pub(super) fn from<'a>(&'a self, key: &[u8]) -> impl Iterator<Item = (&'a Rc<[u8]>, &'a V)> + use<'a, V> {
        let (block, at) = self.find(key).unwrap_or_else(|place| place);
        let blocks = self.blocks.get(block..).unwrap_or_default();
        blocks.iter().flatten().skip(at).map(|(key, value)| (key, value))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn key(number: u16) -> Vec<u8> {
        format!("{number:x}").into_bytes()
    }

    proptest! {
        #[test]
        fn keys_behave_like_a_btreemap(
            numbers in prop::collection::vec(0..2_000u16, 0..1_200),
            ascends in any::<bool>(),
            asked in prop::collection::vec(0..2_000u16, 20),
        ) {
            let (mut keys, mut tree) = (Keys::default(), BTreeMap::new());
            for (at, number) in numbers.into_iter().enumerate() {
                let number = if ascends { at as u16 } else { number };
                if number % 5 == 0 {
                    keys.remove(&key(number / 2));
                    tree.remove(&key(number / 2));
                }
                match keys.add(&key(number), at) {
                    Ok(()) => assert_eq!(tree.insert(key(number), at), None),
                    Err((given, there)) => {
                        assert_eq!((given, Some(*there)), (at, tree.insert(key(number), at)));
                        *there = at;
                    }
                }
            }
            let pairs = |entries: &mut dyn Iterator<Item = (&Rc<[u8]>, &usize)>| {
                entries.map(|(key, value)| (key.to_vec(), *value)).collect::<Vec<_>>()
            };
            prop_assert!(keys.blocks.iter().all(|block| !block.is_empty() && block.len() <= BLOCK_MAX));
            prop_assert_eq!(pairs(&mut keys.iter()), tree.clone().into_iter().collect::<Vec<_>>());
            for number in asked {
                let key = key(number);
                prop_assert_eq!(keys.get(&key), tree.get(&key));
                prop_assert_eq!(keys.get_mut(&key), tree.get_mut(&key));
                let above: Vec<_> = tree.range(key.clone()..).map(|(key, value)| (key.clone(), *value)).collect();
                prop_assert_eq!(pairs(&mut keys.from(&key)), above);
            }
        }
    }
}
