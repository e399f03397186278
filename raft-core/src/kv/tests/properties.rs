//! Random commands: the store and the naive model give equal answers.

use proptest::prelude::*;

use super::model::Model;
use super::*;

/// Short keys over an alphabet with both ends of the byte range, so that prefixes and range ends
/// collide often.
fn any_key() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(vec![0u8, b'a', 0xff]), 1..3)
}

fn any_range() -> impl Strategy<Value = KeyRange> {
    prop_oneof![
        3 => any_key().prop_map(KeyRange::single),
        1 => prop::collection::vec(prop::sample::select(vec![b'a', 0xff]), 0..2).prop_map(KeyRange::prefix),
        1 => any_key().prop_map(KeyRange::from_key),
        1 => (any_key(), any_key()).prop_map(|(start, end)| KeyRange::span(start, end)),
    ]
}

/// Revisions that a run reaches, and invalid ones.
fn any_revision() -> impl Strategy<Value = i64> {
    prop_oneof![4 => Just(0), 6 => 1..25i64, 1 => Just(-1), 1 => Just(i64::MAX)]
}

fn any_range_request() -> impl Strategy<Value = RangeRequest> {
    let targets =
        [SortTarget::Key, SortTarget::Version, SortTarget::Create, SortTarget::Mod, SortTarget::Value];
    let sort = (prop::sample::select(targets.to_vec()), any::<bool>())
        .prop_map(|(target, descending)| Sort { target, descending });
    let bound = || prop_oneof![9 => Just(0), 1 => -1..12i64];
    let order = (prop::option::of(sort), any::<bool>(), prop_oneof![Just(0), -1..5i64]);
    let flags = (any::<bool>(), prop::bool::weighted(0.1));
    let bounds = (bound(), bound(), bound(), bound());
    (any_range(), any_revision(), order, flags, bounds).prop_map(|(range, revision, order, flags, bounds)| {
        let (sort, limit_first, limit) = order;
        let (keys_only, count_only) = flags;
        let (min_mod_revision, max_mod_revision, min_create_revision, max_create_revision) = bounds;
        RangeRequest {
            range,
            revision,
            limit,
            sort,
            limit_first: limit_first && sort.is_some(),
            keys_only,
            count_only,
            min_mod_revision,
            max_mod_revision,
            min_create_revision,
            max_create_revision,
        }
    })
}

fn any_put() -> impl Strategy<Value = PutRequest> {
    let flag = || prop::bool::weighted(0.2);
    let lease = prop_oneof![4 => Just(0), 2 => 1..4i64];
    (any_key(), any_key(), lease, any::<bool>(), flag(), flag()).prop_map(
        |(key, value, lease, prev_kv, ignore_value, ignore_lease)| PutRequest {
            key,
            value: if ignore_value { vec![] } else { value },
            lease: if ignore_lease { 0 } else { lease },
            prev_kv,
            ignore_value,
            ignore_lease,
        },
    )
}

fn any_delete() -> impl Strategy<Value = DeleteRequest> {
    (any_range(), any::<bool>()).prop_map(|(range, prev_kv)| DeleteRequest { range, prev_kv })
}

fn any_compare() -> impl Strategy<Value = Compare> {
    use CompareOperator::{Equal, Greater, Less, NotEqual};
    let target = prop_oneof![
        any_key().prop_map(CompareTarget::Value),
        (-1..3i64).prop_map(CompareTarget::Version),
        (0..20i64).prop_map(CompareTarget::Create),
        (0..20i64).prop_map(CompareTarget::Mod),
        (0..3i64).prop_map(CompareTarget::Lease),
    ];
    let operator = prop::sample::select(vec![Equal, NotEqual, Less, Greater]);
    (any_range(), target, operator).prop_map(|(range, target, operator)| Compare { range, target, operator })
}

