//! Writes the run as it is kept. It comes in a file of its own, once something was done; what reads a run is much
//! more, and comes only when there is one to read.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use raft_core::link::View;
use raft_core::scenario::Scenario;

use super::{Room, branch_tree, keep};
use crate::browser::own_file;
use crate::state::{Page, script};

/// Stands in the place of what is on the stage where the text was made of what was done.
pub(super) const MADE: &str = "-";

/// Writes the run that is lived in, for this address: the address, the present and the instant that is looked at
/// in nanoseconds, the view, how many steps of the scenario on the stage have begun and the lesson's id, and the
/// scenario; a line each but for the last.
pub(super) type WriteRun = fn(Page, &str) -> String;

/// What writes.
#[derive(Clone, Copy)]
pub(super) struct Keeper {
    pub(super) run: WriteRun,
    /// Writes the branches, for this address; see [`branch_tree`].
    pub(super) branches: fn(Page, &str) -> Option<String>,
}

/// How many lines stand before the scenario.
pub(super) const LINES_BEFORE: usize = 4;

/// Brings it. A page without it keeps nothing, and tries again later.
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
            // Its last step tells the trace; the instant may be in the middle of one.
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

/// What is on the stage.
pub(super) struct Played {
    lesson: Option<String>,
    /// How many of its steps have begun.
    begun: usize,
    pub(super) scenario: Scenario,
}

/// What is on the stage, while nobody has done anything besides it.
pub(super) fn untouched(page: Page) -> Option<Played> {
    let run = script::on_stage()?;
    let run = run.borrow();
    let alone = run.left.is_none() && run.noted == page.session.journal().borrow().len();
    alone.then(|| Played {
        lesson: run.lesson.clone(),
        // A step at which it stands still begins again, so that it stands there again.
        begun: run.script.begun().saturating_sub(usize::from(run.script.halt().is_some())),
        scenario: run.script.scenario().clone(),
    })
}
