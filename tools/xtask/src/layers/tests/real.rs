//! The step on the repository itself: it sees what is there, and would see what is wrong there.

use crate::layers::arrows::arrows;
use crate::layers::table::TABLES;
use crate::layers::tokens::{Kind, tokens};
use crate::layers::{FILES, IMPORTS, at_least, tree};

#[test]
fn the_step_reads_the_whole_repository() {
    let files = tree::sources(&tree::paths().unwrap()).unwrap();
    assert!(files.len() >= FILES, "{} files", files.len());
    for (table, least) in TABLES.iter().zip(IMPORTS) {
        let found = arrows(table, &files);
        assert!(found.imports >= least, "{} imports in {}", found.imports, table.name);
    }
    assert_eq!(at_least("files of Rust", 500, 500), Vec::<String>::new());
    assert_eq!(
        at_least("files of Rust", 499, 500),
        ["499 files of Rust were found, at least 500 are expected: the step looks at the wrong place"]
    );
}

#[test]
fn every_file_is_read_to_its_end() {
    for file in tree::sources(&tree::paths().unwrap()).unwrap() {
        let mut open = Vec::new();
        for token in tokens(&file.text) {
            match token.kind {
                Kind::Mark('(') => open.push(')'),
                Kind::Mark('[') => open.push(']'),
                Kind::Mark('{') => open.push('}'),
                Kind::Mark(mark @ (')' | ']' | '}')) => {
                    assert_eq!(open.pop(), Some(mark), "{}:{}", file.path, token.line);
                }
                _ => {}
            }
        }
        assert_eq!(open, [], "{}", file.path);
    }
}

#[test]
fn a_break_planted_in_a_real_file_is_found() {
    let mut files = tree::sources(&tree::paths().unwrap()).unwrap();
    let planted = [
        ("raft-core/src/network/mod.rs", "cluster::Cluster", "network imports cluster", "model"),
        ("app/src/session/mod.rs", "shell::App", "session imports shell", "session"),
    ];
    for (table, (path, name, said, common)) in TABLES.iter().zip(planted) {
        let file = files.iter_mut().find(|file| file.path == path).unwrap();
        file.text = format!("use crate::{name};\n{}", file.text);
        let to = name.split(':').next().unwrap();
        let said = format!(
            "{path}:1: {said}, which stands above it: move what both need down to {common}, or the caller up to {to}"
        );
        let found = arrows(table, &files);
        assert!(found.faults.contains(&said), "{:#?}", found.faults);
    }
}
