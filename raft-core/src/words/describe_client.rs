//! Requests of clients and their answers in plain words.

use crate::kv::{Command, KeyRange, PutRequest, RangeEnd, RangeRequest, Response, TxnRequest};
use crate::model::{Call, Cause, Consistency, LifeStep, Operation, Outcome, RequestStep, WatchResponse};
use crate::units::NodeId;

/// Describes a step of a request as the page shows it. `quorum` is the number of disks that make an entry safe.
pub fn life_text(step: &LifeStep, quorum: u64) -> String {
    match step {
        LifeStep::Noted(step) => step_text(step),
        LifeStep::Stored { node, disks } if *disks > quorum => format!("on node{node}'s disk, too"),
        LifeStep::Stored { node, disks } => format!("on node{node}'s disk: {disks} of {quorum} needed"),
        LifeStep::Committed { leader, index } => {
            format!("committed: node{leader} knows that entry {index} is safe")
        }
        LifeStep::Applied { node } => format!("applied to node{node}'s key-value store"),
    }
}

/// Describes a step of a request.
pub fn step_text(step: &RequestStep) -> String {
    match step {
        RequestStep::Refused { endpoint } => format!("node{endpoint} does not listen"),
        RequestStep::Taken { endpoint } => format!("node{endpoint} takes it"),
        RequestStep::WaitsForLeader { endpoint } => format!("node{endpoint} knows no leader and waits"),
        RequestStep::Forwarded { from, to } => format!("node{from} passes it on to node{to}"),
        RequestStep::Proposed { leader, index, term } => {
            format!("node{leader} appends it as entry {index} of term {term}")
        }
        RequestStep::ReadConfirmed { leader, index } => {
            format!("node{leader} confirms with a majority: read at index {index}")
        }
        RequestStep::GaveUp { endpoint, cause } => format!("node{endpoint} gives up: {}", cause_text(*cause)),
    }
}

pub(super) fn step_node(step: &RequestStep) -> NodeId {
    match step {
        RequestStep::Refused { endpoint }
        | RequestStep::Taken { endpoint }
        | RequestStep::WaitsForLeader { endpoint }
        | RequestStep::GaveUp { endpoint, .. } => *endpoint,
        RequestStep::Forwarded { from, .. } => *from,
        RequestStep::Proposed { leader, .. } | RequestStep::ReadConfirmed { leader, .. } => *leader,
    }
}

/// Describes the outcome of a request.
pub fn outcome_text(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Ok(answer) => response_text(&answer.response),
        Outcome::Called { .. } => "answered".to_owned(),
        Outcome::Rejected { endpoint, error } => format!("rejected by node{endpoint}: {error}"),
        Outcome::Refused { endpoint, error } => format!("refused by node{endpoint}: {error}"),
        Outcome::Failed(cause) => format!("failed, certainly not done: {}", cause_text(*cause)),
        Outcome::Unknown(cause) => {
            format!("unknown: it may have been done, or may yet be ({})", cause_text(*cause))
        }
    }
}

/// Describes a response of a watch.
pub fn progress_text(response: &WatchResponse) -> String {
    match response {
        WatchResponse { canceled: true, cancel_reason, .. } => {
            format!("the watch is cancelled: {cancel_reason}")
        }
        WatchResponse { created: true, .. } => "the watch has begun".to_owned(),
        WatchResponse { events, header, .. } => {
            format!("{} at revision {}", count(events.len() as u64, "change"), header.revision)
        }
    }
}

/// Describes an answer.
pub fn response_text(response: &Response) -> String {
    match response {
        Response::Put(put) => format!("written at revision {}", put.revision),
        Response::Delete(delete) => {
            format!("{} deleted, revision {}", count(delete.deleted, "key"), delete.revision)
        }
        Response::Range(range) => {
            format!("{} read at revision {}", count(range.count, "key"), range.revision)
        }
        Response::Txn(txn) => {
            let what = if txn.succeeded { "every comparison held" } else { "a comparison did not hold" };
            format!("{what}, revision {}", txn.revision)
        }
        Response::Compact { revision } => format!("history compacted, revision {revision}"),
        Response::LeaseGrant(grant) => format!("lease {:016x} granted for {} s", grant.id, grant.ttl_seconds),
        Response::LeaseRevoke { revision } => format!("lease revoked, revision {revision}"),
        Response::Alarm(alarm) => format!("{} changed", count(alarm.alarms.len() as u64, "alarm")),
    }
}

