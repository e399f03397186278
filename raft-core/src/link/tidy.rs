//! Removes what chat programs and mail add to links, where that is safe: an address around them, brackets and
//! punctuation, line breaks, percent-encoding.

use std::borrow::Cow;

use super::LinkError;
use super::error::beginning;

/// Invisible characters that some programs insert where a line may break.
const UNSEEN: [char; 5] = ['\u{200b}', '\u{200c}', '\u{200d}', '\u{ad}', '\u{feff}'];

/// Finds the link in a text. Returns its version and its body.
pub(super) fn find(input: &str) -> Result<(u32, &str), LinkError> {
    let text = input.trim_matches(|letter: char| {
        letter.is_whitespace() || UNSEEN.contains(&letter) || "<>([\"'`".contains(letter)
    });
    let starts = std::iter::once(0)
        .chain(text.match_indices('#').map(|(at, _)| at + 1))
        .chain(text.match_indices("%23").map(|(at, mark)| at + mark.len()));
    starts.filter_map(|at| version(&text[at..])).next().ok_or_else(|| LinkError::NoVersion(beginning(text)))
}

/// Parses the version at the beginning of a text. Returns it with the text after it.
fn version(text: &str) -> Option<(u32, &str)> {
    const DIGITS_MAX: usize = 4;
    let rest = text.strip_prefix('v')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = rest.split_at_checked(digits).filter(|_| digits <= DIGITS_MAX)?;
    let body = [":", "%3A", "%3a"].into_iter().find_map(|colon| rest.strip_prefix(colon))?;
    Some((number.parse().ok()?, body))
}

/// Returns the body of a `v1` link without added marks. Only characters that no link contains are removed.
pub(super) fn body_v1(body: &str) -> Result<Cow<'_, str>, LinkError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    if body.bytes().all(is_plain) && body.bytes().next_back().is_none_or(|last| last.is_ascii_alphanumeric())
    {
        return Ok(Cow::Borrowed(body));
    }
    let mut kept = String::with_capacity(body.len());
    let mut line_begins = false;
    for letter in body.chars() {
        match letter {
            '\n' | '\r' => line_begins = true,
            // At the beginning of a line it is a quotation mark of mail; elsewhere it closes a bracket around
            // the address.
            '>' if line_begins => (),
            '>' | ')' | ']' | '"' | '\'' | '`' | '<' => break,
            // An escape of Markdown.
            '\\' => (),
            _ if letter.is_whitespace() || UNSEEN.contains(&letter) => (),
            _ => {
                line_begins = false;
                kept.push(letter);
            }
        }
    }
    // A second program may have encoded the percent signs of the first.
    for _ in 0..2 {
        if kept.contains('%') {
            kept = String::from_utf8(from_percent(&kept)?).map_err(|_| LinkError::NoText)?;
        }
    }
    kept.truncate(kept.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric()).len());
    Ok(Cow::Owned(kept))
}

/// Decodes the percent-encoding of a `v0` body. Other characters stand for themselves; line breaks are
/// dropped.
pub(super) fn from_percent(body: &str) -> Result<Vec<u8>, LinkError> {
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body.bytes().enumerate();
    while let Some((at, byte)) = rest.next() {
        match byte {
            b'\n' | b'\r' => (),
            b'%' => {
                let mut half = || rest.next().and_then(|(_, digit)| char::from(digit).to_digit(16));
                match half().zip(half()) {
                    Some((high, low)) => bytes.push((high << 4 | low) as u8),
                    None => {
                        let found = body[at..].chars().take(3).collect();
                        return Err(LinkError::Percent { found });
                    }
                }
            }
            _ => bytes.push(byte),
        }
    }
    Ok(bytes)
}
