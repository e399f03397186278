//! `raft_core::fuzz`, target `scenario`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| raft_playground_fuzz::judge("scenario", input));
