//! Writes and checks `LICENSES-THIRD-PARTY.txt`: the licences of everything that is compiled into the published page and
//! command. The page shows it under Help, the single file contains it, and the command prints it.
//!
//! The file is kept in the repository, so that `cargo build` alone makes a complete command. `cargo xtask licences` writes
//! it; the build of the page and the step `deny` compare it with Cargo.lock.
//!
//! The list is what `cargo tree` prints as normal dependencies: the page's for wasm32, the command's for all systems.
//! Procedural macros and build scripts run during compilation and are not listed. Code that the linker removes is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{cargo, output};
use crate::{Failure, place};

/// The file's name, in the repository's root.
const FILE: &str = "LICENSES-THIRD-PARTY.txt";

/// The published programs: package, target (`cargo tree --target`), and name in the file.
const PUBLISHED: [(&str, &str, &str); 2] =
    [("raft-playground-app", "wasm32-unknown-unknown", PAGE), ("raft-core", "all", COMMAND)];
const PAGE: &str = "page";
const COMMAND: &str = "command";
/// Packages that write parts of the page's scripts during the build.
const WRITERS: [&str; 2] = ["wasm-bindgen-cli-support", "wasm_split_cli_support"];

/// Beginnings of the names of licence files, in lower case. One package has its licence in `AUTHORS`.
const NAMES: [&str; 7] = ["licence", "license", "copying", "copyright", "notice", "unlicense", "authors"];

const HEAD: &str = "\
THIRD-PARTY LICENCES OF RAFT PLAYGROUND

Raft Playground itself is licensed under MIT or Apache-2.0, at your choice. This file lists the work of others that is
compiled into the published page and the single file (\"page\") and into the program raft-playground (\"command\"), with
the texts of the licences. `cargo xtask licences` makes it from Cargo.lock.
";

/// A work of others that is compiled in.
struct Part {
    licence: String,
    /// The programs that contain it.
    places: BTreeSet<&'static str>,
    /// A remark in parentheses, such as what was taken over; may be empty.
    note: String,
    /// The texts of its licences, as shipped.
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

/// Compares the file with Cargo.lock. Returns the closing line.
///
/// # Errors
/// Returns an error that names the first line that differs, and the remedy.
pub fn held() -> Result<String, Failure> {
    let path = place::root().join(FILE);
    let kept = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    compared(&kept, &made()?)
}

fn compared(kept: &str, made: &str) -> Result<String, Failure> {
    // Line by line, since a checkout may have converted line endings.
    let mut lines = kept.lines().zip(made.lines()).enumerate();
    let differs = lines.find(|(_, (kept, made))| kept != made);
    let fault = match differs {
        Some((at, (kept, made))) => format!("line {} is {kept:?}, not {made:?}", at + 1),
        None if kept.lines().count() != made.lines().count() => "its length differs".to_owned(),
        None => return Ok(format!("licences: {FILE} holds {} parts", made.matches("\n- ").count())),
    };
    Err(format!("{FILE} does not match Cargo.lock ({fault}): run cargo xtask licences"))
}

/// Makes the file's text.
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
    Ok(formatted(&parts))
}

/// Parses a line such as `serde v1.0.0|MIT` into name, version and licence. A path may stand before the bar.
fn tree_line(line: &str) -> Option<(&str, &str, &str)> {
    let (package, licence) = line.rsplit_once('|')?;
    let (name, rest) = package.split_once(" v")?;
    Some((name, rest.split(' ').next()?, licence))
}

/// Adds a package, with the licence files beside its manifest. Packages of this repository are left out, unless they
/// have a licence file of their own.
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
    let mut note = if own { "changed; its first lines say how".to_owned() } else { String::new() };
    if texts.is_empty() {
        texts.push(standard(licence, &authors).ok_or_else(|| {
            format!("{name} {version} ships no licence text, and the only standard text here is MIT's, not {licence:?}")
        })?);
        note =
            "ships no licence text; this is the standard one, with the authors from its manifest".to_owned();
    }
    let part = Part { licence: licence.to_owned(), places: BTreeSet::from([place]), note, texts };
    parts.insert((name.to_owned(), version.to_owned()), part);
    Ok(())
}

/// Returns the works that are not packages of Cargo.
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
    let library = "including its own dependencies, which COPYRIGHT-library.html in the toolchain lists";
    let part = |licence: &str, note: &str, texts| Part {
        licence: licence.to_owned(),
        places: BTreeSet::from([PAGE, COMMAND]),
        note: note.to_owned(),
        texts,
    };
    let etcd = "by The etcd Authors: names, help texts and messages of etcdctl";
    Ok(BTreeMap::from([
        (
            ("Rust's standard library".to_owned(), rust.to_owned()),
            part("MIT OR Apache-2.0", library, vec![mit, apache.clone()]),
        ),
        (("etcd".to_owned(), "3.4".to_owned()), part("Apache-2.0", etcd, vec![apache])),
    ]))
}

