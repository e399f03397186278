//! Conditions, as used by `wait`, `expect` and `try`.

use super::{Entry, Kind, entry};

const fn condition(
    word: &'static str,
    form: &'static str,
    says: &'static str,
    example: &'static str,
) -> Entry {
    entry(Kind::Condition, word, form, says, example)
}

pub(super) const CONDITIONS: [Entry; 28] = [
    condition("not", "not CONDITION", "The condition does not hold.", "wait leader\nexpect not two leaders"),
    condition("leader", "leader", "There is a leader with a quorum.", "wait leader"),
    condition(
        "leader",
        "leader NODE",
        "This node is the leader with a quorum.",
        "wait leader\nname first = leader\nexpect leader first",
    ),
    condition(
        "leader not",
        "leader not NODE",
        "There is a leader with a quorum, and it is another node.",
        "wait leader\nname old = leader\nkill old\nwait leader not old",
    ),
    condition(
        "no leader",
        "no leader",
        "There is no leader with a quorum.",
        "wait leader\nkill leader\nexpect no leader",
    ),
    condition(
        "two leaders",
        "two leaders",
        "Two running nodes consider themselves leader, in different terms.",
        "first node1\n\nwait leader node1\nwait quiet\npartition node1,node2 | rest\nwait two leaders",
    ),
    condition(
        "quorum",
        "quorum",
        "A majority of the voters is running and can reach each other.",
        "wait leader\nexpect quorum",
    ),
    condition(
        "no quorum",
        "no quorum",
        "There is no such majority.",
        "wait leader\nkill node1,node2,node3\nexpect no quorum",
    ),
    condition(
        "joint",
        "joint",
        "The configuration is joint, since the voters are being changed: majorities of the old and the new voters must agree.",
        "wait leader\nexpect not joint",
    ),
    condition(
        "voters",
        "voters NUMBER",
        "The configuration has this many voters, once a change in progress is done.",
        "wait leader\nexpect voters 5",
    ),
    condition(
        "lease over",
        "lease over",
        "No running node withholds its vote because of a leader's lease any more.",
        "wait leader\nwait quiet\nkill leader\nwait lease over",
    ),
    condition(
        "NODE",
        "NODE follower|candidate|leader|down|crashed|stopped|paused|added|voter|learner|removed|wiped",
        "The node has this role or is in this state. `leader` holds with or without a quorum, `down` for every process \
         that does not run.",
        "wait leader\nkill node2\nexpect node2 down\nexpect node2 crashed",
    ),
    condition(
        "NODE shows",
        "NODE shows \"TEXT\"",
        "A background command on this node has printed a line that contains the text.",
        "wait leader\nwait quiet\nnode1$ etcdctl watch /a &\nwait 500ms\nnode2$ etcdctl put /a blue\nwait node1 shows \"blue\"",
    ),
    condition(
        "term",
        "term NUMBER",
        "The highest term of a running node is this one.",
        "wait leader\nexpect not term 0",
    ),
    condition(
        "same",
        "same hash|log on NODES",
        "The key-value stores (`hash`) or the logs of these nodes are equal. `running nodes` are those whose process runs.",
        "wait leader\nnode1$ etcdctl put /a 1\nwait same hash on running nodes\nwait same log on all",
    ),
    condition(
        "entry",
        "entry \"VALUE\" on NODES",
        "An entry that puts this value is on the disks of these nodes.",
        "wait leader\nnode1$ etcdctl put /a blue\nwait entry \"blue\" on all",
    ),
    condition(
        "entry",
        "entry \"VALUE\" committed",
        "An entry that puts this value is committed.",
        "wait leader\nnode1$ etcdctl put /a blue\nexpect entry \"blue\" committed",
    ),
    condition(
        "/KEY",
        "/KEY [= \"VALUE\"] on NODES",
        "The stores of all these nodes hold the key, with this value if one is given.",
        "wait leader\nnode1$ etcdctl put /a blue\nwait /a = \"blue\" on all\nexpect /a on node1",
    ),
    condition(
        "no /KEY",
        "no /KEY on NODES",
        "None of the stores of these nodes holds the key.",
        "wait leader\nexpect no /a on all",
    ),
    condition(
        "lease",
        "lease ID on NODES",
        "The stores of all these nodes hold the lease, given by its id in hexadecimal or captured from an output.",
        "wait leader\nnode1$ etcdctl lease grant 60\n> lease {L} granted with TTL(60s)\nwait lease {L} on all",
    ),
    condition(
        "no lease",
        "no lease ID on NODES",
        "None of the stores of these nodes holds the lease.",
        "wait leader\nexpect no lease 7f on all",
    ),
    condition(
        "behind",
        "behind NODE",
        "The node has applied less than is known to be committed.",
        "first node1\n\nwait leader node1\nkill node5\nnode1$ etcdctl put /a 1\nexpect behind node5",
    ),
    condition(
        "revision",
        "revision NUMBER on NODE",
        "The node's store is at this revision.",
        "wait leader\nnode1$ etcdctl put /a 1\nwait revision 2 on node3",
    ),
    condition(
        "result",
        "result ok|refused|unknown",
        "The outcome of the last command that sent a request: it took effect, it certainly did not, or it may have.",
        "wait leader\nnode1$ etcdctl put /a 1\nexpect result ok",
    ),
    condition(
        "violation",
        "violation [PROPERTY]",
        "A safety property was violated, or this one: election-safety, leader-append-only, log-matching, \
         leader-completeness, state-machine-safety, linearizability. A scenario that uses this condition expects a \
         violation and fails without one.",
        "wait leader\nexpect not violation log-matching",
    ),
    condition(
        "no violation",
        "no violation",
        "No safety property was violated.",
        "wait leader\nexpect no violation",
    ),
    condition(
        "linearizable",
        "linearizable",
        "The answers to clients fit one single copy of the data, and every answer could be judged. Serializable reads \
         are left out.",
        "wait leader\nnode1$ etcdctl put /a 1\nexpect linearizable",
    ),
    condition(
        "quiet",
        "quiet",
        "No client waits for an answer, only heartbeats are in flight, and the logs of running nodes that can reach each \
         other are equal and applied.",
        "wait leader\nnode1$ etcdctl put /a 1\nwait quiet",
    ),
];
