//! The facade: the one door between the cluster and whoever drives it.
//!
//! A run is a pure function of [`Settings`] (the seed is one of them) and the
//! timed [`Action`]s. Actions go in; [`Event`]s (what happened) and the
//! [`ClusterView`] (what is) come out. Nothing else does.

mod action;
mod apply;
pub mod describe;
mod describe_client;
mod event;
mod facade;
mod look;
mod message;
mod settings;
mod view;

pub use action::*;
pub use event::*;
pub use facade::Cluster;
pub use message::*;
pub use settings::*;
pub use view::*;
