//! Plays the steps of a script: types commands into a terminal and applies actions to the cluster.

use std::collections::BTreeMap;

use raft_core::cluster::Cluster;
use raft_core::etcdctl::{EtcdctlSession, Input, JobId, Output};
use raft_core::model::{Action, Naming, Settings, Timing};
use raft_core::units::{MILLISECOND, Nanos, NodeId, SECOND};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::compare::{Variables, captured, same};

/// The result of a step.
pub enum StepResult {
    /// The step has no output to compare.
    Silent,
    Passed,
    Failed(String),
}

/// The node of the terminal: the first member's host.
const TERMINAL: NodeId = 1;
/// The time after which a command is interrupted unless the step has its own limit, in seconds.
const LIMIT_S: f64 = 60.0;
/// The time that the start of a process took on the machine of the recording.
const PAUSE: Nanos = 20 * MILLISECOND;
const NAMING: Naming = Naming::Loopback;

#[derive(Default)]
pub struct Player {
    setup: Option<(Cluster, EtcdctlSession)>,
    variables: Variables,
    background: BTreeMap<String, (JobId, Value)>,
    /// The nodes that were started with their own names.
    names: BTreeMap<String, NodeId>,
}

impl Player {
    /// Plays one step.
    pub fn play(&mut self, step: &Value) -> StepResult {
        let command = self.filled_in(step["cmd"].as_str().unwrap());
        if let Some(action) = command.strip_prefix('@') {
            let words: Vec<&str> = action.split(' ').collect();
            return match words[0] {
                "cluster" => {
                    self.begin(&words[1..]);
                    StepResult::Silent
                }
                "stop" => self.stop(words[1], step),
                _ => {
                    self.act(&words);
                    StepResult::Silent
                }
            };
        }
        let holds = step["stdin_hold"].as_bool().unwrap_or(false);
        let stdin = self.stdin(step);
        let Some((cluster, session)) = &mut self.setup else { panic!("{command}: there is no cluster") };
        let job = session.type_line(cluster, TERMINAL, &command, stdin, holds);
        if let Some(name) = step["bg"].as_str() {
            self.background.insert(name.to_owned(), (job, step.clone()));
            self.pass(step["settle_s"].as_f64().unwrap_or(0.8));
            return StepResult::Silent;
        }
        self.wait(seconds(step["limit_s"].as_f64().unwrap_or(LIMIT_S)), |_, session| session.has_ended(job));
        let output = self.end(job);
        self.judge(step, step, &output)
    }

