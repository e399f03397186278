//! The inputs and outputs of a running command: its calls and their outcomes, standard input, the
//! time, and its output.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use super::shell::Shell;
use crate::model::{Cause, Directory, Operation, Outcome, Request, RequestId, WatchResponse};
use crate::units::{Nanos, NodeId};

/// A call's number in its command, from 1.
pub type CallId = u64;

/// The stream to which a command prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// An action that a command asks its driver to perform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a request. [`Input::Sent`] returns its id, [`Input::Ended`] its outcome.
    Call {
        /// The command's number for the call.
        call: CallId,
        /// The request.
        request: Request,
    },
    /// Hang up a call whose outcome is not needed any more.
    HangUp {
        /// The call.
        call: CallId,
    },
    /// Print output.
    Print {
        /// The stream.
        stream: Stream,
        /// The output.
        bytes: Vec<u8>,
    },
}

/// An input of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A call was sent.
    Sent {
        /// The call.
        call: CallId,
        /// The id of its request.
        request: RequestId,
    },
    /// A call has ended.
    Ended {
        /// The call.
        call: CallId,
        /// Its outcome.
        outcome: Outcome,
    },
    /// A watch received a message.
    Progress {
        /// The call that created the watch.
        call: CallId,
        /// The message.
        response: WatchResponse,
    },
    /// Bytes were typed.
    Stdin(Vec<u8>),
    /// Standard input has ended.
    StdinEnd,
    /// The interrupt key was pressed.
    Interrupt,
}

/// An occurrence that a command waits for.
pub(super) enum Happened {
    Ended(CallId, Outcome),
    Progress(CallId, WatchResponse),
    /// A line of standard input without its end; `None` at the end of the input.
    Line(Option<Vec<u8>>),
    Interrupted,
    TimeOver,
}

/// The destination of redirected standard output.
pub(super) enum Capture {
    /// The next command's standard input.
    Pipe(Vec<u8>),
    /// A file of the terminal. It is written at once, so it can be read while the command runs.
    File(String),
}

/// A handle to the state of a running command.
#[derive(Clone)]
pub(super) struct Io(pub(super) Rc<RefCell<CommandState>>);

/// The state of a running command, shared between its future and its driver.
pub(super) struct CommandState {
    pub(super) now: Nanos,
    pub(super) directory: Directory,
    pub(super) here: NodeId,
    pub(super) shell: Rc<RefCell<Shell>>,
    pub(super) effects: Vec<Effect>,
    /// The instant at which the command continues without an input.
    pub(super) wake: Option<Nanos>,
    pub(super) stdin: Vec<u8>,
    pub(super) stdin_ended: bool,
    /// Whether the command waits for more standard input.
    pub(super) reads_stdin: bool,
    /// Whether the command handles the first interrupt itself.
    pub(super) handles_interrupt: bool,
    interrupted: bool,
    /// The destination of standard output, if it is redirected.
    pub(super) capture: Option<Capture>,
    next_call: CallId,
    running: BTreeMap<CallId, Option<RequestId>>,
    /// Calls whose endpoints do not exist, and the instants at which they time out.
    dead: BTreeMap<CallId, Nanos>,
    happened: VecDeque<Happened>,
}

impl CommandState {
    pub(super) fn new(here: NodeId, directory: Directory, shell: Rc<RefCell<Shell>>) -> CommandState {
        CommandState {
            now: 0,
            directory,
            here,
            shell,
            effects: Vec::new(),
            wake: None,
            stdin: Vec::new(),
            stdin_ended: false,
            reads_stdin: false,
            handles_interrupt: false,
            interrupted: false,
            capture: None,
            next_call: 1,
            running: BTreeMap::new(),
            dead: BTreeMap::new(),
            happened: VecDeque::new(),
        }
    }

    pub(super) fn take(&mut self, input: Input) {
        match input {
            Input::Sent { call, request } => {
                if let Some(number) = self.running.get_mut(&call) {
                    *number = Some(request);
                }
            }
            Input::Ended { call, outcome } => {
                if self.running.remove(&call).is_some() {
                    self.happened.push_back(Happened::Ended(call, outcome));
                }
            }
            Input::Progress { call, response } => {
                self.happened.push_back(Happened::Progress(call, response));
            }
            Input::Stdin(bytes) => self.stdin.extend(bytes),
            Input::StdinEnd => self.stdin_ended = true,
            Input::Interrupt => self.interrupted = true,
        }
    }

    /// Sets the time, and ends the calls to nonexistent endpoints whose timeout has come.
    pub(super) fn pass_time(&mut self, now: Nanos) {
        self.now = now;
        self.wake = None;
        let due: Vec<CallId> =
            self.dead.iter().filter(|(_, deadline)| **deadline <= now).map(|(call, _)| *call).collect();
        for call in due {
            self.dead.remove(&call);
            self.happened.push_back(Happened::Ended(call, Outcome::Failed(Cause::EndpointsDown)));
        }
    }

    /// Hangs up every running call.
    pub(super) fn hang_up_all(&mut self) {
        for call in std::mem::take(&mut self.running).into_keys() {
            self.effects.push(Effect::HangUp { call });
        }
        self.dead.clear();
    }

    /// Returns the outcome of a call that has ended.
    fn ended(&mut self, call: CallId) -> Poll<Outcome> {
        let is_it = |happened: &Happened| matches!(happened, Happened::Ended(ended, _) if *ended == call);
        match self.happened.iter().position(is_it).and_then(|at| self.happened.remove(at)) {
            Some(Happened::Ended(_, outcome)) => Poll::Ready(outcome),
            _ => {
                self.wait();
                Poll::Pending
            }
        }
    }

