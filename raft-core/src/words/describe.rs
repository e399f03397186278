//! Events in plain words, for the transcript and the page's event log.

pub use super::describe_client::{
    cause_text, life_text, operation_text, outcome_text, progress_text, response_text, step_text,
};

use super::describe_client::step_node;
use crate::model::{
    Alteration, CLOCK_PPM_TRUE, Configuration, Dice, Event, EventKind, FSYNC_NEVER, LossReason, Message,
    MessageKind, Outcome, Property, Role,
};
use crate::units::{MILLISECOND, Nanos, NodeId};

/// The topic of an event, by which a reader filters the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// A violation of a safety property.
    Violation,
    /// A process started, ended, paused or resumed.
    Process,
    /// Votes, roles and terms.
    Election,
    /// Cuts, partitions, latency and loss.
    Network,
    /// Requests of clients and their outcomes.
    Client,
    /// Members added, removed and promoted.
    Members,
    /// Snapshots and replaced entries.
    Log,
    /// Single messages that were lost.
    Message,
}

/// The level of an event: how much it matters to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Single messages, and steps of a request.
    Debug,
    /// Ordinary progress.
    Info,
    /// A change of leader, process, members or network.
    Notable,
    /// A failure, real or provoked, or a request that did not succeed.
    Warning,
    /// A safety property does not hold.
    Violation,
}

/// Returns the level of an event.
pub fn level(event: &Event) -> Level {
    match &event.kind {
        EventKind::Violation { .. } => Level::Violation,
        EventKind::Crashed { .. }
        | EventKind::Failed { .. }
        | EventKind::Paused { .. }
        | EventKind::Partitioned { .. }
        | EventKind::Isolated { .. }
        | EventKind::LinkCut(_)
        | EventKind::Truncated { .. }
        | EventKind::RequestEnded {
            outcome:
                Outcome::Failed(_) | Outcome::Unknown(_) | Outcome::Rejected { .. } | Outcome::Refused { .. },
            ..
        } => Level::Warning,
        EventKind::RequestStarted { .. }
        | EventKind::RequestEnded { .. }
        | EventKind::VoteSaved { .. }
        | EventKind::SnapshotSaved { installed: false, .. }
        | EventKind::Role { role: Role::Learner | Role::Follower | Role::PreCandidate, .. } => Level::Info,
        EventKind::Sent(_)
        | EventKind::Delivered { .. }
        | EventKind::Lost { .. }
        | EventKind::Appended { .. }
        | EventKind::Synced { .. }
        | EventKind::Purged { .. }
        | EventKind::Committed { .. }
        | EventKind::Applied { .. }
        | EventKind::MembersStored { .. }
        | EventKind::RequestStep { .. }
        | EventKind::RequestProgress { .. } => Level::Debug,
        _ => Level::Notable,
    }
}

/// An event in one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The topic.
    pub topic: Topic,
    /// The node that it is mainly about, if there is one.
    pub node: Option<NodeId>,
    /// The sentence, without a full stop.
    pub text: String,
}

/// Describes an event in a sentence. Returns `None` for events that are too fine for a reader, such as heartbeats and
/// fsyncs.
pub fn describe(event: &Event) -> Option<Described> {
    let (topic, node, text) = match &event.kind {
        EventKind::Sent(message) => return lost_from_the_start(message),
        EventKind::Lost { id, reason: LossReason::Dropped } => {
            (Topic::Message, None, format!("message {id} is dropped on its way"))
        }
        EventKind::Delivered { .. }
        | EventKind::Lost { .. }
        | EventKind::Appended { .. }
        | EventKind::Synced { .. }
        | EventKind::Committed { .. }
        | EventKind::Applied { .. }
        | EventKind::MembersStored { .. }
        | EventKind::Purged { .. } => return None,
        EventKind::VoteSaved { node, term, candidate, committed } => {
            if *committed || node == candidate {
                return None;
            }
            (Topic::Election, Some(*node), format!("node{node} votes for node{candidate} in term {term}"))
        }
        EventKind::Truncated { node, from } => (
            Topic::Log,
            Some(*node),
            format!("node{node} drops its entries from index {from} on: the leader's log says otherwise"),
        ),
        EventKind::SnapshotSaved { node, index, installed, .. } => {
            let what = if *installed { "received the leader's snapshot" } else { "took a snapshot" };
            (Topic::Log, Some(*node), format!("node{node} {what} through index {index}"))
        }
        EventKind::Role { node, role, term, leader } => {
            (Topic::Election, Some(*node), role_text(*node, *role, *term, *leader)?)
        }
        EventKind::Violation { property, detail } => {
            (Topic::Violation, None, format!("{} does not hold: {detail}", property_name(*property)))
        }
        EventKind::RequestStarted { .. }
        | EventKind::RequestStep { .. }
        | EventKind::RequestProgress { .. }
        | EventKind::RequestEnded { .. } => {
            return client(&event.kind);
        }
        other => return process(other).or_else(|| network(other)).or_else(|| members(other)),
    };
    Some(Described { topic, node, text })
}

