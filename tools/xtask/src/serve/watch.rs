//! Which sources of the page changed: their times and lengths are read ten times a second, which works on
//! every system without a library.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::{Failure, place};

/// The files and folders from which the page is made.
const WATCHED: [&str; 8] = [
    "app",
    "raft-core",
    "style",
    "index.html",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "rust-toolchain.toml",
];
/// Folders in them that contain no part of the page.
const PASSED_OVER: [&str; 6] = ["docs", "docs-theme", "examples", "tests", "benches", "target"];
const PAUSE: Duration = Duration::from_millis(100);
/// The time without further changes after which a build begins, so that files saved together are built
/// together.
const CALM: Duration = Duration::from_millis(30);

type Known = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// The sources as of the last look.
pub struct Watch {
    root: PathBuf,
    known: Known,
}

impl Watch {
    pub fn new() -> Result<Watch, Failure> {
        let root = place::root();
        let known = seen(&root)?;
        Ok(Watch { root, known })
    }

    /// Waits for a change. Returns the files that are new, changed or removed, relative to the repository's
    /// root.
    pub fn changed(&mut self) -> Result<Vec<PathBuf>, Failure> {
        loop {
            let mut now = seen(&self.root)?;
            if now != self.known {
                loop {
                    thread::sleep(CALM);
                    let later = seen(&self.root)?;
                    if later == now {
                        break;
                    }
                    now = later;
                }
                let changed = differing(&self.known, &now);
                self.known = now;
                // A change that was undone is no change.
                if !changed.is_empty() {
                    return Ok(changed);
                }
            }
            thread::sleep(PAUSE);
        }
    }
}

fn differing(before: &Known, now: &Known) -> Vec<PathBuf> {
    let gone = before.keys().filter(|path| !now.contains_key(*path));
    let new = now.iter().filter(|(path, state)| before.get(*path) != Some(state)).map(|(path, _)| path);
    gone.chain(new).cloned().collect()
}

fn seen(root: &Path) -> Result<Known, Failure> {
    let mut known = Known::new();
    let mut paths: Vec<PathBuf> = WATCHED.iter().map(|name| root.join(name)).collect();
    while let Some(path) = paths.pop() {
        // The file has been removed meanwhile.
        let Ok(state) = fs::metadata(&path) else { continue };
        if state.is_dir() {
            let entries = fs::read_dir(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            paths.extend(entries.flatten().map(|entry| entry.path()).filter(|path| is_source(path)));
        } else {
            let name = path.strip_prefix(root).unwrap_or(&path).to_path_buf();
            known.insert(name, (state.modified().ok(), state.len()));
        }
    }
    Ok(known)
}

/// Whether a path below a watched folder may be part of the page. Editors' own files are not.
fn is_source(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    !name.starts_with('.') && !name.ends_with('~') && !PASSED_OVER.contains(&&*name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn new_other_and_lost_files_are_changes_and_tests_and_documents_are_none() {
        let root = place::target().join("test-of-watch");
        let _absent = fs::remove_dir_all(&root);
        for folder in ["app/src", "app/docs", "raft-core/tests", "style"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        let write = |name: &str, text: &str| fs::write(root.join(name), text).unwrap();
        write("app/src/main.rs", "one");
        write("style/main.css", "one");
        let before = seen(&root).unwrap();
        for beside in [
            "app/docs/index.md",
            "raft-core/tests/a.rs",
            "app/src/.main.rs.swp",
            "app/src/main.rs~",
            "README.md",
        ] {
            write(beside, "beside the page");
        }
        assert_eq!(differing(&before, &seen(&root).unwrap()), Vec::<PathBuf>::new());
        write("app/src/new.rs", "");
        write("style/main.css", "other");
        fs::remove_file(root.join("app/src/main.rs")).unwrap();
        let expected = ["app/src/main.rs", "app/src/new.rs", "style/main.css"].map(PathBuf::from);
        assert_eq!(differing(&before, &seen(&root).unwrap()), expected);
        fs::remove_dir_all(&root).unwrap();
    }
}
