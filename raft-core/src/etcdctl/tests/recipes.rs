//! Commands that make several calls: locks, elections, the commands of API 2.

use std::collections::VecDeque;

use super::*;
use crate::kv::{
    Command, DeleteResponse, KeyValue, LeaseGrantResponse, PutResponse, RangeResponse, Response, TxnResponse,
};
use crate::model::{Answer, Call, CallResponse, Outcome, ResponseHeader, WatchEvent, WatchResponse};

/// A running command whose calls the test answers.
struct Harness {
    running: Running,
    output: Output,
    calls: VecDeque<(CallId, Operation)>,
    hung_up: Vec<CallId>,
    now: u64,
}

impl Harness {
    fn new(line: &str) -> Harness {
        let directory = Directory::new(Naming::Hosts, 5);
        let running = Terminal::new(1).start(line, &directory);
        let (output, calls, hung_up) = (Output::default(), VecDeque::new(), Vec::new());
        let mut harness = Harness { running, output, calls, hung_up, now: 0 };
        harness.give(Input::StdinEnd);
        harness
    }

    fn give(&mut self, input: Input) {
        self.running.give(input);
        for effect in self.running.poll(self.now, &Directory::new(Naming::Hosts, 5)) {
            match effect {
                Effect::Print { stream: Stream::Stdout, bytes } => self.output.stdout.extend(bytes),
                Effect::Print { stream: Stream::Stderr, bytes } => self.output.stderr.extend(bytes),
                Effect::Call { call, request } => self.calls.push_back((call, request.operation)),
                Effect::HangUp { call } => self.hung_up.push(call),
            }
        }
    }

    /// Takes the oldest unanswered call.
    fn called(&mut self) -> (CallId, Operation) {
        self.calls.pop_front().expect("a call")
    }

    fn answer(&mut self, call: CallId, response: Response) {
        let answer = Answer { endpoint: 1, revision: response.revision(), term: 1, index: None, response };
        self.give(Input::Ended { call, outcome: Outcome::Ok(answer) });
    }

    fn grants(&mut self) {
        let (call, operation) = self.called();
        let Operation::Write(Command::LeaseGrant { ttl_seconds, .. }) = operation else {
            panic!("{operation:?}")
        };
        self.answer(call, Response::LeaseGrant(LeaseGrantResponse { revision: 1, id: 0xabc, ttl_seconds }));
    }

    fn enqueues(&mut self) {
        let (call, operation) = self.called();
        assert!(matches!(operation, Operation::Write(Command::Txn(_))), "{operation:?}");
        let put = Response::Put(PutResponse { revision: 5, prev_kv: None });
        self.answer(call, Response::Txn(TxnResponse { revision: 5, succeeded: true, responses: vec![put] }));
    }

    fn reads(&mut self, kvs: Vec<KeyValue>) {
        let (call, operation) = self.called();
        assert!(matches!(operation, Operation::Read { .. }), "{operation:?}");
        self.answer(
            call,
            Response::Range(RangeResponse { revision: 5, count: kvs.len() as u64, kvs, more: false }),
        );
    }

    fn keeps_alive(&mut self, ttl_seconds: i64) {
        let (call, operation) = self.called();
        let Operation::Call(Call::LeaseKeepAlive { id }) = operation else { panic!("{operation:?}") };
        let response = CallResponse::LeaseKeepAlive { id, ttl_seconds };
        self.give(Input::Ended {
            call,
            outcome: Outcome::Called { header: ResponseHeader::default(), response },
        });
    }

    fn deletes(&mut self) {
        let (call, operation) = self.called();
        assert!(matches!(operation, Operation::Write(Command::Delete(_))), "{operation:?}");
        self.answer(call, Response::Delete(DeleteResponse { revision: 6, deleted: 1, prev_kvs: Vec::new() }));
    }

    fn printed(&self) -> &str {
        std::str::from_utf8(&self.output.stdout).unwrap()
    }
}

fn pair(key: &str, value: &str) -> KeyValue {
    let (key, value) = (key.as_bytes().to_vec(), value.as_bytes().to_vec());
    KeyValue { key, value, create_revision: 5, mod_revision: 5, version: 1, lease: 0xabc }
}

