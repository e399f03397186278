//! Calls over the network: a request and its reply, with a timeout.

use super::{Body, Call, Ends, Network, ReplyBody, RequestBody};
use crate::runtime;
use crate::units::{Nanos, NodeId};

/// Why a call got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RpcFailure {
    /// The receiver's host reported that no process listens, so no process saw the request.
    Unreachable,
    /// No reply came in time. The request or the reply may have been lost.
    TimedOut,
}

/// Forgets the call when the caller gives up or its node crashes; a later reply is lost as late.
struct Waiting<'a> {
    network: &'a Network,
    rpc: u64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let call = self.network.0.state.borrow_mut().take_call(self.rpc);
        drop(call);
    }
}

impl Network {
    /// Sends a request and waits for its reply, for at most `patience` virtual nanoseconds on the caller's clock.
    ///
    /// # Errors
    /// See [`RpcFailure`].
    pub(crate) async fn call(
        &self,
        from: NodeId,
        to: NodeId,
        ends: Ends,
        body: RequestBody,
        patience: Nanos,
    ) -> Result<ReplyBody, RpcFailure> {
        let (sender, receiver) = runtime::oneshot();
        let rpc = {
            let mut state = self.0.state.borrow_mut();
            let rpc = state.next_rpc;
            state.next_rpc += 1;
            state.add_call(rpc, Call { from, to, kind: body.kind(), reply: sender });
            rpc
        };
        let _waiting = Waiting { network: self, rpc };
        let message = body.describe(from, to, rpc);
        self.0.state.borrow_mut().sent.note(&message);
        self.launch(message, Body::Request(body, ends));
        // openraft's replication does not time out a silent peer, so a lost message must fail here.
        match runtime::timeout(patience, receiver).await {
            Some(Ok(ReplyBody::Unreachable)) => Err(RpcFailure::Unreachable),
            Some(Ok(reply)) => Ok(reply),
            Some(Err(_)) | None => Err(RpcFailure::TimedOut),
        }
    }
}
