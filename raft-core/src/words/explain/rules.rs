//! The rules that explanations refer to, each with its source and its glossary entry.

/// A rule of Raft, or of etcd or openraft where they add one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The id of the glossary entry, in kebab-case: `log-matching`.
    pub id: &'static str,
    /// The source and the name: `§5.3 log matching`. § means the Raft paper (extended version), "thesis" means
    /// Ongaro's dissertation.
    pub text: &'static str,
}

impl Rule {
    /// The source without the name: `§5.3`, `thesis 9.6`, `figure 2`, `etcd`.
    pub fn section(&self) -> &'static str {
        let words = if self.text.starts_with('§') || self.text.starts_with("etcd") { 1 } else { 2 };
        let end = self.text.match_indices(' ').nth(words - 1).map_or(self.text.len(), |(at, _)| at);
        self.text[..end].trim_end_matches([',', ':'])
    }
}

macro_rules! rules {
    ($($name:ident = $id:literal, $text:literal;)*) => {
        $(pub(in crate::words) const $name: Rule = Rule { id: $id, text: $text };)*
        /// Every rule that an explanation or a narration can refer to.
        pub const RULES: &[Rule] = &[$($name),*];
    };
}

rules! {
    APPEND = "append-entries", "§5.3 log replication";
    CRASH = "crash", "§5.5 crashes";
    ELECTION = "election", "§5.2 leader election";
    TIMEOUT = "election-timeout", "§5.6 timing and availability";
    RESTRICTION = "election-restriction", "§5.4.1 election restriction";
    FORWARD = "leader", "§8 client interaction";
    FSYNC = "fsync", "figure 2, persistent state";
    HEARTBEAT = "heartbeat", "§5.2 leader election";
    JOINT = "joint-consensus", "§6 cluster membership changes";
    LEARNER = "learner", "thesis 4.2.1 catching up new servers";
    COMMITTED = "committed", "§5.3 log replication";
    EARLIER_TERMS = "committed", "§5.4.2 committing entries from previous terms";
    BLANK = "blank-entry", "§8 no-op";
    LEADER_LEASE = "leader-lease", "thesis 4.2.3 disruptive servers";
    TTL = "lease", "etcd: lease";
    MATCHING = "log-matching", "§5.3 log matching";
    QUORUM = "quorum", "§5.2 leader election";
    PARTITION = "partition", "§5.4 safety";
    PRE_VOTE = "pre-vote", "thesis 9.6 pre-vote";
    READ_INDEX = "read-index", "thesis 6.4 linearizable reads";
    SERIALIZABLE = "serializable-read", "etcd: API guarantees";
    SNAPSHOT = "snapshot", "§7 log compaction";
    SPLIT_VOTE = "split-vote", "§5.2 leader election";
    TERM = "term", "§5.1 terms";
    TRANSFER = "leadership-transfer", "thesis 3.10 leadership transfer";
    UNREACHABLE = "crash", "§5.5 crashes";
    VIOLATION = "safety", "figure 3 safety properties";
    VOTE = "vote", "§5.2 one vote a term";
}
