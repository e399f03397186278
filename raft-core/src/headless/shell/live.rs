//! Moves input to its command: a script runs each command with all its input at once. Later input steps
//! become comments, and the text of a here-document (`<<`) becomes input.

use crate::scenario::{Deed, Step, Terminal};

/// Returns the steps with the input of each command moved to it.
pub(super) fn at_once(steps: &[Step]) -> Vec<Step> {
    let mut steps = steps.to_vec();
    for at in 0..steps.len() {
        let (before, after) = steps.split_at_mut(at + 1);
        let Some(Step { deed: Deed::Command { on, line, open, input, .. }, .. }) = before.last_mut() else {
            continue;
        };
        if *open {
            input.extend(later(on, after));
            *open = input.is_empty();
        }
        if let Some((command, text)) = announced(line) {
            (*line, *input) = (command, text);
        }
    }
    steps
}

/// Takes the input of a terminal's last command out of the steps after it.
fn later(on: &Terminal, after: &mut [Step]) -> Vec<String> {
    let mut input = Vec::new();
    for step in after {
        match &step.deed {
            Deed::Command { on: there, .. } if there == on => break,
            Deed::EndInput(there) if there == on => {
                step.deed = Deed::Comment(format!("The input of {on} ended here."));
                break;
            }
            Deed::Input(there, text) if there == on => {
                input.extend(text.split('\n').map(str::to_owned));
                step.deed = Deed::Comment(format!("{on}< {text} (given above)"));
            }
            _ => {}
        }
    }
    input
}

/// Splits a command whose further lines are exactly one here-document into the command and the lines of the
/// document.
fn announced(line: &str) -> Option<(String, Vec<String>)> {
    let (first, rest) = line.split_once('\n')?;
    let (command, word) = first.rsplit_once("<<")?;
    let word = word.trim();
    let is_plain = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let mut text: Vec<String> = rest.split('\n').map(str::to_owned).collect();
    let ends = text.iter().position(|line| line == word) == Some(text.len() - 1);
    if !is_plain || !ends || command.contains(['\'', '"', '\\', '<']) {
        return None;
    }
    text.pop();
    Some((command.trim_end().to_owned(), text))
}
