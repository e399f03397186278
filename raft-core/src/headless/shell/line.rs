//! Translates a terminal's line into a line for a POSIX shell and a real cluster.
//!
//! A scenario may come from a stranger. In the playground it is harmless, since terminals have files of their
//! own and five commands. So a script runs these commands only, on files in its own folder; every other line
//! is refused and becomes a comment.

use std::collections::BTreeSet;

use crate::model::Naming;
use crate::units::NODES_MAX;

use super::allowed;
use super::scan::{Names, Piece, Word, scan};

/// The terminal a line is typed into.
pub(super) struct Place<'a> {
    /// The node's number, as the shell writes it.
    pub(super) node: &'a str,
    pub(super) captures: &'a BTreeSet<String>,
    pub(super) variables: &'a BTreeSet<String>,
}

/// A line for a shell.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    /// Comments about the translation.
    pub(super) notes: Vec<String>,
    /// Whether it is more than one command.
    pub(super) is_list: bool,
    /// Whether some output goes into a file.
    pub(super) has_file: bool,
    /// Whether it runs until it is interrupted.
    pub(super) stays: bool,
    /// Whether a command was replaced.
    pub(super) translated: bool,
    /// Whether it needs bash.
    pub(super) bash: bool,
    /// The variables that it sets for later lines: the name of each, and the text that sets it.
    pub(super) sets: Vec<(String, String)>,
}

/// A command with its assignments, redirections and the operator after it.
#[derive(Default)]
struct Simple {
    assignments: Vec<Word>,
    words: Vec<Word>,
    /// `<`, `>` or `>>` with its file.
    files: Vec<(&'static str, Word)>,
    /// The operator after it; empty at the end of the line.
    then: &'static str,
}

/// Translates a line.
///
/// # Errors
/// Says why the script does not run the line.
pub(super) fn translate(line: &str, place: &Place<'_>) -> Result<Line, String> {
    if line.contains('\n') {
        return Err("it has more than one line".to_owned());
    }
    let names = Names { captures: place.captures, variables: place.variables };
    let pieces = scan(line, &names)?;
    let bash = pieces.iter().any(|piece| matches!(piece, Piece::Word(word) if word.bash));
    let commands = group(pieces)?;
    let mut out = Line { is_list: commands.len() > 1, bash, ..Line::default() };
    for command in commands {
        let then = command.then;
        let text = render(command, place, &mut out)?;
        out.text.push_str(&text);
        match then {
            "" => {}
            ";" => out.text.push_str("; "),
            other => out.text.push_str(&format!(" {other} ")),
        }
    }
    out.text.truncate(out.text.trim_end_matches([' ', ';']).len());
    if out.text.is_empty() { Err("it is empty".to_owned()) } else { Ok(out) }
}

fn group(pieces: Vec<Piece>) -> Result<Vec<Simple>, String> {
    let mut commands = vec![Simple::default()];
    let mut pieces = pieces.into_iter();
    while let Some(piece) = pieces.next() {
        let Some(last) = commands.last_mut() else { break };
        match piece {
            Piece::Word(word) if word.sets.is_some() && last.words.is_empty() => last.assignments.push(word),
            Piece::Word(word) => last.words.push(word),
            Piece::Operator(operator @ ("<" | ">" | ">>")) => match pieces.next() {
                Some(Piece::Word(file)) => last.files.push((operator, file)),
                _ => return Err(format!("a file is missing after {operator}")),
            },
            Piece::Operator(operator) => {
                let is_empty = last.words.is_empty() && last.assignments.is_empty();
                match (is_empty, operator) {
                    (true, ";") => {}
                    (true, _) => return Err(format!("a command is missing before {operator}")),
                    (false, _) => {
                        last.then = operator;
                        commands.push(Simple::default());
                    }
                }
            }
        }
    }
    commands.retain(|command| !command.words.is_empty() || !command.assignments.is_empty());
    match commands.last().map(|last| last.then) {
        Some("|" | "&&") => Err("a command is missing at its end".to_owned()),
        _ => Ok(commands),
    }
}

fn render(mut command: Simple, place: &Place<'_>, out: &mut Line) -> Result<String, String> {
    allowed::check(&command.assignments, &command.words, command.files.iter().map(|(_, file)| file))?;
    let exported = command.words.first().is_some_and(|word| word.text == "export");
    let sets = if exported { &command.words[1..] } else { &command.assignments[..] };
    if exported || command.words.is_empty() {
        for word in sets {
            let Some(name) = &word.sets else { continue };
            // The terminal passes every variable to etcdctl; a shell passes exported ones only.
            let export = if exported || name.starts_with("ETCDCTL_") { "export " } else { "" };
            out.sets.push((name.clone(), format!("{export}{}", endpoints_in(word, place))));
        }
    }
    let mut words: Vec<String> = Vec::new();
    for word in &command.assignments {
        let exports = command.words.is_empty() && word.text.starts_with("ETCDCTL_");
        words.push(format!("{}{}", if exports { "export " } else { "" }, endpoints_in(word, place)));
    }
    if command.words.first().is_some_and(|word| word.text == "etcdctl") {
        let today = allowed::today(&mut command.words)?;
        if let Some(note) = today {
            out.notes.push(note);
            out.translated = true;
        }
        out.stays |= allowed::stays(&command.words);
    }
    words.extend(with_endpoints(&command, place));
    for (operator, file) in &command.files {
        out.has_file |= *operator != "<";
        words.push(format!("{operator}{}", file.text));
    }
    Ok(words.join(" "))
}

/// Returns the words of a command, with the endpoint of the terminal after each `etcdctl` unless the line
/// names endpoints.
fn with_endpoints(command: &Simple, place: &Place<'_>) -> Vec<String> {
    const FLAG: &str = "--endpoints";
    const VARIABLE: &str = "ETCDCTL_ENDPOINTS";
    let named = place.variables.contains(VARIABLE)
        || command.assignments.iter().any(|word| word.sets.as_deref() == Some(VARIABLE));
    let mut words = Vec::new();
    for (at, word) in command.words.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| command.words.get(before));
        let after_flag = before.is_some_and(|word| word.text == FLAG);
        words.push(if after_flag || word.text.starts_with(FLAG) || word.sets.is_some() {
            endpoints_in(word, place)
        } else {
            member(word).unwrap_or_else(|| word.text.clone())
        });
        let runs = at == 0 || before.is_some_and(|word| word.text == "--");
        let rest = &command.words[at + 1..];
        let own = rest.iter().take_while(|word| word.text != "--").any(|word| word.text.starts_with(FLAG));
        if runs && word.text == "etcdctl" && !named && !own {
            words.push(format!("{FLAG}=\"{}\"", endpoint(place.node)));
        }
    }
    words
}

