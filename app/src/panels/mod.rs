//! The panels beside and below the stage, and the dialogs.

mod dialog;
mod endpoints;
mod events;
mod events_file;
mod export;
mod help;
mod new_cluster;
mod node_card;
mod partition;
mod requests;
mod result;

use leptos::prelude::*;

use crate::details::Details;
use crate::lazy::lazy_view;
pub use events::Events;
use export::Export;
use help::Help;
use new_cluster::NewCluster;
use node_card::NodeCard;
use partition::Partition;
use requests::Requests;

// All of this comes right after the first view, in one file.
lazy_view!(panels, load_side, Side);
lazy_view!(panels, load_details, Details);
lazy_view!(panels, load_dialogs, Dialogs);

/// What stands beside the stage.
#[component]
fn Side() -> impl IntoView {
    view! { <Requests /> <NodeCard /> }
}

/// The dialogs, closed.
#[component]
fn Dialogs() -> impl IntoView {
    view! { <Partition /> <NewCluster /> <Help /> <Export /> }
}