fn lost_from_the_start(message: &Message) -> Option<Described> {
    let loss = message.lost?;
    let reason = match loss.reason {
        LossReason::Random => "the link loses it",
        LossReason::Cut => "the link is cut",
        LossReason::Dropped => "it was chosen to be",
        LossReason::Down | LossReason::Late | LossReason::Repeated => return None,
    };
    let Message { from, to, .. } = message;
    let text = format!("{} from node{from} to node{to} will be lost: {reason}", message_name(message));
    Some(Described { topic: Topic::Message, node: Some(*from), text })
}

fn process(kind: &EventKind) -> Option<Described> {
    let (node, text) = match kind {
        EventKind::Started { node, last_index: 0 } => (*node, format!("node{node} starts")),
        EventKind::Started { node, last_index } => {
            (*node, format!("node{node} starts with the log on its disk, up to index {last_index}"))
        }
        EventKind::Stopped { node } => (*node, format!("node{node} stops in good order")),
        EventKind::Crashed { node, lost: 0, .. } => (*node, format!("node{node} crashes")),
        EventKind::Crashed { node, lost: 1, .. } => {
            (*node, format!("node{node} crashes; one entry was not fsynced and is lost"))
        }
        EventKind::Crashed { node, lost, .. } => {
            (*node, format!("node{node} crashes; {lost} entries were not fsynced and are lost"))
        }
        EventKind::Paused { node } => (*node, format!("node{node} stands still; its clock runs on")),
        EventKind::Resumed { node } => (*node, format!("node{node} goes on")),
        EventKind::Failed { node, error } => (*node, format!("node{node} gives up: {error}")),
        EventKind::Wiped { node } => {
            (*node, format!("node{node} loses its disk: log, vote and snapshot are gone"))
        }
        EventKind::BackedUp { node } => (*node, format!("the disk of node{node} is backed up")),
        EventKind::DiskReplaced { node } => (*node, format!("node{node} gets another disk")),
        EventKind::FsyncSet { node: Some(node), takes: FSYNC_NEVER } => {
            (*node, format!("the disk of node{node} lies: it says that an fsync is done, and does none"))
        }
        EventKind::FsyncSet { node: Some(node), takes } => {
            (*node, format!("an fsync takes {} ms on node{node}", takes / MILLISECOND))
        }
        EventKind::ClockSet { node, ppm: CLOCK_PPM_TRUE } => {
            (*node, format!("the clock of node{node} keeps true time again"))
        }
        EventKind::ClockSet { node, ppm } => {
            let (sign, off) = match ppm.checked_sub(CLOCK_PPM_TRUE) {
                Some(fast) => ("fast", fast),
                None => ("slow", CLOCK_PPM_TRUE - ppm),
            };
            (*node, format!("the clock of node{node} runs {}.{:04} % {sign}", off / 10_000, off % 10_000))
        }
        EventKind::Expelled { node } => {
            (*node, format!("node{node} ends by itself: it has been removed from the cluster for good"))
        }
        _ => return None,
    };
    Some(Described { topic: Topic::Process, node: Some(node), text })
}

fn fsync_of_all(takes: Nanos) -> String {
    match takes {
        FSYNC_NEVER => "every disk lies: it says that an fsync is done, and does none".to_owned(),
        takes => format!("an fsync takes {} ms on every node", takes / MILLISECOND),
    }
}

/// Describes a safeguard that was taken away or given back.
fn altered(what: Alteration, node: Option<NodeId>, from: Option<NodeId>, on: bool) -> String {
    let what = what.name();
    match (node, from, on) {
        (Some(node), Some(from), _) => {
            format!("node{node} gets a copy of the data folder of node{from}: a safeguard is lost")
        }
        (Some(node), None, true) => format!("a safeguard is lost on node{node}: {what}"),
        (None, _, true) => format!("a safeguard is lost: {what}"),
        (Some(node), None, false) => format!("no longer on node{node}: {what}"),
        (None, _, false) => format!("no longer: {what}"),
    }
}

