//! The glossary: what the words on this page mean, two to four sentences each.

use super::words;

words! {
    title = "Glossary";
    search = "Search the glossary";
    found(count) = "{count} of them match.";
    none_found(typed) = "No entry has \"{typed}\" in it. Try a shorter word, such as \"vote\".";
    all(count) = "All {count} terms";
    see_also = "See also";
    sources = "Where it is written";
    paper(section) = "Raft paper, {section}";
    thesis(section) = "Ongaro's thesis, {section}";
    etcd(place) = "etcd's documentation: {place}";
    openraft(place) = "openraft's documentation: {place}";
    page = "a word of this page";

    append_entries = "append entries";
    append_entries_text = "The leader's message: after the entry with this index and term, store these. \
A follower that has no such entry refuses, and the leader steps back. Without entries it is a heartbeat.";
    applied = "applied";
    applied_text = "An entry is applied when a node has run it on its key-value store. Only committed entries are \
applied, each once and in the order of the log, so all stores go through the same states.";
    blank_entry = "blank entry";
    blank_entry_text = "The empty entry that a new leader writes first. A leader may not count copies of older terms' \
entries; once its own blank entry has a majority, all before it is committed too.";
    branch = "branch";
    branch_text = "Another course of the same run. Who acts while looking at the past begins one: the run up to there \
is played again, and goes on differently. The old course is kept.";
    campaign = "campaign";
    campaign_text = "To start an election: the node raises its term, votes for itself and asks all others for their \
votes. It happens when the election timer runs out, when leadership is handed over, or when you press the button.";
    candidate = "candidate";
    candidate_text = "A node that is asking for votes. It becomes leader with a majority, follower when it hears from \
a leader, and tries again in a higher term when neither happens.";
    clock_rate = "clock rate";
    clock_rate_text = "How fast a node's own clock runs against the others'. Raft's safety needs no clocks; its timers \
do, and so do leases: a clock that runs slow lets a leader believe in its lease for too long.";
    cluster = "cluster";
    cluster_text = "The set of members that decide together. Members that are down still count: five members need \
three, however many of them run.";
    commit_index = "commit index";
    commit_index_text = "How far a node knows the log to be committed. The leader finds it by counting copies and tells \
the others with its next message, so followers know of it a little later.";
    committed = "committed";
    committed_text = "Safe for ever: a majority has the entry on disk and the leader wrote it in its own term (or one \
after it). Every later leader will have it, and every node will apply it.";
    compaction = "compaction";
    compaction_text = "etcd keeps the history of all keys until it is told to throw away what is older than a revision. \
Reading or watching from before that revision then fails. It has nothing to do with Raft's log, which snapshots shorten.";
    crash = "crash";
    crash_text = "The process ends at once, without closing anything. What was on disk stays, what was in memory is \
gone: term, vote and log survive, the commit index and all promises of a leader do not.";
    disk_loss = "lost disk";
    disk_loss_text = "A node that comes back with an empty disk has forgotten its votes and entries, and may break \
what it promised: an acknowledged write can be lost with a single wiped disk. Raft assumes that disks come back.";
    duplication = "duplication";
    duplication_text = "A network may deliver a message twice. Raft's messages say the same the second time, so \
nothing changes; a client's write that is sent twice may be done twice.";
    election = "election";
    election_text = "A round in which a candidate tries to get the votes of a majority for one term. It ends with a \
leader, or with none when votes split; then a higher term begins.";
    election_restriction = "up-to-date log";
    election_restriction_text = "A node refuses its vote to a candidate whose log is behind its own: the later last term \
wins, with equal terms the longer log. So whoever is elected has all that is committed.";
    election_safety = "election safety";
    election_safety_text = "At most one leader can be elected in a term. Each node has one vote in a term, on disk, and \
two majorities always share a node.";
    election_timeout = "election timeout";
    election_timeout_text = "How long a follower waits without hearing from a leader before it campaigns. It is drawn \
anew each time, so that seldom two wait equally long. In openraft the wait is a lease, as long as the longest timeout, \
and then the timeout drawn.";
    endpoint = "endpoint";
    endpoint_text = "The address of a member that a client talks to. Any member will do: a follower passes writes on to \
the leader. With several endpoints the client tries the next when one does not answer.";
    entry = "entry";
    entry_text = "One command in the log, with its index and the term in which a leader received it. The same index and \
term mean the same command on every node.";
    fencing_token = "fencing token";
    fencing_token_text = "A number that only grows, such as the revision at which a lock was taken. Whatever the lock \
protects refuses a smaller one, so a holder who was paused and comes late does no harm.";
    follower = "follower";
    follower_text = "A node that copies the leader's log and votes when asked. It never writes by itself; when it has \
not heard from a leader for its election timeout, it becomes a candidate.";
    forward = "forwarded request";
    forward_text = "A client may ask any member. One that does not lead passes the request on to the leader it knows, and \
brings back the answer. If that leader stays silent, the fate of a write is unknown.";
    fsync = "fsync";
    fsync_text = "Forcing data from memory onto the disk. Raft may answer that an entry is stored, or a vote given, only \
after it. The cells above the line are what a crash would take now.";
    hash = "hash";
    hash_text = "One number that sums up a node's whole key-value store. Nodes that applied the same entries have the \
same number; one that lags behind has another.";
    heartbeat = "heartbeat";
    heartbeat_text = "The message that a leader sends regularly to show that it is there: append entries without \
entries. It also tells followers how far the log is committed.";
    index = "index";
    index_text = "An entry's place in the log: 1, 2, 3 and so on. It is not etcd's revision: blank entries and changes of \
members have an index and change no key.";
    joint_consensus = "joint consensus";
    joint_consensus_text = "A change of members in two steps. In between, a majority of the old members and one of the \
new must both agree, so the two can never decide apart. openraft changes members always so.";
    latency = "latency";
    latency_text = "How long a message is on its way. The heartbeat must be well above it and the election timeout well \
above the heartbeat. openraft waits three quarters of a heartbeat for an answer; slower round trips commit nothing.";
    leader = "leader";
    leader_text = "The one node of a term that may add entries to the log. It sends them to all others and says when they \
are committed. A leader that lost its majority can commit nothing, but may not know it yet.";
    leader_append_only = "leader append-only";
    leader_append_only_text = "A leader never overwrites or deletes entries of its own log; it only adds. Only followers \
drop entries, when they differ from their leader's.";
    leader_completeness = "leader completeness";
    leader_completeness_text = "What was committed in a term is in the log of every leader of later terms. It follows \
from the rule that nobody votes for a log that is behind.";
    leader_lease = "leader lease";
    leader_lease_text = "A span after each message of the leader in which its followers elect nobody else. It keeps a \
node that comes back from unseating a working leader. openraft has it always on.";
    leadership_transfer = "leadership transfer";
    leadership_transfer_text = "The leader brings a node up to date and tells it to campaign at once, without waiting for \
a timer. Others grant it their vote in spite of the leader's lease, since the leader itself asked.";
    learner = "learner";
    learner_text = "A member that copies the log but has no vote and does not count for the majority. New members begin \
so, to catch up without slowing the others down.";
    lease = "lease (etcd)";
    lease_text = "A time to live to which keys can be attached. A client keeps it alive; when it stops, the leader \
revokes the lease and its keys are deleted. It is no leader lease.";
    linearizable = "linearizable";
    linearizable_text = "As if each operation happened at one instant between its call and its answer. Who reads after \
a write was answered sees it. A linearizable read therefore needs a majority, not just one node's copy.";
    log = "log";
    log_text = "The numbered list of entries that each node keeps on its disk. Raft makes the logs equal; equal logs make \
equal stores.";
    log_matching = "log matching";
    log_matching_text = "When two logs have an entry with the same index and term, they are equal up to there. Each \
append checks the entry before the new ones, which keeps this true step by step.";
    loss = "message loss";
    loss_text = "The network may drop any message. Raft sends again what was not answered, so loss costs time and \
needless elections, never safety.";
    match_index = "match and next index";
    match_index_text = "What the leader knows of a follower: up to where its log is the same (match), and which entry it \
sends next (next). The first is certain, the second a guess that a refusal corrects.";
    membership_change = "change of members";
    membership_change_text = "Adding or removing nodes while the cluster runs. The list of members is an entry of the log \
like others, and is in force on a node as soon as it is there.";
    partition = "partition";
    partition_text = "Some nodes cannot hear some others, though all of them run. Only the side with a majority can elect \
and commit; the other waits, and catches up when the network is whole again.";
    pause = "pause";
    pause_text = "The process stands still while time goes on, as in a long garbage collection. A leader that wakes up \
still thinks that it leads, until it hears of a higher term.";
    pre_vote = "pre-vote";
    pre_vote_text = "Asking \"would you vote for me?\" before raising the term. A node that was cut off can then not \
drive the term up and unseat a leader when it comes back. etcd has it on, the paper's basic algorithm does not.";
    quorum = "quorum, majority";
    quorum_text = "More than half of all members: 2 of 3, 3 of 4, 3 of 5. Votes and commits need one. Any two majorities \
share a node, which is why two sides can never both decide.";
    read_index = "read index";
    read_index_text = "How a linearizable read works without writing to the log. The leader notes its commit index, proves \
by a round of heartbeats that it still leads, and answers once it has applied up to there.";
    replication = "replication";
    replication_text = "The leader sends each new entry to all others at once and counts who has it on disk. Slow or \
missing nodes do not hold it up as long as a majority answers.";
    retry = "retry";
    retry_text = "Sending a request again. It is safe only for what was certainly not done. This page's client sends \
reads again, and never a write whose fate is unknown.";
    revision = "revision";
    revision_text = "etcd's number for a state of the whole store: plus one with each change of keys. Each key remembers \
at which revision it was made and last changed.";
    safety = "safety property";
    safety_text = "What must hold at every instant, whatever fails: one leader a term, leaders that only add, logs that \
match, nothing committed that is lost, equal stores. This page checks all of them after each event.";
    scenario = "scenario";
    scenario_text = "A text that tells a run: settings, then steps at their times. What you do on this page can be \
exported as one, and played again to exactly the same run.";
    seed = "seed";
    seed_text = "The number from which all chance of a run is drawn: latencies, losses, timers. The same seed, settings \
and actions at the same times always give the same run.";
    serializable_read = "serializable read";
    serializable_read_text = "An answer from one node's own copy, without asking anybody. It is quick, works without a \
majority, and may be old. etcdctl calls it --consistency=s.";
    snapshot = "snapshot";
    snapshot_text = "A saved state of the store that replaces the log up to an index. It keeps the log short; a follower \
that lags too far behind is sent the snapshot instead of entries.";
    split_brain = "split brain";
    split_brain_text = "Two sides that both accept writes. With majorities it cannot happen: two nodes may both think that \
they lead, but only the one with a majority can commit.";
    split_vote = "split vote";
    split_vote_text = "Several candidates share the votes, and none gets a majority. The term ends without a leader. \
Timeouts drawn at random make it rare; timers that run out together bring it about.";
    state_machine = "state machine";
    state_machine_text = "What the log is for: here a key-value store with etcd's data model. It does only what entries \
say, in their order, so equal logs give equal stores.";
    state_machine_safety = "state machine safety";
    state_machine_safety_text = "When a node has applied an entry at an index, no node ever applies another one there. \
It is the property that clients rely on; the others serve it.";
    step_down = "step down";
    step_down_text = "A leader or candidate that sees a higher term becomes a follower at once. openraft's leader keeps its \
role when it merely loses its majority; it refuses to answer once its lease is over.";
    term = "term";
    term_text = "Raft's clock: a number that grows with each election. Every message carries one; whoever sees a higher \
one takes it over and follows, and messages of a lower one are refused.";
    transaction = "transaction";
    transaction_text = "Several comparisons and operations in one entry, done all at once or not at all: \"if this key \
has not changed, write these\". Locks and counters are built on it.";
    truncation = "conflicting entries";
    truncation_text = "A follower that has other entries than its leader drops its own from the first difference on. Only \
uncommitted ones can be lost so: what an old leader wrote without a majority.";
    unknown_result = "unknown result";
    unknown_result_text = "The client got no answer in time. The write may be done, may still be done later, or never. \
Nobody can tell from outside; sending it again might do it twice, so read first.";
    virtual_time = "virtual time";
    virtual_time_text = "The cluster's own clock. It runs slower or faster than yours, as you choose, and stands still \
while the page is paused. All times on this page are in it.";
    vote = "vote";
    vote_text = "A node's one yes in a term, kept on disk so that a restart does not forget it. The first candidate that \
asks gets it, if its log is not behind.";
    watch = "watch";
    watch_text = "A client's request to be told of all changes of some keys, in order and without gaps, from a revision \
on. It goes on until the client ends it.";
    wipe = "wipe";
    wipe_text = "The button that crashes a node and empties its disk. See what is lost and what the safety checks say of it.";
}
