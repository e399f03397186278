//! The syntax tree of a scenario.

mod condition;

use crate::model::{Alteration, Dice, MessageClass, Settings};
use crate::units::{Nanos, NodeId};

pub use condition::{Condition, ResultWord, RoleWord, Same, Test};

/// A whole scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scenario {
    /// Comments before the first step, without their `#`.
    pub comments: Vec<String>,
    /// The lines about the scenario itself, such as `title`.
    pub about: About,
    /// The cluster's settings.
    pub settings: Settings,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// What a scenario says about itself; each line is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The title shown to people.
    pub title: Option<String>,
    /// The course it is part of.
    pub track: Option<String>,
    /// What the viewer should have seen before.
    pub needs: Option<String>,
    /// The purpose.
    pub goal: Option<String>,
    /// The virtual time at which a viewer begins to watch.
    pub open_at: Option<Nanos>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When it begins; `None` if it begins when the previous step is done.
    pub at: Option<When>,
    /// What it does.
    pub deed: Deed,
    /// The line it was read from, from 1; not part of the scenario's meaning.
    pub line: Line,
}

/// A line number. All line numbers compare equal, so that scenarios with the same meaning do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Line(pub u32);

impl PartialEq for Line {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Line {}

/// When a step begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At this virtual time.
    At(Nanos),
    /// This long after the previous step began.
    After(Nanos),
}

/// A reference to a node or to several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// One node by its number.
    Node(NodeId),
    /// The running leader of the highest term, if it has a quorum.
    Leader,
    /// The running follower with the lowest number.
    Follower,
    /// Every node.
    All,
    /// Every node not named elsewhere in the step.
    Rest,
    /// The node that an earlier `name` step gave this name.
    Named(String),
}

/// A list of nodes.
pub type Nodes = Vec<Who>;

/// A terminal on a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// The node it runs on.
    pub on: Who,
    /// Its number on the node, from 1.
    pub number: u32,
}

impl Terminal {
    /// Returns the first terminal on a node.
    pub fn first(on: Who) -> Terminal {
        Terminal { on, number: 1 }
    }
}

/// An action on nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Starts the process of a member that was added and never ran.
    Start,
    /// Crashes the process (`kill`).
    Crash,
    /// Stops the process in good order.
    Stop,
    /// Starts the process; a running one is stopped first.
    Restart,
    /// Pauses the process.
    Pause,
    /// Resumes a paused process.
    Resume,
    /// Cuts all links of the node, both ways.
    Isolate,
    /// Starts an election.
    Campaign,
    /// Transfers leadership to the node.
    Transfer,
    /// Takes a snapshot.
    Snapshot,
    /// Erases the disk; a running process crashes first.
    Wipe,
    /// Copies the disk, for `break restore`.
    Backup,
}

/// Kinds of text for the viewer, without effect on the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Teach {
    /// A sentence.
    Say,
    /// Playback halts until the viewer continues; the text may be empty.
    StopHere,
    /// A summary of what was just seen.
    Saw,
    /// What comes next.
    Next,
}

/// A view that the viewer should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// The logs side by side.
    Log,
    /// The hashes of the key-value stores.
    Hashes,
    /// What is on disk and what only in memory.
    Disk,
    /// The history of client operations.
    History,
    /// The timeline of the run.
    Timeline,
    /// The event log.
    Events,
    /// The ring of nodes.
    Ring,
    /// The terminals.
    Terminal,
    /// The charts.
    Charts,
}

/// The speed of playback: virtual seconds per number of real seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed {
    /// Virtual seconds, 1 or more.
    pub seconds: u32,
    /// The real seconds in which they pass, 1 or more.
    pub in_seconds: u32,
}

