//! Chaos: random faults and clients of all kinds from a seed, on a cluster that somebody else owns.
//!
//! [`Chaos`] says when it wants to act next, and then does what anybody can do: actions and lines of
//! `etcdctl`, between instants, each noted as a journal notes it. So what it did is a scenario. It hears
//! every event and keeps a [`Score`]; with what watches and locks promise it holds the cluster to more
//! than the checks of [`safety`](crate::safety) do. When its time is over it takes every fault away, and
//! the cluster must take a write.
//!
//! * `level`: how bad it is, and the goal; `plan`: what is thrown when; `faults`, `tamper`, `sequences`:
//!   single faults, faults of single messages, clocks and disks, and sequences of faults.
//! * `clients`: who asks, and what; `members`: changes of members.
//! * `score`: what was served, and for how long nothing was; `audit`: watches and locks.
//! * `hand`: carries out and notes.

mod audit;
mod clients;
mod faults;
mod hand;
mod level;
mod locks;
mod members;
mod monkey;
mod score;
mod sequences;
mod tamper;
mod watches;

pub use audit::{Audit, Concern, Finding};
pub use hand::Hand;
pub use level::{Goal, Level};
pub use monkey::{Chaos, End, Plan};
pub use score::{PATIENCE, Score};
