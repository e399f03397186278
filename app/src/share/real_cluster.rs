//! A scenario as a script for a real cluster. What makes it is a file of its own: few want it, and it weighs more than
//! the rest of the dialog.

use std::future::Future;

use leptos::wasm_split::SplitLoaderError;
use raft_core::headless::shell::script;
use raft_core::scenario::Scenario;

use crate::browser::own_file;

/// Makes the script of a scenario, whose name is told in it.
pub(super) type Make = fn(&Scenario, &str) -> String;

/// Loads what makes scripts.
pub(super) fn load() -> impl Future<Output = Result<Make, SplitLoaderError>> {
    real_cluster()
}

own_file!(
    shell,
    fn real_cluster() -> Result<Make, SplitLoaderError> {
        Ok(script)
    }
);
