//! The parts that are loaded right after the first view, composed from the features: what is beside and above
//! the stage, and the dialogs.

use leptos::prelude::*;

use super::details::Details;
use crate::broken::{AlteredMark, BreakDialog};
use crate::chaos::ChaosSlot;
use crate::glossary::Glossary;
use crate::kit::{Edge, Splitter, lazy_view};
use crate::lessons::{LessonSlot, LessonsDialog};
use crate::narration::NarrationLine;
use crate::panels::{Help, NewCluster, NodeCard, Partition, Requests, describe_events};
use crate::share::Share;
use crate::welcome::Welcome;

// One file holds all of this.
lazy_view!(panels, load_side, Side);
lazy_view!(panels, load_details, Details);
lazy_view!(panels, load_dialogs, Dialogs);
lazy_view!(panels, load_narration, Narrated);

/// The part above the stage.
#[component]
fn Narrated() -> impl IntoView {
    view! { <AlteredMark /> <NarrationLine /> }
}

/// The part beside the stage.
#[component]
fn Side() -> impl IntoView {
    describe_events();
    view! { <Splitter edge=Edge::Side open=RwSignal::new(true) /> <LessonSlot /> <ChaosSlot /> <Welcome /> <Requests /> <NodeCard /> }
}

/// The dialogs, closed at first.
#[component]
fn Dialogs() -> impl IntoView {
    view! { <Partition /> <NewCluster /> <Help /> <Share /> <LessonsDialog /> <BreakDialog /> <Glossary /> }
}
