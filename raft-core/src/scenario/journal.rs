//! The journal of a session: what a person did, and when. [`Journal::export`] turns it into a scenario that
//! plays to the same trace.
//!
//! - The owner of the cluster notes each deed once it has taken effect, and acts between instants only, after
//!   everything due at the present one.
//! - The requests that a typed line sends are not noted: the line sends them again.
//! - Exporting is separate from noting, so that a page can load its code on demand.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::ast::{Deed, Scenario, Step, Teach, Terminal, Verb, When, Who};
use super::print::Time;
use super::quote::request_line;
use crate::etcdctl::JobId;
use crate::model::{Action, Dice, Link, Naming, Settings, Stress};
use crate::units::{Nanos, NodeId};

/// The maximum number of deeds kept.
pub const DEEDS_MAX: usize = 4_000;
/// The approximate limit of the exported text, in bytes; well below
/// [`SCENARIO_BYTES_MAX`](super::SCENARIO_BYTES_MAX).
const BYTES_MAX: usize = super::SCENARIO_BYTES_MAX / 4 * 3;
/// The approximate length of a deed's text without what was typed, in bytes.
const DEED_BYTES: usize = 40;

/// Offset of a script's terminal numbers, which it counts separately.
pub(super) const SCRIPT_TERMINALS: u32 = 1_000;
/// Offset of a script's job ids, which it counts separately.
pub(super) const SCRIPT_JOBS: JobId = 1 << 20;
/// Offset of the terminal numbers of [chaos](crate::chaos).
pub(crate) const CHAOS_TERMINALS: u32 = 2 * SCRIPT_TERMINALS;
/// Offset of the job ids of [chaos](crate::chaos).
pub(crate) const CHAOS_JOBS: JobId = 2 * SCRIPT_JOBS;

/// A deed of a person or of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted {
    /// An action on the cluster, which may be a request.
    Action(Action),
    /// A command line began to run.
    Line {
        /// The node.
        node: NodeId,
        /// The number of the terminal on the node, from 1.
        terminal: u32,
        /// The session's id of the command.
        job: JobId,
        /// The command, with all of its lines.
        line: String,
    },
    /// A command runs in the background, from its start or since then.
    Aside(JobId),
    /// A command waits for standard input.
    Reads(JobId),
    /// A line was typed as input of a command.
    Input(JobId, String),
    /// The input of a command ended.
    EndInput(JobId),
    /// A command was interrupted.
    Interrupt(JobId),
    /// All terminals were closed. The job ids begin again at 0.
    CloseTerminals,
}

/// The deeds of a session, up to a maximum.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    deeds: Vec<(Nanos, Noted)>,
    bytes: usize,
    /// The virtual time of the first deed that was not kept.
    full: Option<Nanos>,
}

/// A session exported as a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The scenario. It ends at the instant of the export, or where the journal was full.
    pub scenario: Scenario,
    /// The virtual time of the first deed that is missing because the journal was full; the scenario ends
    /// there.
    pub ends_early: Option<Nanos>,
    /// How many deeds the language cannot express. The scenario says so in the place of each.
    pub untold: usize,
}

impl Journal {
    /// Notes a deed, unless the journal is full. Once full it keeps nothing more, so that the deeds
    /// before still play to the same trace.
    pub fn note(&mut self, at: Nanos, deed: Noted) {
        let typed = match &deed {
            Noted::Action(Action::Request(request)) => 4 * (request.operation.bytes() as usize) + 120,
            Noted::Line { line, .. } | Noted::Input(_, line) => {
                line.len() + 12 * line.bytes().filter(|byte| *byte == b'\n').count()
            }
            _ => 0,
        };
        self.bytes = self.bytes.saturating_add(typed + DEED_BYTES);
        if self.full.is_none() && (self.deeds.len() == DEEDS_MAX || self.bytes > BYTES_MAX) {
            self.full = Some(at);
        }
        if self.full.is_none() {
            self.deeds.push((at, deed));
        }
    }

    /// Returns the journal of a branch that begins at an instant: the deeds up to and at it.
    pub fn until(&self, at: Nanos) -> Journal {
        let deeds: Vec<_> = self.deeds.iter().take_while(|(when, _)| *when <= at).cloned().collect();
        let bytes = self.bytes * deeds.len() / self.deeds.len().max(1);
        Journal { deeds, bytes, full: self.full.filter(|full| *full <= at) }
    }

    /// Returns how many deeds are kept.
    pub fn len(&self) -> usize {
        self.deeds.len()
    }

    /// Returns whether no deed is kept.
    pub fn is_empty(&self) -> bool {
        self.deeds.is_empty()
    }

