//! The panels beside and below the stage, and the dialogs.

mod dialog;
mod endpoints;
mod events;
mod export;
mod help;
mod new_cluster;
mod node_card;
mod partition;
mod requests;
mod result;

pub use events::Events;
pub use export::Export;
pub use help::Help;
pub use new_cluster::NewCluster;
pub use node_card::NodeCard;
pub use partition::Partition;
pub use requests::Requests;
