//! The files of the repository, without build output and downloads.

use std::path::Path;

use crate::{Failure, place};

/// A file of Rust.
pub struct File {
    /// Its path from the repository's root, with `/`.
    pub path: String,
    pub text: String,
}

impl File {
    /// Returns whether the whole file is for tests, judged by its path.
    pub fn is_for_tests(&self) -> bool {
        self.path.split('/').any(|name| matches!(name, "tests" | "tests.rs"))
    }
}

/// Names of folders that hold no sources.
const SKIPPED: [&str; 4] = [".git", "dist", "node_modules", "target"];

/// Returns the paths of all files, from the repository's root, with `/`, sorted.
pub fn paths() -> Result<Vec<String>, Failure> {
    let root = place::root();
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for (name, is_folder) in entries(&root.join(&folder))? {
            let path = format!("{folder}{name}");
            if !is_folder {
                found.push(path);
            } else if !SKIPPED.contains(&name.as_str()) {
                folders.push(format!("{path}/"));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn entries(folder: &Path) -> Result<Vec<(String, bool)>, Failure> {
    let failed = |error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let is_folder = entry.file_type().map_err(failed)?.is_dir();
        found.push((entry.file_name().to_string_lossy().into_owned(), is_folder));
    }
    Ok(found)
}

/// Reads the files of Rust among these paths.
pub fn sources(paths: &[String]) -> Result<Vec<File>, Failure> {
    paths.iter().filter(|path| path.ends_with(".rs")).map(|path| text(path)).collect()
}

/// Reads one file, by its path from the repository's root.
pub fn text(path: &str) -> Result<File, Failure> {
    let text =
        std::fs::read_to_string(place::root().join(path)).map_err(|error| format!("{path}: {error}"))?;
    Ok(File { path: path.to_owned(), text })
}
