//! Fuzz targets: each takes any bytes, does with them what the playground does with what strangers bring, and
//! holds a promise against the result. A panic is a broken promise, too.
//!
//! The same functions run in two ways. `cargo xtask fuzz TARGET` gives them to cargo-fuzz (`tools/fuzz`), which
//! steers by coverage and runs for as long as one likes. `raft-core/tests/fuzz.rs` gives them on stable what
//! cargo-fuzz has kept in `tools/fuzz/corpus`, whole scenarios and recorded command lines, and [`Mutations`] of
//! all that: the same inputs each time.

mod cluster;
mod etcdctl;
mod feed;
mod mutate;
mod request;
mod texts;

pub use mutate::Mutations;

/// A target by its name.
pub struct Target {
    /// Its name: the command's, and the corpus folder's.
    pub name: &'static str,
    /// What it holds to what.
    pub about: &'static str,
    /// Judges an input. An error says which promise is broken.
    pub judge: fn(&[u8]) -> Result<(), String>,
}

/// Every target.
pub const TARGETS: [Target; 4] = [
    Target {
        name: "scenario",
        about: "a text that parses is printed as the text of the same scenario, and can be played",
        judge: texts::scenario,
    },
    Target {
        name: "link",
        about: "a link that opens can be written, and opens as the same run again",
        judge: texts::link,
    },
    Target {
        name: "etcdctl",
        about: "lines typed into terminals of a running cluster, with input, interrupts and time between them",
        judge: etcdctl::judge,
    },
    Target {
        name: "cluster",
        about: "any actions and requests at any time: the run goes on, refusals change nothing, safety holds",
        judge: cluster::judge,
    },
];

/// A target by its name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
