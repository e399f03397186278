//! Backoff policies: a series of delays and its continuation. openraft reads one from its configuration.
//!
//! This is [backoff-series](https://github.com/drmingdrmer/backoff-series) 0.1.1, Apache-2.0, with
//! two changes: durations are parsed as integers with decimals instead of as `f64`, and no `f64` is
//! printed. Nothing else on the page parses or prints floating-point numbers, and the standard
//! library's tables for it would add many kilobytes to the download.

use std::time::Duration;

mod extrapolation;
mod parse_error;

use crate::extrapolation::Extrapolation;
use crate::extrapolation::duration_to_ms;
use crate::extrapolation::fit;
pub use crate::parse_error::ParseError;

/// Default maximum backoff used when a config string does not specify one.
const DEFAULT_MAX_BACKOFF: Duration = Duration::from_millis(1000);

/// A backoff specification: an explicit series of retry delays plus a max cap applied to any
/// extrapolated values beyond the series.
///
/// See the [crate-level docs](crate) for the fitting rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackoffSeries {
    series: Vec<Duration>,
    max: Duration,
}

impl BackoffSeries {
    /// Create a new `BackoffSeries` from an explicit series and a max cap.
    pub fn new(series: Vec<Duration>, max: Duration) -> Self {
        Self { series, max }
    }

    /// The explicit initial delays, yielded verbatim by [`build`](Self::build).
    pub fn series(&self) -> &[Duration] {
        &self.series
    }

    /// The upper bound applied to extrapolated delays.
    pub fn max(&self) -> Duration {
        self.max
    }

    /// Build an infinite iterator of backoff durations.
    ///
    /// Yields each item of [`series`](Self::series) verbatim, then extrapolates using a closed
    /// form derived from the series — exponential when the tail supports it, otherwise linear —
    /// with each value clamped to [`max`](Self::max).
    pub fn build(&self) -> BackoffIter {
        BackoffIter {
            series_iter: self.series.clone().into_iter(),
            extrapolation: fit(&self.series),
            max_ms: duration_to_ms(self.max),
            next_x: self.series.len(),
        }
    }

    /// Parse a `BackoffSeries` from a config string.
    ///
    /// # Format
    ///
    /// ```text
    /// <dur>(<sep><dur>)*                    // series only, max defaults to 1000 ms
    /// <dur>(<sep><dur>)*<sep><dots><dur>    // trailing `<dots><dur>` sets the max cap
    ///
    /// <sep>  = `,` and/or whitespace (interchangeable, repeatable)
    /// <dots> = `..` or `...`
    /// ```
    ///
    /// `<dur>` is a number (integer or decimal, e.g. `1.5s`) followed by a unit suffix:
    /// `ns`, `us` (or `µs`), `ms`, `s`, `m`, `h`.
    ///
    /// # Examples
    ///
    /// | Input                         | Series             | Max      |
    /// |-------------------------------|--------------------|----------|
    /// | `"200ms"`                     | `[200ms]`          | `1000ms` |
    /// | `"1ms, 2ms, 3ms"`             | `[1ms, 2ms, 3ms]`  | `1000ms` |
    /// | `"1ms 2ms 3ms"`               | `[1ms, 2ms, 3ms]`  | `1000ms` |
    /// | `"1ms, 2ms, 3ms, ...1500ms"`  | `[1ms, 2ms, 3ms]`  | `1500ms` |
    /// | `"1.5ms 3ms ...1s"`           | `[1.5ms, 3ms]`     | `1000ms` |
    /// | `"1ms 2ms..3ms"`              | `[1ms, 2ms]`       | `3ms`    |
    pub fn parse(s: &str) -> Result<Self, ParseError> {
        // Normalize separators so split_whitespace yields clean tokens:
        // - `...` and `..` both introduce the max cap; rewrite as the standalone token `..`.
        // - `,` is interchangeable with whitespace.
        // `...` must be handled before `..` because `...` contains `..`.
        let normalized = s.replace("...", " .. ").replace("..", " .. ").replace(',', " ");

        let tokens: Vec<&str> = normalized.split_whitespace().collect();

        let separator_positions: Vec<usize> =
            tokens.iter().enumerate().filter_map(|(i, &t)| (t == "..").then_some(i)).collect();

        if separator_positions.len() > 1 {
            return Err(ParseError::new(s, "only one '..' or '...' separator is allowed"));
        }

        let (series_tokens, max_tokens): (&[&str], Option<&[&str]>) = match separator_positions.first() {
            Some(&idx) => (&tokens[..idx], Some(&tokens[idx + 1..])),
            None => (&tokens[..], None),
        };

        let series = series_tokens.iter().copied().map(parse_duration).collect::<Result<Vec<_>, _>>()?;

        let max = match max_tokens {
            Some([m]) => parse_duration(m)?,
            Some([]) => return Err(ParseError::new(s, "max value missing after '..'")),
            Some(_) => return Err(ParseError::new(s, "only one max value may follow '..'")),
            None => DEFAULT_MAX_BACKOFF,
        };

        Ok(Self { series, max })
    }
}

