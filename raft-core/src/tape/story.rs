//! The story of one message: found on the tape by its id, from its sending to the reply.

use std::rc::Rc;

use super::Inner;
use super::block::{Block, Read, State};
use super::film::Passage;
use super::rows::{message_of_row, reason_of_number};
use crate::model::Message;

/// The number of changes after an arrival among which the reply is searched. The reply may wait for
/// an fsync.
const CHANGES_MAX: u32 = 20_000;

/// A message from its sending to its end, and the reply to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The message and its end.
    pub passage: Passage,
    /// The receiver's first reply; absent if there is none yet, if the message is a reply itself,
    /// or if it was lost.
    pub answer: Option<Message>,
}

impl Inner {
    /// Returns the story of a message; `None` if it is not on the tape.
    pub(super) fn story(&self, id: u64) -> Option<Story> {
        let blocks = || self.closed.iter().map(Rc::as_ref).chain([&self.open]);
        // Ids ascend in the order of sending, and a block knows the last message sent before it.
        let before = blocks().take_while(|block| block.key.last[0] < id).count();
        let mut rest = blocks().skip(before.saturating_sub(1)).peekable();
        let mut state = rest.peek()?.key.clone();
        let mut reader = StoryReader { id, story: None, left: CHANGES_MAX };
        if let Some(row) = state.flight.get(&id) {
            reader.begin(message_of_row(row));
        }
        while rest.next().is_some_and(|block| reader.follow(block, &mut state)) {}
        reader.story
    }
}

/// Reads blocks until the story is complete.
struct StoryReader {
    id: u64,
    story: Option<Story>,
    left: u32,
}

impl StoryReader {
    fn begin(&mut self, message: Message) {
        let passage = Passage { message, ended: None, lost: None };
        self.story = Some(Story { passage, answer: None });
    }

    /// Reads a block. Returns false once the story is complete.
    fn follow(&mut self, block: &Block, state: &mut State) -> bool {
        let mut at = 0;
        while at < block.bytes.len() {
            let read = state.read(&block.bytes, &mut at);
            if !self.take(read, state) {
                return false;
            }
        }
        true
    }

    fn take(&mut self, read: Read, state: &State) -> bool {
        let Some(story) = &mut self.story else {
            if read == Read::Sent && state.last[0] == self.id {
                self.begin(message_of_row(&state.last));
            }
            // Once a higher id was sent, the message cannot follow.
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