    /// Replaces the variables in a text by their values.
    fn filled_in(&self, text: &str) -> String {
        self.variables
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("${{{name}}}"), value))
    }

    fn stdin(&self, step: &Value) -> Vec<u8> {
        if let Some(unit) = step["stdin_repeat"]["unit"].as_str() {
            let count = step["stdin_repeat"]["count"].as_u64().unwrap();
            return unit.repeat(usize::try_from(count).unwrap()).into_bytes();
        }
        self.filled_in(step["stdin"].as_str().unwrap_or("")).into_bytes()
    }

    fn begin(&mut self, words: &[&str]) {
        let option = |name: &str| words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        let leader = option("leader").map_or(1, node);
        let quota = option("flags").and_then(|flags| flags.strip_prefix("--quota-backend-bytes="));
        let mut settings = Settings {
            quota: quota.map_or(0, |bytes| bytes.parse().unwrap()),
            nodes: option("n").map_or(5, |n| n.parse().unwrap()),
            naming: NAMING,
            first: Some(leader),
            ..Settings::default()
        };
        settings.apply_timing(Timing::Etcd);
        // A follower of openraft waits for the maximum timeout plus its own draw. With these
        // settings the others elect a new leader within two seconds, as in etcd.
        (settings.election_min, settings.election_max) = (700 * MILLISECOND, 1_000 * MILLISECOND);
        self.background.clear();
        self.names.clear();
        self.variables = (1..=settings.nodes)
            .map(|node| (format!("M{node}"), format!("{:x}", NAMING.member_id(node))))
            .collect();
        let endpoints: Vec<String> = (1..=settings.nodes).map(|node| NAMING.client_address(node)).collect();
        self.variables.insert("ALL".to_owned(), endpoints.join(","));
        self.variables.insert("CID".to_owned(), format!("{:x}", NAMING.cluster_id(settings.nodes)));
        self.setup = Some((Cluster::new(settings).unwrap(), EtcdctlSession::default()));
        self.wait(20 * SECOND, |cluster, _| cluster.status().leader == Some(leader));
        self.pass(option("settle").map_or(0.3, |settle| settle.parse().unwrap()));
    }

    fn act(&mut self, words: &[&str]) {
        let number = |at: usize| words.get(at).and_then(|word| word.parse::<f64>().ok());
        let all: fn(NodeId) -> Action = match words[0] {
            "kill" => Action::Crash,
            "restart" => Action::Restart,
            "pause" => Action::Pause,
            "resume" => Action::Resume,
            "sleep" => return self.pass(number(1).unwrap()),
            "wait-leader" => {
                let limit = number(1).unwrap_or(20.0);
                self.wait(seconds(limit), |cluster, _| cluster.status().leader.is_some());
                return self.pass(0.3);
            }
            "send" => {
                let (job, _) = self.background[words[1]];
                let line = words[2..].join(" ") + "\n";
                let (cluster, session) = self.setup.as_mut().unwrap();
                session.give(cluster, job, Input::Stdin(line.into_bytes()));
                return self.pass(0.5);
            }
            "start-new" => return self.start_new(words[1], words[2], words[3]),
            other => panic!("@{other} is no action"),
        };
        for name in &words[1..] {
            let id = self.names.get(*name).copied().unwrap_or_else(|| node(name));
            let (cluster, _) = self.setup.as_mut().unwrap();
            cluster.apply(all(id)).unwrap();
        }
        if words[0] == "restart" {
            self.pass(1.7);
        }
    }

    /// Starts the member that was added with this peer port, and waits as long as the recorder did.
    fn start_new(&mut self, name: &str, client_port: &str, peer_port: &str) {
        let (cluster, _) = self.setup.as_mut().unwrap();
        let url = format!("http://127.0.0.1:{peer_port}");
        let Some(node) = cluster.node_of_peer(&url) else { panic!("{url} was not announced") };
        self.names.insert(name.to_owned(), node);
        let client_address = Some(format!("127.0.0.1:{client_port}"));
        cluster.apply(Action::StartMember { node, name: Some(name.to_owned()), client_address }).unwrap();
        self.pass(1.3);
    }

    fn stop(&mut self, name: &str, step: &Value) -> StepResult {
        let Some((job, typed)) = self.background.remove(name) else {
            return StepResult::Failed(format!("{name} does not run"));
        };
        self.pass(0.6);
        let output = self.end(job);
        self.judge(step, &typed, &output)
    }

    /// Interrupts a command if it still runs; returns its output.
    fn end(&mut self, job: JobId) -> Output {
        let (cluster, session) = self.setup.as_mut().unwrap();
        if !session.has_ended(job) {
            session.give(cluster, job, Input::Interrupt);
            self.wait(5 * SECOND, |_, session| session.has_ended(job));
        }
        let output = self.setup.as_ref().unwrap().1.output(job).unwrap().clone();
        self.wait(PAUSE, |_, _| false);
        output
    }

    fn pass(&mut self, span: f64) {
        self.wait(seconds(span), |_, _| false);
    }

    /// Lets time pass until a condition holds, for at most `span`.
    fn wait(&mut self, span: Nanos, holds: impl Fn(&Cluster, &EtcdctlSession) -> bool) {
        let Some((cluster, session)) = &mut self.setup else { return };
        let until = cluster.now() + span;
        loop {
            session.pass_time(cluster);
            loop {
                let events = cluster.take_events();
                if events.is_empty() {
                    break;
                }
                events.iter().for_each(|event| session.observe(cluster, event));
            }
            if holds(cluster, session) || cluster.now() >= until {
                return;
            }
            let target = session.wakes_at().map_or(until, |wake| wake.clamp(cluster.now(), until));
            if !cluster.step(target) {
                cluster.advance(target);
            }
        }
    }

    fn judge(&mut self, step: &Value, typed: &Value, output: &Output) -> StepResult {
        for (name, pattern) in typed["capture"].as_object().into_iter().flatten() {
            let Some(value) = captured(pattern.as_str().unwrap(), &output.stdout) else { continue };
            let value =
                if name.starts_with("LD") { format!("{:x}", value.parse::<u64>().unwrap()) } else { value };
            self.variables.insert(name.clone(), value);
        }
        let mode = step["compare"].as_str().unwrap_or("exact");
        if mode == "none" {
            return StepResult::Passed;
        }
        let alternatives = step["alternatives"].as_array().into_iter().flatten();
        let mut first = None;
        for wanted in std::iter::once(step).chain(alternatives) {
            match self.differs(wanted, step, mode, output) {
                None => return StepResult::Passed,
                Some(why) => first = first.or(Some(why)),
            }
        }
        StepResult::Failed(first.unwrap_or_default())
    }

    fn differs(&self, wanted: &Value, step: &Value, mode: &str, output: &Output) -> Option<String> {
        let mut why = String::new();
        let exit = wanted["exit"].as_u64().or(step["exit"].as_u64()).unwrap_or(0);
        if u64::from(output.exit) != exit {
            why.push_str(&format!("    exit {}, wanted {exit}\n", output.exit));
        }
        if mode != "exit_only" {
            for (stream, found) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
                if let Some(hash) = wanted[format!("{stream}_sha256")].as_str() {
                    let found: String =
                        Sha256::digest(found).iter().map(|byte| format!("{byte:02x}")).collect();
                    if found != hash {
                        why.push_str(&format!("    {stream}: another hash\n"));
                    }
                    continue;
                }
                let text = text(wanted, stream);
                if !same(&text, found, mode, &self.variables) {
                    let (text, found) = (String::from_utf8_lossy(&text), String::from_utf8_lossy(found));
                    why.push_str(&format!("    {stream} wanted {text:?}\n    {stream} found  {found:?}\n"));
                }
            }
        }
        (!why.is_empty()).then_some(why)
    }
}

