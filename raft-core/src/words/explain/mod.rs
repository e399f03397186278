//! Explanations of messages: what a message carries, where it is, and what it will cause.
//!
//! The consequence is foreseen from a view by the rules that openraft follows; where they differ from the paper, the
//! text says so. A foresight holds if nothing changes before the message arrives. A test compares every answer that
//! was foreseen as certain with openraft's actual answer.

mod appends;
mod arrived;
mod asks;
mod replies;
pub(in crate::words) mod rules;
mod votes;
mod what;

pub use arrived::explain_arrived;
pub use rules::{RULES, Rule};

use crate::model::{ClusterView, NodeView};
use crate::model::{Message, MessageKind, Process, Reply};
use crate::units::NodeId;

/// A message explained to a learner of Raft. Each text is a sentence without its full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The message and what it carries.
    pub what: String,
    /// Where it is now, and where it will arrive or be lost.
    pub fate: String,
    /// What the receiver will do on arrival if nothing changes before. For a message that will be lost: what its
    /// loss means.
    pub consequence: String,
    /// The receiver's answer; absent for replies and where it cannot be foreseen.
    pub foreseen: Option<Foreseen>,
    /// The rule that decides.
    pub rule: Rule,
}

/// A foreseen answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreseen {
    /// The answer.
    pub answer: Reply,
    /// Whether the view is enough to be certain, if nothing changes before the arrival.
    pub certain: bool,
}

/// The consequence of an arrival.
struct Outlook {
    text: String,
    foreseen: Option<Foreseen>,
    rule: Rule,
}

impl Outlook {
    /// The receiver will certainly answer so.
    fn sure(answer: Reply, rule: Rule, text: String) -> Outlook {
        Outlook { text, foreseen: Some(Foreseen { answer, certain: true }), rule }
    }

    /// The receiver will probably answer so.
    fn likely(answer: Reply, rule: Rule, text: String) -> Outlook {
        Outlook { text, foreseen: Some(Foreseen { answer, certain: false }), rule }
    }

    /// A consequence without a foreseeable answer.
    fn open(rule: Rule, text: String) -> Outlook {
        Outlook { text, foreseen: None, rule }
    }

    /// The same outlook, certain only if `certain`.
    fn unless(self, certain: bool) -> Outlook {
        let foreseen =
            self.foreseen.map(|foreseen| Foreseen { certain: foreseen.certain && certain, ..foreseen });
        Outlook { foreseen, ..self }
    }
}

/// Explains a message in flight, as of a view.
pub fn explain(message: &Message, view: &ClusterView) -> Explanation {
    let what = what::what(message);
    let fate = what::fate(message, view);
    let outlook = match message.lost {
        Some(_) => what::loss(message),
        None if message.reply.is_some() => replies::outlook(message, view),
        None => request(message, view),
    };
    let unsure = outlook.foreseen.is_some_and(|foreseen| !foreseen.certain);
    let doubt = if unsure { "; most likely, but it cannot be told for sure from here" } else { "" };
    let consequence = outlook.text + doubt;
    Explanation { what, fate, consequence, foreseen: outlook.foreseen, rule: outlook.rule }
}

/// Foresees the consequence of a request.
fn request(message: &Message, view: &ClusterView) -> Outlook {
    let (from, to) = (message.from, message.to);
    let Some(receiver) = node(view, to) else {
        let text = format!("node{to} is no member any more: nobody will take it");
        return Outlook::likely(Reply::Unreachable, rules::UNREACHABLE, text);
    };
    match receiver.process {
        Process::Paused => {
            let text = format!("node{to} stands still: it will look at it only when it goes on");
            return Outlook::open(rules::TIMEOUT, text);
        }
        // A process that has a store listens.
        process if !process.is_up() || receiver.store.is_none() => {
            let text = format!("nobody listens at node{to}: its host will tell node{from} so");
            return Outlook::sure(Reply::Unreachable, rules::UNREACHABLE, text);
        }
        _ => {}
    }
    match message.kind {
        MessageKind::Vote => votes::vote(message, receiver, view),
        MessageKind::PreVote => votes::pre_vote(message, receiver, view),
        MessageKind::Append | MessageKind::Heartbeat => appends::append(message, receiver, view),
        MessageKind::Snapshot => appends::snapshot(message, receiver),
        MessageKind::Transfer => asks::transfer(message, receiver),
        MessageKind::Forward => asks::forward(message, receiver),
        MessageKind::ReadIndex => asks::read_index(message, receiver),
        MessageKind::Lease => asks::lease(message, receiver),
        MessageKind::Member => asks::member(message),
    }
}

fn node(view: &ClusterView, id: NodeId) -> Option<&NodeView> {
    view.nodes.iter().find(|node| node.id == id)
}

/// Index and term of the last entry of a log.
fn end_of(node: &NodeView) -> Option<(u64, u64)> {
    node.last_index.zip(node.last_term)
}

/// Describes the end of a log.
fn end_text(end: Option<(u64, u64)>) -> String {
    match end {
        Some((index, term)) => format!("ends at {index} (term {term})"),
        None => "is empty".to_owned(),
    }
}

/// Whether the first log is more up-to-date than the second: the later term of the last entry wins, then the higher
/// index (Raft paper, 5.4.1).
pub(super) fn is_better(one: Option<(u64, u64)>, other: Option<(u64, u64)>) -> bool {
    let key = |end: Option<(u64, u64)>| end.map(|(index, term)| (term, index));
    key(one) > key(other)
}

/// Describes a range of log indexes.
fn range_text((first, last): (u64, u64)) -> String {
    if first == last { format!("entry {first}") } else { format!("entries {first} to {last}") }
}
