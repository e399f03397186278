//! The glossary: what the words of the page mean. A [`Term`](crate::kit::Term) makes a word a link to its entry.
//!
//! `entries` holds ids, sources and cross-references; the texts are in `text/glossary.rs`. A test requires an entry
//! for every rule that raft-core names.

mod entries;
mod view;

pub use view::Glossary;
