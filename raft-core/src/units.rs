//! Units and limits that every module shares: virtual time, node ids, message sizes.

/// Virtual nanoseconds: either an instant, counted from the creation of the cluster, or a duration.
pub type Nanos = u64;
/// One microsecond in virtual nanoseconds.
pub const MICROSECOND: Nanos = 1_000;
/// One millisecond in virtual nanoseconds.
pub const MILLISECOND: Nanos = 1_000_000;
/// One second in virtual nanoseconds.
pub const SECOND: Nanos = 1_000_000_000;

/// A node's id, from 1 to [`NODES_MAX`]: `node1` has id 1.
pub type NodeId = u64;
/// The largest number of nodes in a cluster.
pub const NODES_MAX: NodeId = 9;

/// The largest request that a server accepts, in bytes: etcd's default `--max-request-bytes`.
pub const REQUEST_BYTES_MAX: u64 = 1_572_864;
/// The largest message that a client sends, in bytes: the limit of etcd's own client.
pub const MESSAGE_BYTES_MAX: u64 = 2_097_152;
