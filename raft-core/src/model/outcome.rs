//! The steps of a request and its outcome.

use serde::{Deserialize, Serialize};

use super::call::{CallResponse, ResponseHeader};
use super::server_error::ServerError;
use crate::kv::{KvError, Response};
use crate::units::NodeId;

/// A step of a request, as the client or its endpoint noted it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RequestStep {
    /// An endpoint does not listen; the client tries the next one.
    Refused {
        /// The endpoint.
        endpoint: NodeId,
    },
    /// An endpoint accepted the request.
    Taken {
        /// The endpoint.
        endpoint: NodeId,
    },
    /// The endpoint knows no leader and waits for one.
    WaitsForLeader {
        /// The endpoint.
        endpoint: NodeId,
    },
    /// The endpoint is a follower and forwards the request.
    Forwarded {
        /// The endpoint.
        from: NodeId,
        /// The leader as the endpoint knows it.
        to: NodeId,
    },
    /// The leader appended the write to its log.
    Proposed {
        /// The leader.
        leader: NodeId,
        /// The entry's log index.
        index: u64,
        /// The entry's term.
        term: u64,
    },
    /// A leader confirmed the read index.
    ReadConfirmed {
        /// The leader that confirmed it.
        leader: NodeId,
        /// The log index that the endpoint must have applied.
        index: u64,
    },
    /// An endpoint gave up on this request; the client tries the next one.
    GaveUp {
        /// The endpoint.
        endpoint: NodeId,
        /// The cause.
        cause: Cause,
    },
}

/// The outcome of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// The command or read was done.
    Ok(Answer),
    /// A [`Call`](super::Call) was done.
    Called {
        /// The member that answered.
        header: ResponseHeader,
        /// The result.
        response: CallResponse,
    },
    /// The store or the endpoint rejected it: certainly not done, and a retry would not help.
    Rejected {
        /// The endpoint that answered the client.
        endpoint: NodeId,
        /// The error.
        error: KvError,
    },
    /// The server refused it: certainly not done.
    Refused {
        /// The endpoint that answered the client.
        endpoint: NodeId,
        /// The error.
        error: ServerError,
    },
    /// It was certainly not done.
    Failed(Cause),
    /// Unknown: the write may have been done, or may yet be done.
    Unknown(Cause),
}

/// The answer to a command or read that was done.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Answer {
    /// The endpoint that answered the client.
    pub endpoint: NodeId,
    /// The revision of the store when it answered.
    pub revision: u64,
    /// The answering node's term.
    pub term: u64,
    /// The log index of the write; absent for reads.
    pub index: Option<u64>,
    /// The result.
    pub response: Response,
}

/// Why a request failed or stayed unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Cause {
    /// No endpoint listens.
    EndpointsDown,
    /// The endpoint knows no leader.
    NoLeader,
    /// Too few members can be reached to commit a write or to confirm a read.
    NoQuorum,
    /// The endpoint stopped answering: it crashed or is paused.
    EndpointSilent,
    /// The leader did not answer the endpoint.
    LeaderSilent,
    /// The client itself stopped waiting.
    HungUp,
}
