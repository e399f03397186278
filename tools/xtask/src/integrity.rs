//! Digests: the page runs no engine and no lazy part that differs from what was built.
//!
//! The browser checks them before anything is compiled (`integrity` of `fetch` and of a preloaded module).
//! index.html is the root of trust; boot.js describes what was wrong.

use std::path::Path;

use crate::Failure;
use crate::process::{output, program};

/// The program for Node that writes the digests.
const INTEGRITY: &str = include_str!("integrity.cjs");
/// The file with the lazy parts' digests, as `weight` names it.
pub const DIGESTS: &str = "digests.json";

/// Writes the digests of the files of a built page into it. None of the files may be changed afterwards.
pub fn seal(dist: &Path) -> Result<String, Failure> {
    let told = output(program("node").args(["-e", INTEGRITY]).arg(dist))
        .map_err(|(_, failure)| format!("the digests: {failure}"))?;
    Ok(format!("integrity: {} files are checked by their digests", told.trim()))
}
