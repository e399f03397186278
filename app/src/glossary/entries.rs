//! The entries of the glossary: ids, sources and related entries.

use crate::text::glossary as words;

/// The source of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A section or figure of the Raft paper, extended version.
    Paper(&'static str),
    /// A section of Ongaro's dissertation.
    Thesis(&'static str),
    /// A place in etcd's documentation.
    Etcd(&'static str),
    /// A place in openraft's documentation.
    Openraft(&'static str),
    /// None: it is a word of this page alone.
    Page,
}

/// An entry of the glossary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The id, which stays the same because links contain it.
    pub id: &'static str,
    /// The term.
    pub name: &'static str,
    /// What it means.
    pub text: &'static str,
    /// The sources of the fact.
    pub sources: &'static [Source],
    /// Ids of related entries.
    pub see: &'static [&'static str],
}

/// Makes entries, each from the name of its words, its id, its sources and its related entries.
macro_rules! entries {
    ($($name:ident $text:ident $id:literal [$($source:expr),*] [$($see:literal),*];)*) => {
        vec![$(Entry {
            id: $id,
            name: words::$name(),
            text: words::$text(),
            sources: &[$($source),*],
            see: &[$($see),*],
        },)*]
    };
}

/// Returns all entries, in the alphabetical order of the English names.
pub fn entries() -> Vec<Entry> {
    let mut all = first_half();
    all.append(&mut second_half());
    all
}

fn first_half() -> Vec<Entry> {
    use Source::{Etcd, Openraft, Page, Paper, Thesis};
    entries![
        append_entries append_entries_text "append-entries" [Paper("§5.3")]
            ["log-matching", "heartbeat", "match-index", "truncation"];
        applied applied_text "applied" [Paper("§5.3")] ["committed", "state-machine", "commit-index"];
        blank_entry blank_entry_text "blank-entry" [Paper("§5.4.2"), Paper("§8")]
            ["committed", "leader", "index"];
        branch branch_text "branch" [Page] ["scenario", "virtual-time", "seed"];
        campaign campaign_text "campaign" [Paper("§5.2")] ["election", "candidate", "leadership-transfer"];
        candidate candidate_text "candidate" [Paper("§5.2")] ["election", "vote", "split-vote", "pre-vote"];
        membership_change membership_change_text "membership-change" [Paper("§6"), Thesis("4")]
            ["joint-consensus", "learner", "cluster"];
        clock_rate clock_rate_text "clock-rate" [Thesis("6.4.1")] ["leader-lease", "election-timeout"];
        cluster cluster_text "cluster" [Paper("§2")] ["quorum", "membership-change", "endpoint"];
        commit_index commit_index_text "commit-index" [Paper("§5.3")] ["committed", "applied", "match-index"];
        committed committed_text "committed" [Paper("§5.3"), Paper("§5.4.2")]
            ["quorum", "leader-completeness", "commit-index", "blank-entry"];
        compaction compaction_text "compaction" [Etcd("Maintenance, history compaction")]
            ["revision", "snapshot", "watch"];
        truncation truncation_text "truncation" [Paper("§5.3"), Paper("figure 7")]
            ["log-matching", "append-entries", "committed"];
        crash crash_text "crash" [Paper("§5.5"), Paper("figure 2")] ["fsync", "pause", "wipe"];
        duplication duplication_text "duplication" [Paper("§5.5"), Paper("§8")]
            ["retry", "loss", "unknown-result"];
        election election_text "election" [Paper("§5.2")] ["candidate", "vote", "election-timeout", "term"];
        election_safety election_safety_text "election-safety" [Paper("§5.2"), Paper("figure 3")]
            ["vote", "quorum", "split-brain"];
        election_timeout election_timeout_text "election-timeout" [Paper("§5.2"), Paper("§5.6"), Openraft("Config, election_timeout_min and election_timeout_max")]
            ["heartbeat", "leader-lease", "split-vote"];
        endpoint endpoint_text "endpoint" [Etcd("etcdctl, --endpoints")] ["forward", "leader", "retry"];
        entry entry_text "entry" [Paper("§5.3")] ["log", "index", "term"];
        fencing_token fencing_token_text "fencing-token" [Etcd("etcd versus other key-value stores, lock and lease")]
            ["lease", "pause", "revision"];
        follower follower_text "follower" [Paper("§5.1")] ["leader", "candidate", "election-timeout"];
        forward forward_text "forward" [Paper("§8")] ["endpoint", "leader", "unknown-result"];
        fsync fsync_text "fsync" [Paper("figure 2, persistent state")] ["crash", "log", "disk-loss"];
        hash hash_text "hash" [Etcd("API reference, HashKV")] ["state-machine", "applied", "revision"];
        heartbeat heartbeat_text "heartbeat" [Paper("§5.2")]
            ["append-entries", "election-timeout", "commit-index"];
        index index_text "index" [Paper("§5.3")] ["log", "entry", "revision"];
        joint_consensus joint_consensus_text "joint-consensus" [Paper("§6"), Openraft("Extended membership")]
            ["membership-change", "quorum", "learner"];
        latency latency_text "latency" [Paper("§5.6"), Openraft("Config, heartbeat_interval")]
            ["heartbeat", "election-timeout", "loss"];
    ]
}

fn second_half() -> Vec<Entry> {
    use Source::{Etcd, Openraft, Page, Paper, Thesis};
    entries![
        leader leader_text "leader" [Paper("§5.1")] ["term", "quorum", "leader-lease", "step-down"];
        leader_append_only leader_append_only_text "leader-append-only" [Paper("figure 3")]
            ["leader", "truncation", "log-matching"];
        leader_completeness leader_completeness_text "leader-completeness" [Paper("§5.4.3"), Paper("figure 3")]
            ["election-restriction", "committed"];
        leader_lease leader_lease_text "leader-lease" [Thesis("6.4.1"), Thesis("4.2.3"), Openraft("Leader lease")]
            ["election-timeout", "clock-rate", "lease"];
        leadership_transfer leadership_transfer_text "leadership-transfer" [Thesis("3.10")]
            ["leader", "campaign", "leader-lease"];
        learner learner_text "learner" [Thesis("4.2.1"), Etcd("Learner")]
            ["membership-change", "vote", "replication"];
        lease lease_text "lease" [Etcd("API guarantees, lease")]
            ["fencing-token", "leader-lease", "clock-rate"];
        linearizable linearizable_text "linearizable" [Paper("§8"), Etcd("API guarantees")]
            ["read-index", "serializable-read", "unknown-result"];
        log log_text "log" [Paper("§2"), Paper("§5.3")] ["entry", "index", "log-matching", "snapshot"];
        log_matching log_matching_text "log-matching" [Paper("§5.3"), Paper("figure 3")]
            ["append-entries", "truncation"];
        disk_loss disk_loss_text "disk-loss" [Thesis("11.7.2")] ["fsync", "wipe", "vote"];
        match_index match_index_text "match-index" [Paper("figure 2")]
            ["append-entries", "replication", "commit-index"];
        loss loss_text "loss" [Paper("§5.1"), Paper("§5.5")] ["latency", "duplication", "partition"];
        partition partition_text "partition" [Paper("§5.4"), Paper("§10")]
            ["quorum", "split-brain", "step-down"];
        pause pause_text "pause" [Thesis("6.4.1")] ["leader-lease", "fencing-token", "crash"];
        pre_vote pre_vote_text "pre-vote" [Thesis("9.6")] ["candidate", "term", "partition"];
        quorum quorum_text "quorum" [Paper("§2"), Paper("§5.2")] ["cluster", "committed", "split-brain"];
        read_index read_index_text "read-index" [Paper("§8"), Thesis("6.4")]
            ["linearizable", "leader-lease", "commit-index"];
        replication replication_text "replication" [Paper("§5.3")]
            ["append-entries", "quorum", "match-index"];
        retry retry_text "retry" [Paper("§8"), Etcd("API guarantees")]
            ["unknown-result", "forward", "duplication"];
        revision revision_text "revision" [Etcd("Data model")] ["index", "compaction", "hash"];
        safety safety_text "safety" [Paper("figure 3"), Paper("§5.4.3")]
            ["election-safety", "leader-completeness", "state-machine-safety", "linearizable"];
        scenario scenario_text "scenario" [Page] ["seed", "branch", "virtual-time"];
        seed seed_text "seed" [Page] ["scenario", "virtual-time"];
        serializable_read serializable_read_text "serializable-read" [Etcd("API guarantees")]
            ["linearizable", "read-index"];
        snapshot snapshot_text "snapshot" [Paper("§7")] ["log", "compaction", "match-index"];
        split_brain split_brain_text "split-brain" [Paper("§5.2"), Paper("§6")]
            ["quorum", "partition", "election-safety"];
        split_vote split_vote_text "split-vote" [Paper("§5.2")] ["election-timeout", "candidate", "term"];
        state_machine state_machine_text "state-machine" [Paper("§2")] ["applied", "hash", "log"];
        state_machine_safety state_machine_safety_text "state-machine-safety" [Paper("§5.4.3"), Paper("figure 3")]
            ["applied", "leader-completeness"];
        step_down step_down_text "step-down" [Paper("§5.1"), Thesis("6.2")]
            ["term", "leader", "leader-lease"];
        term term_text "term" [Paper("§5.1")] ["election", "vote", "leader"];
        transaction transaction_text "transaction" [Etcd("API, transaction")]
            ["revision", "fencing-token", "entry"];
        unknown_result unknown_result_text "unknown-result" [Paper("§8"), Etcd("API guarantees, operation completed")]
            ["retry", "linearizable", "forward"];
        election_restriction election_restriction_text "election-restriction" [Paper("§5.4.1")]
            ["vote", "leader-completeness", "election"];
        virtual_time virtual_time_text "virtual-time" [Page] ["seed", "clock-rate", "scenario"];
        vote vote_text "vote" [Paper("§5.2"), Paper("figure 2")] ["election-restriction", "term", "fsync"];
        watch watch_text "watch" [Etcd("API, watch")] ["revision", "compaction"];
        wipe wipe_text "wipe" [Page] ["disk-loss", "crash"];
    ]
}

#[cfg(test)]
mod tests {
    use super::entries;

    #[test]
    fn ids_are_kebab_case_and_unique() {
        let mut ids: Vec<_> = entries().iter().map(|entry| entry.id).collect();
        assert!(ids.len() >= 40, "{} entries", ids.len());
        assert!(ids.iter().all(|id| id.chars().all(|c| c.is_ascii_lowercase() || c == '-')), "{ids:?}");
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }

    #[test]
    fn every_reference_leads_to_an_entry_and_every_entry_has_a_source() {
        let all = entries();
        for entry in &all {
            assert!(!entry.sources.is_empty(), "{} has no source", entry.id);
            for see in entry.see {
                assert!(all.iter().any(|other| other.id == *see), "{} refers to {see}", entry.id);
                assert_ne!(*see, entry.id, "an entry that refers to itself");
            }
        }
    }

    #[test]
    fn every_rule_that_is_told_has_an_entry() {
        let all = entries();
        for rule in raft_core::words::RULES {
            assert!(all.iter().any(|entry| entry.id == rule.id), "no entry {}", rule.id);
        }
    }

    #[test]
    fn an_entry_is_two_to_four_sentences_long() {
        for entry in entries() {
            let sentences = entry.text.matches(". ").count() + 1;
            assert!((2..=5).contains(&sentences), "{}: {sentences} sentences", entry.id);
            assert!(entry.text.len() < 420, "{}: {} bytes", entry.id, entry.text.len());
        }
    }
}
