//! The checks in words: the lines at the top, and a full text to copy.

use raft_core::cluster::PropertyView;
use raft_core::model::Property;
use raft_core::safety::Verdict;
use raft_core::words::describe::property_name;

use super::frame::{Bar, ChecksFrame, End};
use crate::text::{self, checks as words};

/// Returns the state of the checks in one line.
pub fn verdict(frame: &ChecksFrame) -> String {
    let judged = frame.judged();
    let mut told = Vec::new();
    for view in &frame.properties {
        if view.violation.is_some() && view.property != Property::Linearizability {
            told.push(words::property_broken(text::tell(property_name(view.property))));
        }
    }
    told.push(match &frame.verdict {
        Some(Verdict::Violated) => words::broken(judged),
        Some(Verdict::Undecided { answers }) => words::holds_in_part(judged, answers),
        _ if judged == 0 => words::nothing_yet().to_owned(),
        _ => words::holds(judged),
    });
    let doubts = frame.doubts.iter();
    told.extend(doubts.map(|(doubt, count)| words::doubted(count, text::tell(doubt.reason()))));
    told.join(" ")
}

/// Returns the result of the search for an order in words.
pub fn order(frame: &ChecksFrame) -> String {
    let Some(report) = frame.report.as_deref().filter(|_| !frame.bars.is_empty()) else {
        return String::new();
    };
    match (&report.verdict, &frame.verdict) {
        (Verdict::Violated, Some(Verdict::Violated)) => words::contradict(report.violating.len()),
        (Verdict::Violated, _) => {
            format!("{} {}", words::stopped_looking(), words::contradict(report.violating.len()))
        }
        (Verdict::Undecided { answers }, _) => words::not_ordered(answers),
        (Verdict::Linearizable, _) if report.judged > 0 => words::ordered().to_owned(),
        (Verdict::Linearizable, _) => String::new(),
    }
}

/// Returns how often a property was checked, in words.
pub fn checked(view: &PropertyView) -> String {
    match view.property {
        Property::Linearizability => words::answers(view.checked),
        _ => words::times(view.checked),
    }
}

/// Returns how stale the answer of a serializable read was, in words.
pub fn behind(count: u64) -> String {
    match count {
        0 => words::behind_none().to_owned(),
        1 => words::behind_one().to_owned(),
        _ => words::behind(count),
    }
}

/// Returns an operation with all its details, as a sentence.
pub fn operation(bar: &Bar) -> String {
    let from = text::seconds(bar.from);
    let when = match bar.to {
        Some(to) => words::from_to(from, text::seconds(to)),
        None => words::runs_since(from),
    };
    let mut how = match bar.end {
        End::Running => words::running().to_owned(),
        End::Unknown => words::unknown().to_owned(),
        End::Failed => words::failed().to_owned(),
        End::Answered(revision) => words::answered_at(revision),
    };
    let mut add = |more: String| how = words::and(&how, more);
    if bar.serializable {
        add(words::serializable().to_owned());
    }
    if let Some(count) = bar.behind {
        add(behind(count));
    }
    if let Some(at) = bar.point {
        add(words::took_effect(text::seconds(at)));
    }
    if bar.contradicts {
        add(words::contradicts().to_owned());
    }
    words::request_told(bar.id, &bar.what, when, how)
}

/// Returns all of the checks as text.
pub fn text(frame: &ChecksFrame) -> String {
    let mut lines = vec![verdict(frame), order(frame), String::new()];
    for view in &frame.properties {
        let state = if view.violation.is_some() { words::fails() } else { words::stands() };
        let name = text::capitalised(&text::tell(property_name(view.property)));
        let (statement, source) = (text::tell(view.statement), text::tell(view.source));
        lines.push(format!("{name}: {state} ({}). {statement} ({source})", checked(view)));
        if let Some(violation) = &view.violation {
            lines.push(format!("  {} {}", text::seconds(violation.at), text::sentence(&violation.detail)));
            let facts = violation.facts.iter();
            lines.extend(
                facts.map(|fact| format!("  {} {}", text::seconds(fact.at), text::tell(&fact.to_string()))),
            );
        }
    }
    lines.push(String::new());
    lines.extend(frame.bars.iter().map(operation));
    lines.join("\n")
}
