#![allow(clippy::unwrap_used)]

use super::*;

/// Returns the faults of a page of a few rooms that keeps the rules, after some changes: the text to find,
/// and its replacement.
fn planted(changes: &[(&str, &str)]) -> Vec<String> {
    let mut sheets = vec![
        ("tokens", "@layer ORDER;\n@layer tokens { :root { --paper: #fff } }".to_owned()),
        ("kit", "@layer kit { p { margin: 0 } .btn, .btn.plain { color: red } }".to_owned()),
        ("main", "@layer main { :root { --panel: 1px }\n.stage .stage-tools > .btn { top: 0 }\n.time, #app { top: 0 } }".to_owned()),
        ("time", "@layer time { .time .time-live:not(.time-off) { top: 0 } }".to_owned()),
        ("details", "@layer details { @media (width < 1px) { .terminal-hint { top: 0 } } }".to_owned()),
        ("lessons", "@layer lessons { .lesson-hint, .ask-choice p { top: 0 } }".to_owned()),
        ("embed", "@layer embed { [data-embed] .btn, :root[data-embed] .stage { top: 0 }\n.embed-foot { top: 0 } }".to_owned()),
    ];
    let names: Vec<&str> =
        ROOMS.iter().chain(&MODES).flat_map(|room| room.sheets).chain(&KIT).chain(&PLAIN).copied().collect();
    for name in &names {
        if !sheets.iter().any(|(known, _)| known == name) {
            sheets.push((name, format!("@layer {name} {{ }}")));
        }
    }
    let order: BTreeSet<&str> = names.into_iter().collect();
    sheets[0].1 = sheets[0].1.replace("ORDER", &order.iter().copied().collect::<Vec<_>>().join(", "));
    let mut files = [
        (
            "app/src/stage/mod.rs",
            "<p class=\"stage\"><b class=\"stage-tools\"/><i class=\"btn plain\"/>".to_owned(),
        ),
        (
            "app/src/timeline/mod.rs",
            "<p class=\"time\" class:time-off=is_off /> child(\"time-live\")".to_owned(),
        ),
        ("app/src/terminal/mod.rs", "<p class=\"terminal-hint\"/>".to_owned()),
        ("app/src/lessons/ask.rs", "<p class=\"lesson-hint\"/><p class=\"ask-choice\"/>".to_owned()),
        ("app/public/embed.js", "make({ className: \"embed-foot\" })".to_owned()),
    ];
    for (old, new) in changes {
        let texts = sheets.iter_mut().map(|(_, text)| text).chain(files.iter_mut().map(|(_, text)| text));
        let found: Vec<&mut String> = texts.filter(|text| text.contains(old)).collect();
        assert!(!found.is_empty(), "{old} is nowhere");
        found.into_iter().for_each(|text| *text = text.replacen(old, new, 1));
    }
    let mut page = Page::default();
    for (name, text) in sheets {
        page.loads.push_str(&format!("\"late/{name}.css\""));
        page.sheets.insert(name.to_owned(), css::read(&text).unwrap());
    }
    for (path, text) in files {
        let uses = if path.ends_with(".rs") { uses::of_rust(&text) } else { uses::of_page(&text) };
        page.files.insert(path.to_owned(), uses);
    }
    faults(&page)
}

#[test]
fn a_page_that_keeps_the_rules_has_no_faults() {
    assert_eq!(planted(&[]), Vec::<String>::new());
}

#[test]
fn each_broken_rule_is_found() {
    for (old, new, says) in [
        // Two sheets, one name: what made a hint of the terminal two lines high.
        (
            ".terminal-hint {",
            ".lesson-hint {",
            "details.css:1: .lesson-hint: lesson-hint is a class of another room",
        ),
        (
            ".time .time-live",
            ".stage.time-live, .time .time-live",
            "time.css:1: .stage.time-live: stage is a class of another room",
        ),
        (
            ".time, #app",
            ".time-live, #app",
            "time.css:1: .time .time-live:not(.time-off): time-live is defined by main.css",
        ),
        (
            ".lesson-hint,",
            ".lesson-hint, .hint,",
            "lessons.css:1: .hint: it names no class of its room, so it reaches other rooms",
        ),
        (".ask-choice p", "p", "lessons.css:1: p: it names no class of its room, so it reaches other rooms"),
        (
            ".lesson-hint,",
            ".lesson-hint, .btn,",
            "lessons.css:1: .btn: it names no class of its room, so it reaches other rooms",
        ),
        (
            "--panel: 1px",
            "--panel: 1px; color: red",
            "main.css:1: :root: it names no class of its room, so it reaches other rooms",
        ),
        (".btn.plain", ".btn .stage", "kit.css:1: .btn .stage: the kit names the class stage of a room"),
        ("p { margin", ".quiet { margin", "kit.css: no component uses the class quiet"),
        (
            ":root { --paper: #fff }",
            ".btn { --paper: #fff }",
            "tokens.css:2: .btn: a sheet of variables names the class btn",
        ),
        (
            "\n.embed-foot",
            "\n.stage .embed-foot",
            "embed.css:2: .stage .embed-foot: stage is a class of another room",
        ),
        // Order.
        ("@layer time {", "@layer late {", "time.css:1: the rule lies in the layer \"late\", not in time"),
        ("@layer time {", "@media print {", "time.css:1: the rule lies in the layer \"\", not in time"),
        (
            "@layer details {",
            "@layer a, b; @layer details {",
            "details.css states an order of layers: tokens.css does",
        ),
        (", time,", ",", "tokens.css states the layer time not once in the order of layers"),
        (", time,", ", time, tide,", "tokens.css states the layer tide, but there is no such sheet"),
        // Uses.
        ("\"stage-tools\"", "\"stage\"", "main.css: no component uses the class stage-tools"),
        ("child(\"time-live\")", "", "time.css: no component uses the class time-live"),
        ("plain\"", "plain bold\"", "app/src/stage/mod.rs:1: no sheet has the class bold"),
        (
            "class=\"time\"",
            "class=\"time btn-{n}\"",
            "app/src/timeline/mod.rs:1: no sheet has the class btn-{}",
        ),
        (
            "\"terminal-hint\"",
            "\"terminal-hint ask-choice\"",
            "app/src/terminal/mod.rs:1: ask-choice is a class of the room lesson, ask",
        ),
    ] {
        let found = planted(&[(old, new)]);
        assert!(found.iter().any(|fault| fault == says), "{old} -> {new}: {found:#?}");
    }
}

#[test]
fn a_sheet_needs_a_row_and_someone_who_loads_it() {
    let mut page = Page::default();
    page.sheets.insert("extra".to_owned(), Sheet::default());
    let found = of_table(&page);
    assert!(found.contains(&"extra.css is in no row of the table of rooms".to_owned()), "{found:#?}");
    assert!(found.contains(&"extra.css is loaded by nothing".to_owned()), "{found:#?}");
    assert!(
        found.contains(&"kit.css is in the table of rooms, but there is no such sheet".to_owned()),
        "{found:#?}"
    );
}

#[test]
fn no_prefix_begins_with_another_rooms() {
    let prefixes: Vec<&str> = ROOMS.iter().chain(&MODES).flat_map(|room| room.prefixes).copied().collect();
    for one in &prefixes {
        let begins = |other: &&&str| other == &one || other.starts_with(&format!("{one}-"));
        assert_eq!(prefixes.iter().filter(begins).count(), 1, "{one}");
    }
}
