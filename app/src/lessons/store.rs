//! The texts of the lessons, and the record of which were completed.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use raft_core::scenario::{Scenario, parse};

use crate::browser::{fetched, save, saved};

/// The storage key of the record.
const DONE_KEY: &str = "raft-playground-lessons";

/// A lesson.
#[derive(Clone)]
pub struct Lesson {
    /// The id, used in addresses and file names.
    pub id: String,
    /// The track to which it belongs.
    pub track: String,
    /// The scenario.
    pub scenario: Scenario,
}

impl Lesson {
    /// Returns the title.
    pub fn title(&self) -> String {
        self.scenario.about.title.clone().unwrap_or_else(|| self.id.clone())
    }
}

/// The state of loading the lessons.
#[derive(Clone, Default)]
pub enum Shelf {
    /// They are being loaded.
    #[default]
    OnItsWay,
    /// All lessons, in order.
    Here(Rc<[Lesson]>),
    /// They did not arrive.
    Missing,
}

thread_local! {
    /// The lessons, once they are loaded.
    static SHELF: RefCell<Option<Rc<[Lesson]>>> = const { RefCell::new(None) };
}

/// Fetches the lessons, once. Returns a signal of the state.
pub fn shelf() -> RwSignal<Shelf, LocalStorage> {
    let shelf = RwSignal::new_local(Shelf::OnItsWay);
    if let Some(lessons) = SHELF.with_borrow(Clone::clone) {
        shelf.set(Shelf::Here(lessons));
        return shelf;
    }
    spawn_local(async move {
        let arrived = fetch_all().await;
        if let Some(lessons) = &arrived {
            SHELF.set(Some(lessons.clone()));
        }
        let _there = shelf.try_set(arrived.map_or(Shelf::Missing, Shelf::Here));
    });
    shelf
}

async fn fetch_all() -> Option<Rc<[Lesson]>> {
    let index = fetched("lessons/index.txt").await?;
    let mut track = String::new();
    let mut lessons = Vec::new();
    for line in index.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix('#') {
            track = name.trim().to_owned();
            continue;
        }
        let text = fetched(&format!("lessons/{line}.scenario")).await?;
        // A test reads each of them; one that cannot be read here is left out.
        if let Ok(scenario) = parse(&text) {
            lessons.push(Lesson { id: line.to_owned(), track: track.clone(), scenario });
        }
    }
    Some(lessons.into())
}

/// Returns the ids of the lessons that were completed.
pub fn done() -> Vec<String> {
    saved(DONE_KEY).map(|ids| ids.split(' ').map(str::to_owned).collect()).unwrap_or_default()
}

/// Records that a lesson was completed.
pub fn note_done(id: &str) {
    let mut ids = done();
    if !ids.iter().any(|known| known == id) {
        ids.push(id.to_owned());
        save(DONE_KEY, &ids.join(" "));
    }
}