/// An answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Whether it is right.
    pub right: bool,
    /// The text of the answer.
    pub text: String,
    /// The response shown once it is chosen.
    pub reply: String,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A comment.
    Comment(String),
    /// An empty line.
    Blank,
    /// Text for the viewer.
    Teach(Teach, String),
    /// Points to a view, of these nodes (all if empty), with a reason.
    Look(Sight, Nodes, Option<String>),
    /// A hint for a viewer who is stuck, after this much real time if given.
    Hint(Option<Nanos>, String),
    /// Sets the speed of playback from here on.
    Speed(Speed),
    /// An invitation to the viewer. A run without a viewer does not wait for it.
    Try {
        /// What the viewer should do.
        text: String,
        /// The condition that holds once it is done.
        condition: Condition,
    },
    /// The trace hash that the run had at this point when it was recorded.
    Trace(u64),
    /// A question with its answers.
    Ask {
        /// The question.
        question: String,
        /// The answers.
        choices: Vec<Choice>,
    },
    /// Acts on nodes.
    Do(Verb, Nodes),
    /// Partitions the network into these groups.
    Partition(Vec<Nodes>),
    /// Cuts every link from a node of the first list to one of the second.
    Cut(Nodes, Nodes),
    /// Removes the cuts that touch these nodes, or all cuts if empty.
    Heal(Nodes),
    /// Restores every link from a node of the first list to one of the second.
    HealLink(Nodes, Nodes),
    /// Sets the least and the greatest latency of these links, or of all.
    Latency(Nanos, Nanos, Option<(Nodes, Nodes)>),
    /// Sets the share of messages lost on these links, or on all, per million.
    Loss(u32, Option<(Nodes, Nodes)>),
    /// Sets the share of messages duplicated on these links, or on all, per million.
    Duplication(u32, Option<(Nodes, Nodes)>),
    /// Drops a message in flight, by its id.
    Drop(u64),
    /// Delays a message in flight, by its id.
    Delay(u64, Nanos),
    /// Sends a second copy of a message in flight, by its id.
    Duplicate(u64),
    /// Drops the next message of a kind on these links, or on any.
    DropNext(MessageClass, Option<(Nodes, Nodes)>),
    /// Cancels the drops that have met no message yet.
    CancelDrops,
    /// Sets the rate of clocks: their seconds per million true seconds.
    Clock(Nodes, u32),
    /// Sets how long an fsync takes, or that none is ever done; on all nodes if empty.
    Fsync(Nodes, Nanos),
    /// Switches pre-vote on or off.
    PreVote(bool),
    /// Sets whether leaders answer linearizable reads by their lease alone.
    LeaseReads(bool),
    /// Starts the process of a member that was added, with this name and this client address
    /// (`HOST:PORT`).
    StartAs(Who, Option<String>, Option<String>),
    /// Removes a safeguard of Raft, or restores it.
    Break {
        /// The safeguard.
        what: Alteration,
        /// Whether it is removed.
        on: bool,
        /// The nodes affected; empty means all, or none for a safeguard of the clients.
        nodes: Nodes,
        /// The node whose disk is copied, for `break copy`.
        from: Option<Who>,
    },
    /// Makes a client stop waiting for a request, by its number.
    HangUp(u64),
    /// Sets how election timeouts are drawn, on all nodes if empty.
    Timers(Dice, Nodes),
    /// Switches election timers on or off, on all nodes if empty.
    Elections(bool, Nodes),
    /// Names the node that the reference means now.
    Name(String, Who),
    /// Writes at a rate (per second) for a time, through these endpoints or all voters if empty.
    Stress(u32, Nanos, Nodes),
    /// Types a command into a terminal.
    Command {
        /// The terminal.
        on: Terminal,
        /// The command; it may have several lines.
        line: String,
        /// Whether it runs in the background: the next step does not wait for its end.
        background: bool,
        /// Whether its standard input stays open after the lines of `input`. The next step does not
        /// wait for its end then, either.
        open: bool,
        /// The lines of its standard input.
        input: Vec<String>,
        /// The lines it must print; `None` accepts any.
        expected: Option<Vec<String>>,
    },
    /// Types one line or several as input of a terminal's last command.
    Input(Terminal, String),
    /// Ends the input of a terminal's last command.
    EndInput(Terminal),
    /// Closes all terminals: their commands are abandoned and watches end. Later commands are typed into
    /// new terminals.
    CloseTerminals,
    /// Waits for further output of a terminal's oldest background command.
    Output {
        /// The terminal.
        on: Terminal,
        /// The lines it must print.
        expected: Vec<String>,
    },
    /// Interrupts a terminal's foreground command, or else its oldest background command; with a number,
    /// the background command of this number, counted from 1 as they were typed.
    Interrupt(Terminal, Option<u32>),
    /// Waits until a condition holds, at most this long if given.
    Wait(Condition, Option<Nanos>),
    /// Waits for a span of virtual time.
    WaitFor(Nanos),
    /// Fails unless a condition holds now.
    Expect(Condition),
}

impl Deed {
    /// Returns whether the step is for people only. Such a step takes no time: `@+TIME` of the next step
    /// counts from the one before it.
    pub fn is_text(&self) -> bool {
        matches!(
            self,
            Deed::Comment(_)
                | Deed::Blank
                | Deed::Teach(..)
                | Deed::Look(..)
                | Deed::Hint(..)
                | Deed::Speed(_)
                | Deed::Try { .. }
                | Deed::Trace(_)
                | Deed::Ask { .. }
        )
    }
}
