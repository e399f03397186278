//! Safeguards that are taken away on purpose: the dialog, and the mark on a run that lost one.

use raft_core::model::{Alteration, Altered};

use super::{Word, tell, words};

words! {
    title = "Break it on purpose";
    open = "Break it on purpose…";
    intro = "Raft keeps its promises under conditions, and operators lose them. Take one away and see what breaks: the checks find it. From then on the run, its link and its exports are marked as altered.";
    node = "On";
    all = "all nodes";
    source = "Data folder of";
    take = "Take it away";
    give = "Give it back";
    backup = "Back up its disk";
    backed_up(node) = "The disk of node{node} is backed up as it is now.";
    watch = "Watch it break";
    watch_intact = "The same run with it";
    switches(what) = "What is lost with \"{what}\"";
    lost(what) = "Lost: {what}.";
    given_back = "Given back. What came of it stays, and so does the mark.";

    altered(what) = "Altered: {what}";
    altered_run(what) = "This run is altered. A safeguard of Raft was lost: {what}. Its link and its exports say so.";
    on_nodes(what, nodes) = "{what} on {nodes}";
    taken_back(what) = "{what} (given back since)";
    how = "How it breaks";

    what_fsync = "An fsync that lies";
    what_restore = "An old backup";
    what_rejoin = "An empty disk, the old id";
    what_votes = "A vote that is not kept";
    what_lease = "A lease on a drifting clock";
    what_forced = "Force a new cluster, twice";
    what_copy = "A borrowed data folder";
    what_retries = "Retries without idempotence";

    try_fsync = "Cut the cluster 3 against 2, write on the side of three, crash these three, restart them, and heal: a leader may come that has never heard of the write.";
    try_restore = "With three nodes: back up one follower, isolate the other, write, crash the leader and restore the backup. Restart the node and heal: the two that are left have no write.";
    try_rejoin = "With three nodes: isolate one follower, write, crash the leader, and let the other follower rejoin with an empty disk. Heal: the two elect a leader without the write.";
    try_votes = "With three nodes and elections off: let a node vote, cut its candidate off, restart it, and let the third one campaign in the same term.";
    try_lease = "Take it away on the leader, cut the leader off, write at the new leader as soon as there is one, and read at the old one.";
    try_forced = "Crash all nodes and force a new cluster on two of them. Write at the one and at the other, then read.";
    try_copy = "Cut 3 against 2, write on the side of three, crash these three, and give one of them the data folder of one of the two. Restart it and heal.";
    try_retries = "Put through a follower and crash it before it answers, with a second endpoint that is cut off. Let somebody else write the key, then heal: the first put comes a second time.";
}

/// Returns the name of a safeguard in the dialog, and how to see it break.
pub fn told(what: Alteration) -> (&'static str, &'static str) {
    let (name, recipe): (Word, Word) = match what {
        Alteration::FsyncLies => (what_fsync, try_fsync),
        Alteration::OldDisk => (what_restore, try_restore),
        Alteration::EmptyDisk => (what_rejoin, try_rejoin),
        Alteration::VotesForgotten => (what_votes, try_votes),
        Alteration::DriftingLease => (what_lease, try_lease),
        Alteration::ForcedCluster => (what_forced, try_forced),
        Alteration::CopiedDisk => (what_copy, try_copy),
        Alteration::RetriedWrites => (what_retries, try_retries),
    };
    (name(), recipe())
}

/// Returns the lost safeguards in words, as a list.
pub fn list(alterations: &[Altered]) -> String {
    alterations.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn one(lost: &Altered) -> String {
    let what = tell(lost.what.name());
    let nodes: Vec<String> = lost.nodes.iter().map(|id| format!("node{id}")).collect();
    let what = if nodes.is_empty() { what } else { on_nodes(what, nodes.join(", ")) };
    if lost.in_force { what } else { taken_back(what) }
}
