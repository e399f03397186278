//! What a message carries, and where it is.

use super::{Outlook, end_text, range_text, rules};
use crate::model::ClusterView;
use crate::model::{LossReason, Message, MessageKind, Reply};
use crate::units::{MILLISECOND, Nanos};

/// Describes the message and what it carries.
pub(super) fn what(message: &Message) -> String {
    match message.reply {
        None => request(message),
        Some(Reply::Unreachable) => {
            format!("node{}'s host tells node{} that nobody listens there", message.from, message.to)
        }
        Some(reply) => answer(message, reply == Reply::Yes),
    }
}

fn request(message: &Message) -> String {
    let Message { from, to, term, entries, .. } = message;
    match message.kind {
        MessageKind::Vote => {
            let by_order = if message.handover.is_some() { " on the old leader's order" } else { "" };
            format!(
                "node{from} asks node{to} for its vote in term {term}{by_order}; its log {}",
                end_text(message.last)
            )
        }
        MessageKind::PreVote => format!(
            "node{from} asks node{to} whether it would vote for it in term {term}, which it has not begun; \
             its log {}",
            end_text(message.last)
        ),
        MessageKind::Append => format!(
            "node{from}, leader of term {term}, sends node{to} {}{}{}",
            range_text(entries.unwrap_or_default()),
            match message.previous {
                Some((index, term)) => format!(", to follow on entry {index} of term {term}"),
                None => ", the first of the log".to_owned(),
            },
            commit_text(message)
        ),
        MessageKind::Heartbeat => format!(
            "a heartbeat: node{from} tells node{to} that it leads term {term}{}",
            commit_text(message)
        ),
        MessageKind::Snapshot => format!(
            "node{from}, leader of term {term}, sends node{to} a snapshot of its store up to entry {}",
            entries.map_or(0, |(_, last)| last)
        ),
        MessageKind::Transfer if message.handover == Some(*to) => {
            format!("node{from}, leader of term {term}, asks node{to} to take over")
        }
        MessageKind::Transfer => format!(
            "node{from}, leader of term {term}, tells node{to} that node{} shall take over",
            message.handover.unwrap_or_default()
        ),
        MessageKind::Forward => format!("node{from} passes a client's write on to node{to}"),
        MessageKind::ReadIndex => {
            format!("node{from} asks node{to} how far it must have applied the log to answer a read")
        }
        MessageKind::Lease => format!("node{from} asks node{to} about a client's lease"),
        MessageKind::Member => format!("node{from} tells node{to} of a change of members"),
    }
}

fn commit_text(message: &Message) -> String {
    message.leader_commit.map_or_else(String::new, |index| format!("; all up to {index} is committed"))
}

fn answer(message: &Message, yes: bool) -> String {
    let Message { from, to, term, .. } = message;
    match (message.kind, yes) {
        (MessageKind::Vote, true) => format!("node{from} gives node{to} its vote in term {term}"),
        (MessageKind::Vote, false) => {
            format!(
                "node{from} refuses node{to} its vote; it is in term {term}, its log {}",
                end_text(message.last)
            )
        }
        (MessageKind::PreVote, true) => format!("node{from} would vote for node{to}"),
        (MessageKind::PreVote, false) => format!(
            "node{from} would not vote for node{to}; it is in term {term}, its log {}",
            end_text(message.last)
        ),
        (MessageKind::Append, true) => match message.last {
            Some((index, _)) => format!("node{from} has the leader's entries up to {index} on its disk"),
            None => format!("node{from} accepts what node{to} sent"),
        },
        (MessageKind::Heartbeat, true) => format!("node{from} answers node{to}'s heartbeat: it follows"),
        (MessageKind::Append | MessageKind::Heartbeat, false) => match message.last {
            Some((index, term)) => {
                format!("node{from} refuses: it has no entry {index} of term {term} to follow on")
            }
            None => format!("node{from} refuses node{to} as a leader: it is in term {term}"),
        },
        (MessageKind::Snapshot, _) => format!("node{from} answers node{to}'s snapshot"),
        (MessageKind::Transfer, true) => format!("node{from} heard node{to}'s order to hand over"),
        (MessageKind::Transfer, false) => format!("node{from} does not take over"),
        (MessageKind::Forward, true) => {
            format!("node{from} tells node{to} that the client's write is committed and applied")
        }
        (MessageKind::Forward, false) => format!("node{from} did not do the client's write"),
        (MessageKind::ReadIndex, true) => {
            format!("node{from} tells node{to} which index a read must wait for")
        }
        (MessageKind::ReadIndex, false) => format!("node{from} cannot vouch for a read"),
        (MessageKind::Lease, _) => format!("node{from} answers node{to} about a client's lease"),
        (MessageKind::Member, true) => format!("node{from} has done the change of members"),
        (MessageKind::Member, false) => format!("node{from} did not do the change of members"),
    }
}

