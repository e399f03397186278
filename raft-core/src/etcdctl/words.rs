//! Words of a command line, split as a shell splits them.

use std::fmt;

/// A quote or an escape that does not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordsError {
    /// The quote that is open: `'`, `"`, or a backslash.
    pub open: char,
    /// Its column, from 1.
    pub column: u32,
}

impl fmt::Display for WordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unexpected end of line: the {} at column {} is not closed", self.open, self.column)
    }
}

impl std::error::Error for WordsError {}

/// Splits a line into words: `'…'` literally, `"…"` with `\"`, `\\`, `\$` and `` \` ``,
/// `$'…'` with C escapes, a backslash for one character.
///
/// # Errors
/// A quote or a backslash is left open at the end of the line.
pub fn split_words(line: &str) -> Result<Vec<Vec<u8>>, WordsError> {
    let chars: Vec<char> = line.chars().collect();
    let mut splitter = Splitter { chars: &chars, at: 0 };
    let mut words = Vec::new();
    while let Some(word) = splitter.word()? {
        words.push(word);
    }
    Ok(words)
}

struct Splitter<'a> {
    chars: &'a [char],
    at: usize,
}

impl Splitter<'_> {
    fn next(&mut self) -> Option<char> {
        let next = self.chars.get(self.at).copied();
        self.at += usize::from(next.is_some());
        next
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn word(&mut self) -> Result<Option<Vec<u8>>, WordsError> {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        if self.peek().is_none() {
            return Ok(None);
        }
        let mut word = Vec::new();
        while let Some(c) = self.peek() {
            if c.is_whitespace() {
                break;
            }
            let start = self.at;
            self.at += 1;
            let open = |open| WordsError { open, column: start as u32 + 1 };
            match c {
                '\'' => self.single(&mut word).ok_or(open('\''))?,
                '"' => self.double(&mut word).ok_or(open('"'))?,
                '$' if self.peek() == Some('\'') => {
                    self.at += 1;
                    self.escaped(&mut word).ok_or(open('\''))?;
                }
                '\\' => push(&mut word, self.next().ok_or(open('\\'))?),
                other => push(&mut word, other),
            }
        }
        Ok(Some(word))
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
                '\\' => match self.next()? {
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
        loop {
            match self.next()? {
                '\'' => return Some(()),
                '\\' => match self.next()? {
                    'n' => word.push(b'\n'),
                    't' => word.push(b'\t'),
                    'r' => word.push(b'\r'),
                    'a' => word.push(7),
                    'b' => word.push(8),
                    'e' | 'E' => word.push(27),
                    'f' => word.push(12),
                    'v' => word.push(11),
                    'x' => {
                        let value = self.digits(2, 16);
                        word.push(value);
                    }
                    c @ '0'..='7' => {
                        self.at -= 1;
                        let _first_digit = c;
                        let value = self.digits(3, 8);
                        word.push(value);
                    }
                    c => push(word, c),
                },
                c => push(word, c),
            }
        }
    }

    fn digits(&mut self, most: u32, radix: u32) -> u8 {
        let mut value: u32 = 0;
        for _ in 0..most {
            match self.peek().and_then(|c| c.to_digit(radix)) {
                Some(digit) => {
                    value = value * radix + digit;
                    self.at += 1;
                }
                None => break,
            }
        }
        (value & 0xff) as u8
    }
}

fn push(word: &mut Vec<u8>, c: char) {
    let mut buffer = [0; 4];
    word.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
}
