//! Applies actions: checks each one first, then carries it out at the present instant.

use super::facade::Cluster;
use crate::model::{
    Action, ActionError, Alteration, Applied, Call, Dice, EventKind, NO_TIMEOUT, Operation, Process, Request,
    RequestId, RequestView, Role, STRESS_RATE_MAX, STRESS_TIME_MAX, Stress,
};
use crate::node::{Server, domain_of};
use crate::units::{MESSAGE_BYTES_MAX, MILLISECOND, Nanos, NodeId, SECOND};

/// The longest timeout of a request, in virtual nanoseconds.
const REQUEST_TIMEOUT_MAX: Nanos = 600 * SECOND;

pub(super) type Result<T> = std::result::Result<T, ActionError>;

pub(super) fn refuse<T>(problem: impl Into<String>, accepted: impl Into<String>) -> Result<T> {
    Err(ActionError { problem: problem.into(), accepted: accepted.into() })
}

pub(super) fn nothing(why: impl Into<String>) -> Result<Applied> {
    Ok(Applied::NothingToDo(why.into()))
}

impl Cluster {
    /// Carries out an action at the present instant.
    ///
    /// # Errors
    /// Refuses an action that makes no sense here; the error says why and what is accepted. The cluster is unchanged
    /// then.
    pub fn apply(&mut self, action: Action) -> Result<Applied> {
        if let Some(stuck) = &self.stuck {
            return refuse(stuck.clone(), "start a new cluster");
        }
        // An action changes nodes from outside, so all of them are observed again.
        self.to_look_at = u64::MAX;
        let before = (self.steps, self.now());
        let kept = self.history.has_room().then(|| action.clone());
        let applied = match action {
            Action::Crash(node) => self.crash(node),
            Action::Stop(node) => self.stop(node),
            Action::Wipe(node) => self.wipe(node),
            Action::Backup(node) => self.back_up(node),
            Action::Break(breach) => self.carry_out(breach),
            Action::Restart(node) => self.restart(node),
            Action::StartMember { node, name, client_address } => {
                self.start_member(node, name, client_address)
            }
            Action::Pause(node) => self.pause(node),
            Action::Resume(node) => self.resume(node),
            Action::Isolate(node) => self.isolate(node),
            Action::Partition(groups) => self.partition(groups),
            Action::Cut(link) => self.cut(link),
            Action::Heal(nodes) => self.heal(nodes),
            Action::HealLink(link) => self.heal_link(link),
            Action::Latency { link, min, max } => self.set_latency(link, min, max),
            Action::Loss { link, ppm } => self.set_loss(link, ppm),
            Action::Duplication { link, ppm } => self.set_duplication(link, ppm),
            Action::Drop(message) => self.drop_message(message),
            Action::Delay { message, by } => self.delay_message(message, by),
            Action::Duplicate(message) => self.duplicate_message(message),
            Action::DropNext(drop) => self.drop_next(drop),
            Action::CancelDrops => self.cancel_drops(),
            Action::ClockRate { node, ppm } => self.set_clock(node, ppm),
            Action::Fsync { node, takes } => self.set_fsync(node, takes),
            Action::AlignTimers(nodes) => self.load_dice(nodes, Dice::Aligned),
            Action::SpreadTimers(nodes) => self.load_dice(nodes, Dice::Spread),
            Action::TimersAsDrawn => self.load_dice(Vec::new(), Dice::Drawn),
            Action::Campaign(node) => self.campaign(node),
            Action::Transfer(node) => self.transfer(node),
            Action::Snapshot(node) => self.snapshot(node),
            Action::Elections { nodes, on } => self.set_elections(nodes, on),
            Action::PreVote(on) => self.set_pre_vote(on),
            Action::LeaseReads(on) => self.set_lease_reads(on),
            Action::Request(request) => self.request_action(request),
            Action::HangUp(id) => self.hang_up(id),
            Action::Stress(stress) => self.stress(stress),
        };
        if applied.is_ok() {
            self.history.note(before, kept);
        }
        // Changes after the action has settled, such as the end of a stop, must be observed too.
        self.to_look_at = u64::MAX;
        self.settle();
        applied
    }

