//! The commands that a script may run: those of the playground's terminal, on files in the terminal's own
//! folder.

use super::scan::Word;

const COMMANDS: [&str; 5] = ["etcdctl", "cat", "echo", "export", "ls"];
/// Commands of etcdctl that the playground has.
const OF_ETCDCTL: [&str; 18] = [
    "get",
    "put",
    "del",
    "txn",
    "compaction",
    "watch",
    "lease",
    "member",
    "endpoint",
    "move-leader",
    "alarm",
    "defrag",
    "snapshot",
    "lock",
    "elect",
    "version",
    "help",
    "",
];
/// Global flags of etcdctl that take no value.
const SWITCHES: [&str; 7] = [
    "--debug",
    "--hex",
    "--insecure-discovery",
    "--insecure-skip-tls-verify",
    "--insecure-transport",
    "--help",
    "-h",
];
/// Variables with a meaning for the script or its shell.
const TAKEN: [&str; 22] = [
    "PATH",
    "IFS",
    "ENV",
    "HOME",
    "PWD",
    "OLDPWD",
    "CDPATH",
    "SHELLOPTS",
    "TMPDIR",
    "LC_ALL",
    "LANG",
    "PS4",
    "ENDPOINTS",
    "EXPORT_MARKS",
    "here",
    "work",
    "began",
    "wanted",
    "left",
    "node",
    "count",
    "number",
];
const TAKEN_PREFIXES: [&str; 6] = ["LD_", "GO", "BASH", "got_", "node_", "DYLD_"];

/// Checks whether a command may run.
///
/// # Errors
/// Says why it may not.
pub(super) fn check<'a>(
    assignments: &[Word],
    words: &[Word],
    files: impl Iterator<Item = &'a Word>,
) -> Result<(), String> {
    for word in assignments.iter().chain(words.iter().filter(|_| is(words, "export"))) {
        match &word.sets {
            Some(name) => variable(name, word)?,
            None if word.literal.as_deref() == Some("export") => {}
            None => return Err("export takes NAME=VALUE here".to_owned()),
        }
    }
    for file in files {
        own_file(file)?;
    }
    let Some(first) = words.first() else { return Ok(()) };
    command_name(first)?;
    if first.text == "cat" {
        words[1..].iter().try_for_each(own_file)?;
    }
    if first.text == "etcdctl" { etcdctl(words) } else { Ok(()) }
}

fn is(words: &[Word], name: &str) -> bool {
    words.first().is_some_and(|word| word.text == name)
}

/// Checks the name of a command, which must be a plain word without quotes.
fn command_name(word: &Word) -> Result<(), String> {
    if COMMANDS.contains(&word.text.as_str()) {
        Ok(())
    } else {
        Err(format!("the terminal does not know {}", word.text))
    }
}

fn variable(name: &str, word: &Word) -> Result<(), String> {
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let taken = TAKEN.contains(&name) || TAKEN_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    if !is_name || taken {
        return Err(format!("the variable {name} means something else to a shell"));
    }
    if name == "ETCDCTL_API" && word.literal.as_deref() != Some("3") {
        return Err("a real etcdctl 3.4 is asked in the words of API 3".to_owned());
    }
    Ok(())
}

/// Checks that a file is in the terminal's folder.
fn own_file(word: &Word) -> Result<(), String> {
    match &word.literal {
        Some(name) if !name.contains('/') && !name.starts_with('-') && !name.is_empty() => Ok(()),
        _ => Err(format!("{} may be outside the terminal's folder", word.text)),
    }
}

/// Returns the index of etcdctl's command among the words.
fn command_at(words: &[Word]) -> usize {
    let mut at = 1;
    while let Some(word) = words.get(at).filter(|word| word.text.starts_with('-')) {
        let alone = word.text.contains('=') || SWITCHES.contains(&word.text.as_str());
        at += if alone { 1 } else { 2 };
    }
    at
}

