//! Events in plain words, for the transcript and the page's event log.

use super::{
    Cause, Event, EventKind, LifeStep, LossReason, Message, MessageKind, Operation, Outcome, Property,
    RequestStep, Role,
};
use crate::kv::{KeyRange, RangeEnd, Response};
use crate::units::{MILLISECOND, NodeId};

/// What an event is about, so that a reader can choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// A property does not hold.
    Violation,
    /// A process started, ended, stood still or went on.
    Process,
    /// Votes, roles and terms.
    Election,
    /// Cuts, partitions, latency and loss.
    Network,
    /// What clients asked and were told.
    Client,
    /// Snapshots and replaced entries.
    Log,
    /// Single messages that were lost.
    Message,
}

/// An event in one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// What it is about.
    pub topic: Topic,
    /// The node that it concerns most, if one does.
    pub node: Option<NodeId>,
    /// The sentence, without a full stop.
    pub text: String,
}

/// Says an event in words. `None` for what is too fine for a reader: each heartbeat and fsync.
pub fn describe(event: &Event) -> Option<Described> {
    let (topic, node, text) = match &event.kind {
        EventKind::Sent(message) => return lost_from_the_start(message),
        EventKind::Delivered { .. }
        | EventKind::Lost { .. }
        | EventKind::Appended { .. }
        | EventKind::Synced { .. }
        | EventKind::Committed { .. }
        | EventKind::Applied { .. }
        | EventKind::Purged { .. } => return None,
        EventKind::VoteSaved { node, term, candidate, committed } => {
            if *committed || node == candidate {
                return None;
            }
            (Topic::Election, Some(*node), format!("node{node} votes for node{candidate} in term {term}"))
        }
        EventKind::Truncated { node, from } => (
            Topic::Log,
            Some(*node),
            format!("node{node} drops its entries from index {from} on: the leader's log says otherwise"),
        ),
        EventKind::SnapshotSaved { node, index, installed, .. } => {
            let what = if *installed { "received the leader's snapshot" } else { "took a snapshot" };
            (Topic::Log, Some(*node), format!("node{node} {what} through index {index}"))
        }
        EventKind::Role { node, role, term, leader } => {
            (Topic::Election, Some(*node), role_text(*node, *role, *term, *leader)?)
        }
        EventKind::Violation { property, detail } => {
            (Topic::Violation, None, format!("{} does not hold: {detail}", property_name(*property)))
        }
        EventKind::RequestStarted { .. } | EventKind::RequestStep { .. } | EventKind::RequestEnded { .. } => {
            return client(&event.kind);
        }
        other => return process(other).or_else(|| network(other)),
    };
    Some(Described { topic, node, text })
}

fn lost_from_the_start(message: &Message) -> Option<Described> {
    let loss = message.lost?;
    let reason = match loss.reason {
        LossReason::Random => "the link loses it",
        LossReason::Cut => "the link is cut",
        LossReason::Down | LossReason::Late => return None,
    };
    let Message { from, to, .. } = message;
    let text = format!("{} from node{from} to node{to} will be lost: {reason}", message_name(message));
    Some(Described { topic: Topic::Message, node: Some(*from), text })
}

fn process(kind: &EventKind) -> Option<Described> {
    let (node, text) = match kind {
        EventKind::Started { node, last_index: 0 } => (*node, format!("node{node} starts")),
        EventKind::Started { node, last_index } => {
            (*node, format!("node{node} starts with the log on its disk, up to index {last_index}"))
        }
        EventKind::Stopped { node } => (*node, format!("node{node} stops in good order")),
        EventKind::Crashed { node, lost: 0, .. } => (*node, format!("node{node} crashes")),
        EventKind::Crashed { node, lost: 1, .. } => {
            (*node, format!("node{node} crashes; one entry was not fsynced and is lost"))
        }
        EventKind::Crashed { node, lost, .. } => {
            (*node, format!("node{node} crashes; {lost} entries were not fsynced and are lost"))
        }
        EventKind::Paused { node } => (*node, format!("node{node} stands still; its clock runs on")),
        EventKind::Resumed { node } => (*node, format!("node{node} goes on")),
        EventKind::Failed { node, error } => (*node, format!("node{node} gives up: {error}")),
        _ => return None,
    };
    Some(Described { topic: Topic::Process, node: Some(node), text })
}

