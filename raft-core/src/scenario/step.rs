//! Parses one step.

use super::ast::{Deed, Nodes, Terminal, Verb, Who};
use super::condition::{condition, nodes, who};
use super::cursor::{Cursor, ParseError};
use super::faults::{broken, on_machines, on_messages};
use super::grammar::{ABOUT, SETTINGS, STEPS, begins};
use super::settings::{lease_reads, switch};
use super::teaching::teaching;
use super::words::VERBS;
use crate::model::{STRESS_RATE_MAX, STRESS_TIME_MAX};
use crate::units::SECOND;

/// Parses a step without its time.
pub(super) fn deed(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    let before = cursor.clone();
    let word = cursor.peek_word();
    if let Some(deed) = prompt(cursor)? {
        return Ok(deed);
    }
    if !begins(&STEPS, word) {
        return Err(unknown(&before));
    }
    if let Some(deed) = teaching(cursor)? {
        return Ok(deed);
    }
    cursor.word();
    let deed = match word {
        "partition" => partition(cursor)?,
        "cut" => {
            let (from, to) = link(cursor)?;
            Deed::Cut(from, to)
        }
        "heal" => heal(cursor)?,
        "latency" => {
            let (min, max) = cursor.duration_range()?;
            Deed::Latency(min, max, optional_link(cursor)?)
        }
        "loss" => Deed::Loss(cursor.percent_ppm()?, optional_link(cursor)?),
        "drop" | "delay" | "duplicate" => on_messages(word, cursor)?,
        "break" => broken(cursor)?,
        "clock" | "fsync" | "align" | "spread" | "timers" => on_machines(word, cursor)?,
        "elections" => {
            let on = switch(cursor)?;
            Deed::Elections(on, if cursor.is_done() { Vec::new() } else { nodes(cursor)? })
        }
        "prevote" => Deed::PreVote(switch(cursor)?),
        "reads" => Deed::LeaseReads(lease_reads(cursor)?),
        "hang" if cursor.take("up") => Deed::HangUp(cursor.number("the number of a request, such as 7")?),
        "hang" => return Err(cursor.error("up and the number of a request, such as hang up 7")),
        "start" => start(cursor)?,
        "name" => name(cursor)?,
        "stress" => stress(cursor)?,
        "interrupt" => interrupt(cursor)?,
        "close" if cursor.take("terminals") => Deed::CloseTerminals,
        "close" => return Err(cursor.error("terminals")),
        "eof" => Deed::EndInput(terminal(cursor)?),
        "wait" => wait(cursor)?,
        "expect" => Deed::Expect(condition(cursor)?),
        other => match VERBS.iter().find(|(verb, _)| *verb == other) {
            Some((_, verb)) => Deed::Do(*verb, nodes(cursor)?),
            None => return Err(unknown(&before)),
        },
    };
    cursor.end()?;
    Ok(deed)
}

/// Returns the error of a word that begins no step.
fn unknown(at: &Cursor<'_>) -> ParseError {
    let mut steps = STEPS.to_vec();
    steps.dedup();
    let all = [&STEPS[..], &SETTINGS, &ABOUT].concat();
    at.error_near(format!("a step: {}", steps.join(", ")), &all)
}

/// Parses `NODE$ COMMAND`, with `&` (in the background) and `<` (input follows later) at its end; `NODE<
/// LINE`; or `NODE> LINE`. Returns `None` if the line has no prompt.
fn prompt(cursor: &mut Cursor<'_>) -> Result<Option<Deed>, ParseError> {
    let word = cursor.peek_word();
    let Some(at) = word.find(['$', '<', '>']) else { return Ok(None) };
    let sign = word.as_bytes()[at];
    let before = cursor.clone();
    let accepted = "one node before the prompt, such as node1$, leader$ or node1:2$ for its second terminal";
    let mut target = Cursor::new(cursor.line, &word[..at], cursor.names.clone());
    let on = terminal(&mut target).map_err(|_| before.error(accepted))?;
    if !target.is_done() {
        return Err(before.error(accepted));
    }
    cursor.take_symbol(&word[..=at]);
    let rest = cursor.take_rest();
    if sign == b'>' {
        let expected = if rest.is_empty() { Vec::new() } else { vec![rest.to_owned()] };
        return Ok(Some(Deed::Output { on, expected }));
    }
    if sign == b'<' {
        return Ok(Some(Deed::Input(on, rest.to_owned())));
    }
    let (rest, open) = without_sign(rest, '<');
    let (rest, background) = without_sign(rest, '&');
    Ok(Some(Deed::Command { on, line: rest.to_owned(), background, open, input: Vec::new(), expected: None }))
}

/// Strips a sign that is a word of its own at the end of a line. Returns the line, and whether there was one.
fn without_sign(line: &str, sign: char) -> (&str, bool) {
    match line.strip_suffix(sign) {
        Some(front) if front.is_empty() || front.ends_with(char::is_whitespace) => (front.trim_end(), true),
        _ => (line, false),
    }
}

/// Returns whether a text must be printed on `|` lines, since it would have another meaning behind the
/// prompt.
pub(super) fn needs_lines(line: &str, is_command: bool) -> bool {
    let signs = is_command && (line.is_empty() || ['&', '<'].iter().any(|sign| without_sign(line, *sign).1));
    signs || line.contains('\n') || line.trim() != line
}

