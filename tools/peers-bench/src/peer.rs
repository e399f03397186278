//! The types of openraft that the two peers share, and their runtimes, in which they differ.

use std::fmt;

use openraft::impls::leader_id_std;
use openraft::vote::RaftLeaderId;
use openraft::{EntryPayload, RaftTypeConfig};
use openraft_rt_sim::SimRuntime;

/// One leader per term, as in raft-core.
pub type LeaderId = leader_id_std::LeaderId<u64, u64>;
/// The leader that appended an entry, as the entry stores it.
pub type CommittedLeaderId = <LeaderId as RaftLeaderId>::Committed;
/// A node's vote.
pub type Vote = openraft::impls::Vote<LeaderId>;
/// The term and index of an entry.
pub type LogId = openraft::LogId<CommittedLeaderId>;
/// The content of an entry.
pub type Payload = EntryPayload<Put, u64, ()>;
/// An entry of the log.
pub type Entry = openraft::Entry<CommittedLeaderId, Payload>;
/// A membership configuration, and the id of its entry.
pub type Members = openraft::StoredMembership<CommittedLeaderId, u64, ()>;
/// The last entry and the configuration that a snapshot covers.
pub type SnapshotMeta = openraft::SnapshotMeta<CommittedLeaderId, u64, ()>;
/// A snapshot.
pub type Snapshot = openraft::Snapshot<CommittedLeaderId, u64, (), Vec<u8>>;

/// The only command of the store: sets a key.
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

/// openraft on a runtime with virtual time.
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
    /// The name of the peer in results.
    const NAME: &'static str;

    /// Runs a future to its end on a new runtime, then drops the runtime with all of its tasks.
    ///
    /// # Errors
    /// The runtime does not start, or the future returns an error.
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
    /// openraft on tokio with a paused clock, which jumps to the next timer when no task can run.
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
        // openraft's own constructor would start threads and a running clock.
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_time().start_paused(true).build().map_err(|e| e.to_string())?;
        runtime.block_on(future)
    }
}
