//! # The leader fails
//!
//! Put the built playground beside the documentation, into `target/doc/playground/`. The snippet is what
//! `raft-playground embed leader-fails.scenario --source ../playground` prints: live where scripts run, else a picture
//! and a transcript.
#![doc = include_str!("../leader-fails.html")]
