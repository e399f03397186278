//! The page, built for publishing.
//!
//! It carries its policy in a tag: no inline script or style, nothing from another origin.

use std::fs;

use crate::engine::{self, Profile};
use crate::{Failure, bundle, documents, doors, integrity, join, licences, place, slim, tools, weight};

/// The policy of the published page: it may run its own files, and nothing else.
///
/// Whatever is not named is forbidden by `default-src`: frames, workers, objects, fonts, media. Two
/// directives are named nevertheless, since attacks often use them. `wasm-unsafe-eval` allows WebAssembly to
/// be compiled, but no script from a text. `require-trusted-types-for` is left out: Leptos makes its
/// templates from texts of its own.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                      img-src 'self' data:; connect-src 'self'; object-src 'none'; frame-src 'none'; \
                      base-uri 'none'; form-action 'none'";

/// Runs `cargo xtask build`.
pub fn build_command() -> Result<(), Failure> {
    tools::node()?;
    build().map(|_| println!("the page is in {}: serve that folder, at any path", place::dist().display()))
}

/// Builds the page into `dist/`, and weighs it. Returns the closing lines.
pub fn build() -> Result<Vec<String>, Failure> {
    let licences = licences::held()?;
    tools::wasm_target()?;
    let made = engine::make(Profile::Page)?;
    place::empty(&place::dist())?;
    bundle::bundle(&made.engine, &place::dist(), None)?;
    slim::slim_modules(&place::dist())?;
    slim::slim_texts(&place::dist())?;
    join::join_sheets(&place::dist())?;
    let sealed = integrity::seal(&place::dist())?;
    let file = place::dist().join("index.html");
    let html = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let html = with_policy(&html)?;
    fs::write(&file, html).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut lines = weight::weigh(&place::dist())?;
    lines.extend([sealed, licences]);
    lines.extend(doors::make(&place::dist())?);
    documents::site(&place::dist())?;
    Ok(lines)
}

/// Returns the page with its policy, if the page conforms to it.
fn with_policy(html: &str) -> Result<String, Failure> {
    if let Some(fault) = tags(html).find_map(fault) {
        return Err(format!("the page's policy forbids {fault}"));
    }
    let (before, after) = html.split_once("<head>").ok_or("index.html has no <head>")?;
    let tag = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">");
    Ok(format!("{before}<head>\n{tag}{after}"))
}

/// Returns the texts between `<` and `>`, without comments.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find('<')?;
            let end = if rest[start..].starts_with("<!--") { "-->" } else { ">" };
            let length = rest[start..].find(end)?;
            let tag = &rest[start + 1..start + length];
            rest = &rest[start + length + end.len()..];
            if end == ">" {
                return Some(tag);
            }
        }
    })
}

/// Returns what the policy would refuse in a tag.
fn fault(tag: &str) -> Option<String> {
    let name = tag.split_whitespace().next().unwrap_or_default();
    let attributes: Vec<&str> = tag.split_whitespace().skip(1).collect();
    let has = |start: &str| attributes.iter().any(|attribute| attribute.starts_with(start));
    let handler = |attribute: &&&str| {
        attribute.strip_prefix("on").is_some_and(|rest| {
            rest.split_once('=').is_some_and(|(event, _)| event.bytes().all(|byte| byte.is_ascii_lowercase()))
        })
    };
    let foreign = |attribute: &&&str| {
        ["src=\"", "href=\""].iter().any(|start| {
            attribute
                .strip_prefix(start)
                .is_some_and(|url| ["http:", "https:", "//"].iter().any(|scheme| url.starts_with(scheme)))
        })
    };
    if name == "style" || has("style=") {
        return Some(format!("an inline style: <{tag}>"));
    }
    if name == "script" && !has("src=") || attributes.iter().any(|attribute| handler(&attribute)) {
        return Some(format!("an inline script: <{tag}>"));
    }
    if name != "a" && attributes.iter().any(|attribute| foreign(&attribute)) {
        return Some(format!("another origin: <{tag}>"));
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_page_that_keeps_the_policy_gets_it_first_in_its_head() {
        let page = "<html><head><meta charset=\"utf-8\"><!-- <style> --><script defer src=\"./a.js\"></script></head>\
                    <body><a href=\"https://raft.github.io\">Raft</a></body></html>";
        let with = with_policy(page).unwrap();
        assert!(with.contains("<head>\n<meta http-equiv=\"Content-Security-Policy\""));
        assert_eq!(tags(&with).filter(|tag| fault(tag).is_some()).count(), 0);
    }

    #[test]
    fn what_the_policy_forbids_is_named() {
        for (wrong, named) in [
            ("<script>x()</script>", "an inline script"),
            ("<script type=\"module\">x()</script>", "an inline script"),
            ("<p onclick=\"x()\">", "an inline script"),
            ("<style>p{}</style>", "an inline style"),
            ("<p style=\"color:red\">", "an inline style"),
            ("<link rel=\"stylesheet\" href=\"https://example.org/a.css\">", "another origin"),
            ("<script src=\"//example.org/a.js\"></script>", "another origin"),
        ] {
            let failure = with_policy(&format!("<head>{wrong}</head>")).unwrap_err();
            assert!(failure.contains(named), "{wrong}: {failure}");
        }
    }
}
