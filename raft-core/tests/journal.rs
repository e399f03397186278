//! Random sessions as a person may play them: actions, requests from panels, and lines typed into
//! terminals while commands run. The journal of each session, exported as a scenario, replays to
//! the same trace.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use raft_core::cluster::Cluster;
use raft_core::etcdctl::{EtcdctlSession, Input, JobId};
use raft_core::kv::KeyRange;
use raft_core::model::{Action, Applied, Consistency, Operation, REQUEST_TIMEOUT, Request};
use raft_core::model::{Event, Link, MessageClass, PendingDrop, Settings, Stress};
use raft_core::scenario::{Journal, Noted, Player, parse};
use raft_core::units::{MILLISECOND, Nanos, NodeId};

/// A terminal with its foreground command.
struct Shell {
    node: NodeId,
    number: u32,
    front: Option<JobId>,
    aside: Vec<JobId>,
}

/// A session: a cluster, its terminals, and the journal of everything done.
struct PersonSession {
    cluster: Cluster,
    typed: EtcdctlSession,
    shells: Vec<Shell>,
    journal: Journal,
    reading: Vec<JobId>,
    random: u64,
}

const LINES: [&str; 15] = [
    "etcdctl put /a 1",
    "etcdctl get /a --prefix -w json",
    "etcdctl watch --prefix /",
    "etcdctl watch -i",
    "etcdctl txn -i",
    "etcdctl txn <<END\nversion(\"/a\") > \"0\"\n\nput /b \"two\nlines\"\n\nget /a\n\nEND",
    "etcdctl put /from_input",
    "cat > file",
    "etcdctl lock mutex",
    "etcdctl elect post me",
    "etcdctl lease grant 3 && etcdctl lease list",
    "export ETCDCTL_ENDPOINTS=node2:2379,node3:2379",
    "etcdctl --command-timeout=300ms put \"/c  \" 'x &'",
    "etcdctl put /d 4 &  # a comment <",
    "etcdctl endpoint health --cluster",
];
const INPUTS: [&str; 6] =
    ["", "put /i \"1 \"  ", "watch /a", "get /a", "  version(\"/a\") = \"1\"", "del /b"];

impl PersonSession {
    fn new(seed: u64) -> PersonSession {
        let cluster = Cluster::new(Settings::with_seed(seed)).unwrap();
        let mut typed = EtcdctlSession::default();
        let mut shells = Vec::new();
        for (node, number) in [(1, 1), (2, 1), (3, 1), (1, 2)] {
            typed.open(node);
            shells.push(Shell { node, number, front: None, aside: Vec::new() });
        }
        let random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        PersonSession { cluster, typed, shells, journal: Journal::default(), reading: Vec::new(), random }
    }

    fn random(&mut self, below: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % below
    }

    fn take_events(&mut self) {
        loop {
            let events: Vec<Event> = self.cluster.take_events();
            if events.is_empty() {
                break;
            }
            events.iter().for_each(|event| self.typed.observe(&mut self.cluster, event));
        }
        for shell in &mut self.shells {
            shell.front = shell.front.filter(|job| !self.typed.has_ended(*job));
            shell.aside.retain(|job| !self.typed.has_ended(*job));
            for job in shell.front.iter().chain(&shell.aside) {
                if self.typed.reads_stdin(*job) && !self.reading.contains(job) {
                    self.reading.push(*job);
                    self.journal.note(self.cluster.now(), Noted::Reads(*job));
                }
            }
        }
    }

    /// Makes one step; returns false when `to` is reached.
    fn tick(&mut self, to: Nanos) -> bool {
        let wakes = self.typed.wakes_at();
        let target = wakes.unwrap_or(to).min(to);
        let mut moved = self.cluster.step(target);
        if !moved {
            self.cluster.advance(target);
            if wakes.is_some_and(|at| at <= to) {
                self.typed.pass_time(&mut self.cluster);
                moved = true;
            }
        }
        self.take_events();
        moved
    }

    fn finish_instant(&mut self) {
        let now = self.cluster.now();
        self.take_events();
        while self.tick(now) {}
    }

    fn act(&mut self, action: Action) {
        self.finish_instant();
        if let Ok(Applied::Done | Applied::Request(_)) = self.cluster.apply(action.clone()) {
            self.journal.note(self.cluster.now(), Noted::Action(action));
        }
        self.take_events();
    }

    fn any_action(&mut self) -> Action {
        let node = self.random(5) + 1;
        let endpoints = vec![node, node % 5 + 1];
        let request = |operation| {
            Action::Request(Request { endpoints: endpoints.clone(), operation, timeout: REQUEST_TIMEOUT })
        };
        let flying = self.cluster.view().messages;
        let message = flying.last().map_or(1, |message| message.id);
        let link = Some(Link { from: node, to: node % 5 + 1 }).filter(|_| node % 2 == 1);
        match self.random(28) {
            16 => Action::Drop(message),
            17 => Action::Delay { message, by: 33 * MILLISECOND },
            18 => Action::Duplicate(message),
            19 => Action::DropNext(PendingDrop { class: MessageClass::Append, link }),
            20 => Action::CancelDrops,
            21 => Action::Duplication { link, ppm: 123_400 },
            22 => Action::ClockRate { node, ppm: 700_001 },
            23 => Action::ClockRate { node, ppm: 3_000_000 },
            24 => Action::Fsync { node: Some(node).filter(|_| node > 2), takes: 7 * MILLISECOND + 1 },
            25 => Action::AlignTimers(vec![node, node % 5 + 1]),
            26 => Action::SpreadTimers(Vec::new()),
            27 if node == 1 => Action::Wipe(node),
            27 => Action::TimersAsDrawn,
            0 => Action::Crash(node),
            1..=3 => Action::Restart(node),
            4 => Action::Partition(vec![vec![node, node % 5 + 1]]),
            5 => Action::Heal(None),
            6 => Action::HealLink(Link { from: node, to: node % 5 + 1 }),
            7 => Action::Pause(node),
            8 | 9 => Action::Resume(node),
            10 => Action::Campaign(node),
            11 => Action::Cut(Link { from: node, to: node % 5 + 1 }),
            12 => Action::Stress(Stress { endpoints, rate: 50, duration: 200 * MILLISECOND }),
            13 => request(Operation::put("/panel key", "it's \"1\"\n")),
            14 => request(Operation::read(KeyRange::prefix("/"), Consistency::Serializable)),
            _ => request(Operation::delete(KeyRange::single("/a"))),
        }
    }

