//! The outcome of a request, and what to try next.

use raft_core::model::{Cause, Outcome, ServerError};
use raft_core::units::NodeId;
use raft_core::words::describe::cause_text;

use super::{sentence, tell, words};

words! {
    rejected = "It was certainly not done, and sending it again would not help.";
    failed(next) = "It was certainly not done. {next}";
    unknown(next) = "It may have been done, or may yet be; it is not sent again. Read the key to see. {next}";
    try_other_endpoint = "Choose an endpoint that is up, or restart a node.";
    try_waiting = "Wait for an election, or restart nodes until a majority is up.";
    try_restoring_quorum = "Restart or heal nodes until the leader reaches a majority.";
    try_resuming = "Choose another endpoint, or resume or restart this one.";
    try_healing = "Heal the network, or choose an endpoint that reaches the leader.";
    try_again = "Ask again.";
    answers(node, error) = "node{node} answers: {error}.";
}

/// Returns what to try after a request did not succeed.
pub fn advice(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Ok(_) | Outcome::Called { .. } => String::new(),
        Outcome::Rejected { .. } | Outcome::Refused { .. } => rejected().to_owned(),
        Outcome::Failed(cause) => failed(try_next(*cause)),
        Outcome::Unknown(cause) => unknown(try_next(*cause)),
    }
}

fn try_next(cause: Cause) -> &'static str {
    match cause {
        Cause::EndpointsDown => try_other_endpoint(),
        Cause::NoLeader => try_waiting(),
        Cause::NoQuorum => try_restoring_quorum(),
        Cause::EndpointSilent => try_resuming(),
        Cause::LeaderSilent => try_healing(),
        Cause::HungUp => try_again(),
    }
}

/// Returns the cause as a headline.
pub fn cause(cause: Cause) -> String {
    sentence(cause_text(cause))
}

/// Returns the node that refused a request, and the server's words, which stay in English as the tool prints
/// them.
pub fn rejection(endpoint: NodeId, error: ServerError) -> String {
    answers(endpoint, tell(&error.to_string()))
}
