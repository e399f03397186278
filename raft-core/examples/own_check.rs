//! A check of one's own: "no client is told that its write is done before a majority of disks holds it".
//!
//! It is judged from events alone, as the checks of [`raft_core::safety`] are: first on a run as it should be, then on
//! disks that say that they have synced and have not.
//!
//! `cargo run -p raft-core --example own_check`

use std::collections::BTreeMap;
use std::error::Error;

use raft_core::cluster::Cluster;
use raft_core::model::{Action, Event, EventKind, FSYNC_NEVER, Outcome, Settings, Stress};
use raft_core::units::{MILLISECOND, NodeId, SECOND};

/// Members of the cluster, of which more than half must hold a write.
const MEMBERS: usize = 5;

/// What the check remembers, and what it found.
#[derive(Default)]
struct DurableBeforeTold {
    /// The last log index on each node's disk that survives a crash.
    durable: BTreeMap<NodeId, u64>,
    /// Answers that were compared with the disks. A check that compared nothing has shown nothing.
    compared: u64,
    /// The first answer that came too early.
    violation: Option<String>,
}

impl DurableBeforeTold {
    fn see(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Synced { node, through } => {
                self.durable.insert(*node, *through);
            }
            // A node that follows another leader replaces the end of its log.
            EventKind::Truncated { node, from } => {
                if let Some(through) = self.durable.get_mut(node) {
                    *through = (*through).min(from.saturating_sub(1));
                }
            }
            EventKind::RequestEnded { outcome: Outcome::Ok(answer), .. } => {
                let Some(index) = answer.index else { return };
                self.compared += 1;
                let disks = self.durable.values().filter(|through| **through >= index).count();
                if disks <= MEMBERS / 2 && self.violation.is_none() {
                    let at = event.at / MILLISECOND;
                    self.violation =
                        Some(format!("at {at} ms, entry {index} was acknowledged and on {disks} disks"));
                }
            }
            _ => {}
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    tell().map(|text| print!("{text}"))
}

/// What the check says of both runs.
pub fn tell() -> Result<String, Box<dyn Error>> {
    let sound = judge(2 * MILLISECOND)?;
    let lying = judge(FSYNC_NEVER)?;
    Ok(format!("disks that sync: {sound}\ndisks that lie: {lying}\n"))
}

/// Plays a run with twenty writes a second, on disks whose fsync takes so long.
fn judge(fsync: u64) -> Result<String, Box<dyn Error>> {
    let mut cluster = Cluster::new(Settings::with_seed(3))?;
    let mut check = DurableBeforeTold::default();
    cluster.advance(SECOND);
    cluster.apply(Action::Fsync { node: None, takes: fsync })?;
    cluster.apply(Action::Stress(Stress { endpoints: vec![1, 2, 3], rate: 20, duration: 5 * SECOND }))?;
    cluster.advance(7 * SECOND);
    cluster.take_events().iter().for_each(|event| check.see(event));
    let compared = check.compared;
    Ok(match check.violation {
        None => format!("held, over {compared} answers"),
        Some(violation) => format!("{violation}; {compared} answers were looked at"),
    })
}
