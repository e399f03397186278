//! The table of all words of the language: the form of each, its meaning, and an example.
//!
//! The parser, the suggestions in its errors and the reference are derived from it. The parser takes the
//! words at compile time, so the descriptions and examples add nothing to a program that does not print the
//! reference.

mod conditions;
mod head;
mod reference;
mod steps;
#[cfg(test)]
mod tests;

pub use reference::reference;

/// The place where a word may occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A line about the scenario.
    About,
    /// A setting of the cluster.
    Setting,
    /// A step.
    Step,
    /// A condition.
    Condition,
    /// A reference to nodes.
    Node,
}

/// A word of the language.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    /// The place where it may occur.
    pub(super) kind: Kind,
    /// The word or phrase itself.
    pub(super) word: &'static str,
    /// The syntax: capital letters are placeholders, brackets enclose optional parts.
    pub(super) form: &'static str,
    /// The meaning and the accepted values, in sentences.
    pub(super) about: &'static str,
    /// A scenario that uses it; it runs as it is.
    pub(super) example: &'static str,
    /// The word that the canonical form has instead, if this one is an alias.
    pub(super) alias_of: Option<&'static str>,
}

const fn entry(
    kind: Kind,
    word: &'static str,
    form: &'static str,
    about: &'static str,
    example: &'static str,
) -> Entry {
    Entry { kind, word, form, about, example, alias_of: None }
}

/// All words, in the order of the reference.
const TABLE: [&[Entry]; 4] = [&head::HEAD, &steps::ACTING, &steps::TELLING, &conditions::CONDITIONS];

const fn count(kind: Kind) -> usize {
    let (mut found, mut part) = (0, 0);
    while part < TABLE.len() {
        let mut at = 0;
        while at < TABLE[part].len() {
            found += (TABLE[part][at].kind as u8 == kind as u8) as usize;
            at += 1;
        }
        part += 1;
    }
    found
}

/// Returns the words of a kind, or their forms.
const fn list<const COUNT: usize>(kind: Kind, forms: bool) -> [&'static str; COUNT] {
    let (mut words, mut found, mut part) = ([""; COUNT], 0, 0);
    while part < TABLE.len() {
        let mut at = 0;
        while at < TABLE[part].len() {
            let entry = TABLE[part][at];
            if entry.kind as u8 == kind as u8 {
                words[found] = if forms { entry.form } else { entry.word };
                found += 1;
            }
            at += 1;
        }
        part += 1;
    }
    words
}

/// Words of lines about the scenario.
pub(super) const ABOUT: [&str; count(Kind::About)] = list(Kind::About, false);
/// Words of settings.
pub(super) const SETTINGS: [&str; count(Kind::Setting)] = list(Kind::Setting, false);
/// Words of steps.
pub(super) const STEPS: [&str; count(Kind::Step)] = list(Kind::Step, false);
/// Words of conditions.
pub(super) const CONDITIONS: [&str; count(Kind::Condition)] = list(Kind::Condition, false);
/// Forms of conditions.
pub(super) const CONDITION_FORMS: [&str; count(Kind::Condition)] = list(Kind::Condition, true);
/// Words for nodes.
pub(super) const NODES: [&str; count(Kind::Node)] = list(Kind::Node, false);

/// Returns whether one of the phrases begins with the word.
pub(super) fn begins(phrases: &[&str], word: &str) -> bool {
    phrases.iter().any(|phrase| phrase.split(' ').next() == Some(word))
}
