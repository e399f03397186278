//! What a reply will cause at its receiver.

use super::{Outlook, end_of, is_better, node, rules};
use crate::model::{ClusterView, NodeView};
use crate::model::{Message, MessageKind, Process, Reply, Role};
use crate::units::NodeId;

/// Foresees what the caller will do with the reply.
pub(super) fn outlook(message: &Message, view: &ClusterView) -> Outlook {
    let Message { from, to, .. } = message;
    let Some(caller) = node(view, *to).filter(|caller| caller.process.is_up()) else {
        let text = format!("node{to} is down: the answer comes to nobody");
        return Outlook::open(rules::UNREACHABLE, text);
    };
    if caller.process == Process::Paused {
        let text = format!("node{to} stands still: it will look at it only when it goes on");
        return Outlook::open(rules::TIMEOUT, text);
    }
    if message.reply == Some(Reply::Unreachable) {
        let text = format!("node{to} will know at once that node{from} is down, and try again later");
        return Outlook::open(rules::UNREACHABLE, text);
    }
    let yes = message.reply == Some(Reply::Yes);
    match (message.kind, yes) {
        (MessageKind::Vote, true) => vote(message, caller, view),
        (MessageKind::Vote | MessageKind::PreVote, false) => refused(message, caller),
        (MessageKind::PreVote, true) => {
            let text =
                format!("node{to} counts it: when a majority would vote for it, it begins a real election");
            Outlook::open(rules::PRE_VOTE, text)
        }
        (MessageKind::Append | MessageKind::Heartbeat, true) => accepted(message, caller, view),
        (MessageKind::Append | MessageKind::Heartbeat, false) => rejected(message, caller),
        (MessageKind::Snapshot, _) if message.term > caller.term => rejected(message, caller),
        (MessageKind::Snapshot, _) => {
            let text = format!(
                "node{to} knows that node{from} has all up to there, and sends entries from there on"
            );
            Outlook::open(rules::SNAPSHOT, text)
        }
        (MessageKind::Transfer, _) => {
            let text = format!("node{to} waits for a vote request of the next term, which ends its own");
            Outlook::open(rules::TRANSFER, text)
        }
        (MessageKind::Forward, true) => {
            Outlook::open(rules::COMMITTED, format!("node{to} tells its client that the write is done"))
        }
        (MessageKind::ReadIndex, true) => {
            let text = format!("node{to} waits until it has applied that index, then answers its client");
            Outlook::open(rules::READ_INDEX, text)
        }
        (MessageKind::Lease, _) => Outlook::open(rules::TTL, format!("node{to} hands it on to its client")),
        (MessageKind::Member, _) => Outlook::open(rules::JOINT, format!("node{to} tells its client so")),
        (MessageKind::Forward | MessageKind::ReadIndex, false) => {
            let text = format!("node{to} looks for the leader again, or tells its client to retry");
            Outlook::open(rules::FORWARD, text)
        }
    }
}

/// Describes a granted vote.
fn vote(message: &Message, candidate: &NodeView, view: &ClusterView) -> Outlook {
    let Message { from, to, term, .. } = message;
    if candidate.role != Role::Candidate || candidate.term != *term {
        let text = match candidate.role {
            Role::Leader if candidate.term == *term => {
                format!("node{to} needs it no more: it leads term {term} already")
            }
            _ => format!("it comes too late: node{to} is no candidate of term {term} any more"),
        };
        return Outlook::open(rules::ELECTION, text);
    }
    let granted = |id: NodeId| {
        id == *from
            || candidate.ballots.iter().any(|ballot| ballot.node == id && ballot.granted == Some(true))
    };
    let configuration = &view.status.configuration;
    let count = configuration.all_voters().into_iter().filter(|id| granted(*id)).count();
    let of = configuration.all_voters().len();
    let text = if configuration.agrees(granted) {
        format!("node{to} has {count} of {of} votes then, a majority: it leads term {term}")
    } else {
        format!("node{to} has {count} of {of} votes then, and needs more")
    };
    Outlook::open(rules::ELECTION, text)
}

/// Describes a refused vote.
fn refused(message: &Message, candidate: &NodeView) -> Outlook {
    let Message { from, to, term, .. } = message;
    if *term > candidate.term {
        let text = format!("node{to} learns of term {term}, takes it over and is no candidate any more");
        return Outlook::open(rules::TERM, text);
    }
    if is_better(message.last, end_of(candidate)) {
        let text = format!(
            "node{to} learns that node{from} has the better log; should it lose, it waits longer before it tries \
             again (openraft)"
        );
        return Outlook::open(rules::RESTRICTION, text);
    }
    let text = format!("node{to} must find its majority without node{from}");
    Outlook::open(rules::ELECTION, text)
}

/// Describes accepted entries or an accepted heartbeat.
fn accepted(message: &Message, leader: &NodeView, view: &ClusterView) -> Outlook {
    let Message { from, to, term, .. } = message;
    if leader.role != Role::Leader || leader.term != *term {
        let text = format!("it comes too late: node{to} does not lead term {term} any more");
        return Outlook::open(rules::TERM, text);
    }
    let Some((index, entry_term)) = message.last.filter(|_| message.kind == MessageKind::Append) else {
        let text =
            format!("node{to} knows that node{from} follows; a majority of such answers renews its lease");
        return Outlook::open(rules::LEADER_LEASE, text);
    };
    if Some(index) <= leader.commit_index {
        let text =
            format!("node{to} notes that node{from} has all up to {index}, which is committed already");
        return Outlook::open(rules::APPEND, text);
    }
    let has = |id: NodeId| {
        id == *from
            || id == *to && leader.durable_index >= Some(index)
            || leader.progress.iter().any(|other| other.node == id && other.matched >= Some(index))
    };
    let configuration = &view.status.configuration;
    let voters = configuration.all_voters();
    let count = voters.iter().filter(|id| has(**id)).count();
    let of = voters.len();
    if !configuration.agrees(has) {
        let text =
            format!("node{to} counts {count} of {of} disks that hold entry {index}: not committed yet");
        return Outlook::open(rules::COMMITTED, text);
    }
    if entry_term < *term {
        let text = format!(
            "node{to} counts {count} of {of} disks, but entry {index} is of term {entry_term}: only an entry of its \
             own term commits it"
        );
        return Outlook::open(rules::EARLIER_TERMS, text);
    }
    let text = format!("node{to} counts {count} of {of} disks that hold entry {index}: it is committed");
    Outlook::open(rules::COMMITTED, text)
}

/// Describes refused entries, or a refused heartbeat or snapshot.
fn rejected(message: &Message, leader: &NodeView) -> Outlook {
    let Message { from, to, term, .. } = message;
    if *term > leader.term {
        let text = format!("node{to} learns of term {term} and steps down");
        return Outlook::open(rules::TERM, text);
    }
    let text = match message.last {
        Some((index, _)) => {
            format!("node{to} goes back before entry {index} and sends node{from} earlier ones")
        }
        None => format!("node{to} leads no more, and knows it already"),
    };
    Outlook::open(rules::MATCHING, text)
}
