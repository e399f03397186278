//! A terminal's line cut into words and operators, each word written as a POSIX shell wants it.
//!
//! It reads as the little shell of the playground reads, which splits no variables, knows no
//! patterns, no braces and no tilde: what would mean more in a real shell is escaped.

use std::collections::BTreeSet;

/// What gives texts in a line their meaning.
pub(super) struct Names<'a> {
    /// Captured texts: `{NAME}`.
    pub(super) captures: &'a BTreeSet<String>,
    /// Variables that this terminal has set.
    pub(super) variables: &'a BTreeSet<String>,
}

/// A word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// As a shell wants it.
    pub(super) text: String,
    /// What it says, if it says the same each time.
    pub(super) literal: Option<String>,
    /// The variable that it sets, for `NAME=VALUE`; the value stands in `literal` then.
    pub(super) sets: Option<String>,
    /// Whether it needs bash: `$'…'`.
    pub(super) bash: bool,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Word(Word),
    Operator(&'static str),
}

const OPERATORS: [&str; 7] = ["<<", ">>", "&&", "|", ";", "<", ">"];
/// What means something to a shell outside quotes, and nothing to the terminal.
const SPECIAL: &str = "*?[]()&`{}~!";

/// Cuts a line.
///
/// # Errors
/// What the terminal would not understand, in words.
pub(super) fn scan(line: &str, names: &Names<'_>) -> Result<Vec<Piece>, String> {
    let chars: Vec<char> = line.chars().collect();
    let mut scanner = Scanner { chars: &chars, at: 0, names, set_here: BTreeSet::new() };
    let mut pieces = Vec::new();
    loop {
        while scanner.peek().is_some_and(char::is_whitespace) {
            scanner.at += 1;
        }
        match scanner.peek() {
            None | Some('#') => return Ok(pieces),
            Some(_) => {}
        }
        match OPERATORS.into_iter().find(|operator| scanner.takes(operator)) {
            Some("<<") => return Err("a text that << announces cannot follow on one line".to_owned()),
            Some(operator) => pieces.push(Piece::Operator(operator)),
            None => pieces.push(Piece::Word(scanner.word()?)),
        }
    }
}

struct Scanner<'a> {
    chars: &'a [char],
    at: usize,
    names: &'a Names<'a>,
    /// Variables that words of this line have set, if only for one command.
    set_here: BTreeSet<String>,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.at += usize::from(next.is_some());
        next
    }

    fn takes(&mut self, text: &str) -> bool {
        let is_next = text.chars().enumerate().all(|(place, c)| self.chars.get(self.at + place) == Some(&c));
        if is_next {
            self.at += text.chars().count();
        }
        is_next
    }

    /// The name of a captured text that stands here in braces.
    fn capture(&mut self) -> Option<String> {
        let rest: String = self.chars[self.at..].iter().collect();
        let name = rest.strip_prefix('{')?.split_once('}')?.0;
        let name = self.names.captures.get(name)?.clone();
        self.at += name.len() + 2;
        Some(name)
    }

    fn word(&mut self) -> Result<Word, String> {
        let mut word = Word { literal: Some(String::new()), ..Word::default() };
        let mut plain = true;
        while let Some(c) = self.peek() {
            if c.is_whitespace() || matches!(c, '|' | ';' | '<' | '>') {
                break;
            }
            if let Some(name) = self.capture() {
                word.grows(&format!("\"$got_{name}\""));
                plain = false;
                continue;
            }
            self.at += 1;
            plain &= c == '=' || c == '_' || c.is_ascii_alphanumeric();
            match c {
                '\'' => self.quoted(&mut word, "'", '\'')?,
                '"' => self.double(&mut word)?,
                '$' if self.takes("'") => {
                    word.bash = true;
                    self.quoted(&mut word, "$'", '\'')?;
                }
                '$' => self.variable(&mut word, true),
                '\\' => {
                    let c = self.next().ok_or("a backslash ends the line")?;
                    word.text.push('\\');
                    word.says(c);
                }
                '=' if plain && word.sets.is_none() && !word.text.is_empty() => {
                    word.sets = word.literal.replace(String::new());
                    word.text.push('=');
                }
                c => {
                    if SPECIAL.contains(c) {
                        word.text.push('\\');
                    }
                    word.says(c);
                }
            }
        }
        self.set_here.extend(word.sets.clone());
        Ok(word)
    }

    /// The rest of a text in single quotes, with escapes or without.
    fn quoted(&mut self, word: &mut Word, open: &str, close: char) -> Result<(), String> {
        word.text.push_str(open);
        let escapes = open == "$'";
        loop {
            if let Some(name) = self.capture() {
                word.grows(&format!("{close}\"$got_{name}\"{open}"));
                continue;
            }
            match self.next().ok_or("a quote is not closed")? {
                c if c == close => {
                    word.text.push(close);
                    return Ok(());
                }
                '\\' if escapes => {
                    let c = self.next().ok_or("a quote is not closed")?;
                    word.grows(&format!("\\{c}"));
                }
                c => word.says(c),
            }
        }
    }

    /// The rest of a text in double quotes.
    fn double(&mut self, word: &mut Word) -> Result<(), String> {
        word.text.push('"');
        loop {
            if let Some(name) = self.capture() {
                word.grows(&format!("${{got_{name}}}"));
                continue;
            }
            match self.next().ok_or("a quote is not closed")? {
                '"' => {
                    word.text.push('"');
                    return Ok(());
                }
                '$' => self.variable(word, false),
                '`' => word.escaped('`'),
                '\\' => match self.next().ok_or("a quote is not closed")? {
                    c @ ('"' | '\\' | '$' | '`') => word.escaped(c),
                    c => {
                        word.escaped('\\');
                        word.says(c);
                    }
                },
                c => word.says(c),
            }
        }
    }

    /// A variable after its dollar sign; the sign itself without a name.
    fn variable(&mut self, word: &mut Word, alone: bool) {
        let before = self.at;
        let braced = self.takes("{");
        let start = self.at;
        while self.peek().is_some_and(|c| c == '_' || c.is_ascii_alphanumeric()) {
            self.at += 1;
        }
        let name: String = self.chars[start..self.at].iter().collect();
        if name.is_empty() || (braced && !self.takes("}")) {
            self.at = before;
            word.escaped('$');
            return;
        }
        let known = self.names.variables.contains(&name);
        let text = if !known && self.set_here.contains(&name) {
            format!("${{{name}-}}")
        } else if !known {
            // Never set: nothing.
            String::new()
        } else if braced || self.peek().is_some_and(char::is_alphanumeric) {
            format!("${{{name}}}")
        } else {
            format!("${name}")
        };
        word.grows(&if alone { format!("\"{text}\"") } else { text });
    }
}

impl Word {
    /// A word that says this, plainly.
    pub(super) fn plain(text: &str) -> Word {
        Word { text: text.to_owned(), literal: Some(text.to_owned()), ..Word::default() }
    }

    fn says(&mut self, c: char) {
        self.text.push(c);
        if let Some(literal) = &mut self.literal {
            literal.push(c);
        }
    }

    fn escaped(&mut self, c: char) {
        self.text.push('\\');
        self.says(c);
    }

    /// Something whose meaning is known only when it runs.
    fn grows(&mut self, text: &str) {
        self.text.push_str(text);
        self.literal = None;
    }
}
