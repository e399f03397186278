//! The facade: the one door between the cluster and whoever drives it.
//!
//! A run is a pure function of [`Settings`] (the seed is one of them) and the
//! timed [`Action`]s. Actions go in; [`Event`]s (what happened) and the
//! [`ClusterView`] (what is) come out. Nothing else does.

mod action;
mod alteration;
mod apply;
mod apply_break;
mod apply_machine;
mod apply_network;
mod breach;
mod call;
pub mod describe;
mod describe_client;
mod directory;
mod event;
mod explain;
mod facade;
mod fact;
mod identity;
mod ledger;
mod look;
mod members;
mod message;
mod narrate;
mod outcome;
mod progress;
mod replay;
mod request;
mod roster;
mod server_error;
mod settings;
mod sha1;
mod stability;
mod stores;
mod unrest;
mod view;
mod witness;

pub use action::*;
pub use alteration::*;
pub use breach::Breach;
pub use call::*;
pub use directory::*;
pub use event::*;
pub use explain::*;
pub use facade::Cluster;
pub use fact::*;
pub use identity::*;
pub use ledger::*;
pub(crate) use look::TAIL_CELLS;
pub use members::*;
pub use message::*;
pub use narrate::*;
pub use outcome::*;
pub use replay::*;
pub use request::*;
pub use server_error::ServerError;
pub use settings::*;
pub use stability::*;
pub use stores::*;
pub use unrest::Unrest;
pub use view::*;
pub use witness::*;
