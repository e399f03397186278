//! Acts on a cluster and notes each deed for a journal.

use crate::cluster::Cluster;
use crate::etcdctl::{EtcdctlSession, Input, JobId};
use crate::model::{Action, Applied, Event, Operation, REQUEST_TIMEOUT, Request};
use crate::scenario::{CHAOS_JOBS, CHAOS_TERMINALS, Noted};
use crate::units::{Nanos, NodeId};

/// The number of the terminal that chaos uses on each node.
const TERMINAL: u32 = 1;

/// Applies actions to a cluster, runs commands there, and notes each deed.
#[derive(Default)]
pub struct Actor {
    session: EtcdctlSession,
    /// The job id of the first command in the journal.
    first_job: JobId,
    /// How many commands were typed.
    typed: usize,
    noted: Vec<(Nanos, Noted)>,
    faults: u64,
}

impl Actor {
    /// Returns an actor that has done nothing. `before` is the number of deeds in the journal to which its
    /// deeds are added; it keeps its job ids apart from those of an earlier actor.
    pub fn new(before: usize) -> Actor {
        Actor { first_job: CHAOS_JOBS + before, ..Actor::default() }
    }

    /// Applies an action other than a request and returns whether it took effect. An action that is refused
    /// or changes nothing, such as the stop of a paused node, is not noted.
    pub fn act(&mut self, cluster: &mut Cluster, action: Action) -> bool {
        let done = matches!(cluster.apply(action.clone()), Ok(Applied::Done));
        if done {
            self.faults += 1;
            self.note(cluster, Noted::Action(action));
        }
        done
    }

    /// Sends a request of a client.
    pub fn ask(&mut self, cluster: &mut Cluster, endpoints: Vec<NodeId>, operation: Operation) {
        let action = Action::Request(Request { endpoints, operation, timeout: REQUEST_TIMEOUT });
        if let Ok(Applied::Request(_)) = cluster.apply(action.clone()) {
            self.note(cluster, Noted::Action(action));
        }
    }

    /// Types a command into a terminal of a node, in the background.
    pub fn type_line(&mut self, cluster: &mut Cluster, node: NodeId, line: &str) -> JobId {
        let terminal = self.session.nth(node, TERMINAL);
        let id = self.session.type_with(cluster, terminal, line, Vec::new(), false);
        let (job, line) = (self.first_job + id, line.to_owned());
        self.note(cluster, Noted::Line { node, terminal: CHAOS_TERMINALS + TERMINAL, job, line });
        self.note(cluster, Noted::Aside(job));
        self.typed = id + 1;
        id
    }

    /// Interrupts a command, if it runs.
    pub fn interrupt(&mut self, cluster: &mut Cluster, job: JobId) {
        if !self.session.has_ended(job) {
            self.note(cluster, Noted::Interrupt(self.first_job + job));
            self.session.give(cluster, job, Input::Interrupt);
        }
    }

    /// Interrupts every running command twice, since a command that releases a lock may wait forever for an
    /// endpoint that is gone.
    pub fn interrupt_all(&mut self, cluster: &mut Cluster) {
        for job in [0..self.typed, 0..self.typed].into_iter().flatten() {
            self.interrupt(cluster, job);
        }
    }

    /// Returns whether a command has ended.
    pub fn has_ended(&self, job: JobId) -> bool {
        self.session.has_ended(job)
    }

    /// Returns the standard output of a command.
    pub fn printed(&self, job: JobId) -> String {
        let stdout = self.session.output(job).map(|output| output.stdout.as_slice());
        String::from_utf8_lossy(stdout.unwrap_or_default()).into_owned()
    }

    /// Discards the output of a command.
    pub fn forget(&mut self, job: JobId) {
        self.session.take_printed(job);
    }

    /// Returns whether a command runs.
    pub fn is_busy(&self) -> bool {
        !self.session.is_idle()
    }

    /// Passes an event to the commands, which may continue.
    pub fn observe(&mut self, cluster: &mut Cluster, event: &Event) {
        self.session.observe(cluster, event);
    }

    /// Returns when a command continues by itself.
    pub fn wakes_at(&self) -> Option<Nanos> {
        self.session.wakes_at()
    }

    /// Continues the commands that are due. Returns false if none is.
    pub fn pass_time(&mut self, cluster: &mut Cluster) -> bool {
        let due = self.session.wakes_at().is_some_and(|at| at <= cluster.now());
        if due {
            self.session.pass_time(cluster);
        }
        due
    }

    /// Returns the deeds since the last call, in order.
    pub fn take_noted(&mut self) -> Vec<(Nanos, Noted)> {
        std::mem::take(&mut self.noted)
    }

    /// Returns how many actions other than requests took effect.
    pub fn faults(&self) -> u64 {
        self.faults
    }

    fn note(&mut self, cluster: &Cluster, deed: Noted) {
        self.noted.push((cluster.now(), deed));
    }
}
