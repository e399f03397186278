//! The network is cut around the leader: the majority elects another, and what the old one took is never committed.
//!
//! `cargo run -p raft-core --example partition`

use std::error::Error;

use raft_core::cluster::Cluster;
use raft_core::model::{Action, Applied, Operation, REQUEST_TIMEOUT, Request, RequestId, Settings};
use raft_core::units::{MILLISECOND, NodeId, SECOND};
use raft_core::words::describe::outcome_text;

fn main() -> Result<(), Box<dyn Error>> {
    tell().map(|text| print!("{text}"))
}

/// What the run shows, line by line.
pub fn tell() -> Result<String, Box<dyn Error>> {
    let mut cluster = Cluster::new(Settings::with_seed(11))?;
    cluster.advance(SECOND);
    let old = cluster.status().leader.ok_or("nobody leads after a second")?;
    let mut text = format!("{}\n", state(&cluster));

    // The leader and one follower on one side; the other three form the other group.
    let companion = if old == 1 { 2 } else { 1 };
    cluster.apply(Action::Partition(vec![vec![old, companion]]))?;
    let minority = write(&mut cluster, old, "from the minority")?;

    // A leader that reaches no majority keeps its role, and can commit nothing.
    cluster.advance(4 * SECOND);
    text += &format!("cut off are node{old} and node{companion}\n{}\n", state(&cluster));
    let new = cluster.status().leader.ok_or("the majority has no leader")?;
    let majority = write(&mut cluster, new, "from the majority")?;
    cluster.advance(7 * SECOND);

    // Healed, the old leader hears of the higher term, follows, and replaces the end of its log.
    cluster.apply(Action::Heal(None))?;
    cluster.advance(9 * SECOND);
    text += &format!("healed\n{}\n", state(&cluster));
    for (side, request) in [("minority", minority), ("majority", majority)] {
        let view = cluster.request(request).ok_or("the request is forgotten")?;
        let (at, outcome) = view.ended.ok_or("the request did not end")?;
        let after = (at - view.started) / MILLISECOND;
        text += &format!("the write in the {side}, after {after} ms: {}\n", outcome_text(&outcome));
    }

    // Raft's properties and linearizability were judged after every event.
    text += &format!("{} violations\n", cluster.violations().len());
    Ok(text)
}

fn write(cluster: &mut Cluster, endpoint: NodeId, value: &str) -> Result<RequestId, Box<dyn Error>> {
    let operation = Operation::put("/side", value);
    let request = Request { endpoints: vec![endpoint], operation, timeout: REQUEST_TIMEOUT };
    match cluster.apply(Action::Request(request))? {
        Applied::Request(id) => Ok(id),
        other => Err(format!("the request did not start: {other:?}").into()),
    }
}

/// Each node's role and term, and the last entry of its log.
fn state(cluster: &Cluster) -> String {
    let nodes = cluster.view().nodes;
    let lines = nodes.iter().map(|node| {
        let last = node
            .tail
            .last()
            .map_or("nothing".to_owned(), |cell| format!("{:?} of term {}", cell.label, cell.mark.term));
        format!("  node{} {:?} in term {}, log ends with {last}\n", node.id, node.role, node.term)
    });
    lines.collect()
}
