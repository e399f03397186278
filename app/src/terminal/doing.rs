//! What a terminal is doing, as the page shows it.

use raft_core::model::RequestId;
use raft_core::units::Nanos;

/// What a terminal is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doing {
    /// The command in front.
    pub running: Option<Front>,
    /// Commands put aside: number and line.
    pub aside: Vec<(u32, String)>,
    /// Whether more of a command is to come.
    pub open: bool,
    /// Lines that wait.
    pub ahead: usize,
    /// Lines that went from the screen.
    pub dropped: u64,
}

/// The command in front of a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Front {
    /// Since when it runs.
    pub since: Nanos,
    /// Whether it waits for lines that are typed.
    pub reads: bool,
    /// Whether it goes on until it is interrupted.
    pub endless: bool,
    /// Its last request.
    pub request: Option<RequestId>,
}

/// Whether a command goes on until it is interrupted.
pub fn is_endless(line: &str) -> bool {
    let endless = ["watch", "exec-watch", "lock", "elect", "keep-alive"];
    line.split_whitespace().any(|word| endless.contains(&word))
}
