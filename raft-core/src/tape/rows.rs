//! Conversion of nodes and messages to rows of numbers and back.
//!
//! An optional number is written as 0 if it is absent, and as one more than its value otherwise.

use crate::model::{
    Ballot, Countdown, Loss, LossReason, Message, MessageKind, NodeView, Process, Progress, Reply, Role,
    SnapshotView, Standing, StoreView, VoteView,
};
use crate::units::{NODES_MAX, Nanos, NodeId};

/// The length of a node's row.
pub(super) const NODE_COLUMNS: usize = 39;
/// The length of a message's row.
pub(super) const MESSAGE_COLUMNS: usize = 19;
/// The length of a row of a follower's progress.
pub(super) const PROGRESS_COLUMNS: usize = 8;

/// A node, without its log's tail and its followers' progress.
pub(super) type NodeRow = [u64; NODE_COLUMNS];
/// A message.
pub(super) type MessageRow = [u64; MESSAGE_COLUMNS];
/// A follower's progress; all zero if there is none.
pub(super) type ProgressRow = [u64; PROGRESS_COLUMNS];

const PROCESSES: [Process; 9] = [
    Process::Starting,
    Process::Running,
    Process::Paused,
    Process::Stopped,
    Process::Crashed,
    Process::Failed,
    Process::Announced,
    Process::Removed,
    Process::Wiped,
];
const ROLES: [Role; 5] = [Role::Learner, Role::Follower, Role::PreCandidate, Role::Candidate, Role::Leader];
const STANDINGS: [Standing; 5] =
    [Standing::Voter, Standing::Joining, Standing::Learner, Standing::Leaving, Standing::Removed];
const KINDS: [MessageKind; 10] = [
    MessageKind::Vote,
    MessageKind::PreVote,
    MessageKind::Append,
    MessageKind::Heartbeat,
    MessageKind::Snapshot,
    MessageKind::Transfer,
    MessageKind::Forward,
    MessageKind::ReadIndex,
    MessageKind::Lease,
    MessageKind::Member,
];
const REPLIES: [Reply; 3] = [Reply::Yes, Reply::No, Reply::Unreachable];
const REASONS: [LossReason; 6] = [
    LossReason::Random,
    LossReason::Cut,
    LossReason::Down,
    LossReason::Late,
    LossReason::Dropped,
    LossReason::Repeated,
];

/// Returns the number of a reason for a loss.
pub(super) fn number_of_reason(reason: LossReason) -> u64 {
    number(&REASONS, &reason)
}

/// Returns the reason with a number; see [`number_of_reason`].
pub(super) fn reason_of_number(number: u64) -> LossReason {
    named(&REASONS, number)
}

/// Returns the kind of a message from its row.
pub(super) fn kind_of_row(row: &MessageRow) -> MessageKind {
    named(&KINDS, row[4])
}

fn number<T: PartialEq>(all: &[T], one: &T) -> u64 {
    all.iter().position(|known| known == one).unwrap_or(0) as u64
}

fn named<T: Copy>(all: &[T], number: u64) -> T {
    all[(number as usize).min(all.len() - 1)]
}

fn some(value: Option<u64>) -> u64 {
    value.map_or(0, |value| value.wrapping_add(1))
}

fn option(number: u64) -> Option<u64> {
    (number > 0).then(|| number - 1)
}

/// The column of a node's row with the index up to which its log matches the leader's.
pub(super) const MATCHED: usize = 2;

/// Returns the content of the column [`MATCHED`].
pub(super) fn column_of_matched(matched: Option<u64>) -> u64 {
    some(matched)
}

