//! The session: it owns the cluster and is the only place that acts on it.
//!
//! An action takes effect between instants: the session first runs everything that is due at the present one.
//! It records each action in a [`Journal`], so the run can be exported as a scenario. [`Session::pump`] takes
//! events out of the cluster and makes the view.
//!
//! | Module | Content |
//! |---|---|
//! | `inner` | the cluster, and its steps, one at a time while a driver listens |
//! | `publish` | what the page sees; the queues in which an event waits |
//! | `drivers` | drivers, which receive events at their very instant and may act; listeners, which receive
//! them afterwards |
//! | `past` | viewing an instant of the past, and acting there |
//! | `event_log` | the newest events in words |

mod drivers;
mod event_log;
mod inner;
mod past;
mod publish;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use raft_core::cluster::Cluster;
use raft_core::model::{Action, Applied, ClusterView, Event, Message, Request, RequestId, Settings};
use raft_core::scenario::Journal;
use raft_core::units::{Nanos, NodeId};

use crate::text;
use drivers::LateListener;
pub use drivers::{Driver, DriverKind, EventListener};
pub use event_log::{EventLog, LOG_LINES_MAX, LogLine};
use inner::Inner;
pub use past::{ActionList, BranchInfo, BranchPlayer, BranchTree, Label, Memory, Past, Recorded};

/// A short message to the person: why something did not happen, or what was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The text.
    pub text: String,
    /// Whether it is an error rather than a remark.
    pub is_error: bool,
}

/// A message that was lost; it is marked for a moment where it was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The message as of the last view.
    pub message: Message,
    /// How far it came, in per mille of the way.
    pub permille: u64,
}

/// A crash, and the entries that it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crash {
    /// The node that crashed.
    pub node: NodeId,
    /// The instant of the crash, in virtual nanoseconds.
    pub at: Nanos,
    /// The last log index that survived.
    pub durable: u64,
    /// The number of entries that were only in memory.
    pub lost: u64,
}

/// A handle on the session; all copies share it.
#[derive(Clone, Copy)]
pub struct Session {
    inner: StoredValue<Inner, LocalStorage>,
    /// The cluster as of the last event.
    pub view: RwSignal<Arc<ClusterView>>,
    /// The newest events in words.
    pub log: EventLog,
    /// The virtual time in nanoseconds; it changes every frame while the clock runs.
    pub clock: RwSignal<Nanos>,
    /// The node whose card is shown.
    pub selected: RwSignal<NodeId>,
    /// The message to the person.
    pub notice: RwSignal<Option<Notice>>,
    /// The settings of the running cluster.
    pub settings: RwSignal<Settings>,
    /// The request whose life is shown.
    pub shown_request: RwSignal<Option<RequestId>>,
    /// The listener to all events, and the events from before it was loaded.
    listener: StoredValue<LateListener, LocalStorage>,
    /// The number of the cluster: what belongs to an earlier one is dropped.
    pub generation: RwSignal<u32>,
    /// The instant that is viewed, and the branches.
    pub past: Past,
    /// The newest crashes that took entries.
    pub crashes: RwSignal<Vec<Crash>>,
    /// Whether the person may only watch.
    pub read_only: RwSignal<bool>,
}

impl Session {
    /// Starts a session with a fresh cluster.
    pub fn start(settings: Settings) -> Session {
        let (settings, cluster) = match Cluster::new(settings.clone()) {
            Ok(cluster) => (settings, cluster),
            // Settings from outside that are refused are replaced by the defaults.
            Err(_) => default_cluster(),
        };
        let view = Arc::new(cluster.view());
        let session = Session {
            inner: StoredValue::new_local(Inner::new(cluster)),
            view: RwSignal::new(view),
            log: EventLog::default(),
            clock: RwSignal::default(),
            selected: RwSignal::new(1),
            notice: RwSignal::default(),
            settings: RwSignal::new(settings),
            shown_request: RwSignal::default(),
            listener: StoredValue::new_local(LateListener::default()),
            generation: RwSignal::default(),
            past: Past::default(),
            crashes: RwSignal::default(),
            read_only: RwSignal::default(),
        };
        session.pump();
        session
    }

