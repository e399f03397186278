//! The versions of links: how each was written, and the steps by which an old one becomes the newest.

use super::check;
use super::error::beginning;
use super::{BYTES_MAX, LinkError, letters, packed};

/// The newest version.
pub const VERSION: u32 = 1;

/// Reads the body of a version's link: gives its document.
type Reader = fn(&str) -> Result<String, LinkError>;
/// Makes of a version's document the one of the next version.
type Step = fn(String) -> String;

/// How each version is read, and how it becomes the next one.
const VERSIONS: [(Reader, Option<Step>); VERSION as usize + 1] = [(read_v0, Some(v0_to_v1)), (read_v1, None)];

/// The document of a link, upgraded to the newest version.
pub(super) fn newest(version: u32, body: &str) -> Result<String, LinkError> {
    let mut later = VERSIONS.iter().skip(version as usize);
    let Some((read, mut step)) = later.next().copied() else {
        return Err(LinkError::UnknownVersion(version));
    };
    let mut document = read(body)?;
    while let Some(upgrade) = step {
        document = upgrade(document);
        step = later.next().and_then(|(_, step)| *step);
    }
    if document.len() > BYTES_MAX { Err(LinkError::TooMuch) } else { Ok(document) }
}

/// A scenario, percent-encoded as browsers and every language's library do it: what a person or a tool
/// writes that does not know this codec.
fn read_v0(body: &str) -> Result<String, LinkError> {
    text(super::tidy::from_percent(body)?)
}

/// A scenario gets a head that says nothing.
fn v0_to_v1(scenario: String) -> String {
    format!("0\n{scenario}")
}

/// A document in one of two forms, and its check.
fn read_v1(body: &str) -> Result<String, LinkError> {
    let body = super::tidy::body_v1(body)?;
    if body.len() > super::LETTERS_MAX {
        return Err(LinkError::TooLong { letters: body.len() });
    }
    let mut rest = body.chars();
    let form = rest.next();
    let (body, seal) = check::split(rest.as_str())?;
    let bytes = match form {
        Some('t') => letters::from_plain(body)?,
        Some('z') => packed::unpack(body)?,
        form => return Err(LinkError::UnknownForm(beginning(&form.map(String::from).unwrap_or_default()))),
    };
    let document = text(bytes)?;
    if check::letters(&document) == seal { Ok(document) } else { Err(LinkError::Damaged) }
}

fn text(bytes: Vec<u8>) -> Result<String, LinkError> {
    String::from_utf8(bytes).map_err(|_| LinkError::NoText)
}
