//! What a member asks of the leader beside Raft: leases and changes of members.

use super::Refusal;
use crate::kv::LeaseId;
use crate::model::{Member, ServerError};

/// What is asked of the leader's lessor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeaseAsk {
    /// The full time to live again.
    KeepAlive {
        /// Which.
        id: LeaseId,
    },
    /// How long it still lives.
    TimeToLive {
        /// Which.
        id: LeaseId,
        /// Whether its keys are wanted.
        keys: bool,
    },
}

/// What the leader's lessor says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LeaseTold {
    /// Seconds left; 0 of a lease that was to be kept alive and is not there, -1 otherwise.
    pub(crate) ttl_seconds: i64,
    /// Seconds it was granted; 0 when it is not there.
    pub(crate) granted_seconds: i64,
    /// Its keys, if they were asked for.
    pub(crate) keys: Vec<Vec<u8>>,
}

/// A change of members that the leader is asked for.
#[derive(Clone, Debug)]
pub(crate) enum MemberAsk {
    /// A new member, that is to be started afterwards.
    Add {
        /// Its id is made from them and the second of the addition.
        peer_urls: Vec<String>,
        /// Whether it has no vote.
        learner: bool,
    },
    /// A vote for a learner.
    Promote {
        /// Its id.
        id: u64,
    },
    /// One member fewer.
    Remove {
        /// Its id.
        id: u64,
    },
    /// Other peer URLs.
    Update {
        /// Whose.
        id: u64,
        /// The new ones.
        peer_urls: Vec<String>,
    },
    /// A started member tells its name and where clients reach it.
    Publish {
        /// The member as it is.
        member: Member,
    },
}

/// A change that was committed.
#[derive(Clone, Debug)]
pub(crate) struct MemberDone {
    /// The index of the list that was committed.
    pub(crate) index: u64,
    /// The member that it is about, as it is in that list; of a removed one, as it was.
    pub(crate) member: Member,
}

/// Why the leader did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberRefusal {
    /// As with a write.
    Raft(Refusal),
    /// etcd's own word.
    Server(ServerError),
}

/// What the leader says to a change of members.
pub(crate) type MemberReply = Result<MemberDone, MemberRefusal>;
