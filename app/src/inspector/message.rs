//! The sheet of a message: its fields, where it is, and its effect.

use leptos::prelude::*;
use raft_core::words::describe::message_name;

use raft_core::model::{ClusterView, Loss, LossReason, Message, Reply};
use raft_core::tape::Story;
use raft_core::words::{Explanation, explain, explain_arrived};

use super::node::range;
use super::sheet::{Group, Row, Sheet, Value};
use crate::session::Session;
use crate::text::{self, inspector as words};

/// A message that is followed beyond its arrival.
#[derive(Clone, Debug, PartialEq)]
pub struct Followed {
    /// The message, as it was sent or lost.
    message: Message,
    /// The reply to it, once there is one.
    reply: Option<Message>,
    /// Whether it was in flight at the last look.
    on_its_way: bool,
    /// Whether nothing more can happen to it.
    is_over: bool,
    /// The number of the cluster or branch; ids begin anew in each.
    generation: u32,
}

impl Followed {
    /// Looks for a message in a view, or in the recording when it is not in flight in that view. So it can be
    /// read whenever it was sent, and at whichever instant is viewed.
    pub fn look(
        session: Session,
        view: &ClusterView,
        id: u64,
        before: Option<&Followed>,
    ) -> Option<Followed> {
        let generation = session.generation.get_untracked();
        let flying = |message: &Message| Followed {
            message: message.clone(),
            reply: None,
            on_its_way: true,
            is_over: false,
            generation,
        };
        if let Some(message) = view.messages.iter().find(|message| message.id == id) {
            return Some(flying(message));
        }
        let known = before.filter(|known| known.message.id == id && known.generation == generation);
        if let Some(known) = known.filter(|known| known.is_over) {
            return Some(known.clone());
        }
        let Some(Story { passage, answer }) = session.memory().and_then(|memory| memory.story(id)) else {
            return known.map(|known| Followed { on_its_way: false, ..known.clone() });
        };
        let Some(at) = passage.ended else { return Some(flying(&passage.message)) };
        let lost = passage.lost.map(|reason| Loss { at, reason });
        let message = Message { lost, ..passage.message };
        let is_over = lost.is_some() || message.reply.is_some() || answer.is_some();
        Some(Followed { message, reply: answer, on_its_way: false, is_over, generation })
    }

    /// Returns the sheet of the message.
    pub fn sheet(&self, view: &ClusterView) -> Sheet {
        let message = &self.message;
        let arrived = !self.on_its_way && message.lost.is_none();
        let explanation = match arrived {
            true => explain_arrived(message, self.reply.as_ref()),
            false => explain(message, view),
        };
        let name = text::capitalised(&text::tell(message_name(message)));
        Sheet {
            title: words::message_title(name, message.from, message.to),
            groups: vec![explained(&explanation, arrived), fields(message), way(message)],
        }
    }
}

fn explained(explanation: &Explanation, arrived: bool) -> Group {
    let sentence = |text: &str| Value::Text(text::sentence(text));
    let does = if arrived { words::did() } else { words::will_do() };
    let mut rows = vec![
        Row::plain("what", words::what(), sentence(&explanation.what)),
        Row::plain("where", words::fate(), sentence(&explanation.fate)),
        Row::plain("does", does, sentence(&explanation.consequence)),
    ];
    if let Some(foreseen) = explanation.foreseen {
        let answer = answer(foreseen.answer);
        let told = if foreseen.certain { answer.to_owned() } else { words::probably(answer) };
        rows.push(Row::plain("foreseen", words::foreseen(), Value::Text(told)));
    }
    let rule = explanation.rule;
    let rule = Value::Rule { text: text::tell(rule.text), term: rule.id };
    rows.push(Row::plain("rule", words::rule(), rule));
    Group { key: "explained", name: words::explained(), rows, table: None }
}

fn answer(reply: Reply) -> &'static str {
    match reply {
        Reply::Yes => words::answer_yes(),
        Reply::No => words::answer_no(),
        Reply::Unreachable => words::answer_unreachable(),
    }
}

fn fields(message: &Message) -> Group {
    let entry = |at: Option<(u64, u64)>| {
        at.map_or(Value::Nothing, |(index, term)| Value::Text(words::at_of_term(index, term)))
    };
    let carried = message.entries.map_or(Value::Nothing, |(first, last)| Value::Text(range(first, last)));
    let says = message.reply.map_or(words::asks(), answer);
    let mut rows = vec![
        Row::plain("from", words::from(), Value::node(Some(message.from))),
        Row::plain("to", words::to(), Value::node(Some(message.to))),
        Row::plain("says", words::says(), Value::Text(says.to_owned())),
        Row::of("term", "term", words::term(), Value::Number(message.term)),
    ];
    // A field that this kind of message does not have is left out.
    let optional = [
        Row::of("log-matching", "previous", words::previous(), entry(message.previous)),
        Row::of("entry", "entries", words::entries(), carried),
        Row::of("election-restriction", "last", words::last(), entry(message.last)),
        Row::of("leadership-transfer", "handover", words::handover(), Value::node(message.handover)),
        Row::of(
            "commit-index",
            "leader_commit",
            words::leader_commit(),
            Value::number(message.leader_commit),
        ),
    ];
    rows.extend(optional.into_iter().filter(|row| row.value != Value::Nothing));
    rows.extend([
        Row::plain("id", words::id(), Value::Number(message.id)),
        Row::plain("rpc", words::rpc(), Value::Number(message.rpc)),
    ]);
    Group { key: "fields", name: words::fields(), rows, table: None }
}

fn way(message: &Message) -> Group {
    let takes = message.arrives_at.saturating_sub(message.sent_at);
    let mut rows = vec![
        Row::of("virtual-time", "sent_at", words::sent_at(), Value::Instant(message.sent_at)),
        Row::plain("arrives_at", words::arrives_at(), Value::Instant(message.arrives_at)),
        Row::of("latency", "takes", words::takes(), Value::Span(takes)),
    ];
    if let Some(loss) = message.lost {
        let why = match loss.reason {
            LossReason::Random => words::lost_random(),
            LossReason::Cut => words::lost_cut(),
            LossReason::Down => words::lost_down(),
            LossReason::Late => words::lost_late(),
            LossReason::Dropped => words::lost_dropped(),
            LossReason::Repeated => words::lost_repeated(),
        };
        rows.extend([
            Row::of("loss", "lost_at", words::lost_at(), Value::Instant(loss.at)),
            Row::plain("lost_why", words::lost_why(), Value::Text(why.to_owned())),
        ]);
    }
    Group { key: "way", name: words::way(), rows, table: None }
}
