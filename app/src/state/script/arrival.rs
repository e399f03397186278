//! How long a played run waits for the recorder. That is a lazy part of the page: it may be late, and it may
//! never arrive.

/// The time between two looks whether it is loaded, in milliseconds of wall time. In a hidden tab, browsers
/// make it a second.
pub(super) const LOOK_MS: u32 = 50;
/// The number of looks before the run is dropped: half a minute in a visible tab.
const LOOKS_MAX: u32 = 600;

/// What to do with a run that has reached its goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// Put it in place of the present run.
    Adopt,
    /// Look again after [`LOOK_MS`].
    Wait,
    /// Drop it, and show that the part did not arrive.
    GiveUp,
    /// Drop it silently: a person cancelled it meanwhile.
    Cancelled,
}

/// Decides after `looks` looks without success.
pub(super) fn arrival(is_wanted: bool, is_there: bool, looks: u32) -> Arrival {
    match (is_wanted, is_there) {
        (false, _) => Arrival::Cancelled,
        (true, true) => Arrival::Adopt,
        (true, false) if looks < LOOKS_MAX => Arrival::Wait,
        (true, false) => Arrival::GiveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the decision and the number of looks if the part arrives before look `there_at`, or never.
    fn waits(there_at: Option<u32>) -> (Arrival, u32) {
        let mut looks = 0;
        loop {
            match arrival(true, there_at.is_some_and(|at| looks >= at), looks) {
                Arrival::Wait => looks += 1,
                end => return (end, looks),
            }
        }
    }

    #[test]
    fn a_run_waits_for_the_part_that_remembers_and_then_takes_its_place() {
        assert_eq!(waits(Some(0)), (Arrival::Adopt, 0));
        assert_eq!(waits(Some(7)), (Arrival::Adopt, 7));
        assert_eq!(waits(Some(600)), (Arrival::Adopt, 600), "at the last look it is still welcome");
    }

    #[test]
    fn a_run_is_given_up_after_half_a_minute_without_that_part() {
        assert_eq!(waits(None), (Arrival::GiveUp, 600));
        assert_eq!(600 * LOOK_MS, 30_000);
    }

    #[test]
    fn a_run_that_was_cancelled_meanwhile_takes_nobodys_place() {
        assert_eq!(arrival(false, true, 0), Arrival::Cancelled);
        assert_eq!(arrival(false, false, 599), Arrival::Cancelled);
    }
}
