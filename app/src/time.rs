//! The speeds of virtual time and the instants one jumps to: every storey names them.

/// Virtual time in millionths of wall time: the slowest speed, real time, and the fastest.
pub const SPEED_MIN: u64 = 1_000;
/// One virtual second a second.
pub const REAL_TIME: u64 = 1_000_000;
/// The fastest speed.
pub const SPEED_MAX: u64 = 100_000_000;

/// What to jump to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// The next or previous instant at which something happens.
    Event,
    /// A campaign, or its end.
    Election,
    /// An entry that is committed.
    Commit,
    /// A crash, a stop, a pause or a cut.
    Fault,
    /// A write that a client sends.
    Write,
    /// A safety property that does not hold.
    Violation,
    /// Any of them but commits and writes.
    Mark,
}
