//! The words of the command line.

use crate::Failure;

/// The words that are not parsed yet. Each query removes its words.
pub struct Arguments {
    words: Vec<String>,
}

impl Arguments {
    pub fn new(words: impl Iterator<Item = String>) -> Arguments {
        Arguments { words: words.collect() }
    }

    /// Returns the first word.
    pub fn command(&mut self) -> Option<String> {
        if self.words.is_empty() { None } else { Some(self.words.remove(0)) }
    }

    /// Whether this flag was given.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() < before
    }

    /// Returns every value of an option that may be repeated.
    pub fn values(&mut self, name: &str) -> Result<Vec<String>, Failure> {
        let mut values = Vec::new();
        while let Some(at) = self.words.iter().position(|word| word == name) {
            if at + 1 == self.words.len() {
                return Err(format!("{name} needs a value"));
            }
            values.push(self.words.remove(at + 1));
            self.words.remove(at);
        }
        Ok(values)
    }

    /// Returns the value of an option that is a port.
    pub fn port(&mut self, name: &str) -> Result<Option<u16>, Failure> {
        let Some(text) = self.values(name)?.pop() else { return Ok(None) };
        match text.parse() {
            Ok(port) if port > 0 => Ok(Some(port)),
            _ => Err(format!("{name} {text}: a port from 1 to 65535 is accepted")),
        }
    }

    /// Returns the value of an option that is a number of seconds.
    pub fn seconds(&mut self, name: &str) -> Result<Option<u64>, Failure> {
        let Some(text) = self.values(name)?.pop() else { return Ok(None) };
        match text.parse() {
            Ok(seconds) if seconds > 0 => Ok(Some(seconds)),
            _ => Err(format!("{name} {text}: a whole number of seconds from 1 is accepted")),
        }
    }

    /// Fails if an unknown word is left.
    pub fn end(&self) -> Result<(), Failure> {
        match self.words.first() {
            Some(word) => Err(format!("{word} means nothing here; see cargo xtask help")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn arguments(line: &str) -> Arguments {
        Arguments::new(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn each_word_is_understood_once() {
        let mut words = arguments("test --only fmt --keep-going --only core");
        assert_eq!(words.command().as_deref(), Some("test"));
        assert_eq!(words.values("--only").unwrap(), ["fmt", "core"]);
        assert!(words.flag("--keep-going") && !words.flag("--list"));
        words.end().unwrap();
    }

    #[test]
    fn wrong_words_are_named() {
        assert!(arguments("--prot 1").end().unwrap_err().contains("--prot"));
        assert!(arguments("--port").values("--port").unwrap_err().contains("needs a value"));
        for wrong in ["0", "65536", "-1", "x"] {
            assert!(arguments(&format!("--port {wrong}")).port("--port").unwrap_err().contains("1 to 65535"));
        }
        assert_eq!(arguments("--seconds 60").seconds("--seconds").unwrap(), Some(60));
        assert!(arguments("--seconds 0").seconds("--seconds").unwrap_err().contains("from 1"));
    }
}
