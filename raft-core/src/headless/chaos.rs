//! Chaos: random faults and clients from a seed, with every check on.
//!
//! The faults stop at the end; then the cluster must elect, take a write and
//! converge. Everything done is written down as a scenario, so that a seed that
//! fails can be played, cut down and kept.

mod tamper;

use crate::cluster::{
    Action, Applied, Call, Cluster, Consistency, EventKind, Link, NodeView, Operation, Outcome, Process,
    REQUEST_TIMEOUT, Request, RequestId, Settings, Standing, Timing, ViolationView,
};
use crate::kv::KeyRange;
use crate::runtime::RandomStream;
use crate::safety::Verdict;
use crate::units::{MILLISECOND, NODES_MAX, Nanos, NodeId, SECOND};

/// The purpose of chaos' stream of randomness.
const RANDOM_PURPOSE: u64 = 3;
/// The cluster is left alone at first, so that it can form.
const QUIET_START: Nanos = 500 * MILLISECOND;
/// How long the cluster has to recover once the faults have stopped.
const RECOVERY: Nanos = 30 * SECOND;
/// Members are changed only when all have been connected for a while (etcd's five seconds).
const MEMBERS_PATIENCE: Nanos = 9 * SECOND;
/// Keys that clients write: few, so that they meet.
const KEYS: u64 = 4;

/// What became of a seed.
pub struct ChaosRun {
    /// Properties that did not hold.
    pub violations: Vec<ViolationView>,
    /// Whether clients could have used one copy.
    pub linearizability: Verdict,
    /// Why the cluster did not recover, if it did not.
    pub stuck: Option<String>,
    /// Requests done, certainly not done, and unknown.
    pub outcomes: [u64; 3],
    /// Faults thrown.
    pub faults: u64,
    /// Member lists that leaders saw committed.
    pub member_lists: u64,
    /// Number of events.
    pub events: u64,
    /// The trace hash.
    pub hash: u64,
    /// Everything that was done, as a scenario.
    pub scenario: String,
}

impl ChaosRun {
    /// Whether everything held and the cluster recovered.
    pub fn is_good(&self) -> bool {
        self.violations.is_empty() && self.stuck.is_none()
    }
}

struct Chaos {
    cluster: Cluster,
    random: RandomStream,
    script: String,
    requests: Vec<RequestId>,
    outcomes: [u64; 3],
    faults: u64,
    member_lists: u64,
    next_value: u64,
    /// Whether members come and go, too.
    changes_members: bool,
    /// A change of members that waits until the cluster has been whole for long enough.
    planned: bool,
}

/// Plays a seed for this many virtual seconds, and then the recovery.
pub fn run(seed: u64, seconds: u64) -> ChaosRun {
    let mut random = RandomStream::stream(seed, RANDOM_PURPOSE);
    let settings = settings(seed, &mut random);
    let script = settings_text(&settings);
    let cluster = match Cluster::new(settings) {
        Ok(cluster) => cluster,
        Err(error) => return refused(error.to_string(), script),
    };
    let changes_members = random.chance_ppm(500_000);
    let mut chaos = Chaos {
        cluster,
        random,
        script,
        requests: Vec::new(),
        outcomes: [0; 3],
        faults: 0,
        member_lists: 0,
        next_value: 0,
        changes_members,
        planned: false,
    };
    let end = seconds * SECOND;
    let mut next_fault = QUIET_START;
    let mut next_request = QUIET_START / 2;
    while next_fault.min(next_request) < end {
        let at = next_fault.min(next_request);
        chaos.cluster.advance(at);
        chaos.collect();
        if next_request == at {
            chaos.client();
            next_request = at + chaos.random.range(20, 400) * MILLISECOND;
        } else {
            next_fault = at + chaos.disturb();
        }
    }
    chaos.cluster.advance(end);
    let stuck = chaos.recover(end);
    ChaosRun {
        violations: chaos.cluster.violations(),
        linearizability: chaos.cluster.linearizability(),
        stuck,
        outcomes: chaos.outcomes,
        faults: chaos.faults,
        member_lists: chaos.member_lists,
        events: chaos.cluster.event_count(),
        hash: chaos.cluster.trace_hash(),
        scenario: chaos.script,
    }
}

