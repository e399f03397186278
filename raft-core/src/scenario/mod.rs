//! The scenario: one language for tests, lessons, links and embeds.
//!
//! A scenario is a text: settings first, then steps, one per line. [`parse()`] reads it, `Display` prints its
//! canonical form, and a [`Player`] plays it on a [`Cluster`](crate::cluster::Cluster).
//!
//! ```text
//! title     The leader fails
//! seed      42
//!
//! wait      leader
//! node1$    etcdctl put /my_key "my value"
//!         > OK
//! kill      leader
//! wait      leader
//! expect    no violation
//! ```
//!
//! A step may carry a time: `@2s` counts from the start of the run, `@+500ms` from the start of the previous
//! step. It begins once everything due at that instant has happened. A step without a time begins when the
//! previous one is done.
//!
//! `NODE$ COMMAND` types a command into a node's terminal and waits for its end; `NODE$ COMMAND &` runs it in
//! the background and does not wait.
//!
//! - Lines with `<` are its standard input, lines with `>` its expected output: `…` stands for any text,
//!   `{L}` for a text that is the same wherever the name occurs.
//! - `NODE>` waits for more lines from a background command, `wait NODE shows "TEXT"` for a line that
//!   contains the text, and `interrupt NODE` presses the interrupt key.
//! - `NODE$ COMMAND <` leaves standard input open: a later `NODE< LINE` types a line into it, `eof NODE` ends
//!   it.
//! - `node1:2` is the second terminal on a node; `interrupt node1 %2` addresses the second command there that
//!   was typed with `&`.
//! - A command that does not fit behind the prompt, such as one of several lines, follows on lines with `|`.
//! - `wait no lease {L} on all` waits for the end of a lease; its keys end with it: `expect no /key on all`.
//!
//! `drop message 12`, `delay message 12 by 20ms` and `duplicate message 12` act on a message in flight, by
//! its number. `drop next append node1 -> node2` loses the next message of a kind (`vote`, `pre-vote`,
//! `append`, `heartbeat`, `snapshot`, or `reply` of any kind) that would arrive on the link, or on any link
//! if none is named. `drop none` cancels the drops that have met no message yet. `duplicate 5%` delivers that
//! share of messages twice, on all links or on one; before the first step it is a setting.
//!
//! `wipe NODES` erases disks: log, vote and snapshot. `clock node1 +10%` makes a clock run faster (`-50%`:
//! slower), `fsync node1 20ms` sets how long an fsync takes on one node, `fsync 20ms` on all. `align timers
//! NODES` fixes openraft's next draws of election timeouts to the shortest one; `spread timers NODES` spaces
//! them evenly over the range, in the order of the nodes. Nodes draw when they start and when they campaign,
//! so a `restart` makes a fixed draw take effect; `timers as drawn` returns to random draws.
//!
//! Some steps are for the viewer only and never change the run: `say`, `ask` with its answers, `stop here`,
//! `saw`, `next`, `hint 20s TEXT`, `speed 1/100`, `look log node1 -- TEXT`, and `try CONDITION -- TEXT`, an
//! invitation that counts as followed once its condition holds. `trace HASH` records the trace hash that the
//! run had at that point. In the head, `open at 2.3s` is the instant at which a viewer begins to watch.
//!
//! A [`Journal`] exports what a person did in a session of the page as a scenario.
//!
//! To add a word, add a [`Deed`] or [`Test`], a row in `grammar` (the source of the reference), its text in
//! `print`, and its effect in `perform`, `resolve` or `judge`.

mod ast;
mod compare;
mod condition;
mod cursor;
mod faults;
mod grammar;
mod journal;
mod judge;
mod parse;
mod perform;
mod player;
mod print;
mod quote;
mod report;
mod resolve;
mod script;
mod settings;
mod step;
mod suggest;
mod teaching;
#[cfg(test)]
pub(crate) mod tests;
mod typing;
mod words;

pub use ast::{
    About, Choice, Condition, Deed, Line, Nodes, ResultWord, RoleWord, Same, Scenario, Sight, Speed, Step,
    Teach, Terminal, Test, Verb, When, Who,
};
pub use cursor::ParseError;
pub use grammar::reference;
pub(crate) use journal::{CHAOS_JOBS, CHAOS_TERMINALS};
pub use journal::{Export, Journal, Noted};
pub use parse::{SCENARIO_BYTES_MAX, parse};
pub use player::Player;
pub use report::{Item, Told};
pub use script::{Halt, Script};
