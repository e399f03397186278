//! `cargo xtask fuzz`: long runs of the fuzz targets under cargo-fuzz, which needs nightly.
//!
//! The inputs that a run finds stay in the output folder and are used by the next run. `--keep` writes the
//! fewest small inputs that reach the same code into `tools/fuzz/corpus`, from where the tests on stable read
//! them.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::process::{program, run};
use crate::{Failure, place, tools};

/// The targets, with the files of the repository from which they can start.
const TARGETS: [(&str, &[&str]); 4] = [
    ("scenario", &["tests/scenarios", "app/lessons"]),
    ("link", &["tests/links"]),
    ("etcdctl", &[]),
    ("cluster", &[]),
];
/// The package of the targets, a workspace of its own.
const PACKAGE: &str = "tools/fuzz";
/// Its manifest.
pub const MANIFEST: &str = "tools/fuzz/Cargo.toml";
/// The default duration of a run, in seconds.
pub const SECONDS: u64 = 300;
/// An input that takes longer than this is a finding; in seconds.
const SLOW_SECONDS: u64 = 20;
/// An input that needs more memory than this is a finding; in megabytes.
const MEMORY_MB: u64 = 2_048;
/// The greatest length of inputs that are tried and kept, in bytes.
const BYTES: u64 = 4_096;
const KEPT_BYTES: u64 = 400;

/// Runs a target for `seconds` seconds; then, with `keep`, keeps what it found.
pub fn fuzz(target: &str, seconds: u64, keep: bool) -> Result<(), Failure> {
    let Some((_, seeds)) = TARGETS.iter().find(|(name, _)| *name == target) else {
        let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
        return Err(format!("fuzz {target}: {} are accepted", names.join(", ")));
    };
    tools::nightly()?;
    let kept = place::root().join(PACKAGE).join("corpus").join(target);
    let found = place::target().join("fuzz").join(target);
    for folder in [&kept, &found] {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    run(cargo_fuzz("run", target)?
        .args([&found, &kept])
        .args(seeds.iter().map(|folder| place::root().join(folder)))
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-timeout={SLOW_SECONDS}"))
        .arg(format!("-rss_limit_mb={MEMORY_MB}"))
        .arg(format!("-max_len={BYTES}"))
        .arg("-print_final_stats=1"))?;
    if keep { keep_fewest(target, &kept, &found) } else { Ok(()) }
}

/// Rewrites the corpus: the fewest inputs, short ones first, that reach what all of them reach.
fn keep_fewest(target: &str, kept: &Path, found: &Path) -> Result<(), Failure> {
    let wrong = |error: std::io::Error| format!("{}: {error}", kept.display());
    let fewest = kept.with_extension("half");
    let _ = fs::remove_dir_all(&fewest);
    fs::create_dir_all(&fewest).map_err(wrong)?;
    run(cargo_fuzz("run", target)?.args([fewest.as_path(), kept, found]).args([
        "--",
        "-merge=1",
        &format!("-max_len={KEPT_BYTES}"),
    ]))?;
    // Inputs of faults that were fixed are kept by hand, with names of their own.
    for entry in fs::read_dir(kept).map_err(wrong)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with("found-") {
            fs::rename(entry.path(), fewest.join(entry.file_name())).map_err(wrong)?;
        }
    }
    fs::remove_dir_all(kept).map_err(wrong)?;
    fs::rename(&fewest, kept).map_err(wrong)
}

/// Returns cargo-fuzz for a target, with nightly. raft-core is safe Rust: the runs look for failed assertions
/// and overflow, not for memory errors, which makes them twice as fast.
fn cargo_fuzz(command: &str, target: &str) -> Result<Command, Failure> {
    let mut fuzz = program("rustup");
    // The Cargo that runs this program is not that of nightly.
    fuzz.env_remove("CARGO").args(["run", tools::NIGHTLY]).arg(tools::cargo_fuzz()?);
    fuzz.args(["fuzz", command, "--fuzz-dir", PACKAGE, "--sanitizer", "none", "--target-dir"]);
    fuzz.arg(place::target().join("fuzz-build")).arg(target);
    Ok(fuzz)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_target_is_a_program_of_the_package_and_has_a_corpus() {
        let manifest = fs::read_to_string(place::root().join(MANIFEST)).unwrap();
        assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
        for (name, _) in TARGETS {
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
            assert!(place::root().join(PACKAGE).join("corpus").join(name).is_dir(), "{name}");
        }
    }
}
