//! Links: a whole run and a view of it, as the fragment (`#…`) of an address.
//!
//! A link is data only: the text of a scenario, a closed set of view parameters ([`View`]), and the
//! [`TRACE_VERSION`] of the build that made it. [`encode()`] writes the newest version, [`decode()`] reads
//! every version:
//!
//! ```text
//! v0:seed%2042%0Await%20leader                    a scenario, percent-encoded: written by hand
//! v1:t1_at_2.5~nseed_42~n…~n~nkill_leader~nk3ot2l   the plain form
//! v1:zTYxRDsIwDEP_cwqfYBqDHiii0YgI…xm    the packed form: raw deflate, then base64url
//! ```
//!
//! - The document of `v1` is a head line (the trace version, then the view) and the scenario. It is written
//!   in the shorter of the two forms, with letters that chat programs leave alone (`A-Z a-z 0-9 - _ . ~`). It
//!   ends with a checksum of six letters, so that a link that lost its end is refused, and no link ends with
//!   a punctuation mark.
//! - An older version is upgraded in steps, one per version, and then parsed as the newest (`versions`).
//!   Should a word of the language change its meaning, its upgrade belongs there, too. `tests/links/` keeps
//!   links of every version, with what they must open to.
//! - A link may come from a stranger, so everything is bounded: letters before unpacking, bytes after it,
//!   steps, nodes (by the settings) and virtual time. Errors name what was found and what is accepted.

mod check;
mod document;
mod error;
pub mod fuzz;
mod letters;
mod packed;
#[cfg(test)]
mod tests;
mod tidy;
mod versions;
mod view;

use crate::scenario::{Deed, SCENARIO_BYTES_MAX, Scenario, When};
use crate::units::{Nanos, SECOND};
pub use error::LinkError;
pub use versions::VERSION;
pub use view::{Detail, View};

/// The version of the traces of this build. It is raised whenever a scenario gives another trace hash than
/// before, which a test of the links in `tests/links/` detects.
pub const TRACE_VERSION: u32 = 1;
/// The maximum number of letters of a link.
pub const LETTERS_MAX: usize = 128 * 1024;
/// The maximum size of the unpacked document, in bytes: a scenario and the head line.
pub const BYTES_MAX: usize = SCENARIO_BYTES_MAX + 256;
/// The maximum number of steps of a scenario in a link; more than the journal of a session keeps.
pub const STEPS_MAX: usize = 5_000;
/// The latest virtual time that a scenario or a view in a link may name.
pub const TIME_MAX: Nanos = 3_600 * SECOND;
/// The minimum speed: virtual time in millionths of real time.
pub const SPEED_MIN: u64 = 1_000;
/// The maximum speed: virtual time in millionths of real time.
pub const SPEED_MAX: u64 = 100_000_000;

/// The content of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunLink {
    /// The scenario of the run.
    pub scenario: Scenario,
    /// The view to show.
    pub view: View,
    /// The [`TRACE_VERSION`] of the build that made the link; 0 if unknown.
    pub trace_version: u32,
}

impl RunLink {
    /// Returns a link of this build.
    pub fn new(scenario: Scenario, view: View) -> RunLink {
        RunLink { scenario, view, trace_version: TRACE_VERSION }
    }

    /// Returns whether a build with another trace version made the link, so that its trace may differ.
    pub fn is_of_other_traces(&self) -> bool {
        self.trace_version != 0 && self.trace_version != TRACE_VERSION
    }
}

/// Encodes a link, without `#`, in the shorter of its two forms. [`decode()`] of the result gives the same
/// link.
///
/// # Errors
/// The scenario or the view exceeds a limit of links.
pub fn encode(link: &RunLink) -> Result<String, LinkError> {
    bounded(link)?;
    // The view must be within its bounds, or the link could not be decoded.
    link.view.to_string().parse::<View>()?;
    let document = document::write(link);
    if document.len() > BYTES_MAX {
        return Err(LinkError::TooMuch);
    }
    let [plain, packed] = forms(&document);
    let text = if plain.len() <= packed.len() { plain } else { packed };
    match text.len() {
        letters if letters > LETTERS_MAX => Err(LinkError::TooLong { letters }),
        _ => Ok(text),
    }
}

/// Returns a document of the newest version in its two forms, plain and packed.
fn forms(document: &str) -> [String; 2] {
    let seal = check::letters(document);
    let bodies = [('t', letters::plain(document)), ('z', packed::pack(document.as_bytes()))];
    bodies.map(|(form, body)| format!("v{VERSION}:{form}{body}{seal}"))
}

/// Decodes a link of any version. The input may be a whole address, and may have the marks that chat programs
/// and mail leave: brackets around it, punctuation after it, line breaks inside, percent-encoding.
///
/// # Errors
/// Names what is wrong and what is accepted.
pub fn decode(input: &str) -> Result<RunLink, LinkError> {
    if input.len() > 4 * LETTERS_MAX {
        return Err(LinkError::TooLong { letters: input.len() });
    }
    let (version, body) = tidy::find(input)?;
    let link = document::read(&versions::newest(version, body)?)?;
    bounded(&link)?;
    Ok(link)
}

/// Returns the text of the scenario in a link, even if it does not parse; `None` if the link is damaged.
pub fn text_of(input: &str) -> Option<String> {
    let (version, body) = tidy::find(input).ok().filter(|_| input.len() <= 4 * LETTERS_MAX)?;
    let document = versions::newest(version, body).ok()?;
    document.split_once('\n').map(|(_, text)| text.to_owned())
}

/// Checks a link against the limits of steps and virtual time.
fn bounded(link: &RunLink) -> Result<(), LinkError> {
    let steps = link.scenario.steps.len();
    if steps > STEPS_MAX {
        return Err(LinkError::TooManySteps { steps });
    }
    let reaches = reaches(&link.scenario).max(link.view.at.unwrap_or(0));
    if reaches > TIME_MAX {
        return Err(LinkError::TooLate { reaches });
    }
    Ok(())
}

/// Returns the latest virtual time that a scenario names, with all its durations one after the other.
fn reaches(scenario: &Scenario) -> Nanos {
    scenario.steps.iter().fold(0, |now: Nanos, step| {
        let starts = match step.at {
            Some(When::At(at)) => now.max(at),
            Some(When::After(wait)) => now.saturating_add(wait),
            None => now,
        };
        starts.saturating_add(match &step.deed {
            Deed::WaitFor(time) | Deed::Wait(_, Some(time)) | Deed::Stress(_, time, _) => *time,
            _ => 0,
        })
    })
}
