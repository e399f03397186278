//! The panels beside and below the stage, and the dialogs of a cluster: the node card, requests, events, a
//! new cluster, a partition, help.

mod dials;
mod endpoints;
mod event_choice;
mod events;
mod help;
mod new_cluster;
mod node_card;
mod partition;
mod requests;
mod result;
mod settings;

pub use events::{Events, describe_events};
pub use help::Help;
pub use new_cluster::NewCluster;
pub use node_card::NodeCard;
pub use partition::Partition;
pub use requests::Requests;
