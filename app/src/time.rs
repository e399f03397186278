//! The speeds of virtual time and the targets of jumps; rooms of all storeys use them.

/// The slowest speed: virtual time in millionths of wall time.
pub const SPEED_MIN: u64 = 1_000;
/// Real time: one virtual second per second.
pub const REAL_TIME: u64 = 1_000_000;
/// The fastest speed.
pub const SPEED_MAX: u64 = 100_000_000;

/// Returns the next slower or faster of the speeds 1, 2 and 5 in each power of ten, in millionths of wall
/// time; at a bound, the bound.
pub fn next_speed(now: u64, faster: bool) -> u64 {
    let mut decade = SPEED_MIN;
    let mut beside = if faster { SPEED_MAX } else { SPEED_MIN };
    while decade <= SPEED_MAX {
        for stop in [decade, 2 * decade, 5 * decade] {
            if faster && stop > now {
                beside = beside.min(stop);
            } else if !faster && stop < now {
                beside = beside.max(stop);
            }
        }
        decade *= 10;
    }
    beside
}

/// The target of a jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// The next or previous instant at which something happens.
    Event,
    /// A campaign, or its end.
    Election,
    /// The commit of an entry.
    Commit,
    /// A crash, a stop, a pause or a cut.
    Fault,
    /// A client's write when it is sent.
    Write,
    /// A violated safety property.
    Violation,
    /// Any of these except commits and writes.
    Mark,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_faster_is_the_next_of_one_two_and_five() {
        let faster = |speed| next_speed(speed, true);
        assert_eq!([50_000, 100_000, 200_000, 500_000].map(faster), [100_000, 200_000, 500_000, REAL_TIME]);
        assert_eq!(faster(73_000), 100_000, "also from a speed between two of them");
    }

    #[test]
    fn a_step_slower_undoes_a_step_faster() {
        let mut speed = SPEED_MIN;
        while speed < SPEED_MAX {
            let faster = next_speed(speed, true);
            assert_eq!(next_speed(faster, false), speed);
            speed = faster;
        }
        assert_eq!(next_speed(73_000, false), 50_000);
    }

    #[test]
    fn at_the_slowest_and_the_fastest_speed_a_step_changes_nothing() {
        assert_eq!(next_speed(SPEED_MAX, true), SPEED_MAX);
        assert_eq!(next_speed(SPEED_MIN, false), SPEED_MIN);
    }
}
