//! What becomes of a request: the steps of its life, and how it ends.

use serde::{Deserialize, Serialize};

use super::call::{CallResponse, ResponseHeader};
use super::server_error::ServerError;
use crate::kv::{KvError, Response};
use crate::units::NodeId;

/// A step in the life of a request, as the client or its endpoint saw it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RequestStep {
    /// An endpoint does not listen; the next one is tried.
    Refused {
        /// Which endpoint.
        endpoint: NodeId,
    },
    /// An endpoint took the request.
    Taken {
        /// Which endpoint.
        endpoint: NodeId,
    },
    /// The endpoint has no leader to turn to and waits.
    WaitsForLeader {
        /// Which endpoint.
        endpoint: NodeId,
    },
    /// The endpoint follows; it passes the request on.
    Forwarded {
        /// The endpoint.
        from: NodeId,
        /// The leader as the endpoint knows it.
        to: NodeId,
    },
    /// The leader put the write into its log.
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
        /// Who confirmed.
        leader: NodeId,
        /// The index the endpoint must have applied.
        index: u64,
    },
    /// An endpoint gave up on this request; the next one is tried.
    GaveUp {
        /// Which endpoint.
        endpoint: NodeId,
        /// Why.
        cause: Cause,
    },
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// It was done.
    Ok(Answer),
    /// A call beside commands and reads was done.
    Called {
        /// Who answered.
        header: ResponseHeader,
        /// The result.
        response: CallResponse,
    },
    /// The store or the endpoint refused it: certainly not done, and no use in trying again.
    Rejected {
        /// Who told the client.
        endpoint: NodeId,
        /// Why.
        error: KvError,
    },
    /// The server refused it for a reason of its own: certainly not done.
    Refused {
        /// Who told the client.
        endpoint: NodeId,
        /// Why.
        error: ServerError,
    },
    /// It was certainly not done.
    Failed(Cause),
    /// A write that may or may not have been done, or may yet be.
    Unknown(Cause),
}

/// A good answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Answer {
    /// Who answered the client.
    pub endpoint: NodeId,
    /// The store's revision when it was answered.
    pub revision: u64,
    /// The answering node's term.
    pub term: u64,
    /// The log index of the write; absent for reads.
    pub index: Option<u64>,
    /// The result.
    pub response: Response,
}

/// Why a request did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Cause {
    /// No endpoint listens.
    EndpointsDown,
    /// The endpoint knows no leader.
    NoLeader,
    /// Too few members can be reached to commit or to confirm.
    NoQuorum,
    /// The endpoint stopped answering (it crashed, or stands still).
    EndpointSilent,
    /// The leader did not answer the endpoint.
    LeaderSilent,
    /// The client itself stopped waiting.
    HungUp,
}
