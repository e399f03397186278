//! Joins the sheets of the first view into one file: they are requested and compressed together.
//!
//! Each sheet is a layer, and the first states the order of all, so nothing depends on their places. A sheet
//! for particular media keeps its own file, and its tag names the media.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

use crate::Failure;

const TAG: &str = "<link rel=\"stylesheet\" href=\"";

/// Joins the sheets of a built page's index.html.
pub fn join_sheets(dist: &Path) -> Result<(), Failure> {
    let wrong = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let file = dist.join("index.html");
    let html = fs::read_to_string(&file).map_err(|error| wrong(&file, error))?;
    let names = sheets(&html);
    if names.is_empty() {
        return Err(format!("{}: it names no style sheet", file.display()));
    }
    let mut joined = String::new();
    for name in &names {
        let path = dist.join(name);
        joined.push_str(&fs::read_to_string(&path).map_err(|error| wrong(&path, error))?);
        fs::remove_file(&path).map_err(|error| wrong(&path, error))?;
    }
    // Its name contains a hash of its content, like that of every file that a browser may keep.
    let mut hasher = DefaultHasher::new();
    hasher.write(joined.as_bytes());
    let name = format!("first-{:016x}.css", hasher.finish());
    fs::write(dist.join(&name), joined).map_err(|error| wrong(&file, error))?;
    fs::write(&file, with_one_sheet(&html, &name)).map_err(|error| wrong(&file, error))
}

/// Returns the file and the length of the tag of a sheet for all media with which a text begins.
fn tag(text: &str) -> Option<(&str, usize)> {
    let (name, rest) = text.strip_prefix(TAG)?.split_once('"')?;
    let end = rest.find('>')?;
    let plain = rest[..end].trim_end_matches('/').is_empty();
    plain.then(|| (name.trim_start_matches("./"), text.len() - rest.len() + end + 1))
}

/// Returns the files of the sheets for all media, in order.
fn sheets(html: &str) -> Vec<&str> {
    html.match_indices(TAG).filter_map(|(at, _)| tag(&html[at..])).map(|(name, _)| name).collect()
}

/// Returns the page with one sheet at the place of the first, instead of all those for all media.
fn with_one_sheet(html: &str, name: &str) -> String {
    let mut page = String::with_capacity(html.len());
    let (mut rest, mut told) = (html, false);
    while let Some(at) = rest.find(TAG) {
        page.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = tag(rest).map_or(TAG.len(), |(_, length)| length);
        if tag(rest).is_none() {
            page.push_str(TAG);
        } else if !told {
            page.push_str(&format!("{TAG}./{name}\"/>"));
            told = true;
        }
        rest = &rest[length..];
    }
    page + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_for_all_media_become_one_where_the_first_stood() {
        let html = "<link rel=\"icon\" href=\"./i.svg\"/>\n<link rel=\"stylesheet\" href=\"./a-1.css\"/>\n\
                    <link rel=\"stylesheet\" href=\"./d.css\" media=\"print\"/>\n<link rel=\"stylesheet\" href=\"./b.css\">\n<p>";
        assert_eq!(sheets(html), ["a-1.css", "b.css"]);
        assert_eq!(
            with_one_sheet(html, "first.css"),
            "<link rel=\"icon\" href=\"./i.svg\"/>\n<link rel=\"stylesheet\" href=\"./first.css\"/>\n\
             <link rel=\"stylesheet\" href=\"./d.css\" media=\"print\"/>\n\n<p>"
        );
    }
}
