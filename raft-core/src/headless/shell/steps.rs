//! Translates each step of a scenario into lines of the script.

use std::collections::{BTreeMap, BTreeSet};

use crate::scenario::{Condition, Deed, Scenario, Step, Terminal, Test, When, Who};
use crate::units::{Nanos, SECOND};

use super::line::{Line, Place, translate};
use super::live::at_once;
use super::plain::{instruction, seconds, whole_seconds};

/// How long `wait` waits by default.
const WAIT_DEFAULT: Nanos = 30 * SECOND;

/// Returns the body of a scenario's script, and whether it needs bash.
pub(super) fn body(scenario: &Scenario) -> (String, bool) {
    let awaits = scenario.steps.iter().any(|step| matches!(step.deed, Deed::Output { .. }));
    let mut writer = Writer { nodes: scenario.settings.nodes, awaits, ..Writer::default() };
    scenario.comments.iter().for_each(|comment| writer.comment(comment));
    for step in &at_once(&scenario.steps) {
        writer.step(step);
    }
    writer.show_the_rest();
    (writer.text, writer.bash)
}

/// A background command of the script.
struct Job {
    on: Terminal,
    /// Whether the scenario runs it with `&`.
    with_ampersand: bool,
    /// Whether it runs until it is interrupted.
    stays: bool,
    /// Whether its last output was printed, so that `NODE>` means the next command.
    done: bool,
    /// Whether some of its output was printed.
    shown: bool,
}

#[derive(Default)]
struct Writer {
    text: String,
    nodes: u64,
    /// Whether the scenario has `NODE>` steps, which print the output of background commands.
    awaits: bool,
    bash: bool,
    jobs: Vec<Job>,
    /// The terminals of the commands with `&`, in order, and the job of each that the script runs.
    ampersands: Vec<(Terminal, Option<usize>)>,
    captures: BTreeSet<String>,
    /// The terminal that the last line was typed into.
    terminal: String,
    /// The variables that each terminal has set: the name of each, and the text that sets it.
    variables: BTreeMap<String, Vec<(String, String)>>,
}

impl Writer {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn comment(&mut self, text: &str) {
        for line in text.lines() {
            let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            self.line(format!("# {line}").trim_end());
        }
    }

    fn step(&mut self, step: &Step) {
        match step.at {
            Some(When::At(time)) => self.line(&format!("reach {}", whole_seconds(time))),
            Some(When::After(time)) => self.line(&format!("sleep {}", seconds(time))),
            None => {}
        }
        match &step.deed {
            Deed::Blank => self.line(""),
            Deed::Comment(text) => self.comment(text),
            Deed::Command { on, line, background, open, input, expected } => {
                let typed = TypedLine { on, line, input, silent: *open, number: step.line.0 };
                self.command(&typed, *background, expected.as_deref());
            }
            Deed::Output { on, expected } => self.output(on, expected, step.line.0),
            Deed::Interrupt(on, number) => self.interrupt(on, *number),
            Deed::WaitFor(time) => self.line(&format!("sleep {}", seconds(*time))),
            Deed::Wait(condition, within) => self.wait(condition, within.unwrap_or(WAIT_DEFAULT)),
            Deed::Expect(condition) => self.comment(&format!("expected here: {condition}")),
            Deed::Name(name, who) => {
                let value = self.number(who);
                self.line(&format!("node_{name}={value}"));
            }
            Deed::Teach(_, text) | Deed::Hint(_, text) | Deed::Look(_, _, Some(text)) => self.comment(text),
            Deed::Try { text, .. } => self.comment(&format!("Try: {text}")),
            Deed::Look(_, _, None) | Deed::Speed(_) | Deed::Trace(_) => {}
            Deed::Ask { question, .. } => self.comment(question),
            deed => self.comment(&instruction(deed)),
        }
    }

    /// Returns the numbers of the nodes that a reference means, for a shell.
    fn number(&self, who: &Who) -> String {
        match who {
            Who::Node(id) => id.to_string(),
            Who::Leader => "\"$(leader)\"".to_owned(),
            Who::Follower => "\"$(follower)\"".to_owned(),
            Who::Named(name) => format!("\"$node_{name}\""),
            Who::All | Who::Rest => (1..=self.nodes).map(|id| id.to_string()).collect::<Vec<_>>().join(" "),
        }
    }

    fn numbers(&self, nodes: &[Who]) -> String {
        nodes.iter().map(|who| self.number(who)).collect::<Vec<_>>().join(" ")
    }

