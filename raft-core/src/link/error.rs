//! Errors of links.

use std::fmt;

use super::{BYTES_MAX, LETTERS_MAX, STEPS_MAX, TIME_MAX};
use crate::scenario::ParseError;
use crate::units::{Nanos, SECOND};

/// The error of a text that is not a link, or of a run that exceeds the limits of links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// The link does not begin with a version but with this text.
    NoVersion(String),
    /// The version is unknown to this build.
    UnknownVersion(u32),
    /// The link has more letters than [`LETTERS_MAX`].
    TooLong {
        /// The number of letters.
        letters: usize,
    },
    /// The unpacked document is larger than [`BYTES_MAX`].
    TooMuch,
    /// The letter of the form is unknown.
    UnknownForm(String),
    /// A letter is not allowed in a link.
    Letter {
        /// Its position after the version, from 1.
        at: usize,
        /// The text found there.
        found: String,
    },
    /// A percent sign is not followed by two hexadecimal digits.
    Percent {
        /// The text found there.
        found: String,
    },
    /// The checksum does not match: letters are missing or changed.
    Damaged,
    /// The packed bytes cannot be unpacked.
    Packed,
    /// The document is not UTF-8.
    NoText,
    /// The head line with the view is wrong.
    Head {
        /// The text found there.
        found: String,
        /// A description of what is accepted.
        accepted: String,
    },
    /// The scenario does not parse.
    Scenario(ParseError),
    /// The scenario has more steps than [`STEPS_MAX`].
    TooManySteps {
        /// The number of steps.
        steps: usize,
    },
    /// The scenario or the view names a virtual time later than [`TIME_MAX`].
    TooLate {
        /// The virtual time.
        reaches: Nanos,
    },
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::NoVersion(found) if found.is_empty() => {
                write!(f, "the link is empty; a link begins with v1: or v0:")
            }
            LinkError::NoVersion(found) => {
                write!(f, "the link begins with \"{found}\"; a link begins with v1: or v0:")
            }
            LinkError::UnknownVersion(version) => {
                write!(f, "the link is of version v{version}, newer than this build, which reads v0 and v1")
            }
            LinkError::TooLong { letters } => {
                write!(f, "the link has {letters} letters; at most {LETTERS_MAX} are accepted")
            }
            LinkError::TooMuch => {
                write!(f, "the link holds more than {BYTES_MAX} bytes once unpacked, which is the maximum")
            }
            LinkError::UnknownForm(found) => {
                write!(f, "the link's form is \"{found}\"; t (plain text) and z (packed) are accepted")
            }
            LinkError::Letter { at, found } => write!(
                f,
                "letter {at} of the link is \"{found}\"; letters, digits, - and _ are accepted there, in the plain form . and ~ too"
            ),
            LinkError::Percent { found } => {
                write!(f, "the link holds \"{found}\"; % is accepted before two digits of 0 to 9 and A to F")
            }
            LinkError::Damaged => {
                write!(f, "the link is damaged: its end is missing or a letter was changed on the way")
            }
            LinkError::Packed => write!(f, "the link is damaged: its content cannot be unpacked"),
            LinkError::NoText => write!(f, "the link holds bytes that are not text; UTF-8 is accepted"),
            LinkError::Head { found, accepted } => {
                write!(f, "the link says to look at \"{found}\"; accepted: {accepted}")
            }
            LinkError::Scenario(error) => write!(f, "the scenario in the link is wrong: {error}"),
            LinkError::TooManySteps { steps } => {
                write!(f, "the scenario has {steps} steps; a link holds at most {STEPS_MAX}")
            }
            LinkError::TooLate { reaches } => write!(
                f,
                "the scenario reaches {} s of virtual time; a link holds at most {} s",
                reaches / SECOND,
                TIME_MAX / SECOND
            ),
        }
    }
}

impl std::error::Error for LinkError {}

/// Returns the beginning of a text, for an error message.
pub(super) fn beginning(text: &str) -> String {
    const LETTERS: usize = 20;
    let mut letters = text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter });
    let mut found: String = letters.by_ref().take(LETTERS).collect();
    if letters.next().is_some() {
        found.push('…');
    }
    found
}
