//! Plays the scenarios in the documentation and in the examples of embedding; each must hold.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};

use raft_core::scenario::{Player, parse};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path
            .extension()
            .is_some_and(|ending| ["md", "mdx", "html", "rst"].iter().any(|known| ending == *known))
        {
            found.push(path);
        }
    }
}

/// Returns the content of the `<pre>` in each element of a document.
fn scenarios(document: &str) -> Vec<String> {
    let within = |part: &str| Some(part.split_once("<pre>")?.1.split_once("</pre>")?.0.to_owned());
    let elements = document.split("<raft-playground").skip(1);
    let plain = |text: String| {
        let text = text.trim().trim_start_matches("{`").trim_end_matches("`}");
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    };
    // A tool's template has a placeholder instead of a scenario.
    let written = |text: &String| !text.starts_with("{{");
    elements
        .filter_map(|part| within(part.split_once("</raft-playground>")?.0))
        .map(plain)
        .filter(written)
        .collect()
}

#[test]
fn every_scenario_in_a_document_plays_and_holds() {
    let app = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app");
    let mut documents = Vec::new();
    files(&app.join("docs"), &mut documents);
    files(&app.join("examples"), &mut documents);
    let mut played = 0;
    for file in documents {
        let text = std::fs::read_to_string(&file).unwrap();
        for scenario in scenarios(&text) {
            let parsed =
                parse(&scenario).unwrap_or_else(|error| panic!("{}: {error}\n{scenario}", file.display()));
            let mut player = Player::new(parsed).unwrap();
            player.finish();
            assert!(!player.failed(), "{}: it fails\n{scenario}", file.display());
            assert!(player.cluster().violations().is_empty(), "{}", file.display());
            played += 1;
        }
    }
    assert!(played >= 10, "{played} were found");
}
