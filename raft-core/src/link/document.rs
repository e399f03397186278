//! The document of the newest version: a head line with the trace version and the view, then the scenario.

use super::error::beginning;
use super::view::said;
use super::{LinkError, RunLink};
use crate::scenario::{Scenario, parse};

/// Writes the document of a link.
pub(super) fn write(link: &RunLink) -> String {
    format!("{}{}\n{}", link.trace_version, said(&link.view), short(&link.scenario))
}

/// Parses the document of a link.
pub(super) fn read(document: &str) -> Result<RunLink, LinkError> {
    let (head, text) = document.split_once('\n').unwrap_or((document, ""));
    let (version, view) = head.split_once(' ').unwrap_or((head, ""));
    let trace_version = version.parse().map_err(|_| LinkError::Head {
        found: beginning(version),
        accepted: "first a number, the version of the traces".to_owned(),
    })?;
    let view = view.parse()?;
    let scenario = parse(text).map_err(LinkError::Scenario)?;
    Ok(RunLink { scenario, view, trace_version })
}

/// Returns the text of a scenario without the spaces that only align columns.
fn short(scenario: &Scenario) -> String {
    let canonical = scenario.to_string();
    let mut text = String::with_capacity(canonical.len());
    for line in canonical.lines() {
        text.push_str(&short_line(line));
        text.push('\n');
    }
    // Typed text may begin with significant spaces.
    if parse(&text).as_ref() == Ok(scenario) { text } else { canonical }
}

fn short_line(line: &str) -> String {
    let line = line.trim_start_matches(' ');
    if line.starts_with(['|', '<', '>', '#']) {
        return line.to_owned();
    }
    let (time, rest) = match line.split_once(' ') {
        Some((time, rest)) if time.starts_with('@') => (format!("{time} "), rest.trim_start_matches(' ')),
        _ => (String::new(), line),
    };
    match rest.split_once(' ') {
        Some((word, rest)) => format!("{time}{word} {}", rest.trim_start_matches(' ')),
        None => format!("{time}{rest}"),
    }
}
