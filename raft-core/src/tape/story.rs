//! The story of one message: found on the tape by its id, from its sending to what it brought about.

use std::rc::Rc;

use super::Inner;
use super::block::{Block, Read, State};
use super::film::Passage;
use super::rows::{message_of_row, reason_of_number};
use crate::model::Message;

/// Changes after an arrival among which the answer is looked for: it may wait for an fsync.
const CHANGES_MAX: u32 = 20_000;

/// A message from its sending to its end, and the answer that it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The message, and how it ended.
    pub passage: Passage,
    /// The first answer that its receiver sent; absent when there is none yet, for answers, and for what
    /// was lost.
    pub answer: Option<Message>,
}

impl Inner {
    /// The story of a message; `None` when the tape does not know it, or not any more.
    pub(super) fn story(&self, id: u64) -> Option<Story> {
        let blocks = || self.closed.iter().map(Rc::as_ref).chain([&self.open]);
        // Ids grow as messages are sent, and a block knows which one was sent last before it.
        let before = blocks().take_while(|block| block.key.last[0] < id).count();
        let mut rest = blocks().skip(before.saturating_sub(1)).peekable();
        let mut state = rest.peek()?.key.clone();
        let mut teller = Teller { id, story: None, left: CHANGES_MAX };
        if let Some(row) = state.flight.get(&id) {
            teller.begin(message_of_row(row));
        }
        while rest.next().is_some_and(|block| teller.follow(block, &mut state)) {}
        teller.story
    }
}

/// Who reads along until the story is whole.
struct Teller {
    id: u64,
    story: Option<Story>,
    left: u32,
}

impl Teller {
    fn begin(&mut self, message: Message) {
        let passage = Passage { message, ended: None, lost: None };
        self.story = Some(Story { passage, answer: None });
    }

    /// Reads a block. False when there is nothing more to be told.
    fn follow(&mut self, block: &Block, state: &mut State) -> bool {
        let mut at = 0;
        while at < block.bytes.len() {
            let read = state.read(&block.bytes, &mut at);
            if !self.hear(read, state) {
                return false;
            }
        }
        true
    }

    fn hear(&mut self, read: Read, state: &State) -> bool {
        let Some(story) = &mut self.story else {
            if read == Read::Sent && state.last[0] == self.id {
                self.begin(message_of_row(&state.last));
            }
            // Past its id it is not to come any more.
            return state.last[0] <= self.id;
        };
        let passage = &mut story.passage;
        match read {
            Read::Delayed(id) if id == self.id => {
                if let Some(row) = state.flight.get(&id) {
                    passage.message = message_of_row(row);
                }
            }
            Read::Arrived(id) if id == self.id => {
                passage.ended = Some(state.at);
                return passage.message.reply.is_none();
            }
            Read::Lost(id, reason) if id == self.id => {
                passage.ended = Some(state.at);
                passage.lost = Some(reason_of_number(reason));
                return false;
            }
            Read::Sent if passage.ended.is_some() => {
                let message = message_of_row(&state.last);
                let asked = &passage.message;
                if message.rpc == asked.rpc && message.reply.is_some() && message.from == asked.to {
                    story.answer = Some(message);
                    return false;
                }
            }
            _ => {}
        }
        self.left -= u32::from(story.passage.ended.is_some());
        self.left > 0
    }
}
