//! The workload of the store's benchmark: the same changes and reads on few keys and on many.
//!
//! The caller measures the time of each round. A cost that hardly grows with the number of keys shows that
//! nothing is searched linearly.

use crate::kv::{Command, KeyRange, RangeRequest, Store};

/// The number of keys in a range read.
const RANGE: u64 = 100;

/// A store with a number of keys.
pub struct KvLoad {
    store: Store,
    keys: u64,
    /// The number of keys used so far.
    next: u64,
}

impl KvLoad {
    /// Returns a store with `keys` keys, put in scattered order; `keys` is a power of ten.
    ///
    /// # Errors
    /// The store refused a put.
    pub fn with_keys(keys: u64) -> Result<KvLoad, String> {
        let mut load = KvLoad { store: Store::new(), keys, next: 0 };
        load.puts(keys)?;
        Ok(load)
    }

    /// Returns the next key; every key comes once before the first comes again.
    fn key(&mut self) -> Vec<u8> {
        // Coprime to every power of ten.
        const STRIDE: u64 = 7_919;
        self.next += 1;
        format!("/bench/{:08}", self.next.wrapping_mul(STRIDE) % self.keys).into_bytes()
    }

    /// Puts `count` keys in scattered order.
    ///
    /// # Errors
    /// The store refused a put.
    pub fn puts(&mut self, count: u64) -> Result<(), String> {
        for _ in 0..count {
            let put = Command::put(self.key(), *b"a value of twenty by");
            self.store.apply(&put).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// Reads `count` single keys, or ranges of a hundred, at a revision `back` revisions ago.
    ///
    /// # Errors
    /// The store refused a read, or returned another number of keys than expected.
    pub fn ranges(&mut self, count: u64, single: bool, back: u64) -> Result<(), String> {
        let revision = self.store.revision().saturating_sub(back).cast_signed();
        for _ in 0..count {
            let key = self.key();
            let range = if single {
                KeyRange::single(key)
            } else {
                // The keys that differ only in the last two digits.
                KeyRange::prefix(&key[..key.len() - 2])
            };
            let request = RangeRequest { revision, ..RangeRequest::new(range) };
            let response = self.store.range(&request).map_err(|error| error.to_string())?;
            let wanted = if single { 1 } else { RANGE };
            if response.count != wanted {
                return Err(format!("{} of {wanted} keys were read", response.count));
            }
        }
        Ok(())
    }

    /// Returns a line that describes the store; it is the same on every machine.
    pub fn line(&self) -> String {
        let store = &self.store;
        format!("keys={} revision={} hash={:08x}", store.key_count(), store.revision(), store.hash())
    }
}
