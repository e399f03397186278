//! The target `cluster`: bytes become settings, then actions, requests and pauses in any order.

use super::feed::Feed;
use super::request::request;
use crate::cluster::Cluster;
use crate::model::{
    Action, Call, Dice, FSYNC_NEVER, LATENCY_MAX, Link, MessageClass, Operation, PendingDrop, Request,
    Settings, Stress,
};
use crate::units::{MILLISECOND, Nanos, SECOND};

/// The maximum number of deeds.
const DEEDS_MAX: u32 = 48;
/// The virtual time after which no further deed begins.
const TIME_MAX: Nanos = 6 * SECOND;
/// The maximum number of messages and timers; more mean that virtual time stands still.
const STEPS_MAX: u32 = 400_000;
/// The maximum rate of a stress, in writes per second: one second of 200 writes tests as much as ten minutes
/// of 1000.
const STRESS_RATE_MAX: u32 = 200;
/// The maximum duration of a stress.
const STRESS_TIME_MAX: Nanos = SECOND;

/// Plays an input. If its first byte says so, plays it again step by step, which must give the same trace.
pub(super) fn judge(bytes: &[u8]) -> Result<(), String> {
    let once = Run::play(bytes, Slices::Whole)?;
    let twice = bytes.first().is_some_and(|first| first & 0x40 != 0);
    if twice && once != Run::play(bytes, Slices::Steps)? {
        return Err("played step by step, the run has another trace".to_owned());
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq)]
/// How the cluster is advanced.
enum Slices {
    /// In large slices.
    Whole,
    /// By single messages and timers.
    Steps,
}

struct Run<'a> {
    cluster: Cluster,
    feed: Feed<'a>,
    slices: Slices,
    steps_left: u32,
    /// Whether a safeguard was removed, so that violations are no error any more.
    unsafe_now: bool,
    /// Whether the input may remove safeguards.
    may_be_unsafe: bool,
}

