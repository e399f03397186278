//! `etcdctl`: a command line in, the real tool's text out.
//!
//! The words, errors and exit codes are those of etcdctl 3.4.23 with its API 3. A line is typed
//! into a [`Terminal`], a small shell; it becomes a [`Running`], a state machine that makes calls,
//! hears what becomes of them, and prints. [`Session`] holds the terminals of one cluster and
//! drives what runs in them.

mod absent;
mod client;
mod complete;
mod concurrency;
mod endpoint;
mod flags;
mod help;
mod history;
mod io;
mod key_value;
mod lease;
mod maintenance;
mod member;
mod print;
mod running;
mod session;
mod shell;
mod spec;
mod text;
mod tool;
mod txn;
mod v2;
mod watch;
mod words;

pub use complete::{CHOICES_MAX, Choice, Completion, Known, complete};
pub use history::{HISTORY_LINES_MAX, History};
pub use io::{CallId, Effect, Input, Stream};
pub use running::{Running, Terminal};
pub use session::{JobId, Session, TerminalId};
pub use shell::BUILT_IN;
pub use words::{Token, WordsError, tokens};

/// The version that `etcdctl version` and the members tell.
pub const VERSION: &str = "3.4.23";
/// The version of the API.
const API_VERSION: &str = "3.4";

/// What a command printed, and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// The exit code; 0 when all went well.
    pub exit: u8,
}

impl Output {
    /// The lines as a terminal shows them: standard output, then standard error.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for text in [&self.stdout, &self.stderr] {
            lines.extend(String::from_utf8_lossy(text).lines().map(str::to_owned));
        }
        lines
    }
}

#[cfg(test)]
mod tests;
