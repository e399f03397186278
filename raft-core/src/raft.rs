//! openraft's types, as this crate instantiates them.
//!
//! Invariant: no type of openraft leaves this crate, so that a newer openraft changes this file and its users here.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use openraft::EntryPayload;

use crate::digest::{PortableHasher, digest_of};
use crate::kv::{Command, KvError, Pieces, Response};
use crate::model::{Configuration, EntryMark, Member};

openraft::declare_raft_types!(
    /// `leader_id_std` allows one leader per term, as in the paper; openraft's default allows several.
    /// The member is shared, because openraft clones the leader's member in nearly each of its turns.
    pub Types:
        D = Rc<Command>,
        R = Result<Response, KvError>,
        NodeId = u64,
        Node = Rc<Member>,
        Term = u64,
        LeaderId = openraft::impls::leader_id_std::LeaderId<Self::Term, Self::NodeId>,
        AsyncRuntime = crate::runtime::VirtualRuntime,
);

pub(crate) type LogId = openraft::alias::LogIdOf<Types>;
pub(crate) type Vote = openraft::alias::VoteOf<Types>;
pub(crate) type Entry = openraft::alias::EntryOf<Types>;
pub(crate) type Membership = openraft::Membership<u64, Rc<Member>>;
pub(crate) type StoredMembership = openraft::alias::StoredMembershipOf<Types>;
pub(crate) type SnapshotMeta = openraft::alias::SnapshotMetaOf<Types>;
pub(crate) type Snapshot = openraft::alias::SnapshotOf<Types, Rc<Pieces>>;

/// The term in which an entry was appended.
pub(crate) fn term_of(id: &LogId) -> u64 {
    id.leader_id.term
}

/// Index, term and digest of an entry.
pub(crate) fn mark_of(entry: &Entry) -> EntryMark {
    let digest = match &entry.payload {
        EntryPayload::Blank => 0,
        EntryPayload::Normal(command) => digest_of(command),
        EntryPayload::Membership(members) => membership_digest(members),
    };
    EntryMark { index: entry.log_id.index, term: term_of(&entry.log_id), digest }
}

/// A digest of a member list: its voters, and every field of each member.
fn membership_digest(members: &Membership) -> u64 {
    let mut hasher = PortableHasher::new();
    configuration_of(members).hash(&mut hasher);
    members.nodes().for_each(|(_, member)| member.hash(&mut hasher));
    hasher.finish()
}

/// The voters and learners of a member list.
pub(crate) fn configuration_of(members: &Membership) -> Configuration {
    Configuration {
        voters: members.get_joint_config().iter().map(|set| set.iter().copied().collect()).collect(),
        learners: members.learner_ids().collect(),
    }
}

/// Index and configuration of an entry that is a member list.
pub(crate) fn list_of(entry: &Entry) -> Option<(u64, Configuration)> {
    match &entry.payload {
        EntryPayload::Membership(members) => Some((entry.log_id.index, configuration_of(members))),
        _ => None,
    }
}

/// A short label of an entry.
pub(crate) fn label_of(entry: &Entry) -> String {
    match &entry.payload {
        EntryPayload::Blank => "blank".to_owned(),
        EntryPayload::Normal(command) => command.to_string(),
        EntryPayload::Membership(members) if members.get_joint_config().len() > 1 => {
            "joint members".to_owned()
        }
        EntryPayload::Membership(_) => "members".to_owned(),
    }
}

/// Approximate size of an entry on disk, in bytes.
pub(crate) fn bytes_of(entry: &Entry) -> u64 {
    let header = 24;
    header
        + match &entry.payload {
            EntryPayload::Blank => 0,
            EntryPayload::Normal(command) => command.bytes(),
            EntryPayload::Membership(members) => {
                8 * members.voter_ids().count() as u64
                    + members.nodes().map(|(_, member)| member.bytes()).sum::<u64>()
            }
        }
}
