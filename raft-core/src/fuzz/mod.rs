//! Fuzz targets: each takes any bytes, handles them as the playground handles untrusted input, and checks a
//! property of the result. A panic fails a target, too.
//!
//! The targets run in two ways:
//! - `cargo xtask fuzz TARGET` runs them with cargo-fuzz (`tools/fuzz`), guided by coverage, for any length
//!   of time.
//! - `raft-core/tests/fuzz.rs` runs them on stable Rust with the same inputs each time: the corpus that
//!   cargo-fuzz keeps in `tools/fuzz/corpus`, whole scenarios, recorded command lines, and [`Mutations`] of
//!   all these.

mod cluster;
mod etcdctl;
mod feed;
mod mutate;
mod request;
mod texts;

pub use mutate::Mutations;

/// A fuzz target.
pub struct Target {
    /// The name, in commands and of the corpus folder.
    pub name: &'static str,
    /// The property that it checks.
    pub about: &'static str,
    /// Judges an input. Returns an error that says how the property is broken.
    pub judge: fn(&[u8]) -> Result<(), String>,
}

/// All targets.
pub const TARGETS: [Target; 4] = [
    Target {
        name: "scenario",
        about: "a text that parses prints as a text of the same scenario, and can be played",
        judge: texts::scenario,
    },
    Target {
        name: "link",
        about: "a link that opens can be encoded again, and then opens as the same run",
        judge: texts::link,
    },
    Target {
        name: "etcdctl",
        about: "lines typed into terminals of a running cluster, with input, interrupts and pauses: the run goes on",
        judge: etcdctl::judge,
    },
    Target {
        name: "cluster",
        about: "any actions and requests at any time: the run goes on, refusals change nothing, safety holds",
        judge: cluster::judge,
    },
];

/// Returns the target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
