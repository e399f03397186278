//! The stage: nodes, messages, links and walls.

use raft_core::model::{Message, MessageKind, Reply};

use super::words;

words! {
    partition = "Partition…";
    break_menu = "Break…";
    heal = "Heal";
    heal_all = "Remove all cuts (H)";
    nodes_clockwise = "Nodes, clockwise from the top";
    cluster = "Cluster";
    messages_in_flight = "Messages in flight, by the time they were sent";
    links = "Links between nodes";
    votes_of(granted, quorum) = "{granted} of {quorum}";
    votes_for(node) = "votes for node{node}";
    no_answer = "no answer";
    hash(hash) = "hash {hash}";
    node_label(node, role, term, hash) = "node{node}, {role}, term {term}, {hash}";
    catching_up(matched, last) = "has {matched} of {last}";

    vote = "vote";
    pre_vote = "pre-vote";
    append = "entries";
    heartbeat = "heartbeat";
    snapshot = "snapshot";
    transfer = "transfer of leadership";
    forward = "forwarded request";
    read_index = "request for the read index";
    lease = "lease renewal";
    member = "change of members";
    asks(what, from, to) = "{what}, node{from} to node{to}";
    asks_with(what, entries, from, to) = "{what} {entries}, node{from} to node{to}";
    answers_yes(what, from, to) = "{what}: yes, node{from} to node{to}";
    answers_no(what, from, to) = "{what}: no, node{from} to node{to}";

    shown = "Messages shown";
    show_all = "All";
    show_context = "Context";
    show_selected = "Selected";
    show_all_means = "Every message (O)";
    show_context_means = "Heartbeats and their answers only at the chosen node (O)";
    show_selected_means = "Only what belongs to what is selected (O)";
    draw_walls = "Draw walls";
    as_table = "As a table";

    in_term(term) = "term {term}";
    arrives_in(span) = "arrives in {span}";
    will_be_lost = "will be lost";
    is_over = "no longer in flight";
    selected_message = "Selected message";
    drop = "Drop";
    drop_means = "It is lost where it is now";
    delay(span) = "+{span}";
    delay_means(span) = "It arrives {span} later";
    duplicate = "Duplicate";
    duplicate_means = "A second copy is sent now";
    close = "Close";

    selected_link = "Selected link";
    link_name(a, b) = "node{a} – node{b}";
    link_label(a, b, state) = "Link between node{a} and node{b}: {state}";
    direction(from, to) = "node{from} to node{to}";
    both_directions = "both directions";
    dials = "Latency and loss…";
    all_links = "all links";
    passes = "passes";
    is_cut(direction) = "{direction}: cut";
    has_latency(direction, min, max) = "{direction}: {min} to {max} ms";
    has_loss(percent) = "{percent} % lost";
    has_copies(percent) = "{percent} % duplicated";
    cut(direction) = "Cut {direction}";
    cut_both = "Cut both";
    heal_link(direction) = "Heal {direction}";
    heal_both = "Heal both";
    behaviour_of = "Behaviour of";
    latency_from = "Latency from, ms";
    latency_to = "to, ms";
    loss = "Loss, %";
    copies = "Copies, %";
    set = "Set";
    not_a_number(field, found) = "{field}: {found} is not accepted; write a number such as 5 or 2.5.";

    wall_sizes(one, other) = "{one} | {other}";
    wall_no_one = "no node on one side";
    chosen_group(names) = "{names}: cut off from the rest?";
    cut_off = "Cut off";
    leave = "Leave as it is";
    group_to_be = "A group to be cut off";

    table_node = "Node";
    table_role = "Role";
    table_term = "Term";
    table_last = "Log ends at";
    table_disk = "On disk";
    table_commit = "Committed";
    table_hash = "Hash";
    table_caption(at) = "The cluster at {at}";
}

/// Returns the subject of a message.
pub fn kind(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Vote => vote(),
        MessageKind::PreVote => pre_vote(),
        MessageKind::Append => append(),
        MessageKind::Heartbeat => heartbeat(),
        MessageKind::Snapshot => snapshot(),
        MessageKind::Transfer => transfer(),
        MessageKind::Forward => forward(),
        MessageKind::ReadIndex => read_index(),
        MessageKind::Lease => lease(),
        MessageKind::Member => member(),
    }
}

/// Returns a message in words: kind, sender and receiver.
pub fn message(message: &Message) -> String {
    let (what, from, to) = (kind(message.kind), message.from, message.to);
    match (message.reply, message.entries) {
        (Some(Reply::Yes), _) => answers_yes(what, from, to),
        (Some(_), _) => answers_no(what, from, to),
        (None, Some((first, last))) => asks_with(what, range(first, last), from, to),
        (None, None) => asks(what, from, to),
    }
}

/// Returns a range such as `9` or `9–14`.
pub fn range(first: u64, last: u64) -> String {
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}
