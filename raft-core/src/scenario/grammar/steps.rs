//! Steps: those that act on the cluster, and those that address the viewer.

use super::{Entry, Kind, entry};

const fn step(word: &'static str, form: &'static str, says: &'static str, example: &'static str) -> Entry {
    entry(Kind::Step, word, form, says, example)
}

const fn alias(
    word: &'static str,
    form: &'static str,
    says: &'static str,
    of: &'static str,
    example: &'static str,
) -> Entry {
    Entry { alias_of: Some(of), ..step(word, form, says, example) }
}

pub(super) const ACTING: [Entry; 54] = [
    step(
        "start",
        "start NODES [as NAME] [at HOST:PORT]",
        "Starts the process of members that were added and never ran. A single member may be given a name, and an \
         address for its clients.",
        "wait leader\nwait 6s\nleader$ etcdctl member add node6 --peer-urls=http://node6:2380\nstart node6 as sixth\nwait same hash on all",
    ),
    step(
        "kill",
        "kill NODES",
        "Crashes the processes: whatever was not on disk is lost.",
        "wait leader\nkill leader\nwait leader",
    ),
    alias(
        "crash",
        "crash NODES",
        "The same as `kill`, which is the canonical form.",
        "kill",
        "wait leader\ncrash leader\nwait leader",
    ),
    step(
        "stop",
        "stop NODES",
        "Stops the processes in good order: everything is written to disk first.",
        "wait leader\nstop node2",
    ),
    step(
        "restart",
        "restart NODES",
        "Starts the processes again; a running one is stopped first.",
        "wait leader\nkill node2\nrestart node2\nwait node2 follower",
    ),
    step(
        "pause",
        "pause NODES",
        "Suspends the processes while their clocks run on.",
        "wait leader\npause leader\nwait leader",
    ),
    step(
        "resume",
        "resume NODES",
        "Resumes suspended processes.",
        "wait leader\npause node3\nwait 1s\nresume node3",
    ),
    step(
        "isolate",
        "isolate NODES",
        "Cuts every link of the nodes, both ways.",
        "wait leader\nwait quiet\nisolate leader\nwait leader",
    ),
    step(
        "campaign",
        "campaign NODES",
        "The nodes start an election now. Voters refuse it while a leader's lease is valid.",
        "first node1\n\nwait leader node1\nwait quiet\nkill node1\nwait lease over\ncampaign node2\nwait leader",
    ),
    step(
        "transfer",
        "transfer NODE",
        "The leader transfers leadership to this node, which must be running.",
        "first node1\n\nwait leader node1\nwait quiet\ntransfer node3\nwait leader node3",
    ),
    step(
        "snapshot",
        "snapshot NODES",
        "The nodes take a snapshot now.",
        "wait leader\nwait quiet\nsnapshot leader",
    ),
    step(
        "wipe",
        "wipe NODES",
        "Erases their disks: log, vote and snapshot. Running nodes crash first.",
        "wait leader\nwait quiet\nwipe follower",
    ),
    step(
        "backup",
        "backup NODES",
        "Copies what is durable on their disks, replacing an earlier copy. Only `break restore` uses the copy.",
        "wait leader\nwait quiet\nbackup node2",
    ),
    step(
        "break fsync",
        "break fsync [off] [NODES]",
        "Removes a safeguard: the disks of these nodes, or of all, acknowledge an fsync without doing it, however long it \
         takes. `off` restores it. A run with a `break` step is marked as altered.",
        "wait leader\nbreak fsync node2\nkill node2\nbreak fsync off",
    ),
    step(
        "break restore",
        "break restore NODES",
        "Removes a safeguard: their disks are replaced by the copies of their last `backup`. Running nodes crash first and \
         stay down.",
        "wait leader\nwait quiet\nbackup node2\nnode1$ etcdctl put /a 1\nbreak restore node2\nrestart node2",
    ),
    step(
        "break rejoin",
        "break rejoin NODES",
        "Removes a safeguard: their disks are erased, and they start again at once as the same members.",
        "wait leader\nwait quiet\nbreak rejoin follower",
    ),
    step(
        "break votes",
        "break votes [off] [NODES]",
        "Removes a safeguard: these nodes, or all, keep their votes in memory only and forget them when their process \
         ends. `off` restores it.",
        "wait leader\nbreak votes node3\nrestart node3\nbreak votes off",
    ),
    step(
        "break lease",
        "break lease [off] NODES",
        "Removes a safeguard: leaders answer reads by their lease alone, and the clocks of these nodes run at a \
         quarter of true time. `off` restores true clocks and read indexes.",
        "wait leader\nbreak lease leader\nwait 1s\nbreak lease off leader",
    ),
    step(
        "break force-new-cluster",
        "break force-new-cluster NODES",
        "Removes a safeguard: each of these nodes is started as the only member of a cluster of its own, with its own \
         data. Running nodes crash first.",
        "wait leader\nwait quiet\nkill all\nbreak force-new-cluster node2\nwait leader node2",
    ),
    step(
        "break copy",
        "break copy NODE -> NODES",
        "Removes a safeguard: these nodes get a copy of the data folder of the first one. Running nodes crash first and \
         stay down.",
        "wait leader\nwait quiet\nbreak copy node1 -> node2\nrestart node2",
    ),
    step(
        "break retries",
        "break retries [off]",
        "Removes a safeguard: clients wait a second for the answer to a write, then send it again to their next \
         endpoint, although it may have taken effect. `off` restores it.",
        "wait leader\nbreak retries\nnode1$ etcdctl put /a 1\nbreak retries off",
    ),
    step(
        "partition",
        "partition NODES | NODES [| NODES]",
        "Delivers messages only within a group. Nodes that are not named form one more group. A second partition \
         replaces the first.",
        "wait leader\nwait quiet\npartition node1,node2 | node3,node4,node5\nwait leader",
    ),
    step(
        "cut",
        "cut NODES -> NODES",
        "Cuts each of these links in this direction. Messages in flight there are lost at once.",
        "wait leader\ncut node1 -> node2,node3",
    ),
    step(
        "heal",
        "heal [NODES | NODES -> NODES]",
        "Removes all cuts and the partition; or only the cuts that touch these nodes; or only those of these links.",
        "wait leader\nisolate node5\nheal\ncut node1 -> node2\nheal node1 -> node2",
    ),
    step(
        "latency",
        "latency TIME[..TIME] [NODES -> NODES]",
        "Sets how long messages take, on all links or on these.",
        "wait leader\nlatency 20ms..30ms node1 -> node2",
    ),
    step(
        "loss",
        "loss SHARE [NODES -> NODES]",
        "Sets the share of messages that are lost, on all links or on these.",
        "wait leader\nloss 10%",
    ),
    step(
        "duplicate",
        "duplicate SHARE [NODES -> NODES]",
        "Sets the share of messages that arrive twice, on all links or on these.",
        "wait leader\nduplicate 5% node1 -> node2",
    ),
    step(
        "duplicate message",
        "duplicate message NUMBER",
        "Sends a second copy of a message in flight, given by its number in the run.",
        "seed 1\nfirst node1\n\n@3ms duplicate message 1\nwait leader",
    ),
    step(
        "drop",
        "drop next KIND [NODES -> NODES] | message NUMBER | none",
        "Drops the next message of a kind that would arrive (vote, pre-vote, append, heartbeat, snapshot, reply), or a \
         message in flight, given by its number. `none` cancels the drops that have met no message yet.",
        "wait leader\ndrop next append\ndrop none",
    ),
    step(
        "delay",
        "delay message NUMBER by TIME",
        "Delays a message in flight, given by its number.",
        "seed 1\nfirst node1\n\n@3ms delay message 1 by 20ms\nwait leader",
    ),
    step(
        "clock",
        "clock NODES +SHARE|-SHARE",
        "Makes clocks run fast or slow: -90% to +900%; +0% is true time.",
        "wait leader\nclock node2 +10%",
    ),
    step(
        "fsync",
        "fsync [NODES] TIME | never [NODES]",
        "Sets how long an fsync takes, on these nodes or on all. With `never`, the disk acknowledges an fsync without \
         doing it, so a crash loses everything written since.",
        "wait leader\nfsync node1 20ms\nfsync never\nkill node2",
    ),
    step(
        "align timers",
        "align timers [NODES]",
        "Fixes the next election timeouts of these nodes, or of all, to the shortest one.",
        "wait leader\nalign timers",
    ),
    step(
        "spread timers",
        "spread timers [NODES]",
        "Spaces the next election timeouts of these nodes, or of all, evenly over the range.",
        "wait leader\nspread timers node1,node2",
    ),
    step(
        "timers as drawn",
        "timers as drawn",
        "Returns to random election timeouts.",
        "wait leader\nalign timers\ntimers as drawn",
    ),
    step(
        "elections",
        "elections on|off [NODES]",
        "Sets whether election timers may start elections (openraft's own switch). The setting survives restarts.",
        "wait leader\nelections off\nkill leader\nwait 2s\nexpect no leader",
    ),
    step(
        "prevote",
        "prevote on|off",
        "Switches pre-vote on or off on all nodes (openraft's own switch). Before the first step it is a setting.",
        "wait leader\nprevote on",
    ),
    step(
        "reads",
        "reads index|lease",
        "Sets how leaders confirm their leadership for a linearizable read. Before the first step it is a setting.",
        "wait leader\nreads lease\nnode1$ etcdctl get /a",
    ),
    step(
        "name",
        "name NAME = NODE",
        "Names the node that the word on the right means now. The name consists of lower-case letters.",
        "wait leader\nname old = leader\nkill old",
    ),
    step(
        "stress",
        "stress RATE/s for TIME [on NODES]",
        "Clients write keys of their own at this rate: 1/s to 1000/s, for at most 600s, through these nodes or all \
         voters.",
        "wait leader\nstress 20/s for 1s\nwait 2s\nwait quiet",
    ),
    step(
        "NODE$",
        "NODE[:NUMBER]$ COMMAND [&] [<]",
        "Types a command into a terminal of a node and waits for its end. With `&`, it runs in the background. With `<`, \
         its standard input stays open. `node1:2` is the second terminal on node1. On the lines below it, `<` marks its \
         input, `>` its expected output (`…` stands for any text, `{A}` for a text that is the same wherever the name \
         occurs), and `|` a command of several lines.",
        "wait leader\nnode1$ etcdctl put /a blue\n> OK\nnode2$ etcdctl get /a\n> /a\n> {A}\nnode3$ etcdctl put /b {A}\n> OK",
    ),
    step(
        "NODE<",
        "NODE< LINE",
        "Types a line as input of a terminal's last command.",
        "wait leader\nnode1$ etcdctl put /a <\nnode1< blue\neof node1\nwait /a on all",
    ),
    step(
        "NODE>",
        "NODE> LINE",
        "Waits for as many more lines from the oldest background command, and compares them. Further expected lines \
         follow below it, with `>`.",
        "wait leader\nwait quiet\nnode1$ etcdctl watch /a &\nwait 500ms\nnode2$ etcdctl put /a blue\nnode1> PUT\n> /a\n> blue",
    ),
    step(
        "eof",
        "eof NODE",
        "Ends the input of a terminal's last command.",
        "wait leader\nnode1$ etcdctl put /a <\nnode1< blue\neof node1",
    ),
    step(
        "interrupt",
        "interrupt NODE [%NUMBER]",
        "Presses the interrupt key, or interrupts the background command of this number.",
        "wait leader\nwait quiet\nnode1$ etcdctl watch /a &\nwait 500ms\ninterrupt node1",
    ),
    step(
        "close terminals",
        "close terminals",
        "Closes all terminals; their commands and watches end.",
        "wait leader\nwait quiet\nnode1$ etcdctl watch /a &\nwait 500ms\nclose terminals",
    ),
    step(
        "hang up",
        "hang up NUMBER",
        "The client of a request, given by its number in the run, stops waiting. The result of the request stays unknown.",
        "first node1\n\nwait leader node1\nwait quiet\nnode1$ etcdctl put /a 1 &\nhang up 1",
    ),
    step(
        "wait",
        "wait CONDITION [within TIME]",
        "Waits until the condition holds; fails after the given time, by default 30s.",
        "wait leader within 5s",
    ),
    step("wait", "wait TIME", "Waits for a span of virtual time.", "wait leader\nwait 500ms"),
    step(
        "expect",
        "expect CONDITION",
        "Fails unless the condition holds now.",
        "wait leader\nexpect no violation",
    ),
    step(
        "@",
        "@TIME STEP",
        "The step begins at this virtual time, or, with `@+TIME`, this long after the previous step began. Times are \
         written as 150ms, 2s, 500us, 3ns or 1m.",
        "@2s kill node1\n@+500ms restart node1\nwait leader",
    ),
    step("#", "# TEXT", "A comment.", "# Who is elected?\nwait leader"),
    step(
        "trace",
        "trace HASH",
        "The trace hash that the run had at this point when it was recorded, in 16 hexadecimal digits. A difference is \
         reported, but the step does not fail.",
        "wait leader\ntrace 0123456789abcdef",
    ),
    step(
        "try",
        "try CONDITION -- TEXT",
        "Invites the viewer to do something, which is done once the condition holds. A run without a viewer does not wait.",
        "wait leader\ntry no leader -- Take the leader away.",
    ),
];