    fn command(&mut self, typed: &TypedLine<'_>, background: bool, expected: Option<&[String]>) {
        let TypedLine { on, line, input, number, .. } = typed;
        let terminal = on.to_string();
        self.comment(&format!("{terminal}$ {line}{}", if background { " &" } else { "" }));
        let jobs = self.jobs.len();
        let number_of_node = self.number(&on.on);
        let node = if number_of_node.starts_with('"') { "$here" } else { &number_of_node };
        let known = self.variables.get(&terminal).into_iter().flatten();
        let variables = known.map(|(name, _)| name.clone()).collect();
        let place = Place { node, captures: &self.captures, variables: &variables };
        let translated = match translate(line, &place) {
            Ok(_) if input.iter().any(|line| line.contains('\0')) => {
                Err("its input has a zero byte".to_owned())
            }
            translated => translated,
        };
        match translated {
            Err(why) => self.comment(&format!("The script does not run this: {why}.")),
            Ok(line) => {
                self.enter(&terminal);
                let mark = if line.translated { format!("'{number} today'") } else { number.to_string() };
                self.line(&format!("at {number_of_node} {mark}"));
                line.notes.iter().for_each(|note| self.comment(note));
                self.bash |= line.bash;
                self.run(&line, typed, background, expected.unwrap_or_default());
                self.variables.entry(terminal).or_default().extend(line.sets);
            }
        }
        if background {
            self.ampersands.push(((*on).clone(), (self.jobs.len() > jobs).then_some(jobs)));
        }
        // The output of a background command is printed later.
        if !background {
            self.expected(expected.unwrap_or_default());
        }
    }

    fn expected(&mut self, lines: &[String]) {
        for line in lines {
            self.comment(&format!("> {line}"));
        }
    }

    /// Changes to a terminal: unsets the variables of the previous one and sets its own.
    fn enter(&mut self, terminal: &str) {
        if self.terminal == terminal {
            return;
        }
        let before = std::mem::replace(&mut self.terminal, terminal.to_owned());
        let names: BTreeSet<String> =
            self.variables.get(&before).into_iter().flatten().map(|(name, _)| name.clone()).collect();
        if !names.is_empty() {
            self.line(&format!("unset {}", Vec::from_iter(names).join(" ")));
        }
        for (_, set) in self.variables.get(terminal).cloned().unwrap_or_default() {
            self.line(&set);
        }
    }

    fn run(&mut self, line: &Line, typed: &TypedLine<'_>, with_ampersand: bool, expected: &[String]) {
        // A command that runs until it is interrupted would block the script.
        let background = with_ampersand || line.stays;
        let (mut here, document) = self.document(typed.input);
        if typed.silent {
            here.push_str(" </dev/null");
        }
        let captures = if background { Vec::new() } else { self.new_captures(expected) };
        let wants_braces = line.is_list && (background || !captures.is_empty() || !document.is_empty())
            || line.has_file && !captures.is_empty();
        let mut text = if wants_braces { format!("{{ {}; }}", line.text) } else { line.text.clone() };
        text.push_str(&here);
        if background {
            let job = self.jobs.len() + 1;
            let output = if line.has_file && !wants_braces { "" } else { &format!(" >\"$work/{job}.out\"") };
            if output.is_empty() {
                self.line(&format!(": >\"$work/{job}.out\""));
            }
            self.line(&format!("{text}{output} 2>\"$work/{job}.err\" &{document}"));
            // A second to start; a wait in the scenario may give more.
            self.line(&format!("begun {job} {}", u8::from(line.stays)));
            let on = typed.on.clone();
            self.jobs.push(Job { on, with_ampersand, stays: line.stays, done: false, shown: false });
        } else if captures.is_empty() {
            self.line(&format!("{text}{document}"));
        } else {
            self.line(&format!("{text} >\"$work/out\"{document}"));
            self.line("cat \"$work/out\"");
            captures.iter().for_each(|capture| self.line(capture));
        }
    }

    /// Returns the input of a command as a here-document: the operator, and the text after the line.
    fn document(&self, input: &[String]) -> (String, String) {
        if input.is_empty() {
            return (String::new(), String::new());
        }
        let mut end = "END".to_owned();
        while input.contains(&end) {
            end.push('_');
        }
        let has_capture =
            |line: &String| self.captures.iter().any(|name| line.contains(&format!("{{{name}}}")));
        let varies = input.iter().any(has_capture);
        let mut text = String::new();
        for line in input {
            text.push('\n');
            if varies {
                let escaped = line.replace('\\', "\\\\").replace('$', "\\$").replace('`', "\\`");
                let filled = self.captures.iter().fold(escaped, |text, name| {
                    text.replace(&format!("{{{name}}}"), &format!("${{got_{name}}}"))
                });
                text.push_str(&filled);
            } else {
                text.push_str(line);
            }
        }
        let announced = if varies { format!(" <<{end}") } else { format!(" <<'{end}'") };
        (announced, format!("{text}\n{end}"))
    }

    /// Returns lines that capture texts from the output in the file `out`.
    fn new_captures(&mut self, expected: &[String]) -> Vec<String> {
        let mut lines = Vec::new();
        for (number, line) in (1..).zip(expected) {
            for name in captures_in(line) {
                if !self.captures.contains(&name) {
                    let pattern = self.pattern(line, &name);
                    lines.push(format!("got_{name}=$(sed -n '{number}s/^{pattern}$/\\1/p' \"$work/out\")"));
                    self.captures.insert(name);
                }
            }
        }
        lines
    }

