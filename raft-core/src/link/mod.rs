//! Links: a whole run, and what to look at, as the hash of an address.
//!
//! A link is data only: the text of a scenario, a closed set of view parameters ([`View`]), and the
//! version of the traces of the build that made it ([`TRACE_VERSION`]). [`encode()`] writes the newest
//! form, [`decode()`] reads every form that ever was:
//!
//! ```text
//! v0:seed%2042%0Await%20leader                    a scenario, percent-encoded: written by hand
//! v1:t1_at_2.5~nseed_42~n…~n~nkill_leader~nk3ot2l   the plain form
//! v1:zTYxRDsIwDEP_cwqfYBqDHiii0YgI…xm    the packed form: raw deflate, then base64url
//! ```
//!
//! The document of `v1` is a head line (the trace version, then the view) and the scenario. It is written
//! in the shorter of its two forms, with letters that chat programs leave alone (`A-Z a-z 0-9 - _ . ~`),
//! and ends with a check of six letters, so that a link that lost its end is told from a different run and
//! never ends with a punctuation mark.
//!
//! An older version is upgraded in steps, one a version, and then read as the newest (`versions`). Old links
//! are kept in `tests/links/` for ever, with what they must open to. What the language itself says is upgraded
//! there, too, should a word change its meaning.
//!
//! A link comes from a stranger. Everything is bounded: letters before unpacking, bytes after it, steps,
//! nodes (by the settings) and virtual time; errors name what was found and what is accepted.

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

/// The version of the traces of this build: it is raised whenever the same scenario gives another trace
/// hash than before. The links in `tests/links/` hold the build to it.
pub const TRACE_VERSION: u32 = 1;
/// The most letters of a link, before anything is unpacked.
pub const LETTERS_MAX: usize = 128 * 1024;
/// The most bytes of what a link holds once unpacked: a scenario, and the line that says what to look at.
pub const BYTES_MAX: usize = SCENARIO_BYTES_MAX + 256;
/// The most steps of a scenario in a link: more than the journal of a session keeps.
pub const STEPS_MAX: usize = 5_000;
/// The latest virtual time that a scenario in a link may name, and the latest that may be looked at.
pub const TIME_MAX: Nanos = 3_600 * SECOND;
/// The slowest speed, in millionths of wall time.
pub const SPEED_MIN: u64 = 1_000;
/// The fastest speed, in millionths of wall time.
pub const SPEED_MAX: u64 = 100_000_000;

/// What a link holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// The run.
    pub scenario: Scenario,
    /// What to look at.
    pub view: View,
    /// The [`TRACE_VERSION`] of the build that made it; 0 when it does not say so.
    pub trace_version: u32,
}

impl Link {
    /// A link of this build.
    pub fn new(scenario: Scenario, view: View) -> Link {
        Link { scenario, view, trace_version: TRACE_VERSION }
    }

    /// Whether another build made it, whose traces may differ.
    pub fn is_of_other_traces(&self) -> bool {
        self.trace_version != 0 && self.trace_version != TRACE_VERSION
    }
}

/// The shortest link, without `#`. [`decode()`] of it gives what was encoded.
///
/// # Errors
/// The scenario is beyond a bound of links; it can be kept as a file.
pub fn encode(link: &Link) -> Result<String, LinkError> {
    bounded(link)?;
    // What is written can be read: a view is bounded as well.
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

/// A document of the newest version in its two forms.
fn forms(document: &str) -> [String; 2] {
    let seal = check::letters(document);
    let bodies = [('t', letters::plain(document)), ('z', packed::pack(document.as_bytes()))];
    bodies.map(|(form, body)| format!("v{VERSION}:{form}{body}{seal}"))
}

/// Reads a link of any version. The input may be a whole address, and may bear the marks that chat programs
/// and mail leave: brackets around it, punctuation after it, line breaks inside, percent-encoding.
///
/// # Errors
/// What is wrong, and what is accepted.
pub fn decode(input: &str) -> Result<Link, LinkError> {
    if input.len() > 4 * LETTERS_MAX {
        return Err(LinkError::TooLong { letters: input.len() });
    }
    let (version, body) = tidy::find(input)?;
    let link = document::read(&versions::newest(version, body)?)?;
    bounded(&link)?;
    Ok(link)
}

/// The text of the scenario in a link, whether it is one or not. None when the link is damaged.
pub fn text_of(input: &str) -> Option<String> {
    let (version, body) = tidy::find(input).ok().filter(|_| input.len() <= 4 * LETTERS_MAX)?;
    let document = versions::newest(version, body).ok()?;
    document.split_once('\n').map(|(_, text)| text.to_owned())
}

/// Holds a link against the bounds that concern the run.
fn bounded(link: &Link) -> Result<(), LinkError> {
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

/// The virtual time that a scenario names, all its durations one after the other.
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
