//! Five nodes elect a leader, and a client writes a key through a follower.
//!
//! `cargo run -p raft-core --example first_write`

use std::error::Error;

use raft_core::cluster::Cluster;
use raft_core::model::{Action, Applied, Operation, REQUEST_TIMEOUT, Request, Settings};
use raft_core::units::{MILLISECOND, SECOND};
use raft_core::words::describe::describe;

fn main() -> Result<(), Box<dyn Error>> {
    tell().map(|text| print!("{text}"))
}

/// What the run shows, line by line.
pub fn tell() -> Result<String, Box<dyn Error>> {
    // The seed is the only source of chance: it gives the same run each time, on every machine.
    let mut cluster = Cluster::new(Settings::with_seed(7))?;

    // Time is virtual. Within a second, some election timer has run out and a majority has voted.
    cluster.advance(SECOND);
    let leader = cluster.status().leader.ok_or("nobody leads after a second")?;
    let mut text = format!("node{leader} leads in term {}\n\n", cluster.status().term);

    // The endpoint is a follower, which passes the write on to the leader.
    let follower = cluster.view().nodes.iter().map(|node| node.id).find(|id| *id != leader);
    let endpoints = vec![follower.ok_or("there is no follower")?];
    let operation = Operation::put("/greeting", "hello");
    cluster.take_events();
    let applied =
        cluster.apply(Action::Request(Request { endpoints, operation, timeout: REQUEST_TIMEOUT }))?;
    let Applied::Request(request) = applied else { return Err("the request did not start".into()) };

    // Everything that happens is an event. `describe` says it in words, or `None` where that is too fine.
    cluster.advance(2 * SECOND);
    for event in cluster.take_events() {
        if let Some(described) = describe(&event) {
            text += &format!("{:>5} ms  {}\n", event.at / MILLISECOND, described.text);
        }
    }

    // Every node has applied the same entries, so all stores have the same hash.
    let ended = cluster.request(request).and_then(|view| view.ended).ok_or("the request did not end")?;
    text += &format!("\nThe client was told after {} ms. The stores:\n", (ended.0 - SECOND) / MILLISECOND);
    for node in cluster.view().nodes {
        let store = node.store.ok_or("a node is down")?;
        text += &format!("node{}: revision {}, hash {:08x}\n", node.id, store.revision, store.hash);
    }
    Ok(text)
}
