//! Scenarios without faults, exported by `raft-playground shell` and run against a real etcd: each
//! command must print the same as in the playground.
//!
//! `REAL_ETCD=1` enables the test, with `etcd` and `etcdctl` on PATH; `cargo xtask test --only
//! etcd` sets both up. Without it, the test prints that it compared nothing. `REAL_ETCD_ONLY=lock`
//! selects the scenarios whose file names start with `lock`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod answers;
mod cluster;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use answers::{Answer, from_script, normal, of_the_playground};
use cluster::{Etcd, version};
use raft_core::scenario::{Deed, Scenario, parse};

/// The minimum number of compared scenarios if all are selected.
const LEAST: usize = 10;
/// The number of clusters that run at the same time.
const AT_ONCE: usize = 4;

/// Returns the scenarios that a script can play without a person.
fn scenarios() -> Vec<(PathBuf, Scenario)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scenarios")];
    let only = std::env::var("REAL_ETCD_ONLY").unwrap_or_default();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let scenario = parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let wanted = path.file_name().unwrap().to_string_lossy().starts_with(&only);
            if wanted && is_harmless(&scenario) {
                found.push((path, scenario));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn is_harmless(scenario: &Scenario) -> bool {
    let types = scenario.steps.iter().any(|step| matches!(step.deed, Deed::Command { .. }));
    types
        && scenario.steps.iter().all(|step| {
            let is_harmless = matches!(
                step.deed,
                Deed::Name(..)
                    | Deed::Command { .. }
                    | Deed::Output { .. }
                    | Deed::Interrupt(..)
                    | Deed::Wait(..)
                    | Deed::WaitFor(_)
                    | Deed::Expect(_)
            );
            step.deed.is_text() || is_harmless
        })
}

/// Runs a scenario in the playground and on a real etcd. Returns the number of compared commands,
/// the number of commands that the script omits, and the differences.
fn compare(path: &Path, scenario: &Scenario) -> (usize, usize, Vec<String>) {
    let here = of_the_playground(scenario);
    let etcd = Etcd::start(scenario.settings.nodes, scenario.settings.quota);
    let script = etcd.folder().join("script.sh");
    let exported = Command::new(env!("CARGO_BIN_EXE_raft-playground"))
        .args([Path::new("shell"), path, Path::new("-o"), &script])
        .status()
        .unwrap();
    assert!(exported.success(), "{} was not exported", path.display());
    let there = from_script(&script, &etcd);
    let mut differences = Vec::new();
    let (mut compared, mut left_out) = (0, 0);
    for Answer { line, on, text, .. } in here {
        let Some(real) = there.iter().find(|answer| answer.line == line) else {
            left_out += 1;
            continue;
        };
        if real.is_translated {
            left_out += 1;
            continue;
        }
        compared += 1;
        let (text, real) = (normal(&etcd, on, &text), normal(&etcd, on, &real.text));
        if text != real {
            differences.push(format!("line {line}:\n  playground {text:?}\n  real etcd  {real:?}"));
        }
    }
    (compared, left_out, differences)
}

#[test]
fn a_real_etcd_answers_exported_scenarios_alike() {
    if std::env::var_os("REAL_ETCD").is_none() {
        println!("skipped: 0 scenarios compared with a real etcd; cargo xtask test --only etcd does it");
        return;
    }
    println!("{}; {}", version("etcd", "--version"), version("etcdctl", "version"));
    let began = Instant::now();
    let scenarios = scenarios();
    let next = AtomicUsize::new(0);
    let (sums, problems) = (Mutex::new((0, 0, 0)), Mutex::new(Vec::new()));
    let worker = || {
        while let Some((path, scenario)) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let (compared, left_out, differences) = match compare(path, scenario) {
                (_, _, differences) if !differences.is_empty() => {
                    // A real cluster uses the wall clock and may miss its timeouts on a busy
                    // machine. A real difference occurs again on a new cluster.
                    println!("{name:32} differs, and is compared once more: {}", differences.join("\n"));
                    compare(path, scenario)
                }
                alike => alike,
            };
            println!("{name:32} {compared:3} commands compared, {left_out} left out");
            let mut sums = sums.lock().unwrap();
            *sums = (sums.0 + usize::from(compared > 0), sums.1 + compared, sums.2 + left_out);
            problems.lock().unwrap().extend(differences.iter().map(|text| format!("{name}, {text}")));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(worker);
        }
    });
    let (played, compared, left_out) = *sums.lock().unwrap();
    let problems = problems.into_inner().unwrap();
    println!(
        "real etcd: {played} scenarios, {compared} commands compared, {} differ, {left_out} left out, in {:.0} s",
        problems.len(),
        began.elapsed().as_secs_f64()
    );
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(played >= LEAST || std::env::var_os("REAL_ETCD_ONLY").is_some(), "only {played} were compared");
}
