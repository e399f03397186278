//! All terminals and the commands that run in them. They are a driver of the session: a command continues at
//! the very instant of the event for which it waited. A typed line begins between instants, like every action
//! of a person, and is recorded in the session's journal.

use std::cell::RefCell;
use std::rc::Rc;

use raft_core::cluster::Cluster;
use raft_core::etcdctl::{EtcdctlSession, History, Input, Stream};
use raft_core::model::{Event, Outcome, RequestId};
use raft_core::scenario::{Journal, Noted};
use raft_core::units::{Nanos, NodeId};

use super::doing::{Doing, Front, is_endless};
use super::screen::LineKind;
use super::shell::{Job, Shell};
use super::words;
use crate::browser::{save, saved};
use crate::session::Driver;
use crate::text::terminal as labels;

/// All terminals.
#[derive(Default)]
pub struct Terminals {
    typed: EtcdctlSession,
    shells: Vec<Shell>,
    journal: Rc<RefCell<Journal>>,
    /// The instant since which a line waits only for the end of that instant.
    ready: Option<Nanos>,
    next_number: u32,
    /// The newest request of a command in the foreground since the last call.
    newest: Option<RequestId>,
}

impl Terminals {
    /// Returns no terminals; actions will be recorded in this journal.
    pub fn new(journal: Rc<RefCell<Journal>>) -> Terminals {
        Terminals { journal, ..Terminals::default() }
    }

    /// Opens another terminal on a node and returns its index.
    pub fn open(&mut self, node: NodeId) -> usize {
        let before = self.shells.iter().filter(|shell| shell.node == node).count();
        let name = if before == 0 { format!("node{node}") } else { format!("node{node} ({})", before + 1) };
        let history = saved(&history_key(&name)).map(|text| History::load(&text)).unwrap_or_default();
        let terminal = self.typed.open(node);
        let mut shell = Shell::new(node, before as u32 + 1, name, history, terminal);
        shell.screen.line(LineKind::Note, "", labels::welcome());
        self.shells.push(shell);
        self.shells.len() - 1
    }

    /// Returns a terminal.
    pub fn shell(&self, at: usize) -> Option<&Shell> {
        self.shells.get(at)
    }

    /// Returns a terminal, to move through its history or to draw its screen.
    pub fn shell_mut(&mut self, at: usize) -> Option<&mut Shell> {
        self.shells.get_mut(at)
    }

    /// Returns the names of the files that a terminal can access.
    pub fn files(&self, at: usize) -> Vec<String> {
        let terminal = self.shells.get(at).and_then(|shell| self.typed.terminal(shell.terminal));
        terminal.map(|terminal| terminal.files()).unwrap_or_default()
    }

    /// Enters typed text, which ends with Enter: lines for the running command, or commands.
    pub fn enter(&mut self, cluster: &mut Cluster, at: usize, text: &str) {
        let Some(shell) = self.shells.get_mut(at) else { return };
        if shell.running.is_none() {
            shell.history.push(text);
            save(&history_key(&shell.name), &shell.history.save());
        }
        shell.queue(text);
        self.settle(cluster);
    }

    /// Handles the interrupt key: ends the command in the foreground, or drops what was typed.
    pub fn interrupt(&mut self, cluster: &mut Cluster, at: usize, typed: &str) {
        let Some(shell) = self.shells.get_mut(at) else { return };
        shell.ahead.clear();
        shell.changed = true;
        match &shell.running {
            Some(job) => {
                let job = job.id;
                shell.screen.line(LineKind::Input, "", "^C");
                self.typed.give(cluster, job, Input::Interrupt);
                self.note(cluster, Noted::Interrupt(job));
            }
            None => {
                let head = shell.prompt();
                shell.open.clear();
                shell.screen.line(LineKind::Typed, &head, &format!("{typed}^C"));
            }
        }
        self.settle(cluster);
    }

    /// Ends the standard input of the command in the foreground.
    pub fn end_input(&mut self, cluster: &mut Cluster, at: usize) {
        let Some(job) = self.shells.get(at).and_then(|shell| shell.running.as_ref()) else { return };
        let job = job.id;
        self.typed.give(cluster, job, Input::StdinEnd);
        self.note(cluster, Noted::EndInput(job));
        self.settle(cluster);
    }

