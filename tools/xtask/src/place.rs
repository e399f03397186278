//! Folders: the repository, the build's output, the user's cache.

use std::env;
use std::path::{Path, PathBuf};

use crate::Failure;

/// Returns the root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Returns Cargo's output folder: this program is in its folder of the profile.
pub fn target() -> PathBuf {
    let program = env::current_exe().ok();
    let found = program.as_deref().and_then(|program| program.ancestors().nth(2)).map(Path::to_path_buf);
    found.unwrap_or_else(|| root().join("target"))
}

/// Returns the folder of the page that `cargo xtask build` makes.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Returns the path of a program that Cargo built, by profile and name.
pub fn built(profile: &str, name: &str) -> PathBuf {
    target().join(profile).join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

/// Returns the folder of tools, shared by all clones of this user.
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

/// Returns the path of a program on PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

/// Returns every file below a folder whose name has this ending, in order.
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
