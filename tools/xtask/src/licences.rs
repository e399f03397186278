//! The licences of all that is compiled into what is published: `LICENSES-THIRD-PARTY.txt`, which the page shows under
//! Help, the single file holds and the native command prints.
//!
//! It lies in the repository, so that `cargo build` alone makes a whole command, and is compared with Cargo.lock
//! whenever the page is built and in the step `deny`. `cargo xtask licences` writes it.
//!
//! What counts is what `cargo tree` names as normal dependencies: of the page for wasm32, of the command for any
//! system. Macros and build scripts run while it is compiled and are no part of it. What the linker leaves out stays in
//! the list.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{cargo, output};
use crate::{Failure, place};

/// The file, in the repository's root.
const FILE: &str = "LICENSES-THIRD-PARTY.txt";

/// What is published: its package, the systems it is compiled for, and its name in the file.
const PUBLISHED: [(&str, &str, &str); 2] =
    [("raft-playground-app", "wasm32-unknown-unknown", PAGE), ("raft-core", "all", COMMAND)];
const PAGE: &str = "page";
const COMMAND: &str = "command";
/// Packages that write parts of the page's scripts while it is built.
const WRITERS: [&str; 2] = ["wasm-bindgen-cli-support", "wasm_split_cli_support"];

/// How the names of files begin that speak of licences, in small letters.
const NAMES: [&str; 7] = ["licence", "license", "copying", "copyright", "notice", "unlicense", "authors"];

const HEAD: &str = "\
LICENCES OF WHAT RAFT PLAYGROUND IS MADE OF

Raft Playground itself is licensed under MIT or Apache-2.0, at your choice. This file names everything by others that
is compiled into what is published, with the texts of its licences: \"page\" is the page and the single file,
\"command\" the program raft-playground. `cargo xtask licences` makes it of Cargo.lock.
";

/// Something by others that is compiled in.
struct Part {
    licence: String,
    /// In what it is published.
    places: BTreeSet<&'static str>,
    /// What of it is taken over, or that it ships no text of its licence.
    note: String,
    /// The texts of its licences, as they are shipped.
    texts: Vec<String>,
}

/// Parts by name and version.
type Parts = BTreeMap<(String, String), Part>;

/// `cargo xtask licences`
pub fn write() -> Result<(), Failure> {
    let path = place::root().join(FILE);
    fs::write(&path, made()?).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{} is written", path.display());
    Ok(())
}

/// Fails unless the file is what Cargo.lock says. The closing line.
pub fn held() -> Result<String, Failure> {
    let path = place::root().join(FILE);
    let kept = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    compared(&kept, &made()?)
}

fn compared(kept: &str, made: &str) -> Result<String, Failure> {
    // A checkout may have turned line ends.
    let mut lines = kept.lines().zip(made.lines()).enumerate();
    let differs = lines.find(|(_, (kept, made))| kept != made);
    let fault = match differs {
        Some((at, (kept, made))) => format!("line {} is {kept:?}, not {made:?}", at + 1),
        None if kept.lines().count() != made.lines().count() => "its end is missing, or too long".to_owned(),
        None => return Ok(format!("licences: {FILE} holds {} parts", made.matches("\n- ").count())),
    };
    Err(format!("{FILE} is not what Cargo.lock says ({fault}): write it anew with cargo xtask licences"))
}

/// The file's text.
fn made() -> Result<String, Failure> {
    let metadata =
        output(cargo("metadata").args(["--format-version", "1"])).map_err(|(_, failure)| failure)?;
    let mut parts = taken_over()?;
    for (package, target, place) in PUBLISHED {
        let tree = output(cargo("tree").args(["--package", package, "--target", target]).args([
            "--edges",
            "normal,no-proc-macro",
            "--prefix",
            "none",
            "--no-dedupe",
            "--format",
            "{p}|{l}",
        ]))
        .map_err(|(_, failure)| failure)?;
        for line in tree.lines().collect::<BTreeSet<_>>() {
            let (name, version, licence) =
                tree_line(line).ok_or_else(|| format!("cargo tree printed {line:?}"))?;
            add(&mut parts, &metadata, (name, version), licence, place)?;
        }
    }
    for name in WRITERS {
        let wrong = || format!("cargo metadata names no {name}");
        let after =
            metadata.split_once(&format!("{{\"name\":\"{name}\",\"version\":\"")).ok_or_else(wrong)?.1;
        let version = after.split('"').next().unwrap_or_default();
        let licence = after.split_once("\"license\":\"").ok_or_else(wrong)?.1;
        add(&mut parts, &metadata, (name, version), licence.split('"').next().unwrap_or_default(), PAGE)?;
    }
    Ok(told(&parts))
}

