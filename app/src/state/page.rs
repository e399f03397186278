//! The context of every component: the session, the clock, and what is open, selected or pointed at.

use leptos::prelude::*;
pub use raft_core::link::Detail;
use raft_core::units::Nanos;

use super::{Playback, Scene, Selection, Sight};
use crate::session::Session;

/// The dialogs, of which at most one is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Groups of a partition.
    Partition,
    /// Settings of a new cluster.
    NewCluster,
    /// Help: the keys and the signs.
    Help,
    /// The run as a text and as a link.
    Run,
    /// The list of lessons.
    Lessons,
    /// Safeguards that can be taken away.
    Break,
}

/// The tabs of the request panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// The form of a put.
    Write,
    /// The form of a range request.
    Read,
    /// The form of a delete.
    Delete,
    /// The form of a series of puts.
    Stress,
}

/// The context of every component.
#[derive(Clone, Copy)]
pub struct Page {
    /// The session, which owns the cluster.
    pub session: Session,
    /// The clock and its speed.
    pub playback: Playback,
    /// The dialog that is open.
    pub dialog: RwSignal<Option<Dialog>>,
    /// The tab of the request panel.
    pub tab: RwSignal<Tab>,
    /// The tab shown below the stage.
    pub detail: RwSignal<Detail>,
    /// Whether the details below the stage are open. They are closed at first: the ring has their room.
    pub opened: RwSignal<bool>,
    /// The instant under the pointer, in whichever view of time.
    pub pointer: RwSignal<Option<Nanos>>,
    /// What is selected: a node, a link, a message or a request.
    pub selection: RwSignal<Selection>,
    /// The glossary entry that is open; the list of terms if the id is empty.
    pub glossary: RwSignal<Option<&'static str>>,
    /// The filters of the stage.
    pub sight: Sight,
    /// Whether the welcome is shown.
    pub welcome: RwSignal<bool>,
    /// The state of the scenario on the stage.
    pub scene: Scene,
    /// Whether the panel of chaos is open.
    pub chaos: RwSignal<bool>,
    /// Whether the page is narrow.
    pub narrow: RwSignal<bool>,
    /// Width and height of the stage's drawing, in CSS pixels.
    pub room: RwSignal<(u32, u32)>,
    /// Whether the first view is complete, so that other parts may be loaded.
    pub settled: RwSignal<bool>,
}

impl Page {
    /// Opens the details at a tab.
    pub fn show_detail(&self, detail: Detail) {
        self.detail.set(detail);
        self.opened.set(true);
    }
}

/// Returns the page from the component's context.
pub fn use_page() -> Page {
    expect_context::<Page>()
}
