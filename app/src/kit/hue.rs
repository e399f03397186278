//! The colours of terms.

/// Which of the six term colours a term has.
pub fn term_hue(term: u64) -> u64 {
    (term.max(1) - 1) % 6 + 1
}
