//! The sheet of a node.

use raft_core::model::{ClusterView, FSYNC_NEVER, NodeView, Role, Standing};
use raft_core::units::{Nanos, NodeId};

use super::sheet::{Group, Row, Sheet, Table, Value};
use crate::text::{self, inspector as words};

/// Returns the sheet of a node.
pub fn sheet(view: &ClusterView, id: NodeId) -> Option<Sheet> {
    let node = view.nodes.iter().find(|node| node.id == id)?;
    let mut groups = vec![role(node), log(node)];
    groups.extend(followers(node));
    groups.extend([timers(node, view.now), clock(node), snapshot(node), disk(node)]);
    Some(Sheet { title: format!("node{id}"), groups })
}

fn role(node: &NodeView) -> Group {
    let word = match node.role {
        Role::Leader => "leader",
        Role::Candidate => "candidate",
        Role::PreCandidate => "pre-vote",
        Role::Follower => "follower",
        Role::Learner => "learner",
    };
    let standing = match node.standing {
        Standing::Voter => words::votes(),
        Standing::Joining => words::joins(),
        Standing::Learner => words::learns(),
        Standing::Leaving => words::leaves(),
        Standing::Removed => words::gone(),
    };
    let text = |text: &str| Value::Text(text.to_owned());
    let mut rows = vec![
        Row::of(word, "role", words::role(), text(text::role(node))),
        Row::of("membership-change", "member", words::member(), text(standing)),
        Row::of("term", "term", words::term(), Value::Number(node.term)),
        Row::plain("since", words::since(), Value::Instant(node.since)),
    ];
    if let Some(vote) = node.vote {
        rows.extend([
            Row::of("vote", "voted_for", words::vote(), Value::node(Some(vote.candidate))),
            Row::plain("vote_term", words::vote_term(), Value::Number(vote.term)),
            Row::of("fsync", "vote_saved", words::vote_saved(), Value::Flag(vote.saved)),
        ]);
    } else {
        rows.push(Row::of("vote", "voted_for", words::vote(), Value::node(node.voted_for)));
    }
    rows.push(Row::of("leader", "leader", words::leader(), Value::node(node.leader)));
    if node.role == Role::Leader {
        rows.push(Row::of("quorum", "has_quorum", words::has_quorum(), Value::Flag(node.has_quorum)));
    }
    Group { key: "role", name: words::role_and_term(), rows, table: None }
}

fn log(node: &NodeView) -> Group {
    // A node that is down has lost the commit index, which was only in its memory.
    let memory = |value: Option<u64>| Value::number(value.filter(|_| node.process.is_up()));
    let unsaved = match (node.last_index, node.durable_index) {
        (Some(last), saved) if saved.is_none_or(|saved| saved < last) => {
            Value::Text(range(saved.map_or(0, |saved| saved + 1), last))
        }
        _ => Value::Nothing,
    };
    let rows = vec![
        Row::of("index", "last_index", words::last_index(), Value::number(node.last_index)),
        Row::of("term", "last_term", words::last_term(), Value::number(node.last_term)),
        Row::of("fsync", "durable_index", words::durable(), Value::number(node.durable_index)),
        Row::of("fsync", "in_memory", words::in_memory(), unsaved),
        Row::of("commit-index", "commit_index", words::committed(), memory(node.commit_index)),
        Row::of("applied", "applied_index", words::applied(), memory(node.applied_index)),
        Row::of("snapshot", "purged_index", words::purged(), Value::number(node.purged_index)),
    ];
    let stands = |index: u64| {
        let up_to = |end: Option<u64>| end.is_some_and(|end| index <= end);
        let up = node.process.is_up();
        if up && up_to(node.applied_index) {
            words::stands_applied()
        } else if up && up_to(node.commit_index) {
            words::stands_committed()
        } else if up_to(node.durable_index) {
            words::stands_disk()
        } else {
            words::stands_memory()
        }
    };
    let entries = node.tail.iter().rev().map(|cell| {
        vec![
            Value::Number(cell.mark.index),
            Value::Number(cell.mark.term),
            Value::Text(text::tell(&cell.label)),
            Value::Text(stands(cell.mark.index).to_owned()),
        ]
    });
    let table = Table {
        key: "entries",
        columns: vec![
            ("index", words::index(), Some("index")),
            ("term", words::term(), Some("term")),
            ("entry", words::entry(), Some("entry")),
            ("stands", words::stands(), Some("committed")),
        ],
        rows: entries.collect(),
    };
    Group { key: "log", name: words::log(), rows, table: Some(table) }
}