fn endpoint(node: &str) -> String {
    if node.starts_with('$') { format!("$(endpoint \"{node}\")") } else { format!("$(endpoint {node})") }
}

/// Replaces the id of a member in the playground by a call that looks up the id in the real cluster.
fn member(word: &Word) -> Option<String> {
    let id = u64::from_str_radix(word.literal.as_deref()?, 16).ok()?;
    let node = (1..=NODES_MAX).find(|node| Naming::Hosts.member_id(*node) == id)?;
    Some(format!("\"$(member {node})\""))
}

/// Returns a word with the playground's endpoints replaced by those of the real cluster.
fn endpoints_in(word: &Word, place: &Place<'_>) -> String {
    let Some(literal) = &word.literal else { return word.text.clone() };
    let (name, list) = match (&word.sets, literal.split_once('=')) {
        (Some(name), _) if name == "ETCDCTL_ENDPOINTS" => (format!("{name}="), literal.as_str()),
        (Some(_), _) => return word.text.clone(),
        (None, Some((flag, list))) => (format!("{flag}="), list),
        (None, None) => (String::new(), literal.as_str()),
    };
    let real = |address: &str| {
        let bare = address.split_once("://").map_or(address, |(_, bare)| bare).trim_end_matches('/');
        if matches!(bare, "127.0.0.1:2379" | "localhost:2379") {
            return Some(endpoint(place.node));
        }
        let node = bare.strip_prefix("node")?.strip_suffix(":2379")?;
        node.parse::<u8>().ok().filter(|node| (1..=9).contains(node)).map(|node| endpoint(&node.to_string()))
    };
    let found: Option<Vec<String>> = list.split(',').map(real).collect();
    found.map_or_else(|| word.text.clone(), |list| format!("{name}\"{}\"", list.join(",")))
}
