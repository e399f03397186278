//! The sheets of a request and of a link.

use raft_core::model::{ClusterView, Link, RequestId};
use raft_core::units::NodeId;
use raft_core::words::describe::{life_text, operation_text, outcome_text};

use super::sheet::{Group, Row, Sheet, Table, Value};
use crate::text::{self, inspector as words};

/// Returns the sheet of a request: its whole life.
pub fn sheet(view: &ClusterView, id: RequestId) -> Option<Sheet> {
    let request = view.requests.iter().find(|request| request.id == id)?;
    let endpoints: Vec<String> = request.endpoints.iter().map(|id| format!("node{id}")).collect();
    let ended = request.ended.as_ref();
    let outcome = match ended {
        Some((_, outcome)) => text::sentence(&outcome_text(outcome)),
        None => words::not_ended().to_owned(),
    };
    let took = ended.map_or(Value::Nothing, |(at, _)| Value::Span(at.saturating_sub(request.started)));
    let operation = text::sentence(&operation_text(&request.operation));
    let rows = vec![
        Row::plain("operation", words::operation(), Value::Text(operation)),
        Row::of("endpoint", "endpoints", words::endpoints(), Value::Text(endpoints.join(", "))),
        Row::plain("started", words::started(), Value::Instant(request.started)),
        Row::plain("ended", words::ended_at(), Value::instant(ended.map(|(at, _)| *at))),
        Row::plain("took", words::took(), took),
        Row::of("unknown-result", "outcome", words::outcome(), Value::Text(outcome.clone())),
    ];
    let quorum = view.status.quorum;
    let steps = request.steps.iter().map(|(at, step)| (*at, text::sentence(&life_text(step, quorum))));
    let steps = steps.chain(ended.map(|(at, _)| (*at, outcome))).map(|(at, step)| {
        vec![Value::Instant(at), Value::Span(at.saturating_sub(request.started)), Value::Text(step)]
    });
    let table = Table {
        key: "steps",
        columns: vec![
            ("at", words::life_at(), None),
            ("after", words::life_after(), None),
            ("step", words::life_step(), None),
        ],
        rows: steps.collect(),
    };
    let groups = vec![
        Group { key: "request", name: words::request(), rows, table: None },
        Group { key: "life", name: words::life(), rows: Vec::new(), table: Some(table) },
    ];
    Some(Sheet { title: words::request_title(id), groups })
}

/// Returns the sheet of a link, with both directions.
pub fn link(view: &ClusterView, one: NodeId, other: NodeId) -> Sheet {
    let table = Table {
        key: "directions",
        columns: vec![
            ("from", words::from(), None),
            ("to", words::to(), None),
            ("passes", words::passes(), Some("partition")),
            ("in_flight", words::on_their_way(), None),
        ],
        rows: [(one, other), (other, one)]
            .into_iter()
            .map(|(from, to)| {
                let way = view.messages.iter().filter(|message| message.from == from && message.to == to);
                vec![
                    Value::node(Some(from)),
                    Value::node(Some(to)),
                    Value::Flag(!view.cuts.contains(&Link { from, to })),
                    Value::Number(way.count() as u64),
                ]
            })
            .collect(),
    };
    let group = Group { key: "link", name: words::way(), rows: Vec::new(), table: Some(table) };
    Sheet { title: words::link_title(one, other), groups: vec![group] }
}
