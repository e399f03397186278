//! Narration: what just happened and why, in one line, and what to try next.
//!
//! The narrator hears every event in order and remembers what an explanation needs: unanswered vote requests, counted
//! votes, and what each disk holds. Its sentences depend on events alone; from the view it takes only the voters. It
//! is silent about routine: heartbeats, single appends, answers.

mod elections;
mod hint;
mod logs;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub use hint::{Hint, hint};

use super::describe::{Topic, describe};
use super::explain::{Rule, rules};
use crate::model::ClusterView;
use crate::model::{Event, EventKind, Message, Role};
use crate::units::{Nanos, NodeId};

/// The largest number of vote messages remembered; the oldest go first.
const REMEMBERED_MAX: usize = 256;
/// The largest number of terms whose votes are remembered.
const TERMS_MAX: usize = 16;

/// The largest number of entries per log whose terms are remembered.
const ENTRIES_MAX: usize = 512;

/// What just happened, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narration {
    /// The instant, in virtual nanoseconds.
    pub at: Nanos,
    /// The node that it is mainly about, if there is one.
    pub node: Option<NodeId>,
    /// One sentence, without a full stop and without the rule.
    pub text: String,
    /// The rule behind it.
    pub rule: Option<Rule>,
    /// How much it matters.
    pub weight: Weight,
}

impl Narration {
    /// The sentence with the source of its rule: `node1 steps down: it saw term 4 (§5.1)`.
    pub fn line(&self) -> String {
        match &self.rule {
            Some(rule) => format!("{} ({})", self.text, rule.section()),
            None => self.text.clone(),
        }
    }
}

/// How much a narration matters to a reader who cannot read all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// A detail: a vote granted, an entry committed.
    Detail,
    /// A step: a campaign, a refusal, a snapshot.
    Step,
    /// A turning point: a leader, a crash, a cut.
    Turn,
}

/// Turns events into narration. See the module's documentation.
#[derive(Clone, Debug, Default)]
pub struct Narrator {
    /// Vote requests by call number.
    asked: VecDeque<(u64, Message)>,
    answers: VecDeque<(u64, Message)>,
    /// The votes by term.
    terms: BTreeMap<u64, Poll>,
    roles: BTreeMap<NodeId, (Role, u64)>,
    /// Nodes that a person asked to campaign and that have not begun.
    told_to: BTreeSet<NodeId>,
    /// The last index on each disk.
    durable: BTreeMap<NodeId, u64>,
    /// The terms of the newest entries of each log, by index.
    entries: BTreeMap<NodeId, BTreeMap<u64, u64>>,
    /// The term of the last pre-vote that was narrated, by node.
    tried: BTreeMap<NodeId, u64>,
    committed: u64,
}

/// The votes of a term.
#[derive(Clone, Debug, Default)]
struct Poll {
    /// The candidate in each voter's durable vote.
    saved: BTreeMap<NodeId, NodeId>,
    /// Pairs of a candidate and a voter whose vote it received.
    counted: Vec<(NodeId, NodeId)>,
    led: bool,
    split_told: bool,
}

type Said = Option<(Weight, Option<NodeId>, Option<Rule>, String)>;

impl Narrator {
    /// Hears the next event. The view is of this instant or a later one. Returns `None` for routine.
    pub fn hear(&mut self, event: &Event, view: &ClusterView) -> Option<Narration> {
        let said = match &event.kind {
            EventKind::Sent(message) => self.sent(message),
            EventKind::Delivered { id, .. } => self.delivered(*id),
            EventKind::VoteSaved { node, term, candidate, committed: false } => {
                self.voted(*node, *term, *candidate, view)
            }
            EventKind::Role { node, role, term, leader } => self.role(*node, *role, *term, *leader, view),
            EventKind::Appended { .. }
            | EventKind::Synced { .. }
            | EventKind::Truncated { .. }
            | EventKind::Committed { .. }
            | EventKind::SnapshotSaved { .. }
            | EventKind::Crashed { .. }
            | EventKind::Stopped { .. }
            | EventKind::Started { .. } => self.log(&event.kind, view),
            EventKind::CampaignAsked { node } => {
                self.told_to.insert(*node);
                told(event)
            }
            _ => told(event),
        };
        said.map(|(weight, node, rule, text)| Narration { at: event.at, node, text, rule, weight })
    }
}

/// Narrates what needs no memory: faults, members, violations.
fn told(event: &Event) -> Said {
    let described = describe(event)?;
    let (weight, rule) = match (described.topic, &event.kind) {
        (Topic::Client | Topic::Message, _) => return None,
        (Topic::Violation, _) => (Weight::Turn, Some(rules::VIOLATION)),
        (Topic::Members, _) => (Weight::Step, Some(rules::JOINT)),
        (_, EventKind::TransferAsked { .. }) => (Weight::Step, Some(rules::TRANSFER)),
        (_, EventKind::Expelled { .. }) => (Weight::Turn, Some(rules::JOINT)),
        (_, EventKind::Paused { .. } | EventKind::Failed { .. }) => (Weight::Turn, Some(rules::CRASH)),
        (_, EventKind::Partitioned { .. } | EventKind::Isolated { .. } | EventKind::LinkCut(_)) => {
            (Weight::Turn, Some(rules::PARTITION))
        }
        (Topic::Process, _) | (_, EventKind::Healed { .. } | EventKind::LinkHealed(_)) => {
            (Weight::Turn, None)
        }
        _ => (Weight::Step, None),
    };
    Some((weight, described.node, rule, described.text))
}

/// Remembers a message; forgets the oldest one beyond [`REMEMBERED_MAX`].
fn remember(messages: &mut VecDeque<(u64, Message)>, key: u64, message: &Message) {
    if messages.len() == REMEMBERED_MAX {
        messages.pop_front();
    }
    messages.push_back((key, message.clone()));
}

/// Removes and returns a remembered message.
fn recall(messages: &mut VecDeque<(u64, Message)>, key: u64) -> Option<Message> {
    let at = messages.iter().position(|(known, _)| *known == key)?;
    messages.remove(at).map(|(_, message)| message)
}
