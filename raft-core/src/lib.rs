//! The cluster of Raft Playground: real openraft nodes under virtual time.
//!
//! It needs no browser, wall clock, entropy or thread. The same code runs natively and in wasm, and gives the same trace,
//! byte for byte.
//!
//! ```
//! use raft_core::cluster::Cluster;
//! use raft_core::model::{Action, Settings};
//! use raft_core::units::SECOND;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut cluster = Cluster::new(Settings::with_seed(7))?; // five nodes; all chance comes from the seed
//! cluster.advance(SECOND); // virtual time, in nanoseconds
//! let old = cluster.status().leader.ok_or("nobody leads yet")?;
//! cluster.apply(Action::Crash(old))?; // what was not fsynced is lost
//! cluster.advance(3 * SECOND);
//! let new = cluster.status().leader.ok_or("no other was elected")?;
//! assert_ne!(new, old);
//! assert!(cluster.violations().is_empty()); // judged after every event
//! println!("node{new} after node{old}; {} events, trace {:016x}", cluster.event_count(), cluster.trace_hash());
//! # Ok(())
//! # }
//! ```
//!
//! `raft-core/examples/` has more: a first write, a partition, a check of one's own, and a custom scenario.
//!
//! # Layout
//!
//! From the ground up; `ARCHITECTURE.md` has the table of what each room imports.
//!
//! * [`units`]: virtual nanoseconds, node ids and sizes.
//! * [`kv`]: etcd's data model as a pure state machine.
//! * [`runtime`]: virtual time, one clock domain for each node, and seeded randomness.
//! * [`model`]: the vocabulary. Every [`Action`](model::Action), [`Event`](model::Event) and
//!   [`ClusterView`](model::ClusterView) is here.
//! * [`safety`]: Raft's properties and linearizability, judged from events alone.
//! * [`words`]: events, messages and settings in plain English.
//! * `network`, `disk`, `node`, `client`: what openraft runs on, and who talks to it.
//! * [`cluster`]: the facade. Actions go in, events and views come out. Start reading here.
//! * [`etcdctl`]: the command line of etcd: lines in, the real tool's text out.
//! * [`tape`]: a recording from which the view at any past instant is read.
//! * [`scenario`]: the one language for tests, lessons, links and embeds.
//! * [`chaos`]: random faults and clients on a cluster, and a score of how it did.
//! * [`link`]: a scenario and what to look at, as the hash of an address.
//! * [`headless`]: what the `raft-playground` command and the wasm runner share.
//! * [`fuzz`]: targets that take any bytes and check a promise about the result.

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
