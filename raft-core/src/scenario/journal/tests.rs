//! Tests of sessions exported as scenarios.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::model::{Operation, REQUEST_TIMEOUT, Request};
use crate::scenario::parse;
use crate::units::MILLISECOND;

fn exported(journal: &Journal) -> Export {
    let export = journal.export(&Settings::with_seed(7), 900 * MILLISECOND, 0xabc);
    assert_eq!(parse(&export.scenario.to_string()).as_ref(), Ok(&export.scenario));
    export
}

fn put(endpoints: &[NodeId], value: &str) -> Noted {
    let operation = Operation::put("/k", value);
    let request = Request { endpoints: endpoints.to_vec(), operation, timeout: REQUEST_TIMEOUT };
    Noted::Action(Action::Request(request))
}

fn line(node: NodeId, terminal: u32, job: JobId, line: &str) -> Noted {
    Noted::Line { node, terminal, job, line: line.to_owned() }
}

#[test]
fn a_session_is_exported_as_a_scenario() {
    let mut journal = Journal::default();
    let deeds = [
        put(&[1, 2], "my value"),
        line(1, 2, 0, "etcdctl watch a"),
        Noted::Aside(0),
        line(1, 2, 1, "etcdctl put b \"x\ny\" &"),
        line(1, 2, 2, "etcdctl put c"),
        Noted::Reads(2),
        Noted::Input(2, "  three  ".to_owned()),
        Noted::EndInput(2),
        Noted::Action(Action::Partition(vec![vec![1, 2], vec![3]])),
        Noted::Interrupt(0),
        line(2, 1, 3, "etcdctl watch b"),
        Noted::Interrupt(3),
        Noted::Action(Action::Stress(Stress { endpoints: vec![2], rate: 20, duration: 1 })),
    ];
    for (at, deed) in (1..).zip(deeds) {
        journal.note(at * 100_000_001, deed);
    }
    let text = exported(&journal).scenario.to_string();
    let steps = text.split_once("\n\n").unwrap().1;
    assert_eq!(
        steps,
        "\
@100.000001ms node1:3$  etcdctl --endpoints=node1:2379,node2:2379 put /k \"my value\"
@200.000002ms node1:2$  etcdctl watch a &
@400.000004ms node1:2$
          | etcdctl put b \"x
          | y\" &
@500.000005ms node1:2$  etcdctl put c <
@700.000007ms node1:2<
          |   three  \n\
@800.000008ms eof       node1:2
@900.000009ms partition node1,node2 | node3
@1000.00001ms interrupt node1:2 %1
@1100.000011ms node2$    etcdctl watch b
@1200.000012ms interrupt node2
@1300.000013ms stress    20/s for 1ns on node2
@900ms trace     0000000000000abc
"
    );
}

#[test]
fn deeds_that_the_language_cannot_express_are_counted() {
    let mut journal = Journal::default();
    journal.note(5, put(&[2], "a\0b"));
    let export = exported(&journal);
    assert_eq!(export.untold, 1);
    assert!(export.scenario.to_string().contains("say       Left out"));
}

#[test]
fn a_full_journal_ends_before_the_first_deed_that_it_does_not_keep() {
    let mut journal = Journal::default();
    for at in 0..DEEDS_MAX as u64 + 5 {
        journal.note(at, Noted::Action(Action::Crash(1)));
    }
    assert_eq!((journal.len(), journal.is_empty()), (DEEDS_MAX, false));
    let export = exported(&journal);
    assert_eq!(export.ends_early, Some(DEEDS_MAX as u64));
    assert!(export.scenario.to_string().contains("The journal was full at 4us"));

    // Long texts fill it as well, and its text is never too long for a scenario.
    let mut journal = Journal::default();
    for at in 0..100 {
        journal.note(at, put(&[1, 2, 3, 4, 5, 6, 7, 8, 9], &"\u{1}".repeat(5_000)));
    }
    assert!(exported(&journal).ends_early.is_some_and(|at| at > 5));
}
