//! Lines and texts as recorded from etcdctl 3.4.23.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::cluster::{Answer, Cause, Outcome};
use crate::kv::{DeleteResponse, KeyValue, PutResponse, RangeResponse, Response};

fn said(line: &str) -> Output {
    match understand(line, "") {
        Line::Said(output) => output,
        Line::Ask(invocation) => panic!("{line} asks the cluster: {invocation:?}"),
    }
}

fn asked(line: &str) -> Invocation {
    match understand(line, "") {
        Line::Ask(invocation) => invocation,
        Line::Said(output) => panic!("{line} says {output:?}"),
    }
}

fn words(line: &str) -> Vec<String> {
    split_words(line).unwrap().into_iter().map(|word| String::from_utf8_lossy(&word).into_owned()).collect()
}

#[test]
fn words_are_split_as_a_shell_splits_them() {
    assert_eq!(words(r#"etcdctl put /my_key "my value""#), ["etcdctl", "put", "/my_key", "my value"]);
    assert_eq!(words(r#"a '' "" 'it''s' "say \"x\" \n" b\ c"#), ["a", "", "", "its", "say \"x\" \\n", "b c"]);
    assert_eq!(split_words(r"$'a\tb\x00\101'").unwrap(), [b"a\tb\x00A".to_vec()]);
    assert_eq!(split_words("put 'a").unwrap_err(), WordsError { open: '\'', column: 5 });
}

#[test]
fn wrong_arguments_are_said_as_the_real_tool_says_them() {
    let cases = [
        ("etcdctl put", 128, "Error: put command needs 1 argument and input from stdin or 2 arguments\n"),
        ("etcdctl put '' v", 1, "Error: etcdserver: key is not provided\n"),
        (
            "etcdctl get",
            128,
            "Error: get command needs one argument as key and an optional argument as range_end\n",
        ),
        ("etcdctl get '' c", 1, "Error: etcdserver: key is not provided\n"),
        (
            "etcdctl get a --prefix --from-key",
            128,
            "Error: `--prefix` and `--from-key` cannot be set at the same time, choose one\n",
        ),
        (
            "etcdctl del a b --prefix",
            128,
            "Error: too many arguments, only accept one argument when `--prefix` or `--from-key` is set\n",
        ),
        (
            "etcdctl del a b c",
            128,
            "Error: del command needs one argument as key and an optional argument as range_end\n",
        ),
        ("etcdctl put foo bar --bogus", 1, "Error: unknown flag: --bogus\n\nError: unknown flag: --bogus\n"),
        (
            "etcdctl --command-timeout=5 get a",
            1,
            "Error: invalid argument \"5\" for \"--command-timeout\" flag: time: missing unit in duration \"5\"\n\nError: invalid argument \"5\" for \"--command-timeout\" flag: time: missing unit in duration \"5\"\n",
        ),
    ];
    for (line, exit, stderr) in cases {
        assert_eq!(said(line), Output { stdout: String::new(), stderr: stderr.to_owned(), exit }, "{line}");
    }
}

#[test]
fn flags_stand_anywhere_and_can_be_ended() {
    let put = Operation::put("-dashkey", "v");
    assert_eq!(asked("etcdctl put -- -dashkey v").operation, put);
    assert_eq!(asked("etcdctl --command-timeout=1.5s get k").timeout, 1_500 * MILLISECOND);
    let request = RangeRequest { limit: 3, ..RangeRequest::new(KeyRange::span("a", "b")) };
    let read = Operation::Read { request, consistency: Consistency::Serializable };
    assert_eq!(asked("etcdctl get --consistency s a b --limit=3").operation, read);
    assert_eq!(asked("etcdctl get --prefix=false foo").operation, asked("etcdctl get foo").operation);
}

#[test]
fn a_value_may_come_from_standard_input() {
    let Line::Ask(invocation) = understand("etcdctl put k", "from stdin\n") else {
        panic!("it asks the cluster")
    };
    assert_eq!(invocation.operation, Operation::put("k", "from stdin\n"));
}

#[test]
fn answers_look_as_the_real_ones() {
    let pair = |key: &str, value: &str| KeyValue {
        key: key.into(),
        value: value.into(),
        create_revision: 2,
        mod_revision: 2,
        version: 1,
        lease: 0,
    };
    let shown = |response, style| {
        let answer = Answer { endpoint: 1, revision: 3, term: 1, index: None, response };
        render(&Outcome::Ok(answer), style).stdout
    };
    let plain = Style::default();
    let put = PutResponse { revision: 2, prev_kv: Some(pair("k", "v1")) };
    assert_eq!(shown(Response::Put(put), plain), "OK\nk\nv1\n");
    let kvs = vec![pair("a", "1"), pair("b", "2")];
    let range = Response::Range(RangeResponse { revision: 3, count: 2, more: false, kvs: kvs.clone() });
    assert_eq!(shown(range.clone(), plain), "a\n1\nb\n2\n");
    assert_eq!(shown(range.clone(), Style { keys_only: true, values_only: false }), "a\n\nb\n\n");
    assert_eq!(shown(range, Style { keys_only: false, values_only: true }), "1\n2\n");
    let delete = DeleteResponse { revision: 3, deleted: 2, prev_kvs: kvs };
    assert_eq!(shown(Response::Delete(delete), plain), "2\na\n1\nb\n2\n");
    let failed = render(&Outcome::Unknown(Cause::NoQuorum), plain);
    assert_eq!((failed.stderr.as_str(), failed.exit), ("Error: context deadline exceeded\n", 1));
}
