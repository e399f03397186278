//! Compares a command's output with the lines that a scenario expects.

use std::collections::BTreeMap;

/// Compares lines with the expected ones: `…` matches any text within a line, `{A}` any text that is the same
/// wherever the name occurs. Adds newly matched names to `captures`.
///
/// # Errors
/// Names the first line that differs.
pub(super) fn compare(
    expected: &[String],
    found: &[String],
    captures: &mut BTreeMap<String, String>,
) -> Result<(), String> {
    for at in 0..expected.len().max(found.len()) {
        match (expected.get(at), found.get(at)) {
            (Some(wanted), Some(line)) if matches(wanted, line, captures) => {}
            (Some(wanted), Some(line)) => {
                return Err(format!("expected the output {wanted:?}, found {line:?}"));
            }
            (Some(wanted), None) => return Err(format!("expected the output {wanted:?}, found its end")),
            (None, Some(line)) => return Err(format!("expected the end of the output, found {line:?}")),
            (None, None) => {}
        }
    }
    Ok(())
}

fn matches(pattern: &str, line: &str, captures: &mut BTreeMap<String, String>) -> bool {
    if let Some(rest) = pattern.strip_prefix('…') {
        let mut ends = line.char_indices().map(|(at, _)| at).chain([line.len()]);
        return ends.any(|at| matches(rest, &line[at..], captures));
    }
    if let Some((name, rest)) = capture(pattern) {
        if let Some(known) = captures.get(name).cloned() {
            return line.strip_prefix(known.as_str()).is_some_and(|left| matches(rest, left, captures));
        }
        let ends: Vec<usize> = line.char_indices().map(|(at, _)| at).skip(1).chain([line.len()]).collect();
        for at in ends.into_iter().rev() {
            let before = captures.clone();
            captures.insert(name.to_owned(), line[..at].to_owned());
            if matches(rest, &line[at..], captures) {
                return true;
            }
            *captures = before;
        }
        return false;
    }
    match (pattern.chars().next(), line.chars().next()) {
        (None, None) => true,
        (Some(wanted), Some(found)) if wanted == found => {
            let width = wanted.len_utf8();
            matches(&pattern[width..], &line[width..], captures)
        }
        _ => false,
    }
}

/// Splits a pattern that begins with `{NAME}`, in capital letters and digits, into the name and the rest.
fn capture(pattern: &str) -> Option<(&str, &str)> {
    let (name, rest) = pattern.strip_prefix('{')?.split_once('}')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    is_name.then_some((name, rest))
}
