//! The commands of a scenario: typed into terminals, their output told and compared.

use super::ast::{Deed, Terminal};
use super::compare::compare;
use super::journal::{Noted, SCRIPT_JOBS, SCRIPT_TERMINALS};
use super::report::Item;
use super::script::{Pending, Script, WAIT_DEFAULT};
use crate::cluster::Cluster;
use crate::etcdctl::{Input, JobId, Output, Session, TerminalId};
use crate::model::Event;
use crate::units::{Nanos, NodeId};

/// How long the output of a command in the background is waited for.
const OUTPUT_WAIT: Nanos = 4 * WAIT_DEFAULT;

/// A command that was typed.
pub(super) struct Typed {
    line: u32,
    on: NodeId,
    terminal: TerminalId,
    pub(super) job: JobId,
    /// What was typed.
    pub(super) text: String,
    expected: Option<Vec<String>>,
    /// Whether it was typed with `&`.
    aside: bool,
    /// Whether its output belongs to later `NODE>` steps.
    background: bool,
    /// How many bytes of standard output and standard error were told.
    told: (usize, usize),
    /// Whether its end was noted.
    ended: bool,
}

impl Script {
    /// Hears of an event: the command that waited for it goes on.
    pub(super) fn observe(&mut self, cluster: &mut Cluster, event: &Event) {
        self.session.observe(cluster, event);
        self.note_ends(cluster.now());
    }

    /// Takes note of commands that ended.
    pub(super) fn note_ends(&mut self, now: Nanos) {
        for index in 0..self.commands.len() {
            let typed = &mut self.commands[index];
            if typed.ended || !self.session.has_ended(typed.job) {
                continue;
            }
            typed.ended = true;
            if let Some(outcome) = self.session.last_outcome(typed.job) {
                self.last_outcome = Some(outcome.clone());
            }
            if !typed.background {
                self.show_output(now, index);
            }
        }
    }

    /// What a command printed since the last time.
    fn news(&self, index: usize) -> Output {
        let typed = &self.commands[index];
        let Some(output) = self.session.output(typed.job) else { return Output::default() };
        let since = |bytes: &[u8], from: usize| bytes.get(from..).unwrap_or_default().to_vec();
        Output {
            stdout: since(&output.stdout, typed.told.0),
            stderr: since(&output.stderr, typed.told.1),
            exit: output.exit,
        }
    }

    /// Tells what a command printed and compares it.
    fn show_output(&mut self, now: Nanos, index: usize) {
        let output = self.news(index);
        let typed = &mut self.commands[index];
        typed.told.0 += output.stdout.len();
        typed.told.1 += output.stderr.len();
        let (on, line, expected) = (typed.on, typed.line, typed.expected.take());
        self.tell(now, line, Item::Printed(on, output.clone()));
        if let Some(expected) = expected
            && let Err(problem) = compare(&expected, &output.lines(), &mut self.captures)
        {
            self.fail_at(now, line, problem);
        }
    }

    /// Whether a command in the background has ended or has printed as many lines as are
    /// expected; then they are told. Told and compared they are also when it is too late.
    pub(super) fn output_is_there(&mut self, now: Nanos, index: usize, late: bool) -> bool {
        let typed = &self.commands[index];
        let wanted = typed.expected.as_ref().map_or(0, Vec::len);
        let ended = self.session.has_ended(typed.job);
        if !ended && !late && self.news(index).lines().len() < wanted.max(1) {
            return false;
        }
        self.commands[index].background &= !ended;
        self.show_output(now, index);
        true
    }

    /// The terminal of this name. It is opened when it is first used.
    fn terminal(&mut self, cluster: &Cluster, name: &Terminal) -> Result<TerminalId, String> {
        let node = self.machine(cluster, &name.on)?;
        Ok(self.session.nth(node, name.number))
    }

    /// Waits for the output of the oldest command in the background of a terminal.
    pub(super) fn await_output(
        &mut self,
        cluster: &Cluster,
        line: u32,
        on: &Terminal,
        expected: Vec<String>,
    ) -> Result<(), String> {
        let terminal = self.terminal(cluster, on)?;
        let waits = |typed: &Typed| typed.terminal == terminal && typed.background;
        let Some(index) = self.commands.iter().position(waits) else {
            return Err(format!("no command runs in the background on {on}"));
        };
        self.commands[index].expected = Some(expected);
        self.commands[index].line = line;
        let deadline = cluster.now().saturating_add(OUTPUT_WAIT);
        self.pending = Some(Pending::Output(index, deadline));
        Ok(())
    }

