//! Parses a text into a scenario.

use std::rc::Rc;

use super::ast::{Choice, Deed, Line, Scenario, Step, When};
use super::cursor::{Cursor, ParseError};
use super::settings::{about_line, is_of_something, is_setting, is_step_too, setting_line};
use super::step::deed;
use crate::model::Settings;

/// The maximum length of a text, in bytes.
pub const SCENARIO_BYTES_MAX: usize = 256 * 1024;
/// The maximum number of lines.
const LINES_MAX: u32 = 10_000;

/// Parses a scenario.
///
/// # Errors
/// Names the first wrong line: its position, what was found there, and what is accepted.
pub fn parse(text: &str) -> Result<Scenario, ParseError> {
    let too_long = |line, found: String, accepted: String| {
        Err(ParseError { line, column: 1, found, suggestion: None, accepted })
    };
    if text.len() > SCENARIO_BYTES_MAX {
        return too_long(1, format!("{} bytes", text.len()), format!("at most {SCENARIO_BYTES_MAX} bytes"));
    }
    let mut parser = Parser::default();
    for (number, line) in (1..).zip(text.lines()) {
        if number > LINES_MAX {
            return too_long(
                number,
                format!("more than {LINES_MAX} lines"),
                format!("at most {LINES_MAX} lines"),
            );
        }
        parser.line(Cursor::new(number, line, parser.names.clone()))?;
    }
    parser.finish()
}

#[derive(Default)]
struct Parser {
    scenario: Scenario,
    /// The line of the last setting, for errors of settings that contradict each other.
    last_setting: u32,
    /// Whether an empty line is pending; it is kept if a step follows.
    blank: bool,
    names: Rc<Vec<String>>,
    /// The number of `|` lines of the last step.
    lines: u32,
}

impl Parser {
    fn line(&mut self, mut cursor: Cursor<'_>) -> Result<(), ParseError> {
        if cursor.is_done() {
            self.blank = true;
            return Ok(());
        }
        if cursor.take_symbol("#") {
            let comment = cursor.take_rest().to_owned();
            if self.in_settings() {
                self.scenario.comments.push(comment);
            } else {
                self.push(None, Deed::Comment(comment), cursor.line);
            }
            return Ok(());
        }
        if self.continuation(&mut cursor)? {
            return Ok(());
        }
        if about_line(&mut cursor, &mut self.scenario.about)? {
            return Ok(());
        }
        let word = cursor.peek_word();
        let is_step = is_step_too(word) && is_of_something(&cursor);
        if is_setting(word) && self.in_settings() && !is_step {
            self.last_setting = cursor.line;
            return setting_line(&mut cursor, &mut self.scenario.settings);
        }
        if is_setting(word) && !is_step_too(word) {
            return Err(cursor
                .error_at(format!("the setting \"{word}\" after a step"), "settings before the first step"));
        }
        let at = when(&mut cursor)?;
        let line = cursor.line;
        let deed = deed(&mut cursor)?;
        if let Deed::Name(name, _) = &deed {
            Rc::make_mut(&mut self.names).push(name.clone());
        }
        self.push(at, deed, line);
        Ok(())
    }

    fn in_settings(&self) -> bool {
        self.scenario.steps.is_empty()
    }

    fn push(&mut self, at: Option<When>, deed: Deed, line: u32) {
        if std::mem::take(&mut self.blank) && !self.in_settings() {
            self.scenario.steps.push(Step { at: None, deed: Deed::Blank, line: Line(line) });
        }
        self.scenario.steps.push(Step { at, deed, line: Line(line) });
        self.lines = 0;
    }