#[test]
fn a_lock_is_held_until_the_interrupt() {
    let mut harness = Harness::new("etcdctl lock l");
    harness.grants();
    harness.enqueues();
    harness.reads(Vec::new());
    harness.reads(vec![pair("l/abc", "")]);
    assert_eq!(harness.printed(), "l/abc\n\n");
    harness.keeps_alive(10);
    assert_eq!(harness.running.wakes_at(), Some(3_500 * MILLISECOND));
    harness.give(Input::Interrupt);
    harness.deletes();
    assert_eq!(harness.running.exit(), Some(0));
}

#[test]
fn a_lock_waits_for_the_older_key() {
    let mut harness = Harness::new("etcdctl lock l echo held");
    harness.grants();
    harness.enqueues();
    harness.reads(vec![pair("l/1", "")]);
    let (watch, operation) = harness.called();
    assert!(matches!(operation, Operation::Call(Call::Watch(_))), "{operation:?}");
    harness.keeps_alive(10);
    let delete = WatchEvent { delete: true, kv: pair("l/1", ""), prev_kv: None };
    let response = WatchResponse { events: vec![delete], ..WatchResponse::default() };
    harness.give(Input::Progress { call: watch, response });
    assert_eq!(harness.hung_up, [watch]);
    harness.reads(Vec::new());
    assert_eq!(harness.printed(), "held\n");
    harness.deletes();
    assert_eq!(harness.running.exit(), Some(0));
}

#[test]
fn an_interrupt_ends_the_wait_of_a_lock() {
    // Before the key is in the queue there is nothing to delete.
    let mut harness = Harness::new("etcdctl lock l");
    harness.grants();
    let (enqueuing, _) = harness.called();
    harness.give(Input::Interrupt);
    assert_eq!(harness.output.stderr, b"Error: context canceled\n");
    assert_eq!((harness.running.exit(), harness.hung_up.as_slice()), (Some(1), &[enqueuing][..]));

    let mut harness = Harness::new("etcdctl lock l");
    harness.grants();
    harness.enqueues();
    let (reading, _) = harness.called();
    harness.give(Input::Interrupt);
    assert_eq!(harness.hung_up, [reading]);
    harness.deletes();
    assert_eq!(harness.output.stderr, b"Error: context canceled\n");
    assert_eq!(harness.running.exit(), Some(1));
}

#[test]
fn a_second_interrupt_ends_a_lock_that_cannot_delete_its_key() {
    let mut harness = Harness::new("etcdctl lock l");
    harness.grants();
    harness.enqueues();
    harness.reads(Vec::new());
    harness.reads(vec![pair("l/abc", "")]);
    harness.keeps_alive(10);
    harness.give(Input::Interrupt);
    let (deleting, _) = harness.called();
    assert_eq!(harness.running.exit(), None);
    harness.give(Input::Interrupt);
    assert_eq!((harness.running.exit(), harness.hung_up.as_slice()), (Some(130), &[deleting][..]));
}

#[test]
fn a_session_ends_with_its_lease() {
    let mut harness = Harness::new("etcdctl lock l");
    harness.grants();
    harness.enqueues();
    harness.reads(Vec::new());
    harness.reads(vec![pair("l/abc", "")]);
    harness.keeps_alive(0);
    assert_eq!(harness.output.stderr, b"Error: session expired\n");
}

