//! Parses conditions and lists of nodes.

use super::ast::{Condition, Nodes, ResultWord, RoleWord, Same, Test, Who};
use super::cursor::{Cursor, ParseError};
use super::grammar::{CONDITION_FORMS, CONDITIONS, NODES, begins};
use super::suggest::nearest;
use super::words::{PROPERTIES, ROLES};
use crate::units::NODES_MAX;

const NODE: &str = "a node: node1 to node9, leader, follower, or a name given before";

/// Parses a condition.
pub(super) fn condition(cursor: &mut Cursor<'_>) -> Result<Condition, ParseError> {
    let not = cursor.take("not");
    Ok(Condition { not, test: test(cursor)? })
}

fn test(cursor: &mut Cursor<'_>) -> Result<Test, ParseError> {
    let before = cursor.clone();
    let word = cursor.peek_word();
    if word.starts_with('/') {
        return key(cursor);
    }
    if !begins(&CONDITIONS, word) {
        return of_a_node(cursor);
    }
    cursor.word();
    match word {
        "leader" if cursor.take("not") => Ok(Test::LeaderIsNot(who(cursor)?)),
        "leader" if at_end(cursor) => Ok(Test::Leader),
        "leader" if cursor.take("shows") => Ok(Test::Shows(Who::Leader, cursor.quoted()?)),
        "leader" if is_role(cursor) => Ok(Test::Role(Who::Leader, role(cursor)?)),
        "leader" => Ok(Test::LeaderIs(who(cursor)?)),
        "no" => no(cursor),
        "two" if cursor.take("leaders") => Ok(Test::TwoLeaders),
        "quorum" => Ok(Test::Quorum),
        "lease" if cursor.take("over") => Ok(Test::LeaseOver),
        "lease" => {
            let (id, nodes) = lease(cursor)?;
            Ok(Test::Lease(id, nodes))
        }
        "joint" => Ok(Test::Joint),
        "voters" => Ok(Test::Voters(cursor.number("a number of voters, such as 5")?)),
        "term" => Ok(Test::Term(cursor.number("a term, such as 2")?)),
        "same" => same(cursor),
        "entry" => entry(cursor),
        "behind" => Ok(Test::Behind(who(cursor)?)),
        "revision" => {
            let revision = cursor.number("a revision, such as 4")?;
            on(cursor)?;
            Ok(Test::Revision(revision, who(cursor)?))
        }
        "result" => result(cursor),
        "violation" => Ok(Test::Violation(property(cursor)?)),
        "linearizable" => Ok(Test::Linearizable),
        "quiet" => Ok(Test::Quiet),
        _ => {
            *cursor = before;
            of_a_node(cursor)
        }
    }
}

/// Parses `NODE ROLE` or `NODE shows "TEXT"`.
fn of_a_node(cursor: &mut Cursor<'_>) -> Result<Test, ParseError> {
    let before = cursor.clone();
    let node = who(cursor).map_err(|_| {
        let all = [&CONDITIONS[..], &NODES, &names(cursor)].concat();
        before.error_near(format!("a condition: {}", CONDITION_FORMS.join(", ")), &all)
    })?;
    if cursor.take("shows") {
        return Ok(Test::Shows(node, cursor.quoted()?));
    }
    Ok(Test::Role(node, role(cursor)?))
}

/// Returns the names that earlier steps gave to nodes.
fn names<'a>(cursor: &'a Cursor<'_>) -> Vec<&'a str> {
    cursor.names.iter().map(String::as_str).collect()
}

/// Returns whether only a time limit or a text follows, or nothing.
fn at_end(cursor: &Cursor<'_>) -> bool {
    cursor.is_done() || matches!(cursor.peek_word(), "within" | "--")
}

fn no(cursor: &mut Cursor<'_>) -> Result<Test, ParseError> {
    if cursor.take("leader") {
        Ok(Test::NoLeader)
    } else if cursor.take("quorum") {
        Ok(Test::NoQuorum)
    } else if cursor.take("violation") {
        Ok(Test::NoViolation)
    } else if cursor.take("lease") {
        let (id, nodes) = lease(cursor)?;
        Ok(Test::NoLease(id, nodes))
    } else if cursor.peek_word().starts_with('/') {
        let key = cursor.word().to_owned();
        on(cursor)?;
        Ok(Test::NoKey(key, nodes(cursor)?))
    } else {
        let words = ["leader", "quorum", "violation", "lease"];
        Err(cursor.error_near("leader, quorum, violation, lease ID or /key", &words))
    }
}

