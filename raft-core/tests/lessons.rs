//! The lessons: each is played on its own seed and on a hundred others, and has the required form.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use raft_core::headless::text_line;
use raft_core::scenario::{Deed, Player, Scenario, Teach, parse};

/// The number of seeds beside its own on which each lesson is played.
const SEEDS: u64 = 100;

struct Lesson {
    id: String,
    track: String,
    text: String,
    scenario: Scenario,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/lessons")
}

/// Returns the lessons in the order of the index.
fn lessons() -> Vec<Lesson> {
    let index = std::fs::read_to_string(folder().join("index.txt")).unwrap();
    let mut track = String::new();
    let mut lessons = Vec::new();
    for line in index.lines() {
        if let Some(name) = line.strip_prefix("# ") {
            name.clone_into(&mut track);
            continue;
        }
        let text = std::fs::read_to_string(folder().join(format!("{line}.scenario"))).expect(line);
        let scenario = parse(&text).unwrap_or_else(|error| panic!("{line}: {error}"));
        lessons.push(Lesson { id: line.to_owned(), track: track.clone(), text, scenario });
    }
    lessons
}

/// Plays a lesson on a seed.
///
/// # Errors
/// Returns the transcript if the lesson does not hold.
fn play(lesson: &Lesson, seed: u64) -> Result<(), String> {
    let mut scenario = lesson.scenario.clone();
    scenario.settings.seed = seed;
    let mut player = Player::new(scenario).unwrap();
    player.finish();
    let violated = !player.cluster().violations().is_empty();
    if !player.failed() && violated == player.expects_violation() {
        return Ok(());
    }
    let told: Vec<String> = player.take_told().iter().filter_map(text_line).collect();
    Err(format!("{} on seed {seed} (violations: {violated}):\n{}", lesson.id, told.join("\n")))
}

#[test]
fn every_lesson_holds_on_its_own_seed_and_on_a_hundred_others() {
    let lessons = lessons();
    let runs: Vec<(&Lesson, u64)> = lessons
        .iter()
        .flat_map(|lesson| {
            [lesson.scenario.settings.seed].into_iter().chain(1..=SEEDS).map(move |seed| (lesson, seed))
        })
        .collect();
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    let work = || {
        let mut failed = Vec::new();
        while let Some((lesson, seed)) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
            failed.extend(play(lesson, *seed).err());
        }
        failed
    };
    let threads = thread::available_parallelism().map_or(2, |count| count.get().min(8));
    let failed: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    println!("{} runs of {} lessons in {:.1} s", runs.len(), lessons.len(), start.elapsed().as_secs_f64());
    assert!(
        failed.is_empty(),
        "{} of {} runs do not hold; the first:\n{}",
        failed.len(),
        runs.len(),
        failed[0]
    );
}

#[test]
fn the_index_names_every_lesson_in_its_track() {
    let lessons = lessons();
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| {
            entry.unwrap().file_name().to_string_lossy().strip_suffix(".scenario").map(str::to_owned)
        })
        .collect();
    files.sort();
    let mut ids: Vec<String> = lessons.iter().map(|lesson| lesson.id.clone()).collect();
    ids.sort();
    assert_eq!(ids, files);
    assert!(ids.len() >= 25, "{} lessons", ids.len());
    for lesson in &lessons {
        let about = &lesson.scenario.about;
        assert_eq!(about.track.as_ref(), Some(&lesson.track), "{}", lesson.id);
        for needed in about.needs.iter().flat_map(|needs| needs.split(", ")) {
            assert!(ids.iter().any(|id| id == needed), "{} needs {needed:?}", lesson.id);
        }
    }
}

#[test]
fn a_lesson_has_a_goal_predictions_an_end_that_checks_and_a_closing_card() {
    for Lesson { id, text, scenario, .. } in lessons() {
        assert_eq!(scenario.to_string(), text, "{id} stands in canonical form");
        let about = &scenario.about;
        assert!(about.title.is_some() && about.goal.is_some(), "{id} has a title and a goal");
        let deeds: Vec<&Deed> = scenario.steps.iter().map(|step| &step.deed).collect();
        let asks: Vec<usize> = (0..deeds.len()).filter(|at| matches!(deeds[*at], Deed::Ask { .. })).collect();
        assert!((1..=4).contains(&asks.len()), "{id} asks {} times", asks.len());
        let has = |wanted: Teach| {
            deeds.iter().any(|deed| matches!(deed, Deed::Teach(teach, _) if *teach == wanted))
        };
        assert!(has(Teach::Saw) && has(Teach::Next), "{id} closes with what was seen and what is next");
        let after_the_last_question = &deeds[asks[asks.len() - 1]..];
        assert!(
            after_the_last_question.iter().any(|deed| matches!(deed, Deed::Expect(_))),
            "{id} checks its end"
        );
        assert!(text.contains("violation"), "{id} says whether safety holds");
        // Something happens after each prediction before the next one or the end.
        for at in asks {
            let happens =
                deeds[at + 1..].iter().find(|deed| !deed.is_text() || matches!(deed, Deed::Try { .. }));
            assert!(happens.is_some(), "{id}: nothing follows the question at step {at}");
        }
    }
}
