//! The versions of links: how each is parsed, and how it is upgraded to the next one.

use super::check;
use super::error::beginning;
use super::{BYTES_MAX, LinkError, letters, packed};

/// The newest version.
pub const VERSION: u32 = 1;

/// Parses the body of a version's link into its document.
type Reader = fn(&str) -> Result<String, LinkError>;
/// Upgrades a version's document to the next version.
type Upgrade = fn(String) -> String;

/// A version of links.
#[derive(Clone, Copy)]
struct Version {
    read: Reader,
    /// The upgrade to the next version; `None` for the newest.
    upgrade: Option<Upgrade>,
}

/// All versions, from 0.
const VERSIONS: [Version; VERSION as usize + 1] =
    [Version { read: read_v0, upgrade: Some(v0_to_v1) }, Version { read: read_v1, upgrade: None }];

/// Returns the document of a link, upgraded to the newest version.
pub(super) fn newest(version: u32, body: &str) -> Result<String, LinkError> {
    let mut later = VERSIONS.iter().skip(version as usize);
    let Some(Version { read, mut upgrade }) = later.next().copied() else {
        return Err(LinkError::UnknownVersion(version));
    };
    let mut document = read(body)?;
    while let Some(step) = upgrade {
        document = step(document);
        upgrade = later.next().and_then(|version| version.upgrade);
    }
    if document.len() > BYTES_MAX { Err(LinkError::TooMuch) } else { Ok(document) }
}

/// Parses a percent-encoded scenario, which a person or a tool can write without this codec.
fn read_v0(body: &str) -> Result<String, LinkError> {
    text(super::tidy::from_percent(body)?)
}

/// Adds an empty head to a scenario.
fn v0_to_v1(scenario: String) -> String {
    format!("0\n{scenario}")
}

/// Parses a document in one of its two forms, and verifies the checksum.
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
