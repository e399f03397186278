//! The tool's client: endpoints, patience, and what it says when a call does not succeed.

use super::flags::Flags;
use super::io::{CallId, Io};
use super::print::Format;
use super::tool::{BAD_ARGUMENTS, BAD_CONNECTION, BAD_FEATURE, Exit, Tool, fail};
use crate::kv::{Command, PutRequest, Response, TxnOp};
use crate::model::{Call, CallResponse, Cause, NO_TIMEOUT, Operation, Outcome, ResponseHeader};
use crate::units::{MESSAGE_BYTES_MAX, MILLISECOND, Nanos, SECOND};

/// A good answer.
pub(super) enum Answered {
    Store(ResponseHeader, Response),
    Call(ResponseHeader, CallResponse),
}

impl Answered {
    pub(super) fn header(&self) -> ResponseHeader {
        match self {
            Answered::Store(header, _) | Answered::Call(header, _) => *header,
        }
    }
}

/// A connection to the cluster, and how to print what comes back.
pub(super) struct Client {
    pub(super) io: Io,
    pub(super) endpoints: Vec<String>,
    pub(super) format: Format,
    pub(super) hex: bool,
    /// `--command-timeout`, in virtual nanoseconds.
    pub(super) timeout: Nanos,
}

/// Longer timeouts are cut to this.
const TIMEOUT_MAX: Nanos = 600 * SECOND;
/// An endpoint answers this long before its client would give up: then both ran out of time.
const NEARLY: Nanos = 2 * MILLISECOND;

impl Client {
    /// # Errors
    /// The output format is unknown, or there is no endpoint.
    pub(super) fn connect(tool: &Tool<'_>) -> Result<Client, Exit> {
        let flags = &tool.flags;
        let Some(format) = Format::named(&flags.text("write-out", "simple")) else {
            return Err(fail(BAD_FEATURE, "unsupported output format"));
        };
        certificates(flags)?;
        let endpoints = flags.text("endpoints", "127.0.0.1:2379");
        if endpoints.is_empty() {
            return Err(fail(BAD_CONNECTION, "etcdclient: no available endpoints"));
        }
        let timeout = flags.duration("command-timeout").unwrap_or(5 * SECOND as i64);
        Ok(Client {
            io: tool.io.clone(),
            endpoints: endpoints.split(',').map(str::to_owned).collect(),
            format,
            hex: flags.is_set("hex"),
            timeout: u64::try_from(timeout).unwrap_or(0).min(TIMEOUT_MAX),
        })
    }

    /// Asks the cluster within the command's timeout.
    ///
    /// # Errors
    /// The text of the error.
    pub(super) async fn call(&self, operation: Operation) -> Result<Answered, String> {
        self.call_at(&self.endpoints, operation, self.timeout).await
    }

    /// The same without a timeout.
    ///
    /// # Errors
    /// The text of the error.
    pub(super) async fn call_patiently(&self, operation: Operation) -> Result<Answered, String> {
        self.call_at(&self.endpoints, operation, NO_TIMEOUT).await
    }

    /// As [`call_patiently`](Self::call_patiently), but an interrupt ends the wait: `None` then.
    pub(super) async fn call_until_interrupt(
        &self,
        operation: Operation,
    ) -> Option<Result<Answered, String>> {
        let started = self.io.now();
        let call = self.io.send(&self.endpoints, operation, NO_TIMEOUT);
        let outcome = self.io.outcome_or_interrupt(call).await?;
        Some(self.judge(outcome, started, NO_TIMEOUT))
    }

    /// Asks certain endpoints.
    ///
    /// # Errors
    /// The text of the error.
    pub(super) async fn call_at(
        &self,
        endpoints: &[String],
        operation: Operation,
        timeout: Nanos,
    ) -> Result<Answered, String> {
        let size = message_size(&operation);
        if size > MESSAGE_BYTES_MAX {
            return Err(format!(
                "rpc error: code = ResourceExhausted desc = trying to send message larger than max ({size} vs. {MESSAGE_BYTES_MAX})"
            ));
        }
        if timeout == 0 {
            return Err(DEADLINE.to_owned());
        }
        let started = self.io.now();
        let call = self.io.send(endpoints, operation, timeout);
        let outcome = self.io.outcome(call).await;
        self.judge(outcome, started, timeout)
    }

