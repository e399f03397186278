//! The stops of a scenario: where it pauses for its viewer, with the speaker's notes for each.

use raft_core::scenario::{Choice, Deed, Scenario, Teach};

/// A stop of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The index of its step: the stop is reached once that step has begun.
    pub step: usize,
    /// The subject of the stop.
    pub title: String,
    /// The answers, if it is a question.
    pub choices: Vec<Choice>,
    /// The speaker's notes: the comments since the previous stop, and hints.
    pub notes: Vec<String>,
}

/// Returns the stops of a scenario in order. Comments and hints belong to the stop after them; those after
/// the last stop belong to the end.
pub fn stops(scenario: &Scenario) -> Vec<Stop> {
    let mut stops: Vec<Stop> = Vec::new();
    let mut notes = scenario.comments.clone();
    for (step, deed) in scenario.steps.iter().map(|step| &step.deed).enumerate() {
        let (title, choices) = match deed {
            Deed::Comment(text) | Deed::Hint(_, text) => {
                notes.push(text.clone());
                continue;
            }
            Deed::Teach(Teach::StopHere, text) => (text.clone(), Vec::new()),
            Deed::Ask { question, choices } => (question.clone(), choices.clone()),
            Deed::Try { text, .. } => (text.clone(), Vec::new()),
            _ => continue,
        };
        stops.push(Stop { step, title, choices, notes: std::mem::take(&mut notes) });
    }
    if let Some(last) = stops.last_mut() {
        last.notes.append(&mut notes);
    }
    stops
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_hints_are_for_the_speaker_of_the_stop_after_them() {
        let text = "# Greet the room.\nseed 1\n\nwait leader\n# Wait for silence.\nstop here A leader\nhint Look left.\n\
                    ask Who?\n    + me -- yes\n    - you -- no\nkill leader\n# Thank them.\n";
        let scenario = raft_core::scenario::parse(text).expect("a scenario");
        let stops = stops(&scenario);
        let told: Vec<(&str, usize, Vec<&str>)> = stops
            .iter()
            .map(|stop| {
                (stop.title.as_str(), stop.choices.len(), stop.notes.iter().map(String::as_str).collect())
            })
            .collect();
        assert_eq!(
            told,
            [
                ("A leader", 0, vec!["Greet the room.", "Wait for silence."]),
                ("Who?", 2, vec!["Look left.", "Thank them."]),
            ]
        );
    }
}
