//! The page's engine: compiled by Cargo, and prepared for a browser by the wasm-bindgen command.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::bundle::{Engine, digest};
use crate::process::{cargo, program, run};
use crate::{Failure, place, tools};

/// The page's package, and its program.
const APP: &str = "raft-playground-app";
const TARGET: &str = "wasm32-unknown-unknown";

/// A profile of `Cargo.toml` in which the engine is compiled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Profile {
    /// For development.
    Quick,
    /// For speed.
    Release,
    /// For publishing.
    Page,
}

impl Profile {
    /// Returns its name, which is also that of its folder in Cargo's output.
    fn name(self) -> &'static str {
        match self {
            Profile::Quick => "quick",
            Profile::Release => "release",
            Profile::Page => "page",
        }
    }
}

/// An engine, and its sources.
pub struct Made {
    pub engine: Engine,
    /// Paths relative to the repository's root.
    sources: BTreeSet<PathBuf>,
}

impl Made {
    /// Whether a change of this file, a path relative to the repository's root, may change the engine.
    pub fn was_compiled_from(&self, path: &Path) -> bool {
        // A new file of Rust, or a changed setting, is in no list yet.
        let by_kind =
            path.extension().is_some_and(|ending| ["rs", "toml", "lock"].iter().any(|kind| ending == *kind));
        by_kind || self.sources.contains(path)
    }
}

/// Whether nothing is compiled yet in this profile.
pub fn is_first(profile: Profile) -> bool {
    !place::target().join(TARGET).join(profile.name()).join(format!("{APP}.wasm")).is_file()
}

/// Compiles the engine, and prepares it for a browser unless that was done with the same module before.
///
/// # Errors
/// It does not compile, or a tool fails.
pub fn make(profile: Profile) -> Result<Made, Failure> {
    run(cargo("build").args(["--profile", profile.name(), "--target", TARGET, "-p", APP]))?;
    let compiled = place::target().join(TARGET).join(profile.name());
    let module = compiled.join(format!("{APP}.wasm"));
    let bytes = fs::read(&module).map_err(|error| format!("{}: {error}", module.display()))?;
    let digest = digest(&bytes);
    let folder = place::target().join("wasm-bindgen").join(profile.name());
    let tool = tools::wasm_bindgen()?;
    // The name of the tool's folder depends on its sources.
    let made_of = format!("{digest:016x} {}", tool.display());
    let note = folder.join("made-of.txt");
    if fs::read_to_string(&note).ok().as_ref() != Some(&made_of) {
        place::empty(&folder)?;
        run(program(&tool).arg(&module).arg(&folder).arg(APP))?;
        // Written last: if the note is there, the engine is complete.
        fs::write(&note, made_of).map_err(|error| format!("{}: {error}", note.display()))?;
    }
    let list = compiled.join(format!("{APP}.d"));
    let list = fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
    Ok(Made { engine: Engine { folder, name: APP, digest }, sources: sources(&list, &place::root()) })
}

/// Returns the files that Cargo's list of a program's sources names, relative to the repository's root:
/// `PROGRAM: FILE FILE …`, with a backslash before a space in a name.
fn sources(list: &str, root: &Path) -> BTreeSet<PathBuf> {
    let files = list.split_once(": ").map_or("", |(_, files)| files.trim_end());
    let names = files.replace("\\ ", "\0");
    let paths = names.split(' ').map(|name| PathBuf::from(name.replace('\0', " ")));
    paths.map(|path| path.strip_prefix(root).map(Path::to_path_buf).unwrap_or(path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_compiler_read_and_what_it_may_read_is_compiled() {
        let list =
            "/my folder/target/page.wasm: /my\\ folder/app/text/a\\ b.txt /my\\ folder/app/src/main.rs\n";
        let sources = sources(list, Path::new("/my folder"));
        assert_eq!(sources, ["app/src/main.rs", "app/text/a b.txt"].map(PathBuf::from).into());
        let engine = Engine { folder: PathBuf::new(), name: APP, digest: 0 };
        let made = Made { engine, sources };
        for source in ["app/text/a b.txt", "app/src/new.rs", "Cargo.lock", "raft-core/Cargo.toml"] {
            assert!(made.was_compiled_from(Path::new(source)), "{source}");
        }
        for copied in ["style/main.css", "app/lessons/index.txt", "index.html"] {
            assert!(!made.was_compiled_from(Path::new(copied)), "{copied}");
        }
    }
}
