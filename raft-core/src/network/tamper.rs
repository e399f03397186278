//! Changes to single messages: loss, delay, a second copy.
//!
//! A request of Raft may arrive twice: the receiver's openraft handles each copy, and the caller takes the first reply.
//! A client's request that a follower forwards counts once, as over the connections of a real server: the receiver
//! takes the first copy.

use std::cmp::Reverse;

use super::{Body, Envelope, Flying, Lot, Network, State};
use crate::model::{EventKind, LossReason, Message, PendingDrop};
use crate::units::Nanos;

/// Why a message is not in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotInFlight {
    /// It has arrived, or was lost.
    Over,
    /// No message has this id yet.
    NeverSent,
}

impl State {
    /// Whether a planned loss waited for this message; removes that loss.
    pub(super) fn take_pending_drop(&mut self, message: &Message) -> bool {
        let hits = |drop: &PendingDrop| {
            let on_link = drop.link.is_none_or(|link| (link.from, link.to) == (message.from, message.to));
            on_link && drop.class.has(message)
        };
        match self.pending_drops.iter().position(hits) {
            Some(at) => {
                self.pending_drops.remove(at);
                true
            }
            None => false,
        }
    }

    /// Marks the copies in flight of a request that counts once and has arrived.
    pub(super) fn outdate_copies(&self, rpc: u64) {
        for Reverse(flying) in &self.flight {
            let Envelope { message, repeats, .. } = &*flying.envelope;
            if message.rpc == rpc && message.reply.is_none() {
                repeats.set(true);
            }
        }
    }

    fn find(&self, id: u64) -> Result<&Envelope, NotInFlight> {
        let found = self.flight.iter().find(|Reverse(flying)| flying.id == id);
        match found {
            Some(Reverse(flying)) => Ok(&flying.envelope),
            None if (1..self.next_message).contains(&id) => Err(NotInFlight::Over),
            None => Err(NotInFlight::NeverSent),
        }
    }
}

impl Network {
    /// Loses a message now.
    ///
    /// # Errors
    /// Refuses a message that is not in flight.
    pub(crate) fn drop_message(&self, id: u64) -> Result<(), NotInFlight> {
        let mut state = self.0.state.borrow_mut();
        state.find(id)?;
        state.flight.retain(|Reverse(flying)| flying.id != id);
        drop(state);
        self.0.recorder.record(EventKind::Lost { id, reason: LossReason::Dropped });
        Ok(())
    }

    /// Delays the arrival or loss of a message by `by` virtual nanoseconds.
    ///
    /// # Errors
    /// Refuses a message that is not in flight.
    pub(crate) fn delay_message(&self, id: u64, by: Nanos) -> Result<(), NotInFlight> {
        let mut state = self.0.state.borrow_mut();
        state.find(id)?;
        let mut all = std::mem::take(&mut state.flight).into_vec();
        for Reverse(Flying { at, envelope, .. }) in all.iter_mut().filter(|Reverse(one)| one.id == id) {
            let message = &mut envelope.message;
            *at = at.saturating_add(by);
            message.arrives_at = message.arrives_at.saturating_add(by);
            if let Some(loss) = &mut message.lost {
                loss.at = loss.at.saturating_add(by);
            }
        }
        state.flight = all.into();
        drop(state);
        self.0.recorder.record(EventKind::Delayed { id, by });
        Ok(())
    }

    /// Sends a second copy of a message now.
    ///
    /// # Errors
    /// Refuses a message that is not in flight.
    pub(crate) fn duplicate_message(&self, id: u64) -> Result<(), NotInFlight> {
        let state = self.0.state.borrow();
        let Envelope { message, body, repeats } = state.find(id)?;
        let (message, body, repeats) = (message.clone(), body.clone(), repeats.get());
        drop(state);
        self.launch_copy(message, body, repeats);
        Ok(())
    }

    /// Sends a copy of a message with its own draws of latency and loss.
    pub(super) fn launch_copy(&self, mut message: Message, body: Body, repeats: bool) {
        let id = message.id;
        let mut state = self.0.state.borrow_mut();
        state.copied_once_only |= matches!(&body, Body::Request(body, _) if body.counts_once());
        let quality = state.links.quality(crate::model::Link { from: message.from, to: message.to });
        let lot = Lot::draw(&mut state.copies, &quality);
        self.address(&mut state, &mut message, &lot);
        state.put_in_flight(message.clone(), body, repeats);
        drop(state);
        self.0.recorder.record(EventKind::Duplicated { id, copy: message.id });
        self.0.recorder.record(EventKind::Sent(message));
    }

    /// The planned losses that wait for their messages.
    pub(crate) fn pending_drops(&self) -> Vec<PendingDrop> {
        self.0.state.borrow().pending_drops.clone()
    }

    /// Changes the planned losses.
    pub(crate) fn change_pending_drops<R>(&self, change: impl FnOnce(&mut Vec<PendingDrop>) -> R) -> R {
        change(&mut self.0.state.borrow_mut().pending_drops)
    }
}
