//! Compares the imports of a crate's files with its table.

use std::collections::BTreeSet;

use super::imports::{Import, Origin, code, imports};
use super::table::{BIN, CORE, HERE, Line, ROOT, Table};
use super::tokens::tokens;
use super::tree::File;

/// The imports of a crate, and its faults.
#[derive(Default)]
pub struct Arrows {
    /// The number of files, test files excluded.
    pub files: usize,
    /// The number of imports of other rooms.
    pub imports: usize,
    /// Pairs of rooms, the first of which imports the other.
    pub pairs: BTreeSet<(String, String)>,
    /// The pairs that the table does not allow.
    pub refused: BTreeSet<(String, String)>,
    /// A message for each line of code on which a room is refused, and for each line of the table that
    /// says more than the code does.
    pub faults: Vec<String>,
}

/// Compares the files of a crate with its table.
pub fn arrows(table: &Table, files: &[File]) -> Arrows {
    let lines = table.read();
    let mut check = Check { table, lines: &lines, used: BTreeSet::new(), found: Arrows::default() };
    let mut there: BTreeSet<String> = BTreeSet::new();
    for (file, room, imports) in sources(table, files) {
        check.found.files += 1;
        let first = there.insert(room.clone());
        if let Some(line) = lines.iter().find(|line| line.room == room) {
            imports.into_iter().for_each(|import| check.import(file, line, import));
        } else if first {
            let fault = format!("{room} has no line in the table of {}: give it one in {HERE}", table.name);
            check.found.faults.push(format!("{}: {fault}", file.path));
        }
    }
    // A `use` of several names of one room is one fault.
    check.found.faults.dedup();
    check.unused(&there);
    check.found
}

/// A check in progress.
struct Check<'a> {
    table: &'a Table,
    lines: &'a [Line],
    /// The allowed imports: the importing room, whether it imports from outside raft-core, the imported room.
    used: BTreeSet<(&'static str, bool, String)>,
    found: Arrows,
}

/// Returns the files of the crate, test files excluded, each with its room and its imports.
fn sources<'a>(table: &Table, files: &'a [File]) -> Vec<(&'a File, String, Vec<Import>)> {
    let rooms = table.rooms();
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
        let rooms = if room == BIN { &[] } else { rooms.as_slice() };
        (file, room.to_owned(), imports(&code, &module, rooms))
    });
    with_imports.collect()
}

/// Returns the module path of a file, from its path below `src`.
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

impl Check<'_> {
    /// Compares one import of a file with the line of the file's room.
    fn import(&mut self, file: &File, from: &Line, import: Import) {
        let room = from.room;
        // A program below `src/bin` sees its own crate from outside.
        let of_core = import.origin == Origin::Core;
        let outside = of_core && self.table.name != CORE;
        if !of_core && (room == BIN || import.room.as_deref() == Some(room)) {
            return;
        }
        let place = format!("{}:{}", file.path, import.line);
        let Some(to) = import.room else {
            let whole = if outside { CORE } else { "the crate" };
            self.found.faults.push(format!(
                "{place}: {room} imports {whole} as a whole: name what is meant, so that its room is seen"
            ));
            return;
        };
        let named = if outside { format!("raft-core's {to}") } else { to.clone() };
        self.found.imports += 1;
        self.found.pairs.insert((room.to_owned(), named.clone()));
        let allowed = if outside { &from.core } else { &from.may };
        if allowed.contains(&to.as_str()) {
            self.used.insert((room, outside, to));
            return;
        }
        let said = if outside { unnamed(room, &named) } else { self.refusal(from, &to) };
        self.found.faults.push(format!("{place}: {room} imports {said}"));
        self.found.refused.insert((room.to_owned(), named));
    }

    /// Returns the second half of the message for an import that the table does not allow.
    fn refusal(&self, from: &Line, to: &str) -> String {
        let line = |room: &str| self.lines.iter().find(|line| line.room == room);
        let room = from.room;
        let Some(target) = line(to) else {
            let name = self.table.name;
            return format!("{to}, which is no room of {name}: name its room, or give it a line in {HERE}");
        };
        if target.storey < from.storey {
            return unnamed(room, to);
        }
        let below = |common: &&&str| line(common).is_some_and(|line| line.storey < from.storey);
        let common: Vec<&str> = self.table.common.iter().filter(below).copied().collect();
        let common = if common.is_empty() { room.to_owned() } else { common.join(" or ") };
        if target.storey == from.storey {
            return format!("{to}, which stands beside it: move what both need down to {common}");
        }
        format!("{to}, which stands above it: move what both need down to {common}, or the caller up to {to}")
    }

    /// Records the rooms without a file and the permissions without an import. `there` are the rooms that have files.
    fn unused(&mut self, there: &BTreeSet<String>) {
        let name = self.table.name;
        for Line { room, may, core, .. } in self.lines {
            if !there.contains(*room) {
                let fault = format!("{HERE}: the table of {name} has {room}, of which there is no file");
                self.found.faults.push(fault);
                continue;
            }
            for (outside, whose, named) in [(false, "", may), (true, "raft-core's ", core)] {
                let used = |to: &&&str| self.used.contains(&(*room, outside, (**to).to_owned()));
                self.found.faults.extend(named.iter().filter(|to| !used(to)).map(|to| {
                    format!(
                        "{HERE}: in the table of {name}, the line of {room} names {whose}{to}, which is not imported \
                         there: take it out"
                    )
                }));
            }
        }
    }
}

fn unnamed(room: &str, to: &str) -> String {
    format!(
        "{to}, which the line of {room} does not name: name it in {HERE} if it is meant to be known there"
    )
}