fn any_txn() -> impl Strategy<Value = TxnRequest> {
    let leaf = prop_oneof![
        any_range_request().prop_map(TxnOp::Range),
        any_put().prop_map(TxnOp::Put),
        any_put().prop_map(TxnOp::Put),
        any_delete().prop_map(TxnOp::Delete),
    ];
    let op = leaf.prop_recursive(2, 8, 3, |inner| txn_of(inner).prop_map(TxnOp::Txn));
    txn_of(op)
}

fn txn_of(op: impl Strategy<Value = TxnOp> + Clone) -> impl Strategy<Value = TxnRequest> {
    let ops = move || prop::collection::vec(op.clone(), 0..4);
    (prop::collection::vec(any_compare(), 0..2), ops(), ops())
        .prop_map(|(compares, success, failure)| TxnRequest { compares, success, failure })
}

fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        6 => any_put().prop_map(Command::Put),
        2 => any_delete().prop_map(Command::Delete),
        4 => any_txn().prop_map(Command::Txn),
        1 => (1..20i64).prop_map(|revision| Command::Compact { revision }),
        1 => any_revision().prop_map(|revision| Command::Compact { revision }),
        1 => (1..4i64, -1..60i64).prop_map(|(id, ttl_seconds)| Command::LeaseGrant { id, ttl_seconds }),
        1 => (1..4i64).prop_map(|id| Command::LeaseRevoke { id }),
    ]
}

fn any_watch() -> impl Strategy<Value = WatchRequest> {
    let flag = || prop::bool::weighted(0.2);
    (any_range(), any_revision(), any::<bool>(), flag(), flag()).prop_map(
        |(range, start_revision, prev_kv, no_put, no_delete)| WatchRequest {
            range,
            start_revision,
            prev_kv,
            no_put,
            no_delete,
            progress_notify: false,
        },
    )
}

/// Commands that pass an endpoint's validation.
fn commands(count: usize) -> impl Strategy<Value = Vec<Command>> {
    let valid = any_command().prop_filter("an endpoint refuses it", |command| command.validate().is_ok());
    prop::collection::vec(valid, 0..count)
}

/// A configuration of `count` cases, unless `PROPTEST_CASES` is set.
fn cases(count: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_some() {
        asked
    } else {
        ProptestConfig { cases: count, ..asked }
    }
}

