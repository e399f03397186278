//! Messages between nodes, as data.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::action::Link;
use crate::units::{Nanos, NodeId};

/// A message between two nodes, as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Unique in the run, ascending.
    pub id: u64,
    /// Shared by a request and its reply.
    pub rpc: u64,
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// What it is about.
    pub kind: MessageKind,
    /// Whether it is a reply, and if so what it says.
    pub reply: Option<Reply>,
    /// The sender's term (of a request), or the term replied.
    pub term: u64,
    /// First and last index of the entries carried (append), or the snapshot's last index twice.
    pub entries: Option<(u64, u64)>,
    /// Index and term of the entry before (append requests).
    pub previous: Option<(u64, u64)>,
    /// Index and term of an entry: the sender's last one (vote requests and answers to them), the last
    /// one carried (append requests, snapshots), the one that the next leader must have (transfers),
    /// the last one up to which the logs agree now (answers that accept), or the one that the follower
    /// lacks (answers that refuse for the sake of log matching).
    pub last: Option<(u64, u64)>,
    /// Who shall lead, in a transfer and in the vote requests that a transfer brought about: they are
    /// heard in spite of any lease.
    pub handover: Option<NodeId>,
    /// The leader's commit index (append requests and heartbeats).
    pub leader_commit: Option<u64>,
    /// When it was sent.
    pub sent_at: Nanos,
    /// When it arrives, or would have arrived.
    pub arrives_at: Nanos,
    /// Set when the network already knows that it will not arrive.
    pub lost: Option<Loss>,
}

impl Hash for Message {
    /// What is in the trace hash. `last` and `handover` came later and follow from the rest of a run.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Message { id, rpc, from, to, kind, reply, term, entries, previous, .. } = self;
        (id, rpc, from, to, kind, reply, term, entries, previous).hash(state);
        (self.leader_commit, self.sent_at, self.arrives_at, self.lost).hash(state);
    }
}

/// Where on its way a message is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Loss {
    /// The instant at which it vanishes, between sending and arrival.
    pub at: Nanos,
    /// Why.
    pub reason: LossReason,
}

/// Why a message was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LossReason {
    /// Drawn by the link's loss rate.
    Random,
    /// The link is cut, or a partition lies between.
    Cut,
    /// Nobody listens: the receiver is down. The sender's host is told so.
    Down,
    /// The sender no longer waits for this reply.
    Late,
    /// Somebody dropped this very message.
    Dropped,
    /// A copy of a request that the receiver must not carry out twice, and has had already.
    Repeated,
}

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MessageKind {
    /// RequestVote (paper, figure 2).
    Vote,
    /// A trial vote that raises no term (thesis, 9.6).
    PreVote,
    /// AppendEntries with entries.
    Append,
    /// AppendEntries without entries.
    Heartbeat,
    /// InstallSnapshot (paper, figure 13), in one piece.
    Snapshot,
    /// TimeoutNow: hand over leadership (thesis, 3.10).
    Transfer,
    /// A follower passes a client's write on to the leader.
    Forward,
    /// A follower asks the leader for a read index (thesis, 6.4).
    ReadIndex,
    /// A follower asks the leader how long a lease lives, or to keep it alive.
    Lease,
    /// A change of members is handed to the leader, or a removed member is told of it.
    Member,
}

/// What a reply says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reply {
    /// Vote granted, entries accepted, snapshot installed, write done.
    Yes,
    /// Refused.
    No,
    /// Nobody listens at the other end.
    Unreachable,
}

/// A class of messages that can be chosen for loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MessageClass {
    /// Requests for a vote.
    Vote,
    /// Requests for a trial vote.
    PreVote,
    /// Entries on their way to a follower.
    Append,
    /// Heartbeats.
    Heartbeat,
    /// Snapshots on their way to a follower.
    Snapshot,
    /// Replies of any kind.
    Reply,
}

impl MessageClass {
    /// Every class, in the order in which they are offered.
    pub const ALL: [MessageClass; 6] = [
        MessageClass::Vote,
        MessageClass::PreVote,
        MessageClass::Append,
        MessageClass::Heartbeat,
        MessageClass::Snapshot,
        MessageClass::Reply,
    ];

    /// The word for this class in a scenario.
    pub fn name(self) -> &'static str {
        match self {
            MessageClass::Vote => "vote",
            MessageClass::PreVote => "pre-vote",
            MessageClass::Append => "append",
            MessageClass::Heartbeat => "heartbeat",
            MessageClass::Snapshot => "snapshot",
            MessageClass::Reply => "reply",
        }
    }

    /// Whether a message belongs to this class.
    pub fn has(self, message: &Message) -> bool {
        let kind = match self {
            MessageClass::Reply => return message.reply.is_some(),
            MessageClass::Vote => MessageKind::Vote,
            MessageClass::PreVote => MessageKind::PreVote,
            MessageClass::Append => MessageKind::Append,
            MessageClass::Heartbeat => MessageKind::Heartbeat,
            MessageClass::Snapshot => MessageKind::Snapshot,
        };
        message.reply.is_none() && message.kind == kind
    }
}

/// A loss that waits for its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PendingDrop {
    /// What kind of message it waits for.
    pub class: MessageClass,
    /// On which direction of a link; on any when absent.
    pub link: Option<Link>,
}

/// The most losses that may wait for their messages.
pub const PENDING_DROPS_MAX: usize = 32;
