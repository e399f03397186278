//! The classes that components, scripts and documents use.

use std::collections::BTreeMap;

/// The classes that a file names.
#[derive(Default)]
pub struct Uses {
    /// Classes that elements are given, with the first line of each. In a class that is composed at run time,
    /// `t{}` stands for `t1`, `t2` …
    pub given: BTreeMap<String, usize>,
    /// Words of other texts, which may be classes: a function may return a class, or code may look for one.
    pub named: Vec<String>,
}

/// The code in front of a text that becomes the classes of an element.
const GIVES: [&str; 5] =
    ["class=", "class=format!(", "class=move||format!(", "set_class_name(", "className:"];

/// Reads a file of Rust, without its tests.
pub fn of_rust(text: &str) -> Uses {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    let mut uses = Uses::default();
    let mut code = String::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(sign) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if let Some((length, literal)) = literal(rest, &code) {
            uses.take(&code, literal, line);
            code.push('"');
            length
        } else {
            code.push(sign);
            if let Some(class) = toggled(&code) {
                uses.given.entry(class).or_insert(line);
            }
            sign.len_utf8()
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    uses
}

/// Reads a script or a document: the texts between double quotes.
pub fn of_page(text: &str) -> Uses {
    let mut uses = Uses::default();
    let mut parts = text.split('"');
    let mut code = parts.next().unwrap_or_default();
    let mut line = 1;
    while let Some(literal) = parts.next() {
        line += code.matches('\n').count();
        uses.take(code, literal, line);
        line += literal.matches('\n').count();
        code = parts.next().unwrap_or_default();
    }
    uses
}

/// Returns the text that begins here, and its length with its quotes.
fn literal<'a>(rest: &'a str, code: &str) -> Option<(usize, &'a str)> {
    if let Some(raw) = rest.strip_prefix('r').filter(|_| !code.ends_with(|sign: char| sign.is_alphanumeric()))
    {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if let Some(body) = raw[hashes..].strip_prefix('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let length = body.find(&end).unwrap_or(body.len());
            return Some((2 + hashes + length + end.len(), &body[..length]));
        }
    }
    // The sign '"' is no text.
    if let Some(body) = rest.strip_prefix('"').filter(|_| !code.ends_with(['\'', '\\'])) {
        let mut escaped = false;
        let end = body.find(|sign| {
            let ends = sign == '"' && !escaped;
            escaped = sign == '\\' && !escaped;
            ends
        })?;
        return Some((end + 2, &body[..end]));
    }
    None
}

/// Returns the name in `class:name=`, once its sign `=` is read.
fn toggled(code: &str) -> Option<String> {
    let name = code.strip_suffix('=')?;
    let start = name.rfind("class:")?;
    let class = &name[start + "class:".len()..];
    (!class.is_empty() && class.chars().all(is_of_name)).then(|| class.to_owned())
}

fn is_of_name(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || sign == '-' || sign == '_'
}

impl Uses {
    fn take(&mut self, code: &str, literal: &str, line: usize) {
        let near: String = code.chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
        let tight: String = near.chars().filter(|sign| !sign.is_whitespace()).collect();
        if GIVES.iter().any(|gives| tight.ends_with(gives)) {
            for word in literal.split_whitespace().filter(|word| !word.starts_with('{')) {
                self.given.entry(pattern(word)).or_insert(line);
            }
        } else if !is_attribute(&near) {
            let words = literal.split(|sign: char| !is_of_name(sign) && !"{}".contains(sign));
            self.named.extend(words.filter(|word| !word.is_empty()).map(pattern));
        }
    }

    /// Whether a class is used: given to an element, or named where it may be.
    pub fn has(&self, class: &str) -> bool {
        self.given.keys().chain(&self.named).any(|word| fits(word, class))
    }
}

/// Whether the next text is the value of an attribute other than `class`.
fn is_attribute(code: &str) -> bool {
    let code = code.trim_end();
    let code = code.strip_suffix("format!(").unwrap_or(code).trim_end();
    let code = code.strip_suffix("move ||").unwrap_or(code);
    let Some(name) = code.strip_suffix('=') else { return false };
    name.ends_with(is_of_name) && !name.ends_with("class")
}

/// Returns a word with `{}` for each inserted part.
fn pattern(word: &str) -> String {
    let mut pattern = String::new();
    let mut rest = word;
    while let Some((before, after)) = rest.split_once('{') {
        pattern.push_str(before);
        pattern.push_str("{}");
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    pattern + rest
}

/// Whether a word may become a class. A part inserted after a letter is a number; after a hyphen, one word.
pub fn fits(word: &str, class: &str) -> bool {
    let Some((before, after)) = word.split_once("{}") else { return word == class };
    let part = |sign: char| match before.ends_with('-') {
        true => sign.is_ascii_alphanumeric(),
        false => sign.is_ascii_digit(),
    };
    let Some(rest) = class.strip_prefix(before).filter(|_| !before.is_empty()) else { return false };
    let end = rest.trim_start_matches(part);
    end.len() < rest.len() && end == after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_components_are_found_and_other_attributes_are_not() {
        let uses = of_rust(
            "// class=\"no-1\"\nview! { <p class=\"a b-1\" data-testid=\"no-2\" id=format!(\"no-3-{id}\") class:on=lit \
             class=move || format!(\"c t{}\", 1)>\"told\"</p> }\n/* \"no-4\" */ let x = '\"'; add(&p, \"d-1\");\n\
             query(\".e-1 .f[data-x]\"); r#\"say \"g\"\"#; match x { _ => \" h i\" };\n\
             #[cfg(test)]\nmod tests { \"no-5\" }",
        );
        let given: Vec<_> = uses.given.iter().map(|(class, line)| (class.as_str(), *line)).collect();
        assert_eq!(given, [("a", 2), ("b-1", 2), ("c", 2), ("on", 2), ("t{}", 2)]);
        for class in ["d-1", "e-1", "f", "g", "h", "i", "t1", "t23", "told"] {
            assert!(uses.has(class), "{class}");
        }
        for class in ["no-1", "no-2", "no-3", "no-3-4", "no-4", "no-5", "tabs", "t", "b"] {
            assert!(!uses.has(class), "{class}");
        }
    }

    #[test]
    fn classes_of_scripts_and_documents_are_found() {
        let uses = of_page("<g class=\"a\n b\"/><p id=\"no\"></p>\nmake({ className: \"c\", text: \"d\" })");
        assert_eq!(uses.given.keys().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(uses.given["c"], 3);
        assert!(!uses.has("no") && uses.has("d"));
    }

    #[test]
    fn what_is_put_in_is_a_number_or_one_word() {
        assert!(fits("a-{}", "a-warning") && fits("a-{}-x", "a-9-x") && fits("t{}", "t6"));
        assert!(!fits("a-{}", "a-b-c") && !fits("t{}", "tool") && !fits("{}", "a") && !fits("a-{}", "a-"));
    }
}
