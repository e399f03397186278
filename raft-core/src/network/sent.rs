//! What leaders sent their followers, read from messages: openraft does not expose what it will send next.

use crate::model::{Message, MessageKind};
use crate::units::{NODES_MAX, NodeId};

/// One track for each pair of a leader and a follower.
pub(super) struct Sent([Track; (NODES_MAX * NODES_MAX) as usize]);

#[derive(Clone, Default)]
struct Track {
    /// The term in which the sender led.
    term: u64,
    up_to: Option<u64>,
    /// Unanswered calls: the call, and the first and last index it carries.
    open: Vec<(u64, u64, u64)>,
    /// The unanswered call with a snapshot.
    snapshot: Option<u64>,
}

/// What a leader sent a follower.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pending {
    /// The last index of the last entries or snapshot sent.
    pub(crate) up_to: Option<u64>,
    /// First and last index of all unanswered entries.
    pub(crate) range: Option<(u64, u64)>,
    /// The number of unanswered messages with entries.
    pub(crate) unanswered: u64,
    /// Whether a snapshot is unanswered.
    pub(crate) snapshot: bool,
}

impl Default for Sent {
    fn default() -> Self {
        Sent(std::array::from_fn(|_| Track::default()))
    }
}

fn place(from: NodeId, to: NodeId) -> usize {
    ((from - 1) * NODES_MAX + to - 1) as usize
}

impl Sent {
    /// Notes a sent request.
    pub(super) fn note(&mut self, message: &Message) {
        let is_snapshot = message.kind == MessageKind::Snapshot;
        let Some((first, last)) =
            message.entries.filter(|_| is_snapshot || message.kind == MessageKind::Append)
        else {
            return;
        };
        let Some(track) = self.0.get_mut(place(message.from, message.to)) else { return };
        if track.term != message.term {
            *track = Track { term: message.term, ..Track::default() };
        }
        track.up_to = Some(last);
        if is_snapshot {
            track.snapshot = Some(message.rpc);
        } else {
            track.open.push((message.rpc, first, last));
        }
    }

    /// Notes that a call was answered or its caller gave up.
    pub(super) fn answered(&mut self, from: NodeId, to: NodeId, kind: MessageKind, rpc: u64) {
        let carries = matches!(kind, MessageKind::Append | MessageKind::Snapshot);
        let Some(track) = self.0.get_mut(place(from, to)).filter(|_| carries) else { return };
        track.open.retain(|(open, ..)| *open != rpc);
        track.snapshot = track.snapshot.filter(|open| *open != rpc);
    }

    /// What the leader of a term sent a follower.
    pub(super) fn pending(&self, leader: NodeId, term: u64, follower: NodeId) -> Pending {
        let Some(track) = self.0.get(place(leader, follower)).filter(|track| track.term == term) else {
            return Pending::default();
        };
        let first = track.open.iter().map(|(_, first, _)| *first).min();
        let last = track.open.iter().map(|(.., last)| *last).max();
        Pending {
            up_to: track.up_to,
            range: first.zip(last),
            unanswered: track.open.len() as u64,
            snapshot: track.snapshot.is_some(),
        }
    }
}