/// Describes where it is now, and where it will arrive or be lost.
pub(super) fn fate(message: &Message, view: &ClusterView) -> String {
    let Message { from, to, .. } = message;
    let left = |at: Nanos| at.saturating_sub(view.now);
    match message.lost {
        Some(loss) if loss.at <= view.now => {
            format!("lost on the way: {}", reason_text(message, loss.reason))
        }
        Some(loss) => {
            let way = (message.arrives_at - message.sent_at).max(1);
            let gone = loss.at.saturating_sub(message.sent_at) * 100 / way;
            let reason = reason_text(message, loss.reason);
            format!("it will be lost in {}, {gone} % of the way: {reason}", millis(left(loss.at)))
        }
        None if message.arrives_at <= view.now => format!("it has arrived at node{to}"),
        None => format!(
            "on its way from node{from} to node{to}, where it arrives in {}",
            millis(left(message.arrives_at))
        ),
    }
}

fn reason_text(message: &Message, reason: LossReason) -> String {
    let Message { from, to, .. } = message;
    match reason {
        LossReason::Random => "the link loses it".to_owned(),
        LossReason::Cut => format!("nothing passes from node{from} to node{to}"),
        LossReason::Down => format!("nobody listens at node{to}"),
        LossReason::Late => format!("node{to} waits for it no longer"),
        LossReason::Dropped => "somebody dropped it".to_owned(),
        LossReason::Repeated => format!("node{to} has had it already"),
    }
}

/// Describes what the loss of a message means.
pub(super) fn loss(message: &Message) -> Outlook {
    let Message { from, to, .. } = message;
    let is_reply = message.reply.is_some();
    let (rule, text) = match message.kind {
        _ if is_reply => (
            rules::PARTITION,
            format!(
                "node{to} will not know what node{from} did: it waits for a while and then takes it for \
                 unanswered"
            ),
        ),
        MessageKind::Vote | MessageKind::PreVote => (
            rules::ELECTION,
            format!("node{to} will not hear of it, and node{from} must win without its vote"),
        ),
        MessageKind::Append | MessageKind::Snapshot => {
            (rules::APPEND, format!("node{from} will get no answer and send it again"))
        }
        MessageKind::Heartbeat => (
            rules::HEARTBEAT,
            format!("node{to} hears nothing this time; once it has heard nothing for too long, it campaigns"),
        ),
        MessageKind::Transfer => (rules::TRANSFER, format!("node{to} will not hear of the handing over")),
        _ => (rules::FORWARD, format!("node{from} will get no answer, and its client may have to wait")),
    };
    Outlook::open(rule, text)
}

/// A duration in milliseconds, with one decimal.
pub(super) fn millis(nanos: Nanos) -> String {
    let tenths = nanos / (MILLISECOND / 10);
    if tenths == 0 {
        return "less than 0.1 ms".to_owned();
    }
    format!("{}.{} ms", tenths / 10, tenths % 10)
}
