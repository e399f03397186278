//! The calls of etcd's API against a running cluster: leases, alarms, maintenance, members,
//! watches, and read-only transactions.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod leases;
mod maintenance;
mod members;
mod space;
mod watches;

use raft_core::cluster::Cluster;
use raft_core::kv::{Command, LeaseGrantResponse, PutRequest, Response};
use raft_core::model::*;
use raft_core::units::{Nanos, NodeId, SECOND};

/// Returns a cluster with etcd's timings and a leader, and the leader.
fn led(seed: u64) -> (Cluster, NodeId) {
    let mut settings = Settings { naming: Naming::Loopback, ..Settings::with_seed(seed) };
    settings.apply_timing(Timing::Etcd);
    led_with(settings)
}

fn led_with(settings: Settings) -> (Cluster, NodeId) {
    let mut cluster = Cluster::new(settings).unwrap();
    cluster.advance(5 * SECOND);
    let leader = cluster.status().leader.expect("a leader within five seconds");
    (cluster, leader)
}

/// Returns the node `steps` after this one around the ring.
fn after(node: NodeId, steps: u64) -> NodeId {
    (node - 1 + steps) % 5 + 1
}

fn start(cluster: &mut Cluster, endpoints: &[NodeId], operation: Operation, timeout: Nanos) -> RequestId {
    let endpoints = endpoints.to_vec();
    match cluster.apply(Action::Request(Request { endpoints, operation, timeout })).unwrap() {
        Applied::Request(id) => id,
        other => panic!("not a request: {other:?}"),
    }
}

fn ended(cluster: &Cluster, id: RequestId) -> Option<Outcome> {
    cluster.request(id).unwrap().ended.map(|(_, outcome)| outcome)
}

/// Sends a request and lets time pass until it ends.
fn ask(cluster: &mut Cluster, endpoint: NodeId, operation: Operation) -> Outcome {
    let id = start(cluster, &[endpoint], operation, REQUEST_TIMEOUT);
    let until = cluster.now() + 8 * SECOND;
    while ended(cluster, id).is_none() && cluster.step(until) {}
    ended(cluster, id).expect("the request ends within eight seconds")
}

fn call(cluster: &mut Cluster, endpoint: NodeId, call: Call) -> (ResponseHeader, CallResponse) {
    match ask(cluster, endpoint, Operation::Call(call)) {
        Outcome::Called { header, response } => (header, response),
        other => panic!("not a response to the call: {other:?}"),
    }
}

fn answer(cluster: &mut Cluster, endpoint: NodeId, operation: Operation) -> Answer {
    match ask(cluster, endpoint, operation) {
        Outcome::Ok(answer) => answer,
        other => panic!("the operation failed: {other:?}"),
    }
}

fn put(cluster: &mut Cluster, endpoint: NodeId, key: &str, value: &str) -> u64 {
    answer(cluster, endpoint, Operation::put(key, value)).revision
}

fn put_on(cluster: &mut Cluster, endpoint: NodeId, key: &str, lease: i64) -> u64 {
    let put = PutRequest { lease, ..PutRequest::new(key, "v") };
    answer(cluster, endpoint, Operation::Write(Command::Put(put))).revision
}

fn grant(cluster: &mut Cluster, endpoint: NodeId, ttl_seconds: i64) -> LeaseGrantResponse {
    let grant = Command::LeaseGrant { id: 0, ttl_seconds };
    match answer(cluster, endpoint, Operation::Write(grant)).response {
        Response::LeaseGrant(grant) => grant,
        other => panic!("no lease was granted: {other:?}"),
    }
}

fn pass(cluster: &mut Cluster, time: Nanos) {
    cluster.advance(cluster.now() + time);
}

/// Asserts that all stores are equal; returns their revision.
fn same_everywhere(cluster: &Cluster) -> u64 {
    let stores: Vec<StoreView> = cluster.view().nodes.into_iter().map(|node| node.store.unwrap()).collect();
    let first = (stores[0].revision, stores[0].hash);
    assert!(stores.iter().all(|store| (store.revision, store.hash) == first), "{stores:?}");
    first.0
}

fn is_sound(cluster: &Cluster) {
    assert!(cluster.violations().is_empty(), "{:?}", cluster.violations());
    assert_eq!(cluster.stuck(), None);
}
