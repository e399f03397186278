//! What a script does not do: steps in plain words, for a person at the machines.

use crate::scenario::{Deed, Verb};
use crate::units::{MICROSECOND, Nanos, SECOND};

/// A step that changes nodes or network, as an instruction.
pub(super) fn instruction(deed: &Deed) -> String {
    let text = deed.to_string();
    let rest = text.split_once(' ').map_or("", |(_, rest)| rest.trim());
    match deed {
        Deed::Do(verb, _) => on_nodes(*verb, rest),
        Deed::Partition(_) => format!(
            "Now divide the network: {rest}. Members on different sides of a bar must not reach each other's \
             peer ports."
        ),
        Deed::Cut(..) => format!("Now cut the network from peer to peer: {rest}, in that direction."),
        Deed::Heal(nodes) if nodes.is_empty() => "Now mend the network: remove every cut.".to_owned(),
        Deed::HealLink(..) => format!("Now mend the network from peer to peer: {rest}, in that direction."),
        Deed::Heal(_) => format!("Now mend the network of {rest}: remove its cuts."),
        Deed::Latency(..) => {
            format!("Now set the latency between peers: {rest} (for instance with tc netem).")
        }
        Deed::Loss(..) => {
            format!("Now let the network between peers lose {rest} (for instance with tc netem).")
        }
        Deed::Duplication(..) => {
            format!("Now let the network between peers send {rest} twice (for instance with tc netem).")
        }
        Deed::Drop(_) | Deed::Delay(..) | Deed::Duplicate(_) | Deed::DropNext(..) | Deed::CancelDrops => {
            format!(
                "The playground does this to single messages: {}. A real network has no handle for it.",
                text.trim_end()
            )
        }
        Deed::Clock(..) => format!(
            "Now let a clock run faster or slower: {rest} (for instance with faketime, or adjtimex on a machine of its own)."
        ),
        Deed::Fsync(..) => format!(
            "Now let an fsync take so long: {rest} (for instance with dm-delay under the data folder)."
        ),
        Deed::Timers(..) => format!(
            "The playground loads the dice of election timers here ({}): a real etcd draws by chance.",
            text.trim_end()
        ),
        Deed::Elections(..) => {
            format!("The playground switches election timers {rest}: a real etcd cannot do that.")
        }
        Deed::Break { what, .. } => {
            format!("The playground takes a safeguard away here ({}). {}", text.trim_end(), what.cause())
        }
        Deed::Stress(..) => format!("Now write keys of your own, {rest}."),
        _ => format!("Now: {}", text.trim_end()),
    }
}

fn on_nodes(verb: Verb, nodes: &str) -> String {
    match verb {
        Verb::Start => format!(
            "Now start {nodes} for the first time, with --initial-cluster-state existing and the members that \
             member add told."
        ),
        Verb::Crash => format!("Now crash {nodes}: kill -9 the etcd process."),
        Verb::Stop => format!("Now stop {nodes} in good order: kill -TERM the etcd process."),
        Verb::Restart => format!("Now start {nodes} again, with the flags and the data folder of before."),
        Verb::Pause => format!("Now pause {nodes}: kill -STOP the etcd process."),
        Verb::Resume => format!("Now let {nodes} go on: kill -CONT the etcd process."),
        Verb::Wipe => format!("Now kill -9 the etcd process of {nodes} and empty its data folder."),
        Verb::Backup => {
            format!("Now copy the data folder of {nodes} aside, while its etcd process is stopped.")
        }
        Verb::Isolate => format!("Now cut every link between {nodes} and its peers."),
        Verb::Campaign => {
            format!("The playground lets {nodes} campaign: a real etcd does so by itself only.")
        }
        Verb::Transfer => format!("Now hand leadership to {nodes}: etcdctl move-leader and its member id."),
        Verb::Snapshot => {
            format!("The playground takes a snapshot on {nodes}: etcd does so by itself (--snapshot-count).")
        }
    }
}

/// A time in seconds, as `sleep` takes it.
pub(super) fn seconds(time: Nanos) -> String {
    let text = format!("{}.{:06}", time / SECOND, time % SECOND / MICROSECOND);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A time in whole seconds, upwards.
pub(super) fn whole_seconds(time: Nanos) -> Nanos {
    time.div_ceil(SECOND)
}
