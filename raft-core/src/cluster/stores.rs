//! The nodes' key-value stores side by side: what each holds, where they differ, and the history of a key.
//!
//! Reading changes nothing, and its cost is bounded by the window that is asked for.

use std::cell::Ref;
use std::iter::Peekable;

use super::facade::Cluster;
use crate::kv::{KeyRange, KeyValue, LeaseId};
use crate::node::{Memory, Server, domain_of};
use crate::units::{Nanos, NodeId};

/// The largest number of rows in a window.
pub const STORE_ROWS_MAX: usize = 200;
/// The largest number of keys searched for differing ones in one call.
pub const STORE_LOOK_MAX: u64 = 20_000;
/// The largest number of bytes of a value in a row; longer values are cut, with their length.
pub const STORE_VALUE_BYTES: usize = 80;

/// The window of keys to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoresAsk {
    /// Only keys with this prefix.
    pub prefix: Vec<u8>,
    /// Only keys from this one on.
    pub from: Vec<u8>,
    /// The number of rows, at most [`STORE_ROWS_MAX`].
    pub rows: usize,
    /// Only keys that differ between running nodes.
    pub only_differing: bool,
}

/// A window of the stores of all nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoresView {
    /// One per node, ascending.
    pub copies: Vec<CopyView>,
    /// The keys of the window over all nodes, ascending.
    pub rows: Vec<KeyRow>,
    /// The key at which the next window begins, if there may be more.
    pub next: Option<Vec<u8>>,
    /// Whether the search ended at [`STORE_LOOK_MAX`] keys rather than with a full window.
    pub cut_short: bool,
}

/// A node's store as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyView {
    /// The node.
    pub node: NodeId,
    /// Its figures; absent while the process is down.
    pub store: Option<CopyFacts>,
}

/// Figures of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyFacts {
    /// Its revision.
    pub revision: u64,
    /// The first revision that can be read; -1 when nothing was compacted.
    pub compacted: i64,
    /// The number of keys.
    pub keys: u64,
    /// Its hash.
    pub hash: u32,
}

/// A key and what each node holds under it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyRow {
    /// The key.
    pub key: Vec<u8>,
    /// The distinct pairs, newest first.
    pub pairs: Vec<PairView>,
    /// What each node holds, in the order of [`StoresView::copies`].
    pub held: Vec<Held>,
}

impl KeyRow {
    /// Whether running nodes hold different pairs.
    pub fn differs(&self) -> bool {
        let mut up = self.held.iter().filter(|held| **held != Held::NoAnswer);
        let first = up.next();
        up.any(|held| Some(held) != first)
    }
}

/// What a node holds under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Held {
    /// Unknown: the process is down.
    NoAnswer,
    /// It does not hold the key.
    Missing,
    /// The pair at this place in the row's pairs.
    Pair(usize),
}

/// A key's value and revisions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PairView {
    /// The value, or its beginning.
    pub value: Vec<u8>,
    /// The whole value's length in bytes.
    pub length: u64,
    /// The revision at which it was created.
    pub create_revision: u64,
    /// The revision of its last change.
    pub mod_revision: u64,
    /// The number of puts since it was created.
    pub version: u64,
    /// The lease it is attached to; 0 for none.
    pub lease: LeaseId,
}

/// The ends of leases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeaseEnds {
    /// The leader, whose clock counts them; without a leader nobody counts.
    pub counted_by: Option<NodeId>,
    /// The leases that were asked for and that the leader knows, each with its end.
    pub ends: Vec<(LeaseId, Nanos)>,
}

/// The history of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyHistory {
    /// Its changes, newest first.
    pub changes: Vec<KeyChange>,
    /// Whether there are older changes than were asked for.
    pub more: bool,
    /// The first revision that can still be read, if older ones were compacted.
    pub compacted: Option<u64>,
}

/// One change of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyChange {
    /// The revision.
    pub revision: u64,
    /// The pair after a put; absent for a deletion.
    pub pair: Option<PairView>,
    /// The nodes whose history holds this change.
    pub nodes: Vec<NodeId>,
}

impl Cluster {
    /// A window of the stores of all nodes.
    pub fn stores(&self, ask: &StoresAsk) -> StoresView {
        let servers = self.servers();
        let memories = memories(&servers);
        let copies = servers
            .iter()
            .zip(&memories)
            .map(|((node, _), memory)| CopyView { node: *node, store: memory.as_ref().map(facts) })
            .collect();
        let mut range = KeyRange::prefix(ask.prefix.clone());
        if ask.from > range.key {
            range.key.clone_from(&ask.from);
        }
        let mut merge = Merge {
            sides: memories
                .iter()
                .map(|memory| memory.as_ref().map(|memory| memory.store.pairs(&range).peekable()))
                .collect(),
        };
        let mut view = StoresView { copies, ..StoresView::default() };
        let limit = ask.rows.min(STORE_ROWS_MAX);
        let mut looked = 0;
        while let Some(key) = merge.next_key() {
            if view.rows.len() >= limit || looked >= STORE_LOOK_MAX {
                view.cut_short = view.rows.len() < limit;
                view.next = Some(key);
                break;
            }
            looked += 1;
            let held = merge.take(&key);
            if !ask.only_differing || differ(&held) {
                view.rows.push(row(key, &held));
            }
        }
        view
    }

    /// The ends of leases, as the acting leader counts them.
    pub fn lease_ends(&self, leases: &[LeaseId]) -> LeaseEnds {
        let Some((leader, server)) =
            self.acting_leader().and_then(|leader| Some((leader, self.around.listening.get(leader)?)))
        else {
            return LeaseEnds::default();
        };
        let memory = server.machine.memory.borrow();
        let end = |id: LeaseId| {
            let at = memory.lessor.ends_at(id)?;
            Some((id, self.around.executor.to_global(domain_of(leader), at)?))
        };
        LeaseEnds { counted_by: Some(leader), ends: leases.iter().filter_map(|id| end(*id)).collect() }
    }

