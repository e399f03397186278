//! The fuzz targets as bounded tests: what cargo-fuzz has kept, what lies in the repository anyway, and
//! mutations of both. The same inputs each time. `cargo xtask fuzz TARGET` runs for as long as one likes.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use raft_core::fuzz::{Mutations, Target, target};
use raft_core::scenario::reference;

/// The seed of the mutations.
const SEED: u64 = 0x5eed;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The contents of all files below a folder whose names end so, in the order of their paths.
fn files(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    fn collect(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, ending, found);
            } else if path.to_str().is_some_and(|name| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(&root().join(folder), ending, &mut found);
    found.sort();
    found.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Judges an input; a broken promise or a panic is told with the input, which is kept for `cargo xtask fuzz`.
fn judge(target: &Target, input: &[u8]) {
    let judged = catch_unwind(AssertUnwindSafe(|| (target.judge)(input)));
    let why = match judged {
        Ok(Ok(())) => return,
        Ok(Err(why)) => why,
        Err(_) => "it panicked".to_owned(),
    };
    let kept = root().join("target").join(format!("fuzz-{}-found", target.name));
    fs::write(&kept, input).unwrap();
    panic!("{}: {why}\nthe input is in {}:\n{}", target.name, kept.display(), input.escape_ascii());
}

/// Judges the corpus, more seeds, and so many mutations of all of them.
fn hold(name: &str, more: Vec<Vec<u8>>, words: Vec<Vec<u8>>, mutations: usize) {
    let target = target(name).unwrap();
    let mut seeds = files(&format!("tools/fuzz/corpus/{name}"), "");
    assert!(!seeds.is_empty(), "the corpus of {name} is empty");
    seeds.extend(more);
    seeds.iter().for_each(|input| judge(target, input));
    let mut mutants = Mutations::new(SEED, seeds, words);
    (0..mutations).for_each(|_| judge(target, &mutants.next_input()));
}

/// The words of the language: whatever stands in its reference.
fn words() -> Vec<Vec<u8>> {
    let mut words: Vec<String> = reference().split_whitespace().map(|word| format!("{word} ")).collect();
    words.sort();
    words.dedup();
    words.extend(["\n", "\n@", "99999999999s ", "\u{202e}", "node10 ", "1000000/s "].map(str::to_owned));
    words.into_iter().map(String::into_bytes).collect()
}

fn scenarios() -> Vec<Vec<u8>> {
    let mut found = files("tests/scenarios", ".scenario");
    found.extend(files("app/lessons", ".scenario"));
    found
}

#[test]
fn scenarios_of_strangers_are_read_printed_and_played() {
    hold("scenario", scenarios(), words(), 6_000);
}

#[test]
fn links_of_strangers_open_as_what_they_are() {
    let documents = scenarios().into_iter().map(|text| [b"D1 \n".as_slice(), &text].concat());
    let links = files("tests/links", "");
    hold("link", documents.chain(links).collect(), words(), 20_000);
}

#[test]
fn whatever_is_typed_is_answered() {
    let lines = recorded_lines();
    let scripts: Vec<Vec<u8>> = lines.chunks(8).map(|lines| lines.join("\n").into_bytes()).collect();
    assert!(scripts.len() > 100, "{} scripts of recorded lines", scripts.len());
    let mut words: Vec<String> = lines.iter().flat_map(|line| line.split(' ')).map(str::to_owned).collect();
    words.sort();
    words.dedup();
    words.extend(
        ["\n<", "\n^", "\n=", "\n@90", " &", "\\x00", "-w json", "=", "9223372036854775808"]
            .map(str::to_owned),
    );
    hold("etcdctl", scripts, words.into_iter().map(String::into_bytes).collect(), 1_500);
}

/// What was typed at the real etcd.
fn recorded_lines() -> Vec<String> {
    let of = |script: Vec<u8>| -> Vec<String> {
        let steps: serde_json::Value = serde_json::from_slice(&script).unwrap_or_default();
        let steps = steps.as_array().cloned().unwrap_or_default();
        let typed = |step: &serde_json::Value| step["cmd"].as_str().map(str::to_owned);
        steps.iter().filter_map(typed).filter(|line| !line.starts_with('@')).collect()
    };
    files("tests/etcd-corpus", ".json").into_iter().flat_map(of).collect()
}

#[test]
fn whatever_is_done_to_a_cluster_the_run_goes_on() {
    hold("cluster", Vec::new(), Vec::new(), 400);
}
