//! What is wrong with a link or a text, in the language of the page.

use raft_core::link::{BYTES_MAX, LETTERS_MAX, LinkError, STEPS_MAX, TIME_MAX};
use raft_core::scenario::ParseError;
use raft_core::units::SECOND;

use crate::text::{self, share as words};

/// Returns why a link cannot be opened or made.
pub(super) fn sentence(error: &LinkError) -> String {
    match error {
        LinkError::NoVersion(found) if found.is_empty() => words::link_empty().to_owned(),
        LinkError::NoVersion(found) => words::link_no_version(found),
        LinkError::UnknownVersion(version) => words::link_unknown_version(version),
        LinkError::TooLong { letters } => words::link_too_long(letters, LETTERS_MAX),
        LinkError::TooMuch => words::link_too_much(BYTES_MAX),
        LinkError::UnknownForm(found) => words::link_form(found),
        LinkError::Letter { at, found } => words::link_letter(at, found),
        LinkError::Percent { found } => words::link_percent(found),
        LinkError::Damaged => words::link_damaged().to_owned(),
        LinkError::Packed => words::link_packed().to_owned(),
        LinkError::NoText => words::link_no_text().to_owned(),
        LinkError::Head { found, accepted } => words::link_head(found, accepted),
        LinkError::Scenario(ParseError { line, column, found, accepted, .. }) => {
            words::link_scenario(line, column, text::tell(found), text::tell(accepted))
        }
        LinkError::TooManySteps { steps } => words::link_steps(steps, STEPS_MAX),
        LinkError::TooLate { reaches } => words::link_late(reaches / SECOND, TIME_MAX / SECOND),
    }
}
