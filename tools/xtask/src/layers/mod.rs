//! The step `layers`: each room imports only what stands below it, and the sources keep to the habits of the house.
//!
//! # Layout
//!
//! * `table`: what each room may import. Start there.
//! * `tokens`: Rust's text as tokens; `imports`: what a file's tokens import; `arrows`: these held to the table.
//! * `habits`: length of files, doc comments, re-exports.
//! * `documents`: the table as it is printed in ARCHITECTURE.md, and the paths that documents name.
//! * `tree`: the files of the repository.

mod arrows;
mod documents;
mod habits;
mod imports;
mod table;
#[cfg(test)]
mod tests;
mod tokens;
mod tree;

use crate::checks::Closing;
use crate::{Failure, place};

use self::arrows::arrows;
use self::documents::{DOCUMENTS, PRINTED};
use self::habits::HABITS;
use self::table::TABLES;

/// What the step must find at least; below that it looks at the wrong place.
const FILES: usize = 500;
const IMPORTS: [usize; 2] = [1_000, 1_000];
const PATHS: usize = 50;

/// `cargo xtask layers`: the step by itself, or with `write` the printed table anew.
pub fn command(write: bool) -> Result<(), Failure> {
    if write {
        let renewed = documents::renewed(&tree::text(PRINTED)?, &documents::printed(&TABLES))?;
        return std::fs::write(place::root().join(PRINTED), renewed)
            .map_err(|error| format!("{PRINTED}: {error}"));
    }
    layers()?.iter().for_each(|line| println!("{line}"));
    Ok(())
}

/// The step.
pub fn layers() -> Closing {
    let (closing, faults) = look()?;
    let Some(first) = faults.first() else { return Ok(closing) };
    faults.iter().for_each(|fault| println!("{fault}"));
    closing.iter().for_each(|line| println!("{line}"));
    Err(format!("{} faults, the first of which is {first}", faults.len()))
}

/// What stands in the repository, in closing lines, and what is wrong with it.
fn look() -> Result<(Vec<String>, Vec<String>), Failure> {
    let paths = tree::paths()?;
    let files = tree::sources(&paths)?;
    let mut closing = Vec::new();
    let mut faults = at_least("files of Rust", files.len(), FILES);
    let [core, _] = TABLES.each_ref().map(|table| table.rooms());
    for (table, least) in TABLES.iter().zip(IMPORTS) {
        let found = arrows(table, &files);
        closing.push(format!(
            "{}: {} rooms, {} files, {} imports of other rooms, {} arrows between them, {} against the table",
            table.name,
            table.rooms().len(),
            found.files,
            found.imports,
            found.pairs.len(),
            found.refused.len()
        ));
        faults.extend(at_least(&format!("imports in {}", table.name), found.imports, least));
        faults.extend(table.faults(&core));
        faults.extend(found.faults);
    }
    faults.extend(habits::faults(&HABITS, &files));
    faults.extend(documents::stale(&tree::text(PRINTED)?, &documents::printed(&TABLES)));
    let mut named = 0;
    for document in DOCUMENTS.into_iter().filter(|document| paths.iter().any(|path| path == document)) {
        let (lost, paths) = documents::lost(&tree::text(document)?, &paths);
        faults.extend(lost);
        named += paths;
    }
    faults.extend(at_least("paths named in documents", named, PATHS));
    closing.push(format!("{} files of Rust, {named} paths named in documents", files.len()));
    Ok((closing, faults))
}

/// A fault if too few were found for the step to see anything.
fn at_least(what: &str, found: usize, least: usize) -> Vec<String> {
    let fault = || {
        format!(
            "only {found} {what} were found, which are {least} at least: the step looks at the wrong place"
        )
    };
    (found < least).then(fault).into_iter().collect()
}
