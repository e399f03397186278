//! Clients of all kinds: puts, gets, deletes, transactions, watches, leases, locks.

use super::Hand;
use super::locks::GUARDED;
use crate::cluster::Cluster;
use crate::etcdctl::JobId;
use crate::kv::KeyRange;
use crate::model::{Consistency, Operation};
use crate::runtime::RandomStream;
use crate::units::{Nanos, NodeId, SECOND};

/// Below this is all that clients write.
const PREFIX: &str = "/chaos/";
/// The lock's name.
const LOCK: &str = "/chaos/lock";
/// Keys that clients write: few, so that they meet.
const KEYS: u64 = 4;
/// Commands of a kind that run at the same time.
const BESIDE: usize = 2;
/// Leases, and keys of holders, that clients remember.
const REMEMBERED: usize = 4;

/// A command that runs until it is interrupted.
struct Open {
    job: JobId,
    until: Nanos,
}

/// Who asks.
#[derive(Default)]
pub(super) struct Clients {
    next_value: u64,
    /// The value that a transaction was last to write to each key.
    swapped: [u64; KEYS as usize],
    granting: Vec<JobId>,
    leases: Vec<String>,
    watches: Vec<Open>,
    locks: Vec<Open>,
    /// Keys of those who hold the lock or held it: some write on without it.
    holders: Vec<String>,
}

impl Clients {
    /// One client asks one thing.
    pub(super) fn ask(
        &mut self,
        cluster: &mut Cluster,
        random: &mut RandomStream,
        hand: &mut Hand,
        endpoint: NodeId,
    ) {
        self.take_in(hand);
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
            12 | 13 => return self.swap(cluster, random, hand, endpoint, number),
            14 => return self.watch(cluster, random, hand, endpoint),
            15 | 16 => return self.lease(cluster, random, hand, endpoint),
            17 => return self.lock(cluster, random, hand, endpoint),
            _ => match self.holders.len() {
                0 => Operation::get(range),
                count => {
                    let at = random.range(0, count as u64 - 1) as usize;
                    return self.write_guarded(cluster, hand, endpoint, at);
                }
            },
        };
        hand.ask(cluster, vec![endpoint], operation);
    }

    /// When a command is to be interrupted.
    pub(super) fn wakes_at(&self) -> Option<Nanos> {
        self.watches.iter().chain(&self.locks).map(|open| open.until).min()
    }

    /// Interrupts a command whose time has come. False when there is none.
    pub(super) fn pass_time(&mut self, cluster: &mut Cluster, hand: &mut Hand) -> bool {
        let now = cluster.now();
        for open in [&mut self.watches, &mut self.locks] {
            if let Some(at) = open.iter().position(|open| open.until <= now) {
                hand.interrupt(cluster, open.remove(at).job);
                return true;
            }
        }
        false
    }

    /// A value that nobody wrote before.
    fn value(&mut self) -> String {
        self.next_value += 1;
        format!("v{}", self.next_value)
    }

    /// Compares one key and sets two.
    fn swap(
        &mut self,
        cluster: &mut Cluster,
        random: &mut RandomStream,
        hand: &mut Hand,
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
        // Keys apart from those of single puts, whose histories are judged to the end.
        let (key, beside) = (format!("{PREFIX}t{number}"), format!("{PREFIX}t{other}"));
        // Now and then whatever is there is taken, so that it does not end with a wrong guess.
        let compare = if random.chance_ppm(700_000) { "=" } else { "!=" };
        let line = format!(
            "etcdctl txn <<EOF\nvalue(\"{key}\") {compare} \"v{known}\"\n\nput {key} {first}\nput {beside} {second}\n\n\
             get {key}\nget {beside}\n\nEOF"
        );
        hand.type_line(cluster, endpoint, &line);
    }

    fn watch(&mut self, cluster: &mut Cluster, random: &mut RandomStream, hand: &mut Hand, endpoint: NodeId) {
        let until = cluster.now() + random.range(2, 12) * SECOND;
        if self.watches.len() < BESIDE {
            let job = hand.type_line(cluster, endpoint, &format!("etcdctl watch --prefix {PREFIX}"));
            self.watches.push(Open { job, until });
        }
    }

    /// Grants a lease, or does something with one.
    fn lease(&mut self, cluster: &mut Cluster, random: &mut RandomStream, hand: &mut Hand, endpoint: NodeId) {
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
        let job = hand.type_line(cluster, endpoint, &format!("etcdctl {line}"));
        if line.starts_with("lease grant") {
            self.granting.push(job);
        }
    }

    fn lock(&mut self, cluster: &mut Cluster, random: &mut RandomStream, hand: &mut Hand, endpoint: NodeId) {
        let ttl = random.range(2, 8);
        let until = cluster.now() + random.range(1, 8) * SECOND;
        if self.locks.len() < BESIDE {
            let job = hand.type_line(cluster, endpoint, &format!("etcdctl lock --ttl={ttl} {LOCK}"));
            self.locks.push(Open { job, until });
        }
    }

    /// Writes what the lock guards, if the holder's key is still in the queue.
    fn write_guarded(&mut self, cluster: &mut Cluster, hand: &mut Hand, endpoint: NodeId, at: usize) {
        let Some(holder) = self.holders.get(at) else { return };
        let line = format!(
            "etcdctl txn <<EOF\ncreate(\"{holder}\") > \"0\"\n\nput {GUARDED} {holder}\n\nget {GUARDED}\n\nEOF"
        );
        hand.type_line(cluster, endpoint, &line);
    }

    /// Reads what commands printed: leases that were granted, and who holds the lock.
    fn take_in(&mut self, hand: &mut Hand) {
        self.granting.retain(|job| {
            let ended = hand.has_ended(*job);
            if ended {
                let printed = hand.printed(*job);
                // `lease 694d77aa9e38260f granted with TTL(5s)`
                let mut words = printed.split(' ');
                if let (Some("lease"), Some(lease)) = (words.next(), words.next()) {
                    remember(&mut self.leases, lease.to_owned());
                }
            }
            !ended
        });
        for open in &self.locks {
            let printed = hand.printed(open.job);
            if let Some(key) = printed.lines().next().filter(|line| line.starts_with(LOCK)) {
                remember(&mut self.holders, key.to_owned());
                hand.forget(open.job);
            }
        }
        for open in &self.watches {
            hand.forget(open.job);
        }
        self.watches.retain(|open| !hand.has_ended(open.job));
        self.locks.retain(|open| !hand.has_ended(open.job));
    }
}

fn remember(list: &mut Vec<String>, new: String) {
    list.push(new);
    if list.len() > REMEMBERED {
        list.remove(0);
    }
}
