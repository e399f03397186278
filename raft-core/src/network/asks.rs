//! Requests of a member to the leader beyond Raft: leases and changes of members.

use super::Refusal;
use crate::kv::LeaseId;
use crate::model::{Member, ServerError};

/// A request to the leader's lessor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeaseAsk {
    /// Renew the lease to its full time to live.
    KeepAlive {
        /// The lease.
        id: LeaseId,
    },
    /// Return the remaining time of the lease.
    TimeToLive {
        /// The lease.
        id: LeaseId,
        /// Whether to return the keys attached to it.
        keys: bool,
    },
}

/// The answer of the leader's lessor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LeaseTold {
    /// Seconds left. For a lease that does not exist: 0 after a renewal, else -1.
    pub(crate) ttl_seconds: i64,
    /// Seconds granted; 0 if the lease does not exist.
    pub(crate) granted_seconds: i64,
    /// The keys attached to it, if they were asked for.
    pub(crate) keys: Vec<Vec<u8>>,
}

/// A change of members that the leader is asked to make.
#[derive(Clone, Debug)]
pub(crate) enum MemberAsk {
    /// Add a member; its process is started afterwards.
    Add {
        /// The member's peer URLs. Its id is computed from them and the second of the addition.
        peer_urls: Vec<String>,
        /// Whether it joins as a learner, without a vote.
        learner: bool,
    },
    /// Promote a learner.
    Promote {
        /// The member id.
        id: u64,
    },
    /// Remove a member.
    Remove {
        /// The member id.
        id: u64,
    },
    /// Change a member's peer URLs.
    Update {
        /// The member id.
        id: u64,
        /// The new peer URLs.
        peer_urls: Vec<String>,
    },
    /// Publish the name and client URLs of a started member.
    Publish {
        /// The member.
        member: Member,
    },
}

/// A committed change of members.
#[derive(Clone, Debug)]
pub(crate) struct MemberDone {
    /// The log index of the committed list.
    pub(crate) index: u64,
    /// The member, as in that list; a removed member as it was before.
    pub(crate) member: Member,
}

/// Why the leader refused a change of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberRefusal {
    /// For a reason that also refuses a write.
    Raft(Refusal),
    /// By etcd's rules of membership.
    Server(ServerError),
}

/// The leader's answer to a change of members.
pub(crate) type MemberReply = Result<MemberDone, MemberRefusal>;