fn is_role(cursor: &Cursor<'_>) -> bool {
    ROLES.iter().any(|(word, _)| *word == cursor.peek_word())
}

fn role(cursor: &mut Cursor<'_>) -> Result<RoleWord, ParseError> {
    cursor.one_of(&ROLES, "shows and a text, or a role: ")
}

fn same(cursor: &mut Cursor<'_>) -> Result<Test, ParseError> {
    let same = cursor.one_of(&[("hash", Same::Hash), ("log", Same::Log)], "what must be the same: ")?;
    on(cursor)?;
    if cursor.take("running") {
        if !cursor.take("nodes") {
            return Err(cursor.error("nodes, as in: on running nodes"));
        }
        return Ok(Test::Same(same, Vec::new()));
    }
    Ok(Test::Same(same, nodes(cursor)?))
}

fn entry(cursor: &mut Cursor<'_>) -> Result<Test, ParseError> {
    let value = cursor.quoted()?;
    if cursor.take("committed") {
        return Ok(Test::EntryCommitted(value));
    }
    if !cursor.take("on") {
        return Err(cursor.error("committed, or on and nodes"));
    }
    Ok(Test::EntryOn(value, nodes(cursor)?))
}

fn key(cursor: &mut Cursor<'_>) -> Result<Test, ParseError> {
    let key = cursor.word().to_owned();
    let value = if cursor.take_symbol("=") { Some(cursor.quoted()?) } else { None };
    on(cursor)?;
    Ok(Test::Key(key, value, nodes(cursor)?))
}

/// Parses `ID on NODES`, with the id in hexadecimal or captured, such as `{L}`.
fn lease(cursor: &mut Cursor<'_>) -> Result<(String, Nodes), ParseError> {
    let before = cursor.clone();
    let id = cursor.word();
    let captured = id.strip_prefix('{').and_then(|id| id.strip_suffix('}'));
    let fits = match captured {
        Some(name) => !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()),
        None => u64::from_str_radix(id, 16).is_ok(),
    };
    if !fits {
        return Err(before.error("over, or the id of a lease: hexadecimal, or a captured one such as {L}"));
    }
    on(cursor)?;
    Ok((id.to_owned(), nodes(cursor)?))
}

fn result(cursor: &mut Cursor<'_>) -> Result<Test, ParseError> {
    let words = [("ok", ResultWord::Ok), ("refused", ResultWord::Refused), ("unknown", ResultWord::Unknown)];
    cursor.one_of(&words, "the outcome of the command: ").map(Test::Result)
}

fn property(cursor: &mut Cursor<'_>) -> Result<Option<crate::model::Property>, ParseError> {
    if at_end(cursor) {
        return Ok(None);
    }
    cursor.one_of(&PROPERTIES, "the name of a property: ").map(Some)
}

fn on(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    if cursor.take("on") { Ok(()) } else { Err(cursor.error("on")) }
}

/// Parses a list of nodes, separated by commas.
pub(super) fn nodes(cursor: &mut Cursor<'_>) -> Result<Nodes, ParseError> {
    let mut nodes = vec![who(cursor)?];
    while cursor.take_symbol(",") {
        nodes.push(who(cursor)?);
    }
    Ok(nodes)
}

/// Parses one node, `all` or `rest`.
pub(super) fn who(cursor: &mut Cursor<'_>) -> Result<Who, ParseError> {
    let before = cursor.clone();
    let word = cursor.take_while(|c| c.is_ascii_alphanumeric());
    match word {
        "" => Err(before.error(NODE)),
        "leader" => Ok(Who::Leader),
        "follower" => Ok(Who::Follower),
        "all" => Ok(Who::All),
        "rest" => Ok(Who::Rest),
        word => {
            if let Some(number) = word.strip_prefix("node")
                && let Ok(id) = number.parse::<u64>()
            {
                let fits = (1..=NODES_MAX).contains(&id) && !number.starts_with('0');
                return if fits { Ok(Who::Node(id)) } else { Err(before.error(NODE)) };
            }
            if cursor.names.iter().any(|name| name == word) {
                return Ok(Who::Named(word.to_owned()));
            }
            let numbered: Vec<String> = (1..=NODES_MAX).map(|id| format!("node{id}")).collect();
            let numbered: Vec<&str> = numbered.iter().map(String::as_str).collect();
            let suggestion = nearest(word, &[&NODES[..], &numbered, &names(&before)].concat());
            Err(ParseError { suggestion, ..before.error(NODE) })
        }
    }
}
