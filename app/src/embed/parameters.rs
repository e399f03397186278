//! Reads from the address what is played, and how. The parameters of the look are read before the engine is
//! there, in `app/public/embed.js`. `app/docs/embedding.md` describes all of them.

use raft_core::units::{MILLISECOND, Nanos, SECOND};

use crate::text::embed as words;
use crate::time::{REAL_TIME, SPEED_MAX, SPEED_MIN};

/// The latest instant that a parameter or a message may name, in virtual nanoseconds.
pub const AT_MAX: Nanos = 3_600 * SECOND;
/// The longest id of a lesson, in characters.
const ID_CHARS_MAX: usize = 64;
/// The longest scenario in an address, in characters.
const TEXT_CHARS_MAX: usize = 64_000;

/// What is to be played.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Piece {
    /// A fresh cluster without a scenario.
    #[default]
    Cluster,
    /// The lesson of this id.
    Lesson(String),
    /// A scenario, as text.
    Text(String),
}

/// The parameters, within their bounds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// What is played.
    pub piece: Piece,
    /// Virtual time in millionths of wall time; `None` for the usual speed.
    pub speed: Option<u64>,
    /// The instant at which the viewer begins, in virtual nanoseconds.
    pub at: Option<Nanos>,
    /// Whether the clock is paused at first.
    pub paused: bool,
    /// Whether the viewer may only watch.
    pub read_only: bool,
}

impl Parameters {
    /// Reads a query. Returns the parameters and what is wrong with them: a wrong parameter is reported and
    /// left out, a number beyond its bounds becomes the bound. Unknown names are ignored.
    pub fn read(query: &str) -> (Parameters, Vec<String>) {
        let mut read = Parameters::default();
        let mut wrong = Vec::new();
        for pair in query.trim_start_matches('?').split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decoded(value);
            let fault = match name {
                "scenario" if is_id(&value) => {
                    read.piece = Piece::Lesson(value);
                    None
                }
                "scenario" => Some(words::wrong_id(value)),
                "text" if value.chars().count() <= TEXT_CHARS_MAX => {
                    read.piece = Piece::Text(value);
                    None
                }
                "text" => Some(words::text_too_long(TEXT_CHARS_MAX)),
                "speed" => {
                    read.speed = speed(&value);
                    read.speed.is_none().then(|| words::wrong_speed(value))
                }
                "at" => {
                    read.at = instant(&value);
                    read.at.is_none().then(|| words::wrong_instant(value))
                }
                "paused" => {
                    read.paused = true;
                    None
                }
                "readonly" => {
                    read.read_only = true;
                    None
                }
                _ => None,
            };
            wrong.extend(fault);
        }
        (read, wrong)
    }
}

/// Whether a text may be the id of a lesson: it becomes part of an address.
fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.len() <= ID_CHARS_MAX && text.bytes().all(allowed)
}

/// Reads a speed in virtual seconds per second, such as `0.05` or `1/20`. Returns it in millionths.
fn speed(text: &str) -> Option<u64> {
    let millionths = match text.split_once('/') {
        Some((above, below)) => {
            let (above, below) = (decimal(above, REAL_TIME)?, decimal(below, REAL_TIME)?);
            above.checked_mul(REAL_TIME)?.checked_div(below)?
        }
        None => decimal(text, REAL_TIME)?,
    };
    Some(millionths.clamp(SPEED_MIN, SPEED_MAX))
}

/// Reads an instant: `2.3s`, `2300ms`, or a number of seconds.
fn instant(text: &str) -> Option<Nanos> {
    let at = match text.strip_suffix("ms") {
        Some(number) => decimal(number, MILLISECOND)?,
        None => decimal(text.strip_suffix('s').unwrap_or(text), SECOND)?,
    };
    Some(at.min(AT_MAX))
}

/// Reads a decimal number and multiplies it by `unit`; the fraction of the product is cut off.
fn decimal(text: &str, unit: u64) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || part.len() > 12 || !digits(whole) || !digits(part) {
        return None;
    }
    let mut value = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    let mut place = unit;
    for digit in part.bytes() {
        place /= 10;
        value = value.checked_add(u64::from(digit - b'0') * place)?;
    }
    Some(value)
}

/// Decodes a value of a query. Bytes that are not valid text become replacement characters.
fn decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = |byte: &u8| char::from(*byte).to_digit(16);
        match (first, after) {
            (b'%', [high, low, after @ ..]) if hex(high).is_some() && hex(low).is_some() => {
                let byte = hex(high).zip(hex(low)).map_or(0, |(high, low)| high * 16 + low);
                bytes.extend(u8::try_from(byte));
                rest = after;
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(first),
        }
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_query_says_what_is_played_and_how() {
        let (read, wrong) =
            Parameters::read("?embed&scenario=split-brain&speed=1/20&at=2.3s&paused&readonly&theme=dark");
        assert_eq!(wrong, Vec::<String>::new());
        assert_eq!(read.piece, Piece::Lesson("split-brain".to_owned()));
        assert_eq!((read.speed, read.at), (Some(50_000), Some(2_300 * MILLISECOND)));
        assert!(read.paused && read.read_only);
    }

    #[test]
    fn a_scenario_may_be_written_out() {
        let (read, wrong) = Parameters::read("text=seed%204%0Await+leader%0Asay%20%C3%BC%20%");
        assert_eq!((read.piece, wrong.len()), (Piece::Text("seed 4\nwait leader\nsay ü %".to_owned()), 0));
    }

    #[test]
    fn numbers_beyond_their_bounds_become_the_bound() {
        for (given, speed) in
            [("0", SPEED_MIN), ("0.00001", SPEED_MIN), ("1000", SPEED_MAX), ("2", 2 * REAL_TIME)]
        {
            assert_eq!(Parameters::read(&format!("speed={given}")).0.speed, Some(speed), "{given}");
        }
        for (given, at) in
            [("0", 0), ("500ms", 500 * MILLISECOND), ("1.5", 1_500 * MILLISECOND), ("99999s", AT_MAX)]
        {
            assert_eq!(Parameters::read(&format!("at={given}")).0.at, Some(at), "{given}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_and_left_out() {
        let long = format!("scenario={}", "a".repeat(ID_CHARS_MAX + 1));
        for query in [
            "scenario=../secret",
            "scenario=",
            "scenario=A",
            &long,
            "speed=fast",
            "speed=1/0",
            "speed=",
            "speed=-1",
            "speed=1e9",
            "speed=9999999999999999",
            "at=soon",
            "at=-1s",
            "at=",
            "at=.5s",
        ] {
            let (read, wrong) = Parameters::read(query);
            assert_eq!((read, wrong.len()), (Parameters::default(), 1), "{query}");
        }
    }
}
