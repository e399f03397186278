//! What can be wrong with a link.

use std::fmt;

use super::{BYTES_MAX, LETTERS_MAX, STEPS_MAX, TIME_MAX};
use crate::scenario::ParseError;
use crate::units::{Nanos, SECOND};

/// A text that is no link of a run, or a run that no link can hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It does not begin with a version. What stands there instead.
    NoVersion(String),
    /// A version that this build does not know.
    UnknownVersion(u32),
    /// It has more letters than [`LETTERS_MAX`].
    TooLong {
        /// How many.
        letters: usize,
    },
    /// What it holds is larger than [`BYTES_MAX`].
    TooMuch,
    /// The letter that names the form is none.
    UnknownForm(String),
    /// A letter that does not belong into a link.
    Letter {
        /// Its place behind the version, from 1.
        at: usize,
        /// What stands there.
        found: String,
    },
    /// A percent sign that encodes nothing.
    Percent {
        /// What stands there.
        found: String,
    },
    /// The check does not fit: something is missing or changed.
    Damaged,
    /// What is packed cannot be unpacked.
    Packed,
    /// What it holds is no text.
    NoText,
    /// The line that says what to look at.
    Head {
        /// What stands there.
        found: String,
        /// What is accepted.
        accepted: String,
    },
    /// The scenario that it holds is none.
    Scenario(ParseError),
    /// It has more steps than [`STEPS_MAX`].
    TooManySteps {
        /// How many.
        steps: usize,
    },
    /// It names a virtual time later than [`TIME_MAX`].
    TooLate {
        /// Which.
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
            LinkError::TooMuch => write!(
                f,
                "the link holds more than {BYTES_MAX} bytes once unpacked, the most that is accepted"
            ),
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
            LinkError::Packed => write!(f, "the link is damaged: what is packed in it cannot be unpacked"),
            LinkError::NoText => write!(f, "the link holds bytes that are no text; UTF-8 is accepted"),
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

/// The beginning of a text, for an error.
pub(super) fn beginning(text: &str) -> String {
    const LETTERS: usize = 20;
    let mut letters = text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter });
    let mut found: String = letters.by_ref().take(LETTERS).collect();
    if letters.next().is_some() {
        found.push('…');
    }
    found
}
