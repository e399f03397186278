//! The book of requests: what the events tell about each request, for the view.

use super::life::Lives;
use crate::model::{Call, Event, EventKind, LifeStep, Operation, RequestId, RequestView};
use crate::small_map::SmallMap;
use crate::units::Nanos;

/// The number of ended requests that are kept.
pub(crate) const REQUESTS_KEPT: u64 = 256;
/// The number of steps kept per request; later ones are only in the events.
const STEPS_KEPT: usize = 64;

/// The running requests and those that ended last.
#[derive(Default)]
pub(crate) struct RequestBook {
    requests: SmallMap<RequestId, Box<RequestView>>,
    lives: Lives,
    running: u64,
    /// The number of running watches.
    watches: u64,
}

impl RequestBook {
    /// Notes what an event tells about a request.
    pub(crate) fn observe(&mut self, event: &Event) {
        match &event.kind {
            EventKind::RequestStarted { id, operation, endpoints } => {
                self.running += 1;
                self.watches += u64::from(is_watch(operation));
                let view = RequestView {
                    id: *id,
                    operation: operation.clone(),
                    endpoints: endpoints.clone(),
                    started: event.at,
                    steps: Vec::new(),
                    ended: None,
                };
                self.requests.insert(*id, Box::new(view));
            }
            EventKind::RequestStep { id, step } => {
                self.note(*id, event.at, LifeStep::Noted(step.clone()));
            }
            EventKind::RequestEnded { id, outcome } => {
                if let Some(view) = self.requests.get_mut(id) {
                    view.ended = Some((event.at, outcome.clone()));
                    self.running -= 1;
                    self.watches -= u64::from(is_watch(&view.operation));
                }
                self.forget_oldest();
            }
            _ => {}
        }
        for (id, step) in self.lives.observe(event) {
            self.note(id, event.at, step);
        }
    }

    fn note(&mut self, id: RequestId, at: Nanos, step: LifeStep) {
        if let Some(view) = self.requests.get_mut(&id)
            && view.steps.len() < STEPS_KEPT
        {
            view.steps.push((at, step));
        }
    }

    fn forget_oldest(&mut self) {
        if self.requests.len() as u64 - self.running > REQUESTS_KEPT {
            let oldest = self.requests.values().find(|view| view.ended.is_some()).map(|view| view.id);
            let first = self.requests.first().map(|(id, _)| *id);
            match oldest {
                // Requests mostly end in the order in which they began.
                Some(_) if oldest == first => self.requests.forget_first(),
                Some(id) => drop(self.requests.remove(&id)),
                None => {}
            }
        }
    }

    /// Every request in the book, ascending.
    pub(crate) fn views(&self) -> Vec<RequestView> {
        self.requests.values().map(|view| RequestView::clone(view)).collect()
    }

    /// One request.
    pub(crate) fn view(&self, id: RequestId) -> Option<RequestView> {
        self.requests.get(&id).map(|view| RequestView::clone(view))
    }

    /// The number of requests that a client waits for, without watches, which run until they are ended.
    pub(crate) fn waiting(&self) -> u64 {
        self.running - self.watches
    }
}

fn is_watch(operation: &Operation) -> bool {
    matches!(operation, Operation::Call(Call::Watch(_)))
}
