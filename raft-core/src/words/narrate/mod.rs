//! Narration: what just happened and why, in one line, and what to try next.
//!
//! The narrator hears every event in order and remembers what it needs to say why: vote requests that
//! wait for an answer, votes counted, what is on which disk. So what it says depends on the events alone;
//! of the view it takes only who votes. It is quiet on routine: heartbeats, single appends, answers.

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

/// Messages about votes that are remembered at most; the oldest go first.
const REMEMBERED_MAX: usize = 256;
/// Terms whose votes are remembered at most.
const TERMS_MAX: usize = 16;

/// Entries of a log whose terms are remembered at most.
const ENTRIES_MAX: usize = 512;

/// What just happened, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narration {
    /// When.
    pub at: Nanos,
    /// The node that it is about most, if it is about one.
    pub node: Option<NodeId>,
    /// One sentence, without a full stop and without the rule.
    pub text: String,
    /// The rule behind it.
    pub rule: Option<Rule>,
    /// How much it matters.
    pub weight: Weight,
}

impl Narration {
    /// The sentence with the place where its rule is written: `node1 steps down: it saw term 4 (§5.1)`.
    pub fn line(&self) -> String {
        match &self.rule {
            Some(rule) => format!("{} ({})", self.text, rule.section()),
            None => self.text.clone(),
        }
    }
}

/// How much a narration matters to somebody who cannot read them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// A detail: a vote granted, an entry committed.
    Detail,
    /// A step of something: a campaign, a refusal, a snapshot.
    Step,
    /// A turning point: a leader, a crash, a cut.
    Turn,
}

/// Hears what happens and tells it. See the module's documentation.
#[derive(Clone, Debug, Default)]
pub struct Narrator {
    /// Vote requests by call, and answers by message.
    asked: VecDeque<(u64, Message)>,
    answers: VecDeque<(u64, Message)>,
    /// By term: who voted for whom on disk, whose votes a candidate counted, whether it was told of.
    terms: BTreeMap<u64, Poll>,
    roles: BTreeMap<NodeId, (Role, u64)>,
    /// Nodes that were told by hand to campaign, and have not begun.
    told_to: BTreeSet<NodeId>,
    /// The last index on each disk.
    durable: BTreeMap<NodeId, u64>,
    /// The terms of the newest entries of each log, by index.
    entries: BTreeMap<NodeId, BTreeMap<u64, u64>>,
    /// The term for which a node was last told to have begun a trial vote.
    tried: BTreeMap<NodeId, u64>,
    committed: u64,
}

/// The votes of a term.
#[derive(Clone, Debug, Default)]
struct Poll {
    /// Voter and candidate.
    saved: BTreeMap<NodeId, NodeId>,
    /// Candidate and voter whose yes it heard.
    counted: Vec<(NodeId, NodeId)>,
    led: bool,
    split_told: bool,
}

type Said = Option<(Weight, Option<NodeId>, Option<Rule>, String)>;

impl Narrator {
    /// Hears the next event; the view is of this instant or a later one. `None` for routine.
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

/// What needs no memory: faults, members, violations.
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

/// Remembers a message, and forgets the oldest when there are too many.
fn remember(messages: &mut VecDeque<(u64, Message)>, key: u64, message: &Message) {
    if messages.len() == REMEMBERED_MAX {
        messages.pop_front();
    }
    messages.push_back((key, message.clone()));
}

/// Takes a remembered message.
fn recall(messages: &mut VecDeque<(u64, Message)>, key: u64) -> Option<Message> {
    let at = messages.iter().position(|(known, _)| *known == key)?;
    messages.remove(at).map(|(_, message)| message)
}
