//! The fields format: one `"Name" : value` per line, with texts quoted as by Go's `%q`.

use super::{HashAt, Item, StatusAt};
use crate::etcdctl::VERSION;
use crate::etcdctl::text::quote;
use crate::kv::{KeyValue, Response};
use crate::model::{Member, ResponseHeader, WatchResponse};

struct Lines(String);

impl Lines {
    fn put(&mut self, name: &str, value: impl std::fmt::Display) {
        self.0.push_str(&format!("\"{name}\" : {value}\n"));
    }

    fn text(&mut self, name: &str, value: &[u8]) {
        self.put(name, quote(value));
    }

    fn header(&mut self, header: &ResponseHeader) {
        self.put("ClusterID", header.cluster_id);
        self.put("MemberID", header.member_id);
        self.put("Revision", header.revision);
        self.put("RaftTerm", header.raft_term);
    }

    fn pair(&mut self, prefix: &str, pair: &KeyValue) {
        self.text(&format!("{prefix}Key"), &pair.key);
        self.put(&format!("{prefix}CreateRevision"), pair.create_revision);
        self.put(&format!("{prefix}ModRevision"), pair.mod_revision);
        self.put(&format!("{prefix}Version"), pair.version);
        self.text(&format!("{prefix}Value"), &pair.value);
        self.put(&format!("{prefix}Lease"), pair.lease);
    }

    fn response(&mut self, header: &ResponseHeader, response: &Response) {
        self.header(header);
        match response {
            Response::Range(range) => {
                range.kvs.iter().for_each(|pair| self.pair("", pair));
                self.put("More", range.more);
                self.put("Count", range.count);
            }
            Response::Put(put) => put.prev_kv.iter().for_each(|pair| self.pair("Prev", pair)),
            Response::Delete(delete) => {
                self.put("Deleted", delete.deleted);
                delete.prev_kvs.iter().for_each(|pair| self.pair("Prev", pair));
            }
            Response::Txn(txn) => {
                self.put("Succeeded", txn.succeeded);
                for inner in &txn.responses {
                    let header = ResponseHeader { revision: inner.revision(), ..ResponseHeader::default() };
                    self.response(&header, inner);
                }
            }
            Response::LeaseGrant(grant) => {
                self.put("ID", grant.id);
                self.put("TTL", grant.ttl_seconds);
            }
            Response::Compact { .. } | Response::LeaseRevoke { .. } | Response::Alarm(_) => {}
        }
    }

    fn member(&mut self, member: &Member) {
        self.put("ID", member.id);
        self.text("Name", member.name.as_bytes());
        member.peer_urls.iter().for_each(|url| self.text("PeerURL", url.as_bytes()));
        member.client_urls.iter().for_each(|url| self.text("ClientURL", url.as_bytes()));
        self.put("IsLearner", member.learner);
        self.0.push('\n');
    }

    fn status(&mut self, StatusAt { endpoint, header, status }: &StatusAt) {
        self.header(header);
        self.text("Version", VERSION.as_bytes());
        self.put("DBSize", status.db_size);
        self.put("Leader", status.leader);
        self.put("IsLearner", status.learner);
        self.put("RaftIndex", status.raft_index);
        self.put("RaftTerm", status.raft_term);
        self.put("RaftAppliedIndex", status.raft_applied_index);
        self.put("Errors", format!("[{}]", status.errors.join(" ")));
        self.text("Endpoint", endpoint.as_bytes());
        self.0.push('\n');
    }

    fn watch(&mut self, watch: &WatchResponse) {
        self.header(&watch.header);
        for event in &watch.events {
            self.put("Type", if event.delete { "DELETE" } else { "PUT" });
            event.prev_kv.iter().for_each(|pair| self.pair("Prev", pair));
            self.pair("", &event.kv);
        }
    }
}

/// Returns the text; `None` if the tool does not support this format for the result.
pub(super) fn print(item: &Item<'_>) -> Option<Vec<u8>> {
    let mut lines = Lines(String::new());
    match item {
        Item::Store { header, response, .. } => lines.response(header, response),
        Item::Watch(watch) => lines.watch(watch),
        Item::Revoked { header, .. } => lines.header(header),
        Item::KeptAlive { header, id, ttl } => {
            lines.header(header);
            lines.put("ID", id);
            lines.put("TTL", ttl);
        }
        Item::TimeToLive { header, id, ttl, granted, keys } => {
            lines.header(header);
            lines.put("ID", id);
            lines.put("TTL", ttl);
            lines.put("GrantedTTL", granted);
            keys.iter().copied().flatten().for_each(|key| lines.text("Key", key));
        }
        Item::Leases { header, leases } => {
            lines.header(header);
            leases.iter().for_each(|id| lines.put("ID", id));
        }
        Item::Alarms(alarms) => {
            lines.header(&ResponseHeader::default());
            for alarm in *alarms {
                lines.put("MemberID", alarm.member);
                lines.put("AlarmType", alarm.kind.name());
                lines.0.push('\n');
            }
        }
        Item::Members { header, members } => {
            lines.header(header);
            members.iter().for_each(|member| lines.member(member));
        }
        Item::Health(all) => {
            for health in *all {
                lines.text("Endpoint", health.endpoint.as_bytes());
                lines.put("Health", health.error.is_empty());
                lines.put("Took", &health.took);
                lines.put("Error", &health.error);
                lines.0.push('\n');
            }
        }
        Item::Status(all) => {
            all.iter().for_each(|one| lines.status(one));
        }
        Item::Hashes(all) => {
            for HashAt { endpoint, header, hash, .. } in *all {
                lines.header(header);
                lines.text("Endpoint", endpoint.as_bytes());
                lines.put("Hash", hash);
                lines.0.push('\n');
            }
        }
        Item::Snapshot(snapshot) => {
            lines.put("Hash", snapshot.hash);
            lines.put("Revision", snapshot.revision);
            lines.put("Keys", snapshot.total_keys);
            lines.put("Size", snapshot.total_size);
        }
        Item::MemberChanged { .. } | Item::LeaderMoved { .. } => return None,
    }
    Some(lines.0.into_bytes())
}
