//! Packages of this repository that stand in for packages of the registry, by `[patch.crates-io]`.
//!
//! Cargo drops a patch with nothing but a warning as soon as a dependency asks for another version. A lock file tells:
//! it names a `source` for a package of the registry, and none for a package of this repository.

use std::fs;

use crate::{Failure, place};

/// Each lock file with the stand-ins that its workspace is compiled with.
const STAND_INS: [(&str, &[&str]); 2] =
    [("Cargo.lock", &["backoff-series", "wasm-streams"]), ("tools/fuzz/Cargo.lock", &["backoff-series"])];

/// Fails unless each lock file takes its stand-ins from this repository. The closing line.
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

/// Whether a lock file has a package once, and without a source.
fn stands_in(name: &str, lock: &str) -> Result<(), Failure> {
    let named = format!("name = \"{name}\"");
    let found: Vec<&str> =
        lock.split("[[package]]").filter(|package| package.lines().any(|line| line == named)).collect();
    let [package] = found[..] else {
        return Err(format!(
            "{name} is there {} times, not once: take it out of [patch.crates-io] and of STAND_INS if nothing needs it, \
             or give the stand-in the version that is asked for",
            found.len()
        ));
    };
    match package.lines().find(|line| line.starts_with("source = ")) {
        None => Ok(()),
        Some(source) => Err(format!(
            "{name} comes from elsewhere than this repository ({source}): a dependency asks for another version than the \
             stand-in has. Compare the new version with the stand-in, then raise the stand-in's version"
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
    fn a_package_of_this_repository_has_no_source() {
        assert_eq!(stands_in("backoff", HELD), Ok(()));
        assert!(held().unwrap().starts_with("stand-ins: 3 "));
    }

    #[test]
    fn a_patch_that_was_dropped_is_found() {
        // As Cargo writes it once a dependency asks for 0.1.2.
        let dropped = HELD.replace("\"0.1.1\"\n", "\"0.1.2\"\nsource = \"registry+b\"\nchecksum = \"00\"\n");
        let fault = stands_in("backoff", &dropped).unwrap_err();
        assert!(fault.contains("registry+b") && fault.contains("raise the stand-in's version"), "{fault}");
        // Both the stand-in and the newer one.
        let both = format!(
            "{HELD}\n[[package]]\nname = \"backoff\"\nversion = \"0.1.2\"\nsource = \"registry+b\"\n"
        );
        assert!(stands_in("backoff", &both).unwrap_err().contains("2 times"));
        assert!(stands_in("gone", HELD).unwrap_err().contains("0 times"));
    }
}
