//! Suggests the word that a misspelled one was probably meant to be.

/// Returns the phrase nearest to `found`, the first of several as near.
///
/// A phrase is near within one slip per three letters of `found`, at most two slips. A phrase of several
/// words is also matched by its first word. Returns `None` if no phrase is near, or if `found` is itself a
/// phrase.
pub(super) fn nearest(found: &str, phrases: &[&str]) -> Option<String> {
    const LONGEST: usize = 32;
    let found: Vec<char> = found.chars().take(LONGEST + 1).collect();
    let most = (found.len() / 3).min(2);
    if found.len() > LONGEST || most == 0 {
        return None;
    }
    let slips = |phrase: &str| {
        let first = phrase.split(' ').next().unwrap_or(phrase);
        distance(&found, first).min(distance(&found, phrase))
    };
    let near =
        phrases.iter().map(|phrase| (slips(phrase), *phrase)).filter(|(slips, _)| (1..=most).contains(slips));
    near.min_by_key(|(slips, _)| *slips).map(|(_, phrase)| phrase.to_owned())
}

/// Returns how many letters must be added, removed, changed, or swapped with their neighbour (the optimal
/// string alignment distance).
fn distance(from: &[char], to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    // Row i, column j: the distance between the first i letters of `from` and the first j of `to`.
    let mut rows: Vec<Vec<usize>> = vec![(0..=to.len()).collect()];
    for (i, letter) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in to.iter().enumerate() {
            let above = &rows[i];
            let changed = above[j] + usize::from(letter != other);
            let mut least = changed.min(above[j + 1] + 1).min(row[j] + 1);
            let swapped = i > 0 && j > 0 && *letter == to[j - 1] && from[i - 1] == *other;
            if swapped {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::scenario::parse;

    #[test]
    fn an_error_suggests_the_word_that_was_probably_meant() {
        for (text, wanted) in [
            ("kil node1", "kill"),
            ("partitoin node1 | rest", "partition"),
            ("sede 5", "seed"),
            ("tilte x", "title"),
            ("timing papper", "paper"),
            ("kill nod1,node2", "node1"),
            ("kill leadr", "leader"),
            ("name old = leader\nkill odl", "old"),
            ("wait leadr", "leader"),
            ("wait twoleaders", "two leaders"),
            ("expect no quorm", "quorum"),
            ("expect node1 folower", "follower"),
            ("expect linearisable", "linearizable"),
            ("expect violation log-maching", "log-matching"),
            ("wait same hsah on all", "hash"),
            ("look hashs", "hashes"),
            ("drop next apend", "append"),
            ("expect result refussed", "refused"),
            ("try node1 folower -- x", "follower"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.suggestion.as_deref(), Some(wanted), "{text}: {error}");
            assert!(
                error.to_string().contains(&format!("(did you mean \"{wanted}\"?); accepted: ")),
                "{error}"
            );
        }
        assert_eq!(parse("xyz node1").unwrap_err().suggestion, None);
    }

    #[test]
    fn near_misses_are_found_and_far_ones_are_not() {
        let words = ["kill", "partition", "pause", "two leaders", "log", "node1"];
        let meant = |found| nearest(found, &words);
        for (found, wanted) in [
            ("kil", "kill"),
            ("partitoin", "partition"),
            ("partiton", "partition"),
            ("pasue", "pause"),
            ("twoleaders", "two leaders"),
            ("lgo", "log"),
            ("nod1", "node1"),
        ] {
            assert_eq!(meant(found).as_deref(), Some(wanted), "{found}");
        }
        for found in
            ["", "k", "lo", "restart", "kill", "a very long text that is no word of any language at all"]
        {
            assert_eq!(meant(found), None, "{found}");
        }
    }
}
