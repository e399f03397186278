//! Watches, compared with recorded answers of a real etcd.

use super::*;

type Seen = (u64, Vec<String>);

/// Revisions with their events as `+key=value` and `-key`, each followed by ` <value` if it has a
/// previous value.
fn seen(batches: Result<Vec<WatchBatch>, KvError>) -> Result<Vec<Seen>, KvError> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let event = |event: &WatchEvent| {
        let before = event.prev_kv.as_ref().map_or(String::new(), |kv| format!(" <{}", text(&kv.value)));
        match event.kind {
            WatchEventKind::Put => format!("+{}={}{before}", text(&event.kv.key), text(&event.kv.value)),
            WatchEventKind::Delete => format!("-{}{before}", text(&event.kv.key)),
        }
    };
    Ok(batches?.iter().map(|batch| (batch.revision, batch.events.iter().map(event).collect())).collect())
}

fn single(revision: u64, event: &str) -> Seen {
    (revision, vec![event.to_owned()])
}

fn on(key: &str) -> WatchRequest {
    WatchRequest::new(KeyRange::single(key))
}

/// Script p13.
fn history() -> Store {
    after(&[put("k", "v1"), put("k", "v2"), put("j", "x"), del(KeyRange::single("k")), put("k", "v3")])
}

#[test]
fn a_watch_reports_the_changes_since_its_start_revision() {
    let store = history();
    let all = [single(2, "+k=v1"), single(3, "+k=v2"), single(5, "-k"), single(6, "+k=v3")];
    assert_eq!(seen(store.history(&on("k"), 2)), Ok(all.to_vec()));
    assert_eq!(seen(store.history(&on("k"), 6)), Ok(all[3..].to_vec()));
    assert_eq!(seen(store.history(&on("k"), 9)), Ok(vec![]));
    assert_eq!(seen(store.events_after(&on("k"), 5)), Ok(all[3..].to_vec()));
    let before = WatchRequest { prev_kv: true, ..on("k") };
    let expected = vec![single(3, "+k=v2 <v1"), single(5, "-k <v2"), single(6, "+k=v3")];
    assert_eq!(seen(store.history(&before, 3)), Ok(expected));
    let deletes = WatchRequest { no_put: true, ..on("k") };
    assert_eq!(seen(store.history(&deletes, 1)), Ok(vec![single(5, "-k")]));
    let puts = WatchRequest { no_delete: true, ..WatchRequest::new(KeyRange::all()) };
    assert_eq!(store.history(&puts, 1).map(|batches| batches.len()), Ok(4));
    let batches = store.history(&deletes, 1).expect("nothing was compacted");
    let bare = KeyValue { create_revision: 0, version: 0, ..kv("k", 0, 5, 0, "") };
    assert_eq!(batches[0].events[0].kv, bare);
}

#[test]
fn a_watch_may_start_at_the_compacted_revision_but_its_delete_is_lost() {
    let mut store = history();
    done(&mut store, Command::Compact { revision: 5 });
    for from in [-1, 0, 1, 3, 4] {
        assert_eq!(seen(store.history(&on("k"), from)), Err(KvError::Compacted), "{from}");
    }
    assert_eq!(seen(store.history(&on("k"), 5)), Ok(vec![single(6, "+k=v3")]));
    let mut store = history();
    done(&mut store, Command::Compact { revision: 3 });
    let before = WatchRequest { prev_kv: true, ..on("k") };
    // The pair before the compacted revision is not readable.
    let expected = vec![single(3, "+k=v2"), single(5, "-k <v2"), single(6, "+k=v3")];
    assert_eq!(seen(store.history(&before, 3)), Ok(expected));
}

/// Scripts p12 and p15.
#[test]
fn the_events_of_a_revision_form_one_batch_in_the_order_of_the_operations() {
    let mut store = after(&[put("a1", "1"), put("b1", "2"), put("d", "3"), put("c", "4"), put("a2", "5")]);
    let ops = vec![op_put("a3", "6"), op_put("b2", "7"), op_del(KeyRange::single("a1")), op_put("a0", "8")];
    done(&mut store, Command::Txn(txn(ops)));
    done(&mut store, del(KeyRange::prefix("a")));
    let watch = WatchRequest::new(KeyRange::prefix("a"));
    let events = |events: &[&str]| events.iter().map(|event| (*event).to_owned()).collect::<Vec<_>>();
    let expected = vec![
        single(2, "+a1=1"),
        single(6, "+a2=5"),
        (7, events(&["+a3=6", "-a1", "+a0=8"])),
        (8, events(&["-a0", "-a2", "-a3"])),
    ];
    assert_eq!(seen(store.history(&watch, 1)), Ok(expected));
    let range = WatchRequest::new(KeyRange::span("b", "d"));
    let expected = vec![single(3, "+b1=2"), single(5, "+c=4"), single(7, "+b2=7")];
    assert_eq!(seen(store.history(&range, 1)), Ok(expected));
    done(&mut store, Command::LeaseGrant { id: 1, ttl_seconds: 9 });
    for key in ["x/2", "x/1"] {
        done(&mut store, Command::Put(PutRequest { lease: 1, ..PutRequest::new(key, key) }));
    }
    let before = WatchRequest { prev_kv: true, ..WatchRequest::new(KeyRange::prefix("x/")) };
    done(&mut store, Command::LeaseRevoke { id: 1 });
    let expected = vec![(11, events(&["-x/1 <x/1", "-x/2 <x/2"]))];
    assert_eq!(seen(store.events_after(&before, 10)), Ok(expected));
}
