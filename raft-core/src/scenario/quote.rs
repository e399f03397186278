//! Prints a client's request as the `etcdctl` line that sends exactly this request.

use crate::kv::{Command, DeleteRequest, KeyRange, PutRequest, RangeEnd, RangeRequest};
use crate::model::{Consistency, Naming, Operation, REQUEST_TIMEOUT, Request};
use crate::units::NodeId;

/// Returns the line that sends the request from a terminal of its first endpoint; `None` if no line does.
pub(super) fn request_line(request: &Request, naming: Naming) -> Option<String> {
    if request.timeout != REQUEST_TIMEOUT {
        return None;
    }
    let (first, others) = request.endpoints.split_first()?;
    let flags = if others.is_empty() { String::new() } else { endpoints(*first, others, naming) };
    let rest = match &request.operation {
        Operation::Write(Command::Put(put))
            if *put == PutRequest::new(put.key.clone(), put.value.clone()) =>
        {
            let dashes = if is_flag(&put.key) || is_flag(&put.value) { "-- " } else { "" };
            format!("put {dashes}{} {}", word(&put.key)?, word(&put.value)?)
        }
        Operation::Write(Command::Delete(delete)) if *delete == DeleteRequest::new(delete.range.clone()) => {
            format!("del {}", range(&delete.range)?)
        }
        Operation::Read { request, consistency } if *request == RangeRequest::new(request.range.clone()) => {
            let own = if *consistency == Consistency::Serializable { "--consistency=s " } else { "" };
            format!("get {own}{}", range(&request.range)?)
        }
        _ => return None,
    };
    Some(format!("etcdctl {flags}{rest}"))
}

fn endpoints(first: NodeId, others: &[NodeId], naming: Naming) -> String {
    let mut text = format!("--endpoints={}", naming.client_address(first));
    for node in others {
        text.push(',');
        text.push_str(&naming.client_address(*node));
    }
    text.push(' ');
    text
}

fn range(range: &KeyRange) -> Option<String> {
    let flag = match &range.end {
        RangeEnd::Single => "",
        RangeEnd::Unbounded => "--from-key ",
        RangeEnd::Before(_) if *range == KeyRange::prefix(range.key.clone()) => "--prefix ",
        RangeEnd::Before(end) if !end.is_empty() => {
            let dashes = if is_flag(&range.key) || is_flag(end) { "-- " } else { "" };
            return Some(format!("{dashes}{} {}", word(&range.key)?, word(end)?));
        }
        RangeEnd::Before(_) => return None,
    };
    let dashes = if is_flag(&range.key) { "-- " } else { "" };
    Some(format!("{flag}{dashes}{}", word(&range.key)?))
}

fn is_flag(word: &[u8]) -> bool {
    word.first() == Some(&b'-')
}

/// Returns bytes as a word of a shell; `None` if they contain a zero byte, which no word can.
fn word(bytes: &[u8]) -> Option<String> {
    let is_bare = |byte: &u8| byte.is_ascii_alphanumeric() || b"/_.-+:@%,".contains(byte);
    match std::str::from_utf8(bytes) {
        _ if bytes.contains(&0) => None,
        Ok(text) if !text.is_empty() && bytes.iter().all(is_bare) => Some(text.to_owned()),
        Ok(text) if !text.contains(|c: char| c.is_control() || "\"\\$`!".contains(c)) => {
            Some(format!("\"{text}\""))
        }
        Ok(text) if !text.contains(|c: char| c.is_control() || c == '\'') => Some(format!("'{text}'")),
        _ => Some(escaped(bytes)),
    }
}

