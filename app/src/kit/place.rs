//! Where a scenario's text is wrong, in the person's language.

use raft_core::scenario::ParseError;

use crate::text::{self, share as words};

/// What is wrong with a text.
pub fn place(error: &ParseError) -> String {
    let ParseError { line, column, found, suggestion, accepted } = error;
    let (found, accepted) = (text::tell(found), text::tell(accepted));
    match suggestion {
        Some(meant) => words::wrong_near(line, column, found, meant, accepted),
        None => words::wrong(line, column, found, accepted),
    }
}
