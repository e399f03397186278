//! Commands of a scenario: types them into terminals, reports their output and compares it.

use super::ast::{Deed, Terminal};
use super::compare::compare;
use super::journal::{Noted, SCRIPT_JOBS, SCRIPT_TERMINALS};
use super::report::Item;
use super::script::{Pending, Script, WAIT_DEFAULT};
use crate::cluster::Cluster;
use crate::etcdctl::{EtcdctlSession, Input, JobId, Output, TerminalId};
use crate::model::Event;
use crate::units::{Nanos, NodeId};

/// How long a step waits for output of a background command.
const OUTPUT_WAIT: Nanos = 4 * WAIT_DEFAULT;

/// A command that was typed.
pub(super) struct TypedCommand {
    line: u32,
    on: NodeId,
    terminal: TerminalId,
    pub(super) job: JobId,
    /// The typed text, with captures filled in.
    pub(super) text: String,
    expected: Option<Vec<String>>,
    /// Whether it was typed with `&`.
    with_ampersand: bool,
    /// Whether later `NODE>` steps compare its output.
    background: bool,
    /// How many bytes of standard output were reported.
    stdout_told: usize,
    /// How many bytes of standard error were reported.
    stderr_told: usize,
    /// Whether its end was noted.
    ended: bool,
}

impl Script {
    /// Passes an event to the commands that wait for it.
    pub(super) fn observe(&mut self, cluster: &mut Cluster, event: &Event) {
        self.session.observe(cluster, event);
        self.note_ends(cluster.now());
    }

    /// Notes the commands that ended, and reports the output of foreground commands.
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

    /// Returns what a command printed since its output was last reported.
    fn new_output(&self, index: usize) -> Output {
        let typed = &self.commands[index];
        let Some(output) = self.session.output(typed.job) else { return Output::default() };
        let since = |bytes: &[u8], from: usize| bytes.get(from..).unwrap_or_default().to_vec();
        Output {
            stdout: since(&output.stdout, typed.stdout_told),
            stderr: since(&output.stderr, typed.stderr_told),
            exit: output.exit,
        }
    }

    /// Reports what a command printed since the last time, and compares it with what is expected.
    fn show_output(&mut self, now: Nanos, index: usize) {
        let output = self.new_output(index);
        let typed = &mut self.commands[index];
        typed.stdout_told += output.stdout.len();
        typed.stderr_told += output.stderr.len();
        let (on, line, expected) = (typed.on, typed.line, typed.expected.take());
        self.tell(now, line, Item::Printed(on, output.clone()));
        if let Some(expected) = expected
            && let Err(problem) = compare(&expected, &output.lines(), &mut self.captures)
        {
            self.fail_at(now, line, problem);
        }
    }

    /// Returns whether waiting for the output of a background command is over: it has ended, it has
    /// printed as many lines as expected, or the deadline has passed (`late`). If so, reports and
    /// compares the output.
    pub(super) fn output_is_there(&mut self, now: Nanos, index: usize, late: bool) -> bool {
        let typed = &self.commands[index];
        let wanted = typed.expected.as_ref().map_or(0, Vec::len);
        let ended = self.session.has_ended(typed.job);
        if !ended && !late && self.new_output(index).lines().len() < wanted.max(1) {
            return false;
        }
        self.commands[index].background &= !ended;
        self.show_output(now, index);
        true
    }

    /// Returns the terminal, and opens it at its first use.
    fn terminal(&mut self, cluster: &Cluster, name: &Terminal) -> Result<TerminalId, String> {
        let node = self.machine(cluster, &name.on)?;
        Ok(self.session.nth(node, name.number))
    }

    /// Starts to wait for output of a terminal's oldest background command.
    ///
    /// # Errors
    /// No command runs in the background of the terminal.
    pub(super) fn await_output(
        &mut self,
        cluster: &Cluster,
        line: u32,
        on: &Terminal,
        expected: Vec<String>,
    ) -> Result<(), String> {
        let terminal = self.terminal(cluster, on)?;
        let waits = |typed: &TypedCommand| typed.terminal == terminal && typed.background;
        let Some(index) = self.commands.iter().position(waits) else {
            return Err(format!("no command runs in the background on {on}"));
        };
        self.commands[index].expected = Some(expected);
        self.commands[index].line = line;
        let deadline = cluster.now().saturating_add(OUTPUT_WAIT);
        self.pending = Some(Pending::Output(index, deadline));
        Ok(())
    }