fn refused(error: String, scenario: String) -> ChaosRun {
    ChaosRun {
        violations: Vec::new(),
        linearizability: Verdict::Linearizable,
        stuck: Some(error),
        outcomes: [0; 3],
        faults: 0,
        member_lists: 0,
        events: 0,
        hash: 0,
        scenario,
    }
}

/// Draws a cluster: mostly five nodes with the default timing.
fn settings(seed: u64, random: &mut RandomStream) -> Settings {
    let mut settings = Settings::with_seed(seed);
    settings.nodes = [5, 5, 5, 3, 4, 7][random.range(0, 5) as usize];
    if random.chance_ppm(200_000) {
        settings.apply_timing(Timing::Etcd);
    }
    settings.pre_vote = random.chance_ppm(500_000);
    settings.fsync = [0, 1, 1, 4, 9][random.range(0, 4) as usize] * MILLISECOND;
    if random.chance_ppm(400_000) {
        // Small enough that lagging nodes are sent snapshots.
        settings.snapshot_every = random.range(5, 40);
        settings.snapshot_keep = random.range(0, 5);
    }
    if random.chance_ppm(300_000) {
        settings.loss_ppm = random.range(1, 50) as u32 * 1_000;
    }
    settings
}

fn settings_text(settings: &Settings) -> String {
    crate::scenario::Scenario { settings: settings.clone(), ..Default::default() }.to_string()
}

impl Chaos {
    fn node(&mut self) -> NodeId {
        let ids = self.cluster.node_ids();
        ids[self.random.range(0, ids.len() as u64 - 1) as usize]
    }

    fn link(&mut self) -> Link {
        let ids = self.cluster.node_ids();
        let count = ids.len() as u64;
        let from = self.random.range(0, count - 1);
        let to = (from + self.random.range(1, (count - 1).max(1))) % count;
        Link { from: ids[from as usize], to: ids[to as usize] }
    }

    /// Throws a fault, or changes members. How long until the next time.
    fn disturb(&mut self) -> Nanos {
        if std::mem::take(&mut self.planned) {
            self.change_members();
            // Soon enough to meet the change half done.
            return self.random.range(1, 60) * MILLISECOND;
        }
        if self.changes_members && self.random.chance_ppm(300_000) {
            self.planned = true;
            self.mend();
            return MEMBERS_PATIENCE;
        }
        self.fault();
        self.random.range(100, 2_500) * MILLISECOND
    }

    fn note(&mut self, line: String) {
        let millis = self.cluster.now() / MILLISECOND;
        self.script.push_str(&format!("@{millis}ms {line}\n"));
    }

    /// Carries out an action that a line of the script stands for.
    fn act(&mut self, line: String, action: Action) {
        // What makes no sense now (a stop of a paused node) is left out of the script, too.
        if let Ok(Applied::Done) = self.cluster.apply(action) {
            self.faults += 1;
            self.note(line);
        }
    }

    fn fault(&mut self) {
        let node = self.node();
        match self.random.range(0, 22) {
            0..=2 => self.act(format!("kill node{node}"), Action::Kill(node)),
            3 => self.act(format!("stop node{node}"), Action::Stop(node)),
            4..=7 => self.restart_one_that_is_down(),
            8 => self.act(format!("pause node{node}"), Action::Pause(node)),
            9 => self.act(format!("resume node{node}"), Action::Resume(node)),
            10 => self.act(format!("isolate node{node}"), Action::Isolate(node)),
            11 => self.partition(),
            12 => {
                let link = self.link();
                self.act(format!("cut node{} -> node{}", link.from, link.to), Action::Cut(link));
            }
            13 | 14 => self.act("heal".to_owned(), Action::Heal(None)),
            15 => {
                let max = self.random.range(6, 40);
                let (min, max) = (5 * MILLISECOND, max * MILLISECOND);
                let line = format!("latency 5ms..{}ms", max / MILLISECOND);
                self.act(line, Action::Latency { link: None, min, max });
            }
            16 => {
                // The leader has its lease: a transfer is the only way to depose it in good order.
                self.act(format!("transfer node{node}"), Action::Transfer(node));
            }
            17 => self.act(format!("snapshot node{node}"), Action::Snapshot(node)),
            18..=20 => self.tamper_with_a_message(),
            21 => self.tamper_with_a_machine(node),
            _ => self.send_twice(),
        }
    }

