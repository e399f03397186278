//! Snapshots: the encoding of a store as bytes. All numbers are little-endian.
//!
//! The order is: the format version, the revision, the compacted revision, the quota and the size
//! of the database, the leases, the alarms, the history change by change. Decoding rebuilds the
//! index and attaches the keys to their leases.

use std::fmt;
use std::rc::Rc;

use super::quota::{PAGE, Size};
use super::revisions::{Change, Entry, Revision};
use super::store::{FIRST_REVISION, NOTHING_COMPACTED, Store};
use super::{Alarm, AlarmKind, KeyRange, KeyValue, LEASE_TTL_MAX, LEASE_TTL_MIN};

const FORMAT: u8 = 2;
const PUT: u8 = 0;
const DELETE: u8 = 1;

/// The reason why bytes are not a valid snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// The format version is not the known one.
    Format(u8),
    /// The bytes end in the middle of a field.
    TooShort,
    /// Bytes follow after the end.
    TooLong,
    /// A field is out of order or contradicts another.
    Impossible,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Format(found) => {
                write!(f, "snapshot format {found} is not known; format {FORMAT} is")
            }
            DecodeError::TooShort => f.write_str("the snapshot ends too early"),
            DecodeError::TooLong => f.write_str("the snapshot goes on after its end"),
            DecodeError::Impossible => f.write_str("something in the snapshot is out of order or impossible"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// The bytes of a snapshot, in pieces that consecutive snapshots share.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pieces {
    first: Rc<[u8]>,
    others: Vec<Rc<[u8]>>,
}

impl Pieces {
    /// The number of bytes.
    pub(crate) fn len(&self) -> usize {
        self.first.len() + self.others.iter().map(|piece| piece.len()).sum::<usize>()
    }

    /// Returns all bytes in one vector.
    pub(crate) fn joined(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.len());
        bytes.extend_from_slice(&self.first);
        self.others.iter().for_each(|piece| bytes.extend_from_slice(piece));
        bytes
    }
}

/// A snapshot of a store. The next snapshot of the same store reuses its encoded history.
pub(crate) struct Encoded {
    /// The bytes: one piece with everything but the history, then the pieces of the history.
    pub(crate) bytes: Rc<Pieces>,
    /// The number of changes in the history.
    changes: usize,
    /// The compacted revision. A later compaction removes changes, so the pieces cannot be reused.
    compacted: i64,
}

impl Store {
    /// Encodes the store.
    pub fn encode(&self) -> Vec<u8> {
        self.encode_after(Vec::new(), None).bytes.joined()
    }

    /// Encodes `head`, then the store like [`Store::encode`]. Reuses the history of an `earlier`
    /// snapshot of this store, so that only later changes are encoded.
    pub(crate) fn encode_after(&self, head: Vec<u8>, earlier: Option<&Encoded>) -> Encoded {
        let changes = self.revisions.all();
        let earlier = earlier.filter(|e| e.compacted == self.compacted && e.changes <= changes.len());
        let (mut others, done) = match earlier {
            Some(earlier) => (earlier.bytes.others.clone(), earlier.changes),
            None => (Vec::new(), 0),
        };
        if done < changes.len() {
            let mut out = Writer(Vec::with_capacity(changes[done..].iter().map(bytes_of).sum()));
            for entry in &changes[done..] {
                out.entry(entry);
            }
            others.push(out.0.into());
        }
        let bytes = Rc::new(Pieces { first: self.encode_header(head).0.into(), others });
        Encoded { bytes, changes: changes.len(), compacted: self.compacted }
    }

    /// Encodes all fields before the history, after `head`.
    fn encode_header(&self, head: Vec<u8>) -> Writer {
        let mut out = Writer(head);
        out.0.push(FORMAT);
        out.word(self.revision);
        out.word(self.compacted.cast_unsigned());
        out.word(self.size.quota);
        out.word(self.size.total);
        out.word(self.leases().len() as u64);
        for lease in self.leases() {
            out.word(lease.id().cast_unsigned());
            out.word(lease.ttl_seconds().cast_unsigned());
        }
        out.word(self.alarms.len() as u64);
        for alarm in &self.alarms {
            out.word(alarm.member);
            out.0.push(alarm.kind as u8);
        }
        out.word(self.revisions.all().len() as u64);
        out
    }

    /// Decodes the bytes of [`Store::encode`].
    ///
    /// # Errors
    /// Returns a [`DecodeError`] if the bytes are not a valid snapshot.
    pub fn decode(bytes: &[u8]) -> Result<Store, DecodeError> {
        let mut reader = Reader(bytes);
        match reader.byte()? {
            FORMAT => {}
            found => return Err(DecodeError::Format(found)),
        }
        let mut store = Store::new();
        store.revision = reader.word()?;
        store.compacted = reader.signed()?;
        sound(store.revision >= FIRST_REVISION && store.revision <= i64::MAX.cast_unsigned())?;
        sound(store.compacted >= NOTHING_COMPACTED && store.compacted <= store.revision.cast_signed())?;
        store.size = Size { quota: reader.word()?, total: reader.word()? };
        for _ in 0..reader.word()? {
            let (id, ttl_seconds) = (reader.signed()?, reader.signed()?);
            sound(id != 0 && store.leases().last().is_none_or(|last| last.id() < id))?;
            sound(
                (LEASE_TTL_MIN..=LEASE_TTL_MAX).contains(&ttl_seconds) && store.leases.add(id, ttl_seconds),
            )?;
        }
        for _ in 0..reader.word()? {
            let alarm = reader.alarm()?;
            sound(store.alarms.last().is_none_or(|last| *last < alarm))?;
            store.alarms.push(alarm);
        }
        for _ in 0..reader.word()? {
            let entry = reader.entry()?;
            store.restore(entry)?;
        }
        store.restore_leases()?;
        sound(store.size.total.is_multiple_of(PAGE) && store.size.total > store.db_size_in_use())?;
        if reader.0.is_empty() { Ok(store) } else { Err(DecodeError::TooLong) }
    }