    /// Interrupts a terminal's foreground command, or else its oldest background command; with a number,
    /// the background command of this number.
    ///
    /// # Errors
    /// There is no such command.
    pub(super) fn interrupt(
        &mut self,
        cluster: &mut Cluster,
        on: &Terminal,
        number: Option<u32>,
    ) -> Result<(), String> {
        let terminal = self.terminal(cluster, on)?;
        let mut there = self.commands.iter().filter(|typed| typed.terminal == terminal);
        let found = match number {
            Some(number) => {
                there.filter(|typed| typed.with_ampersand).nth((number as usize).saturating_sub(1))
            }
            None => {
                let front = there.clone().next_back().filter(|last| !last.with_ampersand && !last.ended);
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

    /// Types lines as input of a terminal's last command.
    ///
    /// # Errors
    /// The last command has ended, or there is none.
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

    /// Ends the input of a terminal's last command.
    ///
    /// # Errors
    /// The last command has ended, or there is none.
    pub(super) fn end_input(&mut self, cluster: &mut Cluster, on: &Terminal) -> Result<(), String> {
        let job = self.last(cluster, on)?;
        self.noted.push((cluster.now(), Noted::EndInput(SCRIPT_JOBS + job)));
        self.give(cluster, job, Input::StdinEnd);
        Ok(())
    }

    /// Closes all terminals: abandons their commands and ends watches.
    pub(super) fn close_terminals(&mut self, cluster: &mut Cluster) {
        self.noted.push((cluster.now(), Noted::CloseTerminals));
        self.session = EtcdctlSession::default();
        self.commands.clear();
        cluster.end_watches();
    }

    /// Returns the last command of a terminal, if it still runs.
    fn last(&mut self, cluster: &Cluster, on: &Terminal) -> Result<JobId, String> {
        let terminal = self.terminal(cluster, on)?;
        let last = self.commands.iter().rfind(|typed| typed.terminal == terminal);
        match last.filter(|typed| !typed.ended) {
            Some(typed) => Ok(typed.job),
            None => Err(format!("no running command on {on} could read this input")),
        }
    }

    fn give(&mut self, cluster: &mut Cluster, job: JobId, input: Input) {
        self.session.give(cluster, job, input);
        self.note_ends(cluster.now());
    }

    /// Returns whether a background command on a node has printed a line that contains the text.
    pub(super) fn background_shows(&self, on: NodeId, text: &str) -> bool {
        let outputs = self.commands.iter().filter(|typed| typed.on == on && typed.background);
        outputs
            .filter_map(|typed| self.session.output(typed.job))
            .any(|output| output.lines().iter().any(|line| line.contains(text)))
    }

    /// Types the command of a [`Deed::Command`]; does nothing for other deeds.
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
        self.commands.push(TypedCommand {
            line,
            on: node,
            terminal,
            job,
            text: text.clone(),
            expected: expected.clone(),
            with_ampersand: *background,
            background: *background || *open,
            stdout_told: 0,
            stderr_told: 0,
            ended: false,
        });
        self.note_command(cluster.now(), on.number, self.commands.len() - 1, &stdin);
        if !background && !open {
            self.pending = Some(Pending::Command(self.commands.len() - 1));
        }
        self.note_ends(cluster.now());
        Ok(())
    }

    /// Notes a command and its standard input for the journal.
    fn note_command(&mut self, now: Nanos, number: u32, index: usize, stdin: &str) {
        let Some(typed) = self.commands.get(index) else { return };
        let job = SCRIPT_JOBS + typed.job;
        let (node, terminal) = (typed.on, SCRIPT_TERMINALS + number);
        let mut note = |deed| self.noted.push((now, deed));
        note(Noted::Line { node, terminal, job, line: typed.text.clone() });
        if typed.with_ampersand {
            note(Noted::Aside(job));
        }
        let ends = !typed.background || typed.with_ampersand;
        if !stdin.is_empty() || !ends {
            note(Noted::Reads(job));
            stdin.lines().for_each(|line| note(Noted::Input(job, line.to_owned())));
        }
        if !stdin.is_empty() && ends {
            note(Noted::EndInput(job));
        }
    }

    /// Replaces each `{NAME}` by the text captured under that name.
    pub(super) fn with_captures(&self, text: &str) -> String {
        self.captures
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }
}
