//! A sorted map for what is small, or grows at its end: two vectors and a binary search.
//!
//! `BTreeMap` compiles to a great deal of code for each pair of types, and the page is
//! downloaded. Here an insertion or a removal in the middle moves what lies behind it, so
//! this is for a handful of entries, or for keys that ascend as they come. Large maps that
//! change in the middle are `BTreeMap`s.

/// A map sorted by its keys.
#[derive(Clone, Debug)]
pub(crate) struct SmallMap<K, V> {
    keys: Vec<K>,
    values: Vec<V>,
    /// So many entries at the front are forgotten, though they are still in their places.
    gone: usize,
}

impl<K, V> Default for SmallMap<K, V> {
    fn default() -> Self {
        SmallMap { keys: Vec::new(), values: Vec::new(), gone: 0 }
    }
}

/// A key of such a map.
pub(crate) trait Key: Ord + Copy {
    /// How far behind `first` this key lies when no key between them is missing, for keys of which
    /// this can be told.
    fn offset(self, _first: Self) -> Option<usize> {
        None
    }
}

/// Numbers: nodes, indexes and requests are counted, most often without gaps.
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

/// Where a key is, or where it would have to be. Compiled once for each kind of key.
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
    /// The place of a key among the entries that are not forgotten, as an index into the vectors.
    fn find(&self, key: &K) -> Result<usize, usize> {
        match search(&self.keys[self.gone..], key) {
            Ok(at) => Ok(at + self.gone),
            Err(at) => Err(at + self.gone),
        }
    }

    /// Index of the first entry at or above a key.
    fn start(&self, key: &K) -> usize {
        self.find(key).unwrap_or_else(|at| at)
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.keys.len() - self.gone
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a key is there.
    pub(crate) fn contains_key(&self, key: &K) -> bool {
        self.find(key).is_ok()
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.values.get(self.find(key).ok()?)
    }

    /// The value of a key, to be changed.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let at = self.find(key).ok()?;
        self.values.get_mut(at)
    }

    /// Sets a key's value; returns the one it had.
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

    /// The value of a key, which is set to `value` if the key is new.
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

    /// Removes a key; returns its value.
    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let at = self.find(key).ok()?;
        self.keys.remove(at);
        Some(self.values.remove(at))
    }

    /// Forgets the entry with the lowest key. Its value is dropped some time later: so this
    /// costs no more, however long the map is.
    pub(crate) fn forget_first(&mut self) {
        if self.is_empty() {
            return;
        }
        self.gone += 1;
        if self.gone * 2 > self.keys.len() {
            self.keys.drain(..self.gone);
            self.values.drain(..self.gone);
            self.gone = 0;
        }
    }

    /// Takes the entries at and above a key out of the map.
    pub(crate) fn split_off(&mut self, key: &K) -> Self {
        let at = self.start(key);
        SmallMap { keys: self.keys.split_off(at), values: self.values.split_off(at), gone: 0 }
    }

    /// The entry with the lowest key.
    pub(crate) fn first(&self) -> Option<(&K, &V)> {
        self.keys.get(self.gone).zip(self.values.get(self.gone))
    }

    /// The last entry below a key.
    pub(crate) fn below(&self, key: &K) -> Option<(&K, &V)> {
        let at = self.start(key).checked_sub(1).filter(|at| *at >= self.gone)?;
        self.keys.get(at).zip(self.values.get(at))
    }

    /// Keys, ascending.
    pub(crate) fn keys(&self) -> std::slice::Iter<'_, K> {
        self.keys[self.gone..].iter()
    }

    /// Values, by ascending key.
    pub(crate) fn values(&self) -> std::slice::Iter<'_, V> {
        self.values[self.gone..].iter()
    }

    /// Values, by ascending key, to be changed.
    pub(crate) fn values_mut(&mut self) -> std::slice::IterMut<'_, V> {
        self.values[self.gone..].iter_mut()
    }

    /// Entries, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.keys().zip(self.values())
    }

    /// Entries at and above a key, ascending.
    pub(crate) fn at_or_above<'a>(&'a self, key: &K) -> impl Iterator<Item = (&'a K, &'a V)> + use<'a, K, V> {
        let at = self.start(key);
        self.keys[at..].iter().zip(&self.values[at..])
    }

    /// Values at and above a key, by ascending key.
    pub(crate) fn values_from(&self, key: &K) -> &[V] {
        &self.values[self.start(key)..]
    }

    /// Entries at and above a key, ascending, to be changed.
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
        fn it_does_what_a_btreemap_does(steps in prop::collection::vec(step(), 0..80)) {
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
