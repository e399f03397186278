//! The endpoint's side of member calls: the list from its own store, changes through the leader.
//!
//! As in etcd, the endpoint checks at once whether enough members are connected to it; the leader checks the members
//! themselves.

use super::endpoint::{Clock, EndpointVerdict, Handed, LOOK_AGAIN, Told, Try};
use crate::model::{Call, CallResponse, Cause, Member, Outcome, ResponseHeader, ServerError};
use crate::network::{MemberAsk, MemberDone, MemberRefusal, MemberReply};
use crate::network::{Refusal, ReplyBody, RequestBody, RpcFailure};
use crate::runtime;
use crate::units::NodeId;

type Answer = Result<MemberDone, ServerError>;

impl Handed {
    /// The outcome of a member call that succeeded; etcd leaves the revision out.
    pub(super) fn about_members(&self, response: CallResponse) -> Outcome {
        Outcome::Called { header: ResponseHeader { revision: 0, ..self.header() }, response }
    }

    /// The members that this node has applied, by member id.
    pub(super) fn members(&self) -> Vec<Member> {
        let memory = self.server.machine.memory.borrow();
        // Sorts pairs of numbers, as elsewhere: a sort adds code for each type.
        let mut order: Vec<(u64, NodeId)> =
            memory.members.nodes().map(|(node, member)| (member.id, *node)).collect();
        order.sort_unstable();
        let member = |(_, node)| memory.members.membership().get_node(&node).map(|it| Member::clone(it));
        order.into_iter().filter_map(member).collect()
    }

    /// Changes members through the leader.
    pub(super) async fn change_members(self, ask: MemberAsk) -> EndpointVerdict {
        if let Err(error) = self.server.may_change_members(&ask) {
            return EndpointVerdict::Settled(self.refuse(error));
        }
        let clock = Clock::start();
        let mut told = Told::default();
        loop {
            let cause = match self.try_members(&ask, &clock, &mut told).await {
                Try::Done(Ok(done)) => {
                    return EndpointVerdict::Settled(self.members_changed(&ask, done, &clock).await);
                }
                Try::Done(Err(error)) => return EndpointVerdict::Settled(self.refuse(error)),
                Try::Open(cause) => return EndpointVerdict::Settled(Outcome::Unknown(cause)),
                Try::NotDone(cause) => cause,
            };
            if let Some(verdict) = self.pause(cause, &clock).await {
                return verdict;
            }
        }
    }

    async fn try_members(&self, ask: &MemberAsk, clock: &Clock, told: &mut Told) -> Try<Answer> {
        let Some(leader) = self.leader(told) else { return Try::NotDone(Cause::NoLeader) };
        if leader == self.server.id {
            self.cause.set(Cause::NoQuorum);
            return judge(self.server.change_members(ask.clone()).await);
        }
        told.forwarded(self, leader);
        self.cause.set(Cause::LeaderSilent);
        let body = RequestBody::Member { ask: ask.clone(), term: self.server.term() };
        let left = self.answer_within.saturating_sub(clock.elapsed()).saturating_add(LOOK_AGAIN);
        match self.server.network.call(self.server.id, leader, self.server.ends(), body, left).await {
            Ok(ReplyBody::Member(reply)) => judge(reply),
            Err(RpcFailure::Unreachable) => Try::NotDone(Cause::NoLeader),
            Ok(_) | Err(RpcFailure::TimedOut) => Try::Open(Cause::LeaderSilent),
        }
    }

    /// Answers a change of members when this endpoint has applied it too, as for a write.
    async fn members_changed(&self, ask: &MemberAsk, done: MemberDone, clock: &Clock) -> Outcome {
        let MemberDone { index, member } = done;
        // A removed endpoint applies nothing more.
        let leaves = matches!(ask, MemberAsk::Remove { .. }) && member.id == self.server.me.id;
        if !leaves && let Some(applied) = self.server.machine.wait_applied(index) {
            let left = self.answer_within.saturating_sub(clock.elapsed());
            // It is committed: even if this store lags until the end, the answer is "done".
            let _ = runtime::timeout(left, applied).await;
        }
        let mut members = self.members();
        self.about_members(match ask {
            MemberAsk::Add { .. } => CallResponse::MemberAdd { member, members },
            MemberAsk::Promote { .. } => CallResponse::MemberPromote(members),
            MemberAsk::Remove { id } => {
                members.retain(|member| member.id != *id);
                CallResponse::MemberRemove(members)
            }
            MemberAsk::Update { .. } | MemberAsk::Publish { .. } => CallResponse::MemberUpdate(members),
        })
    }
}

/// The change that a call asks for.
pub(super) fn change_of(call: Call) -> Option<MemberAsk> {
    Some(match call {
        Call::MemberAdd { peer_urls, learner } => MemberAsk::Add { peer_urls, learner },
        Call::MemberPromote { id } => MemberAsk::Promote { id },
        Call::MemberRemove { id } => MemberAsk::Remove { id },
        Call::MemberUpdate { id, peer_urls } => MemberAsk::Update { id, peer_urls },
        _ => return None,
    })
}

fn judge(reply: MemberReply) -> Try<Answer> {
    match reply {
        Ok(done) => Try::Done(Ok(done)),
        Err(MemberRefusal::Server(error)) => Try::Done(Err(error)),
        Err(MemberRefusal::Raft(Refusal::NotLeader)) => Try::NotDone(Cause::NoLeader),
        Err(MemberRefusal::Raft(Refusal::NoQuorum)) => Try::NotDone(Cause::NoQuorum),
        Err(MemberRefusal::Raft(Refusal::Discarded)) => Try::Open(Cause::NoQuorum),
    }
}