fn network(kind: &EventKind) -> Option<Described> {
    let everywhere = |link: &Option<super::Link>| match link {
        Some(link) => format!("from node{} to node{}", link.from, link.to),
        None => "on all links".to_owned(),
    };
    let (node, text) = match kind {
        EventKind::Partitioned { groups } => {
            let groups: Vec<String> = groups.iter().map(|group| list(group)).collect();
            (None, format!("the network is divided: {}", groups.join(" | ")))
        }
        EventKind::Isolated { node } => (Some(*node), format!("every link of node{node} is cut")),
        EventKind::LinkCut(link) => {
            (Some(link.from), format!("nothing passes from node{} to node{} any more", link.from, link.to))
        }
        EventKind::Healed { nodes } if nodes.is_empty() => (None, "all links are whole again".to_owned()),
        EventKind::Healed { nodes } => (None, format!("the links of {} are whole again", list(nodes))),
        EventKind::LatencySet { link, min, max } => {
            let (min, max) = (min / MILLISECOND, max / MILLISECOND);
            (None, format!("messages take {min} to {max} ms {}", everywhere(link)))
        }
        EventKind::LossSet { link, ppm } => {
            let (whole, part) = (ppm / 10_000, ppm % 10_000 / 100);
            (None, format!("{whole}.{part:02} % of messages are lost {}", everywhere(link)))
        }
        EventKind::ElectionsSet { node, on } => {
            let what = if *on { "may start elections again" } else { "starts no elections by itself" };
            (Some(*node), format!("node{node} {what}"))
        }
        EventKind::CampaignAsked { node } => (Some(*node), format!("node{node} is told to campaign")),
        EventKind::TransferAsked { from, to } => {
            (Some(*from), format!("node{from} is told to hand leadership to node{to}"))
        }
        _ => return None,
    };
    Some(Described { topic: Topic::Network, node, text })
}

fn client(kind: &EventKind) -> Option<Described> {
    let (node, text) = match kind {
        EventKind::RequestStarted { id, operation, endpoints } => {
            (None, format!("request {id}: {} at {}", operation_text(operation), list(endpoints)))
        }
        EventKind::RequestStep { id, step } => {
            (Some(step_node(step)), format!("request {id}: {}", step_text(step)))
        }
        EventKind::RequestEnded { id, outcome } => (None, format!("request {id}: {}", outcome_text(outcome))),
        _ => return None,
    };
    Some(Described { topic: Topic::Client, node, text })
}

fn role_text(node: NodeId, role: Role, term: u64, leader: Option<NodeId>) -> Option<String> {
    Some(match (role, leader) {
        (Role::Leader, _) => format!("node{node} leads term {term}: a majority voted for it"),
        (Role::Candidate, _) => format!("node{node} asks for votes in term {term}"),
        (Role::PreCandidate, _) => {
            format!("node{node} asks whether it could win term {}; its term does not grow yet", term + 1)
        }
        (Role::Follower, Some(leader)) => format!("node{node} follows node{leader} in term {term}"),
        (Role::Follower, None) if term > 0 => format!("node{node} knows no leader in term {term}"),
        (Role::Follower | Role::Learner, _) => return None,
    })
}

/// A step in a request's life, in words.
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

/// A step in a request's life as the page shows it, in words. `quorum` is the number of disks
/// that make an entry safe.
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

fn step_node(step: &RequestStep) -> NodeId {
    match step {
        RequestStep::Refused { endpoint }
        | RequestStep::Taken { endpoint }
        | RequestStep::WaitsForLeader { endpoint }
        | RequestStep::GaveUp { endpoint, .. } => *endpoint,
        RequestStep::Forwarded { from, .. } => *from,
        RequestStep::Proposed { leader, .. } | RequestStep::ReadConfirmed { leader, .. } => *leader,
    }
}