    fn restart_one_that_is_down(&mut self) {
        let view = self.cluster.view();
        if let Some(node) = view.nodes.iter().find(|node| !node.process.is_up()).map(|node| node.id) {
            self.act(format!("restart node{node}"), Action::Restart(node));
        }
    }

    fn partition(&mut self) {
        let mut groups = [Vec::new(), Vec::new()];
        for id in self.cluster.node_ids() {
            groups[self.random.range(0, 1) as usize].push(id);
        }
        if groups.iter().any(Vec::is_empty) {
            return;
        }
        let text =
            |group: &[NodeId]| group.iter().map(|id| format!("node{id}")).collect::<Vec<_>>().join(",");
        let line = format!("partition {} | {}", text(&groups[0]), text(&groups[1]));
        self.act(line, Action::Partition(groups.to_vec()));
    }

    fn client(&mut self) {
        let endpoint = self.node();
        let key = format!("/k{}", self.random.range(1, KEYS));
        let range = KeyRange::single(key.as_bytes());
        let (line, operation) = match self.random.range(0, 9) {
            0..=4 => {
                self.next_value += 1;
                let value = format!("v{}", self.next_value);
                let line = format!("put {key} {value}");
                (line, Operation::put(key, value))
            }
            5 => (format!("del {key}"), Operation::delete(range)),
            6 => {
                let consistency = Consistency::Serializable;
                (format!("get {key} --consistency=s"), Operation::read(range, consistency))
            }
            _ => (format!("get {key}"), Operation::get(range)),
        };
        self.note(format!("node{endpoint}$ etcdctl {line} &"));
        let request = Request { endpoints: vec![endpoint], operation, timeout: REQUEST_TIMEOUT };
        if let Ok(Applied::Request(id)) = self.cluster.apply(Action::Request(request)) {
            self.requests.push(id);
        }
    }

    fn collect(&mut self) {
        let events = self.cluster.take_events();
        let lists = events.iter().filter(|event| matches!(event.kind, EventKind::MembersCommitted { .. }));
        self.member_lists += lists.count() as u64;
        let cluster = &self.cluster;
        let outcomes = &mut self.outcomes;
        self.requests.retain(|id| match cluster.request(*id).and_then(|view| view.ended) {
            Some((_, outcome)) => {
                let slot = match outcome {
                    Outcome::Ok(_) | Outcome::Called { .. } => 0,
                    Outcome::Failed(_) | Outcome::Rejected { .. } | Outcome::Refused { .. } => 1,
                    Outcome::Unknown(_) => 2,
                };
                outcomes[slot] += 1;
                false
            }
            None => true,
        });
    }

    /// Heals the network and lets every member run, those that were added and never ran among them.
    fn mend(&mut self) {
        self.act("heal".to_owned(), Action::Heal(None));
        for node in self.cluster.view().nodes {
            let id = node.id;
            match node.process {
                Process::Paused => self.act(format!("resume node{id}"), Action::Resume(id)),
                process if !process.is_up() && node.standing != Standing::Removed => {
                    self.act(format!("restart node{id}"), Action::Restart(id));
                }
                _ => {}
            }
        }
    }

