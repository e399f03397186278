//! The mark that transcripts of an altered run end with.

use std::fmt::Write;

use super::transcript::push_json_string;
use crate::cluster::Cluster;
use crate::model::Altered;

/// Lists the lost safeguards in one line: "fsync lies on node2; votes are not kept". Empty if none was lost.
fn altered_text(lost: &[Altered]) -> String {
    lost.iter().map(Altered::to_string).collect::<Vec<_>>().join("; ")
}

/// Returns the last line of a text transcript, if the run is altered.
pub fn text_mark(cluster: &Cluster) -> Option<String> {
    marked(cluster).map(|lost| format!("altered: {lost}"))
}

/// Returns the last line of a Markdown transcript, if the run is altered.
pub fn markdown_mark(cluster: &Cluster) -> Option<String> {
    marked(cluster).map(|lost| format!("\n**Altered**: {lost}"))
}

/// Returns the last line of a JSON transcript, one object, if the run is altered.
pub fn json_mark(cluster: &Cluster) -> Option<String> {
    let lost = marked(cluster)?;
    let mut json = String::new();
    let _infallible = write!(json, "{{\"at_ns\":{},\"line\":0,\"kind\":\"altered\",\"text\":", cluster.now());
    push_json_string(&mut json, &lost);
    json.push('}');
    Some(json)
}

fn marked(cluster: &Cluster) -> Option<String> {
    Some(altered_text(cluster.alterations())).filter(|lost| !lost.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::headless::picture::svg;
    use crate::scenario::{Player, parse};

    fn played(text: &str) -> Player {
        let mut player = Player::new(parse(text).unwrap()).unwrap();
        player.finish();
        player
    }

    #[test]
    fn transcripts_and_pictures_name_the_lost_safeguards() {
        let player = played("seed 1\nwait leader\nbreak fsync node2\nbreak votes\nbreak fsync node1\n");
        let cluster = player.cluster();
        let lost = "fsync lies on node1, node2; votes are not kept";
        assert_eq!(text_mark(cluster).unwrap(), format!("altered: {lost}"));
        assert_eq!(markdown_mark(cluster).unwrap(), format!("\n**Altered**: {lost}"));
        assert!(
            json_mark(cluster).unwrap().ends_with(&format!("\"kind\":\"altered\",\"text\":\"{lost}\"}}"))
        );
        let svg = svg(&cluster.view());
        for line in lost.split("; ") {
            assert!(svg.contains(&format!(">Altered: {line}</text>")), "{svg}");
        }
    }

    #[test]
    fn an_unaltered_run_has_no_mark() {
        let player = played("seed 1\nwait leader\nkill node2\n");
        let cluster = player.cluster();
        assert_eq!((text_mark(cluster), markdown_mark(cluster), json_mark(cluster)), (None, None, None));
        assert!(!svg(&cluster.view()).contains("ltered"));
    }
}
