//! Tables that are wrong, and code that breaks a table that is right.

use super::file;
use crate::layers::arrows::{Arrows, arrows};
use crate::layers::table::Table;
use crate::layers::tree::File;

/// A small crate: `words` and `safety` are on one storey.
const TABLE: Table = Table {
    name: "raft-core",
    source: "raft-core/src",
    common: &["model"],
    lines: "
        units:
        model: units
        safety: model
        & words:
        network: units model
        node: model network
        cluster: model node
        bin: model cluster
        root: cluster
    ",
};

/// Returns one file for each room, with exactly the imports of the table.
fn house() -> Vec<File> {
    vec![
        file("raft-core/src/units.rs", "pub struct Time;"),
        file("raft-core/src/model/mod.rs", "use crate::units::Time;"),
        file("raft-core/src/safety/mod.rs", "use crate::model;"),
        file("raft-core/src/words/mod.rs", ""),
        file("raft-core/src/network/mod.rs", "use crate::{model, units};"),
        file("raft-core/src/node/mod.rs", "use crate::{model, network};"),
        file("raft-core/src/cluster/mod.rs", "use crate::{model, node};"),
        file(
            "raft-core/src/bin/tool/main.rs",
            "mod kept;\nuse crate::kept::x;\nuse raft_core::{cluster, model};",
        ),
        file("raft-core/src/lib.rs", "pub mod cluster;\npub use cluster::Cluster;"),
        file("app/src/other.rs", "use crate::nowhere;"),
    ]
}

fn with(path: &str, text: &str) -> Arrows {
    let mut files = house();
    files.push(file(path, text));
    arrows(&TABLE, &files)
}

fn faults(path: &str, text: &str) -> Vec<String> {
    with(path, text).faults
}

#[test]
fn a_house_that_keeps_to_its_table_has_no_fault() {
    let found = arrows(&TABLE, &house());
    assert_eq!(found.faults, Vec::<String>::new());
    assert_eq!((found.files, found.imports, found.pairs.len(), found.refused.len()), (9, 11, 11, 0));
    assert_eq!(TABLE.faults(&[]), Vec::<String>::new());
}

#[test]
fn a_line_that_names_what_is_not_below_it_is_refused() {
    let faults = |lines| Table { lines, common: &[], ..TABLE }.faults(&["model"]);
    let place = "tools/xtask/src/layers/table.rs: in the table of raft-core, the line of";
    assert_eq!(
        faults("units:\nmodel: units node\nnode: model"),
        [format!("{place} model names node, which stands on no storey below it")]
    );
    assert_eq!(
        faults("safety:\n& words: safety"),
        [format!("{place} words names safety, which stands on no storey below it")]
    );
    assert_eq!(
        faults("words: words"),
        [format!("{place} words names words, which stands on no storey below it")]
    );
    assert_eq!(faults("units:\nmodel:\nunits:"), [format!("{place} units is its second one")]);
    assert_eq!(
        faults("text: | model panels"),
        [format!("{place} text names panels, which is no room of raft-core")]
    );
    assert_eq!(
        Table { lines: "units:", ..TABLE }.faults(&[]),
        ["tools/xtask/src/layers/table.rs: in the table of raft-core, common names model, which has no line"]
    );
    assert_eq!(faults("a:\n& b:\nc: a b\n& d: a b\ne: a b c d"), Vec::<String>::new());
}

#[test]
fn an_import_of_what_stands_above_is_refused_however_it_is_written() {
    let said = "network imports node, which stands above it: move what both need down to model, or the caller up to \
                node";
    let path = "raft-core/src/network/rpc.rs";
    let line = |line: usize| vec![format!("{path}:{line}: {said}")];
    assert_eq!(faults(path, "//! The wire.\n\nuse crate::{model, node::{Server}};"), line(3));
    assert_eq!(faults(path, "fn f() {\n    crate::node::start();\n}"), line(2));
    assert_eq!(faults(path, "use super::super::node::Server;"), line(1));
    assert_eq!(faults(path, "fn f() {\n    log!(\n        crate::node::NAME\n    );\n}"), line(3));
    assert_eq!(faults(path, "macro_rules! m {\n    () => { $crate::node::NAME };\n}"), line(2));
    let found = with(path, "use crate::node::{A, B};\nuse crate::node::c::C;");
    assert_eq!((found.faults.len(), found.refused.len(), found.imports), (2, 1, 14));
}

