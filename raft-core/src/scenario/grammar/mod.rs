//! The words of the language in one table: what each one looks like, what it does, and an example.
//!
//! What the parser accepts, what its errors offer, and the reference are made from it. The parser needs
//! the words alone, and takes them from here while it is compiled: what the rest says weighs nothing
//! where nobody asks for the reference.

mod conditions;
mod head;
mod reference;
mod steps;
#[cfg(test)]
mod tests;

pub use reference::reference;

/// Where a word may stand.
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
    /// A node or several.
    Node,
}

/// A word of the language.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    /// Where it may stand.
    pub(super) kind: Kind,
    /// The word, or the words that it is made of.
    pub(super) word: &'static str,
    /// With what belongs to it: capital letters stand for something else, brackets for what may be left out.
    pub(super) form: &'static str,
    /// What it does and what it accepts, in sentences.
    pub(super) about: &'static str,
    /// A scenario that uses it.
    pub(super) example: &'static str,
}

const fn entry(
    kind: Kind,
    word: &'static str,
    form: &'static str,
    about: &'static str,
    example: &'static str,
) -> Entry {
    Entry { kind, word, form, about, example }
}

/// Every word, in the order in which the reference tells them.
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

/// The words of a kind, or their forms.
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

/// Words about the scenario.
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

/// Whether a phrase of a list begins with this word.
pub(super) fn begins(phrases: &[&str], word: &str) -> bool {
    phrases.iter().any(|phrase| phrase.split(' ').next() == Some(word))
}
