//! A sheet: what is known about one subject, in groups of named values. It is shown, copied as text and
//! copied as JSON from the same data, so the three cannot differ.

use raft_core::units::Nanos;

use crate::text::{self, inspector as words};

/// What is known about one subject.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// The name of the subject.
    pub title: String,
    /// The groups of values.
    pub groups: Vec<Group>,
}

/// Values that belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// The name in JSON.
    pub key: &'static str,
    /// The name shown.
    pub name: &'static str,
    /// The named values.
    pub rows: Vec<Row>,
    /// The values in rows and columns.
    pub table: Option<Table>,
}

/// A named value.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The name in JSON.
    pub key: &'static str,
    /// The name shown.
    pub name: &'static str,
    /// The glossary entry of the name.
    pub term: Option<&'static str>,
    /// The value.
    pub value: Value,
}

/// Values in rows and columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The name in JSON.
    pub key: &'static str,
    /// The columns: name in JSON, name shown, glossary entry.
    pub columns: Vec<(&'static str, &'static str, Option<&'static str>)>,
    /// The rows, each with one value per column.
    pub rows: Vec<Vec<Value>>,
}

/// A value of a sheet.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value.
    Nothing,
    /// A number.
    Number(u64),
    /// Yes or no.
    Flag(bool),
    /// An instant of the cluster's clock, in virtual nanoseconds.
    Instant(Nanos),
    /// A span of the cluster's clock, in virtual nanoseconds.
    Span(Nanos),
    /// A text.
    Text(String),
    /// A rule with its glossary entry.
    Rule {
        /// The source and the name of the rule.
        text: String,
        /// The glossary entry.
        term: &'static str,
    },
}

impl Value {
    /// Returns a number, or `Nothing`.
    pub fn number(number: Option<u64>) -> Value {
        number.map_or(Value::Nothing, Value::Number)
    }

    /// Returns an instant, or `Nothing`.
    pub fn instant(at: Option<Nanos>) -> Value {
        at.map_or(Value::Nothing, Value::Instant)
    }

    /// Returns the name of a node, or `Nothing`.
    pub fn node(id: Option<u64>) -> Value {
        id.map_or(Value::Nothing, |id| Value::Text(format!("node{id}")))
    }

    /// Returns the value as it is shown.
    pub fn shown(&self) -> String {
        match self {
            Value::Nothing => words::nothing_there().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Flag(flag) => if *flag { words::yes() } else { words::no() }.to_owned(),
            Value::Instant(at) => text::seconds(*at),
            Value::Span(time) => text::span(*time),
            Value::Text(text) | Value::Rule { text, .. } => text.clone(),
        }
    }

    fn json(&self) -> String {
        match self {
            Value::Nothing => "null".to_owned(),
            // Times are nanoseconds.
            Value::Number(number) | Value::Instant(number) | Value::Span(number) => number.to_string(),
            Value::Flag(flag) => flag.to_string(),
            Value::Text(text) | Value::Rule { text, .. } => quoted(text),
        }
    }
}

impl Row {
    /// Returns a value whose name has no glossary entry.
    pub fn plain(key: &'static str, name: &'static str, value: Value) -> Row {
        Row { key, name, term: None, value }
    }

    /// Returns a value whose name has a glossary entry.
    pub fn of(term: &'static str, key: &'static str, name: &'static str, value: Value) -> Row {
        Row { key, name, term: Some(term), value }
    }
}

impl Sheet {
    /// Returns the sheet as lines of text.
    pub fn text(&self) -> String {
        let mut lines = vec![self.title.clone()];
        for group in &self.groups {
            lines.push(String::new());
            lines.push(group.name.to_owned());
            lines.extend(group.rows.iter().map(|row| format!("  {}: {}", row.name, row.value.shown())));
            if let Some(table) = &group.table {
                let names: Vec<String> = table.columns.iter().map(|column| column.1.to_owned()).collect();
                let cells = table.rows.iter().map(|row| row.iter().map(Value::shown).collect::<Vec<_>>());
                lines.extend(std::iter::once(names).chain(cells).map(|row| format!("  {}", row.join("\t"))));
            }
        }
        lines.push(String::new());
        lines.join("\n")
    }

    /// Returns the sheet as JSON; times are nanoseconds.
    pub fn json(&self) -> String {
        let groups = self.groups.iter().map(|group| {
            let rows = group.rows.iter().map(|row| format!("{}: {}", quoted(row.key), row.value.json()));
            let table = group.table.iter().map(|table| format!("{}: {}", quoted(table.key), table.json()));
            let members: Vec<String> = rows.chain(table).collect();
            format!("  {}: {{\n    {}\n  }}", quoted(group.key), members.join(",\n    "))
        });
        let title = format!("  \"title\": {}", quoted(&self.title));
        let members: Vec<String> = std::iter::once(title).chain(groups).collect();
        format!("{{\n{}\n}}\n", members.join(",\n"))
    }
}

impl Table {
    fn json(&self) -> String {
        let rows = self.rows.iter().map(|row| {
            let cells = self.columns.iter().zip(row);
            let cells: Vec<String> =
                cells.map(|(column, value)| format!("{}: {}", quoted(column.0), value.json())).collect();
            format!("{{{}}}", cells.join(", "))
        });
        let rows: Vec<String> = rows.collect();
        format!("[{}]", rows.join(", "))
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            c if c < ' ' => quoted.push_str(&format!("\\u{:04x}", c as u32)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_as_json_escapes_what_must_be() {
        let sheet = Sheet {
            title: "a \"title\"\u{1}".to_owned(),
            groups: vec![Group {
                key: "group",
                name: "Group",
                rows: vec![
                    Row::plain("one", "One", Value::Number(1)),
                    Row::plain("none", "None", Value::Nothing),
                    Row::plain("text", "Text", Value::Text("a\\b\nc".to_owned())),
                ],
                table: Some(Table {
                    key: "cells",
                    columns: vec![("a", "A", None), ("b", "B", None)],
                    rows: vec![vec![Value::Flag(true), Value::Instant(7)]],
                }),
            }],
        };
        let json = sheet.json();
        let flat: String = json.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(
            flat,
            r#"{ "title": "a \"title\"\u0001", "group": { "one": 1, "none": null, "text": "a\\b\nc", "cells": [{"a": true, "b": 7}] } }"#
        );
    }
}
