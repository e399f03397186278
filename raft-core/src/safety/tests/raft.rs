//! The five properties of Raft (paper, figure 3).

use super::*;
use crate::model::Property::{
    ElectionSafety, LeaderAppendOnly, LeaderCompleteness, LogMatching, StateMachineSafety,
};

fn message(from: NodeId, to: NodeId, kind: MessageKind, term: u64) -> EventKind {
    EventKind::Sent(Message {
        id: 1,
        rpc: 1,
        from,
        to,
        kind,
        reply: None,
        term,
        entries: None,
        previous: None,
        last: None,
        handover: None,
        leader_commit: None,
        sent_at: 0,
        arrives_at: 1,
        lost: None,
    })
}

fn crash(node: NodeId, durable: u64, lost: u64) -> EventKind {
    EventKind::Crashed { node, durable, lost }
}

fn started(node: NodeId, last_index: u64) -> EventKind {
    EventKind::Started { node, last_index }
}

#[test]
fn a_correct_run_with_a_crash_a_discarded_tail_and_a_snapshot_passes() {
    let mut harness = Harness::new();
    for node in 1..=3 {
        harness.append(node, 0, &[(0, 9)]);
    }
    // node1 leads term 1 and replicates index 1 to node2; only node1 has index 2.
    harness.elect(1, 1).vote(2, 1, 1, false).vote(2, 1, 1, true);
    harness.see(message(1, 2, MessageKind::Heartbeat, 1));
    harness.append(1, 1, &[(1, 10)]).append(2, 1, &[(1, 10)]).append(1, 2, &[(1, 11)]);
    harness.commit(1, 1).apply(1, mark(0, 0, 9), 70).apply(1, mark(1, 1, 10), 71);
    // node2 leads term 2 with another entry at index 2; node1 truncates its own.
    harness.elect(2, 2).vote(3, 2, 2, false).vote(3, 2, 2, true);
    harness.append(2, 2, &[(2, 12)]).append(3, 1, &[(1, 10), (2, 12)]);
    harness.vote(1, 2, 2, true).truncate(1, 2).role(1, Role::Follower, 2).append(1, 2, &[(2, 12)]);
    harness.commit(2, 2).commit(1, 2).apply(1, mark(2, 2, 12), 72);
    harness.apply(2, mark(0, 0, 9), 70).apply(2, mark(1, 1, 10), 71).apply(2, mark(2, 2, 12), 72);
    // node2 takes a snapshot and purges its log; node3 lost its tail and installs the snapshot.
    harness.snapshot(2, 2, 2, 72, false).see(EventKind::Purged { node: 2, through: 2 });
    harness.see(crash(3, 0, 2)).see(started(3, 0)).role(3, Role::Follower, 2);
    harness.snapshot(3, 2, 2, 72, true).see(EventKind::Purged { node: 3, through: 2 });
    harness.append(2, 3, &[(2, 13)]).append(3, 3, &[(2, 13)]).commit(2, 3).commit(3, 3);
    harness.apply(3, mark(3, 2, 13), 73).apply(2, mark(3, 2, 13), 73);
    // After a crash, node2 applies from its snapshot on again; node3 leads term 3.
    harness.see(crash(2, 3, 0)).see(started(2, 3)).apply(2, mark(3, 2, 13), 73);
    harness.elect(3, 3).append(3, 4, &[(3, 14)]);
    harness.is_clean();
}

#[test]
fn election_safety_two_leaders_of_a_term() {
    let mut harness = Harness::new();
    harness.elect(1, 1).is_clean().role(2, Role::Leader, 1);
    harness.breaks(ElectionSafety, "node1 and node2 both lead term 1");
    // The violation is reported once per term.
    harness.role(2, Role::Leader, 1).is_clean().role(2, Role::Leader, 2).is_clean();
}

#[test]
fn election_safety_sees_leaders_in_messages_and_on_disks() {
    for kind in [MessageKind::Append, MessageKind::Heartbeat, MessageKind::Snapshot] {
        let mut harness = Harness::new();
        harness.elect(1, 4).see(message(3, 2, kind, 4));
        harness.breaks(ElectionSafety, "node1 and node3 both lead term 4");
    }
    let mut harness = Harness::new();
    harness.elect(1, 4).see(message(3, 2, MessageKind::Vote, 4)).is_clean();
    harness.vote(2, 4, 3, true).breaks(ElectionSafety, "node1 and node3 both lead term 4");
}

#[test]
fn election_safety_two_votes_in_a_term() {
    let mut harness = Harness::new();
    harness.vote(3, 5, 1, false).vote(3, 5, 1, false).is_clean().vote(3, 5, 2, false);
    harness.breaks(ElectionSafety, "node3 voted for node1 and for node2 in term 5");
    harness.vote(3, 4, 2, false);
    harness.breaks(ElectionSafety, "node3 voted in term 4 after it had voted in term 5");
}

