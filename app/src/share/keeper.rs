//! Writes the run for storage. The writer is a file of its own, loaded after the first action; the reader is
//! much larger and is loaded only when there is a run to read.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use raft_core::link::View;
use raft_core::scenario::Scenario;

use super::{Room, branch_tree, keep};
use crate::browser::own_file;
use crate::state::{Page, script};

/// The mark, in place of a lesson's progress, of a text that was recorded from actions.
pub(super) const MADE: &str = "-";

/// Writes the current run for this address. The text holds, a line each: the address; the present and the
/// instant that is viewed in nanoseconds, and the view; how many steps of the scenario on the stage have
/// begun and the lesson's id; then the scenario.
pub(super) type WriteRun = fn(Page, &str) -> String;

/// The functions that write.
#[derive(Clone, Copy)]
pub(super) struct Keeper {
    pub(super) run: WriteRun,
    /// Writes the branches for this address; see [`branch_tree`].
    pub(super) branches: fn(Page, &str) -> Option<String>,
}

/// The number of lines in front of the scenario.
pub(super) const LINES_BEFORE: usize = 4;

/// Loads the keeper. Without it the page keeps nothing, and tries again later.
pub(super) fn bring(room: Room) {
    spawn_local(async move {
        if let Ok(keeper) = keeper().await {
            room.keeper.set_value(Some(keeper));
        }
    });
}

own_file!(
    keeper,
    fn keeper() -> Result<Keeper, SplitLoaderError> {
        Ok(Keeper { run: written, branches: branch_tree::written })
    }
);

fn written(page: Page, address: &str) -> String {
    let session = page.session;
    let now = session.now();
    let (stage, scenario) = match untouched(page) {
        Some(Played { lesson, begun, scenario }) => {
            (format!("{begun} {}", lesson.unwrap_or_default()), scenario)
        }
        None => {
            let export = session.look(|cluster| {
                session.journal().borrow().export(cluster.settings(), now, cluster.trace_hash())
            });
            let mut scenario = export.scenario;
            // The last step states the trace; the instant may fall within a step.
            scenario.steps.pop();
            scenario.comments.clear();
            scenario.about.title = session.memory().and_then(|memory| memory.name());
            (MADE.to_owned(), scenario)
        }
    };
    let at = session.past.at.get_untracked().map_or_else(String::new, |at| at.to_string());
    let view = View { at: None, ..keep::view(page) };
    format!("{address}\n{now} {at}\n{view}\n{stage}\n{scenario}")
}

/// The scenario on the stage.
pub(super) struct Played {
    lesson: Option<String>,
    /// How many of its steps have begun.
    begun: usize,
    pub(super) scenario: Scenario,
}

/// Returns the scenario on the stage, unless a person has acted besides it.
pub(super) fn untouched(page: Page) -> Option<Played> {
    let run = script::on_stage()?;
    let run = run.borrow();
    let alone = run.left.is_none() && run.noted == page.session.journal().borrow().len();
    alone.then(|| Played {
        lesson: run.lesson.clone(),
        // A step at which the scenario pauses begins again, so that it pauses there again.
        begun: run.script.begun().saturating_sub(usize::from(run.script.halt().is_some())),
        scenario: run.script.scenario().clone(),
    })
}
