//! The card of the chosen node.

use super::words;

words! {
    card = "Chosen node";
    actions(node) = "Actions on node{node}";
    crash = "Crash";
    stop = "Stop";
    restart = "Restart";
    start = "Start";
    pause = "Pause";
    resume = "Resume";
    isolate = "Isolate";
    campaign = "Campaign";
    transfer = "Transfer to it";
    wipe = "Erase its disk";
    never_started = "the node was never started";
    is_down = "the node is down";
    paused_cannot_stop = "a paused node cannot close its files";
    is_paused = "it is paused already";
    is_not_paused = "it is not paused";
    refused(node, why) = "node{node}: {why}";
    with_key(label, key) = "{label} ({key})";
    why_not(label, why) = "{label}: {why}";

    endpoint = "Endpoint";
    id = "Id";
    hash = "KV hash";
    revision = "Revision";
    keys = "Keys";
    size = "DB size";
    last_index = "Last index";
    on_disk = "On disk";
    committed = "Committed";
    applied = "Applied";
    voted_for = "Voted for";
    knows_leader = "Knows leader";
}
