//! The place of an error in a scenario's text, in the language of the page.

use raft_core::scenario::ParseError;

use crate::text::{self, share as words};

/// Returns what is wrong with a text, and where.
pub fn place(error: &ParseError) -> String {
    let ParseError { line, column, found, suggestion, accepted } = error;
    let (found, accepted) = (text::tell(found), text::tell(accepted));
    match suggestion {
        Some(meant) => words::wrong_near(line, column, found, meant, accepted),
        None => words::wrong(line, column, found, accepted),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use raft_core::scenario::parse;

    use super::*;

    #[test]
    fn a_word_that_nearly_exists_is_offered_with_its_place() {
        let error = parse("seed 4\nkil node2").unwrap_err();
        assert_eq!((error.line, error.column), (2, 1));
        assert_eq!(error.suggestion.as_deref(), Some("kill"));
        let told = place(&error);
        assert_eq!(told, words::wrong_near(2, 1, &error.found, "kill", &error.accepted));
        assert!(told.contains("kil") && told.contains("kill"), "{told}");
    }

    #[test]
    fn a_word_that_resembles_none_is_told_with_what_is_accepted() {
        let error = parse("qqqqqqqq").unwrap_err();
        assert_eq!(error.suggestion, None);
        assert_eq!(place(&error), words::wrong(1, 1, &error.found, &error.accepted));
    }
}
