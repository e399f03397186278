//! Instants of a domain's clock, in the form that openraft requires.

use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::Duration;

use openraft_rt::Instant;

use super::time::local_now;
use crate::units::{Nanos, SECOND};

/// The start of every clock. It is far from zero because openraft subtracts durations from instants.
const EPOCH: Nanos = 1_000_000 * SECOND;

/// An instant on the clock of the domain in which it was taken, in nanoseconds since zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VirtualInstant(Nanos);

impl VirtualInstant {
    /// Returns the instant at which a domain's clock shows `local`.
    pub fn at(local: Nanos) -> Self {
        VirtualInstant(EPOCH.saturating_add(local))
    }

    /// Returns the clock's reading at this instant; 0 for instants before the start.
    pub fn nanos(self) -> Nanos {
        self.0.saturating_sub(EPOCH)
    }
}

/// Converts a duration to nanoseconds; one that does not fit becomes `u64::MAX / 4` (146 years).
pub(super) fn nanos_of(duration: Duration) -> Nanos {
    let seconds = duration.as_secs().checked_mul(SECOND);
    let nanos = seconds.and_then(|seconds| seconds.checked_add(Nanos::from(duration.subsec_nanos())));
    nanos.unwrap_or(u64::MAX / 4)
}

impl Add<Duration> for VirtualInstant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        VirtualInstant(self.0.saturating_add(nanos_of(duration)))
    }
}

impl AddAssign<Duration> for VirtualInstant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub<Duration> for VirtualInstant {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        VirtualInstant(self.0.saturating_sub(nanos_of(duration)))
    }
}

impl SubAssign<Duration> for VirtualInstant {
    fn sub_assign(&mut self, duration: Duration) {
        *self = *self - duration;
    }
}

impl Sub for VirtualInstant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl Instant for VirtualInstant {
    fn now() -> Self {
        VirtualInstant::at(local_now())
    }
}
