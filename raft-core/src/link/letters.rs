//! Encodes bytes as letters that addresses and chat programs leave alone: the plain form, in which words stay
//! readable, and base64url without padding.

use super::LinkError;
use crate::base64::{Alphabet, DecodeError, decode_url, encode};

/// Frequent marks of scenarios, and the letter that stands for each after `~`.
const MARKS: [(u8, u8); 20] = [
    (b'\n', b'n'),
    (b'"', b'q'),
    (b'$', b'd'),
    (b'/', b's'),
    (b'=', b'e'),
    (b':', b'c'),
    (b'@', b'a'),
    (b',', b'k'),
    (b'>', b'g'),
    (b'<', b'l'),
    (b'|', b'b'),
    (b'%', b'p'),
    (b'&', b'm'),
    (b'#', b'h'),
    (b'_', b'u'),
    (b'~', b't'),
    (b'{', b'o'),
    (b'}', b'i'),
    (b'\'', b'r'),
    (b'+', b'v'),
];
const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Encodes a text in the plain form: letters, digits, `-` and `.` stand for themselves, `_` for a space, `~`
/// and a letter for a mark, `~x` and two hexadecimal digits for any other byte.
pub(super) fn plain(text: &str) -> String {
    let mut letters = String::with_capacity(text.len() + text.len() / 4);
    for byte in text.bytes() {
        match byte {
            b' ' => letters.push('_'),
            b'-' | b'.' => letters.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => letters.push(char::from(byte)),
            _ => match MARKS.iter().find(|(mark, _)| *mark == byte) {
                Some((_, letter)) => letters.extend(['~', char::from(*letter)]),
                None => {
                    let [high, low] = [byte >> 4, byte & 15].map(|half| char::from(HEX[usize::from(half)]));
                    letters.extend(['~', 'x', high, low]);
                }
            },
        }
    }
    letters
}

/// Decodes the plain form.
pub(super) fn from_plain(letters: &str) -> Result<Vec<u8>, LinkError> {
    let mut bytes = Vec::with_capacity(letters.len());
    let mut rest = letters.bytes().enumerate();
    let wrong = |at: usize| wrong_letter(letters, at);
    while let Some((at, letter)) = rest.next() {
        bytes.push(match letter {
            b'_' => b' ',
            b'-' | b'.' => letter,
            _ if letter.is_ascii_alphanumeric() => letter,
            b'~' => match rest.next().map(|(_, mark)| mark) {
                Some(b'x') => {
                    let mut half =
                        || rest.next().and_then(|(_, digit)| HEX.iter().position(|hex| *hex == digit));
                    match half().zip(half()) {
                        Some((high, low)) => (high << 4 | low) as u8,
                        None => return Err(wrong(at)),
                    }
                }
                mark => match MARKS.iter().find(|(_, letter)| mark == Some(*letter)) {
                    Some((byte, _)) => *byte,
                    None => return Err(wrong(at)),
                },
            },
            _ => return Err(wrong(at)),
        });
    }
    Ok(bytes)
}

/// Encodes bytes as base64url without padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    encode(bytes, Alphabet::Url)
}

/// Decodes base64url without padding.
pub(super) fn from_base64(letters: &str) -> Result<Vec<u8>, LinkError> {
    decode_url(letters).map_err(|error| match error {
        DecodeError::Letter(at) => wrong_letter(letters, at),
        DecodeError::Incomplete => LinkError::Damaged,
    })
}

/// Returns the error of the letter at a byte offset. Positions count letters after the version, the form's
/// letter among them.
fn wrong_letter(letters: &str, at: usize) -> LinkError {
    let place = letters.char_indices().take_while(|(start, _)| *start <= at).count();
    let found = letters.chars().nth(place.saturating_sub(1)).map(String::from).unwrap_or_default();
    let found =
        if found == "~" { letters[at..].chars().take(2).collect() } else { super::error::beginning(&found) };
    LinkError::Letter { at: place + 1, found }
}
