//! The page's single file, `dist/embed/raft-playground.html`, with a scenario in it.

/// The empty place for a query in the single file, which `tools/xtask/src/one-file.cjs` writes.
const PLACE: &str = "<script type=\"text/plain\" id=\"raft-playground-query\"></script>";

/// Returns the single file with a scenario in it; `None` when `file` is not the text of the single file, or
/// already holds a scenario. `encoded` is the scenario as a part of a query, so that nothing in it can be
/// read as markup.
pub fn one_file(file: &str, encoded: &str) -> Option<String> {
    let (before, after) = file.split_once(PLACE)?;
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"%-_.!~*'()".contains(&byte);
    if !encoded.bytes().all(safe) {
        return None;
    }
    let open = PLACE.split_once("</").map_or(PLACE, |(open, _)| open);
    Some(format!("{before}{open}?text={encoded}</script>{after}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_scenario_stands_in_the_files_place_for_it() {
        let file = format!("<head>{PLACE}</head>");
        assert_eq!(
            one_file(&file, "seed%204").unwrap(),
            "<head><script type=\"text/plain\" id=\"raft-playground-query\">?text=seed%204</script></head>"
        );
    }

    #[test]
    fn what_is_no_single_file_or_could_be_markup_is_refused() {
        let file = format!("<head>{PLACE}</head>");
        assert_eq!(one_file("<head></head>", "x"), None);
        assert_eq!(one_file(&file, "</script>"), None);
        let full = one_file(&file, "x").unwrap();
        assert_eq!(one_file(&full, "y"), None);
    }
}
