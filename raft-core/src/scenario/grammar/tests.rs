//! Compares the table with the parser.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::reference::entries;
use super::*;
use crate::scenario::{Player, parse};

#[test]
fn each_word_stands_in_its_example_which_parses_and_prints_canonically() {
    for entry in entries() {
        let scenario = parse(entry.example).unwrap_or_else(|error| panic!("{}: {error}", entry.form));
        let text = scenario.to_string();
        assert_eq!(parse(&text).as_ref(), Ok(&scenario), "{}", entry.form);
        let word = entry.word.rsplit([' ', '/']).next().unwrap_or("").trim_start_matches("NODE");
        assert!(
            word.chars().all(char::is_uppercase) || entry.example.contains(word),
            "the example of {} does not use it",
            entry.form
        );
    }
}

#[test]
fn each_example_runs() {
    for entry in entries() {
        let mut player = Player::new(parse(entry.example).unwrap()).unwrap();
        player.finish();
        assert!(!player.failed(), "{}:\n{}\n{:?}", entry.form, entry.example, player.take_told().last());
        assert!(player.cluster().violations().is_empty(), "{}", entry.form);
    }
}

#[test]
fn the_committed_reference_is_this_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../app/docs/scenario-reference.md");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == reference(),
        "app/docs/scenario-reference.md is not what `raft-playground reference` prints"
    );
}

#[test]
fn each_alias_parses_as_its_canonical_word() {
    let aliases: Vec<_> = entries().filter_map(|entry| Some((entry, entry.alias_of?))).collect();
    assert_eq!(aliases.iter().map(|(entry, _)| entry.word).collect::<Vec<_>>(), ["crash"]);
    for (entry, canonical) in aliases {
        let renamed = entry.example.replace(entry.word, canonical);
        let (with_alias, without) = (parse(entry.example).unwrap(), parse(&renamed).unwrap());
        assert_eq!(with_alias, without);
        assert_eq!(with_alias.to_string(), without.to_string());
        assert!(!with_alias.to_string().contains(entry.word));
    }
}

#[test]
fn every_word_of_the_table_begins_a_step() {
    for word in STEPS {
        assert!(begins(&STEPS, word.split(' ').next().unwrap()));
    }
    for word in ["kills", "state", "nodee", "", "within"] {
        assert!(!begins(&STEPS, word), "{word}");
    }
}
