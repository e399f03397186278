//! The dialog in which a partition is chosen.

use super::words;

words! {
    title = "Partition the network";
    intro = "Messages pass only inside a group. Messages in flight between two groups are lost at that moment.";
    minority = "Leader in the minority";
    majority = "Leader in the majority";
    alone = "Leader alone";
    group(name) = "group {name}";
    heal = "Heal all";
    cut = "Cut";
    one_group = "All nodes are in one group: nothing would be cut.";
    one_decides(sizes, names) = "{sizes}: only {names} can elect a leader and commit.";
    nobody_decides(sizes, quorum) = "{sizes}: no group has {quorum} nodes, so nobody can commit.";
}