/// Returns the wanted output on a stream, without the client's log lines.
fn text(wanted: &Value, stream: &str) -> Vec<u8> {
    if let Some(text) = wanted[format!("{stream}_match")].as_str() {
        return text.as_bytes().to_vec();
    }
    for name in [format!("{stream}_match_b64"), format!("{stream}_b64")] {
        if let Some(text) = wanted[name].as_str() {
            return decode(text);
        }
    }
    let lines = wanted[stream].as_str().unwrap_or("").split_inclusive('\n');
    lines.filter(|line| !line.starts_with("{\"level\":\"")).collect::<String>().into_bytes()
}

/// Decodes base64 with padding.
fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut have) = (0_u32, 0);
    for c in text.bytes().filter(|c| *c != b'=') {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        bits = (bits << 6 | u32::from(value)) & 0xffff;
        have += 6;
        if have >= 8 {
            have -= 8;
            bytes.push((bits >> have & 0xff) as u8);
        }
    }
    bytes
}

fn node(name: &str) -> NodeId {
    let number = name.strip_prefix("infra").and_then(|number| number.parse().ok());
    number.unwrap_or_else(|| panic!("{name} is no node"))
}

fn seconds(span: f64) -> Nanos {
    (span * 1_000.0).round() as Nanos * MILLISECOND
}