/// Returns a range of log indexes as text.
pub fn range(first: u64, last: u64) -> String {
    if first == last { first.to_string() } else { words::range(first, last) }
}

fn followers(node: &NodeView) -> Option<Group> {
    if node.progress.is_empty() {
        return None;
    }
    let rows = node.progress.iter().map(|progress| {
        let flight = match (progress.in_flight, progress.snapshot_in_flight) {
            (_, true) => Value::Text(words::sends_snapshot().to_owned()),
            (Some((first, last)), _) => Value::Text(range(first, last)),
            (None, _) => Value::Nothing,
        };
        vec![
            Value::node(Some(progress.node)),
            Value::number(progress.matched),
            Value::number(progress.sent_up_to),
            flight,
            Value::Number(progress.unanswered),
            Value::instant(progress.acked_at),
        ]
    });
    let table = Table {
        key: "followers",
        columns: vec![
            ("node", words::node(), None),
            ("match", words::matched(), Some("match-index")),
            ("sent_up_to", words::next(), Some("match-index")),
            ("in_flight", words::in_flight(), Some("replication")),
            ("unanswered", words::unanswered(), None),
            ("answered", words::heard(), Some("leader-lease")),
        ],
        rows: rows.collect(),
    };
    Some(Group { key: "replication", name: words::followers(), rows: Vec::new(), table: Some(table) })
}

fn timers(node: &NodeView, now: Nanos) -> Group {
    let countdown = node.countdown;
    let left = countdown.map(|countdown| countdown.until.saturating_sub(now));
    let until = |at: Option<Nanos>| Value::instant(at);
    let mut rows = vec![
        Row::of(
            "election-timeout",
            "timer_from",
            words::timer_from(),
            until(countdown.map(|countdown| countdown.from)),
        ),
        Row::of("campaign", "timer_until", words::timer_until(), until(countdown.map(|c| c.until))),
        Row::plain("timer_left", words::timer_left(), left.map_or(Value::Nothing, Value::Span)),
        Row::of("election", "elections", words::elections(), Value::Flag(node.elections)),
        Row::of("leader-lease", "promised_until", words::promised_until(), until(node.promised_until)),
    ];
    if node.role == Role::Leader {
        rows.push(Row::of("leader-lease", "lease_until", words::lease_until(), until(node.lease_until)));
    }
    Group { key: "timers", name: words::timers(), rows, table: None }
}

fn clock(node: &NodeView) -> Group {
    let fsync = match node.fsync {
        FSYNC_NEVER => Value::Text(words::fsync_never().to_owned()),
        takes => Value::Span(takes),
    };
    let rows = vec![
        Row::of("clock-rate", "clock_ppm", words::clock_ppm(), Value::Number(u64::from(node.clock_ppm))),
        Row::of("fsync", "fsync", words::fsync(), fsync),
    ];
    Group { key: "clock", name: words::clock(), rows, table: None }
}

fn snapshot(node: &NodeView) -> Group {
    let snapshot = node.snapshot;
    let rows = vec![
        Row::of("index", "index", words::snapshot_index(), Value::number(snapshot.map(|s| s.index))),
        Row::of("term", "term", words::last_term(), Value::number(snapshot.map(|s| s.term))),
        Row::plain("bytes", words::snapshot_bytes(), Value::number(snapshot.map(|s| s.bytes))),
        Row::plain("at", words::snapshot_at(), Value::instant(snapshot.map(|s| s.at))),
    ];
    Group { key: "snapshot", name: words::snapshot(), rows, table: None }
}

fn disk(node: &NodeView) -> Group {
    let store = node.store.as_ref();
    let rows = vec![
        Row::plain("disk_bytes", words::disk_bytes(), Value::Number(node.disk_bytes)),
        Row::plain("store_bytes", words::store_bytes(), Value::number(store.map(|store| store.bytes))),
        Row::of("hash", "hash", words::hash(), Value::number(store.map(|store| u64::from(store.hash)))),
        Row::of("revision", "revision", words::revision(), Value::number(store.map(|store| store.revision))),
        Row::plain("keys", words::keys(), Value::number(store.map(|store| store.keys))),
    ];
    Group { key: "store", name: words::disk(), rows, table: None }
}
