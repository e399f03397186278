//! What every part of the page may use: the session, the clock, and what is open, chosen or pointed at.

use leptos::prelude::*;
pub use raft_core::link::Detail;
use raft_core::units::Nanos;

use super::{Playback, Scene, Selection, Sight};
use crate::session::Session;

/// Dialogs, of which at most one is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Choosing a partition.
    Partition,
    /// Choosing settings for a new cluster.
    NewCluster,
    /// Keys and signs.
    Help,
    /// The run as a text and as a link.
    Run,
    /// The list of lessons.
    Lessons,
    /// Safeguards to take away.
    Break,
}

/// Tabs of the request panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Put.
    Write,
    /// Get.
    Read,
    /// Delete.
    Delete,
    /// Many puts.
    Stress,
}

/// What every part of the page may use.
#[derive(Clone, Copy)]
pub struct Page {
    /// The cluster.
    pub session: Session,
    /// Time.
    pub playback: Playback,
    /// The dialog that is open.
    pub dialog: RwSignal<Option<Dialog>>,
    /// The tab of the request panel.
    pub tab: RwSignal<Tab>,
    /// What is shown below the stage.
    pub detail: RwSignal<Detail>,
    /// The instant at which somebody points, in whichever view of time.
    pub pointer: RwSignal<Option<Nanos>>,
    /// What is selected: a node, a link, a message or a request.
    pub selection: RwSignal<Selection>,
    /// The glossary's entry that is open; its list of terms when the id is empty.
    pub glossary: RwSignal<Option<&'static str>>,
    /// What is seen of the stage.
    pub sight: Sight,
    /// Whether the welcome is shown.
    pub welcome: RwSignal<bool>,
    /// The scenario that is played.
    pub scene: Scene,
    /// Whether the panel of chaos is wanted.
    pub chaos: RwSignal<bool>,
    /// Whether the page is narrow.
    pub narrow: RwSignal<bool>,
    /// Whether the first view stands, and what it did not need may come.
    pub settled: RwSignal<bool>,
}

/// The parts that every component finds in its context.
pub fn use_page() -> Page {
    expect_context::<Page>()
}
