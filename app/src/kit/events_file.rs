//! Events as a text for people, and as lines of JSON for programs.

use std::fmt::Write;

use crate::session::LogLine;
use crate::text::{self, events as words};

/// One line an event, oldest first; `newest_first` is as they are listed.
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

/// One object a line, oldest first. Times are virtual nanoseconds; the sentence is raft-core's own.
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

/// A string of JSON.
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
