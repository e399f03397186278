//! Builds requests from bytes: every operation of etcd's API, with the mistakes that clients may make.

use super::feed::Feed;
use crate::kv::{
    Alarm, AlarmKind, Command, Compare, CompareOperator, CompareTarget, DeleteRequest, KeyRange, PutRequest,
    RangeRequest, Sort, SortTarget, TxnOp, TxnRequest,
};
use crate::model::{Call, Consistency, NO_TIMEOUT, Operation, REQUEST_TIMEOUT, Request, WatchRequest};

/// The maximum depth of nested transactions.
const TXN_DEPTH_MAX: u32 = 3;
/// Keys that several clients use.
const KEYS: [&[u8]; 4] = [b"/a", b"/ab", b"/b", b"\xff"];

pub(super) fn request(feed: &mut Feed) -> Request {
    let operation = match feed.below(8) {
        0..=2 => Operation::Write(Command::Put(put(feed))),
        3 => Operation::Write(command(feed)),
        4 | 5 => {
            let consistency = feed.one_of(&[Consistency::Linearizable, Consistency::Serializable]);
            Operation::Read { request: range_request(feed), consistency }
        }
        _ => Operation::Call(call(feed)),
    };
    let timeout = match feed.below(4) {
        0 | 1 => REQUEST_TIMEOUT,
        2 => NO_TIMEOUT,
        _ => feed.number(),
    };
    Request { endpoints: feed.nodes(), operation, timeout }
}

fn key(feed: &mut Feed) -> Vec<u8> {
    match feed.below(6) {
        known @ 0..=3 => KEYS[known].to_vec(),
        _ => feed.bytes(),
    }
}

fn range(feed: &mut Feed) -> KeyRange {
    let start = key(feed);
    match feed.below(6) {
        0 | 1 => KeyRange::single(start),
        2 => KeyRange::prefix(start),
        3 => KeyRange::from_key(start),
        4 => KeyRange::span(start, key(feed)),
        _ => KeyRange::all(),
    }
}

fn put(feed: &mut Feed) -> PutRequest {
    let mut put = PutRequest::new(key(feed), feed.bytes());
    let flags = feed.byte();
    if flags & 8 != 0 {
        put.lease = feed.signed();
    }
    (put.prev_kv, put.ignore_value, put.ignore_lease) = (flags & 1 != 0, flags & 2 != 0, flags & 4 != 0);
    put
}

fn range_request(feed: &mut Feed) -> RangeRequest {
    let mut request = RangeRequest::new(range(feed));
    let flags = feed.byte();
    if flags & 1 != 0 {
        request.revision = feed.signed();
    }
    if flags & 2 != 0 {
        request.limit = feed.signed();
    }
    if flags & 4 != 0 {
        let targets =
            [SortTarget::Key, SortTarget::Version, SortTarget::Create, SortTarget::Mod, SortTarget::Value];
        request.sort = Some(Sort { target: feed.one_of(&targets), descending: feed.flag() });
    }
    if flags & 8 != 0 {
        request.min_mod_revision = feed.signed();
        request.max_mod_revision = feed.signed();
        request.min_create_revision = feed.signed();
        request.max_create_revision = feed.signed();
    }
    (request.limit_first, request.keys_only, request.count_only) =
        (flags & 16 != 0, flags & 32 != 0, flags & 64 != 0);
    request
}

fn txn(feed: &mut Feed, depth: u32) -> TxnRequest {
    let ops = |feed: &mut Feed| (0..feed.below(4)).map(|_| op(feed, depth)).collect::<Vec<_>>();
    let (success, failure) = (ops(feed), ops(feed));
    let compares = (0..feed.below(3)).map(|_| compare(feed)).collect();
    TxnRequest { compares, success, failure }
}

fn op(feed: &mut Feed, depth: u32) -> TxnOp {
    match feed.below(4) {
        0 => TxnOp::Put(put(feed)),
        1 => TxnOp::Range(range_request(feed)),
        2 => TxnOp::Delete(DeleteRequest { range: range(feed), prev_kv: feed.flag() }),
        _ if depth < TXN_DEPTH_MAX => TxnOp::Txn(txn(feed, depth + 1)),
        _ => TxnOp::Put(put(feed)),
    }
}

fn compare(feed: &mut Feed) -> Compare {
    let range = range(feed);
    let target = match feed.below(5) {
        0 => CompareTarget::Value(feed.bytes()),
        1 => CompareTarget::Version(feed.signed()),
        2 => CompareTarget::Create(feed.signed()),
        3 => CompareTarget::Mod(feed.signed()),
        _ => CompareTarget::Lease(feed.signed()),
    };
    let operators =
        [CompareOperator::Equal, CompareOperator::NotEqual, CompareOperator::Less, CompareOperator::Greater];
    Compare { range, target, operator: feed.one_of(&operators) }
}

fn command(feed: &mut Feed) -> Command {
    let alarm = |feed: &mut Feed| Alarm {
        member: feed.number(),
        kind: feed.one_of(&[AlarmKind::NoSpace, AlarmKind::Corrupt]),
    };
    match feed.below(8) {
        0 => Command::Delete(DeleteRequest { range: range(feed), prev_kv: feed.flag() }),
        1 | 2 => Command::Txn(txn(feed, 0)),
        3 => Command::Compact { revision: feed.signed() },
        4 => Command::LeaseGrant { id: feed.signed(), ttl_seconds: feed.signed() },
        5 => Command::LeaseRevoke { id: feed.signed() },
        6 => Command::AlarmRaise(alarm(feed)),
        _ => Command::AlarmDisarm(alarm(feed)),
    }
}

fn call(feed: &mut Feed) -> Call {
    let urls = |feed: &mut Feed| -> Vec<String> {
        let known = ["http://10.0.1.6:2380", "http://node7:2380", "http://x:1"];
        (0..feed.below(3))
            .map(|_| if feed.flag() { feed.text() } else { feed.one_of(&known).to_owned() })
            .collect()
    };
    match feed.below(17) {
        0 => Call::LeaseTimeToLive { id: feed.signed(), keys: feed.flag() },
        1 => Call::LeaseKeepAlive { id: feed.signed() },
        2 => Call::LeaseList,
        3 => Call::AlarmList,
        4 => Call::MemberList,
        5 => Call::MemberAdd { peer_urls: urls(feed), learner: feed.flag() },
        6 => Call::MemberPromote { id: feed.number() },
        7 => Call::MemberRemove { id: feed.number() },
        8 => Call::MemberUpdate { id: feed.number(), peer_urls: urls(feed) },
        9 => Call::MoveLeader { target: feed.number() },
        10 => Call::Status,
        11 => Call::HashKv { revision: feed.signed() },
        12 => Call::Defragment,
        13 => Call::Snapshot,
        14 => {
            let flags = feed.byte();
            let mut watch = WatchRequest::new(range(feed));
            watch.start_revision = feed.signed();
            (watch.prev_kv, watch.no_put) = (flags & 1 != 0, flags & 2 != 0);
            (watch.no_delete, watch.progress_notify) = (flags & 4 != 0, flags & 8 != 0);
            Call::Watch(watch)
        }
        15 => Call::WatchCancel { watch: feed.number() },
        _ => Call::WatchProgress { watch: feed.number() },
    }
}