/// A package's name, version and licence from a line such as `serde v1.0.0|MIT`; a folder may stand before the bar.
fn tree_line(line: &str) -> Option<(&str, &str, &str)> {
    let (package, licence) = line.rsplit_once('|')?;
    let (name, rest) = package.split_once(" v")?;
    Some((name, rest.split(' ').next()?, licence))
}

/// Notes a package, with the texts that lie beside its manifest. This repository's own packages are no part by others,
/// unless they carry a licence of their own.
fn add(
    parts: &mut Parts,
    metadata: &str,
    (name, version): (&str, &str),
    licence: &str,
    place: &'static str,
) -> Result<(), Failure> {
    if let Some(part) = parts.get_mut(&(name.to_owned(), version.to_owned())) {
        part.places.insert(place);
        return Ok(());
    }
    let (folder, authors) = described(metadata, name, version)
        .ok_or_else(|| format!("cargo metadata names no {name} {version}"))?;
    let mut texts = Vec::new();
    for file in licence_files(&folder)? {
        texts.push(fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?);
    }
    let own = folder.starts_with(place::root());
    if own && texts.is_empty() {
        return Ok(());
    }
    let mut note = if own { "changed, see the package's first lines".to_owned() } else { String::new() };
    if texts.is_empty() {
        texts.push(standard(licence, &authors).ok_or_else(|| {
            format!("{name} {version} ships no text of its licence, and there is no standard one of {licence:?} here")
        })?);
        note = "it ships no text; this is the licence's, with the authors that it names".to_owned();
    }
    let part = Part { licence: licence.to_owned(), places: BTreeSet::from([place]), note, texts };
    parts.insert((name.to_owned(), version.to_owned()), part);
    Ok(())
}

/// What is taken over and is no package of Cargo's.
fn taken_over() -> Result<Parts, Failure> {
    let text =
        |file: &str| fs::read_to_string(place::root().join(file)).map_err(|error| format!("{file}: {error}"));
    let apache = text("LICENSE-APACHE")?;
    let toolchain = text("rust-toolchain.toml")?;
    let rust = toolchain
        .split_once("channel = \"")
        .and_then(|(_, rest)| rest.split('"').next())
        .ok_or("rust-toolchain.toml names no channel")?;
    let mit = mit("The Rust Project Developers");
    let library = "with what it is compiled from; COPYRIGHT-library.html of the toolchain lists that";
    let part = |licence: &str, note: &str, texts| Part {
        licence: licence.to_owned(),
        places: BTreeSet::from([PAGE, COMMAND]),
        note: note.to_owned(),
        texts,
    };
    let etcd = "the texts of etcdctl, by The etcd Authors: commands, options, help and messages";
    Ok(BTreeMap::from([
        (
            ("Rust's standard library".to_owned(), rust.to_owned()),
            part("MIT OR Apache-2.0", library, vec![mit, apache.clone()]),
        ),
        (("etcd".to_owned(), "3.4".to_owned()), part("Apache-2.0", etcd, vec![apache])),
    ]))
}

/// The folder and the authors of a package, from what `cargo metadata` prints.
fn described(metadata: &str, name: &str, version: &str) -> Option<(PathBuf, String)> {
    // The two follow each other in a package, and nowhere else.
    let after = metadata.split_once(&format!("{{\"name\":\"{name}\",\"version\":\"{version}\","))?.1;
    let package = after.split_once("\"default_run\":")?.0;
    let manifest = package.split_once("\"manifest_path\":\"")?.1.split_once('"')?.0.replace("\\\\", "\\");
    let authors = package.rsplit_once("\"authors\":[")?.1.split_once(']')?.0;
    // An address is for letters, not for a licence.
    let name = |author: &str| author.split('<').next().unwrap_or_default().trim().to_owned();
    let authors: Vec<String> = authors.split('"').skip(1).step_by(2).map(name).collect();
    Some((Path::new(&manifest).parent()?.to_path_buf(), authors.join(", ")))
}

/// The files in a package's folder that speak of licences, in order.
fn licence_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.is_file() && is_licence(path));
    files.sort();
    Ok(files)
}

fn is_licence(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    NAMES.iter().any(|start| name.starts_with(start)) && !name.ends_with(".toml")
}

/// The text of a licence that a package names and does not ship; only MIT's, which is a choice in all of them.
fn standard(licence: &str, authors: &str) -> Option<String> {
    let choices = licence.split(['/', ' ']);
    let single = !licence.contains("AND");
    let holders = if authors.is_empty() { "its authors" } else { authors };
    (single && choices.into_iter().any(|choice| choice == "MIT")).then(|| mit(holders))
}

