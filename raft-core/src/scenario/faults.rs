//! Parses steps that act on single messages, and on clocks, disks and timers.

use super::ast::{Deed, Nodes, Who};
use super::condition::{nodes, who};
use super::cursor::{Cursor, ParseError};
use super::step::optional_link;
use crate::model::{
    Alteration, CLOCK_PPM_MAX, CLOCK_PPM_MIN, CLOCK_PPM_TRUE, Dice, FSYNC_NEVER, MessageClass,
};

/// Parses the rest of `drop`, `delay` or `duplicate`.
pub(super) fn on_messages(word: &str, cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    match word {
        "drop" if cursor.take("next") => drop_next(cursor),
        "drop" if cursor.take("none") => Ok(Deed::CancelDrops),
        "drop" => match message(cursor)? {
            Some(id) => Ok(Deed::Drop(id)),
            None => Err(cursor.error("message and its number, next and a kind of message, or none")),
        },
        "delay" => {
            let Some(message) = message(cursor)? else {
                return Err(cursor.error("message and its number, such as message 12 by 20ms"));
            };
            if !cursor.take("by") {
                return Err(cursor.error("by and a time, such as by 20ms"));
            }
            Ok(Deed::Delay(message, cursor.duration()?))
        }
        _ => match message(cursor)? {
            Some(id) => Ok(Deed::Duplicate(id)),
            None if cursor.peek_word().starts_with(|c: char| c.is_ascii_digit()) => {
                Ok(Deed::Duplication(cursor.percent_ppm()?, optional_link(cursor)?))
            }
            None => Err(cursor.error("message and its number, or a share such as 5%")),
        },
    }
}

/// Parses `message 12`; returns `None` if the next word is another.
fn message(cursor: &mut Cursor<'_>) -> Result<Option<u64>, ParseError> {
    if cursor.take("message") { cursor.number("the number of a message").map(Some) } else { Ok(None) }
}

fn drop_next(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    let classes = MessageClass::ALL.map(|class| (class.name(), class));
    let class = cursor.one_of(&classes, "a kind of message: ")?;
    Ok(Deed::DropNext(class, optional_link(cursor)?))
}

/// Parses the rest of `clock`, `fsync`, `align`, `spread` or `timers`.
pub(super) fn on_machines(word: &str, cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    let timers = |cursor: &mut Cursor<'_>, dice| {
        if !cursor.take("timers") {
            return Err(cursor.error("timers, and which nodes if not all"));
        }
        Ok(Deed::Timers(dice, some_nodes(cursor)?))
    };
    match word {
        "clock" => {
            let nodes = nodes(cursor)?;
            Ok(Deed::Clock(nodes, rate(cursor)?))
        }
        "fsync" if cursor.take("never") => Ok(Deed::Fsync(some_nodes(cursor)?, FSYNC_NEVER)),
        "fsync" if cursor.peek_word().starts_with(|c: char| c.is_ascii_digit()) => {
            Ok(Deed::Fsync(Vec::new(), cursor.duration()?))
        }
        "fsync" => {
            let nodes = nodes(cursor)?;
            let takes = if cursor.take("never") { FSYNC_NEVER } else { cursor.duration()? };
            Ok(Deed::Fsync(nodes, takes))
        }
        "align" => timers(cursor, Dice::Aligned),
        "spread" => timers(cursor, Dice::Spread),
        _ if cursor.take("as") && cursor.take("drawn") => Ok(Deed::Timers(Dice::Drawn, Vec::new())),
        _ => Err(cursor.error("timers as drawn")),
    }
}

/// Parses the rest of `break`: the safeguard to remove, `off` to restore it, and the nodes.
pub(super) fn broken(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    let words = Alteration::ALL.map(|what| (what.word(), what));
    let what = cursor.one_of(&words, "a safeguard to remove: ")?;
    let on = !(what.is_switch() && cursor.take("off"));
    let (nodes, from) = match what {
        Alteration::RetriedWrites => (Vec::new(), None),
        Alteration::FsyncLies | Alteration::VotesForgotten => (some_nodes(cursor)?, None),
        Alteration::CopiedDisk => {
            let from = who(cursor)?;
            if matches!(from, Who::All | Who::Rest) || !cursor.take_symbol("->") {
                return Err(cursor.error(
                    "one node, -> and the nodes that get a copy of its disk, such as node1 -> node2",
                ));
            }
            (nodes(cursor)?, Some(from))
        }
        _ => (nodes(cursor)?, None),
    };
    Ok(Deed::Break { what, on, nodes, from })
}

fn some_nodes(cursor: &mut Cursor<'_>) -> Result<Nodes, ParseError> {
    if cursor.is_done() { Ok(Vec::new()) } else { nodes(cursor) }
}

/// Parses `+10%` or `-50%`. Returns the clock's seconds per million true seconds.
fn rate(cursor: &mut Cursor<'_>) -> Result<u32, ParseError> {
    let before = cursor.clone();
    let accepted = "by how much the clock is fast or slow, -90% to +900%, such as +10%";
    let is_slow = match (cursor.take_symbol("+"), cursor.take_symbol("-")) {
        (true, false) => false,
        (false, true) => true,
        _ => return Err(before.error(accepted)),
    };
    let off = cursor.percent_ppm_to(CLOCK_PPM_MAX, accepted)?;
    let ppm = if is_slow { CLOCK_PPM_TRUE.checked_sub(off) } else { CLOCK_PPM_TRUE.checked_add(off) };
    let ppm = ppm.filter(|ppm| (CLOCK_PPM_MIN..=CLOCK_PPM_MAX).contains(ppm));
    ppm.ok_or_else(|| before.error(accepted))
}
