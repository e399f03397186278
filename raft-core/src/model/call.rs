//! The calls of etcd's API beside put, range, delete, transaction, compaction and the granting
//! and revoking of leases, which are [`Command`](crate::kv::Command)s and reads: as data, with
//! their answers.

use serde::{Deserialize, Serialize};

use super::request::RequestId;
pub use crate::kv::WatchRequest;
use crate::kv::{Alarm, KeyValue, LeaseId};

/// A call that is neither a command for the log nor a read of a range.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Call {
    /// How long a lease still lives (etcd's `LeaseTimeToLive`); the leader answers.
    LeaseTimeToLive {
        /// Which.
        id: LeaseId,
        /// Whether the keys that hang on it are wanted.
        keys: bool,
    },
    /// Gives a lease its full time to live again (one message of `LeaseKeepAlive`); the leader answers.
    LeaseKeepAlive {
        /// Which.
        id: LeaseId,
    },
    /// Every lease that the endpoint knows (`LeaseLeases`).
    LeaseList,
    /// Every alarm that stands (`Alarm` with `GET`).
    AlarmList,
    /// The members as the endpoint knows them (`MemberList`).
    MemberList,
    /// Adds a member that is to be started afterwards (`MemberAdd`).
    MemberAdd {
        /// Its peer URLs, not empty.
        peer_urls: Vec<String>,
        /// Whether it joins without a vote.
        learner: bool,
    },
    /// Gives a learner its vote (`MemberPromote`).
    MemberPromote {
        /// Its id.
        id: u64,
    },
    /// Removes a member (`MemberRemove`).
    MemberRemove {
        /// Its id.
        id: u64,
    },
    /// Changes a member's peer URLs (`MemberUpdate`).
    MemberUpdate {
        /// Its id.
        id: u64,
        /// The new peer URLs, not empty.
        peer_urls: Vec<String>,
    },
    /// Hands leadership over (`MoveLeader`); only the leader does.
    MoveLeader {
        /// The id of the member that shall lead.
        target: u64,
    },
    /// How the endpoint is (`Status`).
    Status,
    /// A hash of the endpoint's key-value history (`HashKV`).
    HashKv {
        /// Up to which revision; 0 means all.
        revision: i64,
    },
    /// Gives free space of the endpoint's database back (`Defragment`).
    Defragment,
    /// A copy of the endpoint's database (`Snapshot`).
    Snapshot,
    /// Follows changes. The request runs until it is cancelled, refused or hung up; what it sees
    /// comes as [`EventKind::RequestProgress`](super::EventKind::RequestProgress).
    Watch(WatchRequest),
    /// Ends a watch of the same client. That one's request then ends with
    /// [`CallResponse::WatchEnded`].
    WatchCancel {
        /// The request that made it.
        watch: RequestId,
    },
    /// Asks a watch for a response without events, so that its client learns the revision up to
    /// which it saw everything.
    WatchProgress {
        /// The request that made it.
        watch: RequestId,
    },
}

impl Call {
    /// Whether the call may change something: then a client must not send it twice.
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

    /// About how many bytes it takes: its keys.
    pub fn bytes(&self) -> u64 {
        if let Call::Watch(watch) = self { watch.range.bytes() } else { 0 }
    }

    /// etcd's name of the call.
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

/// Who answered, and how far it was (etcd's `ResponseHeader`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ResponseHeader {
    /// The cluster's id.
    pub cluster_id: u64,
    /// The id of the member that answered.
    pub member_id: u64,
    /// Its store's revision; 0 where etcd leaves it out (the calls about members).
    pub revision: u64,
    /// Its term.
    pub raft_term: u64,
}

