//! The tool's client: its endpoints, timeouts, and the errors of failed calls.

use super::flags::Flags;
use super::io::{CallId, Io};
use super::print::Format;
use super::tool::{BAD_ARGUMENTS, BAD_CONNECTION, BAD_FEATURE, Exit, Tool, fail};
use crate::kv::{Command, PutRequest, Response, TxnOp};
use crate::model::{Call, CallResponse, Cause, NO_TIMEOUT, Operation, Outcome, ResponseHeader};
use crate::units::{MESSAGE_BYTES_MAX, MILLISECOND, Nanos, SECOND};

/// A successful response.
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

/// A connection to the cluster, with the format for printing responses.
pub(super) struct Client {
    pub(super) io: Io,
    pub(super) endpoints: Vec<String>,
    pub(super) format: Format,
    pub(super) hex: bool,
    /// `--command-timeout`, in virtual nanoseconds.
    pub(super) timeout: Nanos,
}

/// The maximum timeout, in virtual nanoseconds. Longer ones are cut to this.
const TIMEOUT_MAX: Nanos = 600 * SECOND;
/// If an endpoint fails a call within this span before the client's timeout, both ran out of time.
const DEADLINE_MARGIN: Nanos = 2 * MILLISECOND;

impl Client {
    /// Creates a client from the flags of the command.
    ///
    /// # Errors
    /// Returns the tool's error if the output format is unknown, a certificate is named or there is
    /// no endpoint.
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

    /// Makes a call with the command's timeout.
    ///
    /// # Errors
    /// Returns the text of the error.
    pub(super) async fn call(&self, operation: Operation) -> Result<Answered, String> {
        self.call_at(&self.endpoints, operation, self.timeout).await
    }

    /// Makes a call without a timeout.
    ///
    /// # Errors
    /// Returns the text of the error.
    pub(super) async fn call_patiently(&self, operation: Operation) -> Result<Answered, String> {
        self.call_at(&self.endpoints, operation, NO_TIMEOUT).await
    }

    /// Makes a call like [`call_patiently`](Self::call_patiently). Returns `None` if an interrupt
    /// comes first.
    pub(super) async fn call_until_interrupt(
        &self,
        operation: Operation,
    ) -> Option<Result<Answered, String>> {
        let started = self.io.now();
        let call = self.io.send(&self.endpoints, operation, NO_TIMEOUT);
        let outcome = self.io.outcome_or_interrupt(call).await?;
        Some(self.judge(outcome, started, NO_TIMEOUT))
    }

    /// Makes a call to the given endpoints.
    ///
    /// # Errors
    /// Returns the text of the error.
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

    /// Sends a call without waiting for its outcome.
    pub(super) fn start(&self, operation: Call) -> CallId {
        self.io.send(&self.endpoints, Operation::Call(operation), NO_TIMEOUT)
    }

    /// Converts an outcome to the tool's result. `started` and `timeout` tell whether time ran out.
    ///
    /// # Errors
    /// Returns the text of the error.
    pub(super) fn judge(&self, outcome: Outcome, started: Nanos, timeout: Nanos) -> Result<Answered, String> {
        let state = self.io.0.borrow();
        match outcome {
            Outcome::Ok(answer) => {
                let header = ResponseHeader {
                    cluster_id: state.directory.cluster_id,
                    member_id: state.directory.member_id(answer.endpoint),
                    revision: answer.revision,
                    raft_term: answer.term,
                };
                Ok(Answered::Store(header, answer.response))
            }
            Outcome::Called { header, response } => Ok(Answered::Call(header, response)),
            Outcome::Rejected { error, .. } => Err(error.message().to_owned()),
            Outcome::Refused { error, .. } => Err(error.message().to_owned()),
            // The real tool does not distinguish a failed write from one with an unknown outcome.
            // It only knows whether its own timeout ran out or the server's. The page shows the
            // details beside it.
            Outcome::Failed(cause) | Outcome::Unknown(cause) => {
                let late = state.now.saturating_add(DEADLINE_MARGIN) >= started.saturating_add(timeout);
                let silent = matches!(cause, Cause::EndpointsDown | Cause::EndpointSilent);
                Err(if late || silent { DEADLINE } else { SERVER_TIMEOUT }.to_owned())
            }
        }
    }
}

/// Checks the flags for certificates. A terminal has no such files, so naming one gives the real
/// tool's error for a missing file.
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

/// Returns whether an error means that time ran out, after which a retry makes sense.
pub(super) fn is_late(why: &str) -> bool {
    why == DEADLINE || why == SERVER_TIMEOUT
}

/// Returns the size of a request's protobuf message, in bytes.
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

/// Returns the size of a field with `length` bytes of content: tag, length and content.
fn field(length: u64) -> u64 {
    1 + varint(length) + length
}

fn varint(value: u64) -> u64 {
    u64::from((64 - (value | 1).leading_zeros()).div_ceil(7))
}
