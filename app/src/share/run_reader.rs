//! The reader of links and scenarios. It is a file of its own, loaded when something is to be opened.

use std::future::Future;

use leptos::wasm_split::{SplitLoaderError, wasm_split};
use raft_core::link::{self, View};
use raft_core::scenario::{Scenario, parse};
use raft_core::units::Nanos;

use super::keeper::MADE;
use super::{Room, Said, Wanted, branch_tree, errors};
use crate::text::share as words;

/// Reads and writes runs.
pub(super) trait RunReader {
    /// Reads the run of a link.
    fn link(&self, hash: &str) -> Result<Wanted, Said>;
    /// Reads the run that was kept.
    fn kept(&self, text: &str) -> Result<Wanted, Said>;
    /// Returns the scenario's text if `text` is a link or a scenario.
    fn understood(&self, text: &str) -> Option<String>;
    /// Restores the branches that were kept with the run.
    fn restore(&self, room: Room, branches: &str);
    /// Plays a run in place of the current one.
    fn play(&self, room: Room, wanted: Wanted);
}

/// Loads the reader.
pub(super) fn load() -> impl Future<Output = Result<Box<dyn RunReader>, SplitLoaderError>> {
    reader()
}

#[wasm_split(share, wasm_split_path = leptos::wasm_split, fallible)]
fn reader() -> Result<Box<dyn RunReader>, SplitLoaderError> {
    Ok(Box::new(LinkReader))
}

struct LinkReader;

impl RunReader for LinkReader {
    fn link(&self, hash: &str) -> Result<Wanted, Said> {
        let link = link::decode(hash).map_err(|error| {
            let text = match &error {
                link::LinkError::Scenario(_) => link::text_of(hash),
                _ => None,
            };
            Said::Broken(words::link_broken(errors::sentence(&error)), text)
        })?;
        let said = Said::Opened(link.scenario.about.title.clone(), link.is_of_other_traces());
        Ok(Wanted { said: Some(said), ..Wanted::of(link.scenario, link.view) })
    }

    fn kept(&self, text: &str) -> Result<Wanted, Said> {
        read_kept(text).ok_or_else(|| Said::Broken(words::kept_broken().to_owned(), None))
    }

    fn understood(&self, text: &str) -> Option<String> {
        match link::decode(text) {
            Ok(link) => Some(link.scenario.to_string()),
            Err(_) => parse(text).ok().filter(says_something).map(|_| text.to_owned()),
        }
    }

    fn restore(&self, room: Room, branches: &str) {
        branch_tree::restore(room.page, branches);
    }

    fn play(&self, room: Room, wanted: Wanted) {
        room.play(wanted);
    }
}

/// Whether a scenario has any content, unlike that of an empty text.
fn says_something(scenario: &Scenario) -> bool {
    !scenario.steps.is_empty()
}

fn read_kept(text: &str) -> Option<Wanted> {
    let mut parts = text.splitn(5, '\n').skip(1);
    let (now, at) = parts.next()?.split_once(' ')?;
    let until: Nanos = now.parse().ok()?;
    let at: Option<Nanos> = at.parse().ok();
    let view = View { at, ..parts.next()?.parse().ok()? };
    let stage = parts.next().filter(|stage| *stage != MADE);
    let (begun, lesson) = match stage {
        Some(stage) => {
            let (begun, lesson) = stage.split_once(' ')?;
            (Some(begun.parse().ok()?), Some(lesson.to_owned()).filter(|id| !id.is_empty()))
        }
        None => (None, None),
    };
    let scenario = parse(parts.next()?).ok()?;
    let said = Some(Said::Restored(at.unwrap_or(until)));
    Some(Wanted { scenario, until, view, begun, lesson, stays: stage.is_some(), said, branches: None })
}
