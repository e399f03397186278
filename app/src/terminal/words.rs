//! The terminals' sentences and examples.

use raft_core::cluster::{ClusterView, NodeView, Outcome, Process, Role};
use raft_core::etcdctl::BUILT_IN;
use raft_core::units::{Nanos, NodeId};

use crate::text;

/// Above the first prompt.
pub const WELCOME: &str =
    "etcdctl 3.4, API 3, and the words of API 2. Tab completes; \"What can I type?\" has examples.";
/// A command was put aside.
pub const ASIDE: &str = "put aside, it runs on";
/// The cluster was replaced.
pub const NEW_CLUSTER: &str = "A new cluster: what ran here ended with the old one.";
/// More lines at once than a terminal takes.
pub const TOO_MANY_LINES: &str = "So many lines at once are too many: the last ones were left out.";
/// Under the prompt.
pub const HINT: &str = "Tab completes; Esc, then Tab, leaves";
/// Copying is not allowed here.
pub const NO_CLIPBOARD: &str = "The browser does not let the page copy. The text is marked: press Ctrl-C.";
/// Copied.
pub const COPIED: &str = "Copied.";
/// The clock stands.
pub const PAUSED: &str = "Time stands still: nothing can answer.";

/// A command that was put aside has ended.
pub fn ended(line: &str) -> String {
    format!("ended: {line}")
}

/// A line without a prompt that was copied with it.
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

/// What is said after a command whose last request did not succeed: the tool cannot know it.
pub fn after(exit: u8, outcome: &Outcome) -> Option<String> {
    let cause = match outcome {
        Outcome::Failed(cause) | Outcome::Unknown(cause) => text::cause(*cause),
        _ => return exit_code(exit),
    };
    Some(format!("exit code {exit}. {cause} {}", text::advice(outcome)))
}

/// What is said after a command that ended badly.
pub fn exit(exit: u8, line: &str) -> Option<String> {
    const NOT_FOUND: u8 = 127;
    let first = line.split_whitespace().next().unwrap_or("");
    let of_tool =
        ["put", "get", "del", "set", "rm", "watch", "member", "endpoint", "lease", "txn", "lock", "elect"];
    if exit == NOT_FOUND && of_tool.contains(&first) && !BUILT_IN.contains(&first) {
        return Some(format!("exit code {exit}. Did you mean: etcdctl {line}"));
    }
    exit_code(exit)
}

fn exit_code(exit: u8) -> Option<String> {
    (exit != 0).then(|| format!("exit code {exit}"))
}

/// How long a command has waited.
pub fn waiting(passed: Nanos) -> String {
    format!("waiting, {} of cluster time", text::span(passed))
}

/// What a person at a node's terminal should know about that node.
pub fn about_node(view: &ClusterView, node: &NodeView, now: Nanos) -> Option<String> {
    let id = node.id;
    let up = view.nodes.iter().find(|other| other.process == Process::Running && other.id != id);
    let other =
        up.map_or(String::new(), |other| format!("Ask another one: --endpoints=node{}:2379", other.id));
    match node.process {
        Process::Crashed | Process::Stopped | Process::Failed | Process::Wiped => Some(format!(
            "node{id} is down: connection refused. etcdctl tries on until its time-out. {other}"
        )),
        Process::Announced => Some(format!(
            "node{id} was added and never started: nobody listens. Press Start in its card. {other}"
        )),
        Process::Removed => {
            Some(format!("node{id} is no member any more and has ended: nobody listens. {other}"))
        }
        Process::Paused => {
            Some(format!("node{id} stands still: it takes a connection and says nothing. {other}"))
        }
        Process::Starting => None,
        Process::Running if node.role == Role::Leader && text::lease_is_over(node, now) => {
            Some(text::lease_over(id))
        }
        Process::Running => None,
    }
}

/// A line to try.
pub struct Example {
    /// On which node; on the chosen one when 0.
    pub on: NodeId,
    /// What is typed.
    pub line: &'static str,
    /// Whether it runs at once, or waits for more.
    pub runs: bool,
}

const fn run(on: NodeId, line: &'static str) -> Example {
    Example { on, line, runs: true }
}

/// A group of lines to try.
pub struct Group {
    /// What they show.
    pub title: &'static str,
    /// The lines.
    pub examples: &'static [Example],
}

/// What one can type.
pub const GROUPS: [Group; 8] = [
    Group {
        title: "Write on one node, read on another",
        examples: &[run(1, "etcdctl set /my_key \"my value\""), run(2, "etcdctl get /my_key")],
    },
    Group {
        title: "Keys, revisions, history",
        examples: &[
            run(0, "etcdctl put /fruit plum"),
            run(0, "etcdctl get --prefix / --keys-only"),
            run(0, "etcdctl get /fruit -w fields"),
            run(0, "etcdctl del --prefix /fruit"),
        ],
    },
    Group {
        title: "Watch a key; keep it running, write elsewhere",
        examples: &[
            run(3, "etcdctl watch --prefix /my_key"),
            run(1, "etcdctl put /my_key \"seen by the watch\""),
        ],
    },
    Group {
        title: "Who leads, who agrees",
        examples: &[
            run(0, "etcdctl endpoint status --cluster -w table"),
            run(0, "etcdctl endpoint hashkv --cluster"),
            run(0, "etcdctl endpoint health --cluster"),
            run(0, "etcdctl member list -w table"),
        ],
    },
    Group {
        title: "A lock: the second waits until the first lets go",
        examples: &[run(1, "etcdctl lock my-lock"), run(2, "etcdctl lock my-lock")],
    },
    Group {
        title: "Keys that live as long as a lease",
        examples: &[
            run(0, "etcdctl lease grant 10"),
            run(0, "etcdctl lease list"),
            Example { on: 0, line: "etcdctl put /session alive --lease=", runs: false },
        ],
    },
    Group {
        title: "A transaction",
        examples: &[run(
            0,
            "etcdctl txn <<EOF\nvalue(\"/my_key\") = \"my value\"\n\nput /my_key \"was mine\"\n\nget /my_key\n\nEOF",
        )],
    },
    Group {
        title: "Files, pipes, a node's own copy",
        examples: &[
            run(0, "echo \"from a file\" > note; ls; cat note"),
            run(0, "etcdctl put /note < note && etcdctl get /note"),
            run(0, "etcdctl get --consistency=s /my_key  # this node's own copy, may be old"),
        ],
    },
];

/// Keys at the prompt.
pub const KEYS: [(&str, &str); 9] = [
    ("Enter", "runs what is typed; after an open quote, a \\ or <<EOF more lines follow"),
    ("Up, Down", "earlier lines; kept when the page is loaded again"),
    ("Tab", "completes commands, flags, keys, leases and files; Esc, then Tab, leaves the prompt"),
    ("Ctrl-R", "the newest line that holds what is typed; again: an older one"),
    ("Ctrl-C", "ends the command that runs; with text marked it copies"),
    ("Ctrl-D", "ends the input of a command that reads"),
    ("Ctrl-L", "clears the screen"),
    ("… &", "runs a command beside others"),
    ("\"a b\"", "quotes, \\, $NAME, #, |, ;, &&, <, > and >> mean what they mean in a shell"),
];
