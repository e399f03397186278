//! What a scenario says, as data.

mod condition;

use crate::model::{Alteration, Dice, MessageClass, Settings};
use crate::units::{Nanos, NodeId};

pub use condition::*;

/// A whole scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scenario {
    /// Comments before the first step, without their `#`.
    pub comments: Vec<String>,
    /// `title`, `track`, `needs`, `goal`, as far as given.
    pub about: About,
    /// The cluster's settings.
    pub settings: Settings,
    /// The steps in order.
    pub steps: Vec<Step>,
}

/// What a scenario says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Its name for people.
    pub title: Option<String>,
    /// The course that it is part of.
    pub track: Option<String>,
    /// What to have seen before.
    pub needs: Option<String>,
    /// What it is for.
    pub goal: Option<String>,
    /// The instant at which a viewer begins to look.
    pub open_at: Option<Nanos>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When it begins; when the one before is done, if absent.
    pub at: Option<When>,
    /// What it does.
    pub deed: Deed,
    /// The line in the text it was read from, from 1; not part of what the scenario says.
    pub line: Line,
}

/// A line number. All are equal, so that two texts that say the same compare equal.
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
    /// This long after the step before began.
    After(Nanos),
}

/// Whom a step means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// One node by its number.
    Node(NodeId),
    /// The running leader of the highest term that has its quorum.
    Leader,
    /// The running follower with the lowest number.
    Follower,
    /// Every node.
    All,
    /// Every node that is not named elsewhere in the step.
    Rest,
    /// A node that was given this name.
    Named(String),
}

/// A list of nodes.
pub type Nodes = Vec<Who>;

/// A terminal: the first one on a node, or a further one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// The node on which it is.
    pub on: Who,
    /// Which of the node's terminals, from 1.
    pub number: u32,
}

impl Terminal {
    /// The first terminal on a node.
    pub fn first(on: Who) -> Terminal {
        Terminal { on, number: 1 }
    }
}

/// What is done to nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Start the process of a member that was added and never ran.
    Start,
    /// Crash.
    Crash,
    /// Stop in good order.
    Stop,
    /// Boot; a running one is stopped first.
    Restart,
    /// Stand still.
    Pause,
    /// Go on.
    Resume,
    /// Cut all links.
    Isolate,
    /// Start an election.
    Campaign,
    /// Take over leadership.
    Transfer,
    /// Take a snapshot.
    Snapshot,
    /// Lose the disk; a running one crashes first.
    Wipe,
    /// Put a copy of the disk aside.
    Backup,
}

/// Text for people, without effect on the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Teach {
    /// A sentence.
    Say,
    /// Playback halts until the viewer goes on; the text may be empty.
    StopHere,
    /// What was seen.
    Saw,
    /// What comes next.
    Next,
}

/// What a viewer should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// The logs side by side.
    Log,
    /// The hashes of the key-value stores.
    Hashes,
    /// What lies on disk and what only in memory.
    Disk,
    /// The clients' operations in time.
    History,
    /// The run in time.
    Timeline,
    /// The events.
    Events,
    /// The ring of nodes.
    Ring,
    /// The terminals.
    Terminal,
    /// The charts.
    Charts,
}

/// How fast to play: virtual seconds in so many true ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed {
    /// Virtual seconds, 1 or more.
    pub seconds: u32,
    /// True seconds in which they pass, 1 or more.
    pub in_seconds: u32,
}

