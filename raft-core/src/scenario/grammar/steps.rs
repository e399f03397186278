//! Steps: those that do something, and those that tell something.

use super::{Entry, Kind, entry};

const fn step(word: &'static str, form: &'static str, says: &'static str, example: &'static str) -> Entry {
    entry(Kind::Step, word, form, says, example)
}

pub(super) const ACTING: [Entry; 53] = [
    step(
        "start",
        "start NODES [as NAME] [at HOST:PORT]",
        "Starts the process of a member that was added and never ran; one alone may be given a name, and an address \
         for its clients.",
        "wait leader\nwait 6s\nleader$ etcdctl member add node6 --peer-urls=http://node6:2380\nstart node6 as sixth\nwait same hash on all",
    ),
    step(
        "kill",
        "kill NODES",
        "Crashes them: what was not on disk is lost.",
        "wait leader\nkill leader\nwait leader",
    ),
    step(
        "stop",
        "stop NODES",
        "Stops them in good order: everything is written to disk first.",
        "wait leader\nstop node2",
    ),
    step(
        "restart",
        "restart NODES",
        "Starts them again; one that runs is stopped first.",
        "wait leader\nkill node2\nrestart node2\nwait node2 follower",
    ),
    step(
        "pause",
        "pause NODES",
        "They stand still while their clocks run on.",
        "wait leader\npause leader\nwait leader",
    ),
    step("resume", "resume NODES", "Paused ones go on.", "wait leader\npause node3\nwait 1s\nresume node3"),
    step(
        "isolate",
        "isolate NODES",
        "Cuts every link of theirs, both ways.",
        "wait leader\nwait quiet\nisolate leader\nwait leader",
    ),
    step(
        "campaign",
        "campaign NODES",
        "They start an election now. Voters refuse it while a leader's lease lives.",
        "first node1\n\nwait leader node1\nwait quiet\nkill node1\nwait lease over\ncampaign node2\nwait leader",
    ),
    step(
        "transfer",
        "transfer NODE",
        "The leader hands over to this node. It must run.",
        "first node1\n\nwait leader node1\nwait quiet\ntransfer node3\nwait leader node3",
    ),
    step(
        "snapshot",
        "snapshot NODES",
        "They take a snapshot now.",
        "wait leader\nwait quiet\nsnapshot leader",
    ),
    step(
        "wipe",
        "wipe NODES",
        "Their disks are lost: log, vote and snapshot. Running ones crash first.",
        "wait leader\nwait quiet\nwipe follower",
    ),
    step(
        "backup",
        "backup NODES",
        "Puts a copy of what is durable on their disks aside, in the place of an earlier copy. Only `break restore` uses it.",
        "wait leader\nwait quiet\nbackup node2",
    ),
    step(
        "break fsync",
        "break fsync [off] [NODES]",
        "Takes a safeguard away: the disks of all or of these nodes acknowledge an fsync and do none, however long it \
         takes. `off` gives it back. A run with a word that begins with `break` is marked as altered.",
        "wait leader\nbreak fsync node2\nkill node2\nbreak fsync off",
    ),
    step(
        "break restore",
        "break restore NODES",
        "Takes a safeguard away: their disks are what they were at their last `backup`. Running nodes crash first; \
         they stay down.",
        "wait leader\nwait quiet\nbackup node2\nnode1$ etcdctl put /a 1\nbreak restore node2\nrestart node2",
    ),
    step(
        "break rejoin",
        "break rejoin NODES",
        "Takes a safeguard away: their disks are lost, and they start again at once as the members that they were.",
        "wait leader\nwait quiet\nbreak rejoin follower",
    ),
    step(
        "break votes",
        "break votes [off] [NODES]",
        "Takes a safeguard away: all or these nodes keep their votes in memory only, and forget them when they end. \
         `off` gives it back.",
        "wait leader\nbreak votes node3\nrestart node3\nbreak votes off",
    ),
    step(
        "break lease",
        "break lease [off] NODES",
        "Takes a safeguard away: leaders answer reads by their lease alone, and the clocks of these nodes run at a \
         quarter of true time. `off` gives back true clocks and read indexes.",
        "wait leader\nbreak lease leader\nwait 1s\nbreak lease off leader",
    ),
    step(
        "break force-new-cluster",
        "break force-new-cluster NODES",
        "Takes a safeguard away: each of these nodes is started as the only member of a cluster of its own, with what \
         it has. Running ones crash first.",
        "wait leader\nwait quiet\nkill all\nbreak force-new-cluster node2\nwait leader node2",
    ),
    step(
        "break copy",
        "break copy NODE -> NODES",
        "Takes a safeguard away: these nodes get a copy of the data folder of the first one. Running ones crash first; \
         they stay down.",
        "wait leader\nwait quiet\nbreak copy node1 -> node2\nrestart node2",
    ),
    step(
        "break retries",
        "break retries [off]",
        "Takes a safeguard away: clients wait a second for the answer to a write, then send it again to their next \
         endpoint, though it may have been done. `off` gives it back.",
        "wait leader\nbreak retries\nnode1$ etcdctl put /a 1\nbreak retries off",
    ),
    step(
        "partition",
        "partition NODES | NODES [| NODES]",
        "Messages cross only inside a group. Nodes that are not named form one more group; a second partition \
         replaces the first.",
        "wait leader\nwait quiet\npartition node1,node2 | node3,node4,node5\nwait leader",
    ),
    step(
        "cut",
        "cut NODES -> NODES",
        "Cuts each of these links in this direction. What is on its way there is lost at this instant.",
        "wait leader\ncut node1 -> node2,node3",
    ),
    step(
        "heal",
        "heal [NODES | NODES -> NODES]",
        "Removes all cuts and the partition, those that touch these nodes, or those of these links.",
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
        "Sets how many messages are lost, on all links or on these.",
        "wait leader\nloss 10%",
    ),
    step(
        "duplicate",
        "duplicate SHARE [NODES -> NODES]",
        "Sets how many messages arrive twice, on all links or on these.",
        "wait leader\nduplicate 5% node1 -> node2",
    ),
    step(
        "duplicate message",
        "duplicate message NUMBER",
        "Sends a second copy of a message on its way, by its number in the run.",
        "seed 1\nfirst node1\n\n@3ms duplicate message 1\nwait leader",
    ),
    step(
        "drop",
        "drop next KIND [NODES -> NODES] | message NUMBER | none",
        "Loses the next message of a kind that would arrive (vote, pre-vote, append, heartbeat, snapshot, reply), or \
         one on its way, by its number. `none` takes back what has met no message yet.",
        "wait leader\ndrop next append\ndrop none",
    ),
    step(
        "delay",
        "delay message NUMBER by TIME",
        "Lets a message on its way arrive later.",
        "seed 1\nfirst node1\n\n@3ms delay message 1 by 20ms\nwait leader",
    ),
    step(
        "clock",
        "clock NODES +SHARE|-SHARE",
        "Lets clocks run fast or slow: -90% to +900%; +0% is true time.",
        "wait leader\nclock node2 +10%",
    ),
    step(
        "fsync",
        "fsync [NODES] TIME | never [NODES]",
        "Sets how long an fsync takes. `never` is a disk that lies: it says that an fsync is done and does none, so a \
         crash loses what came since.",
        "wait leader\nfsync node1 20ms\nfsync never\nkill node2",
    ),
    step(
        "align timers",
        "align timers [NODES]",
        "Loads the dice: their next election timeouts are all the shortest.",
        "wait leader\nalign timers",
    ),
    step(
        "spread timers",
        "spread timers [NODES]",
        "Loads the dice: their next election timeouts lie evenly over the range.",
        "wait leader\nspread timers node1,node2",
    ),
    step(
        "timers as drawn",
        "timers as drawn",
        "Election timeouts are drawn by chance again.",
        "wait leader\nalign timers\ntimers as drawn",
    ),
    step(
        "elections",
        "elections on|off [NODES]",
        "Whether election timers may start elections (openraft's own switch); it survives restarts.",
        "wait leader\nelections off\nkill leader\nwait 2s\nexpect no leader",
    ),
    step(
        "prevote",
        "prevote on|off",
        "Switches pre-vote on all nodes (openraft's own switch). Before the first step it is a setting.",
        "wait leader\nprevote on",
    ),
    step(
        "reads",
        "reads index|lease",
        "Sets how leaders make sure that they may answer a linearizable read. Before the first step it is a setting.",
        "wait leader\nreads lease\nnode1$ etcdctl get /a",
    ),
    step(
        "name",
        "name NAME = NODE",
        "Gives a name of small letters to whoever it is now.",
        "wait leader\nname old = leader\nkill old",
    ),
    step(
        "stress",
        "stress RATE/s for TIME [on NODES]",
        "Clients write keys of their own at this rate: 1/s to 1000/s, for at most 600s, through all voters or these \
         nodes.",
        "wait leader\nstress 20/s for 1s\nwait 2s\nwait quiet",
    ),
    step(
        "NODE$",
        "NODE[:NUMBER]$ COMMAND [&] [<]",
        "Types a command into a terminal of a node and waits for its end. `&`: goes on at once. `<`: its standard \
         input stays open. `node1:2` is the second terminal there. Under it, lines with `<` are its input, lines with \
         `>` what it must print (`…` stands for any text, `{A}` for one that is the same wherever it stands), lines \
         with `|` a command of several lines.",
        "wait leader\nnode1$ etcdctl put /a blue\n> OK\nnode2$ etcdctl get /a\n> /a\n> {A}\nnode3$ etcdctl put /b {A}\n> OK",
    ),
    step(
        "NODE<",
        "NODE< LINE",
        "Types a line for the last command of a terminal.",
        "wait leader\nnode1$ etcdctl put /a <\nnode1< blue\neof node1\nwait /a on all",
    ),
    step(
        "NODE>",
        "NODE> LINE",
        "Awaits that many more lines of the oldest command in the background, and compares them. Further lines stand \
         under it, with `>`.",
        "wait leader\nwait quiet\nnode1$ etcdctl watch /a &\nwait 500ms\nnode2$ etcdctl put /a blue\nnode1> PUT\n> /a\n> blue",
    ),
    step(
        "eof",
        "eof NODE",
        "Ends what is typed for the last command of a terminal.",
        "wait leader\nnode1$ etcdctl put /a <\nnode1< blue\neof node1",
    ),
    step(
        "interrupt",
        "interrupt NODE [%NUMBER]",
        "Presses the interrupt key, or ends the background command of this number.",
        "wait leader\nwait quiet\nnode1$ etcdctl watch /a &\nwait 500ms\ninterrupt node1",
    ),
    step(
        "close terminals",
        "close terminals",
        "Closes all terminals; commands and watches there end.",
        "wait leader\nwait quiet\nnode1$ etcdctl watch /a &\nwait 500ms\nclose terminals",
    ),
    step(
        "hang up",
        "hang up NUMBER",
        "A client stops waiting for a request, by its number in the run. What became of it stays open.",
        "first node1\n\nwait leader node1\nwait quiet\nnode1$ etcdctl put /a 1 &\nhang up 1",
    ),
    step(
        "wait",
        "wait CONDITION [within TIME]",
        "Goes on when the condition holds; fails after 30s, or after the given time.",
        "wait leader within 5s",
    ),
    step("wait", "wait TIME", "Waits for a span of virtual time.", "wait leader\nwait 500ms"),
    step("expect", "expect CONDITION", "The condition must hold now.", "wait leader\nexpect no violation"),
    step(
        "@",
        "@TIME STEP",
        "The step begins at this virtual time, or, with `@+TIME`, this long after the step before began. Times are written as 150ms, 2s, 500us, 3ns or 1m.",
        "@2s kill node1\n@+500ms restart node1\nwait leader",
    ),
    step("#", "# TEXT", "A comment.", "# Who is elected?\nwait leader"),
    step(
        "trace",
        "trace HASH",
        "The trace hash that the run had here when it was recorded, in 16 hexadecimal digits. A difference is told, and is no failure.",
        "wait leader\ntrace 0123456789abcdef",
    ),
    step(
        "try",
        "try CONDITION -- TEXT",
        "Invites the viewer to do something; the condition notices that it was done. A run without a viewer goes on at once.",
        "wait leader\ntry no leader -- Take the leader away.",
    ),
];