    /// Returns whether an interrupt ends the command at once: it does not handle interrupts, or it
    /// was interrupted before.
    pub(super) fn is_killed_by_interrupt(&self) -> bool {
        !self.handles_interrupt || self.interrupted
    }

    fn wake_at(&mut self, at: Nanos) {
        self.wake = Some(self.wake.map_or(at, |wake| wake.min(at)));
    }

    /// Schedules the wake-up for the first timeout of a call to nonexistent endpoints.
    fn wait(&mut self) {
        if let Some(at) = self.dead.values().min().copied() {
            self.wake_at(at);
        }
    }

    fn take_line(&mut self) -> Option<Option<Vec<u8>>> {
        if let Some(end) = self.stdin.iter().position(|byte| *byte == b'\n') {
            let rest = self.stdin.split_off(end + 1);
            let mut line = std::mem::replace(&mut self.stdin, rest);
            line.pop();
            return Some(Some(line));
        }
        self.stdin_ended.then_some(None)
    }
}

impl Io {
    pub(super) fn now(&self) -> Nanos {
        self.0.borrow().now
    }

    pub(super) fn out(&self, text: impl AsRef<[u8]>) {
        let state = &mut *self.0.borrow_mut();
        match &mut state.capture {
            Some(Capture::Pipe(captured)) => captured.extend_from_slice(text.as_ref()),
            Some(Capture::File(file)) => {
                let shell = state.shell.borrow();
                shell.files.borrow_mut().entry(file.clone()).or_default().extend_from_slice(text.as_ref());
            }
            None => state.print(Stream::Stdout, text.as_ref()),
        }
    }

    pub(super) fn err(&self, text: impl AsRef<[u8]>) {
        self.0.borrow_mut().print(Stream::Stderr, text.as_ref());
    }

    /// Sends a request. Endpoints that do not exist are skipped.
    pub(super) fn send(&self, endpoints: &[String], operation: Operation, timeout: Nanos) -> CallId {
        let mut state = self.0.borrow_mut();
        let call = state.next_call;
        state.next_call += 1;
        let here = state.here;
        let endpoints: Vec<NodeId> =
            endpoints.iter().filter_map(|endpoint| state.directory.resolve(here, endpoint)).collect();
        if endpoints.is_empty() {
            let deadline = state.now.saturating_add(timeout);
            state.dead.insert(call, deadline);
        } else {
            state.running.insert(call, None);
            state.effects.push(Effect::Call { call, request: Request { endpoints, operation, timeout } });
        }
        call
    }

    /// Returns the request id of a running call.
    pub(super) fn request_of(&self, call: CallId) -> Option<RequestId> {
        self.0.borrow().running.get(&call).copied().flatten()
    }

    /// Hangs up a running call.
    pub(super) fn hang_up(&self, call: CallId) {
        let mut state = self.0.borrow_mut();
        if state.running.remove(&call).is_some() {
            state.effects.push(Effect::HangUp { call });
        }
    }

    /// Waits for the outcome of a call. Other occurrences stay queued.
    pub(super) async fn outcome(&self, call: CallId) -> Outcome {
        poll_fn(|_| self.0.borrow_mut().ended(call)).await
    }

    /// Waits for the outcome of a call. If an interrupt comes first, hangs up and returns `None`.
    pub(super) async fn outcome_or_interrupt(&self, call: CallId) -> Option<Outcome> {
        let outcome = poll_fn(|_| {
            let ended = self.0.borrow_mut().ended(call);
            if ended.is_pending() && self.is_interrupted() { Poll::Ready(None) } else { ended.map(Some) }
        });
        let outcome = outcome.await;
        if outcome.is_none() {
            self.hang_up(call);
        }
        outcome
    }

    /// Returns whether the command was interrupted and handles it itself.
    pub(super) fn is_interrupted(&self) -> bool {
        let state = self.0.borrow();
        state.handles_interrupt && state.interrupted
    }

    /// Waits for the next occurrence: on a call, an interrupt, a line of standard input if `lines`,
    /// or the instant `until`.
    pub(super) async fn next(&self, until: Option<Nanos>, lines: bool) -> Happened {
        poll_fn(|_| {
            let mut state = self.0.borrow_mut();
            if let Some(happened) = state.happened.pop_front() {
                return Poll::Ready(happened);
            }
            if state.handles_interrupt && state.interrupted {
                return Poll::Ready(Happened::Interrupted);
            }
            if lines && let Some(line) = state.take_line() {
                return Poll::Ready(Happened::Line(line));
            }
            state.reads_stdin |= lines;
            match until {
                Some(at) if at <= state.now => return Poll::Ready(Happened::TimeOver),
                Some(at) => state.wake_at(at),
                None => {}
            }
            state.wait();
            Poll::Pending
        })
        .await
    }

    /// Waits for the next line of standard input; `None` at its end. Other occurrences stay queued.
    pub(super) async fn line(&self) -> Option<Vec<u8>> {
        poll_fn(|_| {
            let mut state = self.0.borrow_mut();
            let line = state.take_line();
            state.reads_stdin |= line.is_none();
            line.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    /// Waits for the end of standard input and returns all of it.
    pub(super) async fn stdin(&self) -> Vec<u8> {
        poll_fn(|_| {
            let mut state = self.0.borrow_mut();
            state.reads_stdin |= !state.stdin_ended;
            if state.stdin_ended { Poll::Ready(std::mem::take(&mut state.stdin)) } else { Poll::Pending }
        })
        .await
    }
}

impl CommandState {
    fn print(&mut self, stream: Stream, bytes: &[u8]) {
        if let Some(Effect::Print { stream: last, bytes: before }) = self.effects.last_mut()
            && *last == stream
        {
            before.extend_from_slice(bytes);
        } else if !bytes.is_empty() {
            self.effects.push(Effect::Print { stream, bytes: bytes.to_vec() });
        }
    }
}