    /// Attaches the keys to their leases.
    fn restore_leases(&mut self) -> Result<(), DecodeError> {
        for (key, pair) in self.index.select(&KeyRange::all(), self.revision) {
            sound(pair.lease == 0 || self.leases.get(pair.lease).is_some())?;
            self.leases.attach(key, None, pair.lease);
        }
        Ok(())
    }

    /// Adds a change of a snapshot, if it can follow on those before.
    fn restore(&mut self, entry: Entry) -> Result<(), DecodeError> {
        let at = entry.at;
        let key = entry.change.key();
        let last = self.revisions.all().last().map(|last| last.at);
        sound(last.is_none_or(|last| last < at))?;
        sound(at.main > FIRST_REVISION && at.main <= self.revision && !key.is_empty())?;
        let before = self.index.get(key, at.main);
        let known = self.index.last_change(key, at.main).is_some();
        let old = at.main.cast_signed() <= self.compacted;
        let possible = match &entry.change {
            Change::Delete(_) => before.is_some() && !old,
            Change::Put(pair) => match before {
                Some(before) => {
                    pair.create_revision == before.create_revision
                        && before.version.checked_add(1) == Some(pair.version)
                        && !old
                }
                None if known || !old => pair.version == 1 && pair.create_revision == at.main,
                // The key's past was compacted. It was set at most once per revision.
                None => {
                    let created = FIRST_REVISION + 1..=at.main;
                    created.contains(&pair.create_revision)
                        && (1..=at.main - pair.create_revision + 1).contains(&pair.version)
                }
            },
        };
        sound(possible)?;
        self.index.push(key, at, entry.change.pair().cloned());
        self.revisions.push(entry);
        Ok(())
    }
}

fn sound(holds: bool) -> Result<(), DecodeError> {
    if holds { Ok(()) } else { Err(DecodeError::Impossible) }
}

struct Writer(Vec<u8>);

impl Writer {
    fn word(&mut self, word: u64) {
        self.0.extend_from_slice(&word.to_le_bytes());
    }

    fn text(&mut self, text: &[u8]) {
        self.word(text.len() as u64);
        self.0.extend_from_slice(text);
    }

    fn entry(&mut self, entry: &Entry) {
        self.word(entry.at.main);
        self.word(u64::from(entry.at.sub));
        match &entry.change {
            Change::Put(pair) => {
                self.0.push(PUT);
                self.word(pair.create_revision);
                self.word(pair.version);
                self.word(pair.lease.cast_unsigned());
                self.text(&pair.key);
                self.text(&pair.value);
            }
            Change::Delete(key) => {
                self.0.push(DELETE);
                self.text(key);
            }
        }
    }
}

/// An upper bound of an entry's encoded length, in bytes.
fn bytes_of(entry: &Entry) -> usize {
    let words = 7 * 8 + 1;
    words + entry.change.key().len() + entry.change.pair().map_or(0, |pair| pair.value.len())
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: u64) -> Result<&'a [u8], DecodeError> {
        let count = usize::try_from(count).map_err(|_| DecodeError::TooShort)?;
        let (head, tail) = self.0.split_at_checked(count).ok_or(DecodeError::TooShort)?;
        self.0 = tail;
        Ok(head)
    }

    fn byte(&mut self) -> Result<u8, DecodeError> {
        self.take(1)?.first().copied().ok_or(DecodeError::TooShort)
    }

    fn word(&mut self) -> Result<u64, DecodeError> {
        let bytes = self.take(8)?;
        let word = <[u8; 8]>::try_from(bytes).map_err(|_| DecodeError::TooShort)?;
        Ok(u64::from_le_bytes(word))
    }

    fn signed(&mut self) -> Result<i64, DecodeError> {
        self.word().map(u64::cast_signed)
    }

    fn text(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = self.word()?;
        self.take(length)
    }

    fn alarm(&mut self) -> Result<Alarm, DecodeError> {
        let member = self.word()?;
        let kinds = [AlarmKind::NoSpace, AlarmKind::Corrupt];
        let kind = kinds.get(usize::from(self.byte()?)).ok_or(DecodeError::Impossible)?;
        Ok(Alarm { member, kind: *kind })
    }

    fn entry(&mut self) -> Result<Entry, DecodeError> {
        let main = self.word()?;
        let sub = u32::try_from(self.word()?).map_err(|_| DecodeError::Impossible)?;
        let change = match self.byte()? {
            PUT => {
                let create_revision = self.word()?;
                let version = self.word()?;
                let lease = self.signed()?;
                let key = self.text()?.to_vec();
                let value = self.text()?.to_vec();
                let pair = KeyValue { key, value, create_revision, mod_revision: main, version, lease };
                Change::Put(Rc::new(pair))
            }
            DELETE => Change::Delete(Rc::from(self.text()?)),
            _ => return Err(DecodeError::Impossible),
        };
        Ok(Entry { at: Revision { main, sub }, change })
    }
}