    /// Sends a call whose end is waited for elsewhere.
    pub(super) fn start(&self, operation: Call) -> CallId {
        self.io.send(&self.endpoints, Operation::Call(operation), NO_TIMEOUT)
    }

    /// What the tool makes of an outcome.
    ///
    /// # Errors
    /// The text of the error.
    pub(super) fn judge(&self, outcome: Outcome, started: Nanos, timeout: Nanos) -> Result<Answered, String> {
        let world = self.io.0.borrow();
        match outcome {
            Outcome::Ok(answer) => {
                let header = ResponseHeader {
                    cluster_id: world.directory.cluster_id,
                    member_id: world.directory.member_id(answer.endpoint),
                    revision: answer.revision,
                    raft_term: answer.term,
                };
                Ok(Answered::Store(header, answer.response))
            }
            Outcome::Called { header, response } => Ok(Answered::Call(header, response)),
            Outcome::Rejected { error, .. } => Err(error.message().to_owned()),
            Outcome::Refused { error, .. } => Err(error.message().to_owned()),
            // The real tool cannot tell a write that failed from one whose fate is open, nor
            // why: its own clock ran out, or the server's. The playground says more beside it.
            Outcome::Failed(cause) | Outcome::Unknown(cause) => {
                let late = world.now.saturating_add(NEARLY) >= started.saturating_add(timeout);
                let silent = matches!(cause, Cause::EndpointsDown | Cause::EndpointSilent);
                Err(if late || silent { DEADLINE } else { SERVER_TIMEOUT }.to_owned())
            }
        }
    }
}

/// A terminal has no certificates: who names some is told as by the real tool, which finds none.
fn certificates(flags: &Flags) -> Result<(), Exit> {
    let [ca, cert, key] = ["cacert", "cert", "key"].map(|name| flags.text(name, ""));
    if cert.is_empty() != key.is_empty() {
        let text = format!("KeyFile and CertFile must both be present[key: {key}, cert: {cert}]");
        return Err(fail(BAD_ARGUMENTS, text));
    }
    match [cert, ca].into_iter().find(|file| !file.is_empty()) {
        Some(file) => Err(fail(BAD_ARGUMENTS, format!("open {file}: no such file or directory"))),
        None => Ok(()),
    }
}

const DEADLINE: &str = "context deadline exceeded";
const SERVER_TIMEOUT: &str = "etcdserver: request timed out";

/// Whether an error means that time ran out, so that one may try again.
pub(super) fn is_late(why: &str) -> bool {
    why == DEADLINE || why == SERVER_TIMEOUT
}

/// The size of the message in which a request travels, as protobuf encodes it.
fn message_size(operation: &Operation) -> u64 {
    match operation {
        Operation::Write(Command::Put(put)) => put_size(put),
        Operation::Write(Command::Txn(txn)) => txn
            .ops()
            .map(|op| match op {
                TxnOp::Put(put) => field(field(put_size(put))),
                TxnOp::Range(range) => field(field(range.range.bytes())),
                TxnOp::Delete(delete) => field(field(delete.range.bytes())),
                TxnOp::Txn(_) => 0,
            })
            .sum(),
        other => other.bytes(),
    }
}

fn put_size(put: &PutRequest) -> u64 {
    let bytes = |bytes: &[u8]| if bytes.is_empty() { 0 } else { field(bytes.len() as u64) };
    let lease = if put.lease == 0 { 0 } else { 1 + varint(put.lease.cast_unsigned()) };
    let switches = [put.prev_kv, put.ignore_value, put.ignore_lease].iter().filter(|on| **on).count() as u64;
    bytes(&put.key) + bytes(&put.value) + lease + 2 * switches
}

/// A field of that many bytes: its tag, its length, itself.
fn field(length: u64) -> u64 {
    1 + varint(length) + length
}

fn varint(value: u64) -> u64 {
    u64::from((64 - (value | 1).leading_zeros()).div_ceil(7))
}