/// Finds the folder and the authors of a package in the output of `cargo metadata`.
fn described(metadata: &str, name: &str, version: &str) -> Option<(PathBuf, String)> {
    // Only in a package does the version follow the name.
    let after = metadata.split_once(&format!("{{\"name\":\"{name}\",\"version\":\"{version}\","))?.1;
    let package = after.split_once("\"default_run\":")?.0;
    let manifest = package.split_once("\"manifest_path\":\"")?.1.split_once('"')?.0.replace("\\\\", "\\");
    let authors = package.rsplit_once("\"authors\":[")?.1.split_once(']')?.0;
    // Without the mail address.
    let name = |author: &str| author.split('<').next().unwrap_or_default().trim().to_owned();
    let authors: Vec<String> = authors.split('"').skip(1).step_by(2).map(name).collect();
    Some((Path::new(&manifest).parent()?.to_path_buf(), authors.join(", ")))
}

/// Lists the licence files in a package's folder, in order of their names.
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

/// Returns the standard text of a licence expression: MIT's, if MIT is one of its choices.
fn standard(licence: &str, authors: &str) -> Option<String> {
    let choices = licence.split(['/', ' ']);
    let single = !licence.contains("AND");
    let holders = if authors.is_empty() { "its authors" } else { authors };
    (single && choices.into_iter().any(|choice| choice == "MIT")).then(|| mit(holders))
}

/// Returns MIT's text for these copyright holders.
fn mit(holders: &str) -> String {
    const MIT: &str = include_str!("../../../LICENSE-MIT");
    let line = |line: &str| {
        if line.starts_with("Copyright (c)") { format!("Copyright (c) {holders}") } else { line.to_owned() }
    };
    MIT.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Reduces a text to what distinguishes it: letters and digits, without Apache's appendix on how to apply the licence
/// if its blanks are not filled in.
fn reduced(text: &str) -> String {
    const END: &str = "END OF TERMS AND CONDITIONS";
    let terms = match text.split_once(END) {
        Some((terms, appendix)) if ["[yyyy]", "{yyyy}"].iter().any(|year| appendix.contains(year)) => terms,
        Some((terms, appendix)) if appendix.trim().is_empty() => terms,
        _ => text,
    };
    let letters = terms.to_lowercase().replace("https:", "http:");
    letters.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// Formats the list of parts, then each text once.
fn formatted(parts: &Parts) -> String {
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut texts = String::new();
    let mut list = String::new();
    for ((name, version), part) in parts {
        let mut own = Vec::new();
        for text in &part.texts {
            let next = numbers.len() + 1;
            let number = *numbers.entry(reduced(text)).or_insert(next);
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
    fn equal_texts_are_printed_once() {
        let parts = [("a", "One  text."), ("b", "one\ntext"), ("c", "Another")]
            .map(|(name, text)| ((name.to_owned(), "1.0.0".to_owned()), part(text)));
        let file = formatted(&Parts::from(parts));
        for line in ["- a 1.0.0: MIT; in page; text 1\n", "- b 1.0.0: MIT; in page; text 1\n", "; text 2\n"] {
            assert!(file.contains(line), "{file}");
        }
        assert_eq!(file.matches("---- Text ").count(), 2);
    }

    #[test]
    fn a_filled_in_appendix_is_kept() {
        let terms = "Apache\nEND OF TERMS AND CONDITIONS\n";
        assert_eq!(reduced(terms), reduced(&format!("{terms}Copyright [yyyy] [name of copyright owner]")));
        assert_ne!(reduced(terms), reduced(&format!("{terms}Copyright 2016 The Authors")));
    }

    #[test]
    fn the_output_of_cargo_is_parsed() {
        let line = "pooled v0.1.0 (/a folder/pooled)|MIT OR Apache-2.0";
        assert_eq!(tree_line(line), Some(("pooled", "0.1.0", "MIT OR Apache-2.0")));
        let metadata = "[{\"name\":\"a\",\"version\":\"1.0.0\",\"dependencies\":[{\"name\":\"b\",\"source\":null}],\
                        \"manifest_path\":\"/a/Cargo.toml\",\"metadata\":{\"authors\":[\"x\"]},\
                        \"authors\":[\"A B <a@b>\",\"C\"],\"default_run\":null},{\"name\":\"b\",\"version\":\"2.0.0\"}]";
        assert_eq!(described(metadata, "a", "1.0.0"), Some((PathBuf::from("/a"), "A B, C".to_owned())));
        assert_eq!(described(metadata, "b", "2.0.0"), None);
    }

    #[test]
    fn mit_is_the_only_standard_text() {
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
    fn an_outdated_file_is_found() {
        assert_eq!(compared("a\n- b\n", "a\r\n- b\r\n"), Ok(format!("licences: {FILE} holds 1 parts")));
        let older = compared("a\n- b 1.0.0\n", "a\n- b 1.0.1\n").unwrap_err();
        assert!(
            older.contains("line 2 is \"- b 1.0.0\", not \"- b 1.0.1\"")
                && older.contains("cargo xtask licences")
        );
        assert!(compared("a\n", "a\n- b\n").is_err());
    }
}
