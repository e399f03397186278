//! Levels of severity, and the goal of each.

use std::fmt;
use std::str::FromStr;

use super::score::Score;
use crate::units::{Nanos, SECOND};

/// The severity of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// One gentle fault at a time, on one node, soon removed.
    Calm,
    /// Faults overlap; members may be added and removed; sometimes all nodes are down.
    Rough,
    /// The same faults in quick succession.
    Hostile,
}

/// The goal of a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// The minimum number of writes served.
    pub writes: u64,
    /// The maximum time without service, in virtual nanoseconds.
    pub unavailable: Nanos,
}

impl Goal {
    /// Returns whether a score reaches the goal without a violation.
    pub fn is_met(&self, score: &Score) -> bool {
        score.writes >= self.writes && score.unavailable <= self.unavailable && score.violations == 0
    }
}

impl Level {
    /// All levels, the mildest first.
    pub const ALL: [Level; 3] = [Level::Calm, Level::Rough, Level::Hostile];

    /// Returns the name used in commands.
    pub fn name(self) -> &'static str {
        match self {
            Level::Calm => "calm",
            Level::Rough => "rough",
            Level::Hostile => "hostile",
        }
    }

    /// Returns the level of a seed in a series of seeds over all levels: they take turns.
    pub fn of_seed(seed: u64) -> Level {
        match seed % 3 {
            0 => Level::Calm,
            1 => Level::Rough,
            _ => Level::Hostile,
        }
    }

    /// Returns the goal for a run of this length.
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

    /// Returns the shortest and the longest pause between faults, in milliseconds.
    pub(super) fn pause_ms(self) -> (u64, u64) {
        match self {
            Level::Calm => (800, 3_000),
            Level::Rough => (100, 2_500),
            Level::Hostile => (40, 1_200),
        }
    }

    /// Returns the shortest and the longest pause between requests of clients, in milliseconds.
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
        found.ok_or_else(|| format!("\"{text}\" is not a level; accepted: calm, rough, hostile"))
    }
}
