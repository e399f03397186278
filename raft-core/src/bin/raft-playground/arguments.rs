//! The arguments of a command: its options with their values, and its words.

use std::ffi::OsString;

use lexopt::{Arg, Parser};

use crate::Wrong;

/// The arguments of one command.
#[derive(Debug)]
pub(crate) struct Options {
    /// The command's name, for error messages.
    command: &'static str,
    /// The given options that were not taken yet.
    named: Vec<(&'static str, String)>,
    /// The arguments that belong to no option, in order.
    pub(crate) words: Vec<String>,
    /// Whether help was asked for; the arguments after it are not read.
    pub(crate) help: bool,
}

impl Options {
    /// Reads the rest of the command line. Each option takes a value, as `--seed 7`, `--seed=7`, `-o FILE` or
    /// `-oFILE`. Everything after `--` is a word.
    ///
    /// # Errors
    /// Returns an error if an option is not accepted, is given twice or has no value, or if an argument is not Unicode.
    pub(crate) fn read(
        parser: &mut Parser,
        command: &'static str,
        accepted: &[&'static str],
    ) -> Result<Options, Wrong> {
        let mut options = Options { command, named: Vec::new(), words: Vec::new(), help: false };
        while let Some(argument) = parser.next().map_err(|error| Wrong(error.to_string()))? {
            let given = match argument {
                Arg::Long("help") | Arg::Short('h') => {
                    options.help = true;
                    return Ok(options);
                }
                Arg::Long(name) => format!("--{name}"),
                Arg::Short(letter) => format!("-{letter}"),
                Arg::Value(word) => {
                    options.words.push(text(word)?);
                    continue;
                }
            };
            let name = accepted.iter().find(|name| **name == given).copied();
            let name =
                name.ok_or_else(|| Wrong(format!("{command} {given}; accepted: {}", listed(accepted))))?;
            if options.named.iter().any(|(known, _)| *known == name) {
                return Err(Wrong(format!("{command} {name}; accepted: once")));
            }
            let value =
                parser.value().map_err(|_| Wrong(format!("{command} {name}; accepted: {name} VALUE")))?;
            options.named.push((name, text(value)?));
        }
        Ok(options)
    }

    /// Takes the value of an option.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.named.iter().position(|(known, _)| *known == name)?;
        Some(self.named.remove(at).1)
    }

    /// Takes the value of an option as a whole number.
    ///
    /// # Errors
    /// Returns an error if the value is not a whole number.
    pub(crate) fn number(&mut self, name: &str) -> Result<Option<u64>, Wrong> {
        self.take(name)
            .map(|text| text.parse().map_err(|_| Wrong(format!("{name} {text}; accepted: a whole number"))))
            .transpose()
    }

    /// Takes the only word.
    ///
    /// # Errors
    /// Returns an error if there is no word, or more than one.
    pub(crate) fn one_file(&mut self) -> Result<String, Wrong> {
        match std::mem::take(&mut self.words).as_slice() {
            [one] => Ok(one.clone()),
            words => Err(Wrong(format!(
                "{}; accepted: one argument besides options, found {}",
                self.command,
                words.len()
            ))),
        }
    }

    /// Takes all words.
    ///
    /// # Errors
    /// Returns an error if there is no word.
    pub(crate) fn files(&mut self) -> Result<Vec<String>, Wrong> {
        let words = std::mem::take(&mut self.words);
        if words.is_empty() {
            Err(Wrong(format!("{}; accepted: one file or more, found none", self.command)))
        } else {
            Ok(words)
        }
    }

    /// Checks that every argument was taken.
    ///
    /// # Errors
    /// Returns an error that names the first argument that was not.
    pub(crate) fn end(&self) -> Result<(), Wrong> {
        match self.named.first().map(|(name, _)| *name).or(self.words.first().map(String::as_str)) {
            Some(word) => {
                Err(Wrong(format!("{}: unexpected argument {word}; try raft-playground help", self.command)))
            }
            None => Ok(()),
        }
    }
}

/// Returns an argument as text.
pub(crate) fn text(word: OsString) -> Result<String, Wrong> {
    word.into_string().map_err(|word| Wrong(format!("{}; accepted: Unicode", word.display())))
}

/// Formats the options that a command accepts.
fn listed(accepted: &[&str]) -> String {
    if accepted.is_empty() { "no options".to_owned() } else { accepted.join(", ") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const ACCEPTED: [&str; 3] = ["--seed", "--format", "-o"];

    fn read(words: &[&str]) -> Result<Options, String> {
        let mut parser = Parser::from_args(words);
        Options::read(&mut parser, "run", &ACCEPTED).map_err(|Wrong(text)| text)
    }

    #[test]
    fn options_stand_anywhere_and_take_their_values_in_either_form() {
        for words in [
            &["a.scenario", "--seed", "7", "-o", "out"][..],
            &["--seed=7", "a.scenario", "-oout"],
            &["-o=out", "--seed", "7", "--", "a.scenario"],
        ] {
            let mut options = read(words).unwrap();
            assert_eq!(options.number("--seed").ok(), Some(Some(7)), "{words:?}");
            assert_eq!(options.take("-o").as_deref(), Some("out"), "{words:?}");
            assert_eq!(options.take("--format"), None, "{words:?}");
            assert_eq!(options.one_file().ok().as_deref(), Some("a.scenario"), "{words:?}");
            assert!(options.end().is_ok(), "{words:?}");
        }
        assert_eq!(read(&["--", "--seed"]).unwrap().words, ["--seed"]);
        assert!(read(&["a.scenario", "--help"]).unwrap().help);
        assert!(read(&["-h"]).unwrap().help);
    }

    #[test]
    fn wrong_options_are_refused_with_the_accepted_ones() {
        let all = "--seed, --format, -o";
        for (words, told) in [
            (&["--sed", "7"][..], format!("run --sed; accepted: {all}")),
            (&["-x"], format!("run -x; accepted: {all}")),
            (&["--seed"], "run --seed; accepted: --seed VALUE".to_owned()),
            (&["--seed=1", "--seed=2"], "run --seed; accepted: once".to_owned()),
        ] {
            assert_eq!(read(words).unwrap_err(), told);
        }
        assert_eq!(listed(&[]), "no options");
    }

    #[test]
    fn wrong_words_are_refused_with_the_accepted_ones() {
        let said = |result: Result<String, Wrong>| result.map_err(|Wrong(text)| text).unwrap_err();
        let mut options = read(&["a", "b", "--seed", "x"]).unwrap();
        assert!(options.end().is_err_and(|Wrong(text)| text.starts_with("run: unexpected argument --seed;")));
        let number = options.number("--seed").map(|_| String::new());
        assert_eq!(said(number), "--seed x; accepted: a whole number");
        assert_eq!(said(options.one_file()), "run; accepted: one argument besides options, found 2");
        let none = options.files().map(|files| files.join(" "));
        assert_eq!(said(none), "run; accepted: one file or more, found none");
    }
}
