//! The parts that are loaded right after the first view, composed from the features: what is beside and above
//! the stage, and the dialogs.

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

// One file holds all of this.
lazy_view!(panels, load_side, Side);
lazy_view!(panels, load_details, Details);
lazy_view!(panels, load_dialogs, Dialogs);
lazy_view!(panels, load_narration, Narrated);

/// Returns an event in words, and its level.
fn described(event: &Event) -> Option<(Described, Level)> {
    Some((describe(event)?, level(event)))
}

/// The part above the stage.
#[component]
fn Narrated() -> impl IntoView {
    view! { <AlteredMark /> <NarrationLine /> }
}

/// The part beside the stage.
#[component]
fn Side() -> impl IntoView {
    use_page().session.log.describe_with(described);
    view! { <Splitter edge=Edge::Side /> <LessonSlot /> <ChaosSlot /> <Welcome /> <Requests /> <NodeCard /> }
}

/// The dialogs, closed at first.
#[component]
fn Dialogs() -> impl IntoView {
    view! { <Partition /> <NewCluster /> <Help /> <Share /> <LessonsDialog /> <BreakDialog /> <Glossary /> }
}
