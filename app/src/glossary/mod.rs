//! The glossary: what the words of this page mean. A word becomes a link to its entry by [`Term`](crate::kit::Term).

mod entries;
mod view;

pub use view::Glossary;