    /// Moves the command in the foreground to the background.
    pub fn put_aside(&mut self, cluster: &mut Cluster, at: usize) {
        let number = self.next_number();
        let Some(shell) = self.shells.get_mut(at) else { return };
        if let Some(job) = shell.running.take() {
            let id = job.id;
            shell.put_aside(job, number);
            self.note(cluster, Noted::Aside(id));
        }
        self.settle(cluster);
    }

    /// Ends a command in the background.
    pub fn stop_aside(&mut self, cluster: &mut Cluster, at: usize, number: u32) {
        let Some(shell) = self.shells.get(at) else { return };
        if let Some(job) = shell.aside.iter().find(|job| job.number == Some(number)).map(|job| job.id) {
            self.typed.give(cluster, job, Input::Interrupt);
            self.note(cluster, Noted::Interrupt(job));
        }
        self.settle(cluster);
    }

    /// Clears the screen of a terminal.
    pub fn clear(&mut self, at: usize) {
        if let Some(shell) = self.shells.get_mut(at) {
            shell.screen.clear();
            shell.changed = true;
        }
    }

    /// Returns the activity of a terminal, if it may have changed since the last call.
    pub fn news(&mut self, at: usize) -> Option<Doing> {
        let shell = self.shells.get_mut(at)?;
        if !std::mem::take(&mut shell.changed) {
            return None;
        }
        let front = |job: &Job| Front {
            since: job.since,
            reads: self.typed.reads_stdin(job.id),
            endless: is_endless(&job.line),
            request: self.typed.last_request(job.id),
        };
        Some(Doing {
            running: shell.running.as_ref().map(front),
            aside: shell.aside.iter().map(|job| (job.number.unwrap_or(0), job.line.clone())).collect(),
            open: !shell.open.is_empty(),
            ahead: shell.ahead.len(),
            dropped: shell.screen.dropped(),
        })
    }

    /// Returns the newest request of a command in the foreground, once.
    pub fn take_newest(&mut self) -> Option<RequestId> {
        self.newest.take()
    }

    fn next_number(&mut self) -> u32 {
        self.next_number += 1;
        self.next_number
    }

    fn note(&self, cluster: &Cluster, deed: Noted) {
        self.journal.borrow_mut().note(cluster.now(), deed);
    }

    /// Takes in the output and the ends of commands, and whether waiting lines can continue.
    fn settle(&mut self, cluster: &Cluster) {
        for at in 0..self.shells.len() {
            while self.take_in(cluster, at) {}
        }
        let takes = |shell: &Shell| {
            let running = shell.running.as_ref();
            !shell.ahead.is_empty() && running.is_none_or(|job| self.typed.reads_stdin(job.id))
        };
        self.ready = self.shells.iter().any(takes).then_some(cluster.now());
    }

    /// Takes in the output and the ends of one terminal's commands. Returns true when the one in the
    /// foreground ended.
    fn take_in(&mut self, cluster: &Cluster, at: usize) -> bool {
        let Terminals { typed, shells, newest, journal, .. } = self;
        let Some(shell) = shells.get_mut(at) else { return false };
        let Shell { screen, running, aside, changed, .. } = shell;
        for job in running.iter_mut().chain(aside.iter_mut()) {
            if !job.reads && typed.reads_stdin(job.id) {
                job.reads = true;
                journal.borrow_mut().note(cluster.now(), Noted::Reads(job.id));
            }
            for (stream, bytes) in typed.take_printed(job.id) {
                let kind = if stream == Stream::Stdout { LineKind::Out } else { LineKind::Err };
                screen.print(kind, &job.head(), &bytes);
                *changed = true;
            }
        }
        aside.retain(|job| {
            let ended = typed.has_ended(job.id);
            if ended {
                screen.line(LineKind::Note, &job.head(), &words::ended(&job.line));
                *changed = true;
            }
            !ended
        });
        let Some(job) = running else { return false };
        let request = typed.last_request(job.id);
        if job.followed != request {
            job.followed = request;
            *newest = request;
        }
        // Whether it reads, or has made another request, may change without output.
        *changed = true;
        if !typed.has_ended(job.id) {
            return false;
        }
        let exit = typed.output(job.id).map_or(0, |output| output.exit);
        let remark = match typed.last_outcome(job.id) {
            Some(outcome @ (Outcome::Failed(_) | Outcome::Unknown(_))) if exit != 0 => {
                words::after(exit, outcome)
            }
            _ => words::exit(exit, &job.line),
        };
        if let Some(remark) = remark {
            screen.line(LineKind::Note, "", &remark);
        }
        *running = None;
        true
    }

