//! Lines before the first step, and words for nodes.

use super::{Entry, Kind, entry};

const fn about(word: &'static str, form: &'static str, says: &'static str, example: &'static str) -> Entry {
    entry(Kind::About, word, form, says, example)
}

const fn setting(word: &'static str, form: &'static str, says: &'static str, example: &'static str) -> Entry {
    entry(Kind::Setting, word, form, says, example)
}

const fn node(word: &'static str, form: &'static str, says: &'static str, example: &'static str) -> Entry {
    entry(Kind::Node, word, form, says, example)
}

pub(super) const HEAD: [Entry; 27] = [
    about("title", "title TEXT", "The title of the scenario.", "title The leader fails\n\nwait leader"),
    about("track", "track TEXT", "The course it is part of.", "track First ten minutes\n\nwait leader"),
    about(
        "needs",
        "needs TEXT",
        "What the viewer should have seen before.",
        "needs first-write\n\nwait leader",
    ),
    about("goal", "goal TEXT", "The purpose of the scenario.", "goal See who is elected.\n\nwait leader"),
    about(
        "open",
        "open at TIME",
        "The virtual time at which a viewer begins to watch. Everything before it is played quickly.",
        "open at 300ms\n\nwait leader\nwait 1s",
    ),
    setting(
        "seed",
        "seed NUMBER",
        "The seed of every random number in the run: the same seed gives the same run, to the last message. \
         0 to 18446744073709551615; the default is 1.",
        "seed 42\n\nwait leader",
    ),
    setting(
        "nodes",
        "nodes NUMBER",
        "The number of members at the start: 1 to 9; the default is 5.",
        "nodes 3\n\nwait leader",
    ),
    setting(
        "timing",
        "timing paper|etcd|wan",
        "A set of timings. `paper` (the default): heartbeat 50 ms, election timeout 150 to 300 ms, latency 5 to \
         15 ms, no pre-vote. `etcd`: 100 ms, 1 to 2 s, 1 to 3 ms, pre-vote. `wan`: 500 ms, 2.5 to 5 s, 30 to 60 ms, \
         pre-vote. Later lines change single values.",
        "timing etcd\n\nwait leader",
    ),
    setting(
        "heartbeat",
        "heartbeat TIME",
        "The time between a leader's heartbeats, in whole milliseconds, less than the shortest election timeout.",
        "heartbeat 40ms\n\nwait leader",
    ),
    setting(
        "election",
        "election TIME..TIME",
        "The range from which election timeouts are drawn, in whole milliseconds. The upper end is also the length of a leader's lease.",
        "election 200ms..400ms\n\nwait leader",
    ),
    setting(
        "latency",
        "latency TIME[..TIME]",
        "How long a message takes, drawn for each message from this range; at most 10s.",
        "latency 2ms..4ms\n\nwait leader",
    ),
    setting("loss", "loss SHARE", "The share of messages lost: 0% to 100%.", "loss 1%\n\nwait leader"),
    setting(
        "duplicate",
        "duplicate SHARE",
        "The share of messages that arrive twice: 0% to 100%.",
        "duplicate 5%\n\nwait leader",
    ),
    setting(
        "fsync",
        "fsync TIME",
        "How long an fsync takes, at most 10s; the default is 1ms.",
        "fsync 2ms\n\nwait leader",
    ),
    setting(
        "prevote",
        "prevote on|off",
        "Whether a node asks if it could win an election before it raises its term.",
        "prevote on\n\nwait leader",
    ),
    setting(
        "reads",
        "reads index|lease",
        "How a leader confirms its leadership for a linearizable read: `index` (the default) asks a majority, `lease` \
         trusts its clock.",
        "reads lease\n\nwait leader",
    ),
    setting(
        "naming",
        "naming hosts|loopback",
        "The names of members and the addresses they listen on: `hosts` (the default) gives node1 at node1:2379, \
         `loopback` gives infra1 on 127.0.0.1 with the ports of etcd's example cluster.",
        "naming loopback\n\nwait leader",
    ),
    setting(
        "first",
        "first NODE",
        "The node that initializes the cluster with the list of members; it campaigns first. By default it is drawn from the \
         seed.",
        "first node1\n\nwait leader node1",
    ),
    setting(
        "snapshot-every",
        "snapshot-every NUMBER",
        "A node takes a snapshot when its log has grown by this many entries since the last one; the default is 1000.",
        "snapshot-every 10\n\nwait leader",
    ),
    setting(
        "snapshot-keep",
        "snapshot-keep NUMBER",
        "How many entries before a snapshot stay in the log; the default is 200.",
        "snapshot-keep 2\n\nwait leader",
    ),
    setting(
        "quota",
        "quota SIZE",
        "The size up to which a member's database may grow, such as 16KB or 2MB; 0 means etcd's default, 2 GB.",
        "quota 16MB\n\nwait leader",
    ),
    node("node1", "node1 to node9", "One node by its number.", "wait leader\nkill node1"),
    node(
        "leader",
        "leader",
        "The running leader with a quorum. The step fails when there is none.",
        "wait leader\nkill leader",
    ),
    node(
        "follower",
        "follower",
        "The running follower with the lowest number.",
        "wait leader\nwait quiet\nkill follower",
    ),
    node("all", "all", "Every node.", "wait leader\nkill all"),
    node(
        "rest",
        "rest",
        "Every node that is not named elsewhere in the step.",
        "wait leader\npartition node1,node2 | rest",
    ),
    node(
        "NAME",
        "NAME",
        "The node that an earlier `name` step gave this name.",
        "wait leader\nname old = leader\nkill old",
    ),
];
