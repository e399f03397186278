//! What the page sees of the cluster: its view with all words, updated at a limited rate, its events, and the
//! messages that were lost.
//!
//! On its way to the page, an event waits in up to five queues; a sixth keeps it for the listener:
//!
//! | Queue | Holds | Filled by | Emptied by | Bound |
//! |---|---|---|---|---|
//! | `waiting` of raft-core's recorder | events not yet taken out of the cluster | `Recorder::record` |
//! `Cluster::take_events` | 200,000; the oldest go |
//! | `Inner::heard` | events that the drivers have heard | `Inner::hear` | `Session::take_in` | one frame's
//! events |
//! | `Inner::untold` | events taken in since words were last published | `Session::take_in` |
//! `Session::publish_view` | the events between two publications |
//! | `Inner::to_tell` | events that lead to the published view | `Session::publish_view` |
//! `Session::tell_events`, a frame later | as `untold` |
//! | `EventLog::waiting` | events whose words are not loaded yet | `EventLog::write` |
//! `EventLog::describe_with` | 20,000; the oldest go |
//! | `LateListener::kept` | events for a listener that is not loaded yet | `LateListener::hear` |
//! `LateListener::take_in` | 20,000; later ones are left out |
//!
//! `heard` stays empty while the session has no drivers: `take_in` then takes events from the recorder
//! itself.

use std::sync::Arc;

use leptos::prelude::*;
use raft_core::model::{ClusterView, Event, EventKind};

use super::{Crash, Session};
use crate::browser::wall_ms;

impl Session {
    /// Takes events out of the cluster and shows what they changed.
    pub fn pump(&self) {
        self.take_in();
        self.publish();
    }

    /// Takes events out of the cluster. Moving parts are updated with each frame, words at most once in
    /// `words_ms` milliseconds of wall time: nobody reads faster, and words cost the browser more than
    /// movement.
    pub fn pump_frame(&self, words_ms: f64) {
        self.take_in();
        // The events are passed on one frame after the view that followed them, so that no frame does both.
        self.tell_events();
        if wall_ms() - self.inner.with_value(|inner| inner.published_at) >= words_ms {
            self.publish_view();
        }
    }

    fn take_in(&self) {
        let in_the_past = self.past.at.with_untracked(Option::is_some);
        self.inner.update_value(|inner| {
            inner.hear();
            let mut events = std::mem::take(&mut inner.heard);
            events.append(&mut inner.cluster.take_events());
            if !events.is_empty() {
                let view = inner.cluster.view();
                inner.note_breaks(&events);
                inner.flight.clone_from(&view.messages);
                inner.untold.append(&mut events);
                if !in_the_past {
                    inner.newest = Arc::new(view);
                    inner.unpublished = true;
                }
            }
        });
        if !in_the_past {
            self.clock.set(self.now());
        }
    }

    /// Publishes what was taken in and not shown yet.
    pub fn publish(&self) {
        self.publish_view();
        self.tell_events();
    }

    fn publish_view(&self) {
        let view = self.inner.try_update_value(|inner| {
            let view = std::mem::take(&mut inner.unpublished).then(|| inner.newest.clone());
            if view.is_some() || !inner.untold.is_empty() {
                inner.published_at = wall_ms();
            }
            inner.to_tell.append(&mut inner.untold);
            view
        });
        if let Some(view) = view.flatten() {
            self.show_shared(view);
        }
    }

    /// Passes on the events that lead to the published view.
    fn tell_events(&self) {
        let events = self.inner.try_update_value(|inner| std::mem::take(&mut inner.to_tell));
        let Some(events) = events.filter(|events| !events.is_empty()) else { return };
        self.log.write(&events);
        self.note_crashes(&events);
        let view = self.view.get_untracked();
        self.listener.update_value(|listener| listener.hear(events, &view));
    }

    pub(super) fn note_crashes(&self, events: &[Event]) {
        const CRASHES_MAX: usize = 50;
        let took = events.iter().filter_map(|event| match event.kind {
            EventKind::Crashed { node, durable, lost } if lost > 0 => {
                Some(Crash { node, at: event.at, durable, lost })
            }
            _ => None,
        });
        let mut took = took.peekable();
        if took.peek().is_some() {
            self.crashes.update(|crashes| {
                crashes.extend(took);
                let surplus = crashes.len().saturating_sub(CRASHES_MAX);
                crashes.drain(..surplus);
            });
        }
    }

    /// Shows a view.
    pub fn show(&self, view: ClusterView) {
        self.show_shared(Arc::new(view));
    }

    fn show_shared(&self, view: Arc<ClusterView>) {
        // If the selected node has left the cluster, another one is selected.
        let selected = self.selected.get_untracked();
        if let Some(first) = view.nodes.first().filter(|_| !view.nodes.iter().any(|node| node.id == selected))
        {
            self.selected.set(first.id);
        }
        self.inner.update_value(|inner| {
            inner.newest = view.clone();
            inner.unpublished = false;
        });
        self.view.set(view);
    }
}
