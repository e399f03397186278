//! The scenario: one language for tests, lessons, links and embeds.
//!
//! A text has settings first, then steps, one a line. [`parse()`] understands it,
//! `Display` prints its canonical form, and a [`Player`] plays it on a
//! [`Cluster`](crate::cluster::Cluster).
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
//! A step may carry a time: `@2s` counts from the start, `@+500ms` from the start
//! of the step before. It begins when everything is done that is due at that instant.
//! A step without a time begins when the one before is done.
//!
//! `NODE$ COMMAND` types into a node's terminal and waits for the end, `NODE$ COMMAND &` does not
//! wait. Lines with `<` are its standard input, lines with `>` what it must print: `…` stands for
//! any text, `{L}` for a text that is the same wherever it stands. Of a command in the background,
//! `NODE>` awaits that many more lines, `wait NODE shows "TEXT"` a line with this text, and
//! `interrupt NODE` presses the interrupt key. `NODE$ COMMAND <` leaves standard input open: later
//! `NODE< LINE` types a line into it, `eof NODE` ends it. `node1:2` is the second terminal on a node,
//! `interrupt node1 %2` means the second command there that was typed with `&`. What does not fit
//! behind a prompt, such as a command of several lines, stands under it on lines with `|`. A lease ends with `wait no lease {L} on all`, its
//! keys with it: `expect no /key on all`.
//!
//! `drop message 12`, `delay message 12 by 20ms` and `duplicate message 12` do something to a message that
//! is on its way, by its number. `drop next append node1 -> node2` loses the next message of a kind
//! (`vote`, `pre-vote`, `append`, `heartbeat`, `snapshot`, or `reply` of any kind) that would arrive;
//! without a link, on any. `drop none` takes back what has met no message yet. `duplicate 5%` lets that
//! share of messages come twice, on all links or on one; before the first step it is a setting.
//!
//! `wipe NODES` loses disks: log, vote and snapshot. `clock node1 +10%` lets a clock run faster (or slower:
//! `-50%`), `fsync node1 20ms` sets how long an fsync takes there, and `fsync 20ms` on all nodes.
//! `align timers NODES` loads the dice, so that openraft's next draws of election timeouts all give the
//! shortest one; `spread timers NODES` lets them lie evenly over the range, ascending with the nodes. Nodes draw
//! when they start and when they campaign, so a `restart` brings a loaded draw about; `timers as drawn` ends it.
//!
//! Some steps are for people alone and never change the run: `say`, `ask` with its answers, `stop here`, `saw`,
//! `next`, `hint 20s TEXT`, `speed 1/100`, `look log node1 -- TEXT`, and `try CONDITION -- TEXT`, an invitation whose
//! condition notices that it was followed. `trace HASH` tells what the trace was there when it was recorded.
//! In the head, `open at 2.3s` is the instant at which a viewer begins to look.
//!
//! What a person did in a session of the page is such a scenario, too: see [`Journal`].
//!
//! To add a word: a [`Deed`] or [`Test`] for it, its row in `grammar` (from which the reference is made), its text in
//! `print`, and what it does in `player` or `judge`.

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

pub use ast::*;
pub use cursor::ParseError;
pub use grammar::reference;
pub(crate) use journal::{CHAOS_JOBS, CHAOS_TERMINALS};
pub use journal::{Export, Journal, Noted};
pub use parse::{SCENARIO_BYTES_MAX, parse};
pub use player::Player;
pub use report::{Item, Told};
pub use script::{Halt, Script};
