//! Reads a style sheet as far as its check requires: layers, rules, and the classes that their selectors
//! name.

use std::iter::Peekable;
use std::str::Chars;

use crate::Failure;

/// A style sheet.
#[derive(Default)]
pub struct Sheet {
    /// Layers whose order is stated without a block, in that order.
    pub order: Vec<String>,
    pub rules: Vec<Rule>,
}

/// A rule, at any depth.
pub struct Rule {
    /// The line of its selectors, from 1.
    pub line: usize,
    /// Its layer, outermost first.
    pub layer: Vec<String>,
    pub selectors: Vec<Selector>,
    /// The names of the properties that it sets.
    pub properties: Vec<String>,
}

/// One selector of a rule, without its commas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selector {
    /// The text in the sheet.
    pub text: String,
    /// Classes of the element that it selects.
    pub subject: Vec<String>,
    /// All classes that an element, or one around it, must have or may have.
    pub named: Vec<String>,
    /// Classes within `:not()`.
    pub excluded: Vec<String>,
    /// Whether it names an element by its id.
    pub has_id: bool,
}

/// Reads a sheet.
///
/// # Errors
/// Braces, strings or comments are unbalanced: a browser would silently drop rules.
pub fn read(text: &str) -> Result<Sheet, Failure> {
    let text = without_comments(text)?;
    let mut reader = Reader { rest: &text, line: 1, depth: 0, sheet: Sheet::default() };
    while !reader.rest.trim().is_empty() {
        reader.statement(&[], None)?;
    }
    Ok(reader.sheet)
}

/// Returns the text with a space for each comment and the same line numbers.
fn without_comments(text: &str) -> Result<String, Failure> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['/', '"', '\'']) {
        let (before, after) = rest.split_at(at);
        plain.push_str(before);
        let length = if after.starts_with("/*") {
            let end = after.find("*/").ok_or_else(|| fault(&plain, "a comment does not end"))? + 2;
            plain.extend(after[..end].chars().map(|sign| if sign == '\n' { '\n' } else { ' ' }));
            end
        } else {
            let length = if after.starts_with('/') {
                1
            } else {
                string(after).ok_or_else(|| fault(&plain, "a string does not end"))?
            };
            plain.push_str(&after[..length]);
            length
        };
        rest = &after[length..];
    }
    plain.push_str(rest);
    Ok(plain)
}

fn fault(before: &str, what: &str) -> Failure {
    format!("line {}: {what}", before.matches('\n').count() + 1)
}

