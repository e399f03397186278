//! What knows links and scenarios. It comes in a file of its own, when something is to be opened or kept.

use std::future::Future;

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use raft_core::link::{self, View};
use raft_core::scenario::{Scenario, parse};
use raft_core::units::Nanos;

use super::{Said, Wanted, errors, keep};
use crate::app::Page;
use crate::script;
use crate::text::share as words;

/// Stands in the place of a lesson's id where a text was made of what was done.
const MADE: &str = "-";

/// Reads and writes runs.
pub(super) trait Desk {
    /// The run of a link.
    fn link(&self, hash: &str) -> Result<Wanted, Said>;
    /// The run that was kept.
    fn kept(&self, text: &str) -> Result<Wanted, Said>;
    /// Whether a text is a link or a scenario; the scenario's text.
    fn understood(&self, text: &str) -> Option<String>;
    /// The run as it is kept.
    fn keep(&self, page: Page, address: &str) -> String;
}

/// Brings it.
pub(super) fn load() -> impl Future<Output = Result<Box<dyn Desk>, SplitLoaderError>> {
    desk()
}

#[wasm_split(share, wasm_split_path = leptos::wasm_split, fallible)]
fn desk() -> Result<Box<dyn Desk>, SplitLoaderError> {
    Ok(Box::new(Reader))
}

struct Reader;

impl Desk for Reader {
    fn link(&self, hash: &str) -> Result<Wanted, Said> {
        let link = link::decode(hash).map_err(|error| {
            let text = match &error {
                link::LinkError::Scenario(_) => link::text_of(hash),
                _ => None,
            };
            Said::Broken(words::link_broken(errors::sentence(&error)), text)
        })?;
        let until = link.view.at.or(link.scenario.about.open_at).unwrap_or(0);
        let said = Said::Opened(link.scenario.about.title.clone(), link.is_of_other_traces());
        let (view, scenario) = (link.view, link.scenario);
        Ok(Wanted { scenario, until, view, lesson: None, stays: true, said: Some(said) })
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

    fn keep(&self, page: Page, address: &str) -> String {
        let session = page.session;
        let now = session.now();
        let (lesson, scenario) = match untouched(page) {
            Some(played) => played,
            None => {
                let export = session.look(|cluster| {
                    session.journal().borrow().export(cluster.settings(), now, cluster.trace_hash())
                });
                let mut scenario = export.scenario;
                // Its last step tells the trace; the instant may be in the middle of one.
                scenario.steps.pop();
                scenario.comments.clear();
                scenario.about.title = session.memory().and_then(|memory| memory.name());
                (Some(MADE.to_owned()), scenario)
            }
        };
        let at = session.past.at.get_untracked().map_or_else(String::new, |at| at.to_string());
        let view = View { at: None, ..keep::view(page) };
        format!("{address}\n{now} {at}\n{view}\n{}\n{scenario}", lesson.unwrap_or_default())
    }
}

/// The scenario on the stage, and the lesson's id, while nobody has done anything besides it.
pub(super) fn untouched(page: Page) -> Option<(Option<String>, Scenario)> {
    let run = script::on_stage()?;
    let run = run.borrow();
    let alone = run.left.is_none() && run.noted == page.session.journal().borrow().len();
    alone.then(|| (run.lesson.clone(), run.script.scenario().clone()))
}

/// Whether a text is more than one that happens to be a scenario, such as an empty one.
fn says_something(scenario: &Scenario) -> bool {
    !scenario.steps.is_empty()
}

fn read_kept(text: &str) -> Option<Wanted> {
    let mut parts = text.splitn(5, '\n').skip(1);
    let (now, at) = parts.next()?.split_once(' ')?;
    let until: Nanos = now.parse().ok()?;
    let at: Option<Nanos> = at.parse().ok();
    let view = View { at, ..parts.next()?.parse().ok()? };
    let lesson = parts.next().filter(|id| !id.is_empty());
    let stays = lesson != Some(MADE);
    let lesson = lesson.filter(|_| stays).map(str::to_owned);
    let scenario = parse(parts.next()?).ok()?;
    Some(Wanted { scenario, until, view, lesson, stays, said: Some(Said::Restored(at.unwrap_or(until))) })
}
