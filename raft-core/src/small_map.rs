//! A sorted map for few entries, or for entries appended in order: two vectors and a binary search.
//!
//! `BTreeMap` compiles to a great deal of code for each pair of types, and the page has to be
//! downloaded. An insertion or a removal in the middle of a `SmallMap` moves every later entry, so
//! use it for a handful of entries or for ascending keys, and a `BTreeMap` for large maps that
//! change in the middle.

/// A map sorted by its keys.
#[derive(Clone, Debug)]
pub(crate) struct SmallMap<K, V> {
    keys: Vec<K>,
    values: Vec<V>,
    /// The number of leading entries that are forgotten but still stored.
    forgotten: usize,
}

impl<K, V> Default for SmallMap<K, V> {
    fn default() -> Self {
        SmallMap { keys: Vec::new(), values: Vec::new(), forgotten: 0 }
    }
}

/// A key of a [`SmallMap`].
pub(crate) trait Key: Ord + Copy {
    /// The index of this key in a list that starts with `first` and misses no key in between;
    /// `None` for keys that cannot be counted.
    fn offset(self, _first: Self) -> Option<usize> {
        None
    }
}

/// Implements [`Key`] for integers: node ids, log indexes and request ids mostly have no gaps.
macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Key for $number {
            fn offset(self, first: Self) -> Option<usize> {
                self.checked_sub(first).map(|offset| offset as usize)
            }
        }
    )*};
}
numbers!(u8, u64);

impl Key for (u64, u64) {}
impl Key for &Vec<u8> {}

/// Returns the index of a key, or as an error the index at which to insert it. Compiled once for
/// each type of key.
#[inline(never)]
fn search<K: Key>(keys: &[K], key: &K) -> Result<usize, usize> {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return Err(0) };
    if key > last {
        return Err(keys.len());
    }
    match key.offset(*first) {
        Some(at) if keys.get(at) == Some(key) => Ok(at),
        _ => keys.binary_search(key),
    }
}

impl<K: Key, V> SmallMap<K, V> {
    /// Returns the index of a key in the vectors, or as an error the index at which to insert it.
    /// Forgotten entries are not searched.
    fn find(&self, key: &K) -> Result<usize, usize> {
        match search(&self.keys[self.forgotten..], key) {
            Ok(at) => Ok(at + self.forgotten),
            Err(at) => Err(at + self.forgotten),
        }
    }

    /// Returns the index of the first entry at or above `key`.
    fn start(&self, key: &K) -> usize {
        self.find(key).unwrap_or_else(|at| at)
    }

    /// The number of entries.
    pub(crate) fn len(&self) -> usize {
        self.keys.len() - self.forgotten
    }

    /// Returns whether the map has no entries.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns whether the map has an entry for `key`.
    pub(crate) fn contains_key(&self, key: &K) -> bool {
        self.find(key).is_ok()
    }

    /// Returns the value of `key`.
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.values.get(self.find(key).ok()?)
    }

    /// Returns the value of `key` for changing.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let at = self.find(key).ok()?;
        self.values.get_mut(at)
    }

    /// Sets the value of `key`; returns the previous value.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(at) => Some(std::mem::replace(&mut self.values[at], value)),
            Err(at) => {
                self.keys.insert(at, key);
                self.values.insert(at, value);
                None
            }
        }
    }

    /// Returns the value of `key` for changing; inserts `value` first if the key is new.
    pub(crate) fn or_insert(&mut self, key: K, value: V) -> &mut V {
        let at = match self.find(&key) {
            Ok(at) => at,
            Err(at) => {
                self.keys.insert(at, key);
                self.values.insert(at, value);
                at
            }
        };
        &mut self.values[at]
    }

    /// Removes `key`; returns its value.
    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let at = self.find(key).ok()?;
        self.keys.remove(at);
        Some(self.values.remove(at))
    }

    /// Removes the entry with the lowest key. The value is dropped later, so that the cost does not
    /// grow with the length of the map.
    pub(crate) fn forget_first(&mut self) {
        if self.is_empty() {
            return;
        }
        self.forgotten += 1;
        if self.forgotten * 2 > self.keys.len() {
            self.keys.drain(..self.forgotten);
            self.values.drain(..self.forgotten);
            self.forgotten = 0;
        }
    }

    /// Removes the entries at and above `key`; returns them as a map.
    pub(crate) fn split_off(&mut self, key: &K) -> Self {
        let at = self.start(key);
        SmallMap { keys: self.keys.split_off(at), values: self.values.split_off(at), forgotten: 0 }
    }

    /// The entry with the lowest key.
    pub(crate) fn first(&self) -> Option<(&K, &V)> {
        self.keys.get(self.forgotten).zip(self.values.get(self.forgotten))
    }

    /// The last entry below `key`.
    pub(crate) fn below(&self, key: &K) -> Option<(&K, &V)> {
        let at = self.start(key).checked_sub(1).filter(|at| *at >= self.forgotten)?;
        self.keys.get(at).zip(self.values.get(at))
    }

    /// The keys, ascending.
    pub(crate) fn keys(&self) -> std::slice::Iter<'_, K> {
        self.keys[self.forgotten..].iter()
    }

    /// The values, by ascending key.
    pub(crate) fn values(&self) -> std::slice::Iter<'_, V> {
        self.values[self.forgotten..].iter()
    }

    /// The values, by ascending key, for changing.
    pub(crate) fn values_mut(&mut self) -> std::slice::IterMut<'_, V> {
        self.values[self.forgotten..].iter_mut()
    }

    /// The entries, by ascending key.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.keys().zip(self.values())
    }

    /// The entries at and above `key`, by ascending key.
    pub(crate) fn at_or_above<'a>(&'a self, key: &K) -> impl Iterator<Item = (&'a K, &'a V)> + use<'a, K, V> {
        let at = self.start(key);
        self.keys[at..].iter().zip(&self.values[at..])
    }

    /// The values at and above `key`, by ascending key.
    pub(crate) fn values_from(&self, key: &K) -> &[V] {
        &self.values[self.start(key)..]
    }

    /// The entries at and above `key`, by ascending key, for changing.
    pub(crate) fn at_or_above_mut<'a>(
        &'a mut self,
        key: &K,
    ) -> impl Iterator<Item = (&'a K, &'a mut V)> + use<'a, K, V> {
        let at = self.start(key);
        self.keys[at..].iter().zip(&mut self.values[at..])
    }
}

