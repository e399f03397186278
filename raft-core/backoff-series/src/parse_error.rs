//! Error returned when parsing a [`BackoffSeries`] string fails.
//!
//! [`BackoffSeries`]: crate::BackoffSeries

use std::error::Error;
use std::fmt;

/// Failure to parse a backoff series string.
///
/// See [`BackoffSeries::parse`](crate::BackoffSeries::parse) for the accepted format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The input string or token that failed to parse.
    pub invalid: String,
    /// Human-readable reason for the failure.
    pub reason: String,
}

impl ParseError {
    pub(crate) fn new(invalid: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { invalid: invalid.into(), reason: reason.into() }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid backoff series {:?}: {}", self.invalid, self.reason)
    }
}

impl Error for ParseError {}
