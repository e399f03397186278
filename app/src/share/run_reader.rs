//! The reader of links and scenarios. It is a file of its own, loaded when something is to be opened.

use std::future::Future;

use leptos::wasm_split::SplitLoaderError;
use raft_core::link::{self, View};
use raft_core::scenario::{Scenario, parse};
use raft_core::units::Nanos;

use super::keeper::MADE;
use super::{Room, Said, Wanted, branch_tree, errors};
use crate::browser::own_file;
use crate::text::share as words;

/// Reads and writes runs.
pub(super) trait RunReader {
    /// Plays the run of a link in place of the current one, or shows why it cannot be read.
    fn open_link(&self, room: Room, hash: &str);
    /// Plays the run that was kept, with its branches, or shows why it cannot be read.
    fn open_kept(&self, room: Room, text: &str, branches: Option<String>);
    /// Returns the scenario's text if `text` is a link or a scenario.
    fn understood(&self, text: &str) -> Option<String>;
    /// Restores the branches that were kept with the run.
    fn restore(&self, room: Room, branches: &str);
}

/// Loads the reader.
pub(super) fn load() -> impl Future<Output = Result<Box<dyn RunReader>, SplitLoaderError>> {
    reader()
}

own_file!(
    share,
    fn reader() -> Result<Box<dyn RunReader>, SplitLoaderError> {
        Ok(Box::new(LinkReader))
    }
);

struct LinkReader;

impl RunReader for LinkReader {
    fn open_link(&self, room: Room, hash: &str) {
        open(room, read_link(hash));
    }

    fn open_kept(&self, room: Room, text: &str, branches: Option<String>) {
        let wanted = read_kept(text).map(|wanted| Wanted { branches, ..wanted });
        open(room, wanted.ok_or_else(|| Said::Broken(words::kept_broken().to_owned(), None)));
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
}

/// Plays what was read, or shows why it cannot be played.
fn open(room: Room, read: Result<Wanted, Said>) {
    match read {
        Ok(wanted) => room.play(wanted),
        Err(said) => room.say(said),
    }
}

/// Reads the run of a link.
fn read_link(hash: &str) -> Result<Wanted, Said> {
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

/// Whether a scenario has any content, unlike that of an empty text.
fn says_something(scenario: &Scenario) -> bool {
    !scenario.steps.is_empty()
}

/// Reads the run that was kept; `None` if the text is no such run.
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use raft_core::units::SECOND;

    use super::*;

    #[test]
    fn a_run_that_was_kept_returns_to_its_instant_and_its_view() {
        let view = View { speed: Some(50_000), node: Some(3), playing: Some(true), ..View::default() };
        let kept = format!("#address\n{} \n{view}\n{MADE}\nseed 4\nwait leader\n", 7 * SECOND);
        let wanted = read_kept(&kept).unwrap();
        assert_eq!((wanted.until, wanted.view), (7 * SECOND, view));
        assert_eq!((wanted.scenario.settings.seed, wanted.stays, wanted.begun), (4, false, None));
        assert!(wanted.said == Some(Said::Restored(7 * SECOND)));
    }

    #[test]
    fn who_looked_at_the_past_looks_at_it_again() {
        let kept = format!("\n{} {}\n{}\n{MADE}\nseed 4\n", 7 * SECOND, 2 * SECOND, View::default());
        let wanted = read_kept(&kept).unwrap();
        assert_eq!((wanted.until, wanted.view.at), (7 * SECOND, Some(2 * SECOND)));
        assert!(wanted.said == Some(Said::Restored(2 * SECOND)));
    }

    #[test]
    fn a_lesson_that_was_kept_is_on_the_stage_again_at_its_step() {
        let kept = format!("\n{} \n{}\n3 first-write\nseed 4\n", SECOND, View::default());
        let wanted = read_kept(&kept).unwrap();
        assert_eq!(
            (wanted.begun, wanted.lesson.as_deref(), wanted.stays),
            (Some(3), Some("first-write"), true)
        );
    }

    #[test]
    fn what_is_no_kept_run_is_refused() {
        for text in
            ["", "\n", "\nx \n\n-\nseed 4\n", "\n5 \n\nfirst-write\nseed 4\n", "\n5 \n\n-\nno scenario\n"]
        {
            assert!(read_kept(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_pasted_text_is_shown_only_when_it_says_something() {
        assert_eq!(LinkReader.understood("seed 4\nwait leader\n").as_deref(), Some("seed 4\nwait leader\n"));
        for text in ["", "# only a comment", "hello there"] {
            assert_eq!(LinkReader.understood(text), None, "{text}");
        }
    }
}
