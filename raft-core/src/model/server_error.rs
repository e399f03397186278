//! etcd's server errors, in etcd's words: an endpoint refuses a call for reasons beyond the store's.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kv::KvError;

/// A refusal: the call was certainly not carried out. `Display` writes etcd's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ServerError {
    /// The store rejected it.
    Store(KvError),
    /// The endpoint knows no leader.
    NoLeader,
    /// Only the leader accepts this call.
    NotLeader,
    /// Leadership changed before the call was carried out.
    LeaderChanged,
    /// The server's own timeout passed.
    Timeout,
    /// The server's own timeout passed after it lost its leader.
    TimeoutLeaderLost,
    /// The server is being stopped.
    Stopped,
    /// Too many proposals wait to be applied.
    TooManyRequests,
    /// Too few members are connected for a change of members.
    UnhealthyCluster,
    /// A member with this id exists.
    MemberExists,
    /// Another member has one of these peer URLs.
    PeerUrlsExist,
    /// Too few started members would remain.
    NotEnoughStartedMembers,
    /// A peer URL is invalid.
    BadMemberUrls,
    /// No member has this id.
    MemberNotFound,
    /// The member is no learner: it has a vote already.
    NotLearner,
    /// The learner lacks entries that the leader has.
    LearnerNotReady,
    /// The cluster has the largest number of learners already: one.
    TooManyLearners,
    /// The member cannot become leader: it is unknown or has no vote.
    BadLeaderTransferee,
    /// A learner serves only serializable reads and its status.
    NotSupportedForLearner,
    /// The playground's own error: the ring has room for nine nodes.
    RingFull,
}

impl ServerError {
    /// etcd's message.
    pub fn message(self) -> &'static str {
        match self {
            ServerError::Store(error) => error.message(),
            ServerError::NoLeader => "etcdserver: no leader",
            ServerError::NotLeader => "etcdserver: not leader",
            ServerError::LeaderChanged => "etcdserver: leader changed",
            ServerError::Timeout => "etcdserver: request timed out",
            ServerError::TimeoutLeaderLost => {
                "etcdserver: request timed out, possibly due to previous leader failure"
            }
            ServerError::Stopped => "etcdserver: server stopped",
            ServerError::TooManyRequests => "etcdserver: too many requests",
            ServerError::UnhealthyCluster => "etcdserver: unhealthy cluster",
            ServerError::MemberExists => "etcdserver: member ID already exist",
            ServerError::PeerUrlsExist => "etcdserver: Peer URLs already exists",
            ServerError::NotEnoughStartedMembers => {
                "etcdserver: re-configuration failed due to not enough started members"
            }
            ServerError::BadMemberUrls => "etcdserver: given member URLs are invalid",
            ServerError::MemberNotFound => "etcdserver: member not found",
            ServerError::NotLearner => "etcdserver: can only promote a learner member",
            ServerError::LearnerNotReady => {
                "etcdserver: can only promote a learner member which is in sync with leader"
            }
            ServerError::TooManyLearners => "etcdserver: too many learner members in cluster",
            ServerError::BadLeaderTransferee => "etcdserver: bad leader transferee",
            ServerError::NotSupportedForLearner => "etcdserver: rpc not supported for learner",
            ServerError::RingFull => "the playground has room for nine nodes",
        }
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for ServerError {}

impl From<KvError> for ServerError {
    fn from(error: KvError) -> Self {
        ServerError::Store(error)
    }
}
