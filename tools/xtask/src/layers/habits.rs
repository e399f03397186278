//! Rules for every file of Rust: length, layout, doc comments, re-exports.

use std::collections::BTreeSet;

use super::imports::code;
use super::tokens::{Kind, Token, closing, tokens};
use super::tree::File;

/// The file that contains the habits.
const HERE: &str = "tools/xtask/src/layers/habits.rs";

/// The most lines that a file may have, tests included.
const LINES: usize = 450;
/// The most columns that a line within `view!` may have; rustfmt leaves these lines as they are.
const COLUMNS: usize = 140;

/// A habit that the rules refuse.
#[derive(Clone, Copy)]
pub struct Habit {
    /// The name in the singular and in the plural.
    names: [&'static str; 2],
    /// The advice on what to write instead.
    instead: &'static str,
    /// The number of places that still have it. It must be exact and may only fall.
    left: usize,
    /// Returns the lines of a file that have it.
    lines: fn(&File, &[Token]) -> Vec<usize>,
}

/// All habits.
pub const HABITS: [Habit; 6] = [
    Habit {
        names: ["file that is too long", "files that are too long"],
        instead: "450 lines are allowed: split it by what it does",
        left: 0,
        lines: length,
    },
    Habit {
        names: ["#[rustfmt::skip]", "#[rustfmt::skip]"],
        instead: "let rustfmt lay it out, or write it so that rustfmt may",
        left: 0,
        lines: skipped,
    },
    Habit {
        names: ["line of view! beyond 140 columns", "lines of view! beyond 140 columns"],
        instead: "break it, or make a small component of a part",
        left: 0,
        lines: long_views,
    },
    Habit {
        names: ["re-export by *", "re-exports by *"],
        instead: "name what is exported, so that the list can be read",
        left: 1,
        lines: globs,
    },
    Habit {
        names: ["doc comment of one word", "doc comments of one word"],
        instead: "name the thing, with its unit and its bounds",
        left: 0,
        lines: one_word,
    },
    Habit {
        names: [
            "sentence of a doc comment that begins with \"Who\"",
            "sentences of doc comments that begin with \"Who\"",
        ],
        instead: "put the subject first and the verb second",
        left: 0,
        lines: riddles,
    },
];

/// Returns the faults of these files.
pub fn faults(habits: &[Habit], files: &[File]) -> Vec<String> {
    let read: Vec<(&File, Vec<Token>)> = files.iter().map(|file| (file, tokens(&file.text))).collect();
    habits.iter().flat_map(|habit| habit.faults(&read)).collect()
}

impl Habit {
    /// The habit as if `left` of its kind were known.
    #[cfg(test)]
    pub fn with(self, left: usize) -> Habit {
        Habit { left, ..self }
    }

    fn faults(&self, files: &[(&File, Vec<Token>)]) -> Vec<String> {
        let lines = |(file, tokens): &(&File, Vec<Token>)| -> Vec<String> {
            let lines = (self.lines)(file, tokens);
            lines
                .iter()
                .map(|line| format!("{}:{line}: {}: {}", file.path, self.names[0], self.instead))
                .collect()
        };
        let found: Vec<String> = files.iter().flat_map(lines).collect();
        let (left, name) = (self.left, self.names[1]);
        if found.len() < left {
            vec![format!("{HERE}: {} {name} are left of {left}: write {} there", found.len(), found.len())]
        } else if found.len() > left {
            let more = format!(
                "{} {name}, of which {left} are known in {HERE}: the number must not grow",
                found.len()
            );
            found.into_iter().chain((left > 0).then_some(more)).collect()
        } else {
            Vec::new()
        }
    }
}

/// Returns the number of lines, if there are too many.
fn length(file: &File, _: &[Token]) -> Vec<usize> {
    Some(file.text.lines().count()).filter(|lines| *lines > LINES).into_iter().collect()
}

fn skipped(_: &File, tokens: &[Token]) -> Vec<usize> {
    let skips = tokens.windows(3).filter(|three| three[0].is("rustfmt") && three[2].is("skip"));
    skips.map(|three| three[0].line).collect()
}

fn long_views(file: &File, tokens: &[Token]) -> Vec<usize> {
    let mut within: BTreeSet<usize> = BTreeSet::new();
    for (at, three) in tokens.windows(3).enumerate() {
        if three[0].is("view") && three[1].is_mark('!') && three[2].opens() {
            within.extend(three[2].line..=tokens[closing(tokens, at + 2)].line);
        }
    }
    let long = |(index, line): (usize, &str)| (line.chars().count() > COLUMNS).then_some(index + 1);
    file.text.lines().enumerate().filter_map(long).filter(|line| within.contains(line)).collect()
}

fn globs(file: &File, tokens: &[Token]) -> Vec<usize> {
    if file.is_for_tests() {
        return Vec::new();
    }
    let code = code(tokens).tokens;
    let mut found = Vec::new();
    for (at, token) in code.iter().enumerate().filter(|(_, token)| token.is("pub")) {
        let mut next = at + 1;
        if code.get(next).is_some_and(|token| token.is_mark('(')) {
            next = closing(&code, next) + 1;
        }
        let import = code.get(next..).unwrap_or_default();
        if import.first().is_some_and(|token| token.is("use")) {
            let tree = import.iter().take_while(|token| !token.is_mark(';'));
            found.extend(tree.filter(|token| token.is_mark('*')).map(|_| token.line));
        }
    }
    found
}

fn one_word(_: &File, tokens: &[Token]) -> Vec<usize> {
    let docs = docs(tokens).into_iter().filter(|doc| doc.text.split_whitespace().count() == 1);
    docs.map(|doc| doc.line).collect()
}

fn riddles(_: &File, tokens: &[Token]) -> Vec<usize> {
    let mut found = Vec::new();
    for doc in docs(tokens) {
        let ends = |word: &str| word.ends_with(['.', '!', '?', ':', ';']);
        let words: Vec<&str> = doc.text.split_whitespace().collect();
        let begins = |at: usize| at == 0 || ends(words[at - 1]);
        found.extend(
            words.iter().enumerate().filter(|(at, word)| **word == "Who" && begins(*at)).map(|_| doc.line),
        );
    }
    found
}

/// A doc comment, and the line on which it begins.
struct Doc {
    line: usize,
    text: String,
}

fn docs(tokens: &[Token]) -> Vec<Doc> {
    let mut docs: Vec<Doc> = Vec::new();
    let mut before: Option<&Token> = None;
    for token in tokens {
        let goes_on = before.is_some_and(|before| before.kind == token.kind && before.line + 1 == token.line);
        if let (true, Some(doc)) = (goes_on && token.is_doc(), docs.last_mut()) {
            doc.text.push('\n');
            doc.text.push_str(token.text);
        } else if matches!(token.kind, Kind::Outer | Kind::Inner) {
            docs.push(Doc { line: token.line, text: token.text.to_owned() });
        }
        before = Some(token);
    }
    docs
}
