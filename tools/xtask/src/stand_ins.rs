//! Checks that the stand-ins are compiled in: packages of this repository that replace packages of the registry by
//! `[patch.crates-io]`.
//!
//! Cargo drops a patch with a mere warning when a dependency asks for another version. The lock file shows it: a package
//! of the registry has a line `source`, a package of this repository has none.

use std::fs;

use crate::{Failure, place};

/// The lock files, with the stand-ins of each workspace.
const STAND_INS: [(&str, &[&str]); 2] =
    [("Cargo.lock", &["backoff-series", "wasm-streams"]), ("tools/fuzz/Cargo.lock", &["backoff-series"])];

/// Checks every lock file. Returns the closing line.
///
/// # Errors
/// Returns an error that names the first stand-in that is not used, and the remedy.
pub fn held() -> Result<String, Failure> {
    for (file, names) in STAND_INS {
        let path = place::root().join(file);
        let lock = fs::read_to_string(path).map_err(|error| format!("{file}: {error}"))?;
        for name in names {
            stands_in(name, &lock).map_err(|fault| format!("{file}: {fault}"))?;
        }
    }
    let count: usize = STAND_INS.iter().map(|(_, names)| names.len()).sum();
    Ok(format!("stand-ins: {count} are in the lock files"))
}

/// Checks that a lock file contains a package once, and without a source.
fn stands_in(name: &str, lock: &str) -> Result<(), Failure> {
    let named = format!("name = \"{name}\"");
    let found: Vec<&str> =
        lock.split("[[package]]").filter(|package| package.lines().any(|line| line == named)).collect();
    let [package] = found[..] else {
        return Err(format!(
            "{name} occurs {} times instead of once: if nothing needs it any more, remove it from [patch.crates-io] and \
             from STAND_INS; else give the stand-in the version that the dependencies ask for",
            found.len()
        ));
    };
    match package.lines().find(|line| line.starts_with("source = ")) {
        None => Ok(()),
        Some(source) => Err(format!(
            "{name} does not come from this repository ({source}): a dependency asks for a version that the stand-in does \
             not have. Compare the new version with the stand-in, then raise the stand-in's version"
        )),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const HELD: &str = "version = 4\n\n[[package]]\nname = \"backoff\"\nversion = \"0.1.1\"\n\n\
                        [[package]]\nname = \"other\"\nversion = \"1.0.0\"\nsource = \"registry+a\"\n\
                        dependencies = [\n \"backoff\",\n]\n";

    #[test]
    fn stand_ins_have_no_source() {
        assert_eq!(stands_in("backoff", HELD), Ok(()));
        assert!(held().unwrap().starts_with("stand-ins: 3 "));
    }

    #[test]
    fn a_dropped_patch_is_found() {
        // The entry that Cargo writes when a dependency asks for 0.1.2.
        let dropped = HELD.replace("\"0.1.1\"\n", "\"0.1.2\"\nsource = \"registry+b\"\nchecksum = \"00\"\n");
        let fault = stands_in("backoff", &dropped).unwrap_err();
        assert!(fault.contains("registry+b") && fault.contains("raise the stand-in's version"), "{fault}");
        // Both the stand-in and the newer version.
        let both = format!(
            "{HELD}\n[[package]]\nname = \"backoff\"\nversion = \"0.1.2\"\nsource = \"registry+b\"\n"
        );
        assert!(stands_in("backoff", &both).unwrap_err().contains("2 times"));
        assert!(stands_in("gone", HELD).unwrap_err().contains("0 times"));
    }
}