/// Converts a node to its row. The first number is 0 if the node does not exist, and otherwise
/// encodes the instant at which it leaves the ring, if it does.
pub(super) fn row_of_node(node: &NodeView, leaves_at: Option<Nanos>) -> NodeRow {
    let store = node.store.as_ref();
    // One bit per voter in each mask: asked, granted, refused.
    let mut ballots = (0, 0, 0);
    for ballot in &node.ballots {
        ballots.0 |= 1 << ballot.node;
        ballots.1 |= u64::from(ballot.granted == Some(true)) << ballot.node;
        ballots.2 |= u64::from(ballot.granted == Some(false)) << ballot.node;
    }
    [
        some(leaves_at) + 1,
        number(&STANDINGS, &node.standing),
        some(node.matched),
        number(&PROCESSES, &node.process),
        number(&ROLES, &node.role),
        node.since,
        node.term,
        some(node.voted_for),
        some(node.leader),
        u64::from(node.has_quorum),
        some(node.lease_until),
        some(node.last_index),
        some(node.durable_index),
        some(node.commit_index),
        some(node.applied_index),
        some(node.purged_index),
        store.map_or(0, |store| u64::from(store.hash) + 1),
        store.map_or(0, |store| store.revision),
        store.map_or(0, |store| store.keys),
        store.map_or(0, |store| store.bytes),
        some(node.countdown.map(|countdown| countdown.from)),
        node.countdown.map_or(0, |countdown| countdown.until),
        ballots.0,
        ballots.1,
        ballots.2,
        u64::from(node.elections),
        node.disk_bytes,
        u64::from(node.clock_ppm),
        node.fsync,
        some(node.vote.map(|vote| vote.term)),
        node.vote.map_or(0, |vote| vote.candidate),
        node.vote.map_or(0, |vote| u64::from(vote.committed) + 2 * u64::from(vote.saved)),
        some(node.promised_until),
        some(node.last_term),
        some(node.snapshot.map(|snapshot| snapshot.index)),
        node.snapshot.map_or(0, |snapshot| snapshot.term),
        node.snapshot.map_or(0, |snapshot| snapshot.bytes),
        node.snapshot.map_or(0, |snapshot| snapshot.at),
        node.progress.iter().map(|progress| 1 << progress.node).sum(),
    ]
}

/// Returns the node of a row at an instant; `None` if the node does not exist.
pub(super) fn node_of_row(id: NodeId, row: &NodeRow, now: Nanos) -> Option<NodeView> {
    let [
        there,
        standing,
        matched,
        process,
        role,
        since,
        term,
        voted_for,
        leader,
        has_quorum,
        lease_until,
        last,
        durable,
        commit,
        applied,
        purged,
        hash,
        revision,
        keys,
        bytes,
        from,
        until,
        voters,
        granted,
        refused,
        elections,
        disk_bytes,
        clock_ppm,
        fsync,
        held @ ..,
    ] = *row;
    let ballots = (1..=NODES_MAX).filter(|node| voters & 1 << node != 0).map(|node| {
        let answered = (granted | refused) & 1 << node != 0;
        Ballot { node, granted: answered.then_some(granted & 1 << node != 0) }
    });
    let gone = there.checked_sub(1).and_then(option).is_some_and(|leaves_at| now >= leaves_at);
    (there != 0 && !gone).then(|| NodeView {
        id,
        standing: named(&STANDINGS, standing),
        matched: option(matched),
        process: named(&PROCESSES, process),
        role: named(&ROLES, role),
        since,
        term,
        voted_for: option(voted_for),
        leader: option(leader),
        has_quorum: has_quorum != 0,
        lease_until: option(lease_until),
        last_index: option(last),
        durable_index: option(durable),
        commit_index: option(commit),
        applied_index: option(applied),
        purged_index: option(purged),
        tail: Vec::new(),
        store: option(hash).map(|hash| StoreView { hash: hash as u32, revision, keys, bytes }),
        countdown: option(from).map(|from| Countdown { from, until }),
        ballots: ballots.collect(),
        elections: elections != 0,
        disk_bytes,
        clock_ppm: clock_ppm as u32,
        fsync,
        vote: vote_of_row(held[0], held[1], held[2]),
        promised_until: option(held[3]),
        last_term: option(held[4]),
        snapshot: snapshot_of_row(held[5], held[6], held[7], held[8]),
        progress: Vec::new(),
    })
}

