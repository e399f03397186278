//! Errors of animations.

use std::fmt;

use super::{FILE_BYTES_MAX, SLOWDOWN_MAX, STRETCH_MAX};
use crate::headless::picture::seconds;
use crate::tape::FILM_MESSAGES_MAX;
use crate::units::{Nanos, SECOND};

/// The reason why a stretch cannot be animated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnimationError {
    /// The stretch ends where it begins, or before.
    Empty,
    /// The stretch is longer than [`STRETCH_MAX`].
    TooLong {
        /// Its length, in virtual nanoseconds.
        lasts: Nanos,
    },
    /// The slowdown is 0 or greater than [`SLOWDOWN_MAX`].
    Slowdown {
        /// The slowdown, relative to the cluster's clock.
        found: u64,
    },
    /// The stretch is not recorded as a whole.
    NotRecorded {
        /// The first recorded instant.
        from: Nanos,
        /// The last recorded instant.
        to: Nanos,
    },
    /// The stretch has more messages than [`FILM_MESSAGES_MAX`].
    TooMuch {
        /// The number of messages.
        messages: u64,
    },
    /// The file is larger than [`FILE_BYTES_MAX`].
    TooLarge {
        /// Its size.
        bytes: usize,
    },
}

impl fmt::Display for AnimationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AnimationError::Empty => write!(f, "an animation ends after it begins"),
            AnimationError::TooLong { lasts } => write!(
                f,
                "an animation shows at most {} s of virtual time, and this would be {}",
                STRETCH_MAX / SECOND,
                seconds(*lasts)
            ),
            AnimationError::Slowdown { found } => {
                write!(f, "an animation is shown 1 to {SLOWDOWN_MAX} times slower, and {found} was asked for")
            }
            AnimationError::NotRecorded { from, to } => {
                write!(f, "the run was recorded from {} to {}", seconds(*from), seconds(*to))
            }
            AnimationError::TooMuch { messages } => write!(
                f,
                "{messages} messages are under way then, and an animation holds {FILM_MESSAGES_MAX}: choose a shorter stretch"
            ),
            AnimationError::TooLarge { bytes } => write!(
                f,
                "the file would have {bytes} bytes, and at most {FILE_BYTES_MAX} are made: choose a shorter stretch"
            ),
        }
    }
}

impl std::error::Error for AnimationError {}
