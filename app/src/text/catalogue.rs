//! Another language, as a catalogue of texts: pairs of lines, the English one and its translation.
//!
//! A text with placeholders also translates what raft-core made from it: `node{node} crashed` matches "node3
//! crashed", and the value at the placeholder is filled into the translation. The value is translated too if
//! it is a text itself, unless the placeholder's name begins with `raw`: keys and values are the person's own
//! words, and errors are etcd's.

use std::collections::BTreeMap;

use super::words::{Tongue, fill};

/// The mark of a translation's line.
const MARK: &str = "= ";
/// The greatest depth of sentences within sentences.
const DEPTH_MAX: u32 = 6;
/// The prefix of placeholders whose values are not translated.
const RAW: &str = "raw";

/// A language.
pub struct Catalogue {
    texts: BTreeMap<String, &'static str>,
    /// Texts with placeholders: the one with the longest literal part first, because it is the closest match.
    patterns: Vec<(Vec<Piece>, &'static str)>,
}

/// A part of a text with placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Place(String),
}

/// A catalogue that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueError {
    /// The line, from 1.
    pub line: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl Catalogue {
    /// Reads a catalogue. Its texts live as long as the page and are never freed.
    ///
    /// # Errors
    /// A text has no translation, or a translation has no text.
    pub fn read(file: &str) -> Result<Catalogue, CatalogueError> {
        let mut texts = BTreeMap::new();
        let mut english: Option<&str> = None;
        for (at, line) in file.lines().enumerate() {
            let error = |expected| CatalogueError { line: at + 1, expected };
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            match (line.strip_prefix(MARK), english.take()) {
                (Some(other), Some(english)) => {
                    let other: &'static str = Box::leak(other.to_owned().into_boxed_str());
                    texts.insert(english.to_owned(), other);
                }
                (Some(_), None) => return Err(error("an English text")),
                (None, None) => english = Some(line),
                (None, Some(_)) => return Err(error("a translation, after \"= \"")),
            }
        }
        let mut patterns: Vec<_> = texts
            .iter()
            .filter(|(english, _)| english.contains('{'))
            .map(|(english, other)| (pieces(english), *other))
            .collect();
        #[allow(
            clippy::disallowed_methods,
            reason = "another language's alone, which is loaded when it is wanted"
        )]
        patterns.sort_by_key(|(pieces, _)| std::cmp::Reverse(literal_length(pieces)));
        Ok(Catalogue { texts, patterns })
    }

    fn translate(&self, english: &str, depth: u32) -> Option<String> {
        if let Some(other) = self.texts.get(english) {
            return Some((*other).to_owned());
        }
        if depth == DEPTH_MAX {
            return None;
        }
        let (values, other) =
            self.patterns.iter().find_map(|(pieces, other)| Some((values(pieces, english)?, *other)))?;
        let said: Vec<(&str, String)> = values
            .into_iter()
            .map(|(name, value)| {
                // A word or a sentence may be part of a sentence; a number means the same everywhere.
                let other = if name.starts_with(RAW) { None } else { self.translate(value, depth + 1) };
                (name, other.unwrap_or_else(|| value.to_owned()))
            })
            .collect();
        let shown: Vec<(&str, &dyn std::fmt::Display)> =
            said.iter().map(|(name, value)| (*name, value as &dyn std::fmt::Display)).collect();
        Some(fill(other, &shown))
    }
}

#[cfg(test)]
impl Catalogue {
    /// Returns the part of a sentence that stays English; `None` if it is translated completely.
    pub fn unsaid(&self, english: &str) -> Option<String> {
        self.unsaid_at(english, 0)
    }

    fn unsaid_at(&self, english: &str, depth: u32) -> Option<String> {
        let is_word = |part: &str| part.len() > 1 && !matches!(part, "node" | "ms");
        let has_words = english.split(|c: char| !c.is_alphabetic()).any(is_word);
        if self.texts.contains_key(english) || !has_words {
            return None;
        }
        let found = self.patterns.iter().find_map(|(pieces, _)| values(pieces, english));
        match found.filter(|_| depth < DEPTH_MAX) {
            None => Some(english.to_owned()),
            Some(values) => values
                .into_iter()
                .filter(|(name, _)| !name.starts_with(RAW))
                .find_map(|(_, value)| self.unsaid_at(value, depth + 1)),
        }
    }
}