    /// Exports the session as a scenario that ends now and states the trace hash up to now.
    pub fn export(&self, settings: &Settings, now: Nanos, trace: u64) -> Export {
        let mut exporter = Exporter::new(&self.deeds, settings.naming);
        for (at, deed) in &self.deeds {
            if let Some(deed) = exporter.step(deed) {
                exporter.steps.push(Step { at: Some(When::At(*at)), deed, line: Default::default() });
            }
        }
        let end = match self.full {
            Some(at) => {
                let said =
                    format!("The journal was full at {}: everything done after that is missing.", Time(at));
                Deed::Teach(Teach::Say, said)
            }
            None => Deed::Trace(trace),
        };
        let at = Some(When::At(self.full.unwrap_or(now)));
        exporter.steps.push(Step { at, deed: end, line: Default::default() });
        let comments = vec![
            "A session of Raft Playground: what was done, at the virtual times at which it was done."
                .to_owned(),
        ];
        let scenario =
            Scenario { comments, settings: settings.clone(), steps: exporter.steps, ..Scenario::default() };
        Export { scenario, ends_early: self.full, untold: exporter.untold }
    }
}

/// A command: how often the terminals were closed before it, and its job id.
type Command = (u32, JobId);

/// Translates deeds into steps.
#[derive(Default)]
struct Exporter {
    naming: Naming,
    steps: Vec<Step>,
    untold: usize,
    /// How often the terminals were closed before the present deed.
    closed: u32,
    /// The terminal of each command.
    lines: BTreeMap<Command, Terminal>,
    /// The commands that ran in the background at some time.
    aside: Vec<Command>,
    /// The commands that waited for standard input.
    reads: Vec<Command>,
    /// How many terminals each node had. The requests of panels get the next one, since a typed command
    /// may have set variables in the others.
    terminals: BTreeMap<NodeId, u32>,
    /// The numbers that the terminals of scripts and chaos have in the text, after those of the person.
    renamed: BTreeMap<(NodeId, u32), u32>,
}

impl Exporter {
    fn new(deeds: &[(Nanos, Noted)], naming: Naming) -> Exporter {
        let mut exporter = Exporter { naming, ..Exporter::default() };
        for (_, deed) in deeds {
            if let Noted::Line { node, terminal, .. } = deed
                && *terminal < SCRIPT_TERMINALS
            {
                let known = exporter.terminals.entry(*node).or_default();
                *known = (*known).max(*terminal);
            }
        }
        for (_, deed) in deeds {
            match deed {
                Noted::Line { node, terminal, job, .. } => {
                    let number = exporter.number_of(*node, *terminal);
                    let command = (exporter.closed, *job);
                    exporter.lines.insert(command, Terminal { on: Who::Node(*node), number });
                }
                Noted::Aside(job) => exporter.aside.push((exporter.closed, *job)),
                Noted::Reads(job) => exporter.reads.push((exporter.closed, *job)),
                Noted::CloseTerminals => exporter.closed += 1,
                _ => {}
            }
        }
        exporter.closed = 0;
        exporter
    }

    /// Returns the number of a terminal in the text.
    fn number_of(&mut self, node: NodeId, terminal: u32) -> u32 {
        if terminal < SCRIPT_TERMINALS {
            return terminal;
        }
        let known = self.terminals.entry(node).or_default();
        *self.renamed.entry((node, terminal)).or_insert_with(|| {
            *known += 1;
            *known
        })
    }

    /// Returns the step of a deed; `None` if the deed changes nothing by itself.
    fn step(&mut self, deed: &Noted) -> Option<Deed> {
        match deed {
            // It names no node and heals nothing; as a step, `heal` without nodes would heal all.
            Noted::Action(Action::Heal(Some(nodes))) if nodes.is_empty() => None,
            Noted::Action(action) => Some(self.action(action)),
            Noted::Line { node, terminal, job, line } => Some(Deed::Command {
                on: Terminal { on: Who::Node(*node), number: self.number_of(*node, *terminal) },
                line: line.clone(),
                background: self.aside.contains(&(self.closed, *job)),
                open: self.reads.contains(&(self.closed, *job)),
                input: Vec::new(),
                expected: None,
            }),
            Noted::Aside(_) | Noted::Reads(_) => None,
            Noted::CloseTerminals => {
                self.closed += 1;
                (!self.lines.is_empty()).then_some(Deed::CloseTerminals)
            }
            Noted::Input(job, text) => self.line(*job).map(|on| Deed::Input(on.clone(), text.clone())),
            Noted::EndInput(job) => self.line(*job).map(|on| Deed::EndInput(on.clone())),
            Noted::Interrupt(job) => {
                self.line(*job).map(|on| Deed::Interrupt(on.clone(), self.number(*job, on)))
            }
        }
    }

    fn line(&self, job: JobId) -> Option<&Terminal> {
        self.lines.get(&(self.closed, job))
    }

    /// Returns the number of a command among the background commands of its terminal; `None` if it never
    /// ran in the background.
    fn number(&self, job: JobId, on: &Terminal) -> Option<u32> {
        let command = (self.closed, job);
        if !self.aside.contains(&command) {
            return None;
        }
        let same = |(other, there): &(&Command, &Terminal)| {
            other.0 == self.closed && other.1 < job && *there == on && self.aside.contains(other)
        };
        Some(self.lines.iter().filter(same).count() as u32 + 1)
    }

