//! A running command line, which its caller drives.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::io::{CommandState, Effect, Input, Io};
use super::shell::{Shell, run_line};
use super::words::tokens;
use crate::model::Directory;
use crate::units::{Nanos, NodeId};

/// The exit code of a command that was interrupted.
const INTERRUPTED: u8 = 130;

/// A terminal on a node. Its variables and files outlive its commands.
pub struct Terminal {
    here: NodeId,
    shell: Rc<RefCell<Shell>>,
}

impl Terminal {
    /// Creates a node's first terminal.
    pub fn new(here: NodeId) -> Terminal {
        Terminal { here, shell: Rc::default() }
    }

    /// Creates another terminal on the same node. It shares the files and has its own variables.
    pub fn beside(&self) -> Terminal {
        let files = self.shell.borrow().files.clone();
        let shell = Shell { files, ..Shell::default() };
        Terminal { here: self.here, shell: Rc::new(RefCell::new(shell)) }
    }

    /// The terminal's node.
    pub fn here(&self) -> NodeId {
        self.here
    }

    /// Returns the names of the terminal's files.
    pub fn files(&self) -> Vec<String> {
        self.shell.borrow().files.borrow().keys().cloned().collect()
    }

    /// Returns whether a line is incomplete: it ends in an open quote, a backslash or an open `<<` text.
    pub fn leaves_open(&self, line: &str) -> bool {
        tokens(line, &self.shell.borrow().variables).is_err()
    }

    /// Starts a line, which may contain the lines of its `<<END` texts. It runs in
    /// [`Running::poll`].
    pub fn start(&self, line: &str, directory: &Directory) -> Running {
        let state = CommandState::new(self.here, directory.clone(), self.shell.clone());
        let io = Io(Rc::new(RefCell::new(state)));
        let future = Box::pin(run_line(io.clone(), line.to_owned()));
        Running { io, future: Some(future), exit: None }
    }
}

/// A running command line.
///
/// It is a state machine: [`Running::give`] passes it an input, and [`Running::poll`] runs it and
/// returns the effects to perform. Its only clock is the time passed to `poll`.
pub struct Running {
    io: Io,
    future: Option<Pin<Box<dyn Future<Output = u8>>>>,
    exit: Option<u8>,
}

impl Running {
    /// Passes an input. Call [`Running::poll`] afterwards.
    ///
    /// On the first interrupt, `lock` and `elect` delete their key; a second one ends them at once.
    /// The real tool ignores a second interrupt and waits for the endpoint, which may never return.
    pub fn give(&mut self, input: Input) {
        if self.exit.is_some() {
            return;
        }
        let mut state = self.io.0.borrow_mut();
        if input == Input::Interrupt && state.is_killed_by_interrupt() {
            state.hang_up_all();
            self.exit = Some(INTERRUPTED);
        } else {
            state.take(input);
        }
    }

    /// Runs the command as far as it gets at `now`; returns the effects to perform, in order.
    pub fn poll(&mut self, now: Nanos, directory: &Directory) -> Vec<Effect> {
        if self.exit.is_none()
            && let Some(future) = &mut self.future
        {
            {
                let mut state = self.io.0.borrow_mut();
                state.pass_time(now);
                state.reads_stdin = false;
                if state.directory != *directory {
                    state.directory = directory.clone();
                }
            }
            if let Poll::Ready(exit) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                self.exit = Some(exit);
                self.io.0.borrow_mut().hang_up_all();
            }
        }
        if self.exit.is_some() {
            self.future = None;
            self.io.0.borrow_mut().wake = None;
        }
        std::mem::take(&mut self.io.0.borrow_mut().effects)
    }

    /// Returns the instant at which the command continues without an input.
    pub fn wakes_at(&self) -> Option<Nanos> {
        self.io.0.borrow().wake
    }

    /// Returns whether the command waits for standard input.
    pub fn reads_stdin(&self) -> bool {
        self.exit.is_none() && self.io.0.borrow().reads_stdin
    }

    /// Returns the exit code once the command has ended.
    pub fn exit(&self) -> Option<u8> {
        self.exit
    }
}
