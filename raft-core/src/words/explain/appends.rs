//! How a follower will handle entries, heartbeats and snapshots. It compares the term first, then looks for the
//! entry before the new ones, and then keeps matching entries and replaces conflicting ones.

use super::{Outlook, node, range_text, rules};
use crate::model::{ClusterView, NodeView};
use crate::model::{Message, MessageKind, Reply, Role};

/// Foresees the answer to entries or a heartbeat, which pass the same checks.
pub(super) fn append(message: &Message, follower: &NodeView, view: &ClusterView) -> Outlook {
    let Message { from, to, term, .. } = message;
    if let Some(stale) = stale(message, follower) {
        return stale;
    }
    // While a vote is not durable yet, entries may wait behind it that the disk does not show.
    let settled = follower.vote.is_none_or(|vote| vote.saved);
    let steps_down = match follower.role {
        Role::Leader => format!("step down as the leader of term {}, ", follower.term),
        Role::Candidate | Role::PreCandidate => "give up its campaign, ".to_owned(),
        _ if follower.term < *term => format!("enter term {term}, "),
        _ => String::new(),
    };
    let sure = match message.previous {
        None => true,
        Some((index, _)) if Some(index) <= follower.commit_index => true,
        Some((index, _)) if Some(index) > follower.last_index => {
            let end = follower
                .last_index
                .map_or("it has none".to_owned(), |last| format!("its log ends at {last}"));
            let text = format!(
                "node{to} will {steps_down}refuse: it has no entry {index} to follow on, {end}; node{from} will \
                 go back and try again"
            );
            return Outlook::sure(Reply::No, rules::MATCHING, text).unless(settled);
        }
        Some((index, wanted)) => match term_at(follower, index) {
            Some(held) if held != wanted => {
                let text = format!(
                    "node{to} will {steps_down}refuse: its entry {index} is of term {held}, not {wanted}; it drops \
                     its entries from {index} on, and node{from} will go back and try again"
                );
                return Outlook::sure(Reply::No, rules::MATCHING, text).unless(settled);
            }
            held => held.is_some(),
        },
    };
    let (rule, text) = match message.entries {
        Some(range) => (rules::APPEND, appended(message, follower, view, range)),
        None => (
            rules::HEARTBEAT,
            "take it for a sign of life, set its election timer anew and answer yes".to_owned(),
        ),
    };
    let text = format!("node{to} will {steps_down}{text}{}", commit(message, follower));
    Outlook::sure(Reply::Yes, rule, text).unless(sure && settled)
}

/// The refusal of a sender whose term is over, if it is.
fn stale(message: &Message, follower: &NodeView) -> Option<Outlook> {
    let Message { from, to, term, .. } = message;
    let newer = follower.vote.filter(|vote| vote.term > *term)?;
    let text = format!(
        "stale term: node{to} will refuse, since it is in term {}, and node{from} will step down when it hears \
         that",
        newer.term
    );
    // The reply to a snapshot carries only the term.
    let answer = if message.kind == MessageKind::Snapshot { Reply::Yes } else { Reply::No };
    Some(Outlook::sure(answer, rules::TERM, text))
}

/// The term of an entry, if the view shows it.
fn term_at(node: &NodeView, index: u64) -> Option<u64> {
    let in_tail = node.tail.iter().find(|cell| cell.mark.index == index).map(|cell| cell.mark.term);
    in_tail.or_else(|| node.last_term.filter(|_| node.last_index == Some(index)))
}

/// Describes what happens to the entries.
fn appended(message: &Message, follower: &NodeView, view: &ClusterView, (first, last): (u64, u64)) -> String {
    let after = "and answer yes once that is fsynced";
    let Some(end) = follower.last_index.filter(|end| *end >= first) else {
        return format!("append {} {after}", range_text((first, last)));
    };
    let leader = node(view, message.from);
    let conflict = (first..=last.min(end)).find(|index| {
        let theirs = leader.and_then(|leader| term_at(leader, *index));
        let ours = term_at(follower, *index);
        theirs.is_some() && ours.is_some() && theirs != ours
    });
    match conflict {
        Some(from) => format!(
            "drop its entries from {from} on, which are another leader's, append {} {after}",
            range_text((from, last))
        ),
        None if end >= last => {
            format!("find that it has {} already and answer yes", range_text((first, last)))
        }
        None => format!("keep what it has of them, append {} {after}", range_text((end + 1, last))),
    }
}

/// Describes what the follower learns about the commit index.
fn commit(message: &Message, follower: &NodeView) -> String {
    let holds = message.entries.map(|(_, last)| last).or(message.previous.map(|(index, _)| index));
    match message.leader_commit.min(holds) {
        Some(index) if Some(index) > follower.commit_index => {
            format!("; it learns that all up to {index} is committed, and applies it")
        }
        _ => String::new(),
    }
}

/// Foresees the answer to a snapshot.
pub(super) fn snapshot(message: &Message, follower: &NodeView) -> Outlook {
    let to = message.to;
    if let Some(stale) = stale(message, follower) {
        return stale;
    }
    let Some((last, _)) = message.entries.filter(|(last, _)| Some(*last) > follower.commit_index) else {
        let text = format!("node{to} will not need it: it has committed as much, and answers so");
        return Outlook::sure(Reply::Yes, rules::SNAPSHOT, text);
    };
    let text = format!(
        "node{to} will put its store in the snapshot's state, take it in the place of its log up to {last}, and \
         answer once it is on disk"
    );
    Outlook::sure(Reply::Yes, rules::SNAPSHOT, text)
}