fn count(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Describes why a request did not succeed.
pub fn cause_text(cause: Cause) -> &'static str {
    match cause {
        Cause::EndpointsDown => "no endpoint listens",
        Cause::NoLeader => "the endpoint knows no leader",
        Cause::NoQuorum => "the leader reaches no majority",
        Cause::EndpointSilent => "the endpoint stopped answering",
        Cause::LeaderSilent => "the leader did not answer the endpoint",
        Cause::HungUp => "the client stopped waiting",
    }
}

/// Describes an operation.
pub fn operation_text(operation: &Operation) -> String {
    match operation {
        Operation::Write(command) => command_text(command),
        Operation::Read { request, consistency } => {
            let how = match consistency {
                Consistency::Linearizable => "linearizable",
                Consistency::Serializable => "serializable",
            };
            format!("{how} read of {}", read_text(request))
        }
        Operation::Call(call) => call_text(call),
    }
}

fn call_text(call: &Call) -> String {
    match call {
        Call::Watch(watch) => format!("watch {}", range_text(&watch.range)),
        Call::LeaseTimeToLive { id, .. } | Call::LeaseKeepAlive { id } => {
            format!("{} {id:016x}", call.name())
        }
        other => other.name().to_owned(),
    }
}

fn command_text(command: &Command) -> String {
    match command {
        Command::Put(put) => put_text(put),
        Command::Delete(delete) => format!("delete {}", range_text(&delete.range)),
        Command::Txn(txn) => txn_text(txn),
        Command::Compact { revision } => format!("compact history below revision {revision}"),
        Command::LeaseGrant { ttl_seconds, .. } => format!("grant a lease for {ttl_seconds} s"),
        Command::LeaseRevoke { id } => format!("revoke lease {id:016x}"),
        Command::AlarmRaise(alarm) => format!("raise {} for {:x}", alarm.kind.name(), alarm.member),
        Command::AlarmDisarm(alarm) => format!("disarm {} of {:x}", alarm.kind.name(), alarm.member),
    }
}

fn put_text(put: &PutRequest) -> String {
    let lease = if put.lease == 0 { String::new() } else { format!(" on lease {:016x}", put.lease) };
    if put.ignore_value {
        return format!("touch {}{lease}", shown(&put.key));
    }
    format!("write {} = {}{lease}", shown(&put.key), shown(&put.value))
}

fn txn_text(txn: &TxnRequest) -> String {
    let compares = count(txn.compares.len() as u64, "comparison");
    let success = count(txn.success.len() as u64, "operation");
    format!("transaction: {compares}, then {success} or {}", txn.failure.len())
}

fn read_text(request: &RangeRequest) -> String {
    let range = range_text(&request.range);
    if request.revision > 0 { format!("{range} at revision {}", request.revision) } else { range }
}

fn range_text(range: &KeyRange) -> String {
    match &range.end {
        RangeEnd::Single => shown(&range.key),
        RangeEnd::Unbounded if range.key.is_empty() => "all keys".to_owned(),
        RangeEnd::Unbounded => format!("all keys from {}", shown(&range.key)),
        RangeEnd::Before(_) if *range == KeyRange::prefix(range.key.clone()) => {
            format!("all keys that begin with {}", shown(&range.key))
        }
        RangeEnd::Before(end) => format!("keys from {} up to {}", shown(&range.key), shown(end)),
    }
}

/// Returns bytes as readable text, shortened.
fn shown(bytes: &[u8]) -> String {
    const SHOWN: usize = 40;
    let text = String::from_utf8_lossy(bytes);
    if text.chars().count() <= SHOWN {
        text.into_owned()
    } else {
        text.chars().take(SHOWN).chain(['…']).collect()
    }
}
