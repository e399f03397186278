//! All texts of the page, one file for each area, declared by `words!`. Their source is English;
//! [`words`](mod@words) looks up a translation, and `catalogue` reads one (`app/text/german.txt`).
//!
//! Sentences about events are made by `raft_core::words::describe` and shown through [`sentence`] or
//! [`tell`]: a text with placeholders also translates what raft-core made from it, values included. Tests
//! require a translation of every text of the page and of every sentence that the golden scenarios produce.

pub mod broken;
mod catalogue;
pub mod chaos;
pub mod charts;
pub mod checks;
pub mod client;
mod cluster;
pub mod dialog;
pub mod dials;
pub mod embed;
pub mod events;
pub mod glossary;
pub mod help;
pub mod inspector;
pub mod keys;
pub mod ledger;
pub mod lessons;
pub mod narration;
pub mod node;
mod page;
pub mod panels;
pub mod partition;
mod request;
pub mod share;
pub mod spacetime;
pub mod stage;
pub mod stores;
pub mod terminal;
pub mod time;
#[cfg(test)]
mod told_tests;
mod units;
pub mod welcome;
mod words;
pub mod workshop;

use raft_core::units::NodeId;

pub use catalogue::Catalogue;
pub use cluster::{
    caption, how_many_up, leads, lease_is_over, lease_over, meaning, nobody_leads, node_sentence, quorum,
    role, term, warning,
};
pub use page::*;
pub use request::{advice, cause, rejection};
pub use units::{bytes, seconds, span};
pub(crate) use words::words;
pub use words::{Tongue, fill, say, speak, tag, tell};

/// A text without values.
pub type Word = fn() -> &'static str;

/// Returns a sentence of raft-core with a capital letter and a full stop.
pub fn sentence(text: &str) -> String {
    let mut text = capitalised(&tell(text));
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

/// Returns a text with a capital letter. Names of nodes keep their small one.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let starts_with_name =
        text.strip_prefix("node").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    match chars.next() {
        Some(first) if !starts_with_name => first.to_uppercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

/// Returns the form of a node's client address.
pub fn endpoint(id: NodeId) -> String {
    format!("node{id}:2379")
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use std::collections::BTreeSet;

    const GERMAN: &str = include_str!("../../text/german.txt");

    #[test]
    fn every_text_is_said_in_german_with_the_same_values() {
        let german = super::Catalogue::read(GERMAN).expect("the catalogue is whole");
        let said = |text| super::Tongue::say(&german, text);
        let texts = ALL.concat();
        let missing: Vec<&str> =
            texts.iter().map(|(text, _)| *text).filter(|text| said(text).is_none()).collect();
        assert!(missing.is_empty(), "not said in German:\n{}", missing.join("\n"));
        for (text, _) in texts {
            assert_eq!(said(text).map(placeholders), Some(placeholders(text)), "{text}");
        }
    }

    /// Every block of texts.
    const ALL: &[&[(&str, &[&str])]] = &[
        super::broken::ALL,
        super::charts::ALL,
        super::checks::ALL,
        super::client::ALL,
        super::cluster::ALL,
        super::dialog::ALL,
        super::dials::ALL,
        super::embed::ALL,
        super::events::ALL,
        super::share::ALL,
        super::glossary::ALL,
        super::help::ALL,
        super::inspector::ALL,
        super::keys::ALL,
        super::ledger::ALL,
        super::lessons::ALL,
        super::narration::ALL,
        super::node::ALL,
        super::page::ALL,
        super::panels::ALL,
        super::chaos::ALL,
        super::partition::ALL,
        super::request::ALL,
        super::spacetime::ALL,
        super::stage::ALL,
        super::stores::ALL,
        super::terminal::ALL,
        super::time::ALL,
        super::units::ALL,
        super::welcome::ALL,
        super::workshop::ALL,
    ];

    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect()
    }

    #[test]
    fn every_text_has_places_for_just_the_values_that_it_is_given() {
        for (text, values) in ALL.concat() {
            assert_eq!(placeholders(text), values.iter().copied().collect(), "{text}");
        }
    }
}
