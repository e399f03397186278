//! `cargo xtask fuzz`: long runs of the fuzz targets under cargo-fuzz, which needs nightly.
//!
//! What a run finds on its way lies in the output folder and is used by the next run. `--keep` writes the fewest
//! small inputs that reach the same code into `tools/fuzz/corpus`, from where the tests on stable read them.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::process::{program, run};
use crate::{Failure, place, tools};

/// The targets, and what lies in the repository that they can begin with.
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
/// How long a run takes unless told another time.
pub const SECONDS: u64 = 300;
/// An input that takes longer than this many seconds is a finding.
const SLOW_SECONDS: u64 = 20;
/// Memory beyond which an input is a finding, in megabytes.
const MEMORY_MB: u64 = 2_048;
/// The longest inputs that are tried, and that are kept, in bytes.
const BYTES: u64 = 4_096;
const KEPT_BYTES: u64 = 400;

/// Runs a target for a while; then, where wished, keeps what it found.
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

/// Writes the corpus anew: the fewest inputs, short ones first, that reach what all of them reach.
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
    // What was found once and mended is kept by hand, under names of its own.
    for entry in fs::read_dir(kept).map_err(wrong)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with("found-") {
            fs::rename(entry.path(), fewest.join(entry.file_name())).map_err(wrong)?;
        }
    }
    fs::remove_dir_all(kept).map_err(wrong)?;
    fs::rename(&fewest, kept).map_err(wrong)
}

/// cargo-fuzz on a target, with nightly. raft-core is safe Rust: assertions and overflow are looked for, not
/// memory, which makes it twice as fast.
fn cargo_fuzz(command: &str, target: &str) -> Result<Command, Failure> {
    let mut fuzz = program("rustup");
    // The Cargo that runs this program is not nightly's.
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