pub(super) const TELLING: [Entry; 8] = [
    step(
        "say",
        "say TEXT",
        "A sentence for the viewer. What tells something never changes the run.",
        "wait leader\nsay Somebody leads.",
    ),
    step(
        "ask",
        "ask TEXT",
        "A question. Under it stand the answers, one a line: `+` is right, `-` is wrong, and what follows ` -- ` is said \
         to who chose it.",
        "wait leader\nask The leader dies. What of its writes?\n+ they stay -- A majority has them.\n- they are lost -- OK means that a majority has them.\nkill leader",
    ),
    step(
        "stop here",
        "stop here [TEXT]",
        "Playback halts until the viewer goes on.",
        "wait leader\nstop here\nkill leader",
    ),
    step(
        "look",
        "look SIGHT [NODES] [-- TEXT]",
        "What to look at: log, hashes, disk, history, timeline, events, ring, terminal or charts.",
        "wait leader\nlook log node1,node2 -- Both end alike.",
    ),
    step(
        "hint",
        "hint [TIME] TEXT",
        "Help for those who are stuck, after so much of their time.",
        "wait leader\nhint 20s Look at the terms.",
    ),
    step(
        "speed",
        "speed RATIO",
        "How fast to play from here on: 1/1000 to 100.",
        "wait leader\nspeed 1/100\nkill leader",
    ),
    step("saw", "saw TEXT", "What was just seen.", "wait leader\nsaw A leader was elected."),
    step(
        "next",
        "next TEXT",
        "What comes next: the id of a lesson, or something to try.",
        "wait leader\nnext kill-the-leader",
    ),
];
