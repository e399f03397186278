//! Whether everything that raft-core says in golden scenarios is translated into German.

#![allow(clippy::expect_used)]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use raft_core::headless::animation::{Animation, STRETCH_MAX, Stretch};
use raft_core::headless::picture::svg_in;
use raft_core::model::{Alteration, Cause, ClusterView, Event, EventKind};
use raft_core::scenario::{Item, Player, parse};
use raft_core::tape::Tape;
use raft_core::units::MILLISECOND;
use raft_core::words::describe::{cause_text, describe, life_text, operation_text, outcome_text};
use raft_core::words::{Narration, Narrator, RULES, explain, hint};

use super::Catalogue;

/// The time between two looks at the cluster: short enough to meet every kind of message in flight.
const SLICE: u64 = 100 * MILLISECOND;

fn catalogue() -> Catalogue {
    Catalogue::read(include_str!("../../text/german.txt")).expect("the catalogue is whole")
}

/// Returns the texts that stay English, each with the part that does.
fn unsaid(texts: BTreeSet<String>) -> String {
    let german = catalogue();
    let lines = texts.iter().filter_map(|text| {
        let part = german.unsaid(text)?;
        Some(if part == *text { part } else { format!("{text}\n    in it: {part}") })
    });
    lines.collect::<Vec<String>>().join("\n")
}

fn scenarios() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scenarios")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "scenario") {
                files.push(path);
            }
        }
    }
    files
}

/// Collects what the page says about an event.
fn hear(
    event: &Event,
    view: &ClusterView,
    narrator: &mut Narrator,
    said: &mut BTreeSet<String>,
) -> Option<Narration> {
    said.extend(describe(event).map(|described| described.text));
    match &event.kind {
        EventKind::RequestStarted { operation, .. } => {
            said.insert(operation_text(operation));
        }
        EventKind::RequestEnded { outcome, .. } => {
            said.insert(outcome_text(outcome));
        }
        _ => {}
    }
    let narration = narrator.hear(event, view)?;
    said.insert(narration.text.clone());
    Some(narration)
}

/// Collects what the page says about a view.
fn look(view: &ClusterView, newest: Option<&Narration>, said: &mut BTreeSet<String>) {
    said.extend(hint(view, newest).map(|hint| hint.text));
    for message in &view.messages {
        let explanation = explain(message, view);
        said.extend([explanation.what, explanation.fate, explanation.consequence]);
    }
    for request in &view.requests {
        said.extend(request.steps.iter().map(|(_, step)| life_text(step, view.status.quorum)));
    }
    said.extend(view.nodes.iter().flat_map(|node| node.tail.iter().map(|cell| cell.label.clone())));
}

#[test]
fn all_that_is_told_of_golden_scenarios_is_said_in_german() {
    let mut said = BTreeSet::new();
    for path in scenarios() {
        let text = std::fs::read_to_string(&path).expect("a scenario");
        let scenario = parse(&text).expect("a scenario");
        said.extend(scenario.settings.stability().into_iter().map(|judgement| judgement.text));
        let mut player = Player::new(scenario).expect("settings that can be used");
        let (mut narrator, mut newest, mut to) = (Narrator::default(), None, 0);
        loop {
            let done = player.advance(to);
            let view = player.cluster().view();
            for told in player.take_told() {
                if let Item::Happened(event) = told.item {
                    newest = hear(&event, &view, &mut narrator, &mut said).or(newest);
                }
            }
            look(&view, newest.as_ref(), &mut said);
            if done {
                break;
            }
            to += SLICE;
        }
    }
    assert!(said.len() > 500, "{} texts were said", said.len());
    let unsaid = unsaid(said);
    assert!(unsaid.is_empty(), "not said in German:\n{unsaid}");
}

#[test]
fn what_stands_in_pictures_and_animations_is_said_in_german() {
    let said = RefCell::new(BTreeSet::new());
    let words = |text: &str| {
        said.borrow_mut().insert(text.to_owned());
        text.to_owned()
    };
    // Every state of a node and a link occurs in these.
    let few = |path: &PathBuf| {
        ["restart", "partition"].iter().any(|folder| path.iter().any(|part| part == *folder))
    };
    for path in scenarios().into_iter().filter(few) {
        let text = std::fs::read_to_string(&path).expect("a scenario");
        let mut player = Player::new(parse(&text).expect("a scenario")).expect("settings that can be used");
        let tape = Tape::of(player.cluster());
        player.record(&tape);
        player.advance(STRETCH_MAX / 2);
        let (cluster, _) = player.into_parts();
        tape.catch_up(&cluster);
        let (from, to, seed) = (0, cluster.now().max(1), cluster.settings().seed);
        let film = tape.film(from, to).expect("it was recorded");
        let stretch = Stretch { from, to, still: from, seed, slowdown: 20 };
        let mut animation = Animation::begin(stretch, film).expect("a stretch that can be shown");
        let mut next = Some(from);
        while let Some(at) = next.filter(|at| *at <= to) {
            let view = tape.view_at(at).expect("it was recorded");
            animation.show(&view, &words);
            svg_in(&view, &words);
            next = tape.instant_after(at).map(|next| next.max(at + SLICE));
        }
        // A file that is too large is not written, but its words were said.
        let _written = animation.finish(&words);
    }
    // Instants and numbers are not translated.
    let mut said = said.into_inner();
    said.retain(|text| !text.ends_with(" s") || text.contains("node"));
    let unsaid = unsaid(said);
    assert!(unsaid.is_empty(), "not said in German:\n{unsaid}");
}

#[test]
fn rules_and_causes_are_said_in_german() {
    let causes = [
        Cause::EndpointsDown,
        Cause::NoLeader,
        Cause::NoQuorum,
        Cause::EndpointSilent,
        Cause::LeaderSilent,
        Cause::HungUp,
    ];
    let mut said: BTreeSet<String> = causes.into_iter().map(|cause| cause_text(cause).to_owned()).collect();
    said.extend(
        Alteration::ALL
            .iter()
            .flat_map(|what| [what.name(), what.warning(), what.cause()])
            .map(str::to_owned),
    );
    // "etcd" is a name.
    let sections = RULES.iter().map(|rule| rule.section()).filter(|section| *section != "etcd");
    said.extend(sections.chain(RULES.iter().map(|rule| rule.text)).map(str::to_owned));
    let unsaid = unsaid(said);
    assert!(unsaid.is_empty(), "not said in German:\n{unsaid}");
}

#[test]
fn contradictions_that_no_golden_scenario_has_are_said_in_german() {
    let said = [
        "request 3 was told of 2 pairs but shown 1",
        "request 3 was told of 2 pairs, but there were 4 at revision 9",
        "request 3 on key \"/a\": it was told that its condition held, but at revision 9 it did not",
        "request 3 was told that a condition did not hold, but at revision 9 all did",
        "request 3, a write, was answered at revision 2, though revision 5 was known before it was sent",
    ];
    let unsaid = unsaid(said.map(str::to_owned).into());
    assert!(unsaid.is_empty(), "not said in German:\n{unsaid}");
}
