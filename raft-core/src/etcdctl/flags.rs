//! Flags as the real tool's flag library parses them: `--name`, `--name=value`, `--name value`, `-n
//! value`, anywhere among the words.

use std::collections::BTreeMap;

use super::spec::{Command, Commands, Flag};
use super::text::{parse_duration, parse_int, quote};

/// The given flags, and the words that are not flags.
#[derive(Default)]
pub(super) struct Flags {
    given: BTreeMap<&'static str, Vec<u8>>,
    pub(super) arguments: Vec<Vec<u8>>,
    /// The number of arguments before `--`, if there is one.
    pub(super) before_dashes: Option<usize>,
}

impl Flags {
    /// Returns whether a switch is on.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.given.get(name).is_some_and(|value| parse_bool(value) == Some(true))
    }

    /// Returns the given value.
    pub(super) fn value(&self, name: &str) -> Option<&[u8]> {
        self.given.get(name).map(Vec::as_slice)
    }

    /// Returns the given text, or the default.
    pub(super) fn text(&self, name: &str, default: &str) -> String {
        self.value(name).map_or(default.to_owned(), |value| String::from_utf8_lossy(value).into_owned())
    }

    /// Returns the given number, or 0. Invalid numbers were refused by [`parse_flags`].
    pub(super) fn number(&self, name: &str) -> i64 {
        self.value(name).and_then(|value| parse_int(value, 0).ok()).unwrap_or(0)
    }

    /// Returns the given duration in nanoseconds. Invalid ones were refused by [`parse_flags`].
    pub(super) fn duration(&self, name: &str) -> Option<i64> {
        self.value(name).and_then(|value| parse_duration(&String::from_utf8_lossy(value)).ok())
    }

    /// Sets a flag that was not given to a value from the environment.
    ///
    /// # Errors
    /// Returns the library's error if the value does not fit the flag.
    pub(super) fn set_default(&mut self, flag: &Flag, value: &str) -> Result<(), String> {
        if self.given.contains_key(flag.name) { Ok(()) } else { self.set(flag, value.as_bytes().to_vec()) }
    }

    fn set(&mut self, flag: &Flag, value: Vec<u8>) -> Result<(), String> {
        let checked = match flag.kind {
            "b" => parse_bool(&value)
                .map(|_| ())
                .ok_or_else(|| format!("strconv.ParseBool: parsing {}: invalid syntax", quote(&value))),
            "i" => parse_int(&value, 0).map(|_| ()),
            "d" => parse_duration(&String::from_utf8_lossy(&value)).map(|_| ()),
            _ => Ok(()),
        };
        if let Err(why) = checked {
            let letter = if flag.letter.is_empty() { String::new() } else { format!("-{}, ", flag.letter) };
            let value = quote(&value);
            return Err(format!("invalid argument {value} for \"{letter}--{}\" flag: {why}", flag.name));
        }
        match self.given.get_mut(flag.name) {
            // A repeated list flag extends the list.
            Some(before) if flag.kind == "l" => {
                before.push(b',');
                before.extend(value);
            }
            _ => {
                self.given.insert(flag.name, value);
            }
        }
        Ok(())
    }
}

fn parse_bool(value: &[u8]) -> Option<bool> {
    match value {
        b"1" | b"t" | b"T" | b"true" | b"TRUE" | b"True" => Some(true),
        b"0" | b"f" | b"F" | b"false" | b"FALSE" | b"False" => Some(false),
        _ => None,
    }
}

/// Parses the words of a command.
///
/// # Errors
/// Returns the library's error if a flag is unknown, lacks its value or has an invalid one.
pub(super) fn parse_flags(
    commands: &Commands,
    command: &Command,
    words: &[Vec<u8>],
) -> Result<Flags, String> {
    read(&commands.flags(command), words)
}

/// Parses the words of an operation in a transaction. It accepts the flags of the command with that
/// name, but not the tool's global flags.
///
/// # Errors
/// Returns the same errors as [`parse_flags`].
pub(super) fn parse_own_flags(
    commands: &Commands,
    command: &Command,
    words: &[Vec<u8>],
) -> Result<Flags, String> {
    read(&commands.own_flags(command), words)
}

fn read(known: &[Flag], words: &[Vec<u8>]) -> Result<Flags, String> {
    let mut flags = Flags::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_slice() {
            b"--" => {
                flags.before_dashes = Some(flags.arguments.len());
                flags.arguments.extend(words.by_ref().cloned());
            }
            [b'-', b'-', name @ ..] => long(known, &mut flags, word, name, &mut words)?,
            [b'-', letters @ ..] if !letters.is_empty() => {
                short(known, &mut flags, letters, &mut words)?;
            }
            _ => flags.arguments.push(word.clone()),
        }
    }
    Ok(flags)
}

fn long<'a>(
    known: &[Flag],
    flags: &mut Flags,
    word: &[u8],
    name: &[u8],
    words: &mut impl Iterator<Item = &'a Vec<u8>>,
) -> Result<(), String> {
    if matches!(name.first(), None | Some(b'-' | b'=')) {
        return Err(format!("bad flag syntax: {}", String::from_utf8_lossy(word)));
    }
    let (name, value) = match name.iter().position(|byte| *byte == b'=') {
        Some(at) => (&name[..at], Some(name[at + 1..].to_vec())),
        None => (name, None),
    };
    let name = String::from_utf8_lossy(name);
    let Some(flag) = known.iter().find(|flag| flag.name == name) else {
        return Err(format!("unknown flag: --{name}"));
    };
    let value = match (value, flag.is_switch()) {
        (Some(value), _) => value,
        (None, true) => b"true".to_vec(),
        (None, false) => words.next().cloned().ok_or_else(|| format!("flag needs an argument: --{name}"))?,
    };
    flags.set(flag, value)
}

fn short<'a>(
    known: &[Flag],
    flags: &mut Flags,
    letters: &[u8],
    words: &mut impl Iterator<Item = &'a Vec<u8>>,
) -> Result<(), String> {
    let mut rest = letters;
    while let Some((letter, after)) = rest.split_first() {
        let shown = String::from_utf8_lossy(rest).into_owned();
        let letter = char::from(*letter);
        let Some(flag) = known.iter().find(|flag| flag.letter.starts_with(letter)) else {
            return Err(format!("unknown shorthand flag: '{letter}' in -{shown}"));
        };
        let value = match after {
            [b'=', value @ ..] => value.to_vec(),
            _ if flag.is_switch() => {
                rest = after;
                flags.set(flag, b"true".to_vec())?;
                continue;
            }
            [] => words
                .next()
                .cloned()
                .ok_or_else(|| format!("flag needs an argument: '{letter}' in -{shown}"))?,
            value => value.to_vec(),
        };
        return flags.set(flag, value);
    }
    Ok(())
}
