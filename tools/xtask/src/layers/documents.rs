//! The tables as ARCHITECTURE.md prints them, and the paths that documents name.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::table::{CORE, Line, Table};
use super::tree::File;
use crate::Failure;

/// The document in which the tables are printed.
pub const PRINTED: &str = "ARCHITECTURE.md";
/// The documents whose paths must exist.
pub const DOCUMENTS: [&str; 2] = [PRINTED, "CONTRIBUTING.md"];

const BEGIN: &str = "<!-- layers: begin -->";
const END: &str = "<!-- layers: end -->";

/// Returns the tables as Markdown.
pub fn printed(tables: &[Table]) -> String {
    let mut text = String::from(
        "From the ground up: a room imports only rooms that its row names, and these stand in rows before it. Rooms of \
         one row do not import each other. `cargo xtask test --only layers` holds the code to this.\n",
    );
    let of_core: Vec<&str> =
        tables.iter().filter(|table| table.name == CORE).flat_map(Table::rooms).collect();
    for table in tables {
        let lines = table.read();
        let own = table.rooms();
        let core = lines.iter().any(|line| !line.core.is_empty());
        let (head, rule) = if core { (" of raft-core |", "---|") } else { ("", "") };
        let _ = write!(text, "\n| {} | imports |{head}\n|---|---|{rule}\n", table.name);
        for storey in lines.chunk_by(|one, next| one.storey == next.storey) {
            let rooms: Vec<_> = storey.iter().map(|line| format!("`{}`", line.room)).collect();
            let _ = write!(text, "| {} | {} |", rooms.join(" "), listed(&own, storey, |line| &line.may));
            if core {
                let _ = write!(text, " {} |", listed(&of_core, storey, |line| &line.core));
            }
            text.push('\n');
        }
    }
    text
}

/// Returns the rooms that a line of the storey names, in the order of `rooms`.
fn listed(rooms: &[&str], storey: &[Line], named: fn(&Line) -> &[&'static str]) -> String {
    let is_named = |room: &&str| storey.iter().any(|line| named(line).contains(room));
    let rooms: Vec<&str> = rooms.iter().filter(|room| is_named(room)).copied().collect();
    if rooms.is_empty() { "–".to_owned() } else { rooms.join(" ") }
}

/// Returns the document with the text between its marks replaced.
///
/// # Errors
///
/// A message naming the marks if they are missing.
pub fn renewed(document: &File, printed: &str) -> Result<String, Failure> {
    let marks = document.text.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    });
    let Some((before, after)) = marks else {
        return Err(format!("{} lacks the marks {BEGIN} and {END}", document.path));
    };
    Ok(format!("{before}{BEGIN}\n{printed}{END}{after}"))
}

/// Returns a fault if the document prints other tables.
pub fn stale(document: &File, printed: &str) -> Option<String> {
    match renewed(document, printed) {
        Ok(renewed) if renewed == document.text => None,
        Ok(_) => Some(format!(
            "{}: what stands between {BEGIN} and {END} is not the table: `cargo xtask layers --write` renews it",
            document.path
        )),
        Err(failure) => Some(failure),
    }
}

/// Endings of file names.
const ENDINGS: [&str; 14] =
    ["cjs", "css", "html", "js", "json", "lock", "md", "png", "rs", "scenario", "sh", "svg", "toml", "txt"];

/// Returns a fault for each path in backquotes that the repository lacks, and the number of all such paths.
pub fn lost(document: &File, paths: &[String]) -> (Vec<String>, usize) {
    let known = known(paths);
    let mut lost = Vec::new();
    let mut named = 0;
    let mut fenced = false;
    for (index, line) in document.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        for span in line.split('`').skip(1).step_by(2).filter(|span| is_path(span)) {
            named += 1;
            if !known.contains(span.trim_end_matches('/')) {
                lost.push(format!("{}:{}: `{span}` is not in the repository", document.path, index + 1));
            }
        }
    }
    (lost, named)
}

/// Returns all names by which a document may mean these files and their folders: from any folder, with and without
/// `.rs`.
fn known(paths: &[String]) -> BTreeSet<&str> {
    let mut known = BTreeSet::new();
    for path in paths {
        for (end, _) in path.match_indices('/').chain([(path.len(), "")]) {
            let whole = &path[..end];
            for (begin, _) in whole.match_indices('/').map(|(at, _)| (at + 1, "")).chain([(0, "")]) {
                known.insert(&whole[begin..]);
                known.extend(whole[begin..].strip_suffix(".rs"));
            }
        }
    }
    known
}

/// Returns whether a span means the path of one file or folder of the repository.
fn is_path(span: &str) -> bool {
    let letters = |letter: char| letter.is_ascii_alphanumeric() || "_-./".contains(letter);
    let ends =
        span.rsplit_once('.').is_some_and(|(name, ending)| !name.is_empty() && ENDINGS.contains(&ending));
    span.chars().all(letters) && !span.starts_with('/') && (span.contains('/') || ends) && !is_pattern(span)
}

/// Returns whether a path has a placeholder in capitals, as in `tests/scenarios/NAME.txt`.
fn is_pattern(span: &str) -> bool {
    let stands_for = |name: &str| name.len() > 1 && name.chars().all(|letter| letter.is_ascii_uppercase());
    !span.ends_with(".md") && span.split(['/', '.', '-', '_']).any(stands_for)
}
