//! Tests of the store: facts recorded from a real etcd, and properties against a naive model.
#![allow(clippy::expect_used)]

mod compaction;
mod leases;
mod model;
mod properties;
mod reading;
mod snapshots;
mod space;
mod transactions;
mod watching;

use super::*;

/// Returns a store after some commands; asserts that none is refused.
fn after(commands: &[Command]) -> Store {
    let mut store = Store::new();
    for command in commands {
        done(&mut store, command.clone());
    }
    store
}

/// Applies a command; asserts that it is not refused.
fn done(store: &mut Store, command: Command) -> Response {
    assert_eq!(command.validate(), Ok(()), "{command}");
    store.apply(&command).expect("the command is not refused")
}

fn put(key: &str, value: &str) -> Command {
    Command::put(key, value)
}

fn del(range: KeyRange) -> Command {
    Command::Delete(DeleteRequest { range, prev_kv: true })
}

/// Returns a transaction without comparisons.
fn txn(success: Vec<TxnOp>) -> TxnRequest {
    TxnRequest { success, ..TxnRequest::default() }
}

fn op_put(key: &str, value: &str) -> TxnOp {
    TxnOp::Put(PutRequest::new(key, value))
}

fn op_del(range: KeyRange) -> TxnOp {
    TxnOp::Delete(DeleteRequest::new(range))
}

fn op_get(key: &str) -> TxnOp {
    TxnOp::Range(KeyRange::single(key).into())
}

/// Returns a pair without a lease.
fn kv(key: &str, create_revision: u64, mod_revision: u64, version: u64, value: &str) -> KeyValue {
    KeyValue { key: key.into(), value: value.into(), create_revision, mod_revision, version, lease: 0 }
}

fn keys(response: &RangeResponse) -> Vec<&str> {
    response.kvs.iter().map(|kv| std::str::from_utf8(&kv.key).expect("a test's keys are text")).collect()
}
