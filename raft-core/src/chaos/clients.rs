//! Requests of clients: puts, gets, deletes, transactions, watches, leases, locks.

use super::Actor;
use super::locks::GUARDED;
use crate::cluster::Cluster;
use crate::etcdctl::JobId;
use crate::kv::KeyRange;
use crate::model::{Consistency, Operation};
use crate::runtime::RandomStream;
use crate::units::{Nanos, NodeId, SECOND};

/// The prefix of all keys that clients write.
const PREFIX: &str = "/chaos/";
/// The name of the lock.
const LOCK: &str = "/chaos/lock";
/// The number of keys that clients write: few, so that clients conflict.
const KEYS: u64 = 4;
/// The maximum number of watches, and of locks, at the same time.
const BESIDE: usize = 2;
/// The maximum number of leases, and of holders' keys, that are remembered.
const REMEMBERED: usize = 4;

/// A command that runs until it is interrupted.
struct OpenCommand {
    job: JobId,
    /// When it is interrupted.
    until: Nanos,
}

/// The clients and what they know.
#[derive(Default)]
pub(super) struct Clients {
    next_value: u64,
    /// The number of the value that a transaction last tried to write to each key.
    swapped: [u64; KEYS as usize],
    /// Commands that grant a lease and may not have ended.
    granting: Vec<JobId>,
    /// Ids of granted leases.
    leases: Vec<String>,
    watches: Vec<OpenCommand>,
    locks: Vec<OpenCommand>,
    /// Queue keys of present and former holders of the lock. Clients write with former ones, too.
    holders: Vec<String>,
}

impl Clients {
    /// Sends one random request or command to an endpoint.
    pub(super) fn ask(
        &mut self,
        cluster: &mut Cluster,
        random: &mut RandomStream,
        actor: &mut Actor,
        endpoint: NodeId,
    ) {
        self.take_in(actor);
        let number = random.range(1, KEYS);
        let key = format!("{PREFIX}k{number}");
        let range = KeyRange::single(key.as_bytes());
        let operation = match random.range(0, 19) {
            0..=7 => {
                let value = self.value();
                Operation::put(key, value)
            }
            8 => Operation::delete(range),
            9 | 10 => Operation::get(range),
            11 => Operation::read(range, Consistency::Serializable),
            12 | 13 => return self.swap(cluster, random, actor, endpoint, number),
            14 => return self.watch(cluster, random, actor, endpoint),
            15 | 16 => return self.lease(cluster, random, actor, endpoint),
            17 => return self.lock(cluster, random, actor, endpoint),
            _ => match self.holders.len() {
                0 => Operation::get(range),
                count => {
                    let at = random.range(0, count as u64 - 1) as usize;
                    return self.write_guarded(cluster, actor, endpoint, at);
                }
            },
        };
        actor.ask(cluster, vec![endpoint], operation);
    }

    /// Returns when the next command is interrupted.
    pub(super) fn wakes_at(&self) -> Option<Nanos> {
        self.watches.iter().chain(&self.locks).map(|open| open.until).min()
    }

    /// Interrupts a command that is due. Returns false if none is.
    pub(super) fn pass_time(&mut self, cluster: &mut Cluster, actor: &mut Actor) -> bool {
        let now = cluster.now();
        for open in [&mut self.watches, &mut self.locks] {
            if let Some(at) = open.iter().position(|open| open.until <= now) {
                actor.interrupt(cluster, open.remove(at).job);
                return true;
            }
        }
        false
    }

    /// Returns a value that was not written before.
    fn value(&mut self) -> String {
        self.next_value += 1;
        format!("v{}", self.next_value)
    }

    /// Runs a transaction that compares one key and writes two.
    fn swap(
        &mut self,
        cluster: &mut Cluster,
        random: &mut RandomStream,
        actor: &mut Actor,
        endpoint: NodeId,
        number: u64,
    ) {
        let other = (number + random.range(0, KEYS - 2)) % KEYS + 1;
        let known = self.swapped.get(number as usize - 1).copied().unwrap_or(0);
        let (first, second) = (self.value(), self.value());
        for place in [number, other] {
            if let Some(value) = self.swapped.get_mut(place as usize - 1) {
                *value = self.next_value - u64::from(place == number);
            }
        }
        // These keys differ from those of single puts, so that the histories of the latter stay easy to
        // judge.
        let (key, beside) = (format!("{PREFIX}t{number}"), format!("{PREFIX}t{other}"));
        // Sometimes the opposite is compared, so that one wrong guess does not fail all later transactions.
        let compare = if random.chance_ppm(700_000) { "=" } else { "!=" };
        let line = format!(
            "etcdctl txn <<EOF\nvalue(\"{key}\") {compare} \"v{known}\"\n\nput {key} {first}\nput {beside} {second}\n\n\
             get {key}\nget {beside}\n\nEOF"
        );
        actor.type_line(cluster, endpoint, &line);
    }

