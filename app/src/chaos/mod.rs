//! Chaos: random faults and clients on the session's cluster, with a goal and a score. The faults come from
//! raft-core's [`Chaos`](raft_core::chaos::Chaos), which acts on the cluster through a driver. So the run can
//! be shared as a link like any other, and a person may act at any time.
//!
//! * `panel`: the settings, the progress, the result; `run`: the driver; `score`: the numbers.

mod panel;
mod run;
mod score;

use leptos::prelude::*;

use crate::kit::{Lazy, lazy_view};
use crate::state::use_page;
use panel::Panel;

// In one file with the lessons, which need the same code to play commands on the cluster.
lazy_view!(lessons, load_chaos, Panel);

/// The place of the panel on the page.
#[component]
pub fn ChaosSlot() -> impl IntoView {
    let shown = use_page().chaos;
    view! { <Lazy wanted=shown load=load_chaos /> }
}
