//! `etcdctl`: takes a command line and prints what the real etcdctl prints.
//!
//! Output, errors and exit codes equal those of etcdctl 3.4.23 with API 3. A line typed into a
//! [`Terminal`], a small shell, becomes a [`Running`]: a state machine that makes calls, receives
//! their outcomes and prints. [`EtcdctlSession`] holds the terminals of one cluster and drives their commands.

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
pub use session::{EtcdctlSession, JobId, TerminalId};
pub use shell::BUILT_IN;
pub use words::{Token, WordsError, tokens};

/// The version that `etcdctl version` and the members report.
pub const VERSION: &str = "3.4.23";
/// The version of the API.
const API_VERSION: &str = "3.4";

/// A command's output and exit code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// The exit code; 0 means success.
    pub exit: u8,
}

impl Output {
    /// Returns the lines of standard output, then those of standard error.
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
