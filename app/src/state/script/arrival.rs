//! How long a played run waits for the part of the page that remembers runs. It is a lazy part: it may be late, and
//! it may never come.

/// Wall milliseconds between two looks whether it is there. A browser makes this a second in a hidden tab.
pub(super) const LOOK_MS: u32 = 50;
/// Looks before the run is given up: half a minute in a tab that is shown.
const LOOKS_MAX: u32 = 600;

/// What to do with a run that has reached its goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// Put it in the place of the present run.
    Adopt,
    /// Look again after [`LOOK_MS`].
    Wait,
    /// Drop it, and say that the part did not arrive.
    GiveUp,
    /// Drop it in silence: a person cancelled it meanwhile.
    Cancelled,
}

/// Decides after `looks` looks that found nothing.
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

    /// What becomes of a run when the part arrives before look `there_at`, or never.
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
