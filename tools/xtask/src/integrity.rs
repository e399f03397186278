//! Digests: the page takes no engine and no lazy part that is not as it was built.
//!
//! The browser checks them before anything is compiled (`integrity` of `fetch` and of a module that is preloaded).
//! index.html is what is trusted; boot.js says in words what was wrong.

use std::path::Path;

use crate::Failure;
use crate::process::{output, program};

/// Writes the digests. Node runs it.
const INTEGRITY: &str = include_str!("integrity.cjs");
/// The file of the lazy parts' digests, as `weight` names it.
pub const DIGESTS: &str = "digests.json";

/// Writes the digests of the files of a built page into it. Nothing of them may be changed afterwards.
pub fn seal(dist: &Path) -> Result<String, Failure> {
    let told = output(program("node").args(["-e", INTEGRITY]).arg(dist))
        .map_err(|(_, failure)| format!("the digests: {failure}"))?;
    Ok(format!("integrity: {} files are checked by their digests", told.trim()))
}
