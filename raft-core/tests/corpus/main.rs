//! The recorded behaviour of a real etcd, replayed: every step of every script runs on a cluster
//! with etcd's names, ports and timings, and its output is compared with that of etcdctl 3.4.23.
//!
//! `ETCD_CORPUS` names another folder of scripts; the default is `/tests/etcd-corpus`.
//! `/tests/etcd-corpus-passes.txt` pins the number of passing steps per script: with fewer the test
//! fails, with more it asks for the new number. A script that is not in that table must pass
//! completely. `ETCD_CORPUS_ONLY=p08` plays only the scripts whose names start with `p08`;
//! `ETCD_CORPUS_DIFFS=1` shows the wanted and the actual output.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod compare;
mod play;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use play::{Player, StepResult};
use serde_json::Value;

/// The maximum share of excepted steps, in percent.
const EXCEPTED_PERCENT: usize = 3;

#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
    optional_passed: usize,
    optional_failed: usize,
    excepted: usize,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests").join(name)
}

/// Returns the lines of a table as words, without comments.
fn table(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(folder(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
}

fn scripts() -> Vec<(String, Vec<Value>)> {
    let root = std::env::var_os("ETCD_CORPUS").map_or_else(|| folder("etcd-corpus"), PathBuf::from);
    let only = std::env::var("ETCD_CORPUS_ONLY").unwrap_or_default();
    let entries = std::fs::read_dir(&root).unwrap_or_else(|error| panic!("{}: {error}", root.display()));
    let mut scripts = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "json") && name.starts_with(&only) {
            let text = std::fs::read_to_string(&path).unwrap();
            let steps: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            // The manifest that may be beside the scripts is not a list of steps.
            if let Value::Array(steps) = steps {
                scripts.push((name, steps));
            }
        }
    }
    assert!(!scripts.is_empty(), "{} holds no scripts", root.display());
    scripts.sort_by(|a, b| a.0.cmp(&b.0));
    scripts
}

fn replay(name: &str, steps: &[Value], excepted: &[Vec<String>]) -> Tally {
    let shows_diffs = std::env::var_os("ETCD_CORPUS_DIFFS").is_some();
    let mut player = Player::default();
    let mut tally = Tally::default();
    for step in steps {
        let result = player.play(step);
        let number = step["n"].to_string();
        let (StepResult::Passed | StepResult::Failed(_)) = &result else { continue };
        let passed = matches!(result, StepResult::Passed);
        if excepted
            .iter()
            .any(|words| words.first().is_some_and(|file| file == name) && words.get(1) == Some(&number))
        {
            tally.excepted += 1;
            continue;
        }
        match (step["scope"].is_string(), passed) {
            (false, true) => tally.passed += 1,
            (false, false) => tally.failed += 1,
            (true, true) => tally.optional_passed += 1,
            (true, false) => tally.optional_failed += 1,
        }
        if let StepResult::Failed(why) = result {
            let what = step["cmd"].as_str().unwrap_or("");
            let scope = step["scope"].as_str().map_or(String::new(), |scope| format!(" ({scope})"));
            println!("  {name} step {number}{scope}: {what}");
            if shows_diffs {
                println!("{why}");
            }
        }
    }
    tally
}

#[test]
fn corpus_of_a_real_etcd_holds() {
    let excepted = table("etcd-corpus-exceptions.txt");
    let pinned: BTreeMap<String, usize> = table("etcd-corpus-passes.txt")
        .into_iter()
        .map(|words| (words[0].clone(), words[1].parse().unwrap()))
        .collect();
    let scripts = scripts();
    let mut sum = Tally::default();
    let mut problems = Vec::new();
    let mut lines = Vec::new();
    for (name, steps) in &scripts {
        let tally = replay(name, steps, &excepted);
        lines.push(format!(
            "{name:28} passed {:3} of {:3}, optional {:2} of {:2}, excepted {}",
            tally.passed,
            tally.passed + tally.failed,
            tally.optional_passed,
            tally.optional_passed + tally.optional_failed,
            tally.excepted,
        ));
        match pinned.get(name) {
            Some(least) if tally.passed < *least => {
                problems.push(format!("{name}: {} steps pass, {least} did before", tally.passed));
            }
            Some(least) if tally.passed > *least => {
                lines.push(format!("  please write {} into tests/etcd-corpus-passes.txt", tally.passed));
            }
            None if tally.failed > 0 => problems.push(format!("{name}: {} steps fail", tally.failed)),
            _ => {}
        }
        sum.passed += tally.passed;
        sum.failed += tally.failed;
        sum.optional_passed += tally.optional_passed;
        sum.optional_failed += tally.optional_failed;
        sum.excepted += tally.excepted;
    }
    println!("{}", lines.join("\n"));
    println!(
        "{} of {} steps pass, {} of {} optional ones, {} excepted",
        sum.passed,
        sum.passed + sum.failed,
        sum.optional_passed,
        sum.optional_passed + sum.optional_failed,
        sum.excepted,
    );
    let all = sum.passed + sum.failed + sum.excepted;
    assert!(sum.excepted * 100 <= all * EXCEPTED_PERCENT, "{} of {all} steps are excepted", sum.excepted);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
