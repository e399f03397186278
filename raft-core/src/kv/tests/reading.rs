//! Reads, compared with recorded answers of a real etcd.

use super::*;

/// The commands of script p06 before its first compaction.
fn history() -> Store {
    after(&[put("k", "v1"), put("k", "v2"), put("other", "x"), del(KeyRange::single("k")), put("k", "v3")])
}

fn value_at(store: &Store, key: &str, revision: i64) -> Result<Option<String>, KvError> {
    let request = RangeRequest { revision, ..RangeRequest::new(KeyRange::single(key)) };
    let response = store.range(&request)?;
    assert_eq!(response.revision, store.revision(), "the header holds the present revision");
    Ok(response.kvs.first().map(|kv| String::from_utf8_lossy(&kv.value).into_owned()))
}

#[test]
fn a_past_revision_reads_as_it_was() {
    let store = history();
    let values: Vec<Option<String>> =
        (-1..=6).map(|at| value_at(&store, "k", at).expect("the revision is readable")).collect();
    let expected = [Some("v3"), Some("v3"), None, Some("v1"), Some("v2"), Some("v2"), None, Some("v3")];
    assert_eq!(values, expected.map(|value| value.map(str::to_owned)));
    for (key, revision) in [("k", 7), ("nokey", 100)] {
        assert_eq!(value_at(&store, key, revision), Err(KvError::FutureRevision));
    }
    let all = RangeRequest { revision: 4, keys_only: true, ..RangeRequest::new(KeyRange::all()) };
    let response = store.range(&all).expect("the revision is readable");
    assert_eq!(keys(&response), ["k", "other"]);
    assert!(response.kvs.iter().all(|kv| kv.value.is_empty()));
}

#[test]
fn versions_restart_when_a_key_is_created_again() {
    let store = history();
    assert_eq!(store.get(b"k"), Some(&kv("k", 6, 6, 1, "v3")));
    let request = RangeRequest { revision: 3, ..RangeRequest::new(KeyRange::single("k")) };
    assert_eq!(store.range(&request).expect("the revision is readable").kvs, [kv("k", 2, 3, 2, "v2")]);
}

/// Script p04.
fn sorted() -> Store {
    let puts = [
        ("n3", "zebra"),
        ("n1", "mango"),
        ("n2", "apple"),
        ("n4", "kiwi"),
        ("n1", "berry"),
        ("n1", "cherry"),
        ("n3", "date"),
    ];
    after(&puts.map(|(key, value)| put(key, value)))
}

fn sort(target: SortTarget, descending: bool) -> Option<Sort> {
    Some(Sort { target, descending })
}

#[test]
fn sort_orders_are_etcds_and_ties_keep_the_order_of_keys() {
    let store = sorted();
    let cases = [
        (None, ["n1", "n2", "n3", "n4"]),
        (sort(SortTarget::Key, true), ["n4", "n3", "n2", "n1"]),
        (sort(SortTarget::Create, false), ["n3", "n1", "n2", "n4"]),
        (sort(SortTarget::Mod, false), ["n2", "n4", "n1", "n3"]),
        (sort(SortTarget::Value, false), ["n2", "n1", "n3", "n4"]),
        (sort(SortTarget::Version, false), ["n2", "n4", "n3", "n1"]),
        (sort(SortTarget::Version, true), ["n1", "n3", "n2", "n4"]),
    ];
    for (sort, expected) in cases {
        let request = RangeRequest { sort, ..RangeRequest::new(KeyRange::prefix("n")) };
        let response = store.range(&request).expect("the revision is readable");
        assert_eq!(keys(&response), expected, "{sort:?}");
        assert!(!response.more);
    }
}

#[test]
fn a_limit_cuts_after_the_sort_and_the_count_covers_all() {
    let store = sorted();
    let base = RangeRequest::new(KeyRange::prefix("n"));
    let newest = RangeRequest { limit: 1, sort: sort(SortTarget::Mod, true), ..base.clone() };
    let cases = [
        (RangeRequest { limit: 2, ..base.clone() }, vec!["n1", "n2"], true),
        (RangeRequest { limit: 4, ..base.clone() }, vec!["n1", "n2", "n3", "n4"], false),
        (RangeRequest { limit: -1, ..base.clone() }, vec!["n1", "n2", "n3", "n4"], false),
        (newest, vec!["n3"], true),
        (RangeRequest { count_only: true, limit: 2, ..base.clone() }, vec![], false),
    ];
    for (request, expected, more) in cases {
        let response = store.range(&request).expect("the revision is readable");
        assert_eq!((keys(&response), response.more, response.count), (expected, more, 4), "{request:?}");
    }
}

#[test]
fn without_a_direction_the_limit_comes_before_the_order() {
    let store = sorted();
    let first = |target| RangeRequest {
        limit: 1,
        sort: sort(target, false),
        limit_first: true,
        ..RangeRequest::new(KeyRange::prefix("n"))
    };
    // Only n1 and n2 are taken, although n3 was created first.
    for (target, expected) in [(SortTarget::Version, "n2"), (SortTarget::Create, "n1")] {
        let response = store.range(&first(target)).expect("the revision is readable");
        assert_eq!((keys(&response), response.more), (vec![expected], true));
    }
    // With a filter the whole range is sorted.
    let filtered = RangeRequest { min_mod_revision: 7, ..first(SortTarget::Version) };
    assert_eq!(keys(&store.range(&filtered).expect("the revision is readable")), ["n3"]);
}

#[test]
fn many_ties_keep_the_order_of_keys() {
    let names: Vec<String> = (0..200).map(|number| format!("{:03}", number * 7 % 200)).collect();
    let value = |name: &str| if name.ends_with(['1', '4', '5']) { "even" } else { "odd" };
    let store = after(&names.iter().map(|name| put(name, value(name))).collect::<Vec<Command>>());
    for descending in [false, true] {
        let request =
            RangeRequest { sort: sort(SortTarget::Value, descending), ..RangeRequest::new(KeyRange::all()) };
        let response = store.range(&request).expect("the revision is readable");
        let keys = keys(&response);
        let (even, odd) = if descending { (&keys[140..], &keys[..140]) } else { (&keys[..60], &keys[60..]) };
        assert!(even.iter().all(|key| value(key) == "even") && odd.iter().all(|key| value(key) == "odd"));
        assert!(even.is_sorted() && odd.is_sorted());
    }
}

#[test]
fn filters_omit_pairs_but_not_from_the_count() {
    let store = sorted();
    let base = RangeRequest::new(KeyRange::all());
    let cases = [
        (RangeRequest { min_mod_revision: 7, ..base.clone() }, vec!["n1", "n3"]),
        (RangeRequest { max_mod_revision: 5, ..base.clone() }, vec!["n2", "n4"]),
        (RangeRequest { min_create_revision: 4, ..base.clone() }, vec!["n2", "n4"]),
        (RangeRequest { max_create_revision: 2, ..base.clone() }, vec!["n3"]),
        (RangeRequest { max_create_revision: -1, ..base.clone() }, vec![]),
    ];
    for (request, expected) in cases {
        let response = store.range(&request).expect("the revision is readable");
        assert_eq!((keys(&response), response.count), (expected, 4), "{request:?}");
    }
}