    /// Asks for another member, for one fewer, or for a learner's vote.
    fn change_members(&mut self) {
        let endpoint = self.node();
        let naming = self.cluster.settings().naming;
        let view = self.cluster.view();
        let member = |id: NodeId| self.cluster.directory().member_id(id);
        let learner = view.nodes.iter().find(|node| node.standing == Standing::Learner).map(|node| node.id);
        let free = (1..=NODES_MAX).find(|id| !view.nodes.iter().any(|node| node.id == *id));
        let grows = view.status.members < 4 || self.random.chance_ppm(500_000);
        let (line, call) = match (learner, free) {
            (Some(id), _) => {
                let id = member(id);
                (format!("promote {id:x}"), Call::MemberPromote { id })
            }
            (None, Some(id)) if grows => {
                let learner = self.random.chance_ppm(500_000);
                let flag = if learner { " --learner" } else { "" };
                let (name, url) = (naming.name(id), naming.peer_url(id));
                let line = format!("add {name} --peer-urls={url}{flag}");
                (line, Call::MemberAdd { peer_urls: vec![url], learner })
            }
            _ => {
                let voters = view.status.configuration.current();
                let at = self.random.range(0, voters.len().max(1) as u64 - 1) as usize;
                let id = member(voters.get(at).copied().unwrap_or(1));
                (format!("remove {id:x}"), Call::MemberRemove { id })
            }
        };
        self.note(format!("node{endpoint}$ etcdctl member {line} &"));
        let operation = Operation::Call(call);
        let request = Request { endpoints: vec![endpoint], operation, timeout: REQUEST_TIMEOUT };
        if let Ok(Applied::Request(id)) = self.cluster.apply(Action::Request(request)) {
            self.requests.push(id);
        }
    }

    /// Takes every fault away. Then the cluster must elect, take a write and converge.
    fn recover(&mut self, end: Nanos) -> Option<String> {
        let Settings { latency_min: min, latency_max: max, .. } = *self.cluster.settings();
        let ms = |nanos: Nanos| nanos / MILLISECOND;
        self.act("loss 0%".to_owned(), Action::Loss { link: None, ppm: 0 });
        self.stop_tampering();
        self.act(format!("latency {}ms..{}ms", ms(min), ms(max)), Action::Latency { link: None, min, max });
        self.mend();
        let stuck = self.await_recovery(end + RECOVERY);
        self.script.push_str("wait quiet\nexpect same hash on running nodes\nexpect no violation\n");
        self.collect();
        stuck
    }

    /// Writes until a write succeeds: a leader of before may have taken the first one, and lost it.
    fn await_recovery(&mut self, deadline: Nanos) -> Option<String> {
        let Some(mut write) = self.write_recovered() else {
            return Some("the last write was not accepted".to_owned());
        };
        while self.cluster.step(deadline) {
            if self.converged(write) {
                return None;
            }
            let ended = self.cluster.request(write).and_then(|view| view.ended);
            if ended.is_some_and(|(_, outcome)| !matches!(outcome, Outcome::Ok(_))) {
                // The script tells times in whole milliseconds.
                self.cluster.advance(self.cluster.now().next_multiple_of(MILLISECOND));
                write = self.write_recovered().unwrap_or(write);
            }
        }
        if let Some(stuck) = self.cluster.stuck() {
            return Some(stuck.to_owned());
        }
        let view = self.cluster.view();
        let last: Vec<_> =
            view.nodes.iter().map(|n| (n.id, n.role, n.term, n.last_index, n.applied_index)).collect();
        Some(format!(
            "no recovery within {} s: leader {:?}, nodes {last:?}",
            RECOVERY / SECOND,
            view.status.leader
        ))
    }

    fn write_recovered(&mut self) -> Option<RequestId> {
        let endpoint = self.cluster.configuration().current().first().copied().unwrap_or(1);
        self.note(format!("node{endpoint}$ etcdctl --command-timeout=30s put /recovered yes &"));
        let operation = Operation::put("/recovered", "yes");
        let request = Request { endpoints: vec![endpoint], operation, timeout: RECOVERY };
        match self.cluster.apply(Action::Request(request)) {
            Ok(Applied::Request(id)) => Some(id),
            _ => None,
        }
    }

    fn converged(&self, write: RequestId) -> bool {
        let done = self.cluster.request(write).and_then(|view| view.ended);
        if !matches!(done, Some((_, Outcome::Ok(_)))) || !self.cluster.quiet() {
            return false;
        }
        let view = self.cluster.view();
        // Who was removed has no part in it, nor who was added so late that nobody started it.
        let has_part =
            |node: &&NodeView| node.standing != Standing::Removed && node.process != Process::Announced;
        let members = view.nodes.iter().filter(has_part);
        let mut hashes = members.map(|node| node.store.as_ref().map(|store| store.hash));
        let first = hashes.next().flatten();
        first.is_some() && hashes.all(|hash| hash == first)
    }
}
