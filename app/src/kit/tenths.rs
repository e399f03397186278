//! Lengths in drawings.

use std::fmt;

/// A length, printed to one decimal place. The standard library's printing of floating-point numbers would
/// add three kilobytes to every download.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tenths(pub f64);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0 + if self.0 < 0.0 { -0.5 } else { 0.5 }) as i64;
        let sign = if tenths < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::Tenths;

    #[test]
    fn a_length_is_rounded_to_the_nearest_tenth_on_either_side_of_nought() {
        let shown = |length: f64| Tenths(length).to_string();
        assert_eq!([2.04, 2.05, 12.0, 0.0].map(shown), ["2.0", "2.1", "12.0", "0.0"]);
        assert_eq!([-2.04, -2.06, -0.3].map(shown), ["-2.0", "-2.1", "-0.3"]);
    }

    #[test]
    fn what_rounds_to_nought_has_no_sign() {
        assert_eq!(Tenths(-0.01).to_string(), "0.0");
        assert_eq!(Tenths(0.04).to_string(), "0.0");
    }
}