    /// At most `limit` leases that some node knows, ascending.
    pub fn lease_ids(&self, limit: usize) -> Vec<LeaseId> {
        let servers = self.servers();
        let mut ids: Vec<LeaseId> = memories(&servers)
            .iter()
            .flatten()
            .flat_map(|memory| memory.store.leases().iter().map(|lease| lease.id()))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids.truncate(limit);
        ids
    }

    /// At most `limit` keys of a node with this prefix, ascending; none if it is down.
    pub fn keys_of(&self, node: NodeId, prefix: &[u8], limit: usize) -> Vec<Vec<u8>> {
        let Some(server) = self.around.listening.get(node) else { return Vec::new() };
        let range = KeyRange::prefix(prefix);
        let memory = server.machine.memory.borrow();
        memory.store.pairs(&range).take(limit).map(|pair| pair.key.clone()).collect()
    }

    /// The newest changes of a key over all nodes: at most `changes`, each value cut to `value_bytes`.
    pub fn key_history(&self, key: &[u8], changes: usize, value_bytes: usize) -> KeyHistory {
        let servers = self.servers();
        let mut history = KeyHistory::default();
        for ((node, _), memory) in servers.iter().zip(memories(&servers)) {
            let Some(memory) = memory else { continue };
            let compacted = u64::try_from(memory.store.compacted_revision()).ok();
            history.compacted = history.compacted.max(compacted);
            for (place, (revision, pair)) in memory.store.changes_of(key).enumerate() {
                if place >= changes {
                    history.more = true;
                    break;
                }
                let pair = pair.map(|pair| pair_view(pair, value_bytes));
                let same = |known: &&mut KeyChange| known.revision == revision && known.pair == pair;
                match history.changes.iter_mut().find(same) {
                    Some(known) => known.nodes.push(*node),
                    None => history.changes.push(KeyChange { revision, pair, nodes: vec![*node] }),
                }
            }
        }
        // Changes of one revision keep the order in which they were made, newest first.
        #[allow(
            clippy::disallowed_methods,
            reason = "equal revisions keep their order; in the file of the keys, which is loaded when it is wanted"
        )]
        history.changes.sort_by_key(|change| std::cmp::Reverse(change.revision));
        history.more |= history.changes.len() > changes;
        history.changes.truncate(changes);
        history
    }

    fn servers(&self) -> Vec<(NodeId, Option<Server>)> {
        self.node_ids().into_iter().map(|node| (node, self.around.listening.get(node))).collect()
    }
}

fn memories(servers: &[(NodeId, Option<Server>)]) -> Vec<Option<Ref<'_, Memory>>> {
    servers.iter().map(|(_, server)| server.as_ref().map(|server| server.machine.memory.borrow())).collect()
}

fn facts(memory: &Ref<'_, Memory>) -> CopyFacts {
    let store = &memory.store;
    CopyFacts {
        revision: store.revision(),
        compacted: store.compacted_revision(),
        keys: store.key_count(),
        hash: store.hash(),
    }
}

/// What a node holds under a key: `None` if its process is down, `Some(None)` if it does not hold the key.
type HeldPair<'a> = Option<Option<&'a KeyValue>>;

/// Merges the pairs of all nodes, key by key.
struct Merge<'a, I: Iterator<Item = &'a KeyValue>> {
    sides: Vec<Option<Peekable<I>>>,
}

impl<'a, I: Iterator<Item = &'a KeyValue>> Merge<'a, I> {
    fn next_key(&mut self) -> Option<Vec<u8>> {
        self.sides.iter_mut().flatten().filter_map(|side| side.peek().map(|pair| &pair.key)).min().cloned()
    }

    fn take(&mut self, key: &[u8]) -> Vec<HeldPair<'a>> {
        self.sides
            .iter_mut()
            .map(|side| side.as_mut().map(|side| side.next_if(|pair| pair.key == key)))
            .collect()
    }
}

fn differ(held: &[HeldPair<'_>]) -> bool {
    let mut up = held.iter().flatten();
    let first = up.next();
    up.any(|pair| Some(pair) != first)
}

fn row(key: Vec<u8>, held: &[HeldPair<'_>]) -> KeyRow {
    let mut distinct: Vec<&KeyValue> = Vec::new();
    for pair in held.iter().flatten().flatten() {
        if !distinct.contains(pair) {
            distinct.push(pair);
        }
    }
    #[allow(
        clippy::disallowed_methods,
        reason = "equal revisions keep their order; in the file of the keys, which is loaded when it is wanted"
    )]
    distinct.sort_by_key(|pair| std::cmp::Reverse(pair.mod_revision));
    let place = |pair: &HeldPair<'_>| match pair {
        None => Held::NoAnswer,
        Some(None) => Held::Missing,
        Some(Some(pair)) => distinct.iter().position(|known| known == pair).map_or(Held::Missing, Held::Pair),
    };
    KeyRow {
        key,
        held: held.iter().map(place).collect(),
        pairs: distinct.iter().map(|pair| pair_view(pair, STORE_VALUE_BYTES)).collect(),
    }
}

fn pair_view(pair: &KeyValue, bytes: usize) -> PairView {
    PairView {
        value: pair.value.get(..bytes).unwrap_or(&pair.value).to_vec(),
        length: pair.value.len() as u64,
        create_revision: pair.create_revision,
        mod_revision: pair.mod_revision,
        version: pair.version,
        lease: pair.lease,
    }
}