    /// Parses a line that continues the previous step: `>`, `<`, `|`, or an answer to a question. Returns
    /// false if the line is none of these.
    fn continuation(&mut self, cursor: &mut Cursor<'_>) -> Result<bool, ParseError> {
        let before = cursor.clone();
        let last = self.scenario.steps.last_mut().map(|step| &mut step.deed);
        let misplaced = |what: &str, after: &str| {
            Err(before.error_at(format!("\"{what}\""), format!("\"{what}\" only after {after}")))
        };
        match cursor.rest().chars().next() {
            Some('>') => match last {
                Some(Deed::Command { expected, .. }) => {
                    expected.get_or_insert_default().push(quoted_line(cursor, '>'));
                    Ok(true)
                }
                Some(Deed::Output { expected, .. }) => {
                    expected.push(quoted_line(cursor, '>'));
                    Ok(true)
                }
                _ => misplaced(">", "a command (NODE$) or its later output (NODE>)"),
            },
            Some('<') => match last {
                Some(Deed::Command { input, expected: None, .. }) => {
                    input.push(exact_line(cursor, '<'));
                    Ok(true)
                }
                _ => misplaced("<", "a command (NODE$), before its output"),
            },
            Some('|') => match last {
                Some(Deed::Command { line: text, input, expected: None, .. })
                    if input.is_empty() && (text.is_empty() || self.lines > 0) =>
                {
                    add_line(text, &mut self.lines, &exact_line(cursor, '|'));
                    Ok(true)
                }
                Some(Deed::Input(_, text)) if text.is_empty() || self.lines > 0 => {
                    add_line(text, &mut self.lines, &exact_line(cursor, '|'));
                    Ok(true)
                }
                _ => misplaced("|", "a prompt with nothing behind it (NODE$ or NODE<)"),
            },
            Some(sign @ ('+' | '-')) => match last {
                Some(Deed::Ask { choices, .. }) => {
                    cursor.take_symbol(if sign == '+' { "+" } else { "-" });
                    let (text, reply) = match cursor.rest().split_once(" -- ") {
                        Some((text, reply)) => (text.trim(), reply.trim()),
                        None => return Err(cursor.error_at("an answer without a reply", "ANSWER -- REPLY")),
                    };
                    choices.push(Choice {
                        right: sign == '+',
                        text: text.to_owned(),
                        reply: reply.to_owned(),
                    });
                    Ok(true)
                }
                _ => misplaced(&sign.to_string(), "a question (ask)"),
            },
            _ => Ok(false),
        }
    }

    fn finish(mut self) -> Result<Scenario, ParseError> {
        for step in &self.scenario.steps {
            if let Deed::Command { line, .. } = &step.deed
                && line.trim().is_empty()
            {
                let found = "a prompt without a command".to_owned();
                let accepted =
                    "a command, such as etcdctl put /a 1, or the command on lines with |".to_owned();
                return Err(ParseError { line: step.line.0, column: 1, found, suggestion: None, accepted });
            }
            if let Deed::Ask { choices, .. } = &step.deed
                && !(choices.iter().any(|c| c.right) && choices.iter().any(|c| !c.right))
            {
                let found = "a question without a right and a wrong answer".to_owned();
                let accepted = "lines with + ANSWER -- REPLY and - ANSWER -- REPLY after it".to_owned();
                return Err(ParseError { line: step.line.0, column: 1, found, suggestion: None, accepted });
            }
        }
        check_settings(&self.scenario.settings, self.last_setting)?;
        // Empty lines at the end have no meaning.
        while self.scenario.steps.last().is_some_and(|step| step.deed == Deed::Blank) {
            self.scenario.steps.pop();
        }
        Ok(self.scenario)
    }
}

fn check_settings(settings: &Settings, line: u32) -> Result<(), ParseError> {
    settings.validate().map_err(|error| ParseError {
        line: line.max(1),
        column: 1,
        found: format!("settings that do not go together: {} {}", error.setting, error.found),
        suggestion: None,
        accepted: error.accepted,
    })
}

/// Returns the text after the sign and one space, without spaces at its end.
fn quoted_line(cursor: &mut Cursor<'_>, sign: char) -> String {
    let whole = cursor.take_rest();
    let text = whole.strip_prefix(sign).unwrap_or(whole);
    text.strip_prefix(' ').unwrap_or(text).to_owned()
}

/// Returns the text after the sign and one space, with the spaces at its end.
fn exact_line(cursor: &mut Cursor<'_>, sign: char) -> String {
    let whole = cursor.take_exactly();
    let text = whole.strip_prefix(sign).unwrap_or(whole);
    text.strip_prefix(' ').unwrap_or(text).to_owned()
}

/// Appends a line to a text and counts it.
fn add_line(text: &mut String, lines: &mut u32, line: &str) {
    if *lines > 0 {
        text.push('\n');
    }
    text.push_str(line);
    *lines += 1;
}

/// Parses `@2s` or `@+500ms`, if the line begins with `@`.
fn when(cursor: &mut Cursor<'_>) -> Result<Option<When>, ParseError> {
    if !cursor.take_symbol("@") {
        return Ok(None);
    }
    let relative = cursor.take_symbol("+");
    let time = cursor.duration()?;
    Ok(Some(if relative { When::After(time) } else { When::At(time) }))
}