pub(super) const TELLING: [Entry; 8] = [
    step(
        "say",
        "say TEXT",
        "Shows a sentence to the viewer. Steps for the viewer never change the run.",
        "wait leader\nsay Somebody leads.",
    ),
    step(
        "ask",
        "ask TEXT",
        "Asks a question. The answers follow below it, one per line: `+` is right, `-` is wrong, and the text after ` -- ` \
         is the response to a viewer who chose it.",
        "wait leader\nask The leader dies. What of its writes?\n+ they stay -- A majority has them.\n- they are lost -- OK means that a majority has them.\nkill leader",
    ),
    step(
        "stop here",
        "stop here [TEXT]",
        "Halts playback until the viewer continues.",
        "wait leader\nstop here\nkill leader",
    ),
    step(
        "look",
        "look SIGHT [NODES] [-- TEXT]",
        "Points to a view: log, hashes, disk, history, timeline, events, ring, terminal or charts.",
        "wait leader\nlook log node1,node2 -- Both end alike.",
    ),
    step(
        "hint",
        "hint [TIME] TEXT",
        "Shows a hint to a viewer who is stuck, after this much real time.",
        "wait leader\nhint 20s Look at the terms.",
    ),
    step(
        "speed",
        "speed RATIO",
        "Sets the speed of playback from here on: 1/1000 to 100.",
        "wait leader\nspeed 1/100\nkill leader",
    ),
    step("saw", "saw TEXT", "Sums up what was just seen.", "wait leader\nsaw A leader was elected."),
    step(
        "next",
        "next TEXT",
        "Says what comes next: the id of a lesson, or something to try.",
        "wait leader\nnext kill-the-leader",
    ),
];
