//! Calls over the network: a request, its reply, and how long the caller waits.

use super::{Body, Call, Ends, Network, ReplyBody, RequestBody};
use crate::runtime;
use crate::units::{Nanos, NodeId};

/// Why a call got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RpcFailure {
    /// The receiver's host said that nobody listens: the request was not seen by anyone.
    Unreachable,
    /// Silence. The request may have been lost, or the answer.
    TimedOut,
}

/// Forgets the call when the caller gives up or its node crashes: a reply is late then.
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
    /// Sends a request and waits for its reply, at most `patience` on the caller's clock.
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
        // openraft's replication does not time out a silent peer by itself: a lost
        // message must be failed here.
        match runtime::timeout(patience, receiver).await {
            Some(Ok(ReplyBody::Unreachable)) => Err(RpcFailure::Unreachable),
            Some(Ok(reply)) => Ok(reply),
            Some(Err(_)) | None => Err(RpcFailure::TimedOut),
        }
    }
}
