//! `raft_core::fuzz`, target `etcdctl`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| raft_playground_fuzz::judge("etcdctl", input));