/// Returns the length of the string that begins here, with its quotes; `None` when its line ends first.
fn string(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    let mut escaped = false;
    for (at, sign) in text.char_indices().skip(1) {
        match sign {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return None,
            _ if sign == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

struct Reader<'a> {
    rest: &'a str,
    /// The line number of `rest`.
    line: usize,
    /// The number of open blocks.
    depth: usize,
    sheet: Sheet,
}

impl Reader<'_> {
    /// Reads one statement: a declaration of the surrounding rule, a rule, or one that begins with `@`.
    /// Returns true when it ended with the brace of the surrounding block.
    fn statement(&mut self, layer: &[String], around: Option<usize>) -> Result<bool, Failure> {
        let blank = self.rest.len() - self.rest.trim_start().len();
        self.skip(blank);
        let line = self.line;
        let (length, end) = self.prelude();
        let prelude = self.rest[..length].trim().to_owned();
        self.skip(length + end.map_or(0, char::len_utf8));
        match end {
            Some('{') => self.block(&prelude, line, layer, around)?,
            Some('}') if self.depth == 0 => {
                return Err(format!("line {}: a closing brace too many", self.line));
            }
            _ => self.declaration(&prelude, line, around)?,
        }
        Ok(end == Some('}'))
    }

    fn skip(&mut self, length: usize) {
        let (skipped, rest) = self.rest.split_at(length);
        self.line += skipped.matches('\n').count();
        self.rest = rest;
    }

    /// Returns the length up to the character that ends a statement, and that character.
    fn prelude(&self) -> (usize, Option<char>) {
        let (mut at, mut depth) = (0, 0usize);
        while let Some(sign) = self.rest[at..].chars().next() {
            match sign {
                '"' | '\'' => {
                    at += string(&self.rest[at..]).unwrap_or(1);
                    continue;
                }
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                ';' | '{' | '}' if depth == 0 => return (at, Some(sign)),
                _ => {}
            }
            at += sign.len_utf8();
        }
        (at, None)
    }

    fn declaration(&mut self, text: &str, line: usize, around: Option<usize>) -> Result<(), Failure> {
        if text.is_empty() {
            return Ok(());
        }
        if let Some(names) = text.strip_prefix("@layer ") {
            self.sheet.order.extend(names.split(',').map(|name| name.trim().to_owned()));
            return Ok(());
        }
        let outside = || format!("line {line}: {text:?} is no rule");
        let (name, _) = text.split_once(':').ok_or_else(outside)?;
        let rule = around.and_then(|rule| self.sheet.rules.get_mut(rule)).ok_or_else(outside)?;
        rule.properties.push(name.trim().to_owned());
        Ok(())
    }

    /// Reads a block after its opening brace.
    fn block(
        &mut self,
        prelude: &str,
        line: usize,
        layer: &[String],
        around: Option<usize>,
    ) -> Result<(), Failure> {
        let mut layer = layer.to_vec();
        let mut within = around;
        let mut frames = false;
        if let Some(rule) = prelude.strip_prefix('@') {
            match rule.split([' ', '(']).next().unwrap_or_default() {
                "layer" => layer.push(rule["layer".len()..].trim().to_owned()),
                "media" | "supports" | "container" => {}
                "keyframes" => frames = true,
                other => return Err(format!("line {line}: the check of the styles does not know @{other}")),
            }
        } else {
            let outer = around.map(|rule| self.sheet.rules[rule].selectors.clone());
            let selectors = selectors(prelude, outer.as_deref());
            within = Some(self.sheet.rules.len());
            self.sheet.rules.push(Rule { line, layer: layer.clone(), selectors, properties: Vec::new() });
        }
        let rules = self.sheet.rules.len();
        self.depth += 1;
        loop {
            let rest = self.rest.trim_start();
            if rest.is_empty() {
                return Err(format!("line {line}: the block of {prelude:?} does not end"));
            }
            if let Some(after) = rest.strip_prefix('}') {
                self.skip(self.rest.len() - after.len());
                break;
            }
            // Its last declaration may end with the brace of the block.
            if self.statement(&layer, within)? {
                break;
            }
        }
        self.depth -= 1;
        if frames {
            // The steps of an animation are no rules.
            self.sheet.rules.truncate(rules);
        }
        Ok(())
    }
}

/// Returns the selectors of a list; those of the surrounding rule come before each, or replace its `&`.
fn selectors(list: &str, outer: Option<&[Selector]>) -> Vec<Selector> {
    let own = split(list);
    let Some(outer) = outer else { return own.iter().map(|text| selector(text)).collect() };
    let mut all = Vec::new();
    for around in outer {
        for text in &own {
            let nested = match text.contains('&') {
                true => text.replace('&', &around.text),
                false => format!("{} {text}", around.text),
            };
            all.push(selector(&nested));
        }
    }
    all
}

/// Splits a list at its commas, except those within parentheses.
fn split(list: &str) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0usize);
    for sign in list.chars() {
        match sign {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match (sign, depth, parts.last_mut()) {
            (',', 0, _) => parts.push(String::new()),
            (_, _, Some(part)) => part.push(sign),
            (_, _, None) => {}
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Reads one selector.
fn selector(text: &str) -> Selector {
    let mut found = Selector { text: text.to_owned(), ..Selector::default() };
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            // Another element: the one before is its ancestor or sibling.
            ' ' | '>' | '+' | '~' | '\n' if signs.peek().is_some_and(|next| !" >+~\n".contains(*next)) => {
                found.subject.clear();
            }
            '.' => {
                let class = name(&mut signs);
                found.subject.push(class.clone());
                found.named.push(class);
            }
            '#' => {
                name(&mut signs);
                found.has_id = true;
            }
            '[' => {
                inside(&mut signs, '[', ']');
            }
            ':' => pseudo(&mut signs, &mut found),
            _ => {}
        }
    }
    found
}

/// Reads a pseudo-class or pseudo-element after its colon.
fn pseudo(signs: &mut Peekable<Chars>, found: &mut Selector) {
    let word = name(signs);
    if signs.peek() != Some(&'(') {
        return;
    }
    signs.next();
    let list = inside(signs, '(', ')');
    if !matches!(word.as_str(), "is" | "where" | "not" | "has") {
        return;
    }
    for part in split(&list) {
        let part = selector(&part);
        found.has_id |= part.has_id && word != "not";
        found.excluded.extend(part.excluded);
        match word.as_str() {
            "not" => found.excluded.extend(part.named),
            "has" => found.named.extend(part.named),
            _ => {
                found.subject.extend(part.subject);
                found.named.extend(part.named);
            }
        }
    }
}

fn name(signs: &mut Peekable<Chars>) -> String {
    let mut name = String::new();
    while let Some(sign) = signs.next_if(|sign| sign.is_alphanumeric() || matches!(sign, '-' | '_')) {
        name.push(sign);
    }
    name
}

/// Returns the text between an opening sign, which is already read, and its closing one.
fn inside(signs: &mut Peekable<Chars>, open: char, close: char) -> String {
    let (mut text, mut depth) = (String::new(), 1);
    for sign in signs.by_ref() {
        if sign == open {
            depth += 1;
        } else if sign == close {
            depth -= 1;
            if depth == 0 {
                break;
            }
        }
        text.push(sign);
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn one(text: &str) -> Selector {
        let sheet = read(&format!("{text} {{ color: red }}")).unwrap();
        assert_eq!(sheet.rules.len(), 1, "{text}");
        sheet.rules[0].selectors[0].clone()
    }

    #[test]
    fn selectors_tell_their_subject_and_what_they_name() {
        let plain = one(".a.b > p .c-1:hover::after");
        assert_eq!(
            (plain.subject, plain.named),
            (vec!["c-1".into()], vec!["a".into(), "b".into(), "c-1".into()])
        );
        let listed = one(".a :is(.b .c, button.d, #e):not(.f, [x=\".g\"])");
        assert_eq!(listed.subject, ["c", "d"]);
        assert_eq!(listed.named, ["a", "b", "c", "d"]);
        assert_eq!(listed.excluded, ["f"]);
        assert!(listed.has_id);
        let child = one(".a:has(> .b):nth-child(-n + 2) > *");
        assert!(child.subject.is_empty());
        assert_eq!(child.named, ["a", "b"]);
        assert_eq!(one(".a[data-x=\"a , .b{}\"]").named, ["a"]);
    }

    #[test]
    fn rules_are_found_at_every_depth() {
        let sheet = read(
            "@layer x, y;\n@layer y { /* .no { */ .a, .b { --c: url(a;b); color: red } \
             @media (width < 1px) { .c { top: 0 } @keyframes k { from { top: 0 } 50% { top: 1px } } } }\n\
             .d { top: 0; &:hover { left: 0; } .e { right: 0 } }",
        )
        .unwrap();
        assert_eq!(sheet.order, ["x", "y"]);
        let seen: Vec<_> =
            sheet.rules.iter().map(|r| (r.line, r.layer.join("."), r.selectors[0].text.as_str())).collect();
        let y = || "y".to_owned();
        assert_eq!(
            seen,
            [
                (2, y(), ".a"),
                (2, y(), ".c"),
                (3, String::new(), ".d"),
                (3, String::new(), ".d:hover"),
                (3, String::new(), ".d .e")
            ]
        );
        assert_eq!(sheet.rules[0].properties, ["--c", "color"]);
        assert_eq!(sheet.rules[0].selectors.len(), 2);
    }

    #[test]
    fn what_a_browser_would_drop_is_refused() {
        for (text, says) in [
            (".a { top: 0 }\n}\n@media print { .b { top: 0 } }", "line 2: a closing brace too many"),
            ("@media print {\n.a { top: 0 }", "line 1: the block of \"@media print\" does not end"),
            (".a { top: 0 ", "line 1: the block of \".a\" does not end"),
            ("/* a\n", "line 1: a comment does not end"),
            (".a { content: \"b\n\" }", "line 1: a string does not end"),
            (".a;", "line 1: \".a\" is no rule"),
            ("@layer a { top: 0 }", "line 1: \"top: 0\" is no rule"),
            ("@import url(a) {}", "line 1: the check of the styles does not know @import"),
        ] {
            assert_eq!(read(text).err().as_deref(), Some(says), "{text}");
        }
    }
}
