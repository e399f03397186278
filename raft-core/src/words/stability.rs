//! Whether Raft can work under given settings: what a person will see, and why.
//!
//! Two facts of openraft count: an append must be answered within three quarters of the heartbeat interval, the
//! follower's fsync included; and a follower waits for the end of its lease (the longest election timeout) before its
//! drawn timeout begins. All computations use integers, so results are the same on every platform.

use super::explain::{Rule, rules};
use crate::model::Settings;
use crate::units::{MILLISECOND, Nanos};

/// A judgement of one aspect of the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The severity.
    pub level: Level,
    /// The setting that it is mainly about, by its word in a scenario: `heartbeat`, `election`.
    pub about: &'static str,
    /// What a person will see, in one or two sentences without the last full stop.
    pub text: String,
    /// The rule behind it.
    pub rule: Rule,
}

/// How well a setting fits the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It works.
    Good,
    /// It works with disturbances.
    Risky,
    /// Nothing commits, or no leader lasts.
    CannotWork,
}

const MILLION: u64 = 1_000_000;

impl Settings {
    /// Judges timings, loss and snapshots.
    pub fn stability(&self) -> Vec<Judgement> {
        let mut all = Vec::new();
        if self.nodes > 1 {
            all.push(self.round_trip());
            all.push(self.silence());
            all.push(self.contests());
            all.push(self.losses());
        }
        all.push(self.snapshots());
        all
    }

    /// The probability, in per mille, that after the loss of a leader a second follower campaigns before it hears of
    /// the first campaign, so that votes may split.
    ///
    /// Each follower draws its timeout evenly from the range. The two shortest draws are less than `w` of the range
    /// apart with probability 1 - (1 - w)^m for m followers, where `w` is the time that a candidate's request takes:
    /// its fsync and the mean latency.
    pub fn contest_permille(&self) -> u64 {
        let range = (self.election_max.saturating_sub(self.election_min)).max(MILLISECOND);
        let needed = self.fsync + (self.latency_min + self.latency_max) / 2;
        let window = (needed.saturating_mul(MILLION) / range).min(MILLION);
        let followers = self.nodes.saturating_sub(1);
        if followers < 2 {
            return 0;
        }
        let alone = (0..followers).fold(MILLION, |left, _| left * (MILLION - window) / MILLION);
        (MILLION - alone) / 1_000
    }

    fn round_trip(&self) -> Judgement {
        let allowed = self.heartbeat * 3 / 4;
        // An append that a slow disk answers too late is sent again, and then answered at once: the entry is there.
        let hopeless = 2 * self.latency_min >= allowed;
        let (fastest, slowest) = (2 * self.latency_min + self.fsync, 2 * self.latency_max + self.fsync);
        let took = format!("{} to {}", millis(fastest), millis(slowest));
        let (level, text) = if hopeless {
            let text = format!(
                "Entries take {took} there and back, fsync included, but openraft waits only {} (three quarters of \
                 the heartbeat): every answer comes too late, and nothing is committed",
                millis(allowed)
            );
            (Level::CannotWork, text)
        } else if slowest >= allowed {
            let text = format!(
                "Entries take {took} there and back, fsync included, and openraft waits {} (three quarters of the \
                 heartbeat): the slow ones are sent again, and writes take longer",
                millis(allowed)
            );
            (Level::Risky, text)
        } else {
            let text =
                format!("Entries are answered within {took}, in time for openraft's {}", millis(allowed));
            (Level::Good, text)
        };
        Judgement { level, about: "heartbeat", text, rule: rules::APPEND }
    }

    fn silence(&self) -> Judgement {
        let (soonest, latest) = (self.election_max + self.election_min, 2 * self.election_max);
        let spread = self.latency_max - self.latency_min;
        let missed = soonest.saturating_sub(spread) / self.heartbeat.max(1);
        let waits = format!(
            "A follower campaigns {} to {} after the last heartbeat (openraft: its lease, then its drawn timeout)",
            millis(soonest),
            millis(latest)
        );
        let (level, text) = match missed {
            0 => (
                Level::CannotWork,
                format!(
                    "{waits}, sooner than the next heartbeat can come: leaders are overthrown all the time"
                ),
            ),
            1 | 2 => (
                Level::Risky,
                format!("{waits}; a heartbeat or two lost in a row are enough to overthrow a leader"),
            ),
            missed => {
                (Level::Good, format!("{waits}; it takes {missed} heartbeats lost in a row before it does"))
            }
        };
        Judgement { level, about: "election", text, rule: rules::TIMEOUT }
    }

    fn contests(&self) -> Judgement {
        let permille = self.contest_permille();
        let often = match permille {
            0..100 => "rarely",
            100..400 => "now and then",
            400..800 => "often",
            _ => "almost always",
        };
        let (whole, part) = (permille / 10, permille % 10);
        let cure = if permille < 400 {
            "the drawn timeouts lie far enough apart"
        } else {
            "votes may split again and again; a wider range of election timeouts helps"
        };
        let text = format!(
            "When a leader is gone, two followers campaign at once {often} ({whole}.{part} % of times): {cure}"
        );
        let level = if permille < 400 { Level::Good } else { Level::Risky };
        Judgement { level, about: "election", text, rule: rules::SPLIT_VOTE }
    }

    fn losses(&self) -> Judgement {
        let loss = u64::from(self.loss_ppm).min(MILLION);
        let answered = (MILLION - loss) * (MILLION - loss) / MILLION / 1_000;
        let got = format!("{}.{} % of requests are answered", answered / 10, answered % 10);
        let (level, text) = match loss {
            0 => (Level::Good, "No message is lost but by cuts and crashes".to_owned()),
            1..100_000 => (
                Level::Good,
                format!("{got}; what is lost is sent again, and writes take longer now and then"),
            ),
            100_000..700_000 => (
                Level::Risky,
                format!("{got}: writes wait for repetitions, and elections need several tries"),
            ),
            _ => (
                Level::CannotWork,
                format!("{got}: majorities hardly ever come together, and no leader stays"),
            ),
        };
        Judgement { level, about: "loss", text, rule: rules::HEARTBEAT }
    }

    fn snapshots(&self) -> Judgement {
        let (every, keep) = (self.snapshot_every, self.snapshot_keep);
        let (level, text) = if every < 10 {
            let text = format!(
                "A snapshot of the whole store is taken every {every} entries: much work for little log"
            );
            (Level::Risky, text)
        } else if keep == 0 {
            let text = format!(
                "Snapshots every {every} entries keep no log: whoever lacks one entry then is sent the whole store"
            );
            (Level::Risky, text)
        } else {
            let text = format!(
                "A snapshot every {every} entries; who lags by up to {keep} entries still catches up from the log"
            );
            (Level::Good, text)
        };
        Judgement { level, about: "snapshot-every", text, rule: rules::SNAPSHOT }
    }
}

/// A duration in milliseconds, with one decimal if it is not whole.
fn millis(nanos: Nanos) -> String {
    let tenths = nanos * 10 / MILLISECOND;
    match tenths % 10 {
        0 => format!("{} ms", tenths / 10),
        part => format!("{}.{part} ms", tenths / 10),
    }
}
