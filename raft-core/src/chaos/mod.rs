//! Chaos: random faults and clients of all kinds from a seed, on a cluster that the caller owns.
//!
//! - [`Chaos`] uses public means only: actions and lines of `etcdctl`, between instants. Each deed is noted
//!   for a [`Journal`](crate::scenario::Journal), so that a run can be exported as a scenario.
//! - It observes every event and keeps a [`Score`]. An [`Audit`] checks guarantees of watches and locks,
//!   beyond the properties of [`safety`](crate::safety).
//! - When its time is over, it removes every fault, and the cluster must take a write.
//!
//! | Module | Content |
//! |---|---|
//! | `monkey` | the order of events: faults, requests, recovery |
//! | `level` | how severe the faults are, and the goal |
//! | `faults`, `tamper`, `sequences` | single faults; faults of messages, clocks and disks; sequences of
//! faults |
//! | `clients`, `members` | requests of clients; membership changes |
//! | `score`, `audit`, `watches`, `locks` | what was served; guarantees of watches and locks |
//! | `actor` | acts on the cluster and notes each deed |

mod actor;
mod audit;
mod clients;
mod faults;
mod level;
mod locks;
mod members;
mod monkey;
mod score;
mod sequences;
mod tamper;
mod watches;

pub use actor::Actor;
pub use audit::{Audit, Concern, Finding};
pub use level::{Goal, Level};
pub use monkey::{Chaos, End, Plan};
pub use score::{PATIENCE, Score};