/// Checks the store's redundant sums against its content and the model.
fn check_sums(store: &Store, model: &Model) -> Result<(), TestCaseError> {
    let all = model.live(&KeyRange::all(), model.revision);
    let bytes: usize = all.iter().map(|kv| kv.key.len() + kv.value.len()).sum();
    prop_assert_eq!((store.key_count(), store.bytes()), (all.len() as u64, bytes as u64));
    prop_assert_eq!((store.revision(), store.compacted_revision()), (model.revision, model.compacted));
    let mut leases = model.leases.clone();
    leases.sort_unstable();
    for (lease, (id, ttl)) in store.leases().iter().zip(&leases) {
        let keys: Vec<Vec<u8>> = lease.keys().map(<[u8]>::to_vec).collect();
        prop_assert_eq!((lease.id(), lease.ttl_seconds(), keys), (*id, *ttl, model.attached_keys(*id)));
    }
    prop_assert_eq!(store.leases().len(), leases.len());
    prop_assert!(store.db_size() > store.db_size_in_use());
    Ok(())
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn the_store_answers_like_the_model(
        commands in commands(30),
        ranges in prop::collection::vec(any_range_request(), 24),
        watches in prop::collection::vec(any_watch(), 4),
        snapshot in any::<prop::sample::Index>(),
    ) {
        let (mut store, mut model) = (Store::new(), Model::new());
        let restart = snapshot.index(commands.len() + 1);
        let mut earlier = None;
        for (index, command) in commands.iter().enumerate() {
            if index % 3 == 0 {
                let encoded = store.encode_after(Vec::new(), earlier.as_ref());
                prop_assert_eq!(encoded.bytes.joined(), store.encode());
                prop_assert_eq!(encoded.bytes.len(), store.encode().len());
                earlier = Some(encoded);
            }
            if index == restart {
                store = Store::decode(&store.encode()).expect("an encoded store decodes");
            }
            let before = store.clone();
            let seen = store.revision();
            let answer = store.apply(command);
            prop_assert_eq!(&answer, &model.apply(command), "{:?}", command);
            if answer.is_err() {
                prop_assert_eq!(&store, &before);
            } else if !matches!(command, Command::Compact { .. }) {
                let live = store.events_after(&watches[0], seen);
                prop_assert_eq!(live, model.history(&watches[0], seen as i64 + 1));
            }
            check_sums(&store, &model)?;
        }
        for request in &ranges {
            prop_assert_eq!(store.range(request), model.range(request), "{:?}", request);
        }
        for watch in &watches {
            for from in [watch.start_revision, model.compacted, model.compacted + 1] {
                prop_assert_eq!(store.history(watch, from), model.history(watch, from), "{:?}", watch);
            }
        }
    }

    #[test]
    fn a_read_only_transaction_answers_alike_read_or_applied(commands in commands(12), txn in any_txn()) {
        let mut store = after_some(&commands);
        if txn.is_read_only() {
            let read = store.read_txn(&txn).map(Response::Txn);
            let before = store.clone();
            prop_assert_eq!(read, store.apply(&Command::Txn(txn)));
            prop_assert_eq!(store, before);
        }
    }

    #[test]
    fn the_hash_is_a_function_of_the_state(commands in commands(25), extra in any_command()) {
        let mut one = after_some(&commands);
        prop_assert_eq!(one.hash(), after_some(&commands).hash());
        let decoded = Store::decode(&one.encode()).expect("an encoded store decodes");
        prop_assert_eq!(&decoded, &one);
        prop_assert_eq!(decoded.hash(), one.hash());
        let before = one.clone();
        let _ = one.apply(&extra);
        prop_assert_eq!(before == one, before.hash() == one.hash());
    }

    #[test]
    fn two_compactions_equal_the_later_one(commands in commands(25), first in 1..20i64, second in 1..20i64) {
        let uncompacted: Vec<Command> =
            commands.into_iter().filter(|command| !matches!(command, Command::Compact { .. })).collect();
        let mut one = after_some(&uncompacted);
        let mut two = one.clone();
        let last = second.max(first).min(one.revision() as i64);
        let earlier = Command::Compact { revision: first.min(second) };
        let _ = one.apply(&earlier);
        for store in [&mut one, &mut two] {
            let _ = store.apply(&Command::Compact { revision: last });
        }
        prop_assert_eq!(one.hash(), two.hash());
        prop_assert_eq!(one.hashkv(0), two.hashkv(0));
        prop_assert_eq!(one.encode(), two.encode());
    }

    #[test]
    fn broken_snapshots_are_refused_without_a_panic(
        commands in commands(15),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let bytes = after_some(&commands).encode();
        prop_assert!(Store::decode(&bytes[..cut.index(bytes.len())]).is_err());
        let longer = [bytes.as_slice(), &[0]].concat();
        prop_assert_eq!(Store::decode(&longer), Err(DecodeError::TooLong));
        let mut changed = bytes;
        let at = at.index(changed.len());
        changed[at] = byte;
        // Some changed bytes decode to another valid store; none may panic.
        if let Ok(decoded) = Store::decode(&changed) {
            prop_assert_eq!(decoded.encode(), changed);
        }
    }

    #[test]
    fn any_bytes_decode_without_a_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Some(format) = bytes.first_mut() {
            *format = 2;
        }
        let _ = Store::decode(&bytes);
    }

    #[test]
    fn a_prefix_range_holds_exactly_the_keys_with_the_prefix(
        key in any_key(),
        prefix in prop::collection::vec(prop::sample::select(vec![0u8, b'a', 0xff]), 0..3),
    ) {
        prop_assert_eq!(KeyRange::prefix(prefix.clone()).contains(&key), key.starts_with(&prefix));
    }
}

/// Returns a store after some commands; refused ones change nothing.
fn after_some(commands: &[Command]) -> Store {
    let mut store = Store::new();
    for command in commands {
        let _ = store.apply(command);
    }
    store
}
