//! The sizes and bytes of etcd's protobuf messages. The limits of requests, the hashes and the
//! estimated size of the database depend on them.
//!
//! In proto3 a field that is zero or empty takes no bytes, unless it belongs to a `oneof`.

use super::revisions::{Change, Revision};
use super::{
    Command, Compare, CompareTarget, DeleteRequest, KeyRange, KeyValue, PutRequest, RangeEnd, RangeRequest,
    SortTarget, TxnOp, TxnRequest,
};

/// The bytes of the header that a server puts before a request in the log: a tag of two bytes, a
/// length, and the request's id with its tag. An id starts with the low half of a member's id, so
/// it mostly takes nine bytes and sometimes ten.
const HEADER_BYTES: u64 = 13;
/// The bytes that bbolt keeps for every entry of a page, besides key and value.
const ELEMENT_BYTES: u64 = 16;

/// The bytes of a number.
fn varint(value: u64) -> u64 {
    u64::from(64 - (value | 1).leading_zeros()).div_ceil(7)
}

/// The bytes of a number field with a tag of one byte.
fn number(value: i64) -> u64 {
    if value == 0 { 0 } else { chosen(value) }
}

/// The bytes of a number field in a `oneof`.
fn chosen(value: i64) -> u64 {
    1 + varint(value.cast_unsigned())
}

/// The bytes of a text field of `length` bytes with a tag of one byte.
fn text(length: u64) -> u64 {
    if length == 0 { 0 } else { message(length) }
}

/// The bytes of a nested message of `length` bytes, or of a text field in a `oneof`.
fn message(length: u64) -> u64 {
    1 + varint(length) + length
}

fn flag(set: bool) -> u64 {
    if set { 2 } else { 0 }
}

/// The length of a range's first key in a message. A client sends an empty key as one zero byte.
fn key_length(range: &KeyRange) -> u64 {
    range.key.len().max(1) as u64
}

/// The length of a range's end in a message. A client sends an unbounded end as one zero byte.
fn end_length(range: &KeyRange) -> u64 {
    match &range.end {
        RangeEnd::Single => 0,
        RangeEnd::Before(end) => end.len() as u64,
        RangeEnd::Unbounded => 1,
    }
}

fn range_bytes(range: &KeyRange) -> u64 {
    text(key_length(range)) + text(end_length(range))
}

impl RangeRequest {
    /// The bytes of the message that a client sends, without the field for serializable reads.
    pub fn message_bytes(&self) -> u64 {
        let sort = self.sort.map_or(0, |sort| {
            let ordered = sort.descending || sort.target != SortTarget::Key;
            flag(ordered && !self.limit_first) + flag(sort.target != SortTarget::Key)
        });
        let bounds = [
            self.limit,
            self.revision,
            self.min_mod_revision,
            self.max_mod_revision,
            self.min_create_revision,
            self.max_create_revision,
        ];
        range_bytes(&self.range)
            + bounds.into_iter().map(number).sum::<u64>()
            + sort
            + flag(self.keys_only)
            + flag(self.count_only)
    }
}

fn put_bytes(put: &PutRequest) -> u64 {
    text(put.key.len() as u64)
        + text(put.value.len() as u64)
        + number(put.lease)
        + flag(put.prev_kv)
        + flag(put.ignore_value)
        + flag(put.ignore_lease)
}

fn delete_bytes(delete: &DeleteRequest) -> u64 {
    range_bytes(&delete.range) + flag(delete.prev_kv)
}

fn compare_bytes(compare: &Compare) -> u64 {
    let (target, operand) = match &compare.target {
        CompareTarget::Version(version) => (0, chosen(*version)),
        CompareTarget::Create(revision) => (1, chosen(*revision)),
        CompareTarget::Mod(revision) => (2, chosen(*revision)),
        CompareTarget::Value(value) => (3, message(value.len() as u64)),
        CompareTarget::Lease(lease) => (4, chosen(*lease)),
    };
    let end = end_length(&compare.range);
    // The end's tag takes two bytes. The operator for equality is zero and takes none.
    let end = if end == 0 { 0 } else { message(end) + 1 };
    flag(compare.operator != super::CompareOperator::Equal)
        + number(target)
        + text(key_length(&compare.range))
        + operand
        + end
}

