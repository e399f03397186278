//! The step `layers`: a room imports only rooms below it, and the sources keep to the rules of the house.
//!
//! # Layout
//!
//! * `table`: what each room may import. Start reading there.
//! * `tokens`: Rust's text as tokens; `imports`: the imports of a file; `arrows`: their comparison with the table.
//! * `habits`: rules for length, layout, doc comments and re-exports.
//! * `documents`: the table in ARCHITECTURE.md, and the paths that documents name.
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

/// The least number of files of Rust that the step must find. With fewer it has looked at the wrong place.
const FILES: usize = 500;
/// The least number of imports that it must find in raft-core and in app.
const IMPORTS: [usize; 2] = [1_000, 1_000];
/// The least number of paths that it must find in the documents.
const PATHS: usize = 80;

/// Runs `cargo xtask layers`: the step by itself, or with `write` the renewal of the printed tables.
pub fn command(write: bool) -> Result<(), Failure> {
    if write {
        let renewed = documents::renewed(&tree::text(PRINTED)?, &documents::printed(&TABLES))?;
        return std::fs::write(place::root().join(PRINTED), renewed)
            .map_err(|error| format!("{PRINTED}: {error}"));
    }
    layers()?.iter().for_each(|line| println!("{line}"));
    Ok(())
}

/// Runs the step.
pub fn layers() -> Closing {
    let (closing, faults) = look()?;
    let Some(first) = faults.first() else { return Ok(closing) };
    faults.iter().for_each(|fault| println!("{fault}"));
    closing.iter().for_each(|line| println!("{line}"));
    Err(format!("{} faults, the first of which is {first}", faults.len()))
}

/// Returns the closing lines and the faults of the repository.
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
    for document in DOCUMENTS {
        let (lost, paths) = documents::lost(&tree::text(document)?, &paths);
        faults.extend(lost);
        named += paths;
    }
    faults.extend(at_least("paths named in documents", named, PATHS));
    closing.push(format!("{} files of Rust, {named} paths named in documents", files.len()));
    Ok((closing, faults))
}

/// Returns a fault if the step found too few to have looked at the right place.
fn at_least(what: &str, found: usize, least: usize) -> Vec<String> {
    let fault = || {
        format!("{found} {what} were found, at least {least} are expected: the step looks at the wrong place")
    };
    (found < least).then(fault).into_iter().collect()
}
