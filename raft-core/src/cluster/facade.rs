//! The cluster: servers, a network, disks, clocks and clients under one virtual clock.
//!
//! Order of events: the messages that are due at an instant come first, then timers by deadline and by the order in
//! which they were set. They happen one at a time, and after each one every task that can run does run.
//!
//! Invariant: a run does not depend on the slices in which it is advanced.

use std::cell::Cell;
use std::rc::Rc;

use super::{History, Witness};
use crate::client::Clients;
use crate::model::{Altered, Configuration, Dice, Event, Member, Process, Role, Settings, SettingsError};
use crate::network::{Arrival, LinkQuality, Network, ReplyBody};
use crate::node::{
    Listening, Node, Nodes, Rooms, Server, Surroundings, Switches, domain_of, openraft_config,
};
use crate::recorder::Recorder;
use crate::runtime::{Executor, RandomStream, domain_bit};
use crate::units::{MILLISECOND, NODES_MAX, Nanos, NodeId};

/// The purpose of the random stream that draws the node which is given the first member list.
const FIRST_PURPOSE: u64 = 2;

/// How election timeouts are drawn, and the nodes for which the draw is not random.
#[derive(Default, PartialEq, Eq)]
pub(super) struct LoadedDice {
    pub(super) dice: Dice,
    pub(super) nodes: Vec<NodeId>,
}

/// A running cluster. See the module's documentation for the order of events.
pub struct Cluster {
    pub(super) settings: Rc<Settings>,
    pub(super) around: Surroundings,
    pub(super) clients: Clients,
    pub(super) nodes: Nodes,
    /// Why the run cannot go on, if its tasks wake each other without end.
    pub(super) stuck: Option<String>,
    /// Nodes to observe even if none of their tasks ran: one bit per domain.
    pub(super) to_look_at: u64,
    /// The log index of the newest member list that some node knew to be committed.
    pub(super) members_committed: u64,
    /// The number of messages and timers so far.
    pub(super) steps: u64,
    pub(super) witness: Option<Box<dyn Witness>>,
    pub(super) history: History,
    /// The fsync duration of a new disk, in virtual nanoseconds.
    pub(super) fsync: Nanos,
    pub(super) dice: LoadedDice,
    /// Whether a new disk lies about its fsyncs.
    pub(super) lying: bool,
    /// The safeguards lost so far.
    pub(super) alterations: Vec<Altered>,
}

impl Cluster {
    /// Boots every node and gives the member list to one of them.
    ///
    /// # Errors
    /// Returns the setting that is out of bounds and what is accepted.
    pub fn new(settings: Settings) -> Result<Cluster, SettingsError> {
        Cluster::recorded_by(settings, |recorder| recorder)
    }

    /// The same run without any check, for benchmarks to compare with.
    ///
    /// # Errors
    /// See [`Cluster::new`].
    pub fn without_checks(settings: Settings) -> Result<Cluster, SettingsError> {
        Cluster::recorded_by(settings, Recorder::without_checks)
    }

    fn recorded_by(
        settings: Settings,
        choose: impl FnOnce(Recorder) -> Recorder,
    ) -> Result<Cluster, SettingsError> {
        settings.validate()?;
        let config = openraft_config(&settings)?;
        // Members may be added later: each number has a clock domain from the start.
        let executor = Executor::new(settings.seed, domain_of(NODES_MAX) + 1);
        executor
            .set_election_range_ms(settings.election_min / MILLISECOND, settings.election_max / MILLISECOND);
        let recorder = choose(Recorder::new(executor.clone(), settings.nodes));
        let quality = LinkQuality {
            latency_min: settings.latency_min,
            latency_max: settings.latency_max,
            loss_ppm: settings.loss_ppm,
            duplicate_ppm: settings.duplicate_ppm,
        };
        let network =
            Network::new(settings.seed, executor.clone(), recorder.clone(), quality, settings.nodes);
        let listening = Listening::default();
        let settings = Rc::new(settings);
        let clients = Clients::new(executor.clone(), recorder.clone(), listening.clone(), settings.clone());
        let rooms = Rooms::default();
        let around = Surroundings {
            executor,
            network,
            recorder,
            config,
            listening,
            settings: settings.clone(),
            rooms,
            disk_lost: Rc::default(),
            switches: Rc::new(Switches {
                pre_vote: Cell::new(settings.pre_vote),
                lease_reads: Cell::new(settings.lease_reads),
            }),
        };
        let nodes =
            (1..=settings.nodes).map(|id| (id, Node::new(id, &settings, around.recorder.clone()))).collect();
        let fsync = settings.fsync;
        let mut cluster = Cluster {
            settings,
            around,
            clients,
            nodes,
            stuck: None,
            to_look_at: 0,
            members_committed: 0,
            steps: 0,
            witness: None,
            history: History::default(),
            fsync,
            dice: LoadedDice::default(),
            lying: false,
            alterations: Vec::new(),
        };
        cluster.boot_all();
        Ok(cluster)
    }