impl Run<'_> {
    /// Plays an input and returns the trace hash.
    fn play(bytes: &[u8], slices: Slices) -> Result<u64, String> {
        let mut feed = Feed::new(bytes);
        let may_be_unsafe = feed.byte() & 0x80 != 0;
        let settings = settings(&mut feed);
        let Ok(cluster) = Cluster::new(settings) else { return Ok(0) };
        let mut run = Run { cluster, feed, slices, steps_left: STEPS_MAX, unsafe_now: false, may_be_unsafe };
        run.pass(400 * MILLISECOND)?;
        for _ in 0..DEEDS_MAX {
            if run.feed.is_empty() || run.cluster.now() > TIME_MAX {
                break;
            }
            run.deed()?;
        }
        run.pass(300 * MILLISECOND)?;
        run.look()?;
        Ok(run.cluster.trace_hash())
    }

    fn deed(&mut self) -> Result<(), String> {
        match self.feed.below(8) {
            0 => {
                let time = self.feed.number().min(2_000) * MILLISECOND;
                self.pass(time)
            }
            1 => {
                let time = self.feed.number().min(1_000) * 100_000;
                self.pass(time)
            }
            2..=4 => {
                let request = request(&mut self.feed);
                let request = self.aimed(request);
                self.act(Action::Request(request))
            }
            _ => {
                let action = self.action();
                self.act(action)
            }
        }
    }

    /// Replaces small numbers by ids of members, and mostly adds an endpoint if there is none.
    fn aimed(&mut self, mut request: Request) -> Request {
        if request.endpoints.is_empty() && self.feed.flag() {
            request.endpoints = vec![1];
        }
        let directory = self.cluster.directory();
        if let Operation::Call(
            Call::MemberPromote { id }
            | Call::MemberRemove { id }
            | Call::MemberUpdate { id, .. }
            | Call::MoveLeader { target: id },
        ) = &mut request.operation
            && *id < 12
        {
            *id = directory.member_id(*id);
        }
        request
    }

    fn act(&mut self, action: Action) -> Result<(), String> {
        let takes_a_safeguard = match &action {
            Action::Wipe(_) => true,
            Action::Fsync { takes, .. } => *takes == FSYNC_NEVER,
            // Reads by lease are unsafe, since clocks may be wrong.
            Action::LeaseReads(on) => *on,
            _ => false,
        };
        if takes_a_safeguard && !self.may_be_unsafe {
            return Ok(());
        }
        let before = (self.cluster.trace_hash(), self.cluster.event_count(), self.cluster.now());
        let told = format!("{action:?}");
        match self.cluster.apply(action) {
            Err(error) => {
                if (self.cluster.trace_hash(), self.cluster.event_count(), self.cluster.now()) != before {
                    return Err(format!("{told} was refused ({error}) and changed the run"));
                }
                if error.problem.is_empty() || error.accepted.is_empty() {
                    return Err(format!("{told} was refused without a reason: {error:?}"));
                }
            }
            Ok(_) => self.unsafe_now |= takes_a_safeguard,
        }
        self.look()
    }

    /// Checks what must hold at any time.
    fn look(&mut self) -> Result<(), String> {
        if let Some(why) = self.cluster.stuck() {
            return Err(format!("the run is stuck: {why}"));
        }
        let _ = self.cluster.view();
        let _ = self.cluster.take_events();
        match self.cluster.violations().first() {
            Some(violation) if !self.unsafe_now => {
                Err(format!("at {} ns, {:?}: {}", violation.at, violation.property, violation.detail))
            }
            _ => Ok(()),
        }
    }

    fn pass(&mut self, time: Nanos) -> Result<(), String> {
        let to = self.cluster.now() + time;
        let arrived = match self.slices {
            Slices::Whole => {
                // Steps are counted in chunks of 1,000, which does not affect the run.
                while self.steps_left > 0 && !self.cluster.advance_at_most(to, 1_000) {
                    self.steps_left = self.steps_left.saturating_sub(1_000);
                }
                self.steps_left > 0
            }
            Slices::Steps => {
                while self.cluster.step(to) {}
                self.cluster.advance(to);
                true
            }
        };
        if !arrived {
            return Err(format!("more than {STEPS_MAX} messages and timers up to {} ns", self.cluster.now()));
        }
        self.look()
    }

    fn action(&mut self) -> Action {
        let feed = &mut self.feed;
        match feed.below(32) {
            0 => Action::Crash(feed.node()),
            1 => Action::Stop(feed.node()),
            2 => Action::Wipe(feed.node()),
            3 | 4 => Action::Restart(feed.node()),
            5 => Action::StartMember {
                node: feed.node(),
                name: feed.flag().then(|| feed.text()),
                client_address: feed.flag().then(|| feed.text()),
            },
            6 => Action::Pause(feed.node()),
            7 => Action::Resume(feed.node()),
            8 => Action::Isolate(feed.node()),
            9 => Action::Partition((0..feed.below(4)).map(|_| feed.nodes()).collect()),
            10 => Action::Cut(link(feed)),
            11 => Action::Heal(feed.flag().then(|| feed.nodes())),
            12 => Action::HealLink(link(feed)),
            13 => {
                let (min, max) = (nanos(feed), nanos(feed));
                Action::Latency { link: some_link(feed), min, max }
            }
            14 => Action::Loss { link: some_link(feed), ppm: ppm(feed) },
            15 => Action::Duplication { link: some_link(feed), ppm: ppm(feed) },
            16 => Action::Drop(self.message()),
            17 => {
                let message = self.message();
                Action::Delay { message, by: nanos(&mut self.feed) }
            }
            18 => Action::Duplicate(self.message()),
            19 => Action::DropNext(PendingDrop {
                class: feed.one_of(&MessageClass::ALL),
                link: some_link(feed),
            }),
            20 => Action::CancelDrops,
            21 => Action::ClockRate { node: feed.node(), ppm: ppm(feed).saturating_mul(10) },
            22 => {
                let node = feed.flag().then(|| feed.node());
                Action::Fsync { node, takes: if feed.below(8) == 7 { FSYNC_NEVER } else { nanos(feed) } }
            }
            23 => match feed.one_of(&[Dice::Aligned, Dice::Spread, Dice::Drawn]) {
                Dice::Aligned => Action::AlignTimers(feed.nodes()),
                Dice::Spread => Action::SpreadTimers(feed.nodes()),
                Dice::Drawn => Action::TimersAsDrawn,
            },
            24 => Action::Campaign(feed.node()),
            25 => Action::Transfer(feed.node()),
            26 => Action::Snapshot(feed.node()),
            27 => Action::Elections { nodes: feed.nodes(), on: feed.flag() },
            28 => Action::PreVote(feed.flag()),
            29 => Action::LeaseReads(feed.flag()),
            30 => Action::HangUp(feed.number()),
            _ => stress(feed),
        }
    }

    /// Returns the id of a message in flight, or any number.
    fn message(&mut self) -> u64 {
        let chosen = self.feed.number();
        let flying = self.cluster.view().messages;
        let count = flying.len() as u64;
        match flying.get((chosen % count.max(1)) as usize) {
            Some(message) if chosen < 200 => message.id,
            _ => chosen,
        }
    }
}