#[test]
fn an_election_is_won_and_observed() {
    let mut harness = Harness::new("etcdctl elect e alice");
    harness.grants();
    harness.enqueues();
    harness.reads(Vec::new());
    harness.reads(vec![pair("e/abc", "alice")]);
    assert_eq!(harness.printed(), "e/abc\nalice\n");
    let mut harness = Harness::new("etcdctl elect e -l");
    harness.grants();
    harness.reads(Vec::new());
    let (watch, _) = harness.called();
    harness.reads(Vec::new());
    harness.keeps_alive(60);
    harness.give(Input::Progress { call: watch, response: WatchResponse::default() });
    harness.reads(vec![pair("e/1", "bob")]);
    assert_eq!(harness.printed(), "e/1\nbob\n");
    harness.give(Input::Interrupt);
    assert_eq!(harness.running.exit(), Some(0));
    let mut harness = Harness::new("etcdctl elect e -l");
    harness.grants();
    harness.give(Input::Interrupt);
    assert_eq!((harness.running.exit(), harness.output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn commands_of_api_2_work_and_name_their_equivalents() {
    let mut harness = Harness::new("etcdctl set foo bar");
    let (call, operation) = harness.called();
    assert_eq!(operation, Operation::put("/foo", "bar"));
    harness.answer(call, Response::Put(PutResponse::default()));
    assert_eq!(harness.printed(), "bar\n");
    assert_eq!(harness.output.stderr, b"(API 2; today: etcdctl put /foo bar)\n");

    let mut harness = Harness::new("etcdctl set foo 'two words'");
    let (call, _) = harness.called();
    harness.answer(call, Response::Put(PutResponse::default()));
    assert_eq!(harness.output.stderr, b"(API 2; today: etcdctl put /foo \"two words\")\n");

    let mut harness = Harness::new("etcdctl mk /foo bar");
    let (call, _) = harness.called();
    harness.answer(call, Response::Txn(TxnResponse { revision: 7, ..TxnResponse::default() }));
    assert_eq!(harness.output.stderr, b"Error:  105: Key already exists (/foo) [7]\n");
    assert_eq!(harness.running.exit(), Some(4));

    let mut harness = Harness::new("etcdctl ls");
    let kvs = vec![pair("/a", "1"), pair("/d/x", "2"), pair("/d/y", "3")];
    harness.reads(kvs);
    assert_eq!(harness.printed(), "/a\n/d\n");

    let mut harness = Harness::new("ETCDCTL_API=2 etcdctl get foo");
    harness.reads(Vec::new());
    assert_eq!(harness.output.stderr, b"Error:  100: Key not found (/foo)\n");
    assert_eq!(Harness::new("etcdctl get foo").called().1, Operation::get(KeyRange::single("foo")));
}

#[test]
fn a_watch_of_api_2_ends_with_the_first_change() {
    let event = |key: &str, value: &str, delete: bool| WatchEvent {
        kv: KeyValue { value: value.into(), ..pair(key, "") },
        prev_kv: delete.then(|| pair(key, "old")),
        delete,
    };
    let happens = |harness: &mut Harness, call, events| {
        let response = WatchResponse { events, ..WatchResponse::default() };
        harness.give(Input::Progress { call, response });
    };
    let mut harness = Harness::new("export ETCDCTL_API=2; etcdctl watch foo");
    let (call, operation) = harness.called();
    let Operation::Call(Call::Watch(request)) = operation else { panic!("{operation:?}") };
    assert_eq!(request.range, KeyRange::single("/foo"));
    happens(&mut harness, call, vec![event("/foo", "new", false)]);
    assert_eq!((harness.printed(), harness.running.exit()), ("new\n", Some(0)));
    assert_eq!(harness.output.stderr, b"(API 2; today: etcdctl watch /foo)\n");
    assert_eq!(harness.hung_up, [call]);

    let mut harness = Harness::new("ETCDCTL_API=2 etcdctl watch --recursive -f /d");
    let (call, _) = harness.called();
    happens(&mut harness, call, vec![event("/d/x", "1", false), event("/d/y", "", true)]);
    assert_eq!(harness.printed(), "[set] /d/x\n1\n[delete] /d/y\nPrevNode.Value: old\n");
    assert_eq!(harness.running.exit(), None);
}

#[test]
fn an_unknown_program_gives_the_real_tools_error() {
    let mut harness = Harness::new("etcdctl watch k -- reload");
    let (call, _) = harness.called();
    let kv = pair("k", "v");
    let events = vec![WatchEvent { kv, prev_kv: None, delete: false }];
    harness.give(Input::Progress { call, response: WatchResponse { events, ..WatchResponse::default() } });
    let text = b"command [\"reload\"] error (exec: \"reload\": executable file not found in $PATH)\n";
    assert_eq!((harness.output.stderr.as_slice(), harness.running.exit()), (&text[..], Some(1)));
}

#[test]
fn an_operation_of_a_transaction_does_not_accept_global_flags() {
    let (_, output, calls) = begin("etcdctl txn", "\nget a -w json\n\n\n");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.starts_with("Usage:\n   get [options] <key> [range_end] [flags]\n"), "{text}");
    assert!(text.ends_with("Error: invalid txn request: get a -w json\n"), "{text}");
    assert_eq!((output.exit, calls.len()), (3, 0));
}
