//! Instructions for a person at the machines, for steps that a script cannot do.

use crate::scenario::{Deed, Verb};
use crate::units::{MICROSECOND, Nanos, SECOND};

/// Returns a step that changes nodes or network, as an instruction.
pub(super) fn instruction(deed: &Deed) -> String {
    let text = deed.to_string();
    let rest = text.split_once(' ').map_or("", |(_, rest)| rest.trim());
    match deed {
        Deed::Do(verb, _) => on_nodes(*verb, rest),
        Deed::Partition(_) => format!(
            "Now partition the network: {rest}. Members on different sides of a bar must not reach each other's \
             peer ports."
        ),
        Deed::Cut(..) => format!("Now cut the network from peer to peer: {rest}, in that direction."),
        Deed::Heal(nodes) if nodes.is_empty() => "Now heal the network: remove every cut.".to_owned(),
        Deed::HealLink(..) => format!("Now heal the network from peer to peer: {rest}, in that direction."),
        Deed::Heal(_) => format!("Now heal the network of {rest}: remove its cuts."),
        Deed::Latency(..) => {
            format!("Now set the latency between peers: {rest} (for instance with tc netem).")
        }
        Deed::Loss(..) => {
            format!("Now make the network between peers lose {rest} (for instance with tc netem).")
        }
        Deed::Duplication(..) => {
            format!("Now make the network between peers duplicate {rest} (for instance with tc netem).")
        }
        Deed::Drop(_) | Deed::Delay(..) | Deed::Duplicate(_) | Deed::DropNext(..) | Deed::CancelDrops => {
            format!(
                "The playground does this to single messages: {}. A real network offers no way to do it.",
                text.trim_end()
            )
        }
        Deed::Clock(..) => format!(
            "Now make a clock run faster or slower: {rest} (for instance with faketime, or adjtimex on a separate machine)."
        ),
        Deed::Fsync(..) => format!(
            "Now make an fsync take this long: {rest} (for instance with dm-delay under the data folder)."
        ),
        Deed::Timers(..) => format!(
            "The playground fixes election timeouts here ({}): a real etcd draws them at random.",
            text.trim_end()
        ),
        Deed::Elections(..) => {
            format!("The playground switches election timers {rest}: a real etcd cannot do that.")
        }
        Deed::Break { what, .. } => {
            format!("The playground removes a safeguard here ({}). {}", text.trim_end(), what.cause())
        }
        Deed::Stress(..) => format!("Now write keys of your own, {rest}."),
        _ => format!("Now: {}", text.trim_end()),
    }
}

fn on_nodes(verb: Verb, nodes: &str) -> String {
    match verb {
        Verb::Start => format!(
            "Now start {nodes} for the first time, with --initial-cluster-state existing and the members that \
             member add printed."
        ),
        Verb::Crash => format!("Now crash {nodes}: kill -9 the etcd process."),
        Verb::Stop => format!("Now stop {nodes} in good order: kill -TERM the etcd process."),
        Verb::Restart => format!("Now start {nodes} again, with the same flags and data folder as before."),
        Verb::Pause => format!("Now pause {nodes}: kill -STOP the etcd process."),
        Verb::Resume => format!("Now resume {nodes}: kill -CONT the etcd process."),
        Verb::Wipe => format!("Now kill -9 the etcd process of {nodes} and empty its data folder."),
        Verb::Backup => {
            format!("Now back up the data folder of {nodes} while its etcd process is stopped.")
        }
        Verb::Isolate => format!("Now cut every link between {nodes} and its peers."),
        Verb::Campaign => {
            format!("The playground makes {nodes} campaign: a real etcd does so by itself only.")
        }
        Verb::Transfer => {
            format!("Now transfer leadership to {nodes}: etcdctl move-leader and its member id.")
        }
        Verb::Snapshot => {
            format!("The playground takes a snapshot on {nodes}: etcd does so by itself (--snapshot-count).")
        }
    }
}

/// Returns a time in seconds, as an argument of `sleep`.
pub(super) fn seconds(time: Nanos) -> String {
    let text = format!("{}.{:06}", time / SECOND, time % SECOND / MICROSECOND);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Returns a time in whole seconds, rounded up.
pub(super) fn whole_seconds(time: Nanos) -> Nanos {
    time.div_ceil(SECOND)
}
