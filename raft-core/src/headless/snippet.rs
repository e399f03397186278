//! A scenario as HTML for any document: live where scripts run, else a picture and a transcript.
//!
//! It has no blank line, so that it can be part of a Markdown document.

use std::fmt::Write;

use super::picture::{caption, escaped, svg};
use super::text_line;
use crate::model::ClusterView;
use crate::scenario::{Player, Scenario};
use crate::units::{Nanos, SECOND};

/// The way in which a document embeds the playground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The element `<raft-playground>`.
    Element,
    /// An iframe.
    Iframe,
}

/// The maximum number of lines of a transcript in a document; a further line tells how many are missing.
const TRANSCRIPT_LINES_MAX: usize = 120;

/// Returns the view of a scenario's run at `at`, by default at the scenario's `open at`, else at its end.
///
/// # Errors
/// The settings are invalid.
pub fn instant(scenario: &Scenario, at: Option<Nanos>) -> Result<ClusterView, String> {
    let mut player = Player::new(scenario.clone()).map_err(|error| error.to_string())?;
    let Some(at) = at.or(scenario.about.open_at) else {
        player.finish();
        return Ok(player.cluster().view());
    };
    player.advance(at);
    // The scenario may end earlier; the cluster runs on.
    let (mut cluster, _) = player.into_parts();
    cluster.advance(at);
    Ok(cluster.view())
}

/// Returns the transcript of a run, without blank lines.
fn transcript(scenario: &Scenario) -> Result<String, String> {
    let mut player = Player::new(scenario.clone()).map_err(|error| error.to_string())?;
    player.finish();
    let told = player.take_told();
    let texts: Vec<String> = told.iter().filter_map(text_line).collect();
    let lines: Vec<&str> =
        texts.iter().flat_map(|text| text.lines()).filter(|line| !line.trim().is_empty()).collect();
    let mut out = String::new();
    for line in lines.iter().take(TRANSCRIPT_LINES_MAX) {
        let _infallible = writeln!(out, "{line}");
    }
    if lines.len() > TRANSCRIPT_LINES_MAX {
        let _infallible = writeln!(out, "… and {} more lines", lines.len() - TRANSCRIPT_LINES_MAX);
    }
    Ok(out)
}

/// Returns a scenario as HTML. `source` is the address of the folder where the playground is served, relative
/// to the document.
///
/// # Errors
/// The settings are invalid.
pub fn snippet(scenario: &Scenario, door: Door, source: &str, at: Option<Nanos>) -> Result<String, String> {
    let view = instant(scenario, at)?;
    let title = scenario.about.title.clone().unwrap_or_else(|| "A scenario of Raft Playground".to_owned());
    let source = escaped(source.trim_end_matches('/'));
    let fallback = format!(
        "<figure>\n{}<figcaption>{}: {}</figcaption>\n</figure>\n<details>\n<summary>What happens</summary>\n\
         <pre class=\"transcript\">{}</pre>\n</details>\n",
        svg(&view),
        escaped(&title),
        escaped(&caption(&view)),
        escaped(&transcript(scenario)?),
    );
    let text = scenario.to_string();
    let text: String =
        text.lines().filter(|line| !line.trim().is_empty()).map(|line| format!("{line}\n")).collect();
    let (title, from) = (escaped(&title), at.map(seconds));
    Ok(match door {
        Door::Element => {
            let at = from.map(|at| format!(" at=\"{at}\"")).unwrap_or_default();
            format!(
                "<script type=\"module\" src=\"{source}/element/element.js\"></script>\n<raft-playground title=\"{title}\"{at}>\n\
                 <pre class=\"scenario\" hidden>{}</pre>\n{fallback}</raft-playground>\n",
                escaped(&text)
            )
        }
        Door::Iframe => {
            let at = from.map(|at| format!("&amp;at={at}")).unwrap_or_default();
            format!(
                "<iframe src=\"{source}/index.html?embed{at}&amp;text={}\" title=\"{title}\" loading=\"lazy\" width=\"100%\" \
                 height=\"480\"></iframe>\n<noscript>\n{fallback}</noscript>\n",
                encoded(&text)
            )
        }
    })
}

/// Returns an instant as a value of the parameter `at`.
fn seconds(at: Nanos) -> String {
    format!("{}.{:09}s", at / SECOND, at % SECOND)
}

/// Percent-encodes a text as a value of a query.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len() * 2), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _infallible = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::scenario::parse;

    const TEXT: &str = "title Two <writes>\nseed 4\n\nwait leader\nleader$ etcdctl put /a 1\n> OK\n";

    #[test]
    fn a_snippet_holds_the_scenario_the_picture_and_the_transcript() {
        let scenario = parse(TEXT).unwrap();
        let html = snippet(&scenario, Door::Element, "playground/", None).unwrap();
        assert!(html.contains("src=\"playground/element/element.js\""), "{html}");
        assert!(html.contains("Two &lt;writes&gt;") && !html.contains("<writes>"), "{html}");
        assert!(html.contains("etcdctl put /a 1\n"), "{html}");
        assert!(html.contains("<svg ") && html.contains("class=\"transcript\""), "{html}");
        assert!(!html.contains("\n\n"), "{html}");
    }

    #[test]
    fn an_iframe_has_the_scenario_in_its_address() {
        let scenario = parse(TEXT).unwrap();
        let html = snippet(&scenario, Door::Iframe, "..", Some(SECOND / 4)).unwrap();
        assert!(html.contains("src=\"../index.html?embed&amp;at=0.250000000s&amp;text=title%20"), "{html}");
        assert!(html.contains("The cluster at 0.250 s."), "{html}");
        assert!(html.contains("<noscript>") && !html.contains("\n\n"), "{html}");
    }
}
