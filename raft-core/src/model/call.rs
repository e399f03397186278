//! The remaining calls of etcd's API and their answers, as data.
//!
//! Put, range, delete, transaction, compaction, and granting and revoking a lease are
//! [`Command`](crate::kv::Command)s and reads; everything else is here.

use serde::{Deserialize, Serialize};

use super::request::RequestId;
pub use crate::kv::WatchRequest;
use crate::kv::{Alarm, KeyValue, LeaseId};

/// A call that is neither a command in the log nor a read of a range.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Call {
    /// Asks for the remaining time of a lease (etcd's `LeaseTimeToLive`); the leader answers.
    LeaseTimeToLive {
        /// The lease.
        id: LeaseId,
        /// Whether to return the keys attached to it.
        keys: bool,
    },
    /// Renews a lease to its full time to live (one message of `LeaseKeepAlive`); the leader answers.
    LeaseKeepAlive {
        /// The lease.
        id: LeaseId,
    },
    /// Lists the leases that the endpoint knows (`LeaseLeases`).
    LeaseList,
    /// Lists the active alarms (`Alarm` with `GET`).
    AlarmList,
    /// Lists the members that the endpoint knows (`MemberList`).
    MemberList,
    /// Adds a member; its process is started afterwards (`MemberAdd`).
    MemberAdd {
        /// The member's peer URLs; not empty.
        peer_urls: Vec<String>,
        /// Whether it joins as a learner, without a vote.
        learner: bool,
    },
    /// Gives a learner its vote (`MemberPromote`).
    MemberPromote {
        /// The member id.
        id: u64,
    },
    /// Removes a member (`MemberRemove`).
    MemberRemove {
        /// The member id.
        id: u64,
    },
    /// Changes a member's peer URLs (`MemberUpdate`).
    MemberUpdate {
        /// The member id.
        id: u64,
        /// The new peer URLs, not empty.
        peer_urls: Vec<String>,
    },
    /// Transfers leadership (`MoveLeader`); only the leader accepts it.
    MoveLeader {
        /// The member id of the next leader.
        target: u64,
    },
    /// Asks for the endpoint's status (`Status`).
    Status,
    /// Asks for a hash of the endpoint's key-value history (`HashKV`).
    HashKv {
        /// The last revision to hash; 0 means all.
        revision: i64,
    },
    /// Returns free space of the endpoint's database to the disk (`Defragment`).
    Defragment,
    /// Asks for a copy of the endpoint's database (`Snapshot`).
    Snapshot,
    /// Watches a range for changes. The request runs until it is cancelled, refused or hung up; its responses
    /// arrive as [`EventKind::RequestProgress`](super::EventKind::RequestProgress).
    Watch(WatchRequest),
    /// Cancels a watch of the same client. The watch's request then ends with
    /// [`CallResponse::WatchEnded`].
    WatchCancel {
        /// The request that created the watch.
        watch: RequestId,
    },
    /// Asks a watch for a response without events, which tells its client the revision up to which it has seen
    /// everything.
    WatchProgress {
        /// The request that created the watch.
        watch: RequestId,
    },
}

impl Call {
    /// Whether the call may change something, so that a client must not send it twice.
    pub fn is_write(&self) -> bool {
        matches!(
            self,
            Call::MemberAdd { .. }
                | Call::MemberPromote { .. }
                | Call::MemberRemove { .. }
                | Call::MemberUpdate { .. }
                | Call::MoveLeader { .. }
        )
    }

    /// Approximate size in bytes: its keys.
    pub fn bytes(&self) -> u64 {
        if let Call::Watch(watch) = self { watch.range.bytes() } else { 0 }
    }

    /// The call's name in etcd's API.
    pub fn name(&self) -> &'static str {
        match self {
            Call::LeaseTimeToLive { .. } => "LeaseTimeToLive",
            Call::LeaseKeepAlive { .. } => "LeaseKeepAlive",
            Call::LeaseList => "LeaseLeases",
            Call::AlarmList => "AlarmList",
            Call::MemberList => "MemberList",
            Call::MemberAdd { .. } => "MemberAdd",
            Call::MemberPromote { .. } => "MemberPromote",
            Call::MemberRemove { .. } => "MemberRemove",
            Call::MemberUpdate { .. } => "MemberUpdate",
            Call::MoveLeader { .. } => "MoveLeader",
            Call::Status => "Status",
            Call::HashKv { .. } => "HashKV",
            Call::Defragment => "Defragment",
            Call::Snapshot => "Snapshot",
            Call::Watch(_) => "Watch",
            Call::WatchCancel { .. } => "WatchCancel",
            Call::WatchProgress { .. } => "WatchProgress",
        }
    }
}

/// The member that answered, with its revision and term (etcd's `ResponseHeader`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ResponseHeader {
    /// The cluster's id.
    pub cluster_id: u64,
    /// The id of the member that answered.
    pub member_id: u64,
    /// The revision of its store; 0 where etcd leaves it out (the member calls).
    pub revision: u64,
    /// The term of that member.
    pub raft_term: u64,
}