/// An answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Whether it is right.
    pub right: bool,
    /// The answer.
    pub text: String,
    /// What is said to who chose it.
    pub reply: String,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A line for readers of the text.
    Comment(String),
    /// An empty line.
    Blank,
    /// Text for the viewer.
    Teach(Teach, String),
    /// What to look at, on these nodes or on all, and why.
    Look(Sight, Nodes, Option<String>),
    /// Help for those who are stuck, after a while if one is given (of true time: the viewer's).
    Hint(Option<Nanos>, String),
    /// How fast to play from here on.
    Speed(Speed),
    /// An invitation to the viewer, and the condition that notices when it was followed. It never waits.
    Try {
        /// What to do.
        text: String,
        /// What holds once it is done.
        condition: Condition,
    },
    /// The trace hash that the run had here when it was recorded.
    Trace(u64),
    /// A question with its answers.
    Ask {
        /// The question.
        question: String,
        /// The answers.
        choices: Vec<Choice>,
    },
    /// Does something to nodes.
    Do(Verb, Nodes),
    /// Divides the network.
    Partition(Vec<Nodes>),
    /// Cuts every link from one of these to one of those.
    Cut(Nodes, Nodes),
    /// Removes cuts; all of them when no node is named.
    Heal(Nodes),
    /// Lets every link from one of these to one of those pass again.
    HealLink(Nodes, Nodes),
    /// Sets the latency range of links, or of all.
    Latency(Nanos, Nanos, Option<(Nodes, Nodes)>),
    /// Sets the loss of links, or of all, per million.
    Loss(u32, Option<(Nodes, Nodes)>),
    /// Sets how many messages of links, or of all, are sent twice, per million.
    Duplication(u32, Option<(Nodes, Nodes)>),
    /// Loses a message on its way, by its id.
    Drop(u64),
    /// Lets a message on its way arrive later.
    Delay(u64, Nanos),
    /// Sends a second copy of a message on its way.
    Duplicate(u64),
    /// Loses the next message of a kind, on these links or on any.
    DropNext(MessageClass, Option<(Nodes, Nodes)>),
    /// Takes back the losses that wait for their messages.
    CancelDrops,
    /// Sets how fast clocks run: their seconds in a million true ones.
    Clock(Nodes, u32),
    /// Sets how long an fsync takes, or that it is never done; on all nodes when none is named.
    Fsync(Nodes, Nanos),
    /// Switches pre-vote.
    PreVote(bool),
    /// Whether leaders answer reads by their lease alone.
    LeaseReads(bool),
    /// Starts the process of a member that was added, under this name and at this host and port.
    StartAs(Who, Option<String>, Option<String>),
    /// Takes a safeguard of Raft away, or gives it back.
    Break {
        /// Which.
        what: Alteration,
        /// Whether it is taken away.
        on: bool,
        /// On which nodes; on all, or on none, when none is named.
        nodes: Nodes,
        /// Whose disk is copied.
        from: Option<Who>,
    },
    /// A client stops waiting for a request, by its number.
    HangUp(u64),
    /// Sets how election timeouts come about; of all nodes when none is named.
    Timers(Dice, Nodes),
    /// Switches election timers; of all nodes when none is named.
    Elections(bool, Nodes),
    /// Gives a name to whoever it is now.
    Name(String, Who),
    /// Writes at a rate for a while, by these endpoints; by all voters when none is named.
    Stress(u32, Nanos, Nodes),
    /// A command on a node's terminal.
    Command {
        /// Which terminal.
        on: Terminal,
        /// The line, with the further lines that it leaves open.
        line: String,
        /// Whether it runs in the background: the scenario goes on once it is sent.
        background: bool,
        /// Whether its standard input goes on after the lines given here. Then, too, the scenario
        /// goes on once it is sent.
        open: bool,
        /// Its standard input.
        input: Vec<String>,
        /// What it must print; anything when absent.
        expected: Option<Vec<String>>,
    },
    /// What is typed later for the last command of a terminal: one line, or several.
    Input(Terminal, String),
    /// The end of what is typed for the last command of a terminal.
    EndInput(Terminal),
    /// Closes all terminals: nobody goes on with the commands that run there, and watches end. What
    /// is typed later is typed into new terminals.
    CloseTerminals,
    /// The later output of a background command.
    Output {
        /// Which terminal.
        on: Terminal,
        /// What it must print.
        expected: Vec<String>,
    },
    /// Presses the interrupt key of a terminal: for the command in front, or else for the oldest one
    /// in the background; or for the background command of this number, counted as they were typed.
    Interrupt(Terminal, Option<u32>),
    /// Waits until a condition holds.
    Wait(Condition, Option<Nanos>),
    /// Waits for a span of virtual time.
    WaitFor(Nanos),
    /// A condition must hold now.
    Expect(Condition),
}

impl Deed {
    /// Whether it is for people only: it takes no time, and what comes after it counts from the step before.
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
