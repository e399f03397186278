//! What a running command sees of the world: calls it makes and what becomes of them, its
//! standard input, the time; and what it prints.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use super::shell::Shell;
use crate::model::{Cause, Directory, Operation, Outcome, Request, RequestId, WatchResponse};
use crate::units::{Nanos, NodeId};

/// Identifies a call among those of one command.
pub type CallId = u64;

/// Where a command prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// What a command wants done, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Sends a request. [`Input::Sent`] tells its number, [`Input::Ended`] its outcome.
    Call {
        /// The command's own number for it.
        call: CallId,
        /// The request.
        request: Request,
    },
    /// Hangs up on a call: nobody waits for it any more.
    HangUp {
        /// The call.
        call: CallId,
    },
    /// Prints.
    Print {
        /// Where.
        stream: Stream,
        /// What.
        bytes: Vec<u8>,
    },
}

/// What happens to a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A call is under way.
    Sent {
        /// The call.
        call: CallId,
        /// The number of its request.
        request: RequestId,
    },
    /// A call has ended.
    Ended {
        /// The call.
        call: CallId,
        /// How.
        outcome: Outcome,
    },
    /// A message came for a watch.
    Progress {
        /// The call that made the watch.
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

/// Something that a command waits for.
pub(super) enum Happened {
    Ended(CallId, Outcome),
    Progress(CallId, WatchResponse),
    /// A line of standard input without its end; `None` at the end of the input.
    Line(Option<Vec<u8>>),
    Interrupted,
    TimeOver,
}

/// Where standard output goes instead of onto the terminal.
pub(super) enum Capture {
    /// Into the next command.
    Pipe(Vec<u8>),
    /// Into a file of the terminal, at once: it can be read while the command runs.
    File(String),
}

#[derive(Clone)]
pub(super) struct Io(pub(super) Rc<RefCell<World>>);

pub(super) struct World {
    pub(super) now: Nanos,
    pub(super) directory: Directory,
    pub(super) here: NodeId,
    pub(super) shell: Rc<RefCell<Shell>>,
    pub(super) effects: Vec<Effect>,
    /// When it wants to be asked again at the latest.
    pub(super) wake: Option<Nanos>,
    pub(super) stdin: Vec<u8>,
    pub(super) stdin_ended: bool,
    /// Whether it waits for more of it.
    pub(super) reads_stdin: bool,
    /// Whether the command ends itself when it is interrupted for the first time.
    pub(super) handles_interrupt: bool,
    interrupted: bool,
    /// Where standard output goes while it is not shown.
    pub(super) capture: Option<Capture>,
    next_call: CallId,
    running: BTreeMap<CallId, Option<RequestId>>,
    /// Calls to endpoints that nobody has, and when they give up.
    dead: BTreeMap<CallId, Nanos>,
    happened: VecDeque<Happened>,
}

impl World {
    pub(super) fn new(here: NodeId, directory: Directory, shell: Rc<RefCell<Shell>>) -> World {
        World {
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

    /// Ends the wait of calls that nobody will answer.
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

    /// Hangs up on everything that still runs.
    pub(super) fn hang_up_all(&mut self) {
        for call in std::mem::take(&mut self.running).into_keys() {
            self.effects.push(Effect::HangUp { call });
        }
        self.dead.clear();
    }

    /// How a call ended, if it has.
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

    /// Whether an interrupt ends the command from outside: it does not end itself, or was asked to and has not.
    pub(super) fn is_killed_by_interrupt(&self) -> bool {
        !self.handles_interrupt || self.interrupted
    }

    fn wake_at(&mut self, at: Nanos) {
        self.wake = Some(self.wake.map_or(at, |wake| wake.min(at)));
    }

    /// Says when to be asked again, whatever else happens.
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
        let world = &mut *self.0.borrow_mut();
        match &mut world.capture {
            Some(Capture::Pipe(captured)) => captured.extend_from_slice(text.as_ref()),
            Some(Capture::File(file)) => {
                let shell = world.shell.borrow();
                shell.files.borrow_mut().entry(file.clone()).or_default().extend_from_slice(text.as_ref());
            }
            None => world.print(Stream::Stdout, text.as_ref()),
        }
    }

    pub(super) fn err(&self, text: impl AsRef<[u8]>) {
        self.0.borrow_mut().print(Stream::Stderr, text.as_ref());
    }

    /// Sends a request; endpoints that nobody has are left out.
    pub(super) fn send(&self, endpoints: &[String], operation: Operation, timeout: Nanos) -> CallId {
        let mut world = self.0.borrow_mut();
        let call = world.next_call;
        world.next_call += 1;
        let here = world.here;
        let endpoints: Vec<NodeId> =
            endpoints.iter().filter_map(|endpoint| world.directory.resolve(here, endpoint)).collect();
        if endpoints.is_empty() {
            let deadline = world.now.saturating_add(timeout);
            world.dead.insert(call, deadline);
        } else {
            world.running.insert(call, None);
            world.effects.push(Effect::Call { call, request: Request { endpoints, operation, timeout } });
        }
        call
    }

    /// The number of the request behind a call that runs.
    pub(super) fn request_of(&self, call: CallId) -> Option<RequestId> {
        self.0.borrow().running.get(&call).copied().flatten()
    }

    /// Ends a call for which nobody waits any more.
    pub(super) fn hang_up(&self, call: CallId) {
        let mut world = self.0.borrow_mut();
        if world.running.remove(&call).is_some() {
            world.effects.push(Effect::HangUp { call });
        }
    }

    /// How a call ended; what else happens waits.
    pub(super) async fn outcome(&self, call: CallId) -> Outcome {
        poll_fn(|_| self.0.borrow_mut().ended(call)).await
    }

    /// How a call ended; `None` when an interrupt came first, and the call was given up.
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

    /// Whether the command was interrupted, and ends itself for it.
    pub(super) fn is_interrupted(&self) -> bool {
        let world = self.0.borrow();
        world.handles_interrupt && world.interrupted
    }

    /// The next thing that happens: to a call, an interrupt, a line of input if lines are wanted,
    /// or that it is late.
    pub(super) async fn next(&self, until: Option<Nanos>, lines: bool) -> Happened {
        poll_fn(|_| {
            let mut world = self.0.borrow_mut();
            if let Some(happened) = world.happened.pop_front() {
                return Poll::Ready(happened);
            }
            if world.handles_interrupt && world.interrupted {
                return Poll::Ready(Happened::Interrupted);
            }
            if lines && let Some(line) = world.take_line() {
                return Poll::Ready(Happened::Line(line));
            }
            world.reads_stdin |= lines;
            match until {
                Some(at) if at <= world.now => return Poll::Ready(Happened::TimeOver),
                Some(at) => world.wake_at(at),
                None => {}
            }
            world.wait();
            Poll::Pending
        })
        .await
    }

    /// The next line of standard input; `None` at its end. What else happens waits.
    pub(super) async fn line(&self) -> Option<Vec<u8>> {
        poll_fn(|_| {
            let mut world = self.0.borrow_mut();
            let line = world.take_line();
            world.reads_stdin |= line.is_none();
            line.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    /// All of standard input.
    pub(super) async fn stdin(&self) -> Vec<u8> {
        poll_fn(|_| {
            let mut world = self.0.borrow_mut();
            world.reads_stdin |= !world.stdin_ended;
            if world.stdin_ended { Poll::Ready(std::mem::take(&mut world.stdin)) } else { Poll::Pending }
        })
        .await
    }
}

impl World {
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
