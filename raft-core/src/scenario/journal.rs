//! The journal of a session: what a person did, and when, so that it can be told as a scenario that
//! plays again to the same trace.
//!
//! Whoever owns the cluster notes each deed once it has taken effect, and acts between instants only:
//! after everything that is due at the present one. The requests that a typed line makes are no deeds:
//! the line makes them again. [`Journal::export`] tells the rest; it is apart from the noting, so that
//! a page can load it when it is wanted.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::ast::{Deed, Scenario, Step, Teach, Terminal, Verb, When, Who};
use super::print::Time;
use super::quote::request_line;
use crate::etcdctl::JobId;
use crate::model::{Action, Dice, Link, Naming, Settings, Stress};
use crate::units::{Nanos, NodeId};

/// The most deeds that are kept.
pub const DEEDS_MAX: usize = 4_000;
/// About how long a text may become: well within what a scenario may be.
const BYTES_MAX: usize = super::SCENARIO_BYTES_MAX / 4 * 3;
/// About how long the text of a deed is beside what was typed.
const DEED_BYTES: usize = 40;

/// Added to the numbers of a script's terminals and commands, which it counts by itself.
pub(super) const SCRIPT_TERMINALS: u32 = 1_000;
pub(super) const SCRIPT_JOBS: JobId = 1 << 20;
/// The same for the commands of [chaos](crate::chaos).
pub(crate) const CHAOS_TERMINALS: u32 = 2 * SCRIPT_TERMINALS;
pub(crate) const CHAOS_JOBS: JobId = 2 * SCRIPT_JOBS;

/// Something that a person did, or a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted {
    /// An action on the cluster, a request among them.
    Action(Action),
    /// A command line that began to run, in a terminal of this number on a node.
    Line {
        /// The node.
        node: NodeId,
        /// Which of its terminals, from 1.
        terminal: u32,
        /// What the session calls it.
        job: JobId,
        /// All of its lines.
        line: String,
    },
    /// A command was put aside, or was so from the start.
    Aside(JobId),
    /// A command waits for standard input.
    Reads(JobId),
    /// A line was typed for a command.
    Input(JobId, String),
    /// What is typed for a command ended.
    EndInput(JobId),
    /// A command was interrupted.
    Interrupt(JobId),
    /// All terminals were closed. What the session calls commands begins anew.
    CloseTerminals,
}

/// The deeds of a session, up to a bound.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    deeds: Vec<(Nanos, Noted)>,
    bytes: usize,
    /// When the first deed came that is not kept.
    full: Option<Nanos>,
}

/// A session as a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The scenario. It ends at the instant at which it was made.
    pub scenario: Scenario,
    /// When the first deed came that is not in it, since the journal was full; it ends there then.
    pub ends_early: Option<Nanos>,
    /// How many deeds it could not tell; it says so where they are missing.
    pub untold: usize,
}

impl Journal {
    /// Notes a deed. What comes after the bound is not kept: the deeds before play again without it.
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

    /// The deeds up to and at an instant: what was done in a branch before it begins.
    pub fn until(&self, at: Nanos) -> Journal {
        let deeds: Vec<_> = self.deeds.iter().take_while(|(when, _)| *when <= at).cloned().collect();
        let bytes = self.bytes * deeds.len() / self.deeds.len().max(1);
        Journal { deeds, bytes, full: self.full.filter(|full| *full <= at) }
    }

    /// How many deeds are kept.
    pub fn len(&self) -> usize {
        self.deeds.len()
    }

    /// Whether nothing was done yet.
    pub fn is_empty(&self) -> bool {
        self.deeds.is_empty()
    }

    /// The session as a scenario that ends now, with the hash of its trace up to now.
    pub fn export(&self, settings: &Settings, now: Nanos, trace: u64) -> Export {
        let mut teller = Teller::new(&self.deeds, settings.naming);
        for (at, deed) in &self.deeds {
            if let Some(deed) = teller.told(deed) {
                teller.steps.push(Step { at: Some(When::At(*at)), deed, line: Default::default() });
            }
        }
        let end = match self.full {
            Some(at) => {
                let said =
                    format!("The journal was full at {}: what was done from then on is missing.", Time(at));
                Deed::Teach(Teach::Say, said)
            }
            None => Deed::Trace(trace),
        };
        let at = Some(When::At(self.full.unwrap_or(now)));
        teller.steps.push(Step { at, deed: end, line: Default::default() });
        let comments = vec![
            "A session of Raft Playground: what was done, at the virtual times at which it was done."
                .to_owned(),
        ];
        let scenario =
            Scenario { comments, settings: settings.clone(), steps: teller.steps, ..Scenario::default() };
        Export { scenario, ends_early: self.full, untold: teller.untold }
    }
}

/// A command: how often the terminals were closed before it, and what the session calls it.
type Command = (u32, JobId);

/// Tells deeds in the words of the language.
#[derive(Default)]
struct Teller {
    naming: Naming,
    steps: Vec<Step>,
    untold: usize,
    /// How often the terminals were closed up to the deed that is told.
    closed: u32,
    /// The terminal of each command line.
    lines: BTreeMap<Command, Terminal>,
    /// Lines that ran in the background at some time.
    aside: Vec<Command>,
    /// Lines that waited for standard input.
    reads: Vec<Command>,
    /// How many terminals each node had: the next one belongs to the requests of panels, since what
    /// is typed may set variables.
    terminals: BTreeMap<NodeId, u32>,
    /// What the terminals of a script are called: they come after a person's.
    renamed: BTreeMap<(NodeId, u32), u32>,
}

impl Teller {
    fn new(deeds: &[(Nanos, Noted)], naming: Naming) -> Teller {
        let mut teller = Teller { naming, ..Teller::default() };
        for (_, deed) in deeds {
            if let Noted::Line { node, terminal, .. } = deed
                && *terminal < SCRIPT_TERMINALS
            {
                let known = teller.terminals.entry(*node).or_default();
                *known = (*known).max(*terminal);
            }
        }
        for (_, deed) in deeds {
            match deed {
                Noted::Line { node, terminal, job, .. } => {
                    let number = teller.number_of(*node, *terminal);
                    let command = (teller.closed, *job);
                    teller.lines.insert(command, Terminal { on: Who::Node(*node), number });
                }
                Noted::Aside(job) => teller.aside.push((teller.closed, *job)),
                Noted::Reads(job) => teller.reads.push((teller.closed, *job)),
                Noted::CloseTerminals => teller.closed += 1,
                _ => {}
            }
        }
        teller.closed = 0;
        teller
    }

    /// The number of a terminal in the text.
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

    /// What a deed is in the language; `None` when it changes nothing by itself.
    fn told(&mut self, deed: &Noted) -> Option<Deed> {
        match deed {
            // It names nobody, so it mends nothing.
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

    /// The number of a command among those of its terminal that ran in the background.
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

    /// A request that no line of `etcdctl` makes: one with a zero byte, or with a patience of its own.
    fn untold(&mut self) -> Deed {
        self.untold += 1;
        Deed::Teach(Teach::Say, "Left out: a request that no line of etcdctl makes.".to_owned())
    }
}

fn nodes(ids: &[NodeId]) -> Vec<Who> {
    ids.iter().map(|id| Who::Node(*id)).collect()
}

/// The word for an action that is no request.
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
