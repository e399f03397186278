//! The page's own texts: its frame, and what belongs to no other area.

use super::words;

words! {
    only_to_watch = "Here you can only watch.";
    lessons = "Lessons";
    a_scenario = "A scenario";
    honesty = "Real openraft, compiled to WebAssembly. Network, disks and clocks are simulated. Nothing leaves your browser.";
    invitation = "Write a key: the hash of every running node will change.";
    endpoints = "Endpoints, tried in this order";
    no_endpoint = "Choose at least one endpoint.";
    on_its_way = "This part is being loaded.";
    not_arrived = "This part of the page could not be loaded. The network may be down, or the page was published again since you opened it. The cluster keeps running.";
    try_again = "Try again";
    not_recorded = "The recording does not reach back that far; the timeline shows where it begins.";
    in_the_past = "The past. Acting here begins a branch.";
    too_many_actions = "This run has had too many actions to be played again, so no branch can begin; begin a new cluster.";
    seed(seed) = "seed {seed}";
    new_cluster = "New cluster";
    new = "New";
    keys_and_signs = "Keys and signs";
    dismiss = "Dismiss";
    status = "Status";
    details = "Details";
    log_tab = "Log";
    spacetime_tab = "Space-time";
    events_tab = "Events";
    keys_tab = "Keys";
    charts_tab = "Charts";
    terminals_tab = "Terminals";
    share = "Share";
    share_title = "This run";
}