    /// Presses the interrupt key: for the command in front of a terminal, for the oldest one in its
    /// background, or for the one that has this number there.
    pub(super) fn interrupt(
        &mut self,
        cluster: &mut Cluster,
        on: &Terminal,
        number: Option<u32>,
    ) -> Result<(), String> {
        let terminal = self.terminal(cluster, on)?;
        let mut there = self.commands.iter().filter(|typed| typed.terminal == terminal);
        let found = match number {
            Some(number) => there.filter(|typed| typed.aside).nth((number as usize).saturating_sub(1)),
            None => {
                let front = there.clone().next_back().filter(|last| !last.aside && !last.ended);
                front.or_else(|| there.find(|typed| typed.background && !typed.ended))
            }
        };
        let Some(job) = found.filter(|typed| !typed.ended).map(|typed| typed.job) else {
            return Err(match number {
                Some(number) => format!("no command number {number} runs in the background on {on}"),
                None => format!("no command runs on {on}"),
            });
        };
        self.noted.push((cluster.now(), Noted::Interrupt(SCRIPT_JOBS + job)));
        self.give(cluster, job, Input::Interrupt);
        Ok(())
    }

    /// Types lines for the last command of a terminal.
    pub(super) fn type_input(
        &mut self,
        cluster: &mut Cluster,
        line: u32,
        on: &Terminal,
        text: &str,
    ) -> Result<(), String> {
        let text = self.with_captures(text);
        self.tell(cluster.now(), line, Item::Did(format!("{on}< {text}")));
        let job = self.last(cluster, on)?;
        self.noted.push((cluster.now(), Noted::Input(SCRIPT_JOBS + job, text.clone())));
        self.give(cluster, job, Input::Stdin((text + "\n").into_bytes()));
        Ok(())
    }

    /// Ends what is typed for the last command of a terminal.
    pub(super) fn end_input(&mut self, cluster: &mut Cluster, on: &Terminal) -> Result<(), String> {
        let job = self.last(cluster, on)?;
        self.noted.push((cluster.now(), Noted::EndInput(SCRIPT_JOBS + job)));
        self.give(cluster, job, Input::StdinEnd);
        Ok(())
    }

    /// Nobody goes on with any command.
    pub(super) fn close_terminals(&mut self, cluster: &mut Cluster) {
        self.noted.push((cluster.now(), Noted::CloseTerminals));
        self.session = Session::default();
        self.commands.clear();
        cluster.end_watches();
    }

    /// The last command of a terminal, which runs.
    fn last(&mut self, cluster: &Cluster, on: &Terminal) -> Result<JobId, String> {
        let terminal = self.terminal(cluster, on)?;
        let last = self.commands.iter().rfind(|typed| typed.terminal == terminal);
        match last.filter(|typed| !typed.ended) {
            Some(typed) => Ok(typed.job),
            None => Err(format!("no command runs on {on} that could read this")),
        }
    }

    fn give(&mut self, cluster: &mut Cluster, job: JobId, input: Input) {
        self.session.give(cluster, job, input);
        self.note_ends(cluster.now());
    }

    /// Whether a command in the background of a terminal has printed a line with this text in it.
    pub(super) fn background_shows(&self, on: NodeId, text: &str) -> bool {
        let outputs = self.commands.iter().filter(|typed| typed.on == on && typed.background);
        outputs
            .filter_map(|typed| self.session.output(typed.job))
            .any(|output| output.lines().iter().any(|line| line.contains(text)))
    }

    /// Types a command.
    pub(super) fn type_command(
        &mut self,
        cluster: &mut Cluster,
        line: u32,
        deed: &Deed,
    ) -> Result<(), String> {
        let Deed::Command { on, line: text, background, open, input, expected } = deed else {
            return Ok(());
        };
        let terminal = self.terminal(cluster, on)?;
        let node = self.machine(cluster, &on.on)?;
        let text = self.with_captures(text);
        self.tell(cluster.now(), line, Item::Typed(node, text.clone()));
        let stdin: String = input.iter().map(|line| self.with_captures(line) + "\n").collect();
        let job = self.session.type_with(cluster, terminal, &text, stdin.clone().into_bytes(), *open);
        self.commands.push(Typed {
            line,
            on: node,
            terminal,
            job,
            text: text.clone(),
            expected: expected.clone(),
            aside: *background,
            background: *background || *open,
            told: (0, 0),
            ended: false,
        });
        self.note_command(cluster.now(), on.number, self.commands.len() - 1, &stdin);
        if !background && !open {
            self.pending = Some(Pending::Command(self.commands.len() - 1));
        }
        self.note_ends(cluster.now());
        Ok(())
    }

    /// Notes a command for a journal, with its standard input.
    fn note_command(&mut self, now: Nanos, number: u32, index: usize, stdin: &str) {
        let Some(typed) = self.commands.get(index) else { return };
        let job = SCRIPT_JOBS + typed.job;
        let (node, terminal) = (typed.on, SCRIPT_TERMINALS + number);
        let mut note = |deed| self.noted.push((now, deed));
        note(Noted::Line { node, terminal, job, line: typed.text.clone() });
        if typed.aside {
            note(Noted::Aside(job));
        }
        let ends = !typed.background || typed.aside;
        if !stdin.is_empty() || !ends {
            note(Noted::Reads(job));
            stdin.lines().for_each(|line| note(Noted::Input(job, line.to_owned())));
        }
        if !stdin.is_empty() && ends {
            note(Noted::EndInput(job));
        }
    }

    /// Puts captured texts where their names stand in braces.
    pub(super) fn with_captures(&self, text: &str) -> String {
        self.captures
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }
}