/// The answer to a [`Call`] that succeeded.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CallResponse {
    /// The remaining time of a lease.
    LeaseTimeToLive {
        /// The lease.
        id: LeaseId,
        /// Seconds left; -1 when the lease does not exist.
        ttl_seconds: i64,
        /// Seconds granted; 0 when the lease does not exist.
        granted_seconds: i64,
        /// The keys attached to it, if they were asked for.
        keys: Vec<Vec<u8>>,
    },
    /// The lease was renewed.
    LeaseKeepAlive {
        /// The lease.
        id: LeaseId,
        /// Seconds left from now; 0 when the lease does not exist.
        ttl_seconds: i64,
    },
    /// Every lease, in the order of expiry.
    LeaseList(Vec<LeaseId>),
    /// Every active alarm, by member id.
    AlarmList(Vec<Alarm>),
    /// The members, by member id.
    MemberList(Vec<Member>),
    /// A member was added.
    MemberAdd {
        /// The new member.
        member: Member,
        /// All members now, by member id.
        members: Vec<Member>,
    },
    /// A learner was promoted; all members now, by member id.
    MemberPromote(Vec<Member>),
    /// A member was removed; the remaining members, by member id.
    MemberRemove(Vec<Member>),
    /// A member's URLs were changed; all members now, by member id.
    MemberUpdate(Vec<Member>),
    /// Leadership was transferred.
    MoveLeader,
    /// The endpoint's status.
    Status(EndpointStatus),
    /// A hash of the history.
    HashKv {
        /// The hash.
        hash: u32,
        /// The compacted revision; -1 when the store was never compacted.
        compact_revision: i64,
    },
    /// The database was defragmented.
    Defragment,
    /// A copy of the database.
    Snapshot(SnapshotSummary),
    /// The client cancelled the watch.
    WatchEnded,
    /// The endpoint accepted a request about another request, whose answer follows there.
    Taken,
}

/// A member of the cluster (etcd's `Member`). A member list in the log holds one for each node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Member {
    /// The member id.
    pub id: u64,
    /// The member's name; empty until it has started.
    pub name: String,
    /// The URLs for its peers.
    pub peer_urls: Vec<String>,
    /// The URLs for clients; empty until it has started.
    pub client_urls: Vec<String>,
    /// Whether it is a learner, without a vote.
    pub learner: bool,
}

impl Member {
    /// Whether it has ever run, and so published its name.
    pub fn is_started(&self) -> bool {
        !self.name.is_empty()
    }

    /// Approximate size in bytes.
    pub fn bytes(&self) -> u64 {
        let urls = self.peer_urls.iter().chain(&self.client_urls);
        8 + self.name.len() as u64 + urls.map(|url| url.len() as u64).sum::<u64>()
    }
}

/// The status of an endpoint (etcd's `StatusResponse`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EndpointStatus {
    /// Bytes of its database on disk.
    pub db_size: u64,
    /// Bytes of its database in use.
    pub db_size_in_use: u64,
    /// The member id of the leader that it knows; 0 when it knows none.
    pub leader: u64,
    /// Its commit index.
    pub raft_index: u64,
    /// The term of the last applied entry.
    pub raft_term: u64,
    /// Its applied index.
    pub raft_applied_index: u64,
    /// Problems in etcd's words: alarms, or a missing leader.
    pub errors: Vec<String>,
    /// Whether it has no vote.
    pub learner: bool,
}

/// What `etcdctl snapshot status` prints about a copy of a database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SnapshotSummary {
    /// A hash of the database.
    pub hash: u32,
    /// The store's revision in it.
    pub revision: u64,
    /// Number of keys, counted over all of etcd's buckets.
    pub total_keys: u64,
    /// Its size in bytes.
    pub total_size: u64,
}

/// A message of a watch (etcd's `WatchResponse`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WatchResponse {
    /// The member that sent it.
    pub header: ResponseHeader,
    /// Whether it announces that the watch has begun; then it holds no events.
    pub created: bool,
    /// Whether it announces that the server ended the watch.
    pub canceled: bool,
    /// The first revision that can be watched, if the start revision was compacted; else 0.
    pub compact_revision: i64,
    /// Why the server ended it, in etcd's words.
    pub cancel_reason: String,
    /// The events. All events of one revision are in one response.
    pub events: Vec<WatchEvent>,
}

/// A change of a key (etcd's `Event`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WatchEvent {
    /// Whether the key was deleted; otherwise it was put.
    pub delete: bool,
    /// The pair as it is now; for a deleted key only `key` and `mod_revision`.
    pub kv: KeyValue,
    /// The pair before the change, if it was asked for and existed.
    pub prev_kv: Option<KeyValue>,
}
