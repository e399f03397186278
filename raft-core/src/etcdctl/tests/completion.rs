//! Completion of typed lines.

use super::*;

struct FakeSurroundings;

impl Known for FakeSurroundings {
    fn keys(&self, prefix: &[u8], limit: usize) -> Vec<Vec<u8>> {
        let keys: [&[u8]; 5] = [b"/my key", b"/my_key", b"/my_lock", b"\xff\x01", b"it's $5"];
        keys.iter().filter(|key| key.starts_with(prefix)).take(limit).map(|key| key.to_vec()).collect()
    }

    fn leases(&self) -> Vec<String> {
        vec!["32695410dcc0ca06".to_owned()]
    }

    fn files(&self) -> Vec<String> {
        vec!["notes".to_owned()]
    }

    fn members(&self) -> Vec<(String, String)> {
        (1..=3).map(|node| (format!("node{node}:2379"), format!("{node}a"))).collect()
    }
}

/// Returns the completed line, and the choices.
fn completed(line: &str) -> (String, Vec<String>) {
    let completion = complete(line, &FakeSurroundings);
    let after =
        completion.insert.map_or(line.to_owned(), |insert| format!("{}{insert}", &line[..completion.from]));
    (after, completion.choices.into_iter().map(|choice| choice.text).collect())
}

#[test]
fn an_unambiguous_word_is_completed() {
    for (line, after) in [
        ("etcd", "etcdctl "),
        ("etcdctl pu", "etcdctl put "),
        ("etcdctl endpoint st", "etcdctl endpoint status "),
        ("etcdctl get --keys", "etcdctl get --keys-only "),
        ("etcdctl --write", "etcdctl --write-out="),
        ("etcdctl get -w js", "etcdctl get -w json "),
        ("etcdctl get --write-out=t", "etcdctl get --write-out=table "),
        ("etcdctl get --consistency s", "etcdctl get --consistency s "),
        ("etcdctl --endpoints=node1:2379,node3", "etcdctl --endpoints=node1:2379,node3:2379"),
        ("etcdctl get /my\" k", "etcdctl get \"/my key\" "),
        ("etcdctl get it", "etcdctl get \"it's \\$5\" "),
        ("etcdctl put --lease=3", "etcdctl put --lease=32695410dcc0ca06 "),
        ("etcdctl lease keep", "etcdctl lease keep-alive "),
        ("etcdctl lease revoke ", "etcdctl lease revoke 32695410dcc0ca06 "),
        ("etcdctl move-leader 2", "etcdctl move-leader 2a "),
        ("etcdctl put a < n", "etcdctl put a < notes "),
        ("cat ", "cat notes "),
        ("ETCDCTL_API=3 etcdctl wat", "ETCDCTL_API=3 etcdctl watch "),
        ("echo a | etcdctl pu", "echo a | etcdctl put "),
        ("etcdctl watch a -- etcdctl de", "etcdctl watch a -- etcdctl de"),
        ("etcdctl watch a -- etcdctl del /my_k", "etcdctl watch a -- etcdctl del /my_key "),
    ] {
        assert_eq!(completed(line).0, after, "{line}");
    }
}

#[test]
fn several_choices_are_listed() {
    let (after, choices) = completed("etcdctl get /m");
    assert_eq!(
        (after.as_str(), choices.as_slice()),
        ("etcdctl get /my", &["/my key", "/my_key", "/my_lock"].map(str::to_owned)[..])
    );
    assert_eq!(completed("etcdctl lease ").1, ["grant", "keep-alive", "list", "revoke", "timetolive"]);
    assert_eq!(completed("").1, BUILT_IN);
    let commands = completed("etcdctl ").1;
    assert!(commands.contains(&"put".to_owned()) && !commands.contains(&"auth".to_owned()), "{commands:?}");
    assert!(completed("etcdctl put --").1.contains(&"--lease".to_owned()));
    let binary = complete("etcdctl get ", &FakeSurroundings)
        .choices
        .into_iter()
        .find(|choice| choice.insert.contains("xff"));
    assert_eq!(binary.map(|choice| choice.insert).as_deref(), Some("$'\\xff\\x01' "));
}

#[test]
fn without_choices_the_line_stays() {
    for line in ["nothing", "etcdctl put a ", "etcdctl get nokey", "echo a", "etcdctl compaction "] {
        assert_eq!(completed(line), (line.to_owned(), Vec::new()), "{line}");
    }
}
