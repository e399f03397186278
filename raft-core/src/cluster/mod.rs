//! The facade: the one door between the cluster and whoever drives it.
//!
//! A run is a pure function of [`Settings`](crate::model::Settings) (the seed is one of them) and the timed
//! [`Action`](crate::model::Action)s. Actions go in; [`Event`](crate::model::Event)s (what happened) and the
//! [`ClusterView`](crate::model::ClusterView) (what is) come out. Nothing else does.
//!
//! | Module | Content |
//! |---|---|
//! | `facade` | the clock: `advance`, `step`, `settle` |
//! | `apply`, `apply_machine`, `apply_network`, `apply_break` | how actions take effect; `apply_break` takes safeguards away and marks the run |
//! | `roster` | the members and their places in the ring |
//! | `look`, `ledger`, `stores`, `progress`, `properties`, `unrest` | views of nodes, logs, stores and checks |
//! | `replay` | the same run again from its actions, each noted with the number of messages and timers before it |
//! | `witness` | observers that hear of every instant |

mod apply;
mod apply_break;
mod apply_machine;
mod apply_network;
mod facade;
mod ledger;
mod look;
mod progress;
mod properties;
mod replay;
mod roster;
mod stores;
mod unrest;
mod witness;

pub use apply_break::allow_breaches;
pub use facade::Cluster;
pub use ledger::{Agreement, EntryStage, LOG_WINDOW_MAX, Ledger, LedgerCell, LedgerRow, LogStretch};
pub(crate) use look::TAIL_CELLS;
pub use properties::PropertyView;
pub use replay::{ACTIONS_KEPT_MAX, History, Replay, Timed};
pub use stores::{
    CopyFacts, CopyView, Held, KeyChange, KeyHistory, KeyRow, LeaseEnds, PairView, STORE_LOOK_MAX,
    STORE_ROWS_MAX, STORE_VALUE_BYTES, StoresAsk, StoresView,
};
pub use unrest::Unrest;
pub use witness::{Scene, Surround, Witness};