fn settings(feed: &mut Feed) -> Settings {
    let mut settings = Settings::with_seed(feed.number());
    settings.nodes = u64::from(feed.byte()) % 10;
    let flags = feed.byte();
    settings.pre_vote = flags & 1 != 0;
    if flags & 2 != 0 {
        settings.fsync = nanos(feed);
    }
    if flags & 4 != 0 {
        (settings.snapshot_every, settings.snapshot_keep) = (feed.number(), feed.number());
    }
    if flags & 8 != 0 {
        (settings.latency_min, settings.latency_max) = (nanos(feed), nanos(feed));
    }
    if flags & 16 != 0 {
        let mut millis = |below: Nanos| feed.number() % below * MILLISECOND;
        settings.heartbeat = millis(20_000);
        settings.election_min = settings.heartbeat + millis(1_000);
        settings.election_max = settings.election_min + millis(1_000);
    }
    if flags & 32 != 0 {
        (settings.loss_ppm, settings.duplicate_ppm) = (ppm(feed), ppm(feed));
    }
    if flags & 64 != 0 {
        settings.first = Some(feed.node());
        settings.quota = feed.number();
    }
    settings
}

fn link(feed: &mut Feed) -> Link {
    Link { from: feed.node(), to: feed.node() }
}

fn some_link(feed: &mut Feed) -> Option<Link> {
    feed.flag().then(|| link(feed))
}

/// Returns a duration in tenths of a millisecond, sometimes the maximum latency or more.
fn nanos(feed: &mut Feed) -> Nanos {
    match feed.number() {
        tenths @ 0..=0xdf => tenths * 100_000,
        0xe0..=0xfff => LATENCY_MAX,
        beyond => beyond,
    }
}

/// Returns a share per million, mostly a whole percentage.
fn ppm(feed: &mut Feed) -> u32 {
    match feed.number() {
        percent @ 0..=0xdf => percent as u32 * 10_000,
        beyond => beyond as u32,
    }
}

fn stress(feed: &mut Feed) -> Action {
    let (rate, duration) = (feed.number() as u32, feed.number().wrapping_mul(10 * MILLISECOND));
    // A stress out of bounds must be refused; one within bounds is shortened.
    let within = rate <= 1_000 && duration <= 600 * SECOND;
    let (rate, duration) =
        if within { (rate.min(STRESS_RATE_MAX), duration.min(STRESS_TIME_MAX)) } else { (rate, duration) };
    Action::Stress(Stress { endpoints: feed.nodes(), rate, duration })
}
