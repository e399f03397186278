//! The fuzz targets as bounded tests: the inputs that cargo-fuzz kept, suitable files of the
//! repository, and mutations of both. The inputs are the same each time. `cargo xtask fuzz TARGET`
//! runs without a bound.

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

/// Returns the contents of all files below a folder whose paths end in `ending`, sorted by path.
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

/// Runs the target on an input. On a failure or panic, stores the input for `cargo xtask fuzz` and
/// panics with it.
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

/// Runs the target on its corpus, on further seeds and on mutations of all of them.
fn hold(name: &str, more: Vec<Vec<u8>>, words: Vec<Vec<u8>>, mutations: usize) {
    let target = target(name).unwrap();
    let mut seeds = files(&format!("tools/fuzz/corpus/{name}"), "");
    assert!(!seeds.is_empty(), "the corpus of {name} is empty");
    seeds.extend(more);
    seeds.iter().for_each(|input| judge(target, input));
    let mut mutants = Mutations::new(SEED, seeds, words);
    (0..mutations).for_each(|_| judge(target, &mutants.next_input()));
}

/// Returns the words of the scenario language, taken from its reference.
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
fn arbitrary_scenarios_are_parsed_printed_and_played() {
    hold("scenario", scenarios(), words(), 6_000);
}

#[test]
fn arbitrary_links_decode_or_are_refused() {
    let documents = scenarios().into_iter().map(|text| [b"D1 \n".as_slice(), &text].concat());
    let links = files("tests/links", "");
    hold("link", documents.chain(links).collect(), words(), 20_000);
}

#[test]
fn arbitrary_typed_lines_are_answered() {
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

/// Returns the lines that were typed when the corpus of a real etcd was recorded.
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
fn a_run_continues_after_arbitrary_actions() {
    hold("cluster", Vec::new(), Vec::new(), 400);
}
