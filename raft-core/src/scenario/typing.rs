//! The commands of a scenario: typed into terminals, their output told and compared.

use super::ast::{Deed, Terminal};
use super::compare::compare;
use super::player::{Pending, Player, WAIT_DEFAULT};
use super::report::{Item, Told};
use crate::etcdctl::{Input, JobId, Output, Session, TerminalId};
use crate::units::{Nanos, NodeId};

/// How long the output of a command in the background is waited for.
const OUTPUT_WAIT: Nanos = 4 * WAIT_DEFAULT;

/// A command that was typed.
pub(super) struct Typed {
    line: u32,
    on: NodeId,
    terminal: TerminalId,
    pub(super) job: JobId,
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

impl Player {
    /// Takes note of events and of commands that ended.
    pub(super) fn collect(&mut self) {
        self.note_ends();
        loop {
            let events = self.cluster.take_events();
            if events.is_empty() {
                return;
            }
            for event in events {
                self.session.observe(&mut self.cluster, &event);
                self.note_ends();
                self.told.push_back(Told { at: event.at, line: 0, item: Item::Happened(event) });
            }
        }
    }

    fn note_ends(&mut self) {
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
                self.show_output(index);
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
    fn show_output(&mut self, index: usize) {
        let output = self.news(index);
        let typed = &mut self.commands[index];
        typed.told.0 += output.stdout.len();
        typed.told.1 += output.stderr.len();
        let (on, line, expected) = (typed.on, typed.line, typed.expected.take());
        self.tell(line, Item::Printed(on, output.clone()));
        if let Some(expected) = expected
            && let Err(problem) = compare(&expected, &output.lines(), &mut self.captures)
        {
            self.fail_at(line, problem);
        }
    }

    /// Whether a command in the background has ended or has printed as many lines as are
    /// expected; then they are told. Told and compared they are also when it is too late.
    pub(super) fn output_is_there(&mut self, index: usize, late: bool) -> bool {
        let typed = &self.commands[index];
        let wanted = typed.expected.as_ref().map_or(0, Vec::len);
        let ended = self.session.has_ended(typed.job);
        if !ended && !late && self.news(index).lines().len() < wanted.max(1) {
            return false;
        }
        self.commands[index].background &= !ended;
        self.show_output(index);
        true
    }

    /// The terminal of this name. It is opened when it is first used.
    fn terminal(&mut self, name: &Terminal) -> Result<TerminalId, String> {
        let node = self.machine(&name.on)?;
        Ok(self.session.nth(node, name.number))
    }

    /// Waits for the output of the oldest command in the background of a terminal.
    pub(super) fn await_output(
        &mut self,
        line: u32,
        on: &Terminal,
        expected: Vec<String>,
    ) -> Result<(), String> {
        let terminal = self.terminal(on)?;
        let waits = |typed: &Typed| typed.terminal == terminal && typed.background;
        let Some(index) = self.commands.iter().position(waits) else {
            return Err(format!("no command runs in the background on {on}"));
        };
        self.commands[index].expected = Some(expected);
        self.commands[index].line = line;
        let deadline = self.cluster.now().saturating_add(OUTPUT_WAIT);
        self.pending = Some(Pending::Output(index, deadline));
        Ok(())
    }

    /// Presses the interrupt key: for the command in front of a terminal, for the oldest one in its
    /// background, or for the one that has this number there.
    pub(super) fn interrupt(&mut self, on: &Terminal, number: Option<u32>) -> Result<(), String> {
        let terminal = self.terminal(on)?;
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
        self.give(job, Input::Interrupt);
        Ok(())
    }

    /// Types lines for the last command of a terminal.
    pub(super) fn type_input(&mut self, line: u32, on: &Terminal, text: &str) -> Result<(), String> {
        let text = self.with_captures(text);
        self.tell(line, Item::Did(format!("{on}< {text}")));
        let job = self.last(on)?;
        self.give(job, Input::Stdin((text + "\n").into_bytes()));
        Ok(())
    }

    /// Ends what is typed for the last command of a terminal.
    pub(super) fn end_input(&mut self, on: &Terminal) -> Result<(), String> {
        let job = self.last(on)?;
        self.give(job, Input::StdinEnd);
        Ok(())
    }

    /// Nobody goes on with any command.
    pub(super) fn close_terminals(&mut self) {
        self.session = Session::default();
        self.commands.clear();
        self.cluster.end_watches();
    }

    /// The last command of a terminal, which runs.
    fn last(&mut self, on: &Terminal) -> Result<JobId, String> {
        let terminal = self.terminal(on)?;
        let last = self.commands.iter().rfind(|typed| typed.terminal == terminal);
        match last.filter(|typed| !typed.ended) {
            Some(typed) => Ok(typed.job),
            None => Err(format!("no command runs on {on} that could read this")),
        }
    }

    fn give(&mut self, job: JobId, input: Input) {
        self.session.give(&mut self.cluster, job, input);
        self.note_ends();
    }

    /// Whether a command in the background of a terminal has printed a line with this text in it.
    pub(super) fn background_shows(&self, on: NodeId, text: &str) -> bool {
        let outputs = self.commands.iter().filter(|typed| typed.on == on && typed.background);
        outputs
            .filter_map(|typed| self.session.output(typed.job))
            .any(|output| output.lines().iter().any(|line| line.contains(text)))
    }

    /// Types a command.
    pub(super) fn type_command(&mut self, line: u32, deed: &Deed) -> Result<(), String> {
        let Deed::Command { on, line: text, background, open, input, expected } = deed else {
            return Ok(());
        };
        let terminal = self.terminal(on)?;
        let node = self.machine(&on.on)?;
        let text = self.with_captures(text);
        self.tell(line, Item::Typed(node, text.clone()));
        let stdin: String = input.iter().map(|line| self.with_captures(line) + "\n").collect();
        let job = self.session.type_with(&mut self.cluster, terminal, &text, stdin.into_bytes(), *open);
        self.commands.push(Typed {
            line,
            on: node,
            terminal,
            job,
            expected: expected.clone(),
            aside: *background,
            background: *background || *open,
            told: (0, 0),
            ended: false,
        });
        if !background && !open {
            self.pending = Some(Pending::Command(self.commands.len() - 1));
        }
        self.note_ends();
        Ok(())
    }

    /// Puts captured texts where their names stand in braces.
    pub(super) fn with_captures(&self, text: &str) -> String {
        self.captures
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }
}