#[test]
fn a_node_may_follow_a_leader_it_did_not_vote_for() {
    let mut harness = Harness::new();
    harness.vote(3, 5, 1, false).vote(3, 5, 2, true).elect(2, 5).is_clean();
}

#[test]
fn leader_append_only_a_leader_deletes() {
    let mut harness = Harness::new();
    harness.elect(1, 1).append(1, 0, &[(0, 9), (1, 10), (1, 11)]).truncate(1, 2);
    harness.breaks(LeaderAppendOnly, "node1, the leader of term 1, deleted its own entries from index 2 on");
}

#[test]
fn leader_append_only_a_leader_overwrites() {
    let mut harness = Harness::new();
    harness.elect(1, 3).append(1, 0, &[(0, 9), (1, 10), (1, 11)]).append(1, 1, &[(3, 12)]);
    harness
        .breaks(LeaderAppendOnly, "node1, the leader of term 3, overwrote its own entries from index 1 on");
}

#[test]
fn a_leader_may_delete_once_it_leads_no_more() {
    let log = [(0, 9), (1, 10), (1, 11)];
    // The node voted for another, but its change of role has not followed yet.
    let mut harness = Harness::new();
    harness
        .elect(1, 1)
        .append(1, 0, &log)
        .vote(1, 2, 2, true)
        .truncate(1, 1)
        .append(1, 1, &[(2, 12)])
        .is_clean();
    let mut harness = Harness::new();
    harness.elect(1, 1).append(1, 0, &log).role(1, Role::Follower, 2).truncate(1, 1).is_clean();
    // A crash loses the unsynced tail, which is no deletion by the leader.
    let mut harness = Harness::new();
    harness.elect(1, 1).append(1, 0, &log).see(crash(1, 1, 1)).see(started(1, 1)).append(1, 2, &[(2, 12)]);
    harness.is_clean();
}

#[test]
fn log_matching_same_entry_different_payload() {
    let mut harness = Harness::new();
    harness.append(1, 0, &[(0, 9), (1, 10)]).append(2, 0, &[(0, 9), (1, 10)]).is_clean();
    harness.append(3, 0, &[(0, 9), (1, 66)]);
    let detail = "node1 and node3 have an entry at index 1 of term 1, but it says different things";
    harness.breaks(LogMatching, detail);
}

#[test]
fn log_matching_same_entry_different_predecessor() {
    let mut harness = Harness::new();
    harness.append(1, 0, &[(0, 9), (1, 10), (3, 12)]).append(2, 0, &[(0, 9), (2, 11)]).is_clean();
    harness.append(2, 2, &[(3, 12)]);
    let detail = "node1 and node2 have an entry at index 2 of term 3, but before it stands term 1 on the one and term 2 on the other";
    harness.breaks(LogMatching, detail);
}

#[test]
fn log_matching_knows_the_predecessor_after_a_crash_a_purge_and_a_snapshot() {
    // node2's predecessor is the last entry that a crash left.
    let mut harness = Harness::new();
    harness.append(1, 0, &[(0, 9), (1, 10), (3, 12)]);
    harness.append(2, 0, &[(0, 9), (1, 10), (2, 11)]).see(crash(2, 1, 1)).append(2, 2, &[(3, 12)]).is_clean();
    // node3's predecessor was purged, but its term is known.
    harness.append(3, 0, &[(0, 9), (2, 11)]).see(EventKind::Purged { node: 3, through: 1 });
    harness.is_clean().append(3, 2, &[(3, 12)]);
    assert_eq!(harness.found.len(), 1, "{:?}", harness.found);
    // A snapshot holds the term of its last entry.
    let mut harness = Harness::new();
    harness.append(1, 0, &[(0, 9), (1, 10), (3, 12)]).snapshot(2, 1, 2, 0, true).append(2, 2, &[(3, 12)]);
    assert_eq!(harness.found.len(), 1, "{:?}", harness.found);
}

#[test]
fn leader_completeness_a_leader_lacks_a_committed_entry() {
    let mut harness = Harness::new();
    harness.elect(1, 1).append(1, 0, &[(0, 9), (1, 10)]).commit(1, 1);
    harness.append(2, 0, &[(0, 9)]).elect(2, 2);
    let detail = "node2 leads term 2 without the entry at index 1, which was committed by term 1";
    harness.breaks(LeaderCompleteness, detail);
}

