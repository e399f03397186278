//! The cluster of Raft Playground: real openraft nodes under virtual time.
//!
//! No browser, no wall clock, no entropy, no threads: the same code natively
//! and in wasm, and the same trace, byte for byte.

pub mod client;
pub mod cluster;
pub mod disk;
pub mod etcdctl;
pub mod headless;
pub mod kv;
pub mod network;
pub mod node;
pub mod runtime;
pub mod safety;
pub mod scenario;
pub mod units;