/// Parses a terminal: `NODE` or `NODE:NUMBER`.
pub(super) fn terminal(cursor: &mut Cursor<'_>) -> Result<Terminal, ParseError> {
    const ACCEPTED: &str = "the number of one of the node's terminals, 1 to 99";
    let before = cursor.clone();
    let on = who(cursor)?;
    if matches!(on, Who::All | Who::Rest) {
        return Err(before.error("one node, such as leader or node1"));
    }
    let number = if cursor.take_symbol(":") { cursor.number(ACCEPTED)? } else { 1 };
    match u32::try_from(number) {
        Ok(number) if (1..=TERMINALS_MAX).contains(&number) => Ok(Terminal { on, number }),
        _ => Err(before.error(ACCEPTED)),
    }
}

/// The maximum number of terminals on a node.
pub(super) const TERMINALS_MAX: u32 = 99;

fn interrupt(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    let on = terminal(cursor)?;
    if !cursor.take_symbol("%") {
        return Ok(Deed::Interrupt(on, None));
    }
    let accepted = "the number of a command in the background, such as %1";
    let before = cursor.clone();
    let number = u32::try_from(cursor.number(accepted)?).ok().filter(|number| *number > 0);
    let number = number.ok_or_else(|| before.error(accepted))?;
    Ok(Deed::Interrupt(on, Some(number)))
}

/// Parses the rest of `start NODES`, or of `start NODE as NAME at HOST:PORT`.
fn start(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    let mut nodes = nodes(cursor)?;
    let before = cursor.clone();
    let mut word_after = |word: &str, accepted: &str| {
        if !cursor.take(word) {
            return Ok(None);
        }
        match cursor.word() {
            "" => Err(cursor.error(accepted)),
            text => Ok(Some(text.to_owned())),
        }
    };
    let name = word_after("as", "the member's name, such as infra6")?;
    let address = word_after("at", "its address for clients, such as node6:2379")?;
    if name.is_none() && address.is_none() {
        return Ok(Deed::Do(Verb::Start, nodes));
    }
    match nodes.pop() {
        Some(one) if nodes.is_empty() && !matches!(one, Who::All | Who::Rest) => {
            Ok(Deed::StartAs(one, name, address))
        }
        _ => Err(before.error("a name or an address only after one node")),
    }
}

fn partition(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    let mut groups = vec![nodes(cursor)?];
    while cursor.take_symbol("|") {
        groups.push(nodes(cursor)?);
    }
    Ok(Deed::Partition(groups))
}

fn heal(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    if cursor.is_done() {
        return Ok(Deed::Heal(Vec::new()));
    }
    let named = nodes(cursor)?;
    Ok(if cursor.take_symbol("->") { Deed::HealLink(named, nodes(cursor)?) } else { Deed::Heal(named) })
}

fn link(cursor: &mut Cursor<'_>) -> Result<(Nodes, Nodes), ParseError> {
    let from = nodes(cursor)?;
    if !cursor.take_symbol("->") {
        return Err(cursor.error("-> and the receiving nodes, such as node1 -> node2"));
    }
    Ok((from, nodes(cursor)?))
}

pub(super) fn optional_link(cursor: &mut Cursor<'_>) -> Result<Option<(Nodes, Nodes)>, ParseError> {
    if cursor.is_done() { Ok(None) } else { link(cursor).map(Some) }
}

fn name(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    const ACCEPTED: &str = "a name in lower-case letters that is not a word for nodes, then = and a node";
    let before = cursor.clone();
    let name = cursor.take_while(|c| c.is_ascii_lowercase());
    let taken = ["leader", "follower", "all", "rest", "running", "node", "no", "not", "two"];
    if name.is_empty() || taken.contains(&name) || !cursor.take_symbol("=") {
        return Err(before.error(ACCEPTED));
    }
    let target = who(cursor)?;
    if matches!(target, Who::All | Who::Rest) {
        return Err(before.error("one node, such as leader or node1"));
    }
    Ok(Deed::Name(name.to_owned(), target))
}

fn stress(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    let accepted =
        format!("a rate and a time: 1/s to {STRESS_RATE_MAX}/s, for at most {} s", STRESS_TIME_MAX / SECOND);
    let before = cursor.clone();
    let rate = cursor.number(&accepted)?;
    if !cursor.take_symbol("/s") || !cursor.take("for") {
        return Err(cursor.error("/s for and a time, such as 100/s for 5s"));
    }
    let duration = cursor.duration()?;
    let endpoints = if cursor.take("on") { nodes(cursor)? } else { Vec::new() };
    match u32::try_from(rate) {
        Ok(rate) if (1..=STRESS_RATE_MAX).contains(&rate) && (1..=STRESS_TIME_MAX).contains(&duration) => {
            Ok(Deed::Stress(rate, duration, endpoints))
        }
        _ => Err(before.error(accepted)),
    }
}

fn wait(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    if cursor.peek_word().starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(Deed::WaitFor(cursor.duration()?));
    }
    let condition = condition(cursor)?;
    let within = if cursor.take("within") { Some(cursor.duration()?) } else { None };
    Ok(Deed::Wait(condition, within))
}
