//! Tokens of Rust's source text: enough of the grammar to tell code from comments and strings.

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name or a keyword; `r#type` is the word `type`.
    Word,
    /// The separator `::` of a path.
    Colons,
    /// Any other single character of punctuation.
    Mark(char),
    /// A string, a character, a number or a lifetime.
    Literal,
    /// One line `///` of a doc comment.
    Outer,
    /// One line `//!` of a doc comment.
    Inner,
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub kind: Kind,
    /// The token as it is written; of a doc comment only the text after its slashes.
    pub text: &'a str,
    /// The line on which it begins, from 1.
    pub line: usize,
}

impl Token<'_> {
    pub fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    pub fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }

    pub fn is_doc(&self) -> bool {
        matches!(self.kind, Kind::Outer | Kind::Inner)
    }

    /// Whether it opens a group: `(`, `[` or `{`.
    pub fn opens(&self) -> bool {
        matches!(self.kind, Kind::Mark('(' | '[' | '{'))
    }

    /// Whether it closes a group: `)`, `]` or `}`.
    pub fn closes(&self) -> bool {
        matches!(self.kind, Kind::Mark(')' | ']' | '}'))
    }
}

/// Returns the tokens of a file that the compiler accepts, without its comments. Doc comments by `///` and `//!`
/// stay.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut reader = Reader { source, at: 0, line: 1, found: Vec::new() };
    while let Some(byte) = reader.peek(0) {
        reader.token(byte);
    }
    reader.found
}

/// Returns the index of the token that closes the group opened at `open`, or the last index if none closes it.
pub fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        if token.opens() {
            depth += 1;
        } else if token.closes() {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return index;
            }
        }
    }
    tokens.len().saturating_sub(1)
}

struct Reader<'a> {
    source: &'a str,
    /// The next byte to read.
    at: usize,
    line: usize,
    found: Vec<Token<'a>>,
}

impl<'a> Reader<'a> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.source.as_bytes().get(self.at + ahead).copied()
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// Skips `bytes` bytes and counts their lines.
    fn pass(&mut self, bytes: usize) {
        let end = (self.at + bytes).min(self.source.len());
        self.line += self.source.as_bytes()[self.at..end].iter().filter(|byte| **byte == b'\n').count();
        self.at = end;
    }

    /// Notes the next `bytes` bytes as a token.
    fn take(&mut self, kind: Kind, bytes: usize) {
        let text = self.source.get(self.at..self.at + bytes).unwrap_or_default();
        self.found.push(Token { kind, text, line: self.line });
        self.pass(bytes);
    }

    fn token(&mut self, byte: u8) {
        match byte {
            b'/' if self.peek(1) == Some(b'/') => self.comment(),
            b'/' if self.peek(1) == Some(b'*') => self.block_comment(),
            b'"' => self.string(0),
            b'\'' => self.quote(),
            b':' if self.peek(1) == Some(b':') => self.take(Kind::Colons, 2),
            byte if byte.is_ascii_digit() => self.number(),
            byte if is_word(byte) => self.word(),
            byte if byte.is_ascii_whitespace() => self.pass(1),
            byte => self.take(Kind::Mark(char::from(byte)), 1),
        }
    }

    fn comment(&mut self) {
        let line = self.rest().lines().next().unwrap_or_default();
        let doc = match line.as_bytes() {
            [b'/', b'/', b'/', b'/', ..] => None,
            [b'/', b'/', b'/', ..] => Some(Kind::Outer),
            [b'/', b'/', b'!', ..] => Some(Kind::Inner),
            _ => None,
        };
        if let Some(kind) = doc {
            self.found.push(Token { kind, text: &line[3..], line: self.line });
        }
        self.pass(line.len());
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek(0) {
            match (byte, self.peek(1)) {
                (b'/', Some(b'*')) => {
                    depth += 1;
                    self.pass(2);
                }
                (b'*', Some(b'/')) => {
                    depth -= 1;
                    self.pass(2);
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.pass(1),
            }
        }
    }

    /// Takes a string whose quotation mark is `prefix` bytes ahead.
    fn string(&mut self, prefix: usize) {
        let rest = &self.source.as_bytes()[self.at + prefix + 1..];
        let mut end = 0;
        while let Some(byte) = rest.get(end) {
            match byte {
                b'\\' => end += 2,
                b'"' => break,
                _ => end += 1,
            }
        }
        self.take(Kind::Literal, prefix + end + 2);
    }

    /// Takes a raw string that `hashes` hashes close, and whose quotation mark is `prefix` bytes ahead.
    fn raw_string(&mut self, prefix: usize, hashes: usize) {
        let end = format!("\"{}", "#".repeat(hashes));
        let body = self.source.get(self.at + prefix + 1..).unwrap_or_default();
        let length = body.find(&end).unwrap_or(body.len());
        self.take(Kind::Literal, prefix + 1 + length + end.len());
    }

    /// Takes a character or a lifetime.
    fn quote(&mut self) {
        let body = &self.rest()[1..];
        let first = body.chars().next().unwrap_or(' ');
        let after = body.as_bytes().get(first.len_utf8()).copied();
        if first == '\\' {
            // The escaped character may itself be a quotation mark.
            let length = body.get(2..).and_then(|rest| rest.find('\'')).unwrap_or(0);
            self.take(Kind::Literal, length + 4);
        } else if after == Some(b'\'') {
            self.take(Kind::Literal, first.len_utf8() + 2);
        } else {
            let length = body.bytes().take_while(|byte| is_word(*byte)).count();
            self.take(Kind::Literal, length + 1);
        }
    }

    fn number(&mut self) {
        let bytes = self.rest().as_bytes();
        let mut end = 0;
        while let Some(byte) = bytes.get(end) {
            let fraction = *byte == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
            if !fraction && !is_word(*byte) {
                break;
            }
            end += 1;
        }
        self.take(Kind::Literal, end);
    }

    /// Takes a word, or a literal that begins with letters.
    fn word(&mut self) {
        let rest = self.rest();
        let length = rest.bytes().take_while(|byte| is_word(*byte)).count();
        let hashes = rest[length..].bytes().take_while(|byte| *byte == b'#').count();
        let next = self.peek(length);
        let quoted = self.peek(length + hashes) == Some(b'"');
        match &rest[..length] {
            "r" | "br" | "cr" if quoted => self.raw_string(length + hashes, hashes),
            "b" | "c" if next == Some(b'"') => self.string(length),
            "b" if next == Some(b'\'') => {
                self.pass(1);
                self.quote();
            }
            "r" if hashes == 1 => {
                self.pass(2);
                let length = self.rest().bytes().take_while(|byte| is_word(*byte)).count();
                self.take(Kind::Word, length);
            }
            _ => self.take(Kind::Word, length),
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}
