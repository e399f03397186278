//! Encodes bytes as letters that addresses and chat programs leave alone: the plain form, in which words stay
//! readable, and base64url without padding.

use super::LinkError;

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
const SIXTY_FOUR: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

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
    let mut letters = String::with_capacity(bytes.len() * 4 / 3 + 4);
    for three in bytes.chunks(3) {
        let number =
            (0..3).fold(0, |number, place| number << 8 | u32::from(three.get(place).copied().unwrap_or(0)));
        for place in 0..=three.len() {
            letters.push(char::from(SIXTY_FOUR[(number >> (18 - 6 * place)) as usize % SIXTY_FOUR.len()]));
        }
    }
    letters
}

/// Decodes base64url without padding.
pub(super) fn from_base64(letters: &str) -> Result<Vec<u8>, LinkError> {
    let mut bytes = Vec::with_capacity(letters.len() * 3 / 4);
    let (mut number, mut bits) = (0u32, 0u32);
    for (at, letter) in letters.bytes().enumerate() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return Err(wrong_letter(letters, at)),
        };
        // `number` holds the bits that are not written yet.
        number = number << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((number >> bits) as u8);
            number &= (1 << bits) - 1;
        }
    }
    // The rest of the last letter must be less than a letter, and zero.
    if bits >= 6 || number != 0 { Err(LinkError::Damaged) } else { Ok(bytes) }
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