/// How a request ended, in words.
pub fn outcome_text(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Ok(answer) => match &answer.response {
            Response::Put { revision, .. } => format!("written at revision {revision}"),
            Response::Delete { deleted: 1, revision, .. } => format!("1 key deleted, revision {revision}"),
            Response::Delete { deleted, revision, .. } => {
                format!("{deleted} keys deleted, revision {revision}")
            }
            Response::Range { count: 1, revision, .. } => format!("1 key read at revision {revision}"),
            Response::Range { count, revision, .. } => format!("{count} keys read at revision {revision}"),
        },
        Outcome::Failed(cause) => format!("failed, certainly not done: {}", cause_text(*cause)),
        Outcome::Unknown(cause) => {
            format!("unknown: it may have been done, or may yet be ({})", cause_text(*cause))
        }
    }
}

/// Why a request did not succeed, in words.
pub fn cause_text(cause: Cause) -> &'static str {
    match cause {
        Cause::EndpointsDown => "no endpoint listens",
        Cause::NoLeader => "the endpoint knows no leader",
        Cause::NoQuorum => "the leader reaches no majority",
        Cause::EndpointSilent => "the endpoint stopped answering",
        Cause::LeaderSilent => "the leader did not answer the endpoint",
    }
}

/// An operation, in words.
pub fn operation_text(operation: &Operation) -> String {
    match operation {
        Operation::Put { key, value, .. } => format!("write {} = {}", shown(key), shown(value)),
        Operation::Delete { range, .. } => format!("delete {}", range_text(range)),
        Operation::Get { range, consistency, .. } => {
            let how = match consistency {
                super::Consistency::Linearizable => "linearizable",
                super::Consistency::Serializable => "serializable",
            };
            format!("{how} read of {}", range_text(range))
        }
    }
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

/// Bytes as people can read them, shortened.
fn shown(bytes: &[u8]) -> String {
    const SHOWN: usize = 40;
    let text = String::from_utf8_lossy(bytes);
    if text.chars().count() <= SHOWN {
        text.into_owned()
    } else {
        text.chars().take(SHOWN).chain(['…']).collect()
    }
}

/// What a message is called.
pub fn message_name(message: &Message) -> &'static str {
    match (message.kind, message.reply.is_some()) {
        (MessageKind::Vote, false) => "a request for a vote",
        (MessageKind::Vote, true) => "a vote",
        (MessageKind::PreVote, false) => "a trial vote request",
        (MessageKind::PreVote, true) => "a trial vote",
        (MessageKind::Append, false) => "entries",
        (MessageKind::Append, true) => "an answer to entries",
        (MessageKind::Heartbeat, false) => "a heartbeat",
        (MessageKind::Heartbeat, true) => "an answer to a heartbeat",
        (MessageKind::Snapshot, false) => "a snapshot",
        (MessageKind::Snapshot, true) => "an answer to a snapshot",
        (MessageKind::Transfer, false) => "a leadership transfer",
        (MessageKind::Transfer, true) => "an answer to a leadership transfer",
        (MessageKind::Forward, false) => "a forwarded write",
        (MessageKind::Forward, true) => "the answer to a forwarded write",
        (MessageKind::ReadIndex, false) => "a request for a read index",
        (MessageKind::ReadIndex, true) => "a read index",
    }
}

/// A property's name for people.
pub fn property_name(property: Property) -> &'static str {
    match property {
        Property::ElectionSafety => "election safety",
        Property::LeaderAppendOnly => "leader append-only",
        Property::LogMatching => "log matching",
        Property::LeaderCompleteness => "leader completeness",
        Property::StateMachineSafety => "state machine safety",
        Property::Linearizability => "linearizability",
    }
}

fn list(nodes: &[NodeId]) -> String {
    let names: Vec<String> = nodes.iter().map(|id| format!("node{id}")).collect();
    names.join(", ")
}
