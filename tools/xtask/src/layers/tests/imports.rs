//! What is an import, and what only looks like one.

use crate::layers::imports::{Origin, code, imports};
use crate::layers::tokens::tokens;

/// The imports of a file in the module `node::peers` as `line room`, raft-core's as `line raft-core's room`.
fn found(text: &str) -> Vec<String> {
    found_in(text, &["node", "peers"])
}

fn found_in(text: &str, module: &[&str]) -> Vec<String> {
    let code = code(&tokens(text)).tokens;
    let imports = imports(&code, module, &["kv", "model", "network", "node"]);
    let written = imports.iter().map(|import| {
        let whose = if import.origin == Origin::Core { "raft-core's " } else { "" };
        format!("{} {whose}{}", import.line, import.room.as_deref().unwrap_or("*"))
    });
    written.collect()
}

#[test]
fn a_use_tree_is_followed_into_its_braces() {
    let text = "use crate::{\n    kv::{self, Key as Name, lease::*},\n    model,\n};\nuse crate::network::Wire as W;";
    assert_eq!(found(text), ["2 kv", "2 kv", "2 kv", "3 model", "5 network"]);
    assert_eq!(found("use {crate::kv, super::super::model::{A, B}};"), ["1 kv", "1 model", "1 model"]);
    assert_eq!(found("pub(crate) use crate::kv::Key;"), ["1 kv"]);
}

#[test]
fn super_and_self_are_resolved_by_the_module() {
    assert_eq!(found("use super::super::kv::Key;"), ["1 kv"]);
    assert_eq!(found("use super::Server;\nuse self::inner::X;"), ["1 node", "2 node"]);
    assert_eq!(found("fn f() { self::super::super::model::new() }"), ["1 model"]);
    assert_eq!(
        found("mod inner {\n    use super::super::super::kv;\n}\nuse super::super::kv;"),
        ["2 kv", "4 kv"]
    );
    assert_eq!(found("mod inner { fn f() {} }\nuse super::Server;"), ["2 node"]);
}

#[test]
fn paths_in_code_count() {
    assert_eq!(found("fn f() -> crate::model::Term {\n    crate::kv::get::<u8>()\n}"), ["1 model", "2 kv"]);
    assert_eq!(found("impl From<crate::kv::Key> for A {}"), ["1 kv"]);
    assert_eq!(found("#[derive(crate::kv::Made)]\nstruct A;"), ["1 kv"]);
    assert_eq!(found("fn f() { a::<crate::kv::Key>::b(); crate::model::x() }"), ["1 kv", "1 model"]);
    assert_eq!(found("fn f() { ::raft_core::link::read() }"), ["1 raft-core's link"]);
}

#[test]
fn paths_in_macros_count() {
    let text = "macro_rules! told {\n    ($x:expr) => { $crate::model::say(&crate::kv::A, $x) };\n}";
    assert_eq!(found(text), ["2 model", "2 kv"]);
    assert_eq!(
        found("fn f() { view! { <p class=crate::kv::C>{raft_core::link::x()}</p> } }"),
        ["1 kv", "1 raft-core's link"]
    );
    assert_eq!(found("macro_rules! m { () => { use $crate::{kv::A, model}; } }"), ["1 kv", "1 model"]);
}

#[test]
fn raft_core_from_outside_counts() {
    assert_eq!(
        found("use raft_core::{model::Event, units};"),
        ["1 raft-core's model", "1 raft-core's units"]
    );
}

#[test]
fn what_takes_the_whole_crate_is_no_room() {
    assert_eq!(
        found("use crate as all;\nuse raft_core::*;\nuse super::super::*;\nuse crate::{self};"),
        ["1 *", "2 raft-core's *", "3 *", "4 *"]
    );
    assert_eq!(found("use super::*;"), ["1 node"]);
}

#[test]
fn the_root_names_its_rooms_without_crate() {
    let text = "mod kv;\nuse network::Wire;\nfn main() { model::start(std::kv::x()); a.kv() }";
    assert_eq!(found_in(text, &[]), ["2 network", "3 model"]);
    assert_eq!(found(text), Vec::<String>::new());
}

#[test]
fn comments_strings_and_visibility_are_not_imports() {
    let text = r###"
        //! [`crate::kv`]
        /// See [`crate::kv::Key`].
        // use crate::kv;
        /* crate::kv /* crate::kv */ crate::kv */
        pub(crate) fn f<'a>(x: &'a str, r#use: u8) -> impl Sized + use<'a> {
            let _ = ("crate::kv \" crate::kv", r#"" crate::kv"#, b"crate::kv", c"crate::kv", '"', '\'', b'"', '\u{1F}');
            let _ = "\\"; // crate::kv
            let _ = (x.0.1, 0..5, 1.5e3, 'ü', krate::kv::x(), foo::crate_::kv());
            crate::model::end()
        }"###;
    assert_eq!(found(text), ["10 model"]);
}

#[test]
fn what_only_tests_have_does_not_count() {
    let text = "
        #[cfg(test)]
        use crate::kv::{A, B};
        #[cfg(all(test, unix))]
        #[allow(dead_code)]
        /// Told.
        pub(super) fn f<A, B>(a: A) -> B { crate::kv::x() }
        #[cfg(test)]
        const X: &[(&str, u8)] = &[(crate::kv::X, 1)];
        struct S {
            #[cfg(test)]
            a: crate::kv::A,
            b: crate::model::B,
            #[cfg(test)]
            c: crate::kv::A
        }
        #[cfg(not(test))]
        fn g() { crate::network::x() }
        #[cfg(any(test, unix))]
        fn h() { crate::network::x() }
        #[cfg(test)]
        mod tests { use crate::kv; }";
    assert_eq!(found(text), ["13 model", "18 network", "20 network"]);
    assert_eq!(found("#![cfg(test)]\nuse crate::kv;"), Vec::<String>::new());
    assert_eq!(code(&tokens("#[cfg(test)]\npub(crate) mod made;\nmod kept;")).test_modules, ["made"]);
}
