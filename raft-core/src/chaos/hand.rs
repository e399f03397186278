//! The hand: acts on the cluster, and notes each deed as a journal does.

use crate::cluster::Cluster;
use crate::etcdctl::{Input, JobId, Session};
use crate::model::{Action, Applied, Event, Operation, REQUEST_TIMEOUT, Request};
use crate::scenario::{CHAOS_JOBS, CHAOS_TERMINALS, Noted};
use crate::units::{Nanos, NodeId};

/// The number of the terminal on each node.
const TERMINAL: u32 = 1;

/// Acts on a cluster, has commands running there, and notes what it did.
#[derive(Default)]
pub struct Hand {
    session: Session,
    /// What the journal calls the first command.
    first_job: JobId,
    /// How many commands were typed.
    typed: usize,
    noted: Vec<(Nanos, Noted)>,
    faults: u64,
}

impl Hand {
    /// A hand that has done nothing. `before` is the number of deeds in the journal to which its deeds are
    /// added, so that its commands are not taken for those of another one before.
    pub fn new(before: usize) -> Hand {
        Hand { first_job: CHAOS_JOBS + before, ..Hand::default() }
    }

    /// Carries out an action that is no request. What makes no sense now (a stop of a paused node) is left
    /// out of the notes, too. Whether it took effect.
    pub fn act(&mut self, cluster: &mut Cluster, action: Action) -> bool {
        let done = matches!(cluster.apply(action.clone()), Ok(Applied::Done));
        if done {
            self.faults += 1;
            self.note(cluster, Noted::Action(action));
        }
        done
    }

    /// Sends a request.
    pub fn ask(&mut self, cluster: &mut Cluster, endpoints: Vec<NodeId>, operation: Operation) {
        let action = Action::Request(Request { endpoints, operation, timeout: REQUEST_TIMEOUT });
        if let Ok(Applied::Request(_)) = cluster.apply(action.clone()) {
            self.note(cluster, Noted::Action(action));
        }
    }

    /// Types a command on a node, which runs in the background.
    pub fn type_line(&mut self, cluster: &mut Cluster, node: NodeId, line: &str) -> JobId {
        let terminal = self.session.nth(node, TERMINAL);
        let id = self.session.type_with(cluster, terminal, line, Vec::new(), false);
        let (job, line) = (self.first_job + id, line.to_owned());
        self.note(cluster, Noted::Line { node, terminal: CHAOS_TERMINALS + TERMINAL, job, line });
        self.note(cluster, Noted::Aside(job));
        self.typed = id + 1;
        id
    }

    /// Ends a command as its interrupt key does, if it runs.
    pub fn interrupt(&mut self, cluster: &mut Cluster, job: JobId) {
        if !self.session.has_ended(job) {
            self.note(cluster, Noted::Interrupt(self.first_job + job));
            self.session.give(cluster, job, Input::Interrupt);
        }
    }

    /// Presses the interrupt key twice for every command that runs: who gives a lock back may wait for ever for
    /// an endpoint that is gone.
    pub fn interrupt_all(&mut self, cluster: &mut Cluster) {
        for job in [0..self.typed, 0..self.typed].into_iter().flatten() {
            self.interrupt(cluster, job);
        }
    }

    /// Whether a command has ended.
    pub fn has_ended(&self, job: JobId) -> bool {
        self.session.has_ended(job)
    }

    /// What a command printed.
    pub fn printed(&self, job: JobId) -> String {
        let stdout = self.session.output(job).map(|output| output.stdout.as_slice());
        String::from_utf8_lossy(stdout.unwrap_or_default()).into_owned()
    }

    /// Forgets what a command printed.
    pub fn forget(&mut self, job: JobId) {
        self.session.take_printed(job);
    }

    /// Whether a command runs.
    pub fn is_busy(&self) -> bool {
        !self.session.is_idle()
    }

    /// Commands hear of an event, and go on.
    pub fn observe(&mut self, cluster: &mut Cluster, event: &Event) {
        self.session.observe(cluster, event);
    }

    /// When a command wants to go on by itself.
    pub fn wakes_at(&self) -> Option<Nanos> {
        self.session.wakes_at()
    }

    /// Lets commands go on whose time has come. False when there is none.
    pub fn pass_time(&mut self, cluster: &mut Cluster) -> bool {
        let due = self.session.wakes_at().is_some_and(|at| at <= cluster.now());
        if due {
            self.session.pass_time(cluster);
        }
        due
    }

    /// What was done since the last call, in order.
    pub fn take_noted(&mut self) -> Vec<(Nanos, Noted)> {
        std::mem::take(&mut self.noted)
    }

    /// How many actions took effect that were no requests.
    pub fn faults(&self) -> u64 {
        self.faults
    }

    fn note(&mut self, cluster: &Cluster, deed: Noted) {
        self.noted.push((cluster.now(), deed));
    }
}
