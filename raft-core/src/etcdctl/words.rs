//! The words and operators of a command line, split as by a shell.

use std::collections::BTreeMap;
use std::fmt;

/// The error of an unclosed quote, escape or `<<` text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordsError {
    /// The open construct: `'`, `"`, a backslash, or `<` for a `<<` text.
    pub open: char,
    /// The column at which it starts, from 1.
    pub column: u32,
}

impl fmt::Display for WordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unexpected end of line: the {} at column {} is not closed", self.open, self.column)
    }
}

impl std::error::Error for WordsError {}

/// A piece of a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A word, quotes removed.
    Word(Vec<u8>),
    /// `NAME=VALUE`, the name unquoted.
    Assignment(String, Vec<u8>),
    /// `|`, `;`, `&&`, `<`, `>` or `>>`; the end of a line is `;`.
    Operator(&'static str),
    /// The text of `<<END`.
    Here(Vec<u8>),
}

/// Splits a line into tokens: `'…'` literally, `"…"` with `\"`, `\\`, `\$` and `` \` ``, `$'…'`
/// with C escapes, a backslash before one character or to join lines, `#` before a comment, `$NAME`
/// and `${NAME}` from the variables, `<<END` with the lines up to `END`.
///
/// # Errors
/// Returns a [`WordsError`] if a quote, a backslash or a `<<` text is unclosed at the end.
pub fn tokens(line: &str, variables: &BTreeMap<String, String>) -> Result<Vec<Token>, WordsError> {
    let chars: Vec<char> = line.chars().collect();
    let mut splitter = Splitter { chars: &chars, at: 0, variables, here_texts: Vec::new() };
    let mut tokens = Vec::new();
    while let Some(token) = splitter.token(&mut tokens)? {
        tokens.push(token);
    }
    match splitter.here_texts.first() {
        Some(HereText { column, .. }) => Err(WordsError { open: '<', column: *column }),
        None => Ok(tokens),
    }
}

/// Operators, longer ones first.
const OPERATORS: [&str; 7] = ["<<", ">>", "&&", "|", ";", "<", ">"];

/// A `<<` text that follows on the next lines.
struct HereText {
    /// The index of its token.
    token: usize,
    /// The line that ends it.
    end: Vec<u8>,
    /// The column of its `<<`, from 1.
    column: u32,
}

struct Splitter<'a> {
    chars: &'a [char],
    at: usize,
    variables: &'a BTreeMap<String, String>,
    /// The `<<` texts to read after the present line.
    here_texts: Vec<HereText>,
}

