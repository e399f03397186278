//! Percentages as a person types them, and as parts per million.

use crate::text::dials as words;

/// Reads a percentage as typed. Returns it in parts per million.
///
/// # Errors
/// Returns a message that names `typed` and the accepted form if it is not a percentage.
pub fn share(name: &'static str, typed: &str) -> Result<u32, String> {
    const PLACES: usize = 4;
    let wrong = || words::decimal(name, typed.trim());
    let (whole, part) = typed.trim().split_once('.').unwrap_or((typed.trim(), ""));
    if part.len() > PLACES || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let part: u32 = format!("{part:0<PLACES$}").parse().map_err(|_| wrong())?;
    let whole: u32 = whole.parse().map_err(|_| wrong())?;
    let ppm = whole.checked_mul(10_000).map(|ppm| ppm.saturating_add(part));
    ppm.filter(|ppm| *ppm <= 1_000_000).ok_or_else(wrong)
}

/// Returns parts per million as a percentage to type.
pub fn share_text(ppm: u32) -> String {
    let text = format!("{}.{:04}", ppm / 10_000, ppm % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_read_as_they_are_written() {
        for ppm in [0, 1, 5_000, 10_000, 125_000, 999_999, 1_000_000] {
            assert_eq!(share("Loss", &share_text(ppm)), Ok(ppm));
        }
        for wrong in ["", "x", "-1", "100.1", "1.00001", "1.x", "1,5", "."] {
            assert!(share("Loss", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_percentage_has_no_needless_noughts() {
        assert_eq!([0, 10_000, 125_000, 1, 999_999].map(share_text), ["0", "1", "12.5", "0.0001", "99.9999"]);
    }

    #[test]
    fn what_is_no_percentage_is_named_with_what_was_typed() {
        assert_eq!(share("Loss", " 101 "), Err(words::decimal("Loss", "101")));
        assert_eq!(share("Loss", "0.00001"), Err(words::decimal("Loss", "0.00001")));
    }
}
