//! The printed tables, and the paths that a document names.

use super::file;
use crate::layers::documents::{lost, printed, renewed, stale};
use crate::layers::table::{TABLES, Table};

const TABLE: Table = Table {
    name: "app",
    source: "app/src",
    common: &["model"],
    lines: "
        text:
        model: text | units
        stage: text
        & views: model | model units
    ",
};

#[test]
fn the_table_is_printed_as_markdown() {
    let text = printed(&[Table { name: "raft-core", lines: "units:\nmodel: units", ..TABLE }, TABLE]);
    let (_, table) = text.split_once("\n\n").unwrap();
    assert_eq!(
        table,
        "| raft-core | imports |\n|---|---|\n| `units` | – |\n| `model` | units |\n\n| app | imports | of raft-core |\n|---|---|---|\n| `text` | – | – |\n| `model` | text | units |\n\
         | `stage` `views` | text model | units model |\n"
    );
    assert!(printed(&TABLES).len() < 3_000, "{} bytes", printed(&TABLES).len());
}

#[test]
fn a_stale_table_is_told_and_renewed() {
    let written = file("ARCHITECTURE.md", "# A\n<!-- layers: begin -->\nold\n<!-- layers: end -->\nrest\n");
    assert_eq!(
        stale(&written, "new\n").unwrap(),
        "ARCHITECTURE.md: what stands between <!-- layers: begin --> and <!-- layers: end --> is not the table: \
         `cargo xtask layers --write` renews it"
    );
    let fresh = file("ARCHITECTURE.md", &renewed(&written, "new\n").unwrap());
    assert_eq!(fresh.text, "# A\n<!-- layers: begin -->\nnew\n<!-- layers: end -->\nrest\n");
    assert_eq!(stale(&fresh, "new\n"), None);
    let bare = file("ARCHITECTURE.md", "# A\n<!-- layers: begin -->\n");
    assert_eq!(
        stale(&bare, "new\n").unwrap(),
        "ARCHITECTURE.md lacks the marks <!-- layers: begin --> and <!-- layers: end -->"
    );
}

#[test]
fn a_path_that_is_not_in_the_repository_is_told() {
    let paths = ["app/src/share/keep.rs", "app/text/german.txt", "README.md"].map(str::to_owned);
    let text = "See `share/keep`, `app/src/`, `keep.rs` and `german.txt`; `share/gone`, `gone.rs`.\n\
                ```\n`app/no.rs`\n```\n\
                `a::b`, `x / y`, `--only layers`, `/etc`, `tests/NAME.txt`, `1.96`, `.rs`, and `CONTRIBUTING.md`.\n";
    let (lost, named) = lost(&file("ARCHITECTURE.md", text), &paths);
    assert_eq!(
        lost,
        [
            "ARCHITECTURE.md:1: `share/gone` is not in the repository",
            "ARCHITECTURE.md:1: `gone.rs` is not in the repository",
            "ARCHITECTURE.md:5: `CONTRIBUTING.md` is not in the repository"
        ]
    );
    assert_eq!(named, 7);
}