    /// Replaces the cluster.
    ///
    /// # Errors
    /// The settings are not consistent; the running cluster is unchanged.
    pub fn renew(&self, settings: Settings) -> Result<(), String> {
        let cluster = Cluster::new(settings.clone()).map_err(|error| error.to_string())?;
        self.inner.update_value(|inner| {
            let mut drivers = std::mem::take(&mut inner.drivers);
            drivers.iter_mut().flatten().for_each(|driver| driver.start_over());
            let journal = inner.journal.clone();
            journal.replace(Journal::default());
            let memory = inner.memory.take();
            *inner = Inner { drivers, journal, memory, ..Inner::new(cluster) };
            if let Some(memory) = &inner.memory {
                memory.begin(&mut inner.cluster);
            }
        });
        self.past.at.set(None);
        self.past.on_the_way.set(None);
        self.log.clear();
        self.listener.update_value(LateListener::start_over);
        self.crashes.set(Vec::new());
        self.selected.set(1);
        self.shown_request.set(None);
        self.settings.set(settings);
        self.generation.update(|generation| *generation += 1);
        self.notice.set(None);
        self.pump();
        Ok(())
    }

    /// Acts on the cluster now, between instants. A refusal is shown to the person.
    pub fn act(&self, action: Action) -> Option<Applied> {
        if self.read_only.get_untracked() {
            self.tell(text::only_to_watch().to_owned(), false);
            return None;
        }
        if let (Some(at), Some(memory)) = (self.past.at.get_untracked(), self.memory()) {
            memory.fork(at, action);
            return None;
        }
        self.take_over();
        let result = self.inner.try_update_value(|inner| inner.act(action))?;
        self.pump();
        match result {
            Ok(Applied::NothingToDo(why)) => {
                self.tell(text::sentence(&why), false);
                None
            }
            Ok(applied) => {
                self.notice.set(None);
                Some(applied)
            }
            Err(error) => {
                self.tell(text::sentence(&error.to_string()), true);
                None
            }
        }
    }

    /// Sends a request and shows its life.
    pub fn request(&self, request: Request) -> Option<RequestId> {
        match self.act(Action::Request(request)) {
            Some(Applied::Request(id)) => {
                self.shown_request.set(Some(id));
                Some(id)
            }
            _ => None,
        }
    }

    /// Adds a driver, or replaces the one of the same kind.
    pub fn accompany(&self, kind: DriverKind, driver: impl Driver + 'static) {
        self.inner.update_value(|inner| inner.drivers[kind as usize] = Some(Box::new(driver)));
    }

    /// Is called when a person acts: a scenario that is being played gives way.
    pub fn take_over(&self) {
        self.inner.update_value(|inner| {
            for driver in inner.drivers.iter_mut().flatten() {
                driver.give_way(&inner.cluster);
            }
        });
    }

    /// Whether the clock is to stop because there is something to read. Returns true once per halt.
    pub fn take_halt(&self) -> bool {
        self.inner.try_update_value(|inner| std::mem::take(&mut inner.halted)).unwrap_or(false)
    }

    /// Returns the record of the actions on the cluster, in which drivers record theirs too.
    pub fn journal(&self) -> Rc<RefCell<Journal>> {
        self.inner.with_value(|inner| inner.journal.clone())
    }

    /// Lets a driver act on the cluster now, between instants.
    pub fn drive<T>(&self, act: impl FnOnce(&mut Cluster) -> T) -> Option<T> {
        self.go_live();
        let done = self.inner.try_update_value(|inner| {
            inner.finish_instant();
            let done = act(&mut inner.cluster);
            inner.finish_instant();
            done
        });
        self.pump();
        done
    }

    /// Reads the cluster beyond its view. Reading changes nothing.
    pub fn look<T>(&self, look: impl FnOnce(&Cluster) -> T) -> T {
        self.inner.with_value(|inner| look(&inner.cluster))
    }

    /// Advances virtual time, by at most `limit` messages and timers. Returns true when `to` was reached.
    pub fn advance(&self, to: Nanos, limit: u32) -> bool {
        let advance = |inner: &mut Inner| match inner.has_company() {
            true => (0..limit).any(|_| !inner.tick(to) || inner.halted),
            false => inner.cluster.advance_at_most(to, limit),
        };
        self.inner.try_update_value(advance).unwrap_or(true)
    }

