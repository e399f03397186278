//! Splits a terminal's line into words and operators, and writes each word for a POSIX shell.
//!
//! It follows the playground's shell, which has no field splitting, no patterns, no braces and no tilde:
//! characters with a further meaning in a real shell are escaped.

use std::collections::BTreeSet;

/// The names with a meaning in a line.
pub(super) struct Names<'a> {
    /// The names of captured texts: `{NAME}`.
    pub(super) captures: &'a BTreeSet<String>,
    /// The variables that this terminal has set.
    pub(super) variables: &'a BTreeSet<String>,
}

/// A word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// The text for a shell.
    pub(super) text: String,
    /// Its value, if it is known in advance.
    pub(super) literal: Option<String>,
    /// The variable that it sets, for `NAME=VALUE`; `literal` is the value then.
    pub(super) sets: Option<String>,
    /// Whether it needs bash: `$'…'`.
    pub(super) bash: bool,
}

/// A word or operator of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Word(Word),
    Operator(&'static str),
}

const OPERATORS: [&str; 7] = ["<<", ">>", "&&", "|", ";", "<", ">"];
/// Characters with a meaning outside quotes in a shell, but not in the terminal.
const SPECIAL: &str = "*?[]()&`{}~!";

/// Splits a line.
///
/// # Errors
/// Says what the terminal would refuse.
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
            Some("<<") => return Err("a here-document (<<) needs more lines".to_owned()),
            Some(operator) => pieces.push(Piece::Operator(operator)),
            None => pieces.push(Piece::Word(scanner.word()?)),
        }
    }
}

struct Scanner<'a> {
    chars: &'a [char],
    at: usize,
    names: &'a Names<'a>,
    /// The variables that earlier words of this line set, perhaps for one command only.
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

    /// Takes the name of a captured text in braces, if one comes next.
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

    /// Takes the rest of a text in single quotes, with escapes if it was opened by `$'`.
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

    /// Takes the rest of a text in double quotes.
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

    /// Takes a variable after its dollar sign; without a name, the sign stands for itself.
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
            // A variable that was never set is empty.
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
    /// Returns a word without quotes.
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

    /// Appends a text whose value is known only when the script runs.
    fn grows(&mut self, text: &str) {
        self.text.push_str(text);
        self.literal = None;
    }
}
