//! What happened and what will happen, in plain English.
//!
//! * [`describe`] tells one event in a sentence, for the transcript and the page's event log.
//! * [`explain()`] tells what a message in flight asks, what its receiver will do with it, and by which rule.
//! * [`Narrator`] tells what is going on, from all events, and which [`hint`] fits.
//! * [`Judgement`] tells whether settings let Raft work.
//!
//! Every rule names the section of the Raft paper that states it ([`RULES`]).

pub mod describe;
mod describe_client;
mod explain;
mod narrate;
mod stability;

pub use explain::{Explanation, Foreseen, RULES, Rule, explain, explain_arrived};
pub use narrate::{Hint, Narration, Narrator, Weight, hint};
pub use stability::{Judgement, Level};
