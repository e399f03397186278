//! It fails only when nothing is marked.

use std::collections::VecDeque;

use leptos::prelude::*;
use raft_core::kv::{Piece, visible};

use crate::text::terminal as labels;

/// The number of lines kept; the oldest are dropped, and the screen says how many.
pub const LINES_MAX: usize = 2_000;
/// The number of bytes shown of one line.
const LINE_BYTES_MAX: usize = 4_000;

/// The source of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Typed at the prompt.
    Typed,
    /// Typed for a command that reads standard input.
    Input,
    /// Standard output.
    Out,
    /// Standard error.
    Err,
    /// A remark of the page.
    Note,
}

/// A line of output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenLine {
    /// The source.
    pub kind: LineKind,
    /// The text in front of it: the prompt, or the number of a background command.
    pub head: String,
    pieces: Vec<Piece>,
    bytes: usize,
}

impl ScreenLine {
    /// Returns its text, without the head.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    fn add(&mut self, bytes: &[u8]) {
        let room = LINE_BYTES_MAX.saturating_sub(self.bytes);
        self.bytes += bytes.len();
        self.pieces.extend(visible(bytes.get(..room).unwrap_or(bytes), false));
    }

    /// Returns what was cut off, in words.
    fn rest(&self) -> Option<String> {
        let rest = self.bytes.saturating_sub(LINE_BYTES_MAX);
        (rest > 0).then(|| format!(" {}", labels::more_bytes(rest)))
    }
}

/// The lines of a terminal.
#[derive(Default)]
pub struct Screen {
    lines: VecDeque<ScreenLine>,
    /// The number of the first line that is kept.
    first: u64,
    /// The number of lines dropped because there were too many.
    dropped: u64,
    /// Whether the last line may still grow.
    open: bool,
    /// The first line that changed since it was last drawn.
    changed: u64,
}

impl Screen {
    /// Prints bytes; a line may come in several parts.
    pub fn print(&mut self, kind: LineKind, head: &str, bytes: &[u8]) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, ends) = match part.strip_suffix(b"\n") {
                Some(text) => (text, true),
                None => (part, false),
            };
            let last =
                self.lines.back_mut().filter(|last| self.open && last.kind == kind && last.head == head);
            match last {
                Some(last) => {
                    last.add(text);
                    self.changed = self.changed.min(self.first + self.lines.len() as u64 - 1);
                }
                None => {
                    let mut line = ScreenLine { kind, head: head.to_owned(), pieces: Vec::new(), bytes: 0 };
                    line.add(text);
                    self.lines.push_back(line);
                }
            }
            self.open = !ends;
        }
        while self.lines.len() > LINES_MAX {
            self.lines.pop_front();
            self.first += 1;
            self.dropped += 1;
        }
    }

    /// Prints whole lines.
    pub fn line(&mut self, kind: LineKind, head: &str, text: &str) {
        for line in text.split('\n') {
            self.open = false;
            self.print(kind, head, format!("{line}\n").as_bytes());
        }
    }

    /// Deletes all lines.
    pub fn clear(&mut self) {
        self.first += self.lines.len() as u64;
        self.lines.clear();
        self.dropped = 0;
        self.open = false;
    }

    /// The number of lines dropped because there were too many.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The number of the next line.
    pub fn next(&self) -> u64 {
        self.first + self.lines.len() as u64
    }

    /// Returns the lines from a number on.
    pub fn since(&self, number: u64) -> impl Iterator<Item = &ScreenLine> {
        self.lines.iter().skip(number.saturating_sub(self.first) as usize)
    }

    /// Adds new and changed lines to an element that holds the others.
    pub fn draw(&mut self, list: &web_sys::Element, drawn: &mut Drawn) {
        if drawn.next == self.next() && drawn.first == self.first && self.changed >= drawn.next {
            return;
        }
        if self.first >= drawn.next {
            list.set_text_content(None);
            (drawn.first, drawn.next) = (self.first, self.first);
        }
        while drawn.first < self.first {
            remove(list.first_child(), list);
            drawn.first += 1;
        }
        while drawn.next > self.changed.max(drawn.first) {
            remove(list.last_child(), list);
            drawn.next -= 1;
        }
        for line in self.lines.iter().skip((drawn.next - self.first) as usize) {
            if let Some(element) = element_of(line) {
                // It fails only for nodes that cannot be children.
                let _added = list.append_child(&element);
            }
        }
        drawn.next = self.next();
        self.changed = self.next();
    }
}

/// The lines that an element holds.
#[derive(Clone, Copy, Default)]
pub struct Drawn {
    first: u64,
    next: u64,
}

fn remove(child: Option<web_sys::Node>, list: &web_sys::Element) {
    if let Some(child) = child {
        // It is a child of the list: it was just found there.
        let _removed = list.remove_child(&child);
    }
}

/// Returns a line as an element: output becomes text, never markup.
fn element_of(line: &ScreenLine) -> Option<web_sys::Element> {
    let element = document().create_element("div").ok()?;
    // A line of a table is useless when it is wrapped.
    let starts = line.pieces.first().map_or("", |piece| piece.text.as_str());
    let class = match line.kind {
        LineKind::Out if starts.starts_with("+--") || starts.starts_with("| ") => "terminal-table",
        LineKind::Typed => "terminal-typed",
        LineKind::Input => "terminal-input",
        LineKind::Out => "",
        LineKind::Err => "terminal-err",
        LineKind::Note => "terminal-note",
    };
    element.set_class_name(class);
    add(&element, "terminal-prompt", &line.head);
    for piece in &line.pieces {
        add(&element, if piece.escaped { "escaped" } else { "" }, &piece.text);
    }
    if let Some(rest) = line.rest() {
        add(&element, "terminal-note", &rest);
    }
    Some(element)
}

fn add(to: &web_sys::Element, class: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    if class.is_empty() {
        // It fails only for nodes that cannot be children.
        let _added = to.append_child(&document().create_text_node(text));
    } else if let Ok(span) = document().create_element("span") {
        span.set_class_name(class);
        span.set_text_content(Some(text));
        let _added = to.append_child(&span);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_lines_go_and_are_counted() {
        let mut screen = Screen::default();
        for number in 0..LINES_MAX + 5 {
            screen.line(LineKind::Out, "", &format!("line {number}"));
        }
        assert_eq!((screen.since(0).count(), screen.dropped()), (LINES_MAX, 5));
        assert_eq!(screen.since(0).next().map(ScreenLine::text).as_deref(), Some("line 5"));
        assert_eq!(screen.next(), LINES_MAX as u64 + 5);
    }

    #[test]
    fn of_a_long_line_the_beginning_is_kept_in_whatever_parts_it_comes() {
        let mut screen = Screen::default();
        screen.print(LineKind::Out, "", &vec![b'a'; LINE_BYTES_MAX - 1]);
        assert!(screen.since(0).all(|line| line.rest().is_none()));
        screen.print(LineKind::Out, "", &[b'b'; 100]);
        let line = screen.since(0).next().map(|line| (line.text().len(), line.rest()));
        assert_eq!(line, Some((LINE_BYTES_MAX, Some(format!(" {}", labels::more_bytes(99))))));
        assert_eq!(screen.next(), 1);
    }
}
