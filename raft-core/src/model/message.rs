//! Messages between nodes.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::action::Link;
use crate::units::{Nanos, NodeId};

/// A message between two nodes, as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The message id, unique in the run and ascending.
    pub id: u64,
    /// The number of the call, shared by a request and its reply.
    pub rpc: u64,
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// The kind of request that it is or answers.
    pub kind: MessageKind,
    /// The reply; absent for requests.
    pub reply: Option<Reply>,
    /// The sender's term.
    pub term: u64,
    /// First and last index of the entries it carries (append), or the snapshot's last index twice.
    pub entries: Option<(u64, u64)>,
    /// Index and term of the entry before those (append requests).
    pub previous: Option<(u64, u64)>,
    /// Index and term of an entry, by kind:
    ///
    /// * vote requests and their replies: the sender's last entry;
    /// * append requests and snapshots: the last entry carried;
    /// * transfers: the entry that the next leader must have;
    /// * replies that accept: the last entry up to which the logs agree now;
    /// * replies that refuse by log matching: the entry that the follower lacks.
    pub last: Option<(u64, u64)>,
    /// The next leader, in a transfer and in the vote requests that it causes. Voters answer those in spite of a
    /// leader's lease.
    pub handover: Option<NodeId>,
    /// The leader's commit index (append requests and heartbeats).
    pub leader_commit: Option<u64>,
    /// When it was sent, in virtual nanoseconds.
    pub sent_at: Nanos,
    /// When it arrives, or would arrive if it were not lost, in virtual nanoseconds.
    pub arrives_at: Nanos,
    /// Where and why it will be lost, as soon as the network has decided so.
    pub lost: Option<Loss>,
}

impl Hash for Message {
    /// Hashes what belongs to the trace. `last` and `handover` are left out: they were added later and follow from the
    /// rest of a run.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Message { id, rpc, from, to, kind, reply, term, entries, previous, .. } = self;
        (id, rpc, from, to, kind, reply, term, entries, previous).hash(state);
        (self.leader_commit, self.sent_at, self.arrives_at, self.lost).hash(state);
    }
}

/// When and why a message is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Loss {
    /// The instant at which it vanishes, between sending and arrival.
    pub at: Nanos,
    /// The reason.
    pub reason: LossReason,
}

/// Why a message was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LossReason {
    /// Drawn by the link's loss rate.
    Random,
    /// The link is cut, or a partition lies between.
    Cut,
    /// The receiver is down and does not listen. The sender's host is told so.
    Down,
    /// The sender no longer waits for this reply.
    Late,
    /// A person dropped this message.
    Dropped,
    /// It is the second copy of a request that the receiver must carry out only once.
    Repeated,
}

/// The kind of a request, and of its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MessageKind {
    /// RequestVote (Raft paper, figure 2).
    Vote,
    /// A pre-vote, which raises no term (Ongaro's thesis, 9.6).
    PreVote,
    /// AppendEntries with entries.
    Append,
    /// AppendEntries without entries.
    Heartbeat,
    /// InstallSnapshot (Raft paper, figure 13), in one piece.
    Snapshot,
    /// TimeoutNow, which transfers leadership (Ongaro's thesis, 3.10).
    Transfer,
    /// A follower forwards a client's write to the leader.
    Forward,
    /// A follower asks the leader for a read index (Ongaro's thesis, 6.4).
    ReadIndex,
    /// A follower asks the leader for a lease's remaining time, or to renew it.
    Lease,
    /// A follower forwards a change of members to the leader, or the leader tells a removed member.
    Member,
}

/// What a reply says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reply {
    /// Granted, accepted, installed or done.
    Yes,
    /// The receiver refused the request.
    No,
    /// The receiver does not listen.
    Unreachable,
}

/// A class of messages that can be chosen for loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MessageClass {
    /// Requests for a vote.
    Vote,
    /// Requests for a pre-vote.
    PreVote,
    /// AppendEntries with entries.
    Append,
    /// AppendEntries without entries.
    Heartbeat,
    /// InstallSnapshot requests.
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

/// A planned loss that waits for its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PendingDrop {
    /// The class of message that it waits for.
    pub class: MessageClass,
    /// The direction of a link; any link when absent.
    pub link: Option<Link>,
}

/// The largest number of losses that may wait for their messages.
pub const PENDING_DROPS_MAX: usize = 32;
