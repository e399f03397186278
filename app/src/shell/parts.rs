//! What comes right after the first view, put together of the features: what stands beside the stage and above it,
//! and the dialogs.

use leptos::prelude::*;
use raft_core::model::Event;
use raft_core::words::describe::{Described, Level, describe, level};

use super::details::Details;
use crate::broken::{AlteredMark, BreakDialog};
use crate::chaos::ChaosSlot;
use crate::glossary::Glossary;
use crate::kit::{Edge, Splitter, lazy_view};
use crate::lessons::{LessonSlot, LessonsDialog};
use crate::narration::NarrationLine;
use crate::panels::{Help, NewCluster, NodeCard, Partition, Requests};
use crate::share::Share;
use crate::state::use_page;
use crate::welcome::Welcome;

// All of this comes in one file.
lazy_view!(panels, load_side, Side);
lazy_view!(panels, load_details, Details);
lazy_view!(panels, load_dialogs, Dialogs);
lazy_view!(panels, load_narration, Narrated);

/// An event in words, and how much it matters.
fn described(event: &Event) -> Option<(Described, Level)> {
    Some((describe(event)?, level(event)))
}

/// What is said above the stage.
#[component]
fn Narrated() -> impl IntoView {
    view! { <AlteredMark /> <NarrationLine /> }
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
