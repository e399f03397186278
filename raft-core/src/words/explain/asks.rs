//! How a node will answer requests to a leader: transfers, forwarded writes, reads, leases.

use super::{Outlook, end_of, is_better, rules};
use crate::model::NodeView;
use crate::model::{Message, Reply, Role};

/// Foresees the answer to a transfer of leadership.
pub(super) fn transfer(message: &Message, receiver: &NodeView) -> Outlook {
    let Message { from, to, term, .. } = message;
    if message.handover != Some(*to) {
        let text = format!(
            "node{to} will let go of its promise to node{from}, so that it can vote for node{}",
            message.handover.unwrap_or_default()
        );
        return Outlook::sure(Reply::Yes, rules::TRANSFER, text);
    }
    let vote = receiver.vote;
    if vote.is_some_and(|vote| vote.term > *term) {
        let text = format!("node{to} will not take over: it is beyond term {term}");
        return Outlook::sure(Reply::No, rules::TRANSFER, text).unless(vote.is_some_and(|vote| vote.saved));
    }
    let follows = vote.is_some_and(|vote| vote.term == *term && vote.committed && vote.saved);
    let has_all = !is_better(message.last, end_of(receiver));
    if !has_all {
        let text = format!("node{to} will wait until it has the leader's last entry, and then campaign");
        return Outlook::likely(Reply::Yes, rules::TRANSFER, text);
    }
    let text = format!(
        "node{to} will campaign for term {} at once, without waiting for its timer; voters hear it in spite of \
         their leases",
        term + 1
    );
    let durable = receiver.durable_index == receiver.last_index;
    Outlook::sure(Reply::Yes, rules::TRANSFER, text).unless(follows && durable)
}

/// How a node that receives a request to the leader stands.
enum Leads {
    /// It leads and reaches a majority.
    Well,
    /// It has the role of leader but reaches no majority.
    Alone,
    No,
}

fn leads(node: &NodeView) -> Leads {
    match (node.role, node.has_quorum) {
        (Role::Leader, true) => Leads::Well,
        (Role::Leader, false) => Leads::Alone,
        _ => Leads::No,
    }
}

/// The refusal of a node that does not lead.
fn no_leader(message: &Message, receiver: &NodeView) -> Outlook {
    let Message { from, to, .. } = message;
    let text = format!("node{to} will refuse: it does not lead, and node{from} must look for who does");
    // A candidate may win in the meantime.
    let settled = matches!(receiver.role, Role::Follower | Role::Learner)
        && receiver.vote.is_none_or(|vote| vote.saved && vote.candidate != receiver.id);
    Outlook::sure(Reply::No, rules::FORWARD, text).unless(settled)
}

/// Foresees the answer to a forwarded write.
pub(super) fn forward(message: &Message, receiver: &NodeView) -> Outlook {
    let to = message.to;
    let next = receiver.last_index.map_or(0, |last| last + 1);
    match leads(receiver) {
        Leads::Well => {
            let text = format!(
                "node{to} will append it as entry {next}, send it to the others and answer once it is committed \
                 and applied"
            );
            Outlook::likely(Reply::Yes, rules::COMMITTED, text)
        }
        Leads::Alone => {
            let text = format!(
                "node{to} reaches no majority: it will refuse once its lease is over, and what it appends before \
                 is not committed"
            );
            Outlook::likely(Reply::No, rules::QUORUM, text)
        }
        Leads::No => no_leader(message, receiver),
    }
}

/// Foresees the answer to a request for a read index.
pub(super) fn read_index(message: &Message, receiver: &NodeView) -> Outlook {
    let Message { from, to, .. } = message;
    match leads(receiver) {
        Leads::Well => {
            let text = format!(
                "node{to} will ask a majority whether it still leads and then tell its commit index; node{from} \
                 answers the read once it has applied as much"
            );
            Outlook::likely(Reply::Yes, rules::READ_INDEX, text)
        }
        Leads::Alone => {
            let text =
                format!("node{to} reaches no majority that could confirm that it leads: the read fails");
            Outlook::likely(Reply::No, rules::READ_INDEX, text)
        }
        Leads::No => no_leader(message, receiver),
    }
}

/// Foresees the answer to a request about a lease.
pub(super) fn lease(message: &Message, receiver: &NodeView) -> Outlook {
    let to = message.to;
    match leads(receiver) {
        Leads::Well | Leads::Alone => {
            let text = format!("node{to} keeps the leases' time, since it leads: it will answer at once");
            Outlook::likely(Reply::Yes, rules::TTL, text)
        }
        Leads::No => no_leader(message, receiver),
    }
}

/// Foresees the answer to a change of members.
pub(super) fn member(message: &Message) -> Outlook {
    let to = message.to;
    let text = format!(
        "if node{to} leads it will propose the new list and answer once that is committed; a node that was removed \
         ends"
    );
    Outlook::open(rules::JOINT, text)
}