impl Tongue for Catalogue {
    fn say(&self, english: &'static str) -> Option<&'static str> {
        self.texts.get(english).copied()
    }

    fn tell(&self, english: &str) -> Option<String> {
        self.translate(english, 0)
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        if !before.is_empty() {
            found.push(Piece::Literal(before.to_owned()));
        }
        found.push(Piece::Place(name.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        found.push(Piece::Literal(rest.to_owned()));
    }
    found
}

fn literal_length(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| if let Piece::Literal(text) = piece { text.len() } else { 0 }).sum()
}

/// Returns the values at the placeholders of a pattern, if a text matches it.
fn values<'a>(pieces: &'a [Piece], text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    match pieces {
        [] => text.is_empty().then(Vec::new),
        [Piece::Literal(literal), rest @ ..] => values(rest, text.strip_prefix(literal.as_str())?),
        [Piece::Place(name)] => (may_be_empty(name) || !text.is_empty()).then(|| vec![(name.as_str(), text)]),
        [Piece::Place(name), rest @ ..] => {
            // The shortest value with which the rest matches.
            text.char_indices().skip(usize::from(!may_be_empty(name))).find_map(|(at, _)| {
                let mut found = values(rest, &text[at..])?;
                found.push((name.as_str(), &text[..at]));
                Some(found)
            })
        }
    }
}

/// A person may write an empty key or value.
fn may_be_empty(name: &str) -> bool {
    name.starts_with(RAW)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        Catalogue::read(
            "# words\nPlay\n= Abspielen\n\nnode{node} crashed\n= node{node} ist abgestürzt\n\
             node{node}: {cause}\n= Knoten {node}: {cause}\nno quorum\n= keine Mehrheit\n\
             write {raw_key}\n= {raw_key} schreiben\n",
        )
        .ok()
        .unwrap_or(Catalogue { texts: BTreeMap::new(), patterns: Vec::new() })
    }

    #[test]
    fn a_text_is_found_by_its_english() {
        assert_eq!(catalogue().say("Play"), Some("Abspielen"));
        assert_eq!(catalogue().say("Pause"), None);
    }

    #[test]
    fn a_sentence_is_found_by_its_pattern_and_what_stands_in_it_is_translated_too() {
        assert_eq!(catalogue().tell("node3 crashed").as_deref(), Some("node3 ist abgestürzt"));
        assert_eq!(catalogue().tell("node3: no quorum").as_deref(), Some("Knoten 3: keine Mehrheit"));
        assert_eq!(catalogue().tell("node3: 12").as_deref(), Some("Knoten 3: 12"));
        assert_eq!(catalogue().tell("anything else"), None);
    }

    #[test]
    fn a_persons_own_words_stay() {
        assert_eq!(catalogue().tell("write Play").as_deref(), Some("Play schreiben"));
        assert_eq!(
            catalogue().tell("node3: write no quorum").as_deref(),
            Some("Knoten 3: no quorum schreiben")
        );
    }

    #[test]
    fn a_sentence_that_stays_english_in_part_is_noticed() {
        assert_eq!(catalogue().unsaid("node3: no quorum"), None);
        assert_eq!(catalogue().unsaid("node3: write anything"), None);
        assert_eq!(catalogue().unsaid("node3: no vote").as_deref(), Some("no vote"));
    }

    #[test]
    fn a_file_with_a_gap_is_refused_with_the_line() {
        let error = Catalogue::read("Play\nPause\n= Pause\n").err();
        assert_eq!(error, Some(CatalogueError { line: 2, expected: "a translation, after \"= \"" }));
        let error = Catalogue::read("= Pause\n").err();
        assert_eq!(error, Some(CatalogueError { line: 1, expected: "an English text" }));
    }
}
