//! One step: its word and what follows it.

use super::ast::{Deed, Nodes, Teach, Who};
use super::condition::{condition, nodes, who};
use super::cursor::{Cursor, ParseError};
use super::settings::switch;
use super::words::{LATER, TEACHING, VERBS, steps_accepted};
use crate::cluster::{STRESS_RATE_MAX, STRESS_TIME_MAX};
use crate::units::SECOND;

/// Reads what a step does.
pub(super) fn deed(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    let before = cursor.clone();
    let word = cursor.peek_word();
    if let Some(deed) = terminal(cursor)? {
        return Ok(deed);
    }
    if let Some(teach) = teaching(cursor) {
        let text = cursor.take_rest().to_owned();
        if text.is_empty() {
            return Err(cursor.error("a text"));
        }
        return Ok(Deed::Teach(teach, text));
    }
    if LATER.contains(&word) {
        let found = format!("\"{word}\", which the playground does not understand yet");
        return Err(before.error_at(found, steps_accepted()));
    }
    cursor.word();
    let deed = match word {
        "ask" => {
            let question = cursor.take_rest().to_owned();
            Deed::Ask { question, choices: Vec::new() }
        }
        "partition" => partition(cursor)?,
        "cut" => {
            let (from, to) = link(cursor)?;
            Deed::Cut(from, to)
        }
        "heal" => Deed::Heal(if cursor.is_done() { Vec::new() } else { nodes(cursor)? }),
        "latency" => {
            let (min, max) = cursor.duration_range()?;
            Deed::Latency(min, max, optional_link(cursor)?)
        }
        "loss" => Deed::Loss(cursor.percent_ppm()?, optional_link(cursor)?),
        "elections" => {
            let on = switch(cursor)?;
            Deed::Elections(on, if cursor.is_done() { Vec::new() } else { nodes(cursor)? })
        }
        "name" => name(cursor)?,
        "stress" => stress(cursor)?,
        "interrupt" => Deed::Interrupt(who(cursor)?),
        "wait" => wait(cursor)?,
        "expect" => Deed::Expect(condition(cursor)?),
        other => match VERBS.iter().find(|(verb, _)| *verb == other) {
            Some((_, verb)) => Deed::Do(*verb, nodes(cursor)?),
            None => return Err(before.error(steps_accepted())),
        },
    };
    cursor.end()?;
    Ok(deed)
}

fn teaching(cursor: &mut Cursor<'_>) -> Option<Teach> {
    let (words, teach) = TEACHING.iter().find(|(words, _)| {
        let rest = cursor.rest();
        rest.strip_prefix(words).is_some_and(|left| left.is_empty() || left.starts_with(char::is_whitespace))
    })?;
    words.split(' ').for_each(|word| {
        cursor.take(word);
    });
    Some(*teach)
}

/// `NODE$ COMMAND`, with `&` at its end to go on at once, or `NODE>` with the output.
fn terminal(cursor: &mut Cursor<'_>) -> Result<Option<Deed>, ParseError> {
    let word = cursor.peek_word();
    let Some(sign) = word.find(['$', '>']) else { return Ok(None) };
    let is_prompt = word[sign..].starts_with('$');
    let before = cursor.clone();
    let mut target = Cursor::new(cursor.line, &word[..sign], cursor.names.clone());
    let on =
        who(&mut target).map_err(|_| before.error("a node before the prompt, such as node1$ or leader$"))?;
    if !target.is_done() || matches!(on, Who::All | Who::Rest) {
        return Err(before.error("one node before the prompt, such as node1$ or leader$"));
    }
    cursor.take_symbol(&word[..=sign]);
    let rest = cursor.take_rest();
    if !is_prompt {
        let expected = if rest.is_empty() { Vec::new() } else { vec![rest.to_owned()] };
        return Ok(Some(Deed::Output { on, expected }));
    }
    let (line, background) = match rest.strip_suffix(" &") {
        Some(line) => (line.trim_end(), true),
        None => (rest, false),
    };
    if line.is_empty() {
        return Err(cursor.error("a command, such as etcdctl put /a 1"));
    }
    Ok(Some(Deed::Command { on, line: line.to_owned(), background, input: Vec::new(), expected: None }))
}

fn partition(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    let mut groups = vec![nodes(cursor)?];
    while cursor.take_symbol("|") {
        groups.push(nodes(cursor)?);
    }
    Ok(Deed::Partition(groups))
}

fn link(cursor: &mut Cursor<'_>) -> Result<(Nodes, Nodes), ParseError> {
    let from = nodes(cursor)?;
    if !cursor.take_symbol("->") {
        return Err(cursor.error("-> and the receiving nodes, such as node1 -> node2"));
    }
    Ok((from, nodes(cursor)?))
}

fn optional_link(cursor: &mut Cursor<'_>) -> Result<Option<(Nodes, Nodes)>, ParseError> {
    if cursor.is_done() { Ok(None) } else { link(cursor).map(Some) }
}

fn name(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    const ACCEPTED: &str = "a name of small letters that means no node yet, then = and a node";
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
    match u32::try_from(rate) {
        Ok(rate) if (1..=STRESS_RATE_MAX).contains(&rate) && (1..=STRESS_TIME_MAX).contains(&duration) => {
            Ok(Deed::Stress(rate, duration))
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