    fn watch(
        &mut self,
        cluster: &mut Cluster,
        random: &mut RandomStream,
        actor: &mut Actor,
        endpoint: NodeId,
    ) {
        let until = cluster.now() + random.range(2, 12) * SECOND;
        if self.watches.len() < BESIDE {
            let job = actor.type_line(cluster, endpoint, &format!("etcdctl watch --prefix {PREFIX}"));
            self.watches.push(OpenCommand { job, until });
        }
    }

    /// Grants a lease, or uses a known one.
    fn lease(
        &mut self,
        cluster: &mut Cluster,
        random: &mut RandomStream,
        actor: &mut Actor,
        endpoint: NodeId,
    ) {
        let ttl = random.range(2, 10);
        let deed = random.range(0, 6);
        let place = random.range(0, (self.leases.len() as u64).saturating_sub(1)) as usize;
        let line = match self.leases.get(place) {
            Some(lease) if deed > 0 => match deed {
                1 => format!("lease keep-alive --once {lease}"),
                2 => format!("lease timetolive {lease} --keys"),
                3 => format!("lease revoke {lease}"),
                _ => format!("put --lease={lease} {PREFIX}leased{deed} {lease}"),
            },
            _ => format!("lease grant {ttl}"),
        };
        let job = actor.type_line(cluster, endpoint, &format!("etcdctl {line}"));
        if line.starts_with("lease grant") {
            self.granting.push(job);
        }
    }

    fn lock(
        &mut self,
        cluster: &mut Cluster,
        random: &mut RandomStream,
        actor: &mut Actor,
        endpoint: NodeId,
    ) {
        let ttl = random.range(2, 8);
        let until = cluster.now() + random.range(1, 8) * SECOND;
        if self.locks.len() < BESIDE {
            let job = actor.type_line(cluster, endpoint, &format!("etcdctl lock --ttl={ttl} {LOCK}"));
            self.locks.push(OpenCommand { job, until });
        }
    }

    /// Writes the guarded key, on condition that the holder's key is still in the queue.
    fn write_guarded(&mut self, cluster: &mut Cluster, actor: &mut Actor, endpoint: NodeId, at: usize) {
        let Some(holder) = self.holders.get(at) else { return };
        let line = format!(
            "etcdctl txn <<EOF\ncreate(\"{holder}\") > \"0\"\n\nput {GUARDED} {holder}\n\nget {GUARDED}\n\nEOF"
        );
        actor.type_line(cluster, endpoint, &line);
    }

    /// Reads the output of commands: granted leases, and keys of the lock's holders.
    fn take_in(&mut self, actor: &mut Actor) {
        self.granting.retain(|job| {
            let ended = actor.has_ended(*job);
            if ended {
                let printed = actor.printed(*job);
                // `lease 694d77aa9e38260f granted with TTL(5s)`
                let mut words = printed.split(' ');
                if let (Some("lease"), Some(lease)) = (words.next(), words.next()) {
                    remember(&mut self.leases, lease.to_owned());
                }
            }
            !ended
        });
        for open in &self.locks {
            let printed = actor.printed(open.job);
            if let Some(key) = printed.lines().next().filter(|line| line.starts_with(LOCK)) {
                remember(&mut self.holders, key.to_owned());
                actor.forget(open.job);
            }
        }
        for open in &self.watches {
            actor.forget(open.job);
        }
        self.watches.retain(|open| !actor.has_ended(open.job));
        self.locks.retain(|open| !actor.has_ended(open.job));
    }
}

fn remember(list: &mut Vec<String>, new: String) {
    list.push(new);
    if list.len() > REMEMBERED {
        list.remove(0);
    }
}
