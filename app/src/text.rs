//! The page's own sentences. Those about events are in `raft_core::cluster::describe`.

/// Words of the page: each becomes a function that gives the text, with its placeholders filled.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident $(($($slot:ident),+))? = $text:literal;)*) => {
        $(words!(@one $(#[$doc])* $name $(($($slot),+))? = $text);)*
    };
    (@one $(#[$doc:meta])* $name:ident = $text:literal) => {
        $(#[$doc])*
        pub fn $name() -> &'static str { $text }
    };
    (@one $(#[$doc:meta])* $name:ident ($($slot:ident),+) = $text:literal) => {
        $(#[$doc])*
        pub fn $name($($slot: impl std::fmt::Display),+) -> String { format!($text) }
    };
}
pub(crate) use words;

pub mod dialog;
pub mod glossary;
pub mod help;
pub mod welcome;

use raft_core::cluster::describe::cause_text;
use raft_core::cluster::{
    Cause, ClusterView, NodeView, Outcome, Process, Role, ServerError, Standing, Status, TimingWarning,
};
use raft_core::units::{MILLISECOND, Nanos, NodeId, SECOND};

/// What the page says of itself.
pub const HONESTY: &str = "Real openraft, compiled to WebAssembly. Network, disks and clocks are simulated. \
Nothing leaves your browser.";
/// Shown where no request was made yet.
pub const INVITATION: &str = "Write a key: the hash of every running node will change.";
/// Beside the choice of endpoints.
pub const ENDPOINTS: &str = "Endpoints, tried in this order";
/// Shown when no endpoint is chosen.
pub const NO_ENDPOINT: &str = "Choose at least one endpoint.";

/// While a part of the page is loaded.
pub const ON_ITS_WAY: &str = "This part is being loaded.";
/// When it was not.
pub const NOT_ARRIVED: &str = "This part of the page did not arrive. The network may be gone, or the page was published \
anew since you opened it. The cluster runs on.";

/// A sentence with a capital letter and a full stop.
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    // Names of nodes keep their small letter.
    let starts_with_name = text.starts_with("node") && text[4..].starts_with(|c: char| c.is_ascii_digit());
    let head: String = if starts_with_name { first.to_string() } else { first.to_uppercase().collect() };
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{head}{}{end}", chars.as_str())
}

/// A virtual time for people.
pub fn seconds(at: Nanos) -> String {
    let millis = at / MILLISECOND;
    format!("{}.{:03} s", millis / 1_000, millis % 1_000)
}

/// A span of virtual time for people.
pub fn span(time: Nanos) -> String {
    match time {
        0..MILLISECOND => "less than 1 ms".to_owned(),
        MILLISECOND..SECOND => format!("{} ms", time / MILLISECOND),
        _ if time < 60 * SECOND => format!("{}.{} s", time / SECOND, time % SECOND / (SECOND / 10)),
        _ => format!("{} min {} s", time / (60 * SECOND), time % (60 * SECOND) / SECOND),
    }
}

/// Bytes for people.
pub fn bytes(count: u64) -> String {
    if count < 10_000 { format!("{count} B") } else { format!("{} kB", count / 1_000) }
}

/// What makes a majority, and who has none.
pub fn quorum(status: &Status) -> String {
    let configuration = &status.configuration;
    let mut text = if configuration.is_joint() {
        format!("changing members: needs a majority of {configuration}")
    } else {
        format!("quorum {}", status.quorum)
    };
    for learner in &configuration.learners {
        text.push_str(&format!(", node{learner} has no vote"));
    }
    text
}

/// What the cluster's state means for writes.
pub fn meaning(view: &ClusterView) -> String {
    let status = &view.status;
    if view.warnings.contains(&TimingWarning::NothingCommits) {
        return "nothing commits: messages take longer than openraft waits for an answer".to_owned();
    }
    match (status.leader, status.quorum_possible) {
        (_, false) if status.up < status.quorum => {
            let missing = status.quorum - status.up;
            let what = if status.paused > 0 { "restart or resume" } else { "restart" };
            format!(
                "writes fail: quorum {} is out of reach; {what} {}",
                status.quorum,
                count(missing, "node")
            )
        }
        (_, false) => "writes fail: no majority can reach each other; heal the network".to_owned(),
        (None, true) => "writes wait: nobody leads yet, an election decides".to_owned(),
        (Some(_), true) if status.spare == 0 => "writes succeed; one more loss stops them".to_owned(),
        (Some(_), true) => format!("writes succeed; {} survivable", count_more(status.spare)),
    }
}

fn count_more(spare: u64) -> String {
    match spare {
        1 => "one more loss is".to_owned(),
        2 => "two more losses are".to_owned(),
        more => format!("{more} more losses are"),
    }
}

/// `1 node`, `2 nodes`.
pub fn count(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// What a timing will do, before it is applied and after.
pub fn warning(warning: TimingWarning) -> &'static str {
    match warning {
        TimingWarning::NothingCommits => {
            "With this latency nothing will commit: openraft waits three quarters of the heartbeat interval for an answer, and every round trip takes longer."
        }
        TimingWarning::SomeAppendsTimeOut => {
            "With this latency some appends will time out and be sent again: a slow round trip takes longer than three quarters of the heartbeat interval."
        }
    }
}

/// One word for what a node is.
pub fn role(node: &NodeView) -> &'static str {
    match (node.process, node.role) {
        (Process::Crashed, _) => "crashed",
        (Process::Stopped, _) => "stopped",
        (Process::Failed, _) => "gave up",
        (Process::Announced, _) => "added, not started",
        (Process::Removed, _) => "removed",
        (Process::Paused, _) => "paused",
        (Process::Starting, _) => "waits for the member list",
        (_, _) if node.standing == Standing::Removed => "removed, not told yet",
        (_, Role::Learner) => "learner",
        (_, Role::Follower) => "follower",
        (_, Role::PreCandidate) => "asks if it could win",
        (_, Role::Candidate) => "candidate",
        (_, Role::Leader) if !node.has_quorum => "thinks it leads",
        (_, Role::Leader) => "leader",
    }
}

/// Whether a leader's last majority of answers is too long ago for it to speak as the leader.
pub fn lease_is_over(node: &NodeView, now: Nanos) -> bool {
    node.role == Role::Leader && node.lease_until.is_some_and(|until| now > until)
}

/// What that means.
pub fn lease_over(id: NodeId) -> String {
    format!(
        "node{id}'s lease is over: asked who leads, it names nobody, as etcd would; openraft keeps the role."
    )
}

/// What a node is and for how long it has been so.
pub fn node_sentence(node: &NodeView, now: Nanos) -> String {
    let id = node.id;
    let since = span(now.saturating_sub(node.since));
    match (node.process, node.role) {
        (Process::Crashed, _) => {
            format!("node{id} crashed {since} ago. What was fsynced is still on its disk.")
        }
        (Process::Stopped, _) => format!("node{id} was stopped in good order {since} ago."),
        (Process::Failed, _) => format!("node{id} gave up {since} ago; the event log says why."),
        (Process::Announced, _) => {
            let vote = if node.standing == Standing::Learner {
                "It has no vote."
            } else {
                "It counts for the majority already."
            };
            format!("node{id} is a member and was never started. {vote} Start it, and it catches up.")
        }
        (Process::Removed, _) => {
            format!("node{id} was removed from the cluster for good, and ended {since} ago.")
        }
        (_, _) if node.standing == Standing::Removed => {
            format!("node{id} is no member any more. It ends once it is told so.")
        }
        (Process::Paused, _) => format!("node{id} has stood still for {since}; its clock runs on."),
        (Process::Starting, _) => format!("node{id} has waited for the member list for {since}."),
        (_, Role::Leader) if !node.has_quorum => {
            let lease = if lease_is_over(node, now) { format!(" {}", lease_over(id)) } else { String::new() };
            format!(
                "node{id} has thought for {since} that it leads term {}, but reaches no majority.{lease}",
                node.term
            )
        }
        (_, Role::Leader) => format!("node{id} has led term {} for {since}.", node.term),
        (_, Role::Candidate) => format!("node{id} has asked for votes in term {} for {since}.", node.term),
        (_, Role::PreCandidate) => {
            format!("node{id} has asked for {since} whether it could win an election.")
        }
        (_, Role::Follower) => match node.leader {
            Some(leader) => format!("node{id} has followed node{leader} in term {} for {since}.", node.term),
            None => format!("node{id} knows no leader; it has been in term {} for {since}.", node.term),
        },
        (_, Role::Learner) => format!("node{id} has had no vote for {since}."),
    }
}

/// What a node's client address looks like.
pub fn endpoint(id: NodeId) -> String {
    format!("node{id}:2379")
}

/// The headline over the stage: what is going on, and what to try.
pub fn caption(view: &ClusterView) -> (String, String) {
    let status = &view.status;
    let candidate = view
        .nodes
        .iter()
        .find(|n| n.process.is_up() && matches!(n.role, Role::Candidate | Role::PreCandidate));
    let wrote = view.nodes.iter().any(|n| n.store.as_ref().is_some_and(|store| store.revision > 1));
    let down = view.nodes.iter().filter(|n| !n.process.is_up()).count() as u64;
    let added = view.nodes.iter().find(|n| n.process == Process::Announced).map(|n| n.id);
    if let Some(violation) = view.violations.first() {
        return ("A safety property does not hold".to_owned(), sentence(&violation.detail));
    }
    if let (Some(stale), Some(leader)) = (status.stale_leaders.first(), status.leader) {
        return (
            "Two nodes think they lead".to_owned(),
            format!(
                "node{leader} leads the newest term and has a majority. node{stale} is of an older term and can commit nothing."
            ),
        );
    }
    if let (Some(stale), None) = (status.stale_leaders.first(), status.leader) {
        return (
            "A leader without a majority".to_owned(),
            format!("node{stale} still thinks it leads, but cannot commit. {}", sentence(&meaning(view))),
        );
    }
    if !status.quorum_possible {
        let body = format!(
            "{} of {} up, and {} are needed. This is no split brain: nothing is decided until enough come back, and nothing is lost.",
            status.up, status.members, status.quorum
        );
        return ("No majority".to_owned(), body);
    }
    if let Some(candidate) = candidate {
        let body = format!(
            "node{}'s timer ran out first. It needs {} of {} votes.",
            candidate.id, status.quorum, status.members
        );
        return ("An election".to_owned(), body);
    }
    if let (Some(added), Some(_)) = (added, status.leader) {
        let body = "Nobody started it yet. Choose it and press Start: it catches up.";
        return (format!("node{added} was added"), body.to_owned());
    }
    match status.leader {
        None => (
            "Nobody leads".to_owned(),
            "The arcs are the nodes' timers. Whose runs out first asks for votes.".to_owned(),
        ),
        Some(leader) if !wrote => (
            format!("node{leader} was elected"),
            format!("{INVITATION} Then stop the leader, and see what happens."),
        ),
        Some(leader) if down > 0 => (
            format!("node{leader} carries on"),
            "Write again: the nodes that are up change together. Restart the others, and they catch up."
                .to_owned(),
        ),
        Some(leader) => (
            format!("node{leader} leads"),
            "Write, read, or click a node to crash, pause or isolate it.".to_owned(),
        ),
    }
}

/// What to try after a request did not succeed.
pub fn advice(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Ok(_) | Outcome::Called { .. } => String::new(),
        Outcome::Rejected { .. } | Outcome::Refused { .. } => {
            "It was certainly not done, and sending it again is no use.".to_owned()
        }
        Outcome::Failed(cause) => format!("It was certainly not done. {}", try_next(*cause)),
        Outcome::Unknown(cause) => {
            format!(
                "It may have been done, or may yet be; it is not sent again. Read the key to see. {}",
                try_next(*cause)
            )
        }
    }
}

fn try_next(cause: Cause) -> &'static str {
    match cause {
        Cause::EndpointsDown => "Choose an endpoint that is up, or restart a node.",
        Cause::NoLeader => "Wait for an election, or restart nodes until a majority is up.",
        Cause::NoQuorum => "Restart or heal nodes until the leader reaches a majority.",
        Cause::EndpointSilent => "Choose another endpoint, or resume or restart this one.",
        Cause::LeaderSilent => "Heal the network, or choose an endpoint that reaches the leader.",
        Cause::HungUp => "Ask again.",
    }
}

/// The cause as a headline.
pub fn cause(cause: Cause) -> String {
    sentence(cause_text(cause))
}

/// Who refused a request, and in which words.
pub fn rejection(endpoint: NodeId, error: ServerError) -> String {
    format!("node{endpoint} answers: {error}.")
}

/// Said when somebody looks back further than is remembered.
pub const NOT_RECORDED: &str =
    "The recording does not reach back so far; the timeline shows from when on it does.";
/// Said while an instant of the past is shown.
pub const IN_THE_PAST: &str = "The past, as recorded. Acting here begins a branch; this run is kept.";
/// Said when a run has more actions than are kept for playing it again.
pub const TOO_MANY_ACTIONS: &str =
    "This run has had too many actions to be played again, so no branch can begin; begin a new cluster.";
