//! Parses steps for the viewer: text, questions, views to look at, invitations. None of them changes the run.

use super::ast::{Deed, Speed};
use super::condition::{condition, nodes};
use super::cursor::{Cursor, ParseError};
use super::words::{SIGHTS, TEACHING};

/// The maximum of virtual seconds in a speed.
const SPEED_SECONDS_MAX: u32 = 100;
/// The maximum of real seconds in which they pass.
const SPEED_IN_SECONDS_MAX: u32 = 1_000;

/// Parses a step for the viewer; returns `None` if the line is another step.
pub(super) fn teaching(cursor: &mut Cursor<'_>) -> Result<Option<Deed>, ParseError> {
    if let Some((words, teach)) = TEACHING.iter().find(|(words, _)| starts_with(cursor, words)) {
        words.split(' ').for_each(|word| {
            cursor.take(word);
        });
        let text = if *words == "stop here" { cursor.take_rest().to_owned() } else { text(cursor)? };
        return Ok(Some(Deed::Teach(*teach, text)));
    }
    let word = cursor.peek_word();
    let read: fn(&mut Cursor<'_>) -> Result<Deed, ParseError> = match word {
        "ask" => |cursor| Ok(Deed::Ask { question: text(cursor)?, choices: Vec::new() }),
        "look" => look,
        "hint" => hint,
        "speed" => speed,
        "try" => invitation,
        "trace" => trace,
        _ => return Ok(None),
    };
    cursor.word();
    let deed = read(cursor)?;
    cursor.end()?;
    Ok(Some(deed))
}

fn starts_with(cursor: &Cursor<'_>, words: &str) -> bool {
    let left = cursor.rest().strip_prefix(words);
    left.is_some_and(|left| left.is_empty() || left.starts_with(char::is_whitespace))
}

/// Takes the rest of the line, which must not be empty.
fn text(cursor: &mut Cursor<'_>) -> Result<String, ParseError> {
    if cursor.is_done() { Err(cursor.error("a text")) } else { Ok(cursor.take_rest().to_owned()) }
}

/// Parses the rest of `look log node1,node2 -- TEXT`.
fn look(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    let sight = cursor.one_of(&SIGHTS, "what to look at (then nodes if not all, then -- and a text): ")?;
    let on = if cursor.is_done() || cursor.peek_word() == "--" { Vec::new() } else { nodes(cursor)? };
    let why = if cursor.take("--") { Some(text(cursor)?) } else { None };
    Ok(Deed::Look(sight, on, why))
}

/// Parses the rest of `hint 20s TEXT` or `hint TEXT`.
fn hint(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    let mut timed = cursor.clone();
    let spaced = |cursor: &Cursor<'_>| cursor.is_done() || cursor.is_after_space();
    let after = match timed.duration() {
        Ok(after) if spaced(&timed) => {
            *cursor = timed;
            Some(after)
        }
        _ => None,
    };
    Ok(Deed::Hint(after, text(cursor)?))
}

/// Parses the rest of `speed 1/100` or `speed 2`.
fn speed(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    const ACCEPTED: &str = "a speed from 1/1000 to 100, such as 1/20 or 2";
    let before = cursor.clone();
    let seconds = cursor.number(ACCEPTED)?;
    let in_seconds = if cursor.take_symbol("/") { cursor.number(ACCEPTED)? } else { 1 };
    let fits = |seconds: u64, in_seconds: u64| {
        let (seconds, in_seconds) = (u32::try_from(seconds).ok()?, u32::try_from(in_seconds).ok()?);
        let within =
            (1..=SPEED_SECONDS_MAX).contains(&seconds) && (1..=SPEED_IN_SECONDS_MAX).contains(&in_seconds);
        within.then_some(Speed { seconds, in_seconds })
    };
    fits(seconds, in_seconds).map(Deed::Speed).ok_or_else(|| before.error(ACCEPTED))
}

/// Parses the rest of `try CONDITION -- TEXT`.
fn invitation(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    let condition = condition(cursor)?;
    if !cursor.take("--") {
        return Err(cursor.error("-- and a text that says what to do"));
    }
    Ok(Deed::Try { text: text(cursor)?, condition })
}

/// Parses the rest of `trace 0123456789abcdef`.
fn trace(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    let before = cursor.clone();
    let digits = cursor.word();
    let is_hash = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hash = u64::from_str_radix(digits, 16).ok().filter(|_| is_hash);
    hash.map(Deed::Trace).ok_or_else(|| before.error("a trace hash: 16 hexadecimal digits"))
}