/// Describes a switch that concerns all nodes.
fn switched(kind: &EventKind, on: bool) -> &'static str {
    match (kind, on) {
        (EventKind::PreVoteSet { .. }, true) => "nodes ask before they raise their term",
        (EventKind::PreVoteSet { .. }, false) => "nodes raise their term without asking first",
        (_, true) => "leaders answer reads by their lease alone",
        (_, false) => "leaders ask a majority before they answer a read",
    }
}

fn network(kind: &EventKind) -> Option<Described> {
    let everywhere = |link: &Option<crate::model::Link>| match link {
        Some(link) => format!("from node{} to node{}", link.from, link.to),
        None => "on all links".to_owned(),
    };
    let (node, text) = match kind {
        EventKind::Partitioned { groups } => {
            let groups: Vec<String> = groups.iter().map(|group| list(group)).collect();
            (None, format!("the network is divided: {}", groups.join(" | ")))
        }
        EventKind::Isolated { node } => (Some(*node), format!("every link of node{node} is cut")),
        EventKind::LinkCut(link) => {
            (Some(link.from), format!("nothing passes from node{} to node{} any more", link.from, link.to))
        }
        EventKind::Healed { nodes } if nodes.is_empty() => (None, "all links are whole again".to_owned()),
        EventKind::Healed { nodes } => (None, format!("the links of {} are whole again", list(nodes))),
        EventKind::LinkHealed(link) => {
            (Some(link.from), format!("messages pass from node{} to node{} again", link.from, link.to))
        }
        EventKind::LatencySet { link, min, max } => {
            let (min, max) = (min / MILLISECOND, max / MILLISECOND);
            (None, format!("messages take {min} to {max} ms {}", everywhere(link)))
        }
        EventKind::LossSet { link, ppm } => {
            let (whole, part) = (ppm / 10_000, ppm % 10_000 / 100);
            (None, format!("{whole}.{part:02} % of messages are lost {}", everywhere(link)))
        }
        EventKind::DuplicationSet { link, ppm } => {
            let (whole, part) = (ppm / 10_000, ppm % 10_000 / 100);
            (None, format!("{whole}.{part:02} % of messages are sent twice {}", everywhere(link)))
        }
        EventKind::DropPlanned(drop) => {
            let place = drop.link.map_or_else(|| "on any link".to_owned(), |link| everywhere(&Some(link)));
            let text = format!("the next {} {place} will be lost", drop.class.name());
            (drop.link.map(|link| link.from), text)
        }
        EventKind::DropsCancelled => (None, "no loss waits for its message any more".to_owned()),
        EventKind::Delayed { id, by } => {
            (None, format!("message {id} will arrive {} ms later", by / MILLISECOND))
        }
        EventKind::Duplicated { id, copy } => {
            (None, format!("message {id} is sent a second time, as message {copy}"))
        }
        EventKind::PreVoteSet { on } | EventKind::LeaseReadsSet { on } => {
            (None, switched(kind, *on).to_owned())
        }
        EventKind::Altered { what, node, from, on } => (*node, altered(*what, *node, *from, *on)),
        EventKind::FsyncSet { node: None, takes } => (None, fsync_of_all(*takes)),
        EventKind::DiceSet { nodes, dice } => {
            let text = match dice {
                Dice::Drawn => "election timeouts are drawn by chance again".to_owned(),
                Dice::Aligned => {
                    format!("the dice are loaded: {} will draw the same election timeout", list(nodes))
                }
                Dice::Spread => {
                    format!("the dice are loaded: {} will draw election timeouts far apart", list(nodes))
                }
            };
            (None, text)
        }
        EventKind::ElectionsSet { node, on } => {
            let what = if *on { "may start elections again" } else { "starts no elections by itself" };
            (Some(*node), format!("node{node} {what}"))
        }
        EventKind::CampaignAsked { node } => (Some(*node), format!("node{node} is told to campaign")),
        EventKind::TransferAsked { from, to } => {
            (Some(*from), format!("node{from} is told to hand leadership to node{to}"))
        }
        _ => return None,
    };
    Some(Described { topic: Topic::Network, node, text })
}

