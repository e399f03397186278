//! Transcripts: the reports of a player, line by line, as text or JSON.

use std::fmt::Write;

use super::picture::{Words, english};
use crate::scenario::{Item, Speed, Told};
use crate::units::{MILLISECOND, Nanos};
use crate::words::describe::{Topic, describe};

/// Returns a report as text, which may be several lines; `None` for a report too fine to print.
pub fn text_line(told: &Told) -> Option<String> {
    text_line_in(told, &english)
}

/// Like [`text_line`], with `words` for sentences of the playground. Texts of the scenario and typed commands
/// stay as they are.
pub fn text_line_in(told: &Told, words: Words) -> Option<String> {
    let time = seconds(told.at);
    let line = match &told.item {
        Item::Teach(_, text) => format!("\n{time}  {text}\n"),
        Item::Look(_, _, Some(why)) => format!("\n{time}  {why}\n"),
        Item::Hint(_, text) => format!("{time}  ({}: {text})", words("hint")),
        Item::Look(_, _, None) | Item::Speed(_) => return None,
        Item::Try(text, condition) => {
            format!("\n{time}  {}: {text} ({}: {condition})\n", words("Try"), words("done when"))
        }
        Item::Trace { recorded, found } if recorded == found => {
            format!("{time}  {}", words(&format!("trace {found:016x}, as it was recorded")))
        }
        Item::Trace { recorded, found } => {
            let said = format!("trace {found:016x}; {recorded:016x} was recorded: this run is another one");
            format!("{time}  {}", words(&said))
        }
        Item::Ask(question, choices) => {
            let mut text = format!("\n{time}  {question}\n");
            for choice in choices {
                let sign = if choice.right { '+' } else { '-' };
                let _infallible = writeln!(text, "            {sign} {} -- {}", choice.text, choice.reply);
            }
            text
        }
        Item::Did(text) => format!("{time}  * {text}"),
        Item::Note(why) => format!("{time}    {}: {}", words("nothing to do"), words(why)),
        Item::Typed(node, text) => format!("{time}  node{node}$ {text}"),
        Item::Printed(_, output) => {
            output.lines().iter().map(|line| format!("            {line}")).collect::<Vec<_>>().join("\n")
        }
        Item::Held(text) => format!("{time}  {}: {text}", words("holds")),
        Item::Failed(problem) => {
            format!("{time}  {}: {problem}", words(&format!("FAILED at line {}", told.line)))
        }
        Item::Happened(event) => {
            let described = describe(event).filter(|described| described.topic != Topic::Message)?;
            format!("{time}      {}", words(&described.text))
        }
    };
    Some(line).filter(|line| !line.is_empty())
}

/// Returns a report as one JSON object on one line; `None` for an event without a description.
pub fn json_line(told: &Told) -> Option<String> {
    let (kind, node, text) = match &told.item {
        Item::Teach(_, text) => ("say", None, text.clone()),
        Item::Look(_, _, why) => ("look", None, why.clone().unwrap_or_default()),
        Item::Hint(_, text) => ("hint", None, text.clone()),
        Item::Speed(Speed { seconds, in_seconds }) => ("speed", None, format!("{seconds}/{in_seconds}")),
        Item::Try(text, condition) => ("try", None, format!("{text} (done when: {condition})")),
        Item::Trace { recorded, found } => {
            ("trace", None, format!("recorded {recorded:016x}, found {found:016x}"))
        }
        Item::Ask(question, _) => ("ask", None, question.clone()),
        Item::Did(text) => ("step", None, text.clone()),
        Item::Note(why) => ("note", None, why.clone()),
        Item::Typed(node, text) => ("command", Some(*node), text.clone()),
        Item::Printed(node, output) => ("output", Some(*node), output.lines().join("\n")),
        Item::Held(text) => ("holds", None, text.clone()),
        Item::Failed(problem) => ("failed", None, problem.clone()),
        Item::Happened(event) => {
            let described = describe(event)?;
            ("event", described.node, described.text)
        }
    };
    let mut json = format!("{{\"at_ns\":{},\"line\":{},\"kind\":\"{kind}\"", told.at, told.line);
    if let Some(node) = node {
        let _infallible = write!(json, ",\"node\":{node}");
    }
    json.push_str(",\"text\":");
    push_json_string(&mut json, &text);
    json.push('}');
    Some(json)
}

pub(super) fn push_json_string(json: &mut String, text: &str) {
    json.push('"');
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            c if c < ' ' => {
                let _infallible = write!(json, "\\u{:04x}", u32::from(c));
            }
            c => json.push(c),
        }
    }
    json.push('"');
}

fn seconds(at: Nanos) -> String {
    let millis = at / MILLISECOND;
    format!("{:>4}.{:03} s", millis / 1_000, millis % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_strings_are_escaped() {
        let told = Told { at: 5, line: 2, item: Item::Did("say \"a\\b\"\n\u{1}".to_owned()) };
        let expected = r#"{"at_ns":5,"line":2,"kind":"step","text":"say \"a\\b\"\n\u0001"}"#;
        assert_eq!(json_line(&told).as_deref(), Some(expected));
    }
}
