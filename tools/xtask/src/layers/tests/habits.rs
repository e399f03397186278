//! Each habit, once.

use super::file;
use crate::layers::habits::{HABITS, faults};

/// Returns what the habits find, if none is left.
fn found(path: &str, text: &str) -> Vec<String> {
    faults(&HABITS.map(|habit| habit.with(0)), &[file(path, text)])
}

#[test]
fn a_file_may_have_450_lines() {
    assert_eq!(found("app/src/long.rs", &"\n".repeat(450)), Vec::<String>::new());
    assert_eq!(
        found("app/src/tests.rs", &"\n".repeat(451)),
        ["app/src/tests.rs:451: file that is too long: 450 lines are allowed: split it by what it does"]
    );
}

#[test]
fn rustfmt_is_not_told_to_skip() {
    assert_eq!(
        found("app/src/a.rs", "// #[rustfmt::skip]\n#[rustfmt::skip]\nfn f() {}"),
        ["app/src/a.rs:2: #[rustfmt::skip]: let rustfmt lay it out, or write it so that rustfmt may"]
    );
}

#[test]
fn a_line_of_view_has_140_columns() {
    let line = |columns: usize| format!("<p>\"{}\"</p>", "ü".repeat(columns - 9));
    let view =
        |columns: usize| format!("fn f() {{\n    view! {{\n{}\n{}\n    }}\n}}", line(columns), line(20));
    assert_eq!(found("app/src/a.rs", &view(140)), Vec::<String>::new());
    assert_eq!(
        found("app/src/a.rs", &view(141)),
        ["app/src/a.rs:3: line of view! beyond 140 columns: break it, or make a small component of a part"]
    );
    assert_eq!(
        found("app/src/a.rs", &format!("fn f() {{ view! {{}} }}\n{}", line(141))),
        Vec::<String>::new()
    );
}

#[test]
fn nothing_is_exported_by_a_star() {
    let text = "use a::*;\npub use b::*;\npub(crate) use c::{d, e::*};\nmod f { pub use super::*; }";
    let said = |line: usize| {
        format!("app/src/a.rs:{line}: re-export by *: name what is exported, so that the list can be read")
    };
    assert_eq!(found("app/src/a.rs", text), [said(2), said(3), said(4)]);
    assert_eq!(found("app/src/tests/a.rs", text), Vec::<String>::new());
    assert_eq!(
        found("app/src/a.rs", "#[cfg(test)]\npub use b::*;\npub fn f(x: &*const u8) {}"),
        Vec::<String>::new()
    );
}

#[test]
fn a_doc_comment_has_more_than_a_word() {
    let text = "/// Which.\nfn f() {}\n/// Bytes of the\n/// log.\nfn g() {}\n// Which.\n//// Which.\nconst A: &str = \"\n/// Which.\n\";";
    assert_eq!(
        found("app/src/a.rs", text),
        ["app/src/a.rs:1: doc comment of one word: name the thing, with its unit and its bounds"]
    );
    assert_eq!(
        found("app/src/a.rs", "//! Tests.\n\n/// [`A`]\n///\nfn f() {}"),
        [
            "app/src/a.rs:1: doc comment of one word: name the thing, with its unit and its bounds",
            "app/src/a.rs:3: doc comment of one word: name the thing, with its unit and its bounds"
        ]
    );
}

#[test]
fn a_doc_comment_has_no_sentence_that_begins_with_who() {
    let text = "/// Who looks pays.\nfn f() {}\n/// It is free. Who\n/// looks pays.\nfn g() {}\n/// Says Who is who. Whose?\nfn h() {}";
    let said = |line: usize| {
        format!(
            "app/src/a.rs:{line}: sentence of a doc comment that begins with \"Who\": put the subject first and the \
             verb second"
        )
    };
    assert_eq!(found("app/src/a.rs", text), [said(1), said(3)]);
}

#[test]
fn the_number_of_those_that_are_left_is_right_and_does_not_grow() {
    let [.., one_word, _] = HABITS;
    let files = [file("app/src/a.rs", "/// Which.\nfn f() {}\n/// Bytes.\nfn g() {}")];
    let with = |left: usize| faults(&[one_word.with(left)], &files);
    assert_eq!(with(2), Vec::<String>::new());
    assert_eq!(
        with(3),
        ["tools/xtask/src/layers/habits.rs: 2 doc comments of one word are left of 3: write 2 there"]
    );
    assert_eq!(
        with(1),
        [
            "app/src/a.rs:1: doc comment of one word: name the thing, with its unit and its bounds",
            "app/src/a.rs:3: doc comment of one word: name the thing, with its unit and its bounds",
            "2 doc comments of one word, of which 1 are known in tools/xtask/src/layers/habits.rs: the number must not grow"
        ]
    );
}
