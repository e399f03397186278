//! The workloads of the benchmark: five nodes, heartbeat 50 ms, latency 10..15 ms.

use crate::cluster::{Action, Cluster, EventKind, Outcome, Settings, Stress};
use crate::units::{MILLISECOND, SECOND};

/// Writes a virtual second in the second workload.
const WRITES: u32 = 100;

/// Runs `idle` or `writes` for this many virtual seconds, after a leader was elected.
/// Returns one line that says what was done.
///
/// # Errors
/// The workload is not known, or the cluster did not do its work.
pub fn bench_slice(workload: &str, virtual_seconds: u64) -> Result<String, String> {
    let settings = Settings { latency_min: 10 * MILLISECOND, ..Settings::with_seed(1) };
    let mut cluster = Cluster::new(settings).map_err(|error| error.to_string())?;
    cluster.advance(5 * SECOND);
    let leader = cluster.status().leader.ok_or("no leader after five seconds")?;
    cluster.take_events();
    match workload {
        "idle" => {}
        "writes" => {
            let duration = virtual_seconds * SECOND;
            let stress = Stress { endpoints: vec![leader], rate: WRITES, duration };
            cluster.apply(Action::Stress(stress)).map_err(|error| error.to_string())?;
        }
        other => return Err(format!("workload {other:?} is not known; idle and writes are")),
    }
    let mut done = 0;
    for second in 1..=virtual_seconds {
        cluster.advance((5 + second) * SECOND);
        let ended =
            |kind: &EventKind| matches!(kind, EventKind::RequestEnded { outcome: Outcome::Ok(_), .. });
        done += cluster.take_events().iter().filter(|event| ended(&event.kind)).count() as u64;
    }
    if cluster.status().leader != Some(leader) {
        return Err(format!("node{leader} did not lead to the end"));
    }
    let wanted = if workload == "writes" { u64::from(WRITES) * virtual_seconds } else { 0 };
    // The last writes are still on their way when the time is over.
    if done + u64::from(WRITES) < wanted {
        return Err(format!("{done} of {wanted} writes were done"));
    }
    Ok(format!(
        "workload={workload} virtual_seconds={virtual_seconds} events={} writes={done}",
        cluster.event_count()
    ))
}

/// The workloads that [`bench_slice`] knows.
pub fn bench_traces() -> [&'static str; 2] {
    ["idle", "writes"]
}