    /// Passes the next waiting line to a command, or runs it. Returns true when a line was taken.
    fn feed(&mut self, cluster: &mut Cluster, at: usize) -> bool {
        let Some(shell) = self.shells.get_mut(at) else { return false };
        match &shell.running {
            Some(job) if self.typed.reads_stdin(job.id) => {
                let (Some(line), id) = (shell.ahead.pop_front(), job.id) else { return false };
                shell.screen.line(LineKind::Input, "", &line);
                self.note(cluster, Noted::Input(id, line.clone()));
                self.typed.give(cluster, id, Input::Stdin((line + "\n").into_bytes()));
                true
            }
            Some(_) => false,
            None => {
                let Some(line) = shell.ahead.pop_front() else { return false };
                self.type_line(cluster, at, &line);
                true
            }
        }
    }

    fn type_line(&mut self, cluster: &mut Cluster, at: usize, line: &str) {
        let number = self.next_number;
        let Some(shell) = self.shells.get_mut(at) else { return };
        shell.changed = true;
        let head = shell.prompt();
        shell.screen.line(LineKind::Typed, &head, line);
        if shell.open.is_empty() {
            shell.open.push_str(words::without_prompt(line));
        } else {
            shell.open.push('\n');
            shell.open.push_str(line);
        }
        let terminal = self.typed.terminal(shell.terminal);
        if terminal.is_some_and(|terminal| terminal.leaves_open(&shell.open)) {
            return;
        }
        let text = std::mem::take(&mut shell.open);
        let (line, aside) = match text.trim_end().strip_suffix('&') {
            Some(front) if !front.ends_with('&') => (front.trim_end().to_owned(), true),
            _ => (text, false),
        };
        if line.trim().is_empty() {
            return;
        }
        let id = self.typed.type_into(cluster, shell.terminal, &line);
        let (node, terminal) = (shell.node, shell.number);
        let deed = Noted::Line { node, terminal, job: id, line: line.clone() };
        let job = Job { id, line, since: cluster.now(), number: None, followed: None, reads: false };
        if aside {
            shell.put_aside(job, number + 1);
            self.next_number += 1;
        } else {
            shell.running = Some(job);
        }
        self.note(cluster, deed);
        if aside {
            self.note(cluster, Noted::Aside(id));
        }
    }
}

/// The driver through which the session runs the terminals.
pub struct TerminalDriver(pub Rc<RefCell<Terminals>>);

impl Driver for TerminalDriver {
    fn is_busy(&self) -> bool {
        let terminals = self.0.borrow();
        terminals.ready.is_some() || !terminals.typed.is_idle()
    }

    fn wakes_at(&self, _cluster: &Cluster) -> Option<Nanos> {
        let terminals = self.0.borrow();
        [terminals.ready, terminals.typed.wakes_at()].into_iter().flatten().min()
    }

    fn pass_time(&mut self, cluster: &mut Cluster) {
        let mut terminals = self.0.borrow_mut();
        if terminals.typed.wakes_at().is_some_and(|at| at <= cluster.now()) {
            terminals.typed.pass_time(cluster);
        } else {
            // One line at a time: its immediate effects come before the next line.
            let _fed = (0..terminals.shells.len()).any(|at| terminals.feed(cluster, at));
        }
        terminals.settle(cluster);
    }

    fn hear(&mut self, cluster: &mut Cluster, events: &[Event]) {
        let mut terminals = self.0.borrow_mut();
        if terminals.typed.is_idle() {
            return;
        }
        events.iter().for_each(|event| terminals.typed.observe(cluster, event));
        terminals.settle(cluster);
    }

    fn start_over(&mut self) {
        let mut terminals = self.0.borrow_mut();
        let terminals = &mut *terminals;
        terminals.typed = EtcdctlSession::default();
        terminals.ready = None;
        for shell in &mut terminals.shells {
            shell.start_over();
            shell.terminal = terminals.typed.open(shell.node);
        }
    }
}

fn history_key(name: &str) -> String {
    format!("raft-playground-history-{name}")
}
