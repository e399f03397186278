//! The units every room shares: virtual time and node numbers.

/// Virtual time, and spans of it, in nanoseconds since the cluster was created.
pub type Nanos = u64;
/// One microsecond in virtual nanoseconds.
pub const MICROSECOND: Nanos = 1_000;
/// One millisecond in virtual nanoseconds.
pub const MILLISECOND: Nanos = 1_000_000;
/// One second in virtual nanoseconds.
pub const SECOND: Nanos = 1_000_000_000;

/// A member's number: `node1` is 1. Numbers run from 1 to [`NODES_MAX`].
pub type NodeId = u64;
/// The largest cluster the playground draws.
pub const NODES_MAX: NodeId = 9;

/// The longest request that a server takes, in bytes: etcd's default `--max-request-bytes`.
pub const REQUEST_BYTES_MAX: u64 = 1_572_864;
/// The longest message that a client sends, in bytes, as etcd's client has it.
pub const MESSAGE_BYTES_MAX: u64 = 2_097_152;
