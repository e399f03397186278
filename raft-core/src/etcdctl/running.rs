//! A command line that runs: driven from outside, call by call.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::io::{Effect, Input, Io, World};
use super::shell::{Shell, run_line};
use super::words::tokens;
use crate::model::Directory;
use crate::units::{Nanos, NodeId};

/// The exit code of a command that was interrupted.
const INTERRUPTED: u8 = 130;

/// A terminal on a node: its variables and its files outlive its commands.
pub struct Terminal {
    here: NodeId,
    shell: Rc<RefCell<Shell>>,
}

impl Terminal {
    /// A new terminal on a node.
    pub fn new(here: NodeId) -> Terminal {
        Terminal { here, shell: Rc::default() }
    }

    /// One more terminal on the same node: it sees the same files, and has variables of its own.
    pub fn beside(&self) -> Terminal {
        let files = self.shell.borrow().files.clone();
        let shell = Shell { files, ..Shell::default() };
        Terminal { here: self.here, shell: Rc::new(RefCell::new(shell)) }
    }

    /// The node on which it is.
    pub fn here(&self) -> NodeId {
        self.here
    }

    /// The names of its files.
    pub fn files(&self) -> Vec<String> {
        self.shell.borrow().files.borrow().keys().cloned().collect()
    }

    /// What a line leaves open, so that more of it is to come: a quote, a backslash at its end,
    /// or text that a `<<` announced.
    pub fn leaves_open(&self, line: &str) -> bool {
        tokens(line, &self.shell.borrow().variables).is_err()
    }

    /// Begins to run a line, which may have further lines of text that it announces (`<<END`).
    /// Nothing happens before [`Running::poll`].
    pub fn start(&self, line: &str, directory: &Directory) -> Running {
        let world = World::new(self.here, directory.clone(), self.shell.clone());
        let io = Io(Rc::new(RefCell::new(world)));
        let future = Box::pin(run_line(io.clone(), line.to_owned()));
        Running { io, future: Some(future), exit: None }
    }
}

/// A command line that runs.
///
/// It is a state machine: [`Running::give`] tells it what happened, [`Running::poll`] lets it go
/// on and answers what it wants done. It knows no clock but the one it is told.
pub struct Running {
    io: Io,
    future: Option<Pin<Box<dyn Future<Output = u8>>>>,
    exit: Option<u8>,
}

impl Running {
    /// Tells what happened. [`Running::poll`] is due afterwards.
    ///
    /// The first interrupt lets a command that gives something back (`lock`, `elect`) do so; a second one ends
    /// it at once. The real tool has no ear for the second, and waits for an endpoint that may never return.
    pub fn give(&mut self, input: Input) {
        if self.exit.is_some() {
            return;
        }
        let mut world = self.io.0.borrow_mut();
        if input == Input::Interrupt && world.is_killed_by_interrupt() {
            world.hang_up_all();
            self.exit = Some(INTERRUPTED);
        } else {
            world.take(input);
        }
    }

    /// Goes on as far as it can at this instant; what it wants done, in order.
    pub fn poll(&mut self, now: Nanos, directory: &Directory) -> Vec<Effect> {
        if self.exit.is_none()
            && let Some(future) = &mut self.future
        {
            {
                let mut world = self.io.0.borrow_mut();
                world.pass_time(now);
                world.reads_stdin = false;
                if world.directory != *directory {
                    world.directory = directory.clone();
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

    /// When it wants to go on by itself, if nothing happens before.
    pub fn wakes_at(&self) -> Option<Nanos> {
        self.io.0.borrow().wake
    }

    /// Whether it waits for standard input.
    pub fn reads_stdin(&self) -> bool {
        self.exit.is_none() && self.io.0.borrow().reads_stdin
    }

    /// The exit code, once it has ended.
    pub fn exit(&self) -> Option<u8> {
        self.exit
    }
}
