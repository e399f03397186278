//! The space-time diagram.

use raft_core::model::{LossReason, Message};
use raft_core::tape::Passage;
use raft_core::units::Nanos;
use raft_core::words::describe::message_name;

use super::{seconds, tell, words};

words! {
    diagram = "Space-time diagram: a lane for each node and each client, time from left to right";
    how_to = "Arrow keys move in time, plus and minus zoom, Home and End lead to the beginning and the present, up and down choose a message, Enter looks at the instant pointed at.";
    node(id) = "node{id}";
    client(number) = "client {number}";
    follow = "Follow";
    zoom_in = "Zoom in";
    zoom_out = "Zoom out";
    earlier = "Earlier";
    later = "Later";
    as_list = "As a list";
    window(from, to) = "{from} to {to}";
    not_recorded = "Nothing is recorded of this time.";
    merged(messages, lines) = "{messages} messages in {lines} lines: those close to each other are drawn as one, with their number.";
    left_out(count) = "{count} later messages are left out: zoom in to see them.";
    clients_left_out(count) = "{count} more requests have no lane here: zoom in, or open a request to see its life.";
    leads_term(term) = "T{term} leads";
    term(term) = "T{term}";
    campaigns_term(term) = "T{term} asks";
    down = "down";
    paused = "paused";
    point_here = "Point at a message, or choose one with the up and down keys.";
    told(what, from, to, term, sent, fate) = "{what} from node{from} to node{to}, term {term}, sent at {sent}, {fate}";
    told_entries(what, entries, from, to, term, sent, fate) = "{what} {entries} from node{from} to node{to}, term {term}, sent at {sent}, {fate}";
    arrived(at) = "arrived at {at}";
    under_way(at) = "under way, due at {at}";
    lost_random(at) = "lost by the link at {at}";
    lost_cut(at) = "lost at {at}: the link is cut";
    lost_down(at) = "lost at {at}: the receiver does not listen";
    lost_dropped(at) = "dropped by hand at {at}";
    lost_repeated(at) = "came at {at} as a copy, and was put aside";
    lost_late(at) = "arrived at {at}, when no caller waited for it any more";
    sent_head = "sent";
    way_head = "from, to";
    what_head = "what";
    fate_head = "result";
    way(from, to) = "node{from} → node{to}";
    list_of(shown, all) = "{shown} of {all} messages, newest first";
    key_ask = "filled asks, hollow answers";
    key_ballot = "ballot";
    key_entries = "entries";
    key_heartbeat = "heartbeat";
    key_other = "other";
    key_lost = "lost";
    key_committed = "commit";
    key_elected = "elected";
    key_point = "takes effect here";
}

/// Returns the fate of a message.
pub fn fate(passage: &Passage) -> String {
    match (passage.ended, passage.lost) {
        (None, _) => under_way(seconds(passage.message.arrives_at)),
        (Some(at), None) => arrived(seconds(at)),
        (Some(at), Some(LossReason::Random)) => lost_random(seconds(at)),
        (Some(at), Some(LossReason::Cut)) => lost_cut(seconds(at)),
        (Some(at), Some(LossReason::Down)) => lost_down(seconds(at)),
        (Some(at), Some(LossReason::Dropped)) => lost_dropped(seconds(at)),
        (Some(at), Some(LossReason::Repeated)) => lost_repeated(seconds(at)),
        (Some(at), Some(LossReason::Late)) => lost_late(seconds(at)),
    }
}

/// Returns the kind of a message, in a word or two.
pub fn what(message: &Message) -> String {
    tell(message_name(message))
}

/// Returns all about a message in a sentence.
pub fn passage(passage: &Passage) -> String {
    let Message { from, to, term, sent_at, .. } = passage.message;
    let (what, sent) = (super::capitalised(&what(&passage.message)), seconds(sent_at));
    match passage.message.entries {
        Some((first, last)) if first == last => {
            told_entries(what, first, from, to, term, sent, fate(passage))
        }
        Some((first, last)) => {
            told_entries(what, format_args!("{first}–{last}"), from, to, term, sent, fate(passage))
        }
        None => told(what, from, to, term, sent, fate(passage)),
    }
}

/// Returns the window that is shown.
pub fn shown(from: Nanos, to: Nanos) -> String {
    window(seconds(from), seconds(to))
}
