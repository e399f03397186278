//! The colours of terms.

/// Returns which of the six term colours a term has.
pub fn term_hue(term: u64) -> u64 {
    (term.max(1) - 1) % 6 + 1
}

#[cfg(test)]
mod tests {
    use super::term_hue;

    #[test]
    fn six_terms_in_a_row_have_six_colours_and_then_they_come_again() {
        assert_eq!([1, 2, 3, 4, 5, 6, 7, 12, 13].map(term_hue), [1, 2, 3, 4, 5, 6, 1, 6, 1]);
    }

    #[test]
    fn a_node_that_has_seen_no_term_looks_like_one_in_the_first() {
        assert_eq!(term_hue(0), 1);
    }
}
