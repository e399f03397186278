//! The imports of a crate's files, held to its table.

use std::collections::BTreeSet;

use super::imports::{Import, Origin, code, imports};
use super::table::{BIN, CORE, HERE, Line, ROOT, Table};
use super::tokens::tokens;
use super::tree::File;

/// What was found in a crate.
#[derive(Default)]
pub struct Arrows {
    /// Files that are not for tests.
    pub files: usize,
    /// Imports of other rooms.
    pub imports: usize,
    /// Pairs of rooms, the first of which imports the other.
    pub pairs: BTreeSet<(String, String)>,
    /// Those of the pairs that the table does not allow.
    pub refused: BTreeSet<(String, String)>,
    /// A message for each import that is refused, and for each line that says more than the code does.
    pub faults: Vec<String>,
}

/// Holds the files of a crate to its table.
pub fn arrows(table: &Table, files: &[File]) -> Arrows {
    let lines = table.read();
    let rooms = table.rooms();
    let mut found = Arrows::default();
    let mut used: BTreeSet<(String, bool, String)> = BTreeSet::new();
    let mut there: BTreeSet<String> = BTreeSet::new();
    for (file, room, imports) in sources(table, files, &rooms) {
        found.files += 1;
        let first = there.insert(room.clone());
        let Some(from) = lines.iter().find(|line| line.room == room) else {
            let unknown = || {
                format!(
                    "{}: {room} has no line in the table of {}: give it one in {HERE}",
                    file.path, table.name
                )
            };
            found.faults.extend(first.then(unknown));
            continue;
        };
        for import in imports {
            // A program below `src/bin` sees its own crate from outside.
            let of_core = import.origin == Origin::Core;
            let outside = of_core && table.name != CORE;
            if !of_core && (room == BIN || import.room.as_deref() == Some(&room)) {
                continue;
            }
            let place = format!("{}:{}", file.path, import.line);
            let Some(to) = import.room else {
                let whole = if outside { "raft-core" } else { "the crate" };
                found.faults.push(format!(
                    "{place}: {room} imports {whole} as a whole: name what is meant, so that its room is seen"
                ));
                continue;
            };
            found.imports += 1;
            let arrow = (room.clone(), if outside { format!("raft-core's {to}") } else { to.clone() });
            found.pairs.insert(arrow.clone());
            let allowed = if outside { &from.core } else { &from.may };
            if allowed.contains(&to.as_str()) {
                used.insert((room.clone(), outside, to));
                continue;
            }
            let said = if outside { unnamed(&room, &arrow.1) } else { refusal(table, &lines, from, &to) };
            found.faults.push(format!("{place}: {room} imports {said}"));
            found.refused.insert(arrow);
        }
    }
    found.faults.extend(unused(table, &lines, &used, &there));
    found
}

/// The files of the crate that are not for tests, each with its room and what it imports.
fn sources<'a>(table: &Table, files: &'a [File], rooms: &[&str]) -> Vec<(&'a File, String, Vec<Import>)> {
    let below = format!("{}/", table.source);
    let mut read = Vec::new();
    let mut tests: BTreeSet<String> = BTreeSet::new();
    for file in files {
        let Some(path) = file.path.strip_prefix(&below) else { continue };
        let module = module(path);
        let code = code(&tokens(&file.text));
        tests.extend(code.test_modules.iter().map(|name| joined(&module, name)));
        if !module.contains(&"tests") {
            read.push((file, module, code.tokens));
        }
    }
    read.retain(|(_, module, _)| (1..=module.len()).all(|end| !tests.contains(&module[..end].join("::"))));
    let with_imports = read.into_iter().map(|(file, module, code)| {
        let room = module.first().copied().unwrap_or(ROOT);
        let rooms = if room == BIN { &[] } else { rooms };
        (file, room.to_owned(), imports(&code, &module, rooms))
    });
    with_imports.collect()
}

/// The module of a file, by its path below `src`.
fn module(path: &str) -> Vec<&str> {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let mut module: Vec<&str> = path.split('/').collect();
    if module.last().is_some_and(|last| matches!(*last, "mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

fn joined(module: &[&str], name: &str) -> String {
    module.iter().chain([&name]).copied().collect::<Vec<_>>().join("::")
}

/// What is imported though the table does not allow it, and what to do about it.
fn refusal(table: &Table, lines: &[Line], from: &Line, to: &str) -> String {
    let line = |room: &str| lines.iter().find(|line| line.room == room);
    let room = from.room;
    let Some(target) = line(to) else {
        return format!(
            "{to}, which is no room of {}: name its room, or give it a line in {HERE}",
            table.name
        );
    };
    if target.storey < from.storey {
        return unnamed(room, to);
    }
    let below = |common: &&&str| line(common).is_some_and(|line| line.storey < from.storey);
    let common: Vec<&str> = table.common.iter().filter(below).copied().collect();
    let common = if common.is_empty() { room.to_owned() } else { common.join(" or ") };
    if target.storey == from.storey {
        return format!("{to}, which stands beside it: move what both need down to {common}");
    }
    format!("{to}, which stands above it: move what both need down to {common}, or the caller up to {to}")
}

fn unnamed(room: &str, to: &str) -> String {
    format!(
        "{to}, which the line of {room} does not name: name it in {HERE} if it is meant to be known there"
    )
}

/// What the table says and the code does not do.
fn unused(
    table: &Table,
    lines: &[Line],
    used: &BTreeSet<(String, bool, String)>,
    there: &BTreeSet<String>,
) -> Vec<String> {
    let mut faults = Vec::new();
    for Line { room, may, core, .. } in lines {
        if !there.contains(*room) {
            faults.push(format!("{HERE}: the table of {} has {room}, of which there is no file", table.name));
            continue;
        }
        for (outside, whose, named) in [(false, "", may), (true, "raft-core's ", core)] {
            let idle =
                named.iter().filter(|to| !used.contains(&((*room).to_owned(), outside, (**to).to_owned())));
            faults.extend(idle.map(|to| {
                format!(
                    "{HERE}: in the table of {}, the line of {room} names {whose}{to}, which is not imported there: \
                     take it out",
                    table.name
                )
            }));
        }
    }
    faults
}
