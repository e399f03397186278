//! The panels beside and below the stage, and the dialogs.

mod dialog;
mod dials;
mod endpoints;
mod events;
mod events_file;
mod help;
mod new_cluster;
mod node_card;
mod partition;
mod requests;
mod result;
mod settings;
mod splitter;

use leptos::prelude::*;
use raft_core::cluster::Event;
use raft_core::cluster::describe::{Described, Level, describe, level};

use crate::app::use_page;
use crate::broken::BreakDialog;
use crate::chaos::ChaosSlot;
use crate::details::Details;
use crate::glossary::Glossary;
use crate::lazy::lazy_view;
use crate::lessons::{LessonSlot, LessonsDialog};
use crate::narration::NarrationLine;
use crate::share::Share;
use crate::welcome::Welcome;
pub use dialog::{Modal, Window};
pub use dials::share_text;
pub use events::Events;
pub use events_file::as_text;
use help::Help;
use new_cluster::NewCluster;
pub use node_card::Actions;
use node_card::NodeCard;
use partition::Partition;
pub use partition::{cut_in_two, ids};
use requests::Requests;
pub use splitter::{Edge, Splitter};

// All of this comes right after the first view, in one file.
lazy_view!(panels, load_side, Side);
lazy_view!(panels, load_details, Details);
lazy_view!(panels, load_dialogs, Dialogs);
lazy_view!(panels, load_narration, NarrationLine);

/// An event in words, and how much it matters.
fn described(event: &Event) -> Option<(Described, Level)> {
    Some((describe(event)?, level(event)))
}

/// What stands beside the stage.
#[component]
fn Side() -> impl IntoView {
    use_page().session.log.describe_with(described);
    view! { <Splitter edge=Edge::Side /> <LessonSlot /> <ChaosSlot /> <Welcome /> <Requests /> <NodeCard /> }
}

/// The dialogs, closed.
#[component]
fn Dialogs() -> impl IntoView {
    view! { <Partition /> <NewCluster /> <Help /> <Share /> <LessonsDialog /> <BreakDialog /> <Glossary /> }
}
