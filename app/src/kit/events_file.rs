//! Events as text for readers, and as lines of JSON for programs.

use std::fmt::Write;

use crate::session::LogLine;
use crate::text::{self, events as words};

/// Returns the events as text, one per line, oldest first. `newest_first` is in the order of the list.
pub fn as_text(newest_first: &[LogLine]) -> String {
    let mut told = String::new();
    for line in newest_first.iter().rev() {
        let times = if line.times > 1 { format!(" ({})", words::times(line.times)) } else { String::new() };
        let sentence = text::sentence(&line.what.text);
        told.push_str(&format!(
            "{}\t{}\t{sentence}{times}\n",
            text::seconds(line.at),
            words::level(line.level)
        ));
    }
    told
}

/// Returns the events as JSON, one object per line, oldest first. Times are virtual nanoseconds; the sentence
/// is raft-core's own.
pub fn as_lines(newest_first: &[LogLine]) -> String {
    let mut told = String::new();
    for line in newest_first.iter().rev() {
        told.push_str(&format!(
            "{{\"at_ns\":{},\"level\":\"{}\",\"topic\":\"{}\",",
            line.at,
            words::level_key(line.level),
            words::topic_key(line.what.topic)
        ));
        if let Some(node) = line.what.node {
            told.push_str(&format!("\"node\":{node},"));
        }
        told.push_str(&format!("\"times\":{},\"text\":{}}}\n", line.times, quoted(&line.what.text)));
    }
    told
}

/// Returns a text as a JSON string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            c if c < ' ' => {
                // Writing to a string does not fail.
                let _written = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use raft_core::words::describe::{Described, Level, Topic};

    use super::*;

    fn line(at: u64, text: &str, times: u64) -> LogLine {
        let what = Described { topic: Topic::Election, node: Some(2), text: text.to_owned() };
        LogLine { number: 1, at, what, level: Level::Notable, times }
    }

    #[test]
    fn the_oldest_event_comes_first_in_a_file() {
        let newest_first =
            [line(2_000_000_000, "node2 leads term 3", 1), line(1_500_000_000, "node2 campaigns", 1)];
        assert_eq!(
            as_text(&newest_first),
            "1.500 s\tnotable\tnode2 campaigns.\n2.000 s\tnotable\tnode2 leads term 3.\n"
        );
    }

    #[test]
    fn what_happened_often_is_one_line_with_a_count() {
        assert_eq!(as_text(&[line(0, "lost", 7)]), "0.000 s\tnotable\tLost. (7 times)\n");
    }

    #[test]
    fn a_program_reads_an_object_a_line() {
        assert_eq!(
            as_lines(&[line(1_500_000_001, "node2 campaigns", 1)]),
            "{\"at_ns\":1500000001,\"level\":\"notable\",\"topic\":\"election\",\"node\":2,\"times\":1,\"text\":\"node2 campaigns\"}\n"
        );
    }

    #[test]
    fn what_stands_in_quotes_cannot_break_a_line() {
        assert_eq!(quoted("a \"b\" \\ c\nd\u{1}"), "\"a \\\"b\\\" \\\\ c\\u000ad\\u0001\"");
    }
}