/// MIT's text, with whose it is.
fn mit(holders: &str) -> String {
    const MIT: &str = include_str!("../../../LICENSE-MIT");
    let line = |line: &str| {
        if line.starts_with("Copyright (c)") { format!("Copyright (c) {holders}") } else { line.to_owned() }
    };
    MIT.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Equal for texts that say the same: letters and digits count, and Apache's appendix on how to apply it does not,
/// unless somebody has filled it in.
fn said(text: &str) -> String {
    const END: &str = "END OF TERMS AND CONDITIONS";
    let terms = match text.split_once(END) {
        Some((terms, appendix)) if ["[yyyy]", "{yyyy}"].iter().any(|year| appendix.contains(year)) => terms,
        Some((terms, appendix)) if appendix.trim().is_empty() => terms,
        _ => text,
    };
    let letters = terms.to_lowercase().replace("https:", "http:");
    letters.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// The file's text: the parts, then each text once.
fn told(parts: &Parts) -> String {
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut texts = String::new();
    let mut list = String::new();
    for ((name, version), part) in parts {
        let mut own = Vec::new();
        for text in &part.texts {
            let next = numbers.len() + 1;
            let number = *numbers.entry(said(text)).or_insert(next);
            if number == next {
                let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
                let text = lines.join("\n");
                texts.push_str(&format!("\n---- Text {number} ----\n\n{}\n", text.trim_matches('\n')));
            }
            if !own.contains(&number.to_string()) {
                own.push(number.to_string());
            }
        }
        let places: Vec<&str> = part.places.iter().copied().collect();
        let note = if part.note.is_empty() { String::new() } else { format!(" ({})", part.note) };
        list.push_str(&format!(
            "- {name} {version}: {}; in {}; text {}{note}\n",
            part.licence,
            places.join(" and "),
            own.join(", ")
        ));
    }
    format!("{HEAD}\n{list}{texts}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn part(text: &str) -> Part {
        Part {
            licence: "MIT".to_owned(),
            places: BTreeSet::from([PAGE]),
            note: String::new(),
            texts: vec![text.to_owned()],
        }
    }

    #[test]
    fn equal_texts_stand_once_and_others_each() {
        let parts = [("a", "One  text."), ("b", "one\ntext"), ("c", "Another")]
            .map(|(name, text)| ((name.to_owned(), "1.0.0".to_owned()), part(text)));
        let file = told(&Parts::from(parts));
        for line in ["- a 1.0.0: MIT; in page; text 1\n", "- b 1.0.0: MIT; in page; text 1\n", "; text 2\n"] {
            assert!(file.contains(line), "{file}");
        }
        assert_eq!(file.matches("---- Text ").count(), 2);
    }

    #[test]
    fn an_appendix_that_is_filled_in_is_kept() {
        let terms = "Apache\nEND OF TERMS AND CONDITIONS\n";
        assert_eq!(said(terms), said(&format!("{terms}Copyright [yyyy] [name of copyright owner]")));
        assert_ne!(said(terms), said(&format!("{terms}Copyright 2016 The Authors")));
    }

    #[test]
    fn what_cargo_prints_is_understood() {
        let line = "pooled v0.1.0 (/a folder/pooled)|MIT OR Apache-2.0";
        assert_eq!(tree_line(line), Some(("pooled", "0.1.0", "MIT OR Apache-2.0")));
        let metadata = "[{\"name\":\"a\",\"version\":\"1.0.0\",\"dependencies\":[{\"name\":\"b\",\"source\":null}],\
                        \"manifest_path\":\"/a/Cargo.toml\",\"metadata\":{\"authors\":[\"x\"]},\
                        \"authors\":[\"A B <a@b>\",\"C\"],\"default_run\":null},{\"name\":\"b\",\"version\":\"2.0.0\"}]";
        assert_eq!(described(metadata, "a", "1.0.0"), Some((PathBuf::from("/a"), "A B, C".to_owned())));
        assert_eq!(described(metadata, "b", "2.0.0"), None);
    }

    #[test]
    fn a_licence_without_a_text_is_mit_or_refused() {
        let text = standard("MIT OR Apache-2.0", "A, B").unwrap();
        assert!(text.contains("Copyright (c) A, B\n") && !text.contains("contributors"), "{text}");
        for without in ["Apache-2.0", "MIT AND Zlib", "MIT-0"] {
            assert_eq!(standard(without, ""), None, "{without}");
        }
        for (file, speaks) in
            [("LICENSE-MIT", true), ("license.md", true), ("licenserc.toml", false), ("lib.rs", false)]
        {
            assert_eq!(is_licence(Path::new(file)), speaks, "{file}");
        }
    }

    #[test]
    fn a_file_that_is_behind_the_lock_is_found() {
        assert_eq!(compared("a\n- b\n", "a\r\n- b\r\n"), Ok(format!("licences: {FILE} holds 1 parts")));
        let older = compared("a\n- b 1.0.0\n", "a\n- b 1.0.1\n").unwrap_err();
        assert!(
            older.contains("line 2 is \"- b 1.0.0\", not \"- b 1.0.1\"")
                && older.contains("cargo xtask licences")
        );
        assert!(compared("a\n", "a\n- b\n").is_err());
    }
}