fn etcdctl(words: &[Word]) -> Result<(), String> {
    let at = command_at(words);
    let Some(word) = words.get(at) else { return Ok(()) };
    let name = word.literal.as_deref().unwrap_or("");
    let is_known = OF_ETCDCTL.contains(&name) || OLD.contains(&name);
    if !is_known || word.text != name {
        return Err(format!("etcdctl {} is not part of the playground, or not written out", word.text));
    }
    if words[1..at].iter().any(|word| word.text.starts_with('-') && word.literal.is_none()) {
        return Err("a flag is not written out".to_owned());
    }
    let rest = &words[at + 1..];
    if let Some(flag) = rest.iter().find(|word| word.text.contains("-dir")) {
        return Err(format!("{} may be outside the terminal's folder", flag.text));
    }
    match name {
        "snapshot" => rest.iter().filter(|word| !word.text.starts_with('-')).try_for_each(own_file),
        "watch" => watch(rest),
        "lock" => lock(rest),
        _ => Ok(()),
    }
}

/// Returns whether the value of a word may be a flag or a separator.
fn could_be_a_flag(word: &Word) -> bool {
    word.literal.is_none() && !word.text.starts_with(|c: char| c == '/' || c.is_ascii_alphanumeric())
}

fn watch(rest: &[Word]) -> Result<(), String> {
    let dashes = rest.iter().position(|word| word.literal.as_deref() == Some("--"));
    let (before, then) = rest.split_at(dashes.unwrap_or(rest.len()));
    if before.iter().any(could_be_a_flag) {
        return Err("the command that it runs is not known in advance".to_owned());
    }
    if before.iter().any(|word| word.text.starts_with("-i") || word.text.starts_with("--interactive")) {
        return Err("an interactive watch needs a person".to_owned());
    }
    executed(then.get(1..).unwrap_or_default())
}

fn lock(rest: &[Word]) -> Result<(), String> {
    let is_flag = |word: &Word| word.text.starts_with('-');
    if rest.iter().any(could_be_a_flag) || rest.iter().any(|word| word.text == "--ttl") {
        return Err("the command that it runs is not known in advance: write --ttl=N".to_owned());
    }
    let plain = (0..rest.len()).filter(|at| !is_flag(&rest[*at])).nth(1);
    executed(plain.map_or(&[], |at| &rest[at..]))
}

/// Checks a command that etcdctl itself runs.
fn executed(words: &[Word]) -> Result<(), String> {
    let Some(first) = words.first() else { return Ok(()) };
    if first.text == "export" {
        return Err("export is not a program".to_owned());
    }
    command_name(first)?;
    match first.text.as_str() {
        "cat" => words[1..].iter().try_for_each(own_file),
        "etcdctl" => etcdctl(words),
        _ => Ok(()),
    }
}

/// Returns whether a command runs until it is interrupted.
pub(super) fn stays(words: &[Word]) -> bool {
    let at = command_at(words);
    let name = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
    let plain = words.get(at + 1..).unwrap_or_default().iter().filter(|word| !word.text.starts_with('-'));
    match name(at) {
        "watch" | "elect" => true,
        "lock" => plain.count() < 2,
        "lease" => name(at + 1) == "keep-alive",
        _ => false,
    }
}

/// Commands of API 2.
const OLD: [&str; 9] = ["set", "rm", "mk", "update", "ls", "mkdir", "rmdir", "setdir", "updatedir"];

/// Replaces a command of API 2 by that of API 3. Returns a note about it, or `None` if there was nothing to
/// replace.
///
/// # Errors
/// API 3 has no single command for it.
pub(super) fn today(words: &mut Vec<Word>) -> Result<Option<String>, String> {
    let at = command_at(words);
    let old = words.get(at).map_or(String::new(), |word| word.text.clone());
    if !OLD.contains(&old.as_str()) {
        return Ok(None);
    }
    let key = words.get(at + 1).and_then(|word| word.literal.as_deref()).unwrap_or("");
    let fits = key.starts_with('/') && words.len() <= at + 3;
    let new = match old.as_str() {
        "set" if fits => "put",
        "rm" if fits => "del",
        "ls" if fits && key.ends_with('/') => "get",
        _ => return Err(format!("{old} is a command of API 2, which API 3 does not have")),
    };
    words[at] = Word::plain(new);
    if new == "get" {
        words.extend(["--prefix", "--keys-only"].map(Word::plain));
    }
    Ok(Some(format!("{old} is a command of API 2: a real etcd 3.4 or newer has {new}.")))
}