    fn boot_all(&mut self) {
        for node in self.nodes.values_mut() {
            node.boot(&self.around);
        }
        self.settle();
        let mut random = RandomStream::stream(self.settings.seed, FIRST_PURPOSE);
        // The node is drawn even if `first` names it, so that `first` shifts no other random number.
        let drawn = random.range(1, self.settings.nodes);
        let first = self.settings.first.unwrap_or(drawn);
        let mut members = std::collections::BTreeMap::<u64, Rc<Member>>::new();
        members.extend((1..=self.settings.nodes).map(|id| (id, Rc::new(self.settings.naming.member(id)))));
        if let Some(server) = self.around.listening.get(first) {
            self.around.executor.spawn(domain_of(first), async move {
                // This fails only if the log is not empty; every log is empty here.
                let _ = server.raft.initialize(members).await;
            });
        }
        self.settle();
    }

    /// The settings with which the cluster was made.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Virtual nanoseconds since the start.
    pub fn now(&self) -> Nanos {
        self.around.executor.now()
    }

    /// The instant of the next message or timer; `None` if nothing will happen without an action.
    pub fn next_event_at(&self) -> Option<Nanos> {
        if self.stuck.is_some() {
            return None;
        }
        match (self.around.network.next_at(), self.around.executor.next_timer_at()) {
            (Some(message), Some(timer)) => Some(message.min(timer)),
            (message, timer) => message.or(timer),
        }
    }

    /// Lets everything happen that is due up to and including `to`, in virtual nanoseconds; the clock then shows `to`.
    /// An instant in the past changes nothing.
    pub fn advance(&mut self, to: Nanos) {
        while self.step(to) {}
        self.reach(to);
    }

    /// Like [`Cluster::advance`], but stops after `limit` messages and timers. Returns true if `to` was reached.
    pub fn advance_at_most(&mut self, to: Nanos, limit: u32) -> bool {
        for _ in 0..limit {
            if !self.step(to) {
                self.reach(to);
                return true;
            }
        }
        false
    }

    /// Lets exactly the next message or timer happen and moves the clock to it. Returns false if nothing is due up to
    /// `to`; the clock does not move then.
    pub fn step(&mut self, to: Nanos) -> bool {
        if self.stuck.is_some() {
            return false;
        }
        let timer = self.around.executor.next_timer();
        let timer_at = timer.as_ref().map_or(Nanos::MAX, |timer| timer.at);
        match self.around.network.next_at() {
            // Messages come before timers of the same instant.
            Some(at) if at <= timer_at.min(to) => {
                self.around.executor.set_now(at);
                self.take_from_wire();
            }
            _ => match timer.filter(|timer| timer.at <= to) {
                Some(timer) => self.around.executor.fire(timer),
                None => return false,
            },
        }
        self.steps += 1;
        self.settle();
        true
    }

    /// The events since the last call, in order.
    pub fn take_events(&mut self) -> Vec<Event> {
        self.around.recorder.take().0
    }

    /// The events since the last call, in order, and the number of older ones that were dropped: at most the newest
    /// 200,000 wait.
    pub fn take_events_counted(&mut self) -> (Vec<Event>, u64) {
        self.around.recorder.take()
    }

    /// The hash of every event so far: equal for equal runs, natively and in wasm.
    pub fn trace_hash(&self) -> u64 {
        self.around.recorder.trace_hash()
    }

    /// The number of events so far.
    pub fn event_count(&self) -> u64 {
        self.around.recorder.count()
    }

    /// Why the run cannot go on, if it cannot: a fault of the simulation, not of Raft.
    pub fn stuck(&self) -> Option<&str> {
        self.stuck.as_deref()
    }

    pub(super) fn reach(&mut self, to: Nanos) {
        if to > self.now() && self.stuck.is_none() {
            self.around.executor.set_now(to);
        }
    }

    /// Delivers the next message to its receiver.
    fn take_from_wire(&mut self) {
        let nodes = &self.nodes;
        let is_up = |id: NodeId| nodes.get(&id).is_some_and(|node| node.process.is_up());
        match self.around.network.next_arrival(is_up) {
            Some(Arrival::Request { message, body, ends }) => {
                let meant = |server: &Server| [0, server.me.id].contains(&ends.receiver);
                match self.around.listening.get(message.to).filter(meant) {
                    Some(server) => {
                        self.around.network.record_delivered(&message);
                        self.around.executor.spawn(domain_of(message.to), server.answer(message, body, ends));
                    }
                    None => self.around.network.bounce(&message),
                }
            }
            Some(Arrival::Reply { message, deliver }) => {
                self.around.network.record_delivered(&message);
                if let ReplyBody::Vote(vote) = deliver.body()
                    && let Some(node) = self.nodes.get_mut(&message.to)
                {
                    let theirs = vote.last_log_id.map(|id| (id.leader_id.term, id.index));
                    let mine = node.disk.borrow().last_position();
                    let longer = !vote.vote_granted && theirs > mine;
                    node.observed.got_vote(message.from, message.rpc, vote.vote_granted, longer);
                }
                if matches!(deliver.body(), ReplyBody::Gone)
                    && let Some(node) = self.nodes.get_mut(&message.to)
                {
                    node.expelled = true;
                }
                deliver.finish();
            }
            Some(Arrival::Lost) | None => {}
        }
    }