#[test]
fn leader_completeness_a_leader_holds_another_entry() {
    let mut harness = Harness::new();
    harness.elect(1, 1).append(1, 0, &[(0, 9), (1, 10), (1, 11)]).commit(1, 1);
    harness.append(2, 0, &[(0, 9), (2, 12)]).elect(2, 3);
    let detail = "node2 leads term 3 without the entry at index 1, which was committed by term 1";
    harness.breaks(LeaderCompleteness, detail);
}

#[test]
fn leader_completeness_a_crash_lost_the_committed_entry() {
    let mut harness = Harness::new();
    harness.elect(1, 1).append(1, 0, &[(0, 9), (1, 10)]).append(2, 0, &[(0, 9), (1, 10)]).commit(1, 1);
    harness.see(crash(2, 0, 1)).see(started(2, 0)).elect(2, 2);
    let detail = "node2 leads term 2 without the entry at index 1, which was committed by term 1";
    harness.breaks(LeaderCompleteness, detail);
    // A crash without losses violates nothing.
    harness.see(crash(1, 1, 0)).see(started(1, 1)).elect(1, 3).is_clean();
}

#[test]
fn leader_completeness_when_the_commit_is_learned_late() {
    let mut harness = Harness::new();
    harness.elect(1, 1).append(1, 0, &[(0, 9), (1, 10)]).append(2, 0, &[(0, 9)]).elect(2, 2).is_clean();
    harness.commit(1, 1);
    let detail = "node2 leads term 2 without the entry at index 1, which was committed by term 1";
    harness.breaks(LeaderCompleteness, detail);
}

#[test]
fn leader_completeness_requires_only_committed_entries_of_earlier_terms() {
    let mut harness = Harness::new();
    harness.elect(1, 1).append(1, 0, &[(0, 9), (1, 10), (1, 11)]).commit(1, 1);
    // Index 2 was never committed; index 1 lies under node2's snapshot.
    harness.snapshot(2, 1, 1, 0, true).see(EventKind::Purged { node: 2, through: 1 }).elect(2, 2).is_clean();
    // A leader of term 2 need not have an entry committed in term 3.
    harness.append(3, 0, &[(0, 9), (1, 10)]).elect(3, 3).append(3, 2, &[(3, 12)]).commit(3, 2);
    harness.role(2, Role::Leader, 2).is_clean();
}

#[test]
fn leader_completeness_two_entries_committed_at_an_index() {
    let mut harness = Harness::new();
    harness.elect(1, 1).append(1, 0, &[(0, 9), (1, 10)]).commit(1, 1);
    harness.append(2, 0, &[(0, 9), (2, 11)]).role(2, Role::Follower, 2).commit(2, 1).is_clean();
    harness.apply(2, mark(0, 0, 9), 0).is_clean().apply(2, mark(1, 2, 11), 0);
    let detail =
        "node2 took an entry of term 2 at index 1 as committed, but one of term 1 was committed there";
    harness.breaks(LeaderCompleteness, detail);
}

#[test]
fn state_machine_safety_different_entries() {
    let mut harness = Harness::new();
    harness.apply(1, mark(0, 0, 9), 70).apply(2, mark(0, 0, 9), 70).apply(1, mark(1, 1, 10), 71).is_clean();
    harness.apply(2, mark(1, 2, 11), 99);
    let detail = "node1 and node2 applied different entries at index 1: one of term 1, one of term 2";
    harness.breaks(StateMachineSafety, detail);
}

#[test]
fn state_machine_safety_different_stores() {
    let mut harness = Harness::new();
    harness.apply(1, mark(0, 0, 9), 70).apply(2, mark(0, 0, 9), 66);
    harness.breaks(StateMachineSafety, "node1 and node2 hold different stores after the same index 0");
    harness.snapshot(3, 0, 0, 67, true);
    let detail = "node3's snapshot of index 0 differs from node1's store after the same index";
    harness.breaks(StateMachineSafety, detail);
}

#[test]
fn state_machine_safety_applies_in_order() {
    let mut harness = Harness::new();
    harness.apply(1, mark(0, 0, 9), 70).apply(1, mark(2, 1, 11), 72);
    harness.breaks(StateMachineSafety, "node1 applied index 2 where index 1 was next");
    // After a restart a node applies from its snapshot on, or from index 0.
    let mut harness = Harness::new();
    harness.apply(1, mark(0, 0, 9), 70).apply(1, mark(1, 1, 10), 71).see(crash(1, 1, 0)).see(started(1, 1));
    harness.apply(1, mark(0, 0, 9), 70).snapshot(1, 0, 0, 70, false).see(crash(1, 1, 0)).see(started(1, 1));
    harness.apply(1, mark(1, 1, 10), 71).is_clean().apply(1, mark(1, 1, 10), 71);
    harness.breaks(StateMachineSafety, "node1 applied index 1 where index 2 was next");
}
