//! The JSON format: Go's encoding of etcd's messages. 64-bit numbers are not quoted, bytes are in
//! base64, and fields that are zero or empty are omitted.

use super::{HashAt, Health, Item, MemberChange, StatusAt};
use crate::base64::{Alphabet, encode};
use crate::etcdctl::VERSION;
use crate::kv::{AlarmKind, KeyValue, Response};
use crate::model::{EndpointStatus, Member, ResponseHeader, WatchResponse};

/// Encodes bytes in base64, as Go's encoding does.
fn base64(bytes: &[u8]) -> String {
    encode(bytes, Alphabet::Standard)
}

/// A JSON object under construction.
struct Object(String);

impl Object {
    fn new() -> Object {
        Object("{".to_owned())
    }

    fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }

    fn raw(&mut self, name: &str, value: impl std::fmt::Display) -> &mut Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(&format!("\"{name}\":{value}"));
        self
    }

    fn number(&mut self, name: &str, value: impl Into<i128>) -> &mut Self {
        let value = value.into();
        if value == 0 { self } else { self.raw(name, value) }
    }

    fn is(&mut self, name: &str, value: bool) -> &mut Self {
        if value { self.raw(name, true) } else { self }
    }

    fn bytes(&mut self, name: &str, value: &[u8]) -> &mut Self {
        if value.is_empty() { self } else { self.raw(name, text(&base64(value))) }
    }

    fn list(&mut self, name: &str, values: impl Iterator<Item = String>) -> &mut Self {
        let values: Vec<String> = values.collect();
        if values.is_empty() { self } else { self.raw(name, array(values)) }
    }

    /// Adds the fields of a header to this object itself.
    fn flat_header(&mut self, header: &ResponseHeader) -> &mut Self {
        self.number("cluster_id", header.cluster_id)
            .number("member_id", header.member_id)
            .number("revision", header.revision)
            .number("raft_term", header.raft_term)
    }
}

fn array(values: Vec<String>) -> String {
    format!("[{}]", values.join(","))
}