    /// The server of a node, for actions that need a listening process.
    fn listener(&self, id: NodeId) -> Result<Server> {
        self.member(id)?;
        match self.around.listening.get(id) {
            Some(server) => Ok(server),
            None => refuse(format!("node{id} is down"), "restart it first, or choose a running node"),
        }
    }

    pub(super) fn crash(&mut self, id: NodeId) -> Result<Applied> {
        if !self.member(id)?.is_up() {
            return nothing(format!("node{id} is down already"));
        }
        if let Some(node) = self.nodes.get_mut(&id) {
            node.crash(&self.around);
        }
        Ok(Applied::Done)
    }

    fn stop(&mut self, id: NodeId) -> Result<Applied> {
        match self.member(id)? {
            Process::Paused => {
                return refuse(
                    format!("node{id} is paused and cannot close its files"),
                    "resume it first, or kill it",
                );
            }
            process if !process.is_up() => return nothing(format!("node{id} is down already")),
            _ => {}
        }
        if let Some(node) = self.nodes.get_mut(&id) {
            node.begin_stop(&self.around);
        }
        self.settle();
        // The shutdown may have failed the process: then it has ended already.
        if let Some(node) = self.nodes.get_mut(&id)
            && node.process.is_up()
        {
            node.finish_stop(&self.around);
        }
        Ok(Applied::Done)
    }

    fn restart(&mut self, id: NodeId) -> Result<Applied> {
        match self.member(id)? {
            Process::Announced => return self.start_member(id, None, None),
            // A paused process cannot close its files.
            Process::Paused => self.crash(id)?,
            process if process.is_up() => self.stop(id)?,
            // It restarts as the same member without anything that it promised.
            Process::Wiped => {
                self.mark_altered(Alteration::EmptyDisk, Some(id), true);
                Applied::Done
            }
            _ => Applied::Done,
        };
        if let Some(node) = self.nodes.get_mut(&id) {
            node.boot(&self.around);
        }
        Ok(Applied::Done)
    }

    fn pause(&mut self, id: NodeId) -> Result<Applied> {
        match self.member(id)? {
            Process::Paused => return nothing(format!("node{id} is paused already")),
            process if !process.is_up() => return nothing(format!("node{id} is down")),
            _ => {}
        }
        self.around.executor.set_paused(domain_of(id), true);
        self.around.network.stands_still(id, true);
        self.set_process(id, Process::Paused);
        self.around.recorder.record(EventKind::Paused { node: id });
        Ok(Applied::Done)
    }

    fn resume(&mut self, id: NodeId) -> Result<Applied> {
        if self.member(id)? != Process::Paused {
            return nothing(format!("node{id} is not paused"));
        }
        self.around.executor.set_paused(domain_of(id), false);
        self.around.network.stands_still(id, false);
        // A process that was paused before it knew the members continues to start.
        let knows_members = self.nodes.get(&id).is_some_and(|node| node.disk.borrow().last_index().is_some());
        self.set_process(id, if knows_members { Process::Running } else { Process::Starting });
        self.around.recorder.record(EventKind::Resumed { node: id });
        Ok(Applied::Done)
    }

    fn set_process(&mut self, id: NodeId, process: Process) {
        let now = self.now();
        if let Some(node) = self.nodes.get_mut(&id) {
            node.process = process;
            node.since = now;
        }
    }

    fn campaign(&mut self, id: NodeId) -> Result<Applied> {
        let server = self.listener(id)?;
        if self.nodes.get(&id).is_some_and(|node| node.observed.role == Some(Role::Leader)) {
            return nothing(format!("node{id} leads already"));
        }
        self.around.recorder.record(EventKind::CampaignAsked { node: id });
        let pre_vote = self.around.switches.pre_vote.get();
        self.around.executor.spawn(domain_of(id), async move {
            // This fails only when the process is ending, which then cannot campaign.
            let _ = server.raft.trigger().elect(pre_vote).await;
        });
        Ok(Applied::Done)
    }

