//! The activity of a terminal, as the page shows it.

use raft_core::model::RequestId;
use raft_core::units::Nanos;

/// The activity of a terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doing {
    /// The command in the foreground.
    pub running: Option<Front>,
    /// The commands in the background: number and line.
    pub aside: Vec<(u32, String)>,
    /// Whether a command is incomplete.
    pub open: bool,
    /// The number of lines that wait.
    pub ahead: usize,
    /// The number of lines dropped from the screen.
    pub dropped: u64,
}

/// The command in the foreground of a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Front {
    /// When it began, in virtual nanoseconds.
    pub since: Nanos,
    /// Whether it waits for typed lines.
    pub reads: bool,
    /// Whether it runs until it is interrupted.
    pub endless: bool,
    /// Its last request.
    pub request: Option<RequestId>,
}

/// Whether a command runs until it is interrupted.
pub fn is_endless(line: &str) -> bool {
    let endless = ["watch", "exec-watch", "lock", "elect", "keep-alive"];
    line.split_whitespace().any(|word| endless.contains(&word))
}
