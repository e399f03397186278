//! The terminals' sentences and examples.

use raft_core::etcdctl::BUILT_IN;
use raft_core::model::{ClusterView, NodeView, Outcome, Process, Role};
use raft_core::units::{Nanos, NodeId};

use crate::text::terminal as words;
use crate::text::{self, Word};

/// Returns the remark that a background command has ended.
pub fn ended(line: &str) -> String {
    words::ended(line)
}

/// Returns a line without a prompt that was copied with it.
pub fn without_prompt(line: &str) -> &str {
    let rest = line.trim_start();
    if let Some(rest) = rest.strip_prefix("$ ") {
        return rest;
    }
    match rest.split_once("@cluster$ ") {
        Some((node, command)) if !node.contains(char::is_whitespace) => command,
        _ => line,
    }
}

/// Returns the remark after a command whose last request did not succeed; the tool cannot know the cause.
pub fn after(exit: u8, outcome: &Outcome) -> Option<String> {
    let cause = match outcome {
        Outcome::Failed(cause) | Outcome::Unknown(cause) => text::cause(*cause),
        _ => return exit_code(exit),
    };
    Some(words::exit_cause(exit, cause, text::advice(outcome)))
}

/// Returns the remark after a command that failed.
pub fn exit(exit: u8, line: &str) -> Option<String> {
    const NOT_FOUND: u8 = 127;
    let first = line.split_whitespace().next().unwrap_or("");
    let of_tool =
        ["put", "get", "del", "set", "rm", "watch", "member", "endpoint", "lease", "txn", "lock", "elect"];
    if exit == NOT_FOUND && of_tool.contains(&first) && !BUILT_IN.contains(&first) {
        return Some(words::did_you_mean(exit, line));
    }
    exit_code(exit)
}

fn exit_code(exit: u8) -> Option<String> {
    (exit != 0).then(|| words::exit_code(exit))
}

/// Returns how long a command has waited, and whether it reads standard input.
pub fn waiting(passed: Nanos, reads: bool) -> String {
    let passed = text::span(passed);
    if reads { words::waiting_reads(passed) } else { words::waiting(passed) }
}

/// Returns the important facts about a node, for its terminal.
pub fn about_node(view: &ClusterView, node: &NodeView, now: Nanos) -> Option<String> {
    let id = node.id;
    let up = view.nodes.iter().find(|other| other.process == Process::Running && other.id != id);
    let refused = |what: String| match up {
        Some(other) => Some(format!("{what} {}", words::ask_another(other.id))),
        None => Some(what),
    };
    match node.process {
        Process::Crashed | Process::Stopped | Process::Failed | Process::Wiped => refused(words::is_down(id)),
        Process::Announced => refused(words::never_started(id)),
        Process::Removed => refused(words::has_ended(id)),
        Process::Paused => refused(words::stands_still(id)),
        Process::Starting => None,
        Process::Running if node.role == Role::Leader && text::lease_is_over(node, now) => {
            Some(text::lease_over(id))
        }
        Process::Running => None,
    }
}

/// An example line.
pub struct Example {
    /// The node on which it runs; 0 stands for the chosen one.
    pub on: NodeId,
    /// The line.
    pub line: &'static str,
    /// Whether it runs at once, or is only inserted.
    pub runs: bool,
}

const fn run(on: NodeId, line: &'static str) -> Example {
    Example { on, line, runs: true }
}

/// A group of examples.
pub struct Group {
    /// The title.
    pub title: Word,
    /// The examples.
    pub examples: &'static [Example],
}

/// The examples, by group.
pub const GROUPS: [Group; 8] = [
    Group {
        title: words::try_two_nodes,
        examples: &[run(1, "etcdctl set /my_key \"my value\""), run(2, "etcdctl get /my_key")],
    },
    Group {
        title: words::try_keys,
        examples: &[
            run(0, "etcdctl put /fruit plum"),
            run(0, "etcdctl get --prefix / --keys-only"),
            run(0, "etcdctl get /fruit -w fields"),
            run(0, "etcdctl del --prefix /fruit"),
        ],
    },
    Group {
        title: words::try_watch,
        examples: &[
            run(3, "etcdctl watch --prefix /my_key"),
            run(1, "etcdctl put /my_key \"seen by the watch\""),
        ],
    },
    Group {
        title: words::try_status,
        examples: &[
            run(0, "etcdctl endpoint status --cluster -w table"),
            run(0, "etcdctl endpoint hashkv --cluster"),
            run(0, "etcdctl endpoint health --cluster"),
            run(0, "etcdctl member list -w table"),
        ],
    },
    Group {
        title: words::try_lock,
        examples: &[run(1, "etcdctl lock my-lock"), run(2, "etcdctl lock my-lock")],
    },
    Group {
        title: words::try_lease,
        examples: &[
            run(0, "etcdctl lease grant 10"),
            run(0, "etcdctl lease list"),
            Example { on: 0, line: "etcdctl put /session alive --lease=", runs: false },
        ],
    },
    Group {
        title: words::try_transaction,
        examples: &[run(
            0,
            "etcdctl txn <<EOF\nvalue(\"/my_key\") = \"my value\"\n\nput /my_key \"was mine\"\n\nget /my_key\n\nEOF",
        )],
    },
    Group {
        title: words::try_files,
        examples: &[
            run(0, "echo \"from a file\" > note; ls; cat note"),
            run(0, "etcdctl put /note < note && etcdctl get /note"),
            run(0, "etcdctl get --consistency=s /my_key  # this node's own copy, may be old"),
        ],
    },
];

/// Keys at the prompt.
pub const KEYS: [(Word, Word); 9] = [
    (words::key_enter, words::does_enter),
    (words::key_up, words::does_up),
    (words::tab, words::does_tab),
    (words::key_search, words::does_search),
    (words::interrupt_key, words::does_interrupt),
    (words::end_of_input_key, words::does_end_of_input),
    (words::clear_key, words::does_clear),
    (words::key_beside, words::does_beside),
    (words::key_quotes, words::does_quotes),
];