fn vote_of_row(term: u64, candidate: NodeId, is: u64) -> Option<VoteView> {
    let (committed, saved) = (is & 1 != 0, is & 2 != 0);
    option(term).map(|term| VoteView { term, candidate, committed, saved })
}

fn snapshot_of_row(index: u64, term: u64, bytes: u64, at: Nanos) -> Option<SnapshotView> {
    option(index).map(|index| SnapshotView { index, term, bytes, at })
}

/// Returns the followers whose progress a node's row announces.
pub(super) fn followers_of(row: &NodeRow) -> impl Iterator<Item = NodeId> {
    let followers = row[NODE_COLUMNS - 1];
    (1..=NODES_MAX).filter(move |node| followers & 1 << node != 0)
}

/// Converts a follower's progress to its row.
pub(super) fn row_of_progress(progress: &Progress) -> ProgressRow {
    let in_flight = progress.in_flight.unwrap_or((0, 0));
    [
        some(progress.matched),
        some(progress.sent_up_to),
        u64::from(progress.in_flight.is_some()),
        in_flight.0,
        in_flight.1,
        progress.unanswered,
        u64::from(progress.snapshot_in_flight),
        some(progress.acked_at),
    ]
}

/// Returns the progress of a row.
pub(super) fn progress_of_row(node: NodeId, row: &ProgressRow) -> Progress {
    let [matched, sent, flies, first, last, unanswered, snapshot, acked_at] = *row;
    Progress {
        node,
        matched: option(matched),
        sent_up_to: option(sent),
        in_flight: (flies != 0).then_some((first, last)),
        unanswered,
        snapshot_in_flight: snapshot != 0,
        acked_at: option(acked_at),
    }
}

/// Converts a message to its row.
pub(super) fn row_of_message(message: &Message) -> MessageRow {
    let pair = |pair: Option<(u64, u64)>| pair.map_or((0, 0), |(a, b)| (a + 1, b));
    let (first, last) = pair(message.entries);
    let (before, before_term) = pair(message.previous);
    let (end, end_term) = pair(message.last);
    [
        message.id,
        message.rpc,
        message.from,
        message.to,
        number(&KINDS, &message.kind),
        message.reply.map_or(0, |reply| number(&REPLIES, &reply) + 1),
        message.term,
        first,
        last,
        before,
        before_term,
        some(message.leader_commit),
        message.sent_at,
        // Consecutive latencies differ less than instants, which makes the encoding shorter.
        message.arrives_at.saturating_sub(message.sent_at),
        message.lost.map_or(0, |loss| number(&REASONS, &loss.reason) + 1),
        message.lost.map_or(0, |loss| loss.at),
        end,
        end_term,
        some(message.handover),
    ]
}

/// Delays the arrival or loss of the message in a row.
pub(super) fn delay_row(row: &mut MessageRow, by: Nanos) {
    let [.., latency, reason, lost_at, _end, _end_term, _handover] = row;
    *latency = latency.saturating_add(by);
    if *reason > 0 {
        *lost_at = lost_at.saturating_add(by);
    }
}

/// Returns the message of a row.
pub(super) fn message_of_row(row: &MessageRow) -> Message {
    let [
        id,
        rpc,
        from,
        to,
        kind,
        reply,
        term,
        first,
        last,
        before,
        before_term,
        commit,
        sent_at,
        latency,
        reason,
        lost_at,
        end,
        end_term,
        handover,
    ] = *row;
    Message {
        id,
        rpc,
        from,
        to,
        kind: named(&KINDS, kind),
        reply: option(reply).map(|reply| named(&REPLIES, reply)),
        term,
        entries: option(first).map(|first| (first, last)),
        previous: option(before).map(|before| (before, before_term)),
        last: option(end).map(|end| (end, end_term)),
        handover: option(handover),
        leader_commit: option(commit),
        sent_at,
        arrives_at: sent_at + latency,
        lost: option(reason).map(|reason| Loss { at: lost_at, reason: named(&REASONS, reason) }),
    }
}
