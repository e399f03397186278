//! The words after a command: its options with their values, and what it is about.

use std::ffi::OsString;

use lexopt::{Arg, Parser};

use crate::Wrong;

/// What one command was given.
#[derive(Debug)]
pub(crate) struct Options {
    /// The command's name, for what is said of wrong words.
    command: &'static str,
    /// Options that were given and that nobody took yet.
    named: Vec<(&'static str, String)>,
    /// What belongs to no option, in order.
    pub(crate) words: Vec<String>,
    /// Whether help was asked for. Then nothing else was read.
    pub(crate) help: bool,
}

impl Options {
    /// Reads all that is left of the command line. Each option takes a value: `--seed 7`, `--seed=7`, `-o FILE` and
    /// `-oFILE` are read. Behind `--` everything is a word.
    ///
    /// # Errors
    /// An option is not among the accepted ones, comes twice, or has no value; or a word is no Unicode.
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
            let name = name.ok_or_else(|| Wrong(format!("{command} {given}: {}", told(accepted))))?;
            if options.named.iter().any(|(known, _)| *known == name) {
                return Err(Wrong(format!("{command}: {name} is given twice, and is accepted once")));
            }
            let value = parser
                .value()
                .map_err(|_| Wrong(format!("{command}: {name} needs a value, as in {name} VALUE")))?;
            options.named.push((name, text(value)?));
        }
        Ok(options)
    }

    /// The value of an option that the command accepts.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.named.iter().position(|(known, _)| *known == name)?;
        Some(self.named.remove(at).1)
    }

    /// The value of an option as a whole number.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn number(&mut self, name: &str) -> Result<Option<u64>, Wrong> {
        self.take(name)
            .map(|text| text.parse().map_err(|_| Wrong(format!("{name} {text}: a whole number is accepted"))))
            .transpose()
    }

    /// The one word that the command is about.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub(crate) fn one_file(&mut self) -> Result<String, Wrong> {
        match std::mem::take(&mut self.words).as_slice() {
            [one] => Ok(one.clone()),
            words => Err(Wrong(format!(
                "{}: one argument is accepted besides options, found {}",
                self.command,
                words.len()
            ))),
        }
    }

    /// All words, one at least.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn files(&mut self) -> Result<Vec<String>, Wrong> {
        let words = std::mem::take(&mut self.words);
        if words.is_empty() {
            Err(Wrong(format!("{}: one file or more are accepted, found none", self.command)))
        } else {
            Ok(words)
        }
    }

    /// Fails when something was given that nobody took.
    ///
    /// # Errors
    /// Names it.
    pub(crate) fn end(&self) -> Result<(), Wrong> {
        match self.named.first().map(|(name, _)| *name).or(self.words.first().map(String::as_str)) {
            Some(word) => {
                Err(Wrong(format!("{}: {word} means nothing here; try raft-playground help", self.command)))
            }
            None => Ok(()),
        }
    }
}

/// A word as text.
pub(crate) fn text(word: OsString) -> Result<String, Wrong> {
    word.into_string().map_err(|word| Wrong(format!("{}: only Unicode is accepted", word.display())))
}

/// Names what is accepted: `--seed and --format are accepted`.
pub(crate) fn told(accepted: &[&str]) -> String {
    match accepted {
        [] => "no options are accepted".to_owned(),
        [one] => format!("{one} is accepted"),
        [some @ .., last] => format!("{} and {last} are accepted", some.join(", ")),
    }
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
    fn wrong_options_are_told_with_what_is_accepted() {
        let all = "--seed, --format and -o are accepted";
        for (words, told) in [
            (&["--sed", "7"][..], format!("run --sed: {all}")),
            (&["-x"], format!("run -x: {all}")),
            (&["--seed"], "run: --seed needs a value, as in --seed VALUE".to_owned()),
            (&["--seed=1", "--seed=2"], "run: --seed is given twice, and is accepted once".to_owned()),
        ] {
            assert_eq!(read(words).unwrap_err(), told);
        }
        assert_eq!(told(&[]), "no options are accepted");
        assert_eq!(told(&["-o"]), "-o is accepted");
    }

    #[test]
    fn wrong_words_are_told_with_what_is_accepted() {
        let said = |result: Result<String, Wrong>| result.map_err(|Wrong(text)| text).unwrap_err();
        let mut options = read(&["a", "b", "--seed", "x"]).unwrap();
        assert!(options.end().is_err_and(|Wrong(text)| text.starts_with("run: --seed means nothing here")));
        let number = options.number("--seed").map(|_| String::new());
        assert_eq!(said(number), "--seed x: a whole number is accepted");
        assert_eq!(said(options.one_file()), "run: one argument is accepted besides options, found 2");
        let none = options.files().map(|files| files.join(" "));
        assert_eq!(said(none), "run: one file or more are accepted, found none");
    }
}
