//! Views of the run below the stage: the logs side by side, the space-time diagram, and charts. One lazy file
//! holds them all.
//!
//! They read the tape and change nothing. A hidden view does no work; a shown one follows the run at a
//! [pace](crate::kit::follow). Only the visible cells of the logs exist.

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