impl<K: Key, V> FromIterator<(K, V)> for SmallMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = SmallMap::default();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::SmallMap;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u8, u8),
        OrInsert(u8, u8),
        Remove(u8),
        ForgetFirst,
        SplitOff(u8),
    }

    fn step() -> impl Strategy<Value = Step> {
        let key = || 0..24u8;
        prop_oneof![
            4 => (key(), any::<u8>()).prop_map(|(key, value)| Step::Insert(key, value)),
            2 => (key(), any::<u8>()).prop_map(|(key, value)| Step::OrInsert(key, value)),
            2 => key().prop_map(Step::Remove),
            3 => Just(Step::ForgetFirst),
            1 => (12..30u8).prop_map(Step::SplitOff),
        ]
    }

    fn pairs<'a>(entries: impl Iterator<Item = (&'a u8, &'a u8)>) -> Vec<(u8, u8)> {
        entries.map(|(key, value)| (*key, *value)).collect()
    }

    fn same(map: &SmallMap<u8, u8>, tree: &BTreeMap<u8, u8>) {
        assert_eq!(map.len(), tree.len());
        assert_eq!(map.is_empty(), tree.is_empty());
        assert_eq!(pairs(map.iter()), pairs(tree.iter()));
        assert_eq!(map.first(), tree.first_key_value());
        for key in 0..32 {
            assert_eq!(map.get(&key), tree.get(&key));
            assert_eq!(map.contains_key(&key), tree.contains_key(&key));
            assert_eq!(map.below(&key), tree.range(..key).next_back());
            assert_eq!(pairs(map.at_or_above(&key)), pairs(tree.range(key..)));
            assert!(map.values_from(&key).iter().eq(tree.range(key..).map(|(_, value)| value)));
        }
    }

    proptest! {
        #[test]
        fn a_small_map_behaves_like_a_btreemap(steps in prop::collection::vec(step(), 0..80)) {
            let (mut map, mut tree) = (SmallMap::default(), BTreeMap::new());
            for step in steps {
                match step {
                    Step::Insert(key, value) => {
                        assert_eq!(map.insert(key, value), tree.insert(key, value));
                    }
                    Step::OrInsert(key, value) => {
                        let (one, other) = (map.or_insert(key, value), tree.entry(key).or_insert(value));
                        assert_eq!(one, other);
                        (*one, *other) = (one.wrapping_add(1), other.wrapping_add(1));
                    }
                    Step::Remove(key) => assert_eq!(map.remove(&key), tree.remove(&key)),
                    Step::ForgetFirst => {
                        map.forget_first();
                        tree.pop_first();
                    }
                    Step::SplitOff(key) => same(&map.split_off(&key), &tree.split_off(&key)),
                }
                same(&map, &tree);
            }
        }
    }

    #[test]
    fn values_are_changed_in_place() {
        let mut map: SmallMap<u8, u8> = [(3, 30), (1, 10), (2, 20)].into_iter().collect();
        map.at_or_above_mut(&2).for_each(|(key, value)| *value += key);
        map.values_mut().for_each(|value| *value += 100);
        if let Some(value) = map.get_mut(&1) {
            *value = 0;
        }
        assert_eq!(pairs(map.iter()), [(1, 0), (2, 122), (3, 133)]);
        assert_eq!(map.keys().len(), 3);
    }
}