impl Splitter<'_> {
    fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.at += usize::from(next.is_some());
        next
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn takes(&mut self, text: &str) -> bool {
        let is_next = text.chars().enumerate().all(|(place, c)| self.chars.get(self.at + place) == Some(&c));
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    fn token(&mut self, before: &mut [Token]) -> Result<Option<Token>, WordsError> {
        loop {
            match self.peek() {
                None => return Ok(None),
                Some('\n') => {
                    self.at += 1;
                    self.read_here(before);
                    return Ok(Some(Token::Operator(";")));
                }
                Some('\\') if self.chars.get(self.at + 1) == Some(&'\n') => self.at += 2,
                Some(c) if c.is_whitespace() => self.at += 1,
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                Some(_) => break,
            }
        }
        let column = self.at as u32 + 1;
        match OPERATORS.into_iter().find(|operator| self.takes(operator)) {
            Some("<<") => {
                while self.peek() == Some(' ') {
                    self.at += 1;
                }
                let end = match self.word()? {
                    Token::Word(word) => word,
                    _ => return Err(WordsError { open: '<', column }),
                };
                self.here_texts.push(HereText { token: before.len(), end, column });
                Ok(Some(Token::Here(Vec::new())))
            }
            Some(operator) => Ok(Some(Token::Operator(operator))),
            None => self.word().map(Some),
        }
    }

    /// Reads the `<<` texts of the line before.
    fn read_here(&mut self, tokens: &mut [Token]) {
        let mut waiting = std::mem::take(&mut self.here_texts).into_iter();
        while let Some(HereText { token, end, column }) = waiting.next() {
            let mut text = String::new();
            let mut ended = false;
            while !ended && self.peek().is_some() {
                let rest = &self.chars[self.at..];
                let length = rest.iter().position(|c| *c == '\n').unwrap_or(rest.len());
                let line: String = rest[..length].iter().collect();
                self.at = (self.at + length + 1).min(self.chars.len());
                ended = line.as_bytes() == end;
                if !ended {
                    text.push_str(&line);
                    text.push('\n');
                }
            }
            if ended {
                if let Some(token) = tokens.get_mut(token) {
                    *token = Token::Here(text.into_bytes());
                }
            } else {
                self.here_texts.push(HereText { token, end, column });
                self.here_texts.extend(waiting.by_ref());
            }
        }
    }

    fn word(&mut self) -> Result<Token, WordsError> {
        let mut word = Vec::new();
        let mut name: Option<String> = None;
        let mut plain = true;
        while let Some(c) = self.peek() {
            if c.is_whitespace() || matches!(c, '|' | ';' | '<' | '>') {
                break;
            }
            let start = self.at;
            self.at += 1;
            let open = |open| WordsError { open, column: start as u32 + 1 };
            plain &= c == '=' || c == '_' || c.is_ascii_alphanumeric();
            match c {
                '\'' => self.single(&mut word).ok_or(open('\''))?,
                '"' => self.double(&mut word).ok_or(open('"'))?,
                '$' if self.takes("'") => self.escaped(&mut word).ok_or(open('\''))?,
                '$' => self.variable(&mut word),
                '\\' => match self.next().ok_or(open('\\'))? {
                    '\n' => {}
                    c => push(&mut word, c),
                },
                '=' if plain && name.is_none() && !word.is_empty() => {
                    name = Some(String::from_utf8_lossy(&std::mem::take(&mut word)).into_owned());
                }
                other => push(&mut word, other),
            }
        }
        Ok(match name {
            Some(name) => Token::Assignment(name, word),
            None => Token::Word(word),
        })
    }

    /// Appends the value of the variable whose name follows a dollar sign, or the sign itself if no
    /// name follows.
    fn variable(&mut self, word: &mut Vec<u8>) {
        let before = self.at;
        let braced = self.takes("{");
        let start = self.at;
        while self.peek().is_some_and(|c| c == '_' || c.is_ascii_alphanumeric()) {
            self.at += 1;
        }
        let name: String = self.chars[start..self.at].iter().collect();
        if name.is_empty() || (braced && !self.takes("}")) {
            self.at = before;
            push(word, '$');
        } else if let Some(value) = self.variables.get(&name) {
            word.extend_from_slice(value.as_bytes());
        }
    }

    fn single(&mut self, word: &mut Vec<u8>) -> Option<()> {
        loop {
            match self.next()? {
                '\'' => return Some(()),
                c => push(word, c),
            }
        }
    }

    fn double(&mut self, word: &mut Vec<u8>) -> Option<()> {
        loop {
            match self.next()? {
                '"' => return Some(()),
                '$' => self.variable(word),
                '\\' => match self.next()? {
                    '\n' => {}
                    c @ ('"' | '\\' | '$' | '`') => push(word, c),
                    c => {
                        word.push(b'\\');
                        push(word, c);
                    }
                },
                c => push(word, c),
            }
        }
    }

    fn escaped(&mut self, word: &mut Vec<u8>) -> Option<()> {
        const ESCAPES: [(char, u8); 8] =
            [('n', 10), ('t', 9), ('r', 13), ('a', 7), ('b', 8), ('e', 27), ('f', 12), ('v', 11)];
        let start = word.len();
        loop {
            match self.next()? {
                '\'' => {
                    // As in bash, whose words end at a zero byte, a zero byte ends the quoted text.
                    let end = word[start..].iter().position(|byte| *byte == 0);
                    word.truncate(end.map_or(word.len(), |end| start + end));
                    return Some(());
                }
                '\\' => match self.next()? {
                    'x' => word.push(self.digits(2, 16)),
                    '0'..='7' => {
                        self.at -= 1;
                        word.push(self.digits(3, 8));
                    }
                    c => match ESCAPES.iter().find(|(name, _)| *name == c) {
                        Some((_, byte)) => word.push(*byte),
                        None => push(word, c),
                    },
                },
                c => push(word, c),
            }
        }
    }

    fn digits(&mut self, most: u32, radix: u32) -> u8 {
        let mut value: u32 = 0;
        for _ in 0..most {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(radix)) else { break };
            value = value * radix + digit;
            self.at += 1;
        }
        (value & 0xff) as u8
    }
}

fn push(word: &mut Vec<u8>, c: char) {
    let mut buffer = [0; 4];
    word.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn words(line: &str) -> Vec<String> {
        let variables = BTreeMap::from([("A".to_owned(), "x y".to_owned())]);
        let shown = |token| match token {
            Token::Word(word) => String::from_utf8_lossy(&word).into_owned(),
            Token::Assignment(name, value) => format!("{name}:={}", String::from_utf8_lossy(&value)),
            Token::Operator(operator) => operator.to_owned(),
            Token::Here(text) => format!("<{}>", String::from_utf8_lossy(&text)),
        };
        tokens(line, &variables).unwrap().into_iter().map(shown).collect()
    }

    #[test]
    fn words_are_split_as_by_a_shell() {
        assert_eq!(words(r#"etcdctl put /my_key "my value""#), ["etcdctl", "put", "/my_key", "my value"]);
        assert_eq!(
            words(r#"a '' "" 'it''s' "say \"x\" \n" b\ c"#),
            ["a", "", "", "its", "say \"x\" \\n", "b c"]
        );
        assert_eq!(words("put a 1 # not read"), ["put", "a", "1"]);
        assert_eq!(words("put a#b \\\n 1"), ["put", "a#b", "1"]);
        assert_eq!(
            words("B=2 echo $A \"${A}\" '$A' $ a=b --x=y"),
            ["B:=2", "echo", "x y", "x y", "$A", "$", "a:=b", "--x=y"]
        );
        assert_eq!(
            words("a|b; c && d >f <g >>h"),
            ["a", "|", "b", ";", "c", "&&", "d", ">", "f", "<", "g", ">>", "h"]
        );
        assert_eq!(words("txn <<EOF\nput a 1\n\nEOF\nls"), ["txn", "<put a 1\n\n>", ";", "ls"]);
        assert_eq!(
            tokens(r"$'a\tb\101\x00c'd", &BTreeMap::new()).unwrap(),
            [Token::Word(b"a\tbAd".to_vec())]
        );
    }

    #[test]
    fn unclosed_constructs_are_errors() {
        let cases = [("put 'a", '\'', 5), ("a \"b", '"', 3), ("a \\", '\\', 3), ("txn <<EOF\nput", '<', 5)];
        for (line, open, column) in cases {
            assert_eq!(tokens(line, &BTreeMap::new()), Err(WordsError { open, column }), "{line}");
        }
    }
}
