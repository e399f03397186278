//! What goes into the store and what comes out of it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::range::KeyRange;
use crate::units::REQUEST_BYTES_MAX;

/// A change of the store: the payload of a log entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Command {
    /// Sets a key.
    Put {
        /// The key.
        key: Vec<u8>,
        /// The value.
        value: Vec<u8>,
        /// Whether the response holds the pair that was replaced.
        prev_kv: bool,
    },
    /// Deletes a range of keys.
    Delete {
        /// Which keys.
        range: KeyRange,
        /// Whether the response holds the pairs that were deleted.
        prev_kv: bool,
    },
}

/// A key with its value and history, as etcd's `KeyValue` message.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeyValue {
    /// The key.
    pub key: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
    /// Revision of the key's creation (since it was last absent).
    pub create_revision: u64,
    /// Revision of its last change.
    pub mod_revision: u64,
    /// How often it was set since its creation, from 1.
    pub version: u64,
    /// The lease it hangs on; 0 means none.
    pub lease: u64,
}

/// The store's answer to a command or a read. `revision` is the store's
/// revision when it answered (etcd's response header).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Response {
    /// A key was set.
    Put {
        /// Revision of the store afterwards.
        revision: u64,
        /// What was replaced, if it was asked for and there.
        prev_kv: Option<KeyValue>,
    },
    /// Keys were deleted.
    Delete {
        /// Revision of the store afterwards; unchanged when nothing was deleted.
        revision: u64,
        /// How many keys were deleted.
        deleted: u64,
        /// What was deleted, if it was asked for.
        prev_kvs: Vec<KeyValue>,
    },
    /// Keys were read.
    Range {
        /// Revision of the store.
        revision: u64,
        /// The pairs, by key, at most as many as were asked for.
        kvs: Vec<KeyValue>,
        /// How many keys the range holds in all.
        count: u64,
        /// Whether the limit left some out.
        more: bool,
    },
}

impl Response {
    /// The store's revision when it answered.
    pub fn revision(&self) -> u64 {
        match self {
            Response::Put { revision, .. }
            | Response::Delete { revision, .. }
            | Response::Range { revision, .. } => *revision,
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Command::Put { key, .. } => write!(f, "put {}", String::from_utf8_lossy(key)),
            Command::Delete { range, .. } => write!(f, "del {}", String::from_utf8_lossy(&range.key)),
        }
    }
}

/// A key or value that the store cannot take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// The key is empty.
    Empty,
    /// Key and value together are longer than [`REQUEST_BYTES_MAX`].
    TooLong {
        /// Their length in bytes.
        bytes: u64,
    },
}

impl KeyError {
    /// What was wrong, with etcd's own words where it has some.
    pub fn problem(&self) -> String {
        match self {
            KeyError::Empty => "etcdserver: key is not provided".to_owned(),
            KeyError::TooLong { bytes } => {
                format!("etcdserver: request is too large: key and value take {bytes} bytes")
            }
        }
    }

    /// What is accepted.
    pub fn accepted(&self) -> String {
        match self {
            KeyError::Empty => "a key of at least one byte is accepted".to_owned(),
            KeyError::TooLong { .. } => format!("at most {REQUEST_BYTES_MAX} bytes (1.5 MiB) are accepted"),
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.problem(), self.accepted())
    }
}

impl std::error::Error for KeyError {}

impl Command {
    /// Whether the store can take this command.
    ///
    /// # Errors
    /// The key is empty, or the request is too long.
    pub fn validate(&self) -> Result<(), KeyError> {
        match self {
            Command::Put { key, value, .. } => check(key.is_empty(), key.len() as u64 + value.len() as u64),
            Command::Delete { range, .. } => range.validate(),
        }
    }
}

pub(super) fn check(is_empty: bool, bytes: u64) -> Result<(), KeyError> {
    if is_empty {
        return Err(KeyError::Empty);
    }
    if bytes > REQUEST_BYTES_MAX {
        return Err(KeyError::TooLong { bytes });
    }
    Ok(())
}
