//! The policy of the documents beside the page: as strict as the page's own, but with frames of the page.
//!
//! The tool that makes the site puts one script with settings into each page, and widths into a table of
//! keys. The script is moved to a file of its own; the widths are removed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::{Failure, place};

/// The policy of a page of the site. Its search runs in a worker; its embeds are the page in frames.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                      connect-src 'self'; worker-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; \
                      form-action 'self'";
/// The folder of scripts that were inline.
const SCRIPTS: &str = "js";

/// Adds the policy to each document below a folder, and removes what it forbids.
pub fn seal(site: &Path) -> Result<(), Failure> {
    let mut scripts = BTreeMap::new();
    for file in place::files_below(site, ".html")? {
        let wrong = |error: std::io::Error| format!("{}: {error}", file.display());
        let html = fs::read_to_string(&file).map_err(wrong)?;
        let depth = file.strip_prefix(site).map_or(0, |below| below.components().count() - 1);
        let sealed = sealed(&html, &"../".repeat(depth), &mut scripts)
            .map_err(|failure| format!("{}: {failure}", file.display()))?;
        fs::write(&file, sealed).map_err(wrong)?;
    }
    for (script, name) in scripts {
        let file = site.join(SCRIPTS).join(name);
        fs::write(&file, script).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(())
}

/// Returns a document under the policy. `scripts` collects inline scripts, with the names of their files.
fn sealed(html: &str, up: &str, scripts: &mut BTreeMap<String, String>) -> Result<String, Failure> {
    let (before, mut rest) = html.split_once("<head>").ok_or("it has no <head>")?;
    let mut sealed =
        format!("{before}<head>\n<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">");
    while let Some((before, after)) = rest.split_once("<script>") {
        let (script, after) = after.split_once("</script>").ok_or("a script does not end")?;
        let number = scripts.len() + 1;
        let name = scripts.entry(script.trim().to_owned()).or_insert_with(|| format!("settings-{number}.js"));
        sealed.push_str(before);
        sealed.push_str(&format!("<script src=\"{up}{SCRIPTS}/{name}\"></script>"));
        rest = after;
    }
    sealed.push_str(rest);
    Ok(without_styles(&sealed))
}

/// Returns the text without the styles in tags.
fn without_styles(html: &str) -> String {
    const STYLE: &str = " style=\"";
    let mut parts = html.split(STYLE);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('"') {
            // Only within a tag: a text may mention styles, but writes the quotes differently.
            Some((_, after)) if plain.rfind('<') > plain.rfind('>') => plain.push_str(after),
            _ => plain.extend([STYLE, part]),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_styles_of_a_document_leave_it() {
        let mut scripts = BTreeMap::new();
        let html = "<html><head><title>x</title></head><body><td style=\"width: 20%;\">a</td> style=\"b\" \
                    <script src=\"a.js\"></script><script> f(); </script></body></html>";
        let first = sealed(html, "", &mut scripts);
        let second = sealed(html, "../", &mut scripts);
        let policy = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">");
        let expected = |up: &str| {
            format!(
                "<html><head>\n{policy}<title>x</title></head><body><td>a</td> style=\"b\" \
                 <script src=\"a.js\"></script><script src=\"{up}js/settings-1.js\"></script></body></html>"
            )
        };
        assert_eq!(first, Ok(expected("")));
        assert_eq!(second, Ok(expected("../")));
        assert_eq!(
            scripts.into_iter().collect::<Vec<_>>(),
            [("f();".to_owned(), "settings-1.js".to_owned())]
        );
    }
}
