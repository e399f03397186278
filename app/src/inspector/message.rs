//! The sheet of a message: its fields, where it is, and what it will do or did.

use raft_core::cluster::describe::message_name;

use raft_core::cluster::{
    ClusterView, Explanation, Link, Loss, LossReason, Message, Reply, explain, explain_arrived,
};

use super::node::range;
use super::sheet::{Group, Row, Sheet, Value};
use crate::past::Jump;
use crate::session::Session;
use crate::text::{self, inspector as words};

/// A message that is followed after it arrived.
#[derive(Clone, Debug, PartialEq)]
pub struct Followed {
    /// It, as it was seen last.
    message: Message,
    /// The answer that it was given, once there is one.
    reply: Option<Message>,
    /// Whether it was on its way when it was looked for last.
    on_its_way: bool,
}

/// How many instants after an arrival are searched for the answer.
const INSTANTS_MAX: usize = 12;

impl Followed {
    /// Looks for a message in a view, or in the recording when it is gone.
    pub fn look(
        session: Session,
        view: &ClusterView,
        id: u64,
        before: Option<&Followed>,
    ) -> Option<Followed> {
        if let Some(message) = view.messages.iter().find(|message| message.id == id) {
            return Some(Followed { message: message.clone(), reply: None, on_its_way: true });
        }
        let known = before.filter(|followed| followed.message.id == id)?;
        let mut followed = Followed { on_its_way: false, ..known.clone() };
        if known.on_its_way && known.message.lost.is_none() {
            followed.message.lost = known.taken_away(session, view);
        }
        if followed.reply.is_none() && followed.message.reply.is_none() && followed.message.lost.is_none() {
            followed.reply = followed.answer_in(view).or_else(|| followed.answer_recorded(session));
        }
        Some(followed)
    }

    /// Why it is gone when it did not arrive: somebody dropped it, cut its link or ended its receiver.
    fn taken_away(&self, session: Session, view: &ClusterView) -> Option<Loss> {
        let Message { id, from, to, arrives_at, .. } = self.message;
        let there = |view: &ClusterView| view.messages.iter().any(|message| message.id == id);
        let before = arrives_at.saturating_sub(1);
        let early = view.now < arrives_at
            || session.memory().and_then(|memory| memory.view_at(before)).is_some_and(|view| !there(&view));
        let listens = view.nodes.iter().any(|node| node.id == to && node.process.is_up());
        let reason = if view.cuts.contains(&Link { from, to }) {
            LossReason::Cut
        } else if !listens {
            LossReason::Down
        } else {
            LossReason::Dropped
        };
        early.then_some(Loss { at: view.now.min(arrives_at), reason })
    }

    fn answer_in(&self, view: &ClusterView) -> Option<Message> {
        let answers = |message: &&Message| message.rpc == self.message.rpc && message.reply.is_some();
        view.messages.iter().find(answers).cloned()
    }

    /// At a high speed both arrival and answer lie between two views.
    fn answer_recorded(&self, session: Session) -> Option<Message> {
        let memory = session.memory()?;
        let mut at = self.message.arrives_at;
        for _ in 0..INSTANTS_MAX {
            if let Some(answer) = memory.view_at(at).and_then(|view| self.answer_in(&view)) {
                return Some(answer);
            }
            at = memory.find(at, Jump::Event, true)?;
        }
        None
    }

    /// What is told of it.
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