/// A good answer to a [`Call`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CallResponse {
    /// How long a lease still lives.
    LeaseTimeToLive {
        /// Which.
        id: LeaseId,
        /// Seconds left; -1 when there is no such lease.
        ttl_seconds: i64,
        /// Seconds it was granted; 0 when there is no such lease.
        granted_seconds: i64,
        /// The keys on it, if they were asked for.
        keys: Vec<Vec<u8>>,
    },
    /// A lease has its full time again.
    LeaseKeepAlive {
        /// Which.
        id: LeaseId,
        /// Seconds it lives from now; 0 when there is no such lease.
        ttl_seconds: i64,
    },
    /// Every lease, those that expire first in front.
    LeaseList(Vec<LeaseId>),
    /// Every alarm that stands, by member.
    AlarmList(Vec<Alarm>),
    /// The members, by id.
    MemberList(Vec<Member>),
    /// A member was added.
    MemberAdd {
        /// The new one.
        member: Member,
        /// All of them now, by id.
        members: Vec<Member>,
    },
    /// A learner has a vote; all members now, by id.
    MemberPromote(Vec<Member>),
    /// A member was removed; all that are left, by id.
    MemberRemove(Vec<Member>),
    /// A member's URLs were changed; all members now, by id.
    MemberUpdate(Vec<Member>),
    /// Leadership was handed over.
    MoveLeader,
    /// How the endpoint is.
    Status(EndpointStatus),
    /// A hash of the history.
    HashKv {
        /// The hash.
        hash: u32,
        /// The revision below which history is compacted; -1 when it never was.
        compact_revision: i64,
    },
    /// The database was rewritten.
    Defragment,
    /// A copy of the database.
    Snapshot(SnapshotSummary),
    /// A watch was ended at its client's wish.
    WatchEnded,
    /// A request about another one was taken: the answer comes with that one.
    Taken,
}

/// A member of the cluster (etcd's `Member`). Members' lists in the log hold it for each node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Member {
    /// Its id.
    pub id: u64,
    /// Its name; empty until it has started.
    pub name: String,
    /// Where its peers reach it.
    pub peer_urls: Vec<String>,
    /// Where clients reach it; empty until it has started.
    pub client_urls: Vec<String>,
    /// Whether it has no vote.
    pub learner: bool,
}

impl Member {
    /// Whether it has ever run: then it has told its name.
    pub fn is_started(&self) -> bool {
        !self.name.is_empty()
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> u64 {
        let urls = self.peer_urls.iter().chain(&self.client_urls);
        8 + self.name.len() as u64 + urls.map(|url| url.len() as u64).sum::<u64>()
    }
}

/// How an endpoint is (etcd's `StatusResponse`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EndpointStatus {
    /// Bytes that its database takes on the disk.
    pub db_size: u64,
    /// Bytes of them in use.
    pub db_size_in_use: u64,
    /// The id of the leader that it knows; 0 when it knows none.
    pub leader: u64,
    /// The last index in its log that it knows to be committed.
    pub raft_index: u64,
    /// The term of the last entry it applied.
    pub raft_term: u64,
    /// The index of the last entry it applied.
    pub raft_applied_index: u64,
    /// What is wrong, in etcd's words: alarms, or that there is no leader.
    pub errors: Vec<String>,
    /// Whether it has no vote.
    pub learner: bool,
}

/// What `etcdctl snapshot status` tells of a copy of a database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SnapshotSummary {
    /// A hash of the database.
    pub hash: u32,
    /// The store's revision in it.
    pub revision: u64,
    /// How many keys it holds, counted in all of etcd's buckets.
    pub total_keys: u64,
    /// Its size in bytes.
    pub total_size: u64,
}

/// A message of a watch (etcd's `WatchResponse`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WatchResponse {
    /// Who sends it.
    pub header: ResponseHeader,
    /// Whether it says that the watch has begun; then it holds no events.
    pub created: bool,
    /// Whether it says that the server ended the watch.
    pub canceled: bool,
    /// When the start revision was compacted: the first revision that can be watched. Else 0.
    pub compact_revision: i64,
    /// Why the server ended it, in etcd's words.
    pub cancel_reason: String,
    /// The events: those of one revision are never torn apart.
    pub events: Vec<WatchEvent>,
}

/// A change of a key (etcd's `Event`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WatchEvent {
    /// Whether the key was deleted; else it was set.
    pub delete: bool,
    /// The pair as it is now; of a deleted one only key and mod_revision.
    pub kv: KeyValue,
    /// The pair before, if it was asked for and there.
    pub prev_kv: Option<KeyValue>,
}
