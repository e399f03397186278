//! Prints the reference of the language as Markdown.

use std::fmt::Write;

use super::{Entry, Kind, TABLE};
use crate::scenario::parse;

const INTRODUCTION: &str = "\
# Scenario reference

<!-- Made from the language itself by `raft-playground reference`. -->

A scenario is a text: settings first, then steps, one per line. Lines that begin with `#` are comments. A step without \
a time begins when the previous one is done. Words in capital letters are placeholders, brackets enclose optional \
parts, a bar separates alternatives. NODES is a list of nodes, separated by commas. Each example runs as it is.

Scenario files end in `.scenario`. `raft-playground run FILE` plays one, `check` only parses it, `format` prints its \
canonical form.
";

/// Returns the reference of the language as Markdown.
pub fn reference() -> String {
    let mut text = INTRODUCTION.to_owned();
    let parts = [
        (Kind::About, "About the scenario"),
        (Kind::Setting, "Settings"),
        (Kind::Step, "Steps"),
        (Kind::Condition, "Conditions"),
        (Kind::Node, "Nodes"),
    ];
    for (kind, title) in parts {
        let _infallible = write!(text, "\n## {title}\n");
        for entry in entries().filter(|entry| entry.kind == kind) {
            let Entry { form, about, .. } = entry;
            let _infallible = write!(text, "\n### `{form}`\n\n{about}\n\n```text\n{}```\n", shown(entry));
        }
    }
    text
}

pub(super) fn entries() -> impl Iterator<Item = &'static Entry> {
    const PARTS: [&[Entry]; 4] = TABLE;
    PARTS.into_iter().flatten()
}

/// Returns an example in canonical form, without the settings that it does not name. The example of an alias
/// stays as it is.
fn shown(entry: &Entry) -> String {
    let example = entry.example;
    if entry.alias_of.is_some() {
        return format!("{example}\n");
    }
    let Ok(scenario) = parse(example) else { return format!("{example}\n") };
    let text = scenario.to_string();
    let (head, steps) = text.split_once("\n\n").unwrap_or((&text, ""));
    let names = |word: &str| {
        example.lines().take_while(|line| !line.is_empty()).any(|line| line.split(' ').next() == Some(word))
    };
    let head: String = head
        .lines()
        .filter(|line| line.starts_with('#') || names(line.split(' ').next().unwrap_or("")))
        .fold(String::new(), |head, line| head + line + "\n");
    if head.is_empty() { steps.to_owned() } else { format!("{head}\n{steps}") }
}
