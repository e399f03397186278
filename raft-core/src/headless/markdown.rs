//! Transcripts as Markdown: texts for the viewer as paragraphs, events and steps as list items, output as
//! code blocks.

use super::picture::{Words, english};
use crate::scenario::{Item, Scenario, Told};
use crate::units::{MILLISECOND, Nanos};
use crate::words::describe::{Topic, describe};

/// Returns the head of a transcript: the title, the seed and the number of nodes.
pub fn markdown_head(scenario: &Scenario) -> String {
    markdown_head_in(scenario, &english)
}

/// Like [`markdown_head`], with `words` for sentences of the playground.
pub fn markdown_head_in(scenario: &Scenario, words: Words) -> String {
    let none = || words("A scenario of Raft Playground");
    let title = scenario.about.title.clone().unwrap_or_else(none);
    let settings = &scenario.settings;
    let run = words(&format!("Seed {}, {} nodes.", settings.seed, settings.nodes));
    format!("# {}\n\n{run}\n", escaped(&title))
}

/// Returns a report as Markdown, which may be several lines; `None` for a report too fine to print.
pub fn markdown_line(told: &Told) -> Option<String> {
    markdown_line_in(told, &english)
}

/// Like [`markdown_line`], with `words` for sentences of the playground. Texts of the scenario and typed
/// commands stay as they are.
pub fn markdown_line_in(told: &Told, words: Words) -> Option<String> {
    let time = seconds(told.at);
    let item = |text: String| format!("- `{time}` {text}");
    Some(match &told.item {
        Item::Teach(_, text) | Item::Look(_, _, Some(text)) => format!("\n{}\n", escaped(text)),
        Item::Look(_, _, None) | Item::Speed(_) => return None,
        Item::Hint(_, text) => item(format!("{}: {}", words("hint"), escaped(text))),
        Item::Try(text, condition) => {
            let condition = code(&condition.to_string());
            format!("\n{}: {} ({}: {condition})\n", words("Try"), escaped(text), words("done when"))
        }
        Item::Trace { recorded, found } if recorded == found => {
            item(words(&format!("trace {found:016x}, as it was recorded")))
        }
        Item::Trace { recorded, found } => {
            let said = format!("trace {found:016x}; {recorded:016x} was recorded: this run is another one");
            item(words(&said))
        }
        Item::Ask(question, choices) => {
            let choices = choices.iter().map(|choice| {
                let text = escaped(&choice.text);
                let text = if choice.right { format!("**{text}** ({})", words("right")) } else { text };
                format!("- {text}: {}\n", escaped(&choice.reply))
            });
            format!("\n{}\n\n{}", escaped(question), choices.collect::<String>())
        }
        Item::Did(text) => item(format!("**{}** {}", words("step"), code(text))),
        Item::Note(why) => item(format!("{}: {}", words("nothing to do"), escaped(&words(why)))),
        Item::Typed(node, text) => item(code(&format!("node{node}$ {text}"))),
        Item::Printed(_, output) => block(&output.lines())?,
        Item::Held(text) => item(format!("{}: {}", words("holds"), code(text))),
        Item::Failed(problem) => {
            let failed = words(&format!("FAILED at line {}", told.line));
            item(format!("**{failed}**: {}", escaped(problem)))
        }
        Item::Happened(event) => {
            let described = describe(event).filter(|described| described.topic != Topic::Message)?;
            item(escaped(&words(&described.text)))
        }
    })
}

/// Escapes a text for Markdown.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' => {
                out.push('\\');
                out.push(sign);
            }
            '\n' => out.push(' '),
            sign => out.push(sign),
        }
    }
    out
}

/// Returns the length of the longest row of backticks in a text.
fn backticks(text: &str) -> usize {
    text.split(|sign| sign != '`').map(str::len).max().unwrap_or(0)
}

/// Returns a text as inline code.
fn code(text: &str) -> String {
    let text = text.replace('\n', " ");
    match backticks(&text) {
        0 => format!("`{text}`"),
        most => {
            let fence = "`".repeat(most + 1);
            format!("{fence} {text} {fence}")
        }
    }
}

/// Returns lines as a code block below the previous list item; `None` if there are none.
fn block<L: AsRef<str>>(lines: &[L]) -> Option<String> {
    let most = lines.iter().map(|line| backticks(line.as_ref())).max()?;
    let fence = "`".repeat(most.max(2) + 1);
    let text: String = lines.iter().map(|line| format!("  {}\n", line.as_ref())).collect();
    Some(format!("  {fence}\n{text}  {fence}"))
}

fn seconds(at: Nanos) -> String {
    let millis = at / MILLISECOND;
    format!("{}.{:03} s", millis / 1_000, millis % 1_000)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::scenario::{Player, parse};

    #[test]
    fn a_transcript_has_paragraphs_lists_and_code() {
        let text = "title Two *stars*\nseed 42\nwait leader\nsay A <b>leader</b> is there.\n\
                    leader$ etcdctl put a b\n  > OK\n";
        let scenario = parse(text).unwrap();
        let mut told = markdown_head(&scenario);
        assert_eq!(told, "# Two \\*stars\\*\n\nSeed 42, 5 nodes.\n");
        let mut player = Player::new(scenario).unwrap();
        player.finish();
        player.take_told().iter().filter_map(markdown_line).for_each(|line| told += &format!("{line}\n"));
        assert!(told.contains("\nA \\<b\\>leader\\</b\\> is there.\n"), "{told}");
        assert!(told.contains("$ etcdctl put a b`\n") && told.contains("\n  ```\n  OK\n  ```\n"), "{told}");
        assert!(told.contains("- `0.") && told.contains("a majority voted for it"), "{told}");
    }

    #[test]
    fn backticks_do_not_end_code() {
        assert_eq!(code("put a `b`"), "`` put a `b` ``");
        assert_eq!(block(&["```"]).as_deref(), Some("  ````\n  ```\n  ````"));
        assert_eq!(block::<&str>(&[]), None);
    }
}
