//! The simple format: plain lines.

use super::{Item, MemberChange, alarm_text, member_row, snapshot_row, status_row};
use crate::etcdctl::text::{hex, lease_id};
use crate::kv::{KeyValue, Response};

/// Returns the text for standard output and the text for standard error.
pub(super) fn print(item: &Item<'_>, as_hex: bool) -> (Vec<u8>, String) {
    let mut errors = String::new();
    let mut out = Vec::new();
    match item {
        Item::Store { response, values_only, .. } => push_response(&mut out, response, as_hex, *values_only),
        Item::Watch(watch) => {
            for event in &watch.events {
                out.extend_from_slice(if event.delete { b"DELETE\n" } else { b"PUT\n" });
                for pair in event.prev_kv.iter().chain([&event.kv]) {
                    push_pair(&mut out, pair, as_hex, false);
                }
            }
        }
        Item::TimeToLive { id, ttl, granted, keys, .. } => {
            out.extend(time_to_live(*id, *ttl, *granted, *keys));
        }
        Item::Health(all) => {
            for health in *all {
                errors.push_str(&if health.error.is_empty() {
                    format!(
                        "{} is healthy: successfully committed proposal: took = {}\n",
                        health.endpoint, health.took
                    )
                } else {
                    format!("{} is unhealthy: failed to commit proposal: {}\n", health.endpoint, health.error)
                });
            }
        }
        other => out.extend(lines(other).into_bytes()),
    }
    (out, errors)
}

fn lines(item: &Item<'_>) -> String {
    match item {
        Item::Revoked { id, .. } => format!("lease {} revoked\n", lease_id(*id)),
        Item::KeptAlive { id, ttl, .. } => format!("lease {} keepalived with TTL({ttl})\n", lease_id(*id)),
        Item::Leases { leases, .. } => {
            let mut text = format!("found {} leases\n", leases.len());
            leases.iter().for_each(|id| text.push_str(&format!("{}\n", lease_id(*id))));
            text
        }
        Item::Alarms(alarms) => alarms.iter().map(|alarm| alarm_text(alarm) + "\n").collect(),
        Item::Members { members, .. } => {
            members.iter().map(|member| member_row(member).join(", ") + "\n").collect()
        }
        Item::MemberChanged { header, change, member, .. } => {
            let how = match change {
                MemberChange::Added => "added to",
                MemberChange::Removed => "removed from",
                MemberChange::Updated => "updated in",
                MemberChange::Promoted => "promoted in",
            };
            format!("Member {:16x} {how} cluster {:16x}\n", member.id, header.cluster_id)
        }
        Item::LeaderMoved { from, to, .. } => format!("Leadership transferred from {from:x} to {to:x}\n"),
        Item::Status(all) => all.iter().map(|one| status_row(one).join(", ") + "\n").collect(),
        Item::Hashes(all) => all.iter().map(|one| format!("{}, {}\n", one.endpoint, one.hash)).collect(),
        Item::Snapshot(snapshot) => snapshot_row(snapshot).join(", ") + "\n",
        _ => String::new(),
    }
}

fn time_to_live(id: i64, ttl: i64, granted: i64, keys: Option<&[Vec<u8>]>) -> Vec<u8> {
    if granted == 0 && ttl == -1 {
        return format!("lease {} already expired\n", lease_id(id)).into_bytes();
    }
    let mut out =
        format!("lease {} granted with TTL({granted}s), remaining({ttl}s)", lease_id(id)).into_bytes();
    if let Some(keys) = keys {
        out.extend_from_slice(b", attached keys([");
        out.extend(keys.join(&b' '));
        out.extend_from_slice(b"])");
    }
    out.push(b'\n');
    out
}

fn push_response(out: &mut Vec<u8>, response: &Response, as_hex: bool, values_only: bool) {
    let mut pairs: &[KeyValue] = &[];
    match response {
        Response::Range(range) => pairs = &range.kvs,
        Response::Put(put) => {
            out.extend_from_slice(b"OK\n");
            pairs = put.prev_kv.as_slice();
        }
        Response::Delete(delete) => {
            out.extend(format!("{}\n", delete.deleted).into_bytes());
            pairs = &delete.prev_kvs;
        }
        Response::Txn(txn) => {
            out.extend_from_slice(if txn.succeeded { b"SUCCESS\n" } else { b"FAILURE\n" });
            for response in &txn.responses {
                out.push(b'\n');
                push_response(out, response, as_hex, false);
            }
        }
        Response::LeaseGrant(grant) => {
            let line = format!("lease {} granted with TTL({}s)\n", lease_id(grant.id), grant.ttl_seconds);
            out.extend(line.into_bytes());
        }
        Response::Compact { .. } | Response::LeaseRevoke { .. } | Response::Alarm(_) => {}
    }
    for pair in pairs {
        push_pair(out, pair, as_hex, values_only);
    }
}

fn push_pair(out: &mut Vec<u8>, pair: &KeyValue, as_hex: bool, value_only: bool) {
    let mut push = |bytes: &[u8]| {
        if as_hex {
            out.extend(hex(bytes).into_bytes());
        } else {
            out.extend_from_slice(bytes);
        }
        out.push(b'\n');
    };
    if !value_only {
        push(&pair.key);
    }
    push(&pair.value);
}