fn text(value: &str) -> String {
    let mut quoted = String::from("\"");
    for c in value.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            '<' | '>' | '&' | '\0'..' ' => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn header_of(header: &ResponseHeader) -> String {
    let mut object = Object::new();
    object.flat_header(header);
    object.end()
}

fn pair(pair: &KeyValue) -> String {
    let mut object = Object::new();
    object
        .bytes("key", &pair.key)
        .number("create_revision", pair.create_revision)
        .number("mod_revision", pair.mod_revision)
        .number("version", pair.version)
        .bytes("value", &pair.value)
        .number("lease", pair.lease);
    object.end()
}

fn response(header: &ResponseHeader, response: &Response) -> String {
    let mut object = Object::new();
    if let Response::LeaseGrant(grant) = response {
        object.flat_header(header);
        object.raw("ID", grant.id).raw("TTL", grant.ttl_seconds).raw("Error", "\"\"");
        return object.end();
    }
    object.raw("header", header_of(header));
    match response {
        Response::Range(range) => {
            object
                .list("kvs", range.kvs.iter().map(pair))
                .is("more", range.more)
                .number("count", range.count);
        }
        Response::Put(put) => {
            put.prev_kv.iter().for_each(|kv| {
                object.raw("prev_kv", pair(kv));
            });
        }
        Response::Delete(delete) => {
            object.number("deleted", delete.deleted).list("prev_kvs", delete.prev_kvs.iter().map(pair));
        }
        Response::Txn(txn) => {
            object.is("succeeded", txn.succeeded).list("responses", txn.responses.iter().map(operation));
        }
        Response::Compact { .. }
        | Response::LeaseGrant(_)
        | Response::LeaseRevoke { .. }
        | Response::Alarm(_) => {}
    }
    object.end()
}

/// Encodes the response to one operation of a transaction.
fn operation(inner: &Response) -> String {
    let name = match inner {
        Response::Range(_) => "ResponseRange",
        Response::Put(_) => "ResponsePut",
        Response::Delete(_) => "ResponseDeleteRange",
        _ => "ResponseTxn",
    };
    let header = ResponseHeader { revision: inner.revision(), ..ResponseHeader::default() };
    format!("{{\"Response\":{{\"{name}\":{}}}}}", response(&header, inner))
}

fn member(member: &Member) -> String {
    let mut object = Object::new();
    object.number("ID", member.id);
    if !member.name.is_empty() {
        object.raw("name", text(&member.name));
    }
    object
        .list("peerURLs", member.peer_urls.iter().map(|url| text(url)))
        .list("clientURLs", member.client_urls.iter().map(|url| text(url)))
        .is("isLearner", member.learner);
    object.end()
}

fn status(header: &ResponseHeader, status: &EndpointStatus) -> String {
    let mut object = Object::new();
    object
        .raw("header", header_of(header))
        .raw("version", text(VERSION))
        .number("dbSize", status.db_size)
        .number("leader", status.leader)
        .number("raftIndex", status.raft_index)
        .number("raftTerm", status.raft_term)
        .number("raftAppliedIndex", status.raft_applied_index)
        .list("errors", status.errors.iter().map(|error| text(error)))
        .number("dbSizeInUse", status.db_size_in_use)
        .is("isLearner", status.learner);
    object.end()
}

fn health(health: &Health) -> String {
    let mut object = Object::new();
    object
        .raw("endpoint", text(&health.endpoint))
        .raw("health", health.error.is_empty())
        .raw("took", text(&health.took));
    if !health.error.is_empty() {
        object.raw("error", text(&health.error));
    }
    object.end()
}

fn watch(watch: &WatchResponse) -> String {
    let events = watch.events.iter().map(|event| {
        let mut object = Object::new();
        object.number("type", i64::from(event.delete)).raw("kv", pair(&event.kv));
        event.prev_kv.iter().for_each(|kv| {
            object.raw("prev_kv", pair(kv));
        });
        object.end()
    });
    let events = array(events.collect());
    let mut object = Object::new();
    object
        .raw("Header", header_of(&watch.header))
        .raw("Events", events)
        .raw("CompactRevision", watch.compact_revision)
        .raw("Canceled", watch.canceled)
        .raw("Created", watch.created);
    object.end()
}

/// Returns the document with a line feed.
pub(super) fn print(item: &Item<'_>) -> String {
    let mut object = Object::new();
    let document = match item {
        Item::Store { header, response: inner, .. } => response(header, inner),
        Item::Watch(response) => watch(response),
        Item::Health(all) => array(all.iter().map(health).collect()),
        Item::Status(all) => {
            let one = |StatusAt { endpoint, header, status: of }: &StatusAt| {
                format!("{{\"Endpoint\":{},\"Status\":{}}}", text(endpoint), status(header, of))
            };
            array(all.iter().map(one).collect())
        }
        Item::Hashes(all) => {
            let one = |HashAt { endpoint, header, hash, compact_revision }: &HashAt| {
                let mut object = Object::new();
                object.raw("header", header_of(header)).number("hash", *hash);
                object.number("compact_revision", *compact_revision);
                format!("{{\"Endpoint\":{},\"HashKV\":{}}}", text(endpoint), object.end())
            };
            array(all.iter().map(one).collect())
        }
        Item::Revoked { header, .. } => {
            object.raw("header", header_of(header));
            object.end()
        }
        // The response to a leadership transfer has no header.
        Item::LeaderMoved { .. } => object.end(),
        Item::KeptAlive { header, id, ttl } => {
            object.flat_header(header).raw("ID", id).raw("TTL", ttl);
            object.end()
        }
        Item::TimeToLive { header, id, ttl, granted, keys } => {
            let keys = keys.filter(|keys| !keys.is_empty());
            let keys = keys.map(|keys| array(keys.iter().map(|key| text(&base64(key))).collect()));
            object.flat_header(header).raw("id", id).raw("ttl", ttl).raw("granted-ttl", granted);
            object.raw("keys", keys.as_deref().unwrap_or("null"));
            object.end()
        }
        Item::Leases { header, leases } => {
            let leases = leases.iter().map(|id| format!("{{\"id\":{id}}}")).collect();
            object.flat_header(header).raw("leases", array(leases));
            object.end()
        }
        Item::Alarms(alarms) => {
            let one = |alarm: &crate::kv::Alarm| {
                let kind = if alarm.kind == AlarmKind::NoSpace { 1 } else { 2 };
                let mut object = Object::new();
                object.number("memberID", alarm.member).number("alarm", kind);
                object.end()
            };
            object.list("alarms", alarms.iter().map(one));
            object.end()
        }
        Item::Members { header, members } => {
            object.raw("header", header_of(header)).list("members", members.iter().map(member));
            object.end()
        }
        Item::MemberChanged { header, change, member: of, members } => {
            object.raw("header", header_of(header));
            if *change == MemberChange::Added {
                object.raw("member", member(of));
            }
            object.list("members", members.iter().map(member));
            object.end()
        }
        Item::Snapshot(snapshot) => {
            object.raw("hash", snapshot.hash).raw("revision", snapshot.revision);
            object.raw("totalKey", snapshot.total_keys).raw("totalSize", snapshot.total_size);
            object.end()
        }
    };
    document + "\n"
}
