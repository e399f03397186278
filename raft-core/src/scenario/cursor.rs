//! Reads the words of one line, with errors that name their columns.

use std::fmt;
use std::rc::Rc;

use super::suggest::nearest;
use crate::units::{MICROSECOND, MILLISECOND, Nanos, SECOND};

/// The error of a text that is not a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The line, from 1.
    pub line: u32,
    /// The column, in characters, from 1.
    pub column: u32,
    /// The text found there.
    pub found: String,
    /// The word that was probably meant.
    pub suggestion: Option<String>,
    /// A description of what is accepted there.
    pub accepted: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: found {}", self.line, self.column, self.found)?;
        if let Some(suggestion) = &self.suggestion {
            write!(f, " (did you mean \"{suggestion}\"?)")?;
        }
        write!(f, "; accepted: {}", self.accepted)
    }
}

impl std::error::Error for ParseError {}

/// A position in a line of text.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    pub(super) line: u32,
    /// The whole line.
    text: &'a str,
    /// The byte offset of the position.
    at: usize,
    /// The names that earlier lines gave to nodes.
    pub(super) names: Rc<Vec<String>>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(line: u32, text: &'a str, names: Rc<Vec<String>>) -> Self {
        let mut cursor = Cursor { line, text, at: 0, names };
        cursor.skip_spaces();
        cursor
    }

    /// Returns the rest of the line, without spaces at its end.
    pub(super) fn rest(&self) -> &'a str {
        self.text[self.at..].trim_end()
    }

    pub(super) fn is_done(&self) -> bool {
        self.rest().is_empty()
    }

    /// Returns whether the position follows a space.
    pub(super) fn is_after_space(&self) -> bool {
        self.text[..self.at].ends_with(char::is_whitespace)
    }

    fn skip_spaces(&mut self) {
        let left = &self.text[self.at..];
        self.at += left.len() - left.trim_start().len();
    }

    /// Returns the next word, up to a space, without taking it; empty at the end of the line.
    pub(super) fn peek_word(&self) -> &'a str {
        let rest = self.rest();
        rest.split(char::is_whitespace).next().unwrap_or("")
    }

    /// Takes the next word.
    pub(super) fn word(&mut self) -> &'a str {
        let word = self.peek_word();
        self.advance(word.len());
        word
    }

    /// Takes this word if it comes next.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let found = self.peek_word() == word;
        if found {
            self.advance(word.len());
        }
        found
    }

    /// Takes these characters if they come next.
    pub(super) fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = self.text[self.at..].starts_with(symbol);
        if found {
            self.advance(symbol.len());
        }
        found
    }

    /// Takes the longest run of characters that `belongs` accepts, and skips the spaces after it.
    pub(super) fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.advance(end);
        &rest[..end]
    }

    /// Takes the rest of the line, without spaces at its end.
    pub(super) fn take_rest(&mut self) -> &'a str {
        let rest = self.rest();
        self.at = self.text.len();
        rest
    }

    /// Takes the rest of the line, with the spaces at its end.
    pub(super) fn take_exactly(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        self.at = self.text.len();
        rest
    }

    fn advance(&mut self, bytes: usize) {
        self.at += bytes;
        self.skip_spaces();
    }

    /// Returns an error at this position that quotes the next word.
    pub(super) fn error(&self, accepted: impl Into<String>) -> ParseError {
        let word = self.peek_word();
        let found =
            if word.is_empty() { "the end of the line".to_owned() } else { format!("\"{}\"", clip(word)) };
        self.error_at(found, accepted)
    }

    /// Returns an error at this position with a description of what was found.
    pub(super) fn error_at(&self, found: impl Into<String>, accepted: impl Into<String>) -> ParseError {
        let column = self.text[..self.at].chars().count() as u32 + 1;
        let (found, accepted) = (found.into(), accepted.into());
        ParseError { line: self.line, column, found, suggestion: None, accepted }
    }

    /// Returns an error at this position that suggests the nearest of these phrases.
    pub(super) fn error_near(&self, accepted: impl Into<String>, phrases: &[&str]) -> ParseError {
        ParseError { suggestion: nearest(self.peek_word(), phrases), ..self.error(accepted) }
    }

    /// Takes the next word and returns its meaning.
    ///
    /// # Errors
    /// It is none of `words`; the error lists them after `what`.
    pub(super) fn one_of<T: Copy>(
        &mut self,
        words: &[(&'static str, T)],
        what: &str,
    ) -> Result<T, ParseError> {
        match words.iter().find(|(word, _)| self.take(word)) {
            Some((_, meaning)) => Ok(*meaning),
            None => {
                let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                Err(self.error_near(format!("{what}{}", words.join(", ")), &words))
            }
        }
    }

    /// Returns an error unless the line is done.
    pub(super) fn end(&self) -> Result<(), ParseError> {
        if self.is_done() { Ok(()) } else { Err(self.error("the end of the line")) }
    }

    /// Takes a whole number. Its error accepts `what`.
    pub(super) fn number(&mut self, what: &str) -> Result<u64, ParseError> {
        let before = self.clone();
        let digits = self.take_while(|c| c.is_ascii_digit());
        let ended = self.text[..self.at].ends_with(char::is_whitespace)
            || self.rest().is_empty()
            || !self.rest().starts_with(char::is_alphanumeric);
        digits.parse().ok().filter(|_| ended).ok_or_else(|| before.error(what))
    }

    /// Takes a duration such as `150ms`.
    pub(super) fn duration(&mut self) -> Result<Nanos, ParseError> {
        const ACCEPTED: &str = "a time such as 150ms, 2s or 500us";
        let before = self.clone();
        let digits = self.take_while(|c| c.is_ascii_digit() || c == '.');
        let unit = self.take_while(|c| c.is_ascii_alphabetic());
        let unit_nanos = match unit {
            "ns" => 1,
            "us" => MICROSECOND,
            "ms" => MILLISECOND,
            "s" => SECOND,
            "m" => 60 * SECOND,
            _ => return Err(before.error(ACCEPTED)),
        };
        decimal(digits, unit_nanos).ok_or_else(|| before.error(ACCEPTED))
    }

    /// Takes a range of durations such as `5ms..15ms`; a single one stands for both ends.
    pub(super) fn duration_range(&mut self) -> Result<(Nanos, Nanos), ParseError> {
        let low = self.duration()?;
        let high = if self.take_symbol("..") { self.duration()? } else { low };
        Ok((low, high))
    }

    /// Takes a share from 0% to 100%, such as `0.25%`. Returns it per million.
    pub(super) fn percent_ppm(&mut self) -> Result<u32, ParseError> {
        self.percent_ppm_to(1_000_000, "a share from 0% to 100%, such as 1% or 0.5%")
    }

    /// Takes a percentage of at most `most` per million. Returns it per million.
    pub(super) fn percent_ppm_to(&mut self, most: u32, accepted: &str) -> Result<u32, ParseError> {
        let before = self.clone();
        let digits = self.take_while(|c| c.is_ascii_digit() || c == '.');
        let ppm = decimal(digits, 10_000).filter(|ppm| *ppm <= u64::from(most));
        match (ppm, self.take_symbol("%")) {
            (Some(ppm), true) => Ok(ppm as u32),
            _ => Err(before.error(accepted)),
        }
    }

    /// Takes a size such as `16KB`, in units of 1,024; a bare number is in bytes.
    pub(super) fn bytes(&mut self) -> Result<u64, ParseError> {
        let before = self.clone();
        let digits = self.take_while(|c| c.is_ascii_digit());
        let unit = match self.take_while(|c| c.is_ascii_alphabetic()) {
            "" => Some(1),
            "KB" => Some(1 << 10),
            "MB" => Some(1 << 20),
            "GB" => Some(1 << 30),
            _ => None,
        };
        let bytes = unit.and_then(|unit| decimal(digits, unit));
        bytes.ok_or_else(|| before.error("a size such as 16KB, 2MB or 400000"))
    }

    /// Takes a text in double quotes; `\"` and `\\` stand for a quote and a backslash.
    pub(super) fn quoted(&mut self) -> Result<String, ParseError> {
        let before = self.clone();
        let accepted = "a value in double quotes";
        let mut chars = self.text[self.at..].char_indices();
        if chars.next().map(|(_, c)| c) != Some('"') {
            return Err(before.error(accepted));
        }
        let mut text = String::new();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.advance(at + 1);
                    return Ok(text);
                }
                '\\' => match chars.next() {
                    Some((_, c @ ('"' | '\\'))) => text.push(c),
                    _ => return Err(before.error_at("a backslash before another character", "\\\" or \\\\")),
                },
                c => text.push(c),
            }
        }
        Err(before.error_at("a quote that is not closed", accepted))
    }
}

/// Returns a decimal number times a unit; `None` if it is not a number or the product is not whole.
fn decimal(digits: &str, unit: u64) -> Option<u64> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let mut value = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    let mut place = unit;
    if fraction.is_empty() {
        return None;
    }
    for digit in fraction.chars() {
        let digit = u64::from(digit.to_digit(10)?);
        if !place.is_multiple_of(10) && digit != 0 {
            return None;
        }
        place /= 10;
        value = value.checked_add(place.checked_mul(digit)?)?;
    }
    Some(value)
}

fn clip(word: &str) -> String {
    const SHOWN: usize = 40;
    if word.chars().count() <= SHOWN {
        word.to_owned()
    } else {
        word.chars().take(SHOWN).chain(['…']).collect()
    }
}
