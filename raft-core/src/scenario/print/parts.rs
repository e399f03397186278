//! Prints parts of steps: lists of nodes, links, times, shares, quoted values.

use std::fmt::{self, Display, Formatter, Write};

use crate::scenario::ast::{Nodes, Who};
use crate::units::{MICROSECOND, MILLISECOND, Nanos, SECOND};

pub(super) struct List<'a>(pub(super) &'a [Who]);

impl Display for List<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, who) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_char(',')?;
            }
            who.fmt(f)?;
        }
        Ok(())
    }
}

pub(super) struct LinkText<'a>(pub(super) &'a [Who], pub(super) &'a [Who]);

impl Display for LinkText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {}", List(self.0), List(self.1))
    }
}

pub(super) struct OnLink<'a>(pub(super) &'a Option<(Nodes, Nodes)>);

impl Display for OnLink<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some((from, to)) => write!(f, " {}", LinkText(from, to)),
            None => Ok(()),
        }
    }
}

pub(super) struct Quoted<'a>(pub(super) &'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            if matches!(c, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        f.write_char('"')
    }
}

/// A time, printed exactly: in the largest unit in which it is whole, or in decimal milliseconds if it is
/// longer than a microsecond and not whole in microseconds.
pub(in crate::scenario) struct Time(pub(in crate::scenario) Nanos);

impl Display for Time {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0 > MICROSECOND && !self.0.is_multiple_of(MICROSECOND) {
            let digits = format!("{:06}", self.0 % MILLISECOND);
            return write!(f, "{}.{}ms", self.0 / MILLISECOND, digits.trim_end_matches('0'));
        }
        let units = [("s", SECOND), ("ms", MILLISECOND), ("us", MICROSECOND), ("ns", 1)];
        let fits = units.into_iter().find(|(_, nanos)| self.0.is_multiple_of(*nanos));
        let (unit, nanos) = fits.unwrap_or(("ns", 1));
        write!(f, "{}{unit}", self.0 / nanos)
    }
}

pub(super) struct Range(pub(super) Nanos, pub(super) Nanos);

impl Display for Range {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", Time(self.0), Time(self.1))
    }
}

pub(super) struct Percent(pub(super) u32);

impl Display for Percent {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 10_000, self.0 % 10_000);
        if part == 0 {
            return write!(f, "{whole}%");
        }
        let digits = format!("{part:04}");
        write!(f, "{whole}.{}%", digits.trim_end_matches('0'))
    }
}