fn txn_bytes(txn: &TxnRequest) -> u64 {
    let compares: u64 = txn.compares.iter().map(|compare| message(compare_bytes(compare))).sum();
    let ops: u64 = txn.ops().map(|op| message(message(op_bytes(op)))).sum();
    compares + ops
}

fn op_bytes(op: &TxnOp) -> u64 {
    match op {
        TxnOp::Range(range) => range.message_bytes(),
        TxnOp::Put(put) => put_bytes(put),
        TxnOp::Delete(delete) => delete_bytes(delete),
        TxnOp::Txn(txn) => txn_bytes(txn),
    }
}

impl Command {
    /// The bytes of the message that a client sends, to which its limit of 2 MiB applies.
    pub fn message_bytes(&self) -> u64 {
        match self {
            Command::Put(put) => put_bytes(put),
            Command::Delete(delete) => delete_bytes(delete),
            Command::Txn(txn) => txn_bytes(txn),
            Command::Compact { revision } => number(*revision),
            Command::LeaseGrant { id, ttl_seconds } => number(*ttl_seconds) + number(*id),
            Command::LeaseRevoke { id } => number(*id),
            Command::AlarmRaise(alarm) | Command::AlarmDisarm(alarm) => {
                2 + number(alarm.member.cast_signed()) + 2
            }
        }
    }

    /// The bytes of the entry that a server proposes, to which `--max-request-bytes` applies.
    pub fn request_bytes(&self) -> u64 {
        HEADER_BYTES + message(self.message_bytes())
    }
}

/// An estimate of the bytes that a change takes in the database: its revision, its pair and the
/// page's overhead.
pub(super) fn stored_bytes(change: &Change) -> u64 {
    let pair = match change {
        Change::Put(pair) => {
            let numbers = [pair.create_revision, pair.mod_revision, pair.version];
            let numbers: u64 = numbers.into_iter().map(|value| number(value.cast_signed())).sum();
            text(pair.key.len() as u64) + numbers + text(pair.value.len() as u64) + number(pair.lease)
        }
        Change::Delete(key) => 1 + text(key.len() as u64),
    };
    ELEMENT_BYTES + REVISION_BYTES + pair
}

/// The bytes of a revision as a key of the database.
const REVISION_BYTES: u64 = 17;

/// Writes a change as the database stores it: the revision, marked if the change is a tombstone,
/// then the pair.
pub(super) fn write_entry(at: Revision, change: &Change, out: &mut Vec<u8>) {
    out.extend_from_slice(&at.main.to_be_bytes());
    out.push(b'_');
    out.extend_from_slice(&u64::from(at.sub).to_be_bytes());
    match change {
        Change::Put(pair) => write_pair(pair, out),
        Change::Delete(key) => {
            out.push(b't');
            write_text(1, key, out);
        }
    }
}

fn write_pair(pair: &KeyValue, out: &mut Vec<u8>) {
    write_text(1, &pair.key, out);
    let numbers = [(2, pair.create_revision), (3, pair.mod_revision), (4, pair.version)];
    for (field, value) in numbers {
        write_number(field, value, out);
    }
    write_text(5, &pair.value, out);
    write_number(6, pair.lease.cast_unsigned(), out);
}

fn write_text(field: u8, text: &[u8], out: &mut Vec<u8>) {
    if !text.is_empty() {
        out.push(field << 3 | 2);
        write_varint(text.len() as u64, out);
        out.extend_from_slice(text);
    }
}

fn write_number(field: u8, value: u64, out: &mut Vec<u8>) {
    if value != 0 {
        out.push(field << 3);
        write_varint(value, out);
    }
}

fn write_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
