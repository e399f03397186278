//! What may stand before the first step, and words for nodes.

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
    about("title", "title TEXT", "Its name for people.", "title The leader fails\n\nwait leader"),
    about("track", "track TEXT", "The course that it is part of.", "track First ten minutes\n\nwait leader"),
    about("needs", "needs TEXT", "What to have seen before.", "needs first-write\n\nwait leader"),
    about("goal", "goal TEXT", "What it is for.", "goal See who is elected.\n\nwait leader"),
    about(
        "open",
        "open at TIME",
        "The instant at which a viewer begins to look. What comes before is played quickly.",
        "open at 300ms\n\nwait leader\nwait 1s",
    ),
    setting(
        "seed",
        "seed NUMBER",
        "Every random number of the run comes from it: the same seed gives the same run, to the last message. \
         0 to 18446744073709551615; 1 if not given.",
        "seed 42\n\nwait leader",
    ),
    setting(
        "nodes",
        "nodes NUMBER",
        "How many members the cluster has at the start: 1 to 9; 5 if not given.",
        "nodes 3\n\nwait leader",
    ),
    setting(
        "timing",
        "timing paper|etcd|wan",
        "A set of timings. `paper` (if none is given): heartbeat 50 ms, election timeout 150 to 300 ms, latency 5 to \
         15 ms, no pre-vote. `etcd`: 100 ms, 1 to 2 s, 1 to 3 ms, pre-vote. `wan`: 500 ms, 2.5 to 5 s, 30 to 60 ms, \
         pre-vote. Later lines change single ones.",
        "timing etcd\n\nwait leader",
    ),
    setting(
        "heartbeat",
        "heartbeat TIME",
        "Time between a leader's heartbeats, in whole milliseconds, below the shortest election timeout.",
        "heartbeat 40ms\n\nwait leader",
    ),
    setting(
        "election",
        "election TIME..TIME",
        "The range from which election timeouts are drawn, in whole milliseconds. The longer one is also the length of a leader's lease.",
        "election 200ms..400ms\n\nwait leader",
    ),
    setting(
        "latency",
        "latency TIME[..TIME]",
        "How long a message takes, drawn for each one; at most 10s.",
        "latency 2ms..4ms\n\nwait leader",
    ),
    setting("loss", "loss SHARE", "How many messages are lost: 0% to 100%.", "loss 1%\n\nwait leader"),
    setting(
        "duplicate",
        "duplicate SHARE",
        "How many messages arrive twice: 0% to 100%.",
        "duplicate 5%\n\nwait leader",
    ),
    setting(
        "fsync",
        "fsync TIME",
        "How long an fsync takes, at most 10s; 1ms if not given.",
        "fsync 2ms\n\nwait leader",
    ),
    setting(
        "prevote",
        "prevote on|off",
        "Whether a node asks if it could win before it raises its term.",
        "prevote on\n\nwait leader",
    ),
    setting(
        "reads",
        "reads index|lease",
        "How a leader makes sure that it may answer a linearizable read: `index` asks a majority, `lease` trusts its \
         clock.",
        "reads lease\n\nwait leader",
    ),
    setting(
        "naming",
        "naming hosts|loopback",
        "What members are called and where they listen: node1 at node1:2379, or infra1 on the loopback with the \
         ports of etcd's example cluster.",
        "naming loopback\n\nwait leader",
    ),
    setting(
        "first",
        "first NODE",
        "Which node is handed the list of members; it campaigns first. Drawn from the seed if not given.",
        "first node1\n\nwait leader node1",
    ),
    setting(
        "snapshot-every",
        "snapshot-every NUMBER",
        "A snapshot is taken when the log grew by so many entries since the last one; 1000 if not given.",
        "snapshot-every 10\n\nwait leader",
    ),
    setting(
        "snapshot-keep",
        "snapshot-keep NUMBER",
        "How many entries before a snapshot stay in the log; 200 if not given.",
        "snapshot-keep 2\n\nwait leader",
    ),
    setting(
        "quota",
        "quota SIZE",
        "Bytes that a member's database may grow to, such as 16KB or 2MB; 0 means etcd's default, 2 GB.",
        "quota 16MB\n\nwait leader",
    ),
    node("node1", "node1 to node9", "One node by its number.", "wait leader\nkill node1"),
    node(
        "leader",
        "leader",
        "The running leader of the highest term that has its quorum. A step fails when there is none.",
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
        "A node that the step `name` gave this name to. Lists of nodes are parted by commas.",
        "wait leader\nname old = leader\nkill old",
    ),
];
