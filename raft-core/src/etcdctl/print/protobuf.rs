//! The protobuf format: the bytes of etcd's response messages, without a line feed.
//!
//! In the real tool the responses about leases are not messages, but headers with fields beside
//! them. It prints only the header of those, and fails where the header is not the message itself.

use super::{Item, MemberChange};
use crate::etcdctl::tool::{BAD_FEATURE, Exit, fail};
use crate::kv::{Alarm, AlarmKind, KeyValue, Response};
use crate::model::{Member, ResponseHeader, WatchResponse};

/// A message under construction. As in proto3, fields that are zero or empty are omitted.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn number(&mut self, field: u8, value: u64) -> &mut Self {
        if value != 0 {
            self.0.push(field << 3);
            self.varint(value);
        }
        self
    }

    /// Adds a field of bytes even if it is empty.
    fn part(&mut self, field: u8, bytes: &[u8]) -> &mut Self {
        self.0.push(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    fn bytes(&mut self, field: u8, bytes: &[u8]) -> &mut Self {
        if bytes.is_empty() { self } else { self.part(field, bytes) }
    }

    fn parts<T>(&mut self, field: u8, all: &[T], encode: impl Fn(&T) -> Message) -> &mut Self {
        for one in all {
            self.part(field, &encode(one).0);
        }
        self
    }
}

fn header_of(header: &ResponseHeader) -> Message {
    let mut message = Message::default();
    message
        .number(1, header.cluster_id)
        .number(2, header.member_id)
        .number(3, header.revision)
        .number(4, header.raft_term);
    message
}

/// Returns a message with the header in its first field.
fn headed(header: &ResponseHeader) -> Message {
    let mut message = Message::default();
    message.part(1, &header_of(header).0);
    message
}

fn pair(pair: &KeyValue) -> Message {
    let mut message = Message::default();
    message
        .bytes(1, &pair.key)
        .number(2, pair.create_revision)
        .number(3, pair.mod_revision)
        .number(4, pair.version)
        .bytes(5, &pair.value)
        .number(6, pair.lease.cast_unsigned());
    message
}

fn response(header: &ResponseHeader, response: &Response) -> Message {
    let mut message = headed(header);
    match response {
        Response::Range(range) => {
            message.parts(2, &range.kvs, pair).number(3, u64::from(range.more)).number(4, range.count);
        }
        Response::Put(put) => {
            message.parts(2, put.prev_kv.as_slice(), pair);
        }
        Response::Delete(delete) => {
            message.number(2, delete.deleted).parts(3, &delete.prev_kvs, pair);
        }
        Response::Txn(txn) => {
            message.number(2, u64::from(txn.succeeded)).parts(3, &txn.responses, operation);
        }
        Response::LeaseGrant(_) => return header_of(header),
        Response::Compact { .. } | Response::LeaseRevoke { .. } | Response::Alarm(_) => {}
    }
    message
}

/// Encodes the response to one operation of a transaction.
fn operation(inner: &Response) -> Message {
    let field = match inner {
        Response::Range(_) => 1,
        Response::Put(_) => 2,
        Response::Delete(_) => 3,
        _ => 4,
    };
    let header = ResponseHeader { revision: inner.revision(), ..ResponseHeader::default() };
    let mut message = Message::default();
    message.part(field, &response(&header, inner).0);
    message
}

fn member(member: &Member) -> Message {
    let url = |url: &String| Message(url.clone().into_bytes());
    let mut message = Message::default();
    message
        .number(1, member.id)
        .bytes(2, member.name.as_bytes())
        .parts(3, &member.peer_urls, url)
        .parts(4, &member.client_urls, url)
        .number(5, u64::from(member.learner));
    message
}

fn alarm(alarm: &Alarm) -> Message {
    let mut message = Message::default();
    message.number(1, alarm.member).number(2, if alarm.kind == AlarmKind::NoSpace { 1 } else { 2 });
    message
}

fn watch(watch: &WatchResponse) -> Message {
    let mut message = headed(&watch.header);
    message
        .number(3, u64::from(watch.created))
        .number(4, u64::from(watch.canceled))
        .number(5, watch.compact_revision.cast_unsigned())
        .parts(11, &watch.events, |event| {
            let mut message = Message::default();
            message.number(1, u64::from(event.delete)).part(2, &pair(&event.kv).0);
            message.parts(3, event.prev_kv.as_slice(), pair);
            message
        });
    message
}

/// Returns the real tool's failure for a response that it cannot print.
fn no_message(kind: &str, header: &ResponseHeader) -> Exit {
    let fields = [
        ("cluster_id", header.cluster_id),
        ("member_id", header.member_id),
        ("revision", header.revision),
        ("raft_term", header.raft_term),
    ];
    let known = fields.into_iter().filter(|(_, value)| *value != 0);
    let shown: String = known.map(|(name, value)| format!("{name}:{value} ")).collect();
    fail(BAD_FEATURE, format!("marshal unsupported for type {kind} ({{{shown}}})"))
}

/// Returns the message; `None` if the tool does not support this format for the result.
///
/// # Errors
/// Returns the real tool's failure for a response that it cannot print.
pub(super) fn print(item: &Item<'_>) -> Result<Option<Vec<u8>>, Exit> {
    let message = match item {
        Item::Store { header, response: inner, .. } => response(header, inner),
        Item::Revoked { header, .. } => return Err(no_message("clientv3.LeaseRevokeResponse", header)),
        Item::KeptAlive { header, .. } | Item::TimeToLive { header, .. } | Item::Leases { header, .. } => {
            header_of(header)
        }
        Item::Alarms(alarms) => {
            let mut message = Message::default();
            message.parts(2, alarms, alarm);
            message
        }
        Item::Members { header, members } => {
            let mut message = headed(header);
            message.parts(2, members, member);
            message
        }
        Item::MemberChanged { header, change, member: of, members } => {
            let mut message = headed(header);
            if *change == MemberChange::Added {
                message.part(2, &member(of).0).parts(3, members, member);
            } else {
                message.parts(2, members, member);
            }
            message
        }
        // The response to a leadership transfer has no header.
        Item::LeaderMoved { .. } => Message::default(),
        Item::Watch(response) => watch(response),
        Item::Health(_) | Item::Status(_) | Item::Hashes(_) | Item::Snapshot(_) => return Ok(None),
    };
    Ok(Some(message.0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::kv::{DeleteResponse, PutResponse, RangeResponse};

    /// The header of the cluster from which the expected bytes were recorded.
    fn header(revision: u64) -> ResponseHeader {
        let (cluster_id, member_id) = (5_875_825_200_801_844_433, 16_566_168_504_139_304_492);
        ResponseHeader { cluster_id, member_id, revision, raft_term: 2 }
    }

    fn printed(item: &Item<'_>) -> String {
        let bytes = print(item).ok().flatten().unwrap();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn stored(revision: u64, response: Response) -> String {
        printed(&Item::Store { header: header(revision), response: &response, values_only: false })
    }

    /// The header field up to its revision.
    const HEAD: &str = "0a1908d199d480b8fcc7c55110ac9cf393bbcfb6f3e50118";

    #[test]
    fn messages_equal_the_real_tools() {
        let kv = KeyValue {
            key: b"a".to_vec(),
            value: b"x".to_vec(),
            create_revision: 2,
            mod_revision: 2,
            version: 1,
            lease: 0,
        };
        let put = PutResponse { revision: 3, prev_kv: Some(kv.clone()) };
        assert_eq!(stored(3, Response::Put(put)), format!("{HEAD}032002120c0a01611002180220012a0178"));
        let kvs = vec![KeyValue { value: b"y".to_vec(), mod_revision: 3, version: 2, ..kv }];
        let range = RangeResponse { revision: 3, kvs: kvs.clone(), more: false, count: 1 };
        assert_eq!(
            stored(3, Response::Range(range)),
            format!("{HEAD}032002120c0a01611002180320022a01792001")
        );
        let delete = DeleteResponse { revision: 4, deleted: 1, prev_kvs: kvs };
        assert_eq!(
            stored(4, Response::Delete(delete)),
            format!("{HEAD}04200210011a0c0a01611002180320022a0179")
        );
        let leases = Item::Leases { header: header(5), leases: &[] };
        assert_eq!(printed(&leases), "08d199d480b8fcc7c55110ac9cf393bbcfb6f3e50118052002");
        let me = Member {
            id: header(0).member_id,
            name: "default".to_owned(),
            peer_urls: vec!["http://127.0.0.1:39002".to_owned()],
            client_urls: vec!["http://127.0.0.1:39001".to_owned()],
            learner: false,
        };
        assert_eq!(
            printed(&Item::Members { header: header(0), members: &[me] }),
            "0a1708d199d480b8fcc7c55110ac9cf393bbcfb6f3e5012002124408ac9cf393bbcfb6f3e501120764656661756c741a16\
             687474703a2f2f3132372e302e302e313a33393030322216687474703a2f2f3132372e302e302e313a3339303031"
        );
        let revoked = print(&Item::Revoked { header: header(6), id: 1 });
        let why = "marshal unsupported for type clientv3.LeaseRevokeResponse ({cluster_id:5875825200801844433 \
                   member_id:16566168504139304492 revision:6 raft_term:2 })";
        assert_eq!(revoked, Err(fail(BAD_FEATURE, why)));
    }
}
