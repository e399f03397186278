//! The cluster of Raft Playground: real openraft nodes under virtual time.
//!
//! No browser, no wall clock, no entropy, no threads: the same code natively
//! and in wasm, and the same trace, byte for byte.
//!
//! ```
//! use raft_core::cluster::Cluster;
//! use raft_core::model::{Action, Settings};
//! use raft_core::units::SECOND;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut cluster = Cluster::new(Settings::with_seed(7))?; // five nodes, and a seed that all chance comes from
//! cluster.advance(SECOND); // virtual time, in nanoseconds
//! let old = cluster.status().leader.ok_or("nobody leads yet")?;
//! cluster.apply(Action::Crash(old))?; // no shutdown code runs, what was not fsynced is lost
//! cluster.advance(3 * SECOND);
//! let new = cluster.status().leader.ok_or("no other was elected")?;
//! assert_ne!(new, old);
//! assert!(cluster.violations().is_empty()); // judged after every event
//! println!("node{new} after node{old}; {} events, trace {:016x}", cluster.event_count(), cluster.trace_hash());
//! # Ok(())
//! # }
//! ```
//!
//! More stands in `raft-core/examples/`: a first write, a partition, a check of one's own, a custom scenario.
//!
//! # Layout
//!
//! * [`cluster`]: the facade. [`cluster::Action`]s go in, [`cluster::ClusterView`]s and
//!   [`cluster::Event`]s come out. Start reading here.
//! * [`scenario`]: the one language for tests, lessons, links and embeds.
//! * [`link`]: a scenario and what to look at, as the hash of an address.
//! * [`chaos`]: random faults and clients on a cluster, and a score of how it did.
//! * [`etcdctl`]: command lines in, the real tool's text out.
//! * [`headless`]: what the `raft-playground` binary and the wasm runner share.
//! * [`fuzz`]: targets that take any bytes and hold a promise against what becomes of them.
//! * [`safety`]: Raft's properties and linearizability, judged from events alone.
//! * [`tape`]: a recording from which the view at any past instant is read.
//! * [`kv`]: etcd's data model as a pure state machine.
//! * [`runtime`]: virtual time, one clock domain a node, seeded randomness.
//! * `network`, `disk`, `node`, `client`: what openraft runs on, and who talks to it.

// The page is made of this: see .clippy.toml.
#![cfg_attr(not(test), warn(clippy::disallowed_methods, clippy::disallowed_types))]

pub mod chaos;
pub mod cluster;
pub mod etcdctl;
pub mod fuzz;
pub mod headless;
pub mod kv;
pub mod link;
pub mod model;
pub mod runtime;
pub mod safety;
pub mod scenario;
pub mod tape;
pub mod units;
pub mod words;

mod base64;
mod client;
mod digest;
mod disk;
mod network;
mod node;
mod node_set;
mod raft;
mod recorder;
mod small_map;