    /// Runs until the next visible event. Returns false when nothing is left to happen.
    pub fn step(&self) -> bool {
        const FINE_STEPS_MAX: u32 = 2_000;
        let mut moved = false;
        for _ in 0..FINE_STEPS_MAX {
            let visible = self.inner.try_update_value(|inner| {
                let before = inner.cluster.event_count();
                inner.tick(Nanos::MAX).then(|| inner.cluster.event_count() > before || inner.halted)
            });
            match visible.flatten() {
                Some(visible) => {
                    moved = true;
                    if visible {
                        break;
                    }
                }
                None => break,
            }
        }
        self.pump();
        moved
    }

    /// Returns the virtual time in nanoseconds.
    pub fn now(&self) -> Nanos {
        self.inner.with_value(|inner| inner.cluster.now())
    }

    /// Returns why the run cannot continue, in words: a fault of the simulation, not of Raft. `None` while it
    /// can.
    pub fn stuck(&self) -> Option<String> {
        self.inner.with_value(|inner| inner.cluster.stuck().map(str::to_owned))
    }

    /// Returns the messages that were lost since the last call.
    pub fn take_breaks(&self) -> Vec<Broken> {
        self.inner.try_update_value(|inner| std::mem::take(&mut inner.breaks)).unwrap_or_default()
    }

    /// Returns the cluster as of the last event, for what is drawn in each frame; [`Session::view`] may be a
    /// few frames older.
    pub fn newest(&self) -> Arc<ClusterView> {
        self.inner.with_value(|inner| inner.newest.clone())
    }

    /// Returns the recorder of the run, once it is loaded.
    pub fn memory(&self) -> Option<Rc<dyn Memory>> {
        self.inner.with_value(|inner| inner.memory.clone())
    }

    /// Sets the recorder of the run.
    pub fn keep_memory(&self, memory: Rc<dyn Memory>) {
        self.inner.update_value(|inner| inner.memory = Some(memory));
    }

    /// Replaces the cluster by an equal one at the same instant.
    pub fn change_cluster(&self, change: impl FnOnce(&mut Cluster)) {
        self.inner.update_value(|inner| {
            inner.finish_instant();
            inner.heard.append(&mut inner.cluster.take_events());
            change(&mut inner.cluster);
        });
    }

    /// Replaces the cluster by another one. `before` are the events that were taken out of that one so far;
    /// the event log becomes that of the new cluster.
    pub fn replace_cluster(&self, cluster: Cluster, journal: Journal, mut before: Vec<Event>) {
        let events = self.inner.try_update_value(|inner| {
            inner.drivers.iter_mut().flatten().for_each(|driver| driver.start_over());
            inner.journal.replace(journal);
            inner.cluster = cluster;
            inner.heard.clear();
            inner.untold.clear();
            inner.to_tell.clear();
            inner.breaks.clear();
            inner.flight = inner.cluster.view().messages;
            inner.cluster.take_events()
        });
        before.append(&mut events.unwrap_or_default());
        let events = before;
        self.settings.set(self.look(|cluster| cluster.settings().clone()));
        self.log.clear();
        self.log.write(&events);
        self.crashes.set(Vec::new());
        self.note_crashes(&events);
        self.show(self.look(Cluster::view));
        self.listener.update_value(LateListener::start_over);
        let view = self.view.get_untracked();
        self.listener.update_value(|listener| listener.hear(events, &view));
    }

    /// Shows a message to the person.
    pub fn tell(&self, text: String, is_error: bool) {
        self.notice.set(Some(Notice { text, is_error }));
    }
}

/// Returns a cluster with the default settings.
fn default_cluster() -> (Settings, Cluster) {
    let settings = Settings::default();
    match Cluster::new(settings.clone()) {
        Ok(cluster) => (settings, cluster),
        // The default settings are tested; if they fail nevertheless, the crash page says what to do.
        Err(error) => panic!("the default settings were refused: {error}"),
    }
}
