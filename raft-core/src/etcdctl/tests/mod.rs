//! Lines typed into a terminal without a cluster, compared with recorded texts of etcdctl 3.4.23.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::kv::{KeyRange, RangeRequest};
use crate::model::{Consistency, Directory, Naming, Operation, Request};
use crate::units::{MILLISECOND, SECOND};

/// Starts a line; returns its output and its calls before any response.
fn begin(line: &str, stdin: &str) -> (Running, Output, Vec<Request>) {
    let directory = Directory::new(Naming::Hosts, 5);
    let mut running = Terminal::new(2).start(line, &directory);
    running.give(Input::Stdin(stdin.as_bytes().to_vec()));
    running.give(Input::StdinEnd);
    let (mut output, mut requests) = (Output::default(), Vec::new());
    for effect in running.poll(0, &directory) {
        match effect {
            Effect::Print { stream: Stream::Stdout, bytes } => output.stdout.extend(bytes),
            Effect::Print { stream: Stream::Stderr, bytes } => output.stderr.extend(bytes),
            Effect::Call { request, .. } => requests.push(request),
            Effect::HangUp { .. } => {}
        }
    }
    output.exit = running.exit().unwrap_or(0);
    (running, output, requests)
}

fn asked(line: &str) -> Request {
    begin(line, "").2.pop().unwrap_or_else(|| panic!("{line} makes no call"))
}

#[test]
fn invalid_arguments_give_the_real_tools_errors() {
    let cases = [
        ("etcdctl put", 128, "Error: put command needs 1 argument and input from stdin or 2 arguments\n"),
        (
            "etcdctl get a --prefix --from-key",
            128,
            "Error: `--prefix` and `--from-key` cannot be set at the same time, choose one\n",
        ),
        (
            "etcdctl del a b c",
            128,
            "Error: del command needs one argument as key and an optional argument as range_end\n",
        ),
        ("etcdctl put foo bar --bogus", 1, "Error: unknown flag: --bogus\n\nError: unknown flag: --bogus\n"),
        ("etcdctl get a -w xml", 4, "Error: unsupported output format\n"),
        ("etcdctl --endpoints= get a", 2, "Error: etcdclient: no available endpoints\n"),
        (
            "etcdctl gett foo",
            1,
            "Error: unknown command \"gett\" for \"etcdctl\"\n\nDid you mean this?\n\tget\n\nRun 'etcdctl --help' for usage.\nError: unknown command \"gett\" for \"etcdctl\"\n\nDid you mean this?\n\tget\n\n",
        ),
        ("etcdctl auth enable", 1, "Error: auth enable is not part of the playground\n"),
        ("put 'a", 2, "unexpected end of line: the ' at column 5 is not closed\n"),
    ];
    for (line, exit, stderr) in cases {
        let (_, output, requests) = begin(line, "");
        assert_eq!((String::from_utf8_lossy(&output.stderr).as_ref(), output.exit), (stderr, exit), "{line}");
        assert!(requests.is_empty(), "{line}");
    }
}

#[test]
fn flags_may_stand_anywhere_and_a_double_dash_ends_them() {
    let put = Operation::put("-dashkey", "v");
    assert_eq!(asked("etcdctl put -- -dashkey v").operation, put);
    assert_eq!(asked("etcdctl --command-timeout=1.5s ge k").timeout, 1_500 * MILLISECOND);
    let request = RangeRequest { limit: 3, ..RangeRequest::new(KeyRange::span("a", "b")) };
    let read = Operation::Read { request, consistency: Consistency::Serializable };
    assert_eq!(asked("etcdctl get --consistency s a b --limit=3 -wjson").operation, read);
    assert_eq!(asked("etcdctl get --prefix=false foo").operation, asked("etcdctl get foo").operation);
}

#[test]
fn endpoints_are_resolved_by_name_and_by_the_loopback_address() {
    assert_eq!(asked("etcdctl get a").endpoints, [2]);
    assert_eq!(asked("etcdctl --endpoints=node3:2379,http://node1:2379 get a").endpoints, [3, 1]);
    assert_eq!(asked("export ETCDCTL_ENDPOINTS=node4:2379\netcdctl get a").endpoints, [4]);
    assert_eq!(asked("ETCDCTL_ENDPOINTS=node4:2379 etcdctl get a").endpoints, [4]);
}

#[test]
fn a_call_to_a_nonexistent_endpoint_times_out() {
    let (mut running, _, requests) = begin("etcdctl --endpoints=nowhere:1 get a", "");
    assert!(requests.is_empty());
    assert_eq!((running.exit(), running.wakes_at()), (None, Some(5 * SECOND)));
    let effects = running.poll(5 * SECOND, &Directory::new(Naming::Hosts, 5));
    let bytes = b"Error: context deadline exceeded\n".to_vec();
    assert_eq!(effects, [Effect::Print { stream: Stream::Stderr, bytes }]);
    assert_eq!(running.exit(), Some(1));
}

#[test]
fn values_may_come_from_standard_input_files_and_pipes() {
    let put = Operation::put("k", "from stdin\n");
    assert_eq!(begin("etcdctl put k", "from stdin\n").2[0].operation, put);
    for line in [
        "echo from stdin | etcdctl put k",
        "echo from stdin > f; etcdctl put k < f",
        "echo from > f; echo stdin >> f; etcdctl put k <<E\nfrom stdin\nE",
        "echo from stdin >f && cat f | etcdctl put k",
    ] {
        assert_eq!(begin(line, "").2[0].operation, put, "{line}");
    }
}

#[test]
fn an_interrupt_ends_a_watch_and_hangs_up() {
    let (mut running, _, requests) = begin("etcdctl watch a --prefix", "");
    assert_eq!(requests.len(), 1);
    running.give(Input::Interrupt);
    assert_eq!(running.exit(), Some(130));
    let effects = running.poll(0, &Directory::new(Naming::Hosts, 5));
    assert_eq!(effects, [Effect::HangUp { call: 1 }]);
}

mod answered;
mod completion;
mod recipes;
