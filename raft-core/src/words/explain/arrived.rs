//! What a message that has arrived caused, as its reply shows.

use super::{Explanation, Outlook, end_text, is_better, range_text, rules, what};
use crate::model::{Message, MessageKind, Reply};

/// Explains a message that has arrived. `reply` is the reply to it; `None` when none was sent yet. For a message that
/// is itself a reply, explains its meaning.
pub fn explain_arrived(message: &Message, reply: Option<&Message>) -> Explanation {
    let (from, to) = (message.from, message.to);
    let fate = match message.reply {
        Some(_) => format!("it arrived at node{to}, which had waited for it"),
        None => format!("it arrived at node{to}"),
    };
    let answered = reply.and_then(|reply| Some((reply, reply.reply?)));
    let outlook = match answered {
        _ if message.reply.is_some() => Outlook::open(kind_rule(message.kind), what::what(message)),
        None => {
            let text = format!("node{to} has sent no answer: it waits for its disk or others, or it is down");
            Outlook::open(rules::FSYNC, text)
        }
        Some((_, Reply::Unreachable)) => {
            let text = format!("nobody listened at node{to}; its host told node{from} so");
            Outlook::open(rules::UNREACHABLE, text)
        }
        Some((reply, answer)) => did(message, reply, answer == Reply::Yes),
    };
    Explanation {
        what: what::what(message),
        fate,
        consequence: outlook.text,
        foreseen: None,
        rule: outlook.rule,
    }
}

/// Describes what the receiver did, and why.
fn did(message: &Message, reply: &Message, yes: bool) -> Outlook {
    let Message { from, to, term, .. } = message;
    let (rule, text) = match (message.kind, yes) {
        (MessageKind::Vote, true) => {
            (rules::VOTE, format!("node{to} gave node{from} its vote in term {term}"))
        }
        (MessageKind::PreVote, true) => (rules::PRE_VOTE, format!("node{to} would vote for node{from}")),
        (MessageKind::Vote | MessageKind::PreVote, false) => return refused(message, reply),
        (MessageKind::Append | MessageKind::Heartbeat | MessageKind::Snapshot, _) if reply.term > *term => (
            rules::TERM,
            format!("node{to} refused: it was in term {}, and node{from} steps down", reply.term),
        ),
        (MessageKind::Append, true) => {
            let range = range_text(message.entries.unwrap_or_default());
            (rules::APPEND, format!("node{to} has {range} on its disk and said so"))
        }
        (MessageKind::Heartbeat, true) => {
            (rules::HEARTBEAT, format!("node{to} follows node{from} and set its election timer anew"))
        }
        (MessageKind::Append | MessageKind::Heartbeat, false) => {
            let before = message.previous.map_or_else(String::new, |(index, term)| {
                format!(": it had no entry {index} of term {term} to follow on")
            });
            (rules::MATCHING, format!("node{to} refused{before}"))
        }
        (kind, true) => (kind_rule(kind), format!("node{to} did as it was asked")),
        (kind, false) => (kind_rule(kind), format!("node{to} refused: it does not lead, or has no majority")),
    };
    Outlook::open(rule, text)
}

/// Explains a refused vote: the reply carries the voter's term and the end of its log.
fn refused(message: &Message, reply: &Message) -> Outlook {
    let Message { from, to, term, .. } = message;
    let (rule, text) = if is_better(reply.last, message.last) {
        let (theirs, ours) = (end_text(reply.last), end_text(message.last));
        (rules::RESTRICTION, format!("node{to} refused: its own log {theirs}, node{from}'s {ours}"))
    } else if reply.term > *term {
        (rules::TERM, format!("node{to} refused: it was in term {} already", reply.term))
    } else if reply.term == *term {
        (rules::VOTE, format!("node{to} refused: it had gone with another in term {term}"))
    } else {
        (
            rules::LEADER_LEASE,
            format!("node{to} refused: it had heard of a leader of term {} lately (openraft)", reply.term),
        )
    };
    Outlook::open(rule, text)
}

fn kind_rule(kind: MessageKind) -> rules::Rule {
    match kind {
        MessageKind::Vote => rules::VOTE,
        MessageKind::PreVote => rules::PRE_VOTE,
        MessageKind::Append => rules::APPEND,
        MessageKind::Heartbeat => rules::HEARTBEAT,
        MessageKind::Snapshot => rules::SNAPSHOT,
        MessageKind::Transfer => rules::TRANSFER,
        MessageKind::Forward => rules::FORWARD,
        MessageKind::ReadIndex => rules::READ_INDEX,
        MessageKind::Lease => rules::TTL,
        MessageKind::Member => rules::JOINT,
    }
}