    /// Returns a pattern of `sed` for an expected line, with a group for one of its captures.
    fn pattern(&self, line: &str, wanted: &str) -> String {
        let mut pattern = String::new();
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            let name = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(name, _)| name);
            if let Some(name) = name.filter(|name| is_capture(name)) {
                pattern.push_str(if name == wanted { "\\(.*\\)" } else { ".*" });
                rest = &rest[name.len() + 2..];
                continue;
            }
            match c {
                '…' => pattern.push_str(".*"),
                '\'' => pattern.push('.'),
                '.' | '*' | '[' | ']' | '^' | '$' | '/' | '\\' => pattern.extend(['\\', c]),
                c => pattern.push(c),
            }
            rest = &rest[c.len_utf8()..];
        }
        pattern
    }

    fn output(&mut self, on: &Terminal, expected: &[String], number: u32) {
        let Some(at) = self.jobs.iter().position(|job| job.on == *on && !job.done) else {
            self.comment(&format!("{on}> is the output of a command that the script did not run"));
            return;
        };
        self.jobs[at].done = !self.jobs[at].stays;
        self.jobs[at].shown = true;
        let terminal = on.to_string();
        self.enter(&terminal);
        self.line(&format!("at {} {number}", self.number(&on.on)));
        let captures = self.new_captures(expected);
        self.line(&format!("later {} {}", at + 1, expected.len().max(1)));
        captures.iter().for_each(|capture| self.line(capture));
        self.expected(expected);
    }

    fn interrupt(&mut self, on: &Terminal, number: Option<u32>) {
        let found = match number {
            Some(number) => {
                let there = self.ampersands.iter().filter(|(terminal, _)| terminal == on);
                let job = there.map(|(_, job)| *job).nth((number as usize).saturating_sub(1));
                job.flatten().filter(|job| self.jobs[*job].stays)
            }
            None => {
                let runs = |job: &Job| job.on == *on && job.stays;
                let front = self.jobs.iter().rposition(|job| runs(job) && !job.with_ampersand);
                front.or_else(|| self.jobs.iter().position(runs))
            }
        };
        match found {
            Some(at) => self.end(at),
            None => self.comment(&format!("interrupt {on}: the script runs no command there")),
        }
    }

    /// Interrupts a command, and prints its output unless a `NODE>` step does.
    fn end(&mut self, at: usize) {
        self.jobs[at].stays = false;
        self.line(&format!("interrupt {}", at + 1));
        if !(self.jobs[at].shown || self.jobs[at].with_ampersand && self.awaits) {
            self.jobs[at].shown = true;
            self.line(&format!("later {} 1", at + 1));
        }
    }

    /// Ends the commands that still run, unless `NODE>` steps print their output.
    fn show_the_rest(&mut self) {
        for at in 0..self.jobs.len() {
            if self.jobs[at].stays && !(self.jobs[at].with_ampersand && self.awaits) {
                self.end(at);
            }
        }
    }

    fn wait(&mut self, condition: &Condition, within: Nanos) {
        let within = whole_seconds(within);
        let command = match (&condition.test, condition.not) {
            (Test::Leader | Test::Quorum, false) => Some("answers".to_owned()),
            (Test::Key(key, value, nodes), false) => {
                let value = value.as_deref().unwrap_or("");
                Some(format!("holds {} {} {}", self.text(key), self.text(value), self.numbers(nodes)))
            }
            (Test::NoKey(key, nodes), false) => {
                Some(format!("lacks {} {}", self.text(key), self.numbers(nodes)))
            }
            (Test::Lease(id, _), false) => Some(format!("leased {}", self.text(id))),
            (Test::NoLease(id, _), false) => Some(format!("expired {}", self.text(id))),
            (Test::Shows(on, text), false) => {
                let jobs = (1..).zip(&self.jobs).filter(|(_, job)| job.on.on == *on && !job.done);
                let jobs: Vec<String> = jobs.map(|(number, _): (usize, _)| number.to_string()).collect();
                Some(format!("shows {} {}", self.text(text), jobs.join(" ")))
            }
            _ => None,
        };
        match command {
            Some(command) => self.line(&format!("await {within} {command}")),
            None => {
                self.comment(&format!("The playground waits here for: {condition}"));
                self.line("sleep 1");
            }
        }
    }

    /// Returns a text in single quotes, with captured texts filled in.
    fn text(&self, text: &str) -> String {
        let quoted = format!("'{}'", text.replace('\'', "'\\''"));
        let filled = self
            .captures
            .iter()
            .fold(quoted, |text, name| text.replace(&format!("{{{name}}}"), &format!("'\"$got_{name}\"'")));
        // Empty quotes beside a captured text are dropped.
        if filled.len() > 2 { filled.replace("''\"", "\"").replace("\"''", "\"") } else { filled }
    }
}

/// A line as it was typed.
struct TypedLine<'a> {
    on: &'a Terminal,
    line: &'a str,
    input: &'a [String],
    /// Whether it waits for input that never comes.
    silent: bool,
    /// The line in the scenario.
    number: u32,
}

fn is_capture(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// Returns the names of captures in an expected line, in order.
fn captures_in(line: &str) -> Vec<String> {
    let parts = line.split('{').skip(1);
    parts
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .filter(|name| is_capture(name))
        .map(str::to_owned)
        .collect()
}
