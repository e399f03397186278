//! Folders: the repository, the build's output, the user's cache.

use std::env;
use std::path::{Path, PathBuf};

use crate::Failure;

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Cargo's output folder: this very program lies in it, in a folder of its profile.
pub fn target() -> PathBuf {
    let program = env::current_exe().ok();
    let found = program.as_deref().and_then(|program| program.ancestors().nth(2)).map(Path::to_path_buf);
    found.unwrap_or_else(|| root().join("target"))
}

/// The page that `cargo xtask build` makes.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// A program that Cargo built, by profile and name.
pub fn built(profile: &str, name: &str) -> PathBuf {
    target().join(profile).join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

/// Where tools are kept for every clone of this user.
pub fn tools() -> Result<PathBuf, Failure> {
    let from = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = if cfg!(windows) {
        from("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        from("HOME").map(|home| home.join("Library/Caches"))
    } else {
        from("XDG_CACHE_HOME").or_else(|| from("HOME").map(|home| home.join(".cache")))
    };
    let cache = cache.ok_or("no cache folder is known: set HOME (on Windows LOCALAPPDATA)")?;
    Ok(cache.join("raft-playground").join("tools"))
}

/// A program on PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

/// Every file below a folder whose name ends so, in order.
pub fn files_below(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Makes a folder that is empty.
pub fn empty(folder: &Path) -> Result<(), Failure> {
    let wrong = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(wrong)?;
    }
    std::fs::create_dir_all(folder).map_err(wrong)
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    for file in files_below(from, "")? {
        let goal = to.join(file.strip_prefix(from).unwrap_or(&file));
        let wrong = |error: std::io::Error| format!("{}: {error}", goal.display());
        std::fs::create_dir_all(goal.parent().unwrap_or(to)).map_err(wrong)?;
        std::fs::copy(&file, &goal).map_err(wrong)?;
    }
    Ok(())
}
