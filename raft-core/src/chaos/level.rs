//! How bad it is, and what is a good run of it.

use std::fmt;
use std::str::FromStr;

use super::score::Score;
use crate::units::{Nanos, SECOND};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// One gentle fault at a time, on one node, and soon mended.
    Calm,
    /// Faults on top of each other; members come and go; sometimes all nodes are down.
    Rough,
    /// The same in quick succession, and seldom mended.
    Hostile,
}

/// What to reach with a level: so many writes served, and no longer than that without service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Writes to serve, at least.
    pub writes: u64,
    /// Time without service, at most.
    pub unavailable: Nanos,
}

impl Goal {
    /// Whether a score is as good, and nothing was violated.
    pub fn is_met(&self, score: &Score) -> bool {
        score.writes >= self.writes && score.unavailable <= self.unavailable && score.violations == 0
    }
}

impl Level {
    /// All of them, the best first.
    pub const ALL: [Level; 3] = [Level::Calm, Level::Rough, Level::Hostile];

    /// Its name in commands.
    pub fn name(self) -> &'static str {
        match self {
            Level::Calm => "calm",
            Level::Rough => "rough",
            Level::Hostile => "hostile",
        }
    }

    /// The level of a seed where all levels are wanted: they take turns.
    pub fn of_seed(seed: u64) -> Level {
        match seed % 3 {
            0 => Level::Calm,
            1 => Level::Rough,
            _ => Level::Hostile,
        }
    }

    /// What to reach in so much time.
    pub fn goal(self, length: Nanos) -> Goal {
        let (writes_a_minute, unavailable_permille) = match self {
            Level::Calm => (240, 160),
            Level::Rough => (150, 500),
            Level::Hostile => (100, 600),
        };
        Goal {
            writes: writes_a_minute * (length / SECOND) / 60,
            unavailable: length / 1_000 * unavailable_permille,
        }
    }

    /// The shortest and the longest pause between faults, in milliseconds.
    pub(super) fn pause_ms(self) -> (u64, u64) {
        match self {
            Level::Calm => (800, 3_000),
            Level::Rough => (100, 2_500),
            Level::Hostile => (40, 1_200),
        }
    }

    /// The shortest and the longest pause between requests of clients, in milliseconds.
    pub(super) fn asks_ms(self) -> (u64, u64) {
        match self {
            Level::Calm | Level::Rough => (20, 260),
            Level::Hostile => (10, 200),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Level, String> {
        let found = Level::ALL.into_iter().find(|level| level.name() == text);
        found.ok_or_else(|| format!("{text}: calm, rough and hostile are accepted"))
    }
}
