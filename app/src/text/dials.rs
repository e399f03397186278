//! The cluster's settings: the dials, their units and their effects.

use super::words;

words! {
    title = "Cluster settings";
    same = "The same seed and settings, with the same actions at the same times, always give the same run.";
    presets = "Presets";
    preset_paper = "paper: quick elections, as in the Raft paper";
    preset_etcd = "etcd: its default timing, with pre-vote";
    preset_wan = "wan: members on different continents";

    cluster = "Cluster";
    seed = "Seed";
    another_seed = "Another seed";
    nodes = "Nodes";
    pre_vote = "Pre-vote: ask before raising the term";

    timers = "Timers";
    heartbeat = "Heartbeat";
    election_min = "Election timeout, shortest";
    election_max = "Election timeout, longest";

    network = "Network";
    latency_min = "One-way latency, shortest";
    latency_max = "One-way latency, longest";
    jitter(jitter) = "The jitter is {jitter} ms.";
    loss = "Loss";
    duplicate = "Duplication";

    disk = "Disk";
    fsync = "fsync takes";
    snapshot_every = "Snapshot every";
    snapshot_keep = "Entries kept behind it";

    ms = "ms";
    percent = "%";
    entries = "entries";

    whole(name, found) = "{name}: found \"{found}\"; accepted: a whole number.";
    decimal(name, found) = "{name}: found \"{found}\"; accepted: a percentage from 0 to 100, such as 0.5.";
    teaches(warning) = "{warning} It is allowed, since it teaches.";
    stability = "What to expect";
    good = "Works";
    risky = "Risky";
    cannot_work = "Cannot work";
    create = "Start a new cluster with these";

    running = "In the cluster that runs now";
    running_what = "Network and disk can be changed while it runs; timers and size need a new one.";
    apply = "Apply network and disk now";
    align = "Align timers";
    align_what = "The next election timeouts are all the shortest one: split votes become likely.";
    aligned = "The next timeouts that the nodes draw are all the shortest: crash the leader, and votes may split.";
    spread = "Spread timers";
    spread_what = "The next election timeouts are spread evenly: split votes become unlikely.";
    spread_out = "The next timeouts that the nodes draw lie far apart: crash the leader, and the first to wake wins.";
    drawn = "Timers by chance";
    drawn_what = "The next election timeouts are drawn at random, as Raft has it.";
    drawn_again = "The next timeouts are drawn at random again.";
    applied = "Applied to every link and every disk of the running cluster.";
}
