//! Chaos: random faults and clients on the session's cluster, with a goal and a score. What is thrown is
//! raft-core's [`Chaos`](raft_core::chaos::Chaos), which lives with the cluster as a driver; so the run is a
//! link like any other, and a person may act at any time.
//!
//! * `panel`: what is chosen, how it goes, how it went; `run`: the driver; `score`: the numbers.

mod panel;
mod run;
mod score;

use leptos::prelude::*;

use crate::kit::{Lazy, lazy_view};
use crate::state::use_page;
use panel::Panel;

// In one file with the lessons, which share with it what plays commands on the cluster.
lazy_view!(lessons, load_chaos, Panel);

/// The place of the panel.
#[component]
pub fn ChaosSlot() -> impl IntoView {
    let shown = use_page().chaos;
    view! { <Lazy wanted=shown load=load_chaos /> }
}