    /// Runs every task that can run, records what changed, and shows it to the witness.
    pub(super) fn settle(&mut self) {
        let ran = self.run_and_look();
        self.show(ran);
    }

    /// Runs every task that can run and records what changed. Returns one bit for each domain in which a task ran.
    fn run_and_look(&mut self) -> u64 {
        let mut all = 0;
        for _ in 0..SETTLE_ROUNDS_MAX {
            if let Err(livelock) = self.around.executor.run_ready() {
                self.stuck = Some(format!(
                    "the nodes woke each other {} times at one instant ({} ms); the run stands still here",
                    livelock.polls,
                    livelock.at / MILLISECOND
                ));
                return all;
            }
            // A node changes only if one of its tasks runs.
            let ran = self.around.executor.take_ran() | std::mem::take(&mut self.to_look_at);
            all |= ran;
            if ran == 0 || !self.look_at_nodes(ran) {
                return all;
            }
        }
        all
    }

    /// Records what changed on the nodes of these domains. Returns true if more tasks may have to run: a process was
    /// ended, or a leader's lessor needs its task.
    fn look_at_nodes(&mut self, domains: u64) -> bool {
        let executor = &self.around.executor;
        for draw in executor.take_election_draws() {
            if let Some(node) = self.nodes.get_mut(&NodeId::from(draw.domain)) {
                node.observed.election_sample_ms = Some(draw.sample_ms);
            }
        }
        for (candidate, kind, term, rpc) in self.around.network.take_vote_requests() {
            if let Some(node) = self.nodes.get_mut(&candidate) {
                node.observed.asked_for_vote(candidate, kind, term, rpc);
            }
        }
        let mut failed: Vec<(NodeId, String)> = Vec::new();
        let mut more = false;
        for node in self.nodes.values_mut() {
            if domains & domain_bit(node.domain()) == 0 || !node.process.is_up() {
                continue;
            }
            if let Some(error) = node.take_start_error() {
                failed.push((node.id, error));
                continue;
            }
            let error = self.around.listening.with(node.id, |server| {
                let error = node.observe(server, &self.around);
                if server.machine.memory.borrow().lessor.hands_out_work() {
                    executor.spawn(node.domain(), server.clone().tend_leases());
                    more = true;
                }
                if node.observed.leads_half_done() && server.hands_out_members() {
                    executor.spawn(node.domain(), server.clone().finish_members());
                    more = true;
                }
                if server.hands_out_farewell() {
                    executor.spawn(node.domain(), server.clone().leave_later());
                    more = true;
                }
                node.expelled |= server.is_expelled();
                error.or_else(|| server.take_fatal())
            });
            if let Some(error) = error.flatten() {
                failed.push((node.id, error));
            }
        }
        if self.nodes.values().any(Node::concerns_members) {
            self.look_at_members();
            more |= self.expel();
        }
        more |= !failed.is_empty();
        for (id, error) in failed {
            if let Some(node) = self.nodes.get_mut(&id) {
                node.fail(&self.around, error);
            }
        }
        more
    }

    /// The running leader of the highest term that reaches a quorum.
    pub(crate) fn acting_leader(&self) -> Option<NodeId> {
        self.nodes
            .values()
            .filter(|node| node.process == Process::Running && node.observed.role == Some(Role::Leader))
            .filter(|node| self.reaches_quorum(node))
            .max_by_key(|node| node.observed.term)
            .map(|node| node.id)
    }

    /// Whether a node reaches a majority of the voters in its own log, itself included.
    pub(super) fn reaches_quorum(&self, node: &Node) -> bool {
        let own = node.observed.members.as_ref().map(|members| members.configuration.clone());
        self.spare(node.id, &own.unwrap_or_else(|| self.configuration())).is_some()
    }

    /// The number of voters beyond a majority that a node reaches both ways, itself included; `None` if they are no
    /// majority.
    pub(super) fn spare(&self, id: NodeId, configuration: &Configuration) -> Option<u64> {
        // A node that still waits for the member list answers vote requests too.
        let answers = |process| matches!(process, Process::Running | Process::Starting);
        let runs = |id: NodeId| self.nodes.get(&id).is_some_and(|node| answers(node.process));
        if !runs(id) {
            return None;
        }
        self.around.network.with_links(|links| {
            configuration.spare(|other| runs(other) && (other == id || links.joins(id, other)))
        })
    }
}

/// The largest number of rounds of settling. Each round ends at least one failed process, which may let others run.
const SETTLE_ROUNDS_MAX: u32 = 16;

impl Drop for Cluster {
    fn drop(&mut self) {
        // Tasks hold handles to the executor that holds them: this breaks the cycle.
        let executor: Rc<Executor> = self.around.executor.clone();
        self.around.listening.clear_within(&executor);
        executor.shutdown();
        self.around.network.clear_within(&executor);
    }
}
