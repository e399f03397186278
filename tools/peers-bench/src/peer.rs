//! What the two peers share, openraft's types, and the one thing in which they
//! differ: the runtime, and with it how virtual time passes.

use std::fmt;

use openraft::impls::leader_id_std;
use openraft::vote::RaftLeaderId;
use openraft::{EntryPayload, RaftTypeConfig};
use openraft_rt_sim::SimRuntime;

/// One leader a term, as in raft-core.
pub type LeaderId = leader_id_std::LeaderId<u64, u64>;
/// What an entry keeps of the leader that appended it.
pub type CommittedLeaderId = <LeaderId as RaftLeaderId>::Committed;
/// A node's vote.
pub type Vote = openraft::impls::Vote<LeaderId>;
/// Term and index of an entry.
pub type LogId = openraft::LogId<CommittedLeaderId>;
/// What an entry holds.
pub type Payload = EntryPayload<Put, u64, ()>;
/// An entry of the log.
pub type Entry = openraft::Entry<CommittedLeaderId, Payload>;
/// The members, and the entry that says so.
pub type Members = openraft::StoredMembership<CommittedLeaderId, u64, ()>;
/// What a snapshot covers.
pub type SnapshotMeta = openraft::SnapshotMeta<CommittedLeaderId, u64, ()>;
/// A snapshot.
pub type Snapshot = openraft::Snapshot<CommittedLeaderId, u64, (), Vec<u8>>;

/// The one command of the store: sets a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// The key.
    pub key: Vec<u8>,
    /// Its new value.
    pub value: Vec<u8>,
}

impl fmt::Display for Put {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "put {}", String::from_utf8_lossy(&self.key))
    }
}

/// A runtime under virtual time that openraft runs on.
pub trait Peer:
    RaftTypeConfig<
        D = Put,
        R = u64,
        NodeId = u64,
        Node = (),
        Term = u64,
        LeaderId = LeaderId,
        Vote = Vote,
        Payload = Payload,
        Entry = Entry,
    >
{
    /// The peer's name in the table of speeds.
    const NAME: &'static str;

    /// Runs to the future's end on a fresh runtime, then drops the runtime with all of its tasks.
    ///
    /// # Errors
    /// The runtime does not start, or the future says so.
    fn block_on<T>(future: impl Future<Output = Result<T, String>>) -> Result<T, String>;
}

openraft::declare_raft_types!(
    /// openraft on its authors' simulated runtime.
    pub Simulated:
        D = Put,
        R = u64,
        Node = (),
        LeaderId = LeaderId,
        AsyncRuntime = SimRuntime,
);

impl Peer for Simulated {
    const NAME: &'static str = "openraft-rt-sim";

    fn block_on<T>(future: impl Future<Output = Result<T, String>>) -> Result<T, String> {
        use openraft::AsyncRuntime;
        SimRuntime::with_seed(crate::SEED).block_on(future)
    }
}

openraft::declare_raft_types!(
    /// openraft on tokio, whose clock is paused: it jumps to the next timer when nothing can run.
    pub Paused:
        D = Put,
        R = u64,
        Node = (),
        LeaderId = LeaderId,
        AsyncRuntime = openraft::impls::TokioRuntime,
);

impl Peer for Paused {
    const NAME: &'static str = "tokio-paused";

    fn block_on<T>(future: impl Future<Output = Result<T, String>>) -> Result<T, String> {
        // openraft's own constructor would start threads, and a clock that runs by itself.
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_time().start_paused(true).build().map_err(|e| e.to_string())?;
        runtime.block_on(future)
    }
}