#[test]
fn what_to_do_depends_on_where_the_rooms_stand() {
    assert_eq!(
        faults("raft-core/src/units.rs", "use crate::model;"),
        [
            "raft-core/src/units.rs:1: units imports model, which stands above it: move what both need down to units, or \
         the caller up to model"
        ]
    );
    assert_eq!(
        faults("raft-core/src/safety/raft.rs", "use crate::words;"),
        [
            "raft-core/src/safety/raft.rs:1: safety imports words, which stands beside it: move what both need down to model"
        ]
    );
    assert_eq!(
        faults("raft-core/src/safety/raft.rs", "\nuse crate::units;"),
        [
            "raft-core/src/safety/raft.rs:2: safety imports units, which the line of safety does not name: name it in \
         tools/xtask/src/layers/table.rs if it is meant to be known there"
        ]
    );
    assert_eq!(
        faults("raft-core/src/bin/tool/kept.rs", "use raft_core::node;\nuse super::x;"),
        [
            "raft-core/src/bin/tool/kept.rs:1: bin imports node, which the line of bin does not name: name it in \
         tools/xtask/src/layers/table.rs if it is meant to be known there"
        ]
    );
}

#[test]
fn a_room_that_the_table_does_not_know_is_refused() {
    assert_eq!(
        faults("raft-core/src/model/a.rs", "use crate::Cluster;"),
        [
            "raft-core/src/model/a.rs:1: model imports Cluster, which is no room of raft-core: name its room, or give it a \
         line in tools/xtask/src/layers/table.rs"
        ]
    );
    assert_eq!(
        faults("raft-core/src/attic/mod.rs", "use crate::model;"),
        ["raft-core/src/attic/mod.rs: attic has no line in the table of raft-core: give it one in \
         tools/xtask/src/layers/table.rs"]
    );
    assert_eq!(
        faults("raft-core/src/model/a.rs", "use crate::*;\nuse super::super as house;"),
        [
            "raft-core/src/model/a.rs:1: model imports the crate as a whole: name what is meant, so that its room is seen",
            "raft-core/src/model/a.rs:2: model imports the crate as a whole: name what is meant, so that its room is seen"
        ]
    );
}

#[test]
fn a_line_that_says_more_than_the_code_does_is_refused() {
    let mut files = house();
    files[4] = file("raft-core/src/network/mod.rs", "use crate::model;");
    files.remove(3);
    assert_eq!(
        arrows(&TABLE, &files).faults,
        [
            "tools/xtask/src/layers/table.rs: the table of raft-core has words, of which there is no file",
            "tools/xtask/src/layers/table.rs: in the table of raft-core, the line of network names units, which is not \
         imported there: take it out"
        ]
    );
}

#[test]
fn app_is_held_to_the_rooms_of_raft_core_that_its_lines_name() {
    let table = Table {
        name: "app",
        source: "app/src",
        common: &["state", "kit"],
        lines: "
            state: | model
            kit: state
            stage: state
            & views: kit
            shell: stage
            root: shell
        ",
    };
    let mut files = vec![
        file("app/src/state/mod.rs", "use raft_core::model::Event;"),
        file("app/src/kit/mod.rs", "use crate::state;"),
        file("app/src/stage/mod.rs", "use crate::state;"),
        file("app/src/views/mod.rs", "use crate::kit;"),
        file("app/src/shell/mod.rs", "use crate::stage;"),
        file("app/src/main.rs", "mod shell;\nfn main() { shell::start() }"),
    ];
    assert_eq!(arrows(&table, &files).faults, Vec::<String>::new());
    files.push(file(
        "app/src/stage/bad.rs",
        "use raft_core::{\n    model,\n};\nuse crate::views;\nuse raft_core as core;",
    ));
    files.push(file("app/src/views/bad.rs", "use crate::shell::App;"));
    assert_eq!(
        arrows(&table, &files).faults,
        [
            "app/src/stage/bad.rs:2: stage imports raft-core's model, which the line of stage does not name: name it in \
         tools/xtask/src/layers/table.rs if it is meant to be known there",
            "app/src/stage/bad.rs:4: stage imports views, which stands beside it: move what both need down to state or kit",
            "app/src/stage/bad.rs:5: stage imports raft-core as a whole: name what is meant, so that its room is seen",
            "app/src/views/bad.rs:1: views imports shell, which stands above it: move what both need down to state or kit, \
         or the caller up to shell"
        ]
    );
}

#[test]
fn tests_may_import_what_they_like() {
    for path in ["raft-core/src/model/tests.rs", "raft-core/src/model/tests/a.rs"] {
        assert_eq!(faults(path, "use crate::cluster;"), Vec::<String>::new());
    }
    let mut files = house();
    files.push(file("raft-core/src/model/told.rs", "#[cfg(test)]\nmod made;"));
    files.push(file("raft-core/src/model/told/made.rs", "use crate::cluster;"));
    files.push(file("raft-core/src/model/told/made/deep.rs", "use crate::cluster;"));
    assert_eq!(arrows(&TABLE, &files).faults, Vec::<String>::new());
}
