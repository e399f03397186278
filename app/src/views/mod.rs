//! Views of the run below the stage: the logs, space and time, charts. All in one file, loaded when one
//! of them is first wanted. They look, and change nothing; one that is not shown does nothing.

mod chart;
mod charts;
mod ledger;
mod ledger_rows;
mod spacetime;

use leptos::prelude::*;

use crate::kit::lazy_view;
use charts::Charts;
use ledger::LedgerPanel;
use spacetime::SpaceTime;

lazy_view!(views, load_ledger, LedgerPanel);
lazy_view!(views, load_spacetime, SpaceTime);
lazy_view!(views, load_charts, Charts);