/// Parses a duration with a unit suffix: `ns`, `us` (or `µs`), `ms`, `s`, `m`, `h`.
///
/// The numeric part accepts integer or decimal notation (e.g. `1.5s`, `0.25ms`).
fn parse_duration(s: &str) -> Result<Duration, ParseError> {
    let invalid = || ParseError::new(s, "expected a duration like '200ms' or '1.5s'");

    // Split at the first non-digit, non-period character — everything before is the numeric
    // part, everything after is the unit suffix. Must handle non-ASCII characters (e.g. `µ`).
    let split = s.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(invalid)?;
    let (num_str, unit) = s.split_at(split);
    let nanos_per_unit: u64 = match unit {
        "ns" => 1,
        "us" | "µs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60 * 1_000_000_000,
        "h" => 3_600 * 1_000_000_000,
        _ => return Err(invalid()),
    };
    let nanos = decimal(num_str, nanos_per_unit).ok_or_else(invalid)?;
    Ok(Duration::from_nanos(nanos))
}

/// Returns `number`, which may have decimals, times `unit`, rounded down.
fn decimal(number: &str, unit: u64) -> Option<u64> {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let digit = |digit: u8| digit.is_ascii_digit().then(|| u64::from(digit - b'0'));
    if whole.is_empty() && decimals.is_empty() {
        return None;
    }
    let mut value = 0u64;
    for byte in whole.bytes() {
        value = value.saturating_mul(10).saturating_add(digit(byte)?);
    }
    let mut value = value.saturating_mul(unit);
    let mut place = unit;
    for byte in decimals.bytes() {
        place /= 10;
        value = value.saturating_add(place * digit(byte)?);
    }
    Some(value)
}

/// Infinite iterator produced by [`BackoffSeries::build`].
///
/// Yields the explicit series first, then the extrapolated tail clamped to the max cap.
#[derive(Clone)]
pub struct BackoffIter {
    series_iter: std::vec::IntoIter<Duration>,
    extrapolation: Extrapolation,
    max_ms: f64,
    next_x: usize,
}

impl std::fmt::Debug for BackoffIter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BackoffIter").field("next_x", &self.next_x).finish_non_exhaustive()
    }
}

impl Iterator for BackoffIter {
    type Item = Duration;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(d) = self.series_iter.next() {
            return Some(d);
        }
        let raw = self.extrapolation.eval(self.next_x);
        self.next_x += 1;
        // Like `clamp`, but without its panic message, which prints both bounds.
        Some(ms_to_duration(raw.max(0.0).min(self.max_ms)))
    }
}

fn ms_to_duration(ms: f64) -> Duration {
    if !ms.is_finite() || ms <= 0.0 {
        return Duration::ZERO;
    }
    let nanos = (ms * 1_000_000.0).min(u64::MAX as f64) as u64;
    Duration::from_nanos(nanos)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn delays(text: &str, count: usize) -> Vec<u128> {
        BackoffSeries::parse(text).unwrap().build().take(count).map(|delay| delay.as_micros()).collect()
    }

    #[test]
    fn openrafts_default_doubles_up_to_a_second() {
        assert_eq!(delays("200ms", 5), [200_000, 400_000, 800_000, 1_000_000, 1_000_000]);
    }

    #[test]
    fn a_series_continues_its_pattern_up_to_its_maximum() {
        assert_eq!(delays("100ms, 200ms 400ms ...1s", 5), [100_000, 200_000, 400_000, 800_000, 1_000_000]);
        assert_eq!(delays("1ms 2ms 3ms", 5), [1_000, 2_000, 3_000, 4_000, 5_000]);
    }

    #[test]
    fn durations_have_units_and_may_have_decimals() {
        let nanos = |text: &str| parse_duration(text).unwrap().as_nanos();
        assert_eq!(nanos("200ns"), 200);
        assert_eq!(nanos("2.5us"), 2_500);
        assert_eq!(nanos("500µs"), 500_000);
        assert_eq!(nanos("0.25ms"), 250_000);
        assert_eq!(nanos("1.5s"), 1_500_000_000);
        assert_eq!(nanos("0.5m"), 30_000_000_000);
        assert_eq!(nanos("1.5h"), 5_400_000_000_000);
        for bad in ["", "200", "ms", "-1ms", "abc", "5xy", "1.2.3ms", "NaNms", ".ms"] {
            assert!(parse_duration(bad).is_err(), "{bad:?}");
        }
    }
}
