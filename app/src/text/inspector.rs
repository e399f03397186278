//! The inspector's texts about a node, a message, a request and a link.

use super::words;

words! {
    name = "Inspect";
    choose = "What to inspect";
    choose_message = "Message";
    choose_request = "Request";
    no_messages = "none is in flight";
    no_requests = "none was sent yet";
    pick = "choose…";
    nothing = "Choose a node, or a message or request above. On the stage, press a message to see it here.";
    message_gone = "That message is no longer in flight, and nothing was kept of it.";
    request_gone = "The newest requests are kept; that one is gone.";
    copy_text = "Copy as text";
    copy_json = "Copy as JSON";
    copied = "Copied.";
    not_copied = "The browser does not allow it. Select the text and press Ctrl+C.";
    as_of = "As of the last event. Times are the cluster's.";
    inspect_node(node) = "Inspect node{node}";
    inspect_request = "Inspect this request";

    nothing_there = "–";
    yes = "yes";
    no = "no";

    role_and_term = "Role and term";
    role = "Role";
    member = "Member";
    term = "Term";
    since = "So since";
    vote = "Voted for";
    vote_term = "in term";
    vote_saved = "Vote is on disk";
    leader = "Knows leader";
    has_quorum = "Reaches a majority";

    log = "Log";
    last_index = "Last index";
    last_term = "Its term";
    durable = "On disk up to";
    in_memory = "Only in memory";
    committed = "Committed up to";
    applied = "Applied up to";
    purged = "Only in the snapshot up to";
    index = "Index";
    entry = "Entry";
    stands = "Stands";
    stands_memory = "in memory";
    stands_disk = "on disk";
    stands_committed = "committed";
    stands_applied = "applied";

    followers = "Followers, as this leader knows them";
    node = "Node";
    matched = "Match";
    next = "Sent up to";
    in_flight = "In flight";
    unanswered = "Unanswered";
    heard = "Last answered what was sent at";
    sends_snapshot = "snapshot";

    timers = "Timers";
    timer_from = "Election timer set at";
    timer_until = "Campaigns at";
    timer_left = "That is in";
    elections = "Timer may start elections";
    lease_until = "Leads by its lease until";
    promised_until = "Elects nobody else until";

    clock = "Clock and fsync";
    clock_ppm = "Its seconds in a million true ones";
    fsync = "An fsync takes";
    fsync_never = "never";

    snapshot = "Snapshot";
    snapshot_index = "Covers up to";
    snapshot_bytes = "Bytes";
    snapshot_at = "Made or received at";

    disk = "Disk and memory";
    disk_bytes = "Bytes on disk (log, vote, snapshot)";
    store_bytes = "Bytes of the store in memory";
    hash = "Hash of the store";
    revision = "Revision";
    keys = "Keys";

    joins = "is being added";
    votes = "has a vote";
    learns = "learns, without a vote";
    leaves = "is being removed";
    gone = "is no member any more";

    message_title(name, from, to) = "{name}, from node{from} to node{to}";
    explained = "What it does";
    what = "It is";
    fate = "Where it is";
    will_do = "What it will do";
    did = "What it did";
    foreseen = "Its answer will be";
    answer_yes = "yes";
    answer_no = "no";
    answer_unreachable = "nobody listens";
    probably(answer) = "probably {answer}";
    rule = "By the rule";
    fields = "Fields";
    id = "Id";
    rpc = "Call";
    from = "From";
    to = "To";
    says = "It says";
    asks = "asks";
    previous = "After the entry";
    entries = "Carries entries";
    last = "Last entry of the log";
    handover = "Leadership goes to";
    leader_commit = "Leader's commit index";
    at_of_term(index, term) = "{index} of term {term}";
    range(first, last) = "{first} to {last}";
    way = "Way";
    sent_at = "Sent at";
    arrives_at = "Arrives at";
    takes = "Takes";
    lost_at = "Lost at";
    lost_why = "Lost because";
    lost_random = "the link's loss";
    lost_cut = "the link is cut";
    lost_down = "nobody listens";
    lost_late = "nobody waits for it any more";
    lost_dropped = "it was dropped by hand";
    lost_repeated = "its receiver has had it already";

    request_title(id) = "Request {id}";
    request = "Request";
    operation = "Asks";
    endpoints = "Endpoints, in order";
    started = "Sent at";
    took = "Took";
    ended_at = "Ended at";
    outcome = "Outcome";
    not_ended = "not ended yet";
    life = "Life";
    life_at = "At";
    life_after = "After";
    life_step = "Step";

    link_title(one, other) = "Link between node{one} and node{other}";
    passes = "Messages pass";
    on_their_way = "On their way";

    controls(node) = "What can be changed of node{node}";
    clock_rate = "Clock rate, % of true time";
    clock_wrong(found, least, most) = "Clock rate: found \"{found}\"; accepted: {least} to {most} %.";
    fsync_ms = "fsync takes, ms";
    fsync_wrong(found, most) = "fsync: found \"{found}\"; accepted: whole milliseconds, 0 to {most}, or never (a disk that lies).";
    set = "Set";
    take_snapshot = "Take a snapshot";
    message_controls = "What can be done to it";
    drop_it = "Drop it";
    delay_it(ms) = "Delay it by {ms} ms";
    duplicate_it = "Send a second copy";
    timer_off = "Switch its timer off";
    timer_on = "Switch its timer on";
}