    fn action(&mut self, action: &Action) -> Deed {
        if let Action::Request(request) = action {
            let told = request.endpoints.first().zip(request_line(request, self.naming));
            return match told {
                Some((node, line)) => {
                    let number = self.terminals.get(node).map_or(1, |known| known + 1);
                    let on = Terminal { on: Who::Node(*node), number };
                    let (background, open) = (false, false);
                    Deed::Command { on, line, background, open, input: Vec::new(), expected: None }
                }
                None => self.untold(),
            };
        }
        match deed_of(action) {
            Some(deed) => deed,
            None => self.untold(),
        }
    }

    /// Counts a request that no line of `etcdctl` sends, such as one with a zero byte or a timeout of its
    /// own, and returns a step that says so.
    fn untold(&mut self) -> Deed {
        self.untold += 1;
        Deed::Teach(Teach::Say, "Left out: a request that no etcdctl command sends.".to_owned())
    }
}

fn nodes(ids: &[NodeId]) -> Vec<Who> {
    ids.iter().map(|id| Who::Node(*id)).collect()
}

/// Returns the step of an action; `None` if it is a request.
fn deed_of(action: &Action) -> Option<Deed> {
    let to = |verb, node: &NodeId| Some(Deed::Do(verb, vec![Who::Node(*node)]));
    let on_link = |link: &Option<Link>| link.map(|link| (nodes(&[link.from]), nodes(&[link.to])));
    match action {
        Action::Crash(node) => to(Verb::Crash, node),
        Action::Stop(node) => to(Verb::Stop, node),
        Action::Restart(node) => to(Verb::Restart, node),
        Action::StartMember { node, name: None, client_address: None } => to(Verb::Start, node),
        Action::StartMember { node, name, client_address } => {
            Some(Deed::StartAs(Who::Node(*node), name.clone(), client_address.clone()))
        }
        Action::HangUp(request) => Some(Deed::HangUp(*request)),
        Action::PreVote(on) => Some(Deed::PreVote(*on)),
        Action::LeaseReads(on) => Some(Deed::LeaseReads(*on)),
        Action::Pause(node) => to(Verb::Pause, node),
        Action::Resume(node) => to(Verb::Resume, node),
        Action::Isolate(node) => to(Verb::Isolate, node),
        Action::Campaign(node) => to(Verb::Campaign, node),
        Action::Transfer(node) => to(Verb::Transfer, node),
        Action::Wipe(node) => to(Verb::Wipe, node),
        Action::Backup(node) => to(Verb::Backup, node),
        Action::Break(breach) => Some(Deed::Break {
            what: breach.what,
            on: breach.on,
            nodes: nodes(breach.node.as_slice()),
            from: breach.from.map(Who::Node),
        }),
        Action::Snapshot(node) => to(Verb::Snapshot, node),
        Action::Partition(groups) => Some(Deed::Partition(groups.iter().map(|group| nodes(group)).collect())),
        Action::Cut(link) => Some(Deed::Cut(nodes(&[link.from]), nodes(&[link.to]))),
        Action::Heal(None) => Some(Deed::Heal(Vec::new())),
        Action::Heal(Some(ids)) => Some(Deed::Heal(nodes(ids))),
        Action::HealLink(link) => Some(Deed::HealLink(nodes(&[link.from]), nodes(&[link.to]))),
        Action::Latency { link, min, max } => Some(Deed::Latency(*min, *max, on_link(link))),
        Action::Loss { link, ppm } => Some(Deed::Loss(*ppm, on_link(link))),
        Action::Duplication { link, ppm } => Some(Deed::Duplication(*ppm, on_link(link))),
        Action::Drop(message) => Some(Deed::Drop(*message)),
        Action::Delay { message, by } => Some(Deed::Delay(*message, *by)),
        Action::Duplicate(message) => Some(Deed::Duplicate(*message)),
        Action::DropNext(drop) => Some(Deed::DropNext(drop.class, on_link(&drop.link))),
        Action::CancelDrops => Some(Deed::CancelDrops),
        Action::ClockRate { node, ppm } => Some(Deed::Clock(nodes(&[*node]), *ppm)),
        Action::Fsync { node, takes } => Some(Deed::Fsync(nodes(node.as_slice()), *takes)),
        Action::AlignTimers(ids) => Some(Deed::Timers(Dice::Aligned, nodes(ids))),
        Action::SpreadTimers(ids) => Some(Deed::Timers(Dice::Spread, nodes(ids))),
        Action::TimersAsDrawn => Some(Deed::Timers(Dice::Drawn, Vec::new())),
        Action::Elections { nodes: ids, on } => Some(Deed::Elections(*on, nodes(ids))),
        Action::Stress(Stress { endpoints, rate, duration }) => {
            Some(Deed::Stress(*rate, *duration, nodes(endpoints)))
        }
        Action::Request(_) => None,
    }
}