    fn transfer(&mut self, to: NodeId) -> Result<Applied> {
        let process = self.member(to)?;
        let Some(from) = self.acting_leader() else {
            return refuse("there is no leader that reaches a quorum", "wait for one");
        };
        if from == to {
            return nothing(format!("node{to} leads already"));
        }
        if !process.is_up() {
            return refuse(format!("node{to} is down"), "leadership can be handed to a running node");
        }
        let server = self.listener(from)?;
        self.around.recorder.record(EventKind::TransferAsked { from, to });
        self.around.executor.spawn(domain_of(from), async move {
            // This fails only when the process is ending; an election follows anyway.
            let _ = server.raft.trigger().transfer_leader(to).await;
        });
        Ok(Applied::Done)
    }

    fn snapshot(&mut self, id: NodeId) -> Result<Applied> {
        let server = self.listener(id)?;
        self.around.executor.spawn(domain_of(id), async move {
            // This fails only when the process is ending.
            let _ = server.raft.trigger().snapshot().await;
        });
        Ok(Applied::Done)
    }

    fn set_elections(&mut self, nodes: Vec<NodeId>, on: bool) -> Result<Applied> {
        for id in &nodes {
            self.member(*id)?;
        }
        let mut changed = false;
        for node in self.nodes.values_mut() {
            let named = nodes.is_empty() || nodes.contains(&node.id);
            if !named || node.elections == on {
                continue;
            }
            changed = true;
            node.elections = on;
            if let Some(server) = self.around.listening.get(node.id) {
                server.raft.runtime_config().elect(on);
            }
            self.around.recorder.record(EventKind::ElectionsSet { node: node.id, on });
        }
        if changed { Ok(Applied::Done) } else { nothing("the election timers stand so already") }
    }

    fn check_endpoints(&self, endpoints: &[NodeId]) -> Result<()> {
        if endpoints.is_empty() {
            return refuse("no endpoint is chosen", "one member or more");
        }
        for id in endpoints {
            self.member(*id)?;
        }
        Ok(())
    }

    fn request_action(&mut self, request: Request) -> Result<Applied> {
        self.check_endpoints(&request.endpoints)?;
        let waits_for_ever = request.timeout == NO_TIMEOUT;
        if request.timeout < MILLISECOND || request.timeout > REQUEST_TIMEOUT_MAX && !waits_for_ever {
            return refuse(
                format!("a timeout of {} ms", request.timeout / MILLISECOND),
                "1 ms to 600 s is accepted",
            );
        }
        let bytes = request.operation.bytes();
        if bytes > MESSAGE_BYTES_MAX {
            return refuse(
                format!("a request of {bytes} bytes"),
                format!("at most {MESSAGE_BYTES_MAX} bytes (2 MiB) are sent"),
            );
        }
        Ok(Applied::Request(self.clients.send(request)))
    }

    /// Hangs up every watch, for a caller that no longer reads them.
    pub fn end_watches(&mut self) {
        let is_watch = |request: &&RequestView| {
            request.ended.is_none() && matches!(request.operation, Operation::Call(Call::Watch(_)))
        };
        let watches: Vec<RequestId> = self.requests().iter().filter(is_watch).map(|one| one.id).collect();
        for id in watches {
            // The watch may have ended in the meantime.
            let _ = self.apply(Action::HangUp(id));
        }
    }

    fn hang_up(&mut self, id: RequestId) -> Result<Applied> {
        if self.clients.hang_up(id) {
            Ok(Applied::Done)
        } else {
            nothing(format!("request {id} does not run"))
        }
    }

    fn stress(&mut self, stress: Stress) -> Result<Applied> {
        self.check_endpoints(&stress.endpoints)?;
        if stress.rate == 0 || stress.rate > STRESS_RATE_MAX {
            return refuse(
                format!("a rate of {} writes a second", stress.rate),
                format!("1 to {STRESS_RATE_MAX} is accepted"),
            );
        }
        if stress.duration < MILLISECOND || stress.duration > STRESS_TIME_MAX {
            return refuse(
                format!("a duration of {} ms", stress.duration / MILLISECOND),
                format!("1 ms to {} s is accepted", STRESS_TIME_MAX / SECOND),
            );
        }
        self.clients.stress(stress);
        Ok(Applied::Done)
    }
}
