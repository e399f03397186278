//! The key-values of all nodes side by side.

use super::words;

words! {
    no_keys = "No keys yet. Write one above, or in a terminal: etcdctl put /my_key \"my value\"";
    no_such_keys = "No key has this prefix.";
    all_equal = "Nothing differs: every node that is up holds the same.";
    cut_short = "The search stopped after many keys; there are more.";
    newest_first = "newest first; what was compacted is gone";
    live_only = "The stage shows the past; these are the keys at the live end.";
    no_answer = "no answer";
    rev(revision) = "rev {revision}";
    rev_behind(revision, behind) = "rev {revision}, {behind} behind";
    rev_other_hash(revision) = "rev {revision}, other hash";
    leases_counted(leader) = "Leases are counted on the clock of the leader, node{leader}.";
    no_lease_counted = "Nobody leads: no lease is counted. A new leader gives each its full time again.";
    not_counted = "not counted";
    over = "over";
    over_unrevoked = "over, to be revoked";
    left(span) = "{span} left";
    everywhere = "on every node that is up";
    not_on(nodes) = "not on {nodes}";
    only_on(nodes) = "only on {nodes}";

    history_of(key) = "History of {key}";
    close = "Close";
    whole_values = "Show whole values";
    older_changes = "Older changes";
    version(version) = "version {version}";
    deleted = "deleted";
    never_changed = "This key never existed.";
    nothing_since(revision) = "Nothing since revision {revision}; before, everything was compacted.";
    kept_before(revision) = "Before revision {revision}, only what was still valid then is kept.";

    keys_of_all = "Keys of all nodes";
    begin_with = "Keys that begin with";
    only_differences = "only differences";
    one_differs = "≠ 1 key here differs";
    many_differ(count) = "≠ {count} keys here differ";
    previous_page = "Previous page";
    next_page = "Next page";

    key_head = "key";
    value_head = "newest value";
    rev_head = "rev";
    rev_title = "the revision of its last change";
    version_head = "version";
    version_title = "how many times it was set since it was created";
    lease_head = "lease";
    nodes_differ = "the nodes differ";
    its_history = "Its history";
    empty = "empty";
    bytes_in_all(count) = "… {count} bytes in all";
    process_down = "no answer: the process is down";
    not_there = "≠ not there";
    the_same = "the same";
}

/// Returns how many of the keys shown differ.
pub fn differ(count: usize) -> String {
    if count == 1 { one_differs().to_owned() } else { many_differ(count) }
}
