//! The store's workload: the same changes and reads on few keys and on many.
//!
//! This room has no clock: whoever calls times the rounds. A cost that hardly rises with the
//! number of keys says that nothing is searched from end to end.

use crate::kv::{Command, KeyRange, RangeRequest, Store};

/// Pairs in one range of the workload.
const RANGE: u64 = 100;

/// A store of some keys, each with a past.
pub struct KvLoad {
    store: Store,
    keys: u64,
    /// Where the next round begins.
    next: u64,
}

impl KvLoad {
    /// Puts so many keys, in scattered order, into an empty store; `keys` is a power of ten.
    ///
    /// # Errors
    /// The store refused a put.
    pub fn with_keys(keys: u64) -> Result<KvLoad, String> {
        let mut load = KvLoad { store: Store::new(), keys, next: 0 };
        load.puts(keys)?;
        Ok(load)
    }

    /// The next key: every one once before the first comes again.
    fn key(&mut self) -> Vec<u8> {
        // Coprime to every power of ten.
        const STRIDE: u64 = 7_919;
        self.next += 1;
        format!("/bench/{:08}", self.next.wrapping_mul(STRIDE) % self.keys).into_bytes()
    }

    /// Puts keys in scattered order.
    ///
    /// # Errors
    /// The store refused one.
    pub fn puts(&mut self, count: u64) -> Result<(), String> {
        for _ in 0..count {
            let put = Command::put(self.key(), *b"a value of twenty by");
            self.store.apply(&put).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// Reads single keys, or ranges of a hundred; `back` revisions ago.
    ///
    /// # Errors
    /// The store refused a read, or did not hold what it must.
    pub fn ranges(&mut self, count: u64, single: bool, back: u64) -> Result<(), String> {
        let revision = self.store.revision().saturating_sub(back).cast_signed();
        for _ in 0..count {
            let key = self.key();
            let range = if single {
                KeyRange::single(key)
            } else {
                // The keys that differ in the last two digits only.
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

    /// One line that says what the store holds now: the same on every machine.
    pub fn line(&self) -> String {
        let store = &self.store;
        format!("keys={} revision={} hash={:08x}", store.key_count(), store.revision(), store.hash())
    }
}