/// Returns bytes as bash's `$'…'`.
fn escaped(bytes: &[u8]) -> String {
    let mut text = String::from("$'");
    let byte_by_byte = |byte: u8, text: &mut String| match byte {
        b'\n' => text.push_str("\\n"),
        b'\t' => text.push_str("\\t"),
        b'\'' | b'\\' => text.extend(['\\', byte as char]),
        b' '..=b'~' => text.push(byte as char),
        other => text.push_str(&format!("\\x{other:02x}")),
    };
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c.is_ascii() || c.is_control() {
                c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| byte_by_byte(byte, &mut text));
            } else {
                text.push(c);
            }
        }
        chunk.invalid().iter().for_each(|byte| byte_by_byte(*byte, &mut text));
    }
    text.push('\'');
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;
    use crate::etcdctl::{Effect, Terminal};
    use crate::model::Directory;

    /// Returns the request that a line sends from a terminal.
    fn asked(node: NodeId, line: &str) -> Option<Request> {
        let directory = Directory::new(Naming::Hosts, 9);
        let effects = Terminal::new(node).start(line, &directory).poll(0, &directory);
        effects.into_iter().find_map(|effect| match effect {
            Effect::Call { request, .. } => Some(request),
            _ => None,
        })
    }

    fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            "/[a-z]{1,5}".prop_map(String::into_bytes),
            "[ -~\u{7f}-\u{a0}äß€\n\t'\\\\\"$-]{0,9}".prop_map(String::into_bytes),
            prop::collection::vec(1..=255u8, 0..9),
        ]
    }

    fn any_range() -> impl Strategy<Value = KeyRange> {
        prop_oneof![
            any_bytes().prop_map(KeyRange::single),
            any_bytes().prop_map(KeyRange::prefix),
            any_bytes().prop_map(KeyRange::from_key),
            (any_bytes(), any_bytes().prop_filter("an end", |end| !end.is_empty()))
                .prop_map(|(start, end)| KeyRange::span(start, end)),
            Just(KeyRange::all()),
        ]
    }

    fn any_operation() -> impl Strategy<Value = Operation> {
        let consistency = prop::sample::select(vec![Consistency::Linearizable, Consistency::Serializable]);
        prop_oneof![
            (any_bytes(), any_bytes()).prop_map(|(key, value)| Operation::put(key, value)),
            any_range().prop_map(Operation::delete),
            (any_range(), consistency).prop_map(|(range, consistency)| Operation::read(range, consistency)),
        ]
    }

    proptest! {
        #[test]
                fn a_line_sends_exactly_the_request_it_prints(
            operation in any_operation(),
            endpoints in prop::collection::vec(1..=9u64, 1..5),
        ) {
            let request = Request { endpoints, operation, timeout: REQUEST_TIMEOUT };
            let line = request_line(&request, Naming::Hosts).unwrap();
            prop_assert!(!line.contains('\n') && line.trim() == line, "{:?}", line);
            prop_assert_eq!(asked(request.endpoints[0], &line), Some(request), "{}", line);
        }
    }

    #[test]
    fn lines_are_quoted_as_a_person_would() {
        let line = |endpoints: &[NodeId], operation| {
            let endpoints = endpoints.to_vec();
            request_line(&Request { endpoints, operation, timeout: REQUEST_TIMEOUT }, Naming::Hosts)
        };
        let read = |range| Operation::read(range, Consistency::Serializable);
        let cases = [
            (line(&[2], Operation::put("/my_key", "my value")), "etcdctl put /my_key \"my value\""),
            (
                line(&[1, 3], Operation::put("-a", "")),
                "etcdctl --endpoints=node1:2379,node3:2379 put -- -a \"\"",
            ),
            (line(&[1], read(KeyRange::prefix("/a$"))), "etcdctl get --consistency=s --prefix '/a$'"),
            (line(&[1], Operation::delete(KeyRange::all())), "etcdctl del --from-key \"\""),
            (
                line(&[1], Operation::put("k", b"it's\n\xff\"$".to_vec())),
                "etcdctl put k $'it\\'s\\n\\xff\"$'",
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(line.as_deref(), Some(expected));
        }
        assert_eq!(line(&[1], Operation::put("a\0b", "c")), None);
    }
}