fn members(kind: &EventKind) -> Option<Described> {
    let learners = |configuration: &Configuration| match configuration.learners.as_slice() {
        [] => String::new(),
        nodes => format!(", with {} as a learner", list(nodes)),
    };
    let (node, text) = match kind {
        EventKind::MembersProposed { node, configuration, .. } => {
            let learners = learners(configuration);
            let text = if configuration.is_joint() {
                format!(
                    "node{node} proposes joint consensus: a majority of {configuration}, each by itself{learners}"
                )
            } else {
                format!("node{node} proposes the voters {configuration}{learners}")
            };
            (*node, text)
        }
        EventKind::MembersCommitted { node, configuration, .. } => {
            let learners = learners(configuration);
            let text = if configuration.is_joint() {
                format!(
                    "joint consensus is committed: decisions need a majority of {configuration}{learners}"
                )
            } else {
                format!("the members are decided: the voters are {configuration}{learners}")
            };
            (*node, text)
        }
        EventKind::MemberAdded { node, learner: true } => {
            (*node, format!("node{node} is added as a learner; it is to be started"))
        }
        EventKind::MemberAdded { node, learner: false } => {
            (*node, format!("node{node} is added; it is to be started"))
        }
        EventKind::CaughtUp { node, index } => {
            (*node, format!("node{node} has caught up with the leader, up to index {index}"))
        }
        EventKind::MemberRemoved { node } => (*node, format!("node{node} is not a member any more")),
        _ => return None,
    };
    Some(Described { topic: Topic::Members, node: Some(node), text })
}

fn client(kind: &EventKind) -> Option<Described> {
    let (node, text) = match kind {
        EventKind::RequestStarted { id, operation, endpoints } => {
            (None, format!("request {id}: {} at {}", operation_text(operation), list(endpoints)))
        }
        EventKind::RequestStep { id, step } => {
            (Some(step_node(step)), format!("request {id}: {}", step_text(step)))
        }
        EventKind::RequestProgress { id, response } => {
            (None, format!("request {id}: {}", progress_text(response)))
        }
        EventKind::RequestEnded { id, outcome } => (None, format!("request {id}: {}", outcome_text(outcome))),
        _ => return None,
    };
    Some(Described { topic: Topic::Client, node, text })
}

fn role_text(node: NodeId, role: Role, term: u64, leader: Option<NodeId>) -> Option<String> {
    Some(match (role, leader) {
        (Role::Leader, _) => format!("node{node} leads term {term}: a majority voted for it"),
        (Role::Candidate, _) => format!("node{node} asks for votes in term {term}"),
        (Role::PreCandidate, _) => {
            format!("node{node} asks whether it could win term {}; its term does not grow yet", term + 1)
        }
        (Role::Follower, Some(leader)) => format!("node{node} follows node{leader} in term {term}"),
        (Role::Follower, None) if term > 0 => format!("node{node} knows no leader in term {term}"),
        (Role::Follower | Role::Learner, _) => return None,
    })
}

/// The name of a message.
pub fn message_name(message: &Message) -> &'static str {
    match (message.kind, message.reply.is_some()) {
        (MessageKind::Vote, false) => "a request for a vote",
        (MessageKind::Vote, true) => "a vote",
        (MessageKind::PreVote, false) => "a pre-vote request",
        (MessageKind::PreVote, true) => "a pre-vote",
        (MessageKind::Append, false) => "entries",
        (MessageKind::Append, true) => "an answer to entries",
        (MessageKind::Heartbeat, false) => "a heartbeat",
        (MessageKind::Heartbeat, true) => "an answer to a heartbeat",
        (MessageKind::Snapshot, false) => "a snapshot",
        (MessageKind::Snapshot, true) => "an answer to a snapshot",
        (MessageKind::Transfer, false) => "a leadership transfer",
        (MessageKind::Transfer, true) => "an answer to a leadership transfer",
        (MessageKind::Forward, false) => "a forwarded write",
        (MessageKind::Forward, true) => "the answer to a forwarded write",
        (MessageKind::ReadIndex, false) => "a request for a read index",
        (MessageKind::ReadIndex, true) => "a read index",
        (MessageKind::Lease, false) => "a question about a lease",
        (MessageKind::Lease, true) => "an answer about a lease",
        (MessageKind::Member, false) => "a change of members",
        (MessageKind::Member, true) => "an answer about a change of members",
    }
}

/// The name of a property.
pub fn property_name(property: Property) -> &'static str {
    match property {
        Property::ElectionSafety => "election safety",
        Property::LeaderAppendOnly => "leader append-only",
        Property::LogMatching => "log matching",
        Property::LeaderCompleteness => "leader completeness",
        Property::StateMachineSafety => "state machine safety",
        Property::Linearizability => "linearizability",
    }
}

fn list(nodes: &[NodeId]) -> String {
    let names: Vec<String> = nodes.iter().map(|id| format!("node{id}")).collect();
    names.join(", ")
}
