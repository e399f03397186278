//! The output of each command in the playground and in the script, and the parts that may differ.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use raft_core::scenario::{Item, Player, Scenario};
use raft_core::units::NodeId;
use regex::Regex;

use super::cluster::Etcd;

/// The time after which a script is ended, in seconds.
const LIFE_S: &str = "60";

/// The output of one command.
#[derive(Debug)]
pub struct Answer {
    /// The line of the scenario.
    pub line: u32,
    /// The node of the terminal; 0 if it is not known.
    pub on: NodeId,
    /// Whether the script runs a command of API 3 in place of the typed command of API 2.
    pub is_translated: bool,
    /// Standard output, then standard error.
    pub text: String,
}

/// Plays a scenario; returns the output of its commands.
pub fn of_the_playground(scenario: &Scenario) -> Vec<Answer> {
    let mut player = Player::new(scenario.clone()).unwrap();
    player.finish();
    assert!(!player.failed(), "the scenario does not hold");
    let printed = player.take_told().into_iter().filter_map(|told| match told.item {
        Item::Printed(on, output) => {
            let text = [output.stdout, output.stderr].concat();
            let text = String::from_utf8_lossy(&text).into_owned();
            Some(Answer { line: told.line, on, is_translated: false, text })
        }
        _ => None,
    });
    printed.collect()
}

/// Runs a script; returns the output of its commands.
pub fn from_script(script: &Path, etcd: &Etcd) -> Vec<Answer> {
    let text = std::fs::read_to_string(script).unwrap();
    let shell = if text.starts_with("#!/bin/sh") { "sh" } else { "bash" };
    let output = Command::new("timeout")
        .args(["-k", "2", LIFE_S, shell])
        .arg(script)
        .env("ENDPOINTS", etcd.endpoints())
        .env("EXPORT_MARKS", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let mut answers: BTreeMap<u32, Answer> = BTreeMap::new();
    for stream in [&output.stdout, &output.stderr] {
        let mut line = 0;
        for text in String::from_utf8_lossy(stream).split_inclusive('\n') {
            if let Some(mark) = text.strip_prefix("@@ ") {
                let (number, is_translated) = match mark.trim_end().split_once(' ') {
                    Some((number, _)) => (number, true),
                    None => (mark.trim_end(), false),
                };
                line = number.parse().unwrap();
                let none = Answer { line, on: 0, is_translated, text: String::new() };
                answers.entry(line).or_insert(none);
            } else if !text.starts_with("{\"level\":\"")
                && let Some(answer) = answers.get_mut(&line)
            {
                answer.text.push_str(text);
            }
        }
    }
    answers.into_values().collect()
}

/// Replaces everything that may differ between clusters by placeholders: ids, terms, sizes,
/// durations, versions, addresses, the leader, and the order of members.
pub fn normal(etcd: &Etcd, on: NodeId, text: &str) -> String {
    const RULES: [(&str, &str); 8] = [
        (r" {0,3}\b[0-9a-f]{14,16}\b", " <id>"),
        (r#""(cluster_id|member_id|raft_term|ID|lease)":[1-9][0-9]*"#, r#""$1":<n>"#),
        (r#""(ClusterID|MemberID|RaftTerm|ID|Lease)" : [1-9][0-9]*"#, r#""$1" : <n>"#),
        (r"memberID:[0-9]+", "memberID:<n>"),
        (r"took = [0-9.]+(ns|µs|ms|s)", "took = <time>"),
        (r" <id>, [0-9.]+, [0-9.]+ [kMG]?B, (true|false), false, [0-9]+, [0-9]+, [0-9]+,", "<status>"),
        (r"(remaining\()-?[0-9]+", "$1<n>"),
        (r"(etcdctl version: )[0-9.]+", "$1<version>"),
    ];
    let text = etcd.renamed(text).replace("127.0.0.1:2379", &format!("node{on}:2379"));
    let text = RULES.iter().fold(text, |text, (pattern, name)| {
        Regex::new(pattern).unwrap().replace_all(&text, *name).into_owned()
    });
    // Members are listed in the order of their ids.
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    if lines.iter().all(|line| line.contains(", started, ")) {
        lines.sort_unstable();
    }
    lines.concat()
}
