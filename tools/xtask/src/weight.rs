//! What the built page weighs: every file that is requested until it is live, under brotli.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{output, program};
use crate::{Failure, place};

/// Bytes of everything that index.html requests until the page is live.
const PAGE_BYTES_MAX: u64 = 400_000;
/// Bytes of what the first picture needs: the page's text and its styles.
const FIRST_PAINT_BYTES_MAX: u64 = 15_000;

/// Prints a line `SIZE COMPRESSED` a file, at brotli's best.
const BROTLI: &str = "
const { readFileSync } = require('node:fs');
const { brotliCompressSync, constants } = require('node:zlib');
for (const path of process.argv.slice(1)) {
  const bytes = readFileSync(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  console.log(bytes.length, brotliCompressSync(bytes, { params }).length);
}";

/// Prints the table; fails above the limits.
pub fn weigh(dist: &Path) -> Result<Vec<String>, Failure> {
    let files = requested(dist)?;
    let text = output(program("node").args(["-e", BROTLI]).args(&files)).map_err(|(_, failure)| failure)?;
    let sizes: Vec<(u64, u64)> = text
        .lines()
        .filter_map(|line| {
            line.split_once(' ').and_then(|(raw, small)| raw.parse().ok().zip(small.parse().ok()))
        })
        .collect();
    if sizes.len() != files.len() {
        return Err(format!("node weighed {} of {} files", sizes.len(), files.len()));
    }
    println!("\n{:<52} {:>10} {:>10}", "requested until the page is live", "bytes", "brotli");
    let (mut raw_sum, mut page, mut first_paint) = (0, 0, 0);
    for (file, (raw, small)) in files.iter().zip(sizes) {
        let name = file.strip_prefix(dist).unwrap_or(file).display().to_string();
        println!("{name:<52} {raw:>10} {small:>10}");
        raw_sum += raw;
        page += small;
        if name.ends_with(".html") || name.ends_with(".css") {
            first_paint += small;
        }
    }
    println!("{:<52} {raw_sum:>10} {page:>10}\n", "together");
    let closing = [
        (format!("page weight: {page} bytes brotli of at most {PAGE_BYTES_MAX}"), page <= PAGE_BYTES_MAX),
        (
            format!("first paint: {first_paint} bytes brotli of at most {FIRST_PAINT_BYTES_MAX}"),
            first_paint <= FIRST_PAINT_BYTES_MAX,
        ),
    ];
    match closing.iter().find(|(_, fits)| !fits) {
        Some((line, _)) => Err(format!("too heavy, {line}")),
        None => {
            closing.iter().for_each(|(line, _)| println!("{line}"));
            Ok(closing.into_iter().map(|(line, _)| line).collect())
        }
    }
}

/// index.html, what it names, what that names, and so on.
fn requested(dist: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut others: BTreeSet<PathBuf> = place::files_below(dist, "")?.into_iter().collect();
    let mut found = vec![dist.join("index.html")];
    let mut read = 0;
    while let Some(file) = found.get(read).cloned() {
        read += 1;
        others.remove(&file);
        // A wasm module names no file; everything else is text.
        if file.extension().is_some_and(|ending| ending == "wasm") {
            continue;
        }
        let bytes = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let named = |path: &PathBuf| {
            path.file_name().and_then(|name| name.to_str()).is_some_and(|name| text.contains(name))
        };
        let more: Vec<PathBuf> = others.iter().filter(|path| named(path)).cloned().collect();
        more.iter().for_each(|path| {
            others.remove(path);
        });
        found.extend(more);
    }
    Ok(found)
}
