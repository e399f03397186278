//! Keys, signs, what is real, and licences.

use super::words;

words! {
    title = "Keys and signs";
    keys = "Keyboard";
    signs = "Signs";
    real = "What is real here";
    licences = "Licences";
    licences_missing = "The licences could not be loaded. Check the connection, and try again.";
    parts = "Parts of the help";
    glossary = "What the words mean: the glossary";

    nodes = "Nodes";
    leader = "leads, and reaches a majority";
    alone = "thinks it leads, but reaches no majority";
    follower = "follows";
    candidate = "a candidate: each dot is a ballot, filled for yes, struck for no";
    pre_candidate = "asks whether it could win, before it raises the term (pre-vote)";
    learner = "copies the log and has no vote";
    starting = "has started, and waits for the member list";
    crashed = "crashed: what was in memory is gone";
    stopped = "stopped gracefully";
    paused = "paused while its clock runs on";
    added = "a member that was never started";
    arc = "The arc is what is left until it campaigns: a lease, as long as the longest timeout, then a random wait.";
    chip = "The number under a node is its term, in the same colour everywhere.";

    messages = "Messages";
    filled = "Filled asks; hollow answers, with + for yes and \u{2212} for no.";
    vote = "asks for a vote";
    vote_answer = "the vote, and its refusal";
    pre = "asks whether it would get a vote (pre-vote)";
    entries = "entries for the log";
    entries_answer = "stored, and refused";
    beat = "a heartbeat";
    beat_answer = "its answer, yes and no";
    snapshot = "a snapshot, and that it is installed";
    transfer = "leadership is transferred";
    client = "a client's request forwarded to the leader";
    client_answer = "its answer, yes and no";
    lost = "here a message was lost";

    log = "Log";
    open = "in the log, not known to be committed";
    committed = "committed";
    applied = "applied to the key-value store";
    packed = "only in the snapshot";
    disk = "The line below the cells is the disk; a cell that stands higher is only in memory.";
    hash = "The ten digits are a hash of the whole key-value store: equal on nodes that applied the same entries.";

    openraft(version) = "Real: every vote, append, commit, snapshot and change of leader is decided by openraft \
{version}, the Raft library in Rust that databases use, compiled to WebAssembly. Nothing of it is imitated.";
    kv = "Real: the key-value store follows etcd's data model, and the terminals print what etcd's own command line \
prints, compared with recordings of a real etcd.";
    simulated = "Simulated: the network with its latency and loss, the disks and their fsync, and the clocks. All \
nodes live in one thread of this tab. That is why time can be slowed down, stopped and turned back.";
    chance = "Chance comes from the seed: the same seed, settings and actions at the same times give the same run, \
bit for bit, in any browser.";
    checks = "Checked: after each event, Raft's five safety properties and linearizability are judged by code that \
shares nothing with openraft. What does not hold is shown at once.";
    differs = "Different from the paper: in openraft a follower waits out a leader's lease before its timer, a leader \
that loses its majority keeps its role, and members are always changed by joint consensus.";
    stays = "Nothing leaves your browser: no account, no cookies, no analytics, no other server is asked.";
}