    fn type_something(&mut self) {
        self.finish_instant();
        let at = self.random(self.shells.len() as u64) as usize;
        let (line, input, choice) = (
            LINES[self.random(LINES.len() as u64) as usize],
            INPUTS[self.random(INPUTS.len() as u64) as usize],
            self.random(8),
        );
        let shell = &mut self.shells[at];
        let deed = match (shell.front, choice) {
            (None, 0) if !shell.aside.is_empty() => {
                let job = shell.aside[0];
                self.typed.give(&mut self.cluster, job, Input::Interrupt);
                Noted::Interrupt(job)
            }
            (None, _) => {
                let job = self.typed.type_into(&mut self.cluster, at, line);
                shell.front = Some(job);
                Noted::Line { node: shell.node, terminal: shell.number, job, line: line.to_owned() }
            }
            (Some(job), 0) => {
                shell.front = None;
                shell.aside.push(job);
                Noted::Aside(job)
            }
            (Some(job), 1) => {
                self.typed.give(&mut self.cluster, job, Input::Interrupt);
                Noted::Interrupt(job)
            }
            (Some(job), 2) => {
                self.typed.give(&mut self.cluster, job, Input::StdinEnd);
                Noted::EndInput(job)
            }
            (Some(job), _) if self.typed.reads_stdin(job) => {
                self.typed.give(&mut self.cluster, job, Input::Stdin(format!("{input}\n").into_bytes()));
                Noted::Input(job, input.to_owned())
            }
            _ => return,
        };
        self.journal.note(self.cluster.now(), deed);
        self.take_events();
        self.finish_instant();
    }

    /// Closes all terminals, as when a person returns to a branch of the past.
    fn close(&mut self) {
        self.finish_instant();
        self.typed = EtcdctlSession::default();
        self.reading.clear();
        for shell in &mut self.shells {
            self.typed.open(shell.node);
            (shell.front, shell.aside) = (None, Vec::new());
        }
        self.cluster.end_watches();
        self.journal.note(self.cluster.now(), Noted::CloseTerminals);
        self.take_events();
        self.finish_instant();
    }

    /// Lets time pass, either by frames or by single events.
    fn pass(&mut self) {
        if self.random(3) == 0 {
            (0..self.random(20)).for_each(|_| {
                self.tick(Nanos::MAX - 1);
            });
        } else {
            let to = self.cluster.now() + self.random(80 * MILLISECOND);
            // A frame may end in the middle of an instant.
            let limit = self.random(2_000);
            let _reached = (0..limit).any(|_| !self.tick(to));
        }
    }
}

#[test]
fn every_session_replays_to_the_same_trace() {
    let mut kinds = [0; 5];
    for seed in 1..=40 {
        let mut page = PersonSession::new(seed);
        for _ in 0..150 {
            page.pass();
            if page.random(60) == 0 {
                page.close();
            } else if page.random(3) == 0 {
                let action = page.any_action();
                page.act(action);
            } else {
                page.type_something();
            }
        }
        page.pass();
        page.finish_instant();
        let (now, trace) = (page.cluster.now(), page.cluster.trace_hash());
        let export = page.journal.export(page.cluster.settings(), now, trace);
        let text = export.scenario.to_string();
        let scenario = parse(&text).unwrap();
        assert_eq!((scenario.clone(), export.untold), (export.scenario, 0), "{text}");
        let mut player = Player::new(scenario).unwrap();
        player.finish();
        let told: Vec<String> =
            player.take_told().iter().filter_map(raft_core::headless::text_line).collect();
        assert!(!player.failed(), "seed {seed}: {:?}\n{text}", told.last());
        assert_eq!(player.cluster().now(), now, "seed {seed}\n{text}");
        assert_eq!(player.cluster().trace_hash(), trace, "seed {seed}\n{text}");
        for (kind, word) in kinds.iter_mut().zip(["interrupt", "eof ", "< ", "%1", "close  "]) {
            *kind += text.matches(word).count();
        }
    }
    assert!(kinds.iter().all(|kind| *kind > 20), "{kinds:?}");
}

#[test]
fn the_journal_of_a_scenario_replays_it_by_instants_alone() {
    for (path, text) in common::scenarios() {
        let mut player = Player::new(parse(&text).unwrap()).unwrap();
        player.finish();
        let (mut cluster, mut script) = player.into_parts();
        // An export ends between instants.
        let now = cluster.now();
        while cluster.step(now) {}
        let mut journal = Journal::default();
        script.take_noted().into_iter().for_each(|(at, deed)| journal.note(at, deed));
        let export = journal.export(cluster.settings(), now, cluster.trace_hash());
        let text = export.scenario.to_string();
        let mut again = Player::new(parse(&text).unwrap()).unwrap();
        again.finish();
        assert!(!again.failed(), "{}\n{text}", path.display());
        assert_eq!(again.cluster().trace_hash(), cluster.trace_hash(), "{}\n{text}", path.display());
    }
}
