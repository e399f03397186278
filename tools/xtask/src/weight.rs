//! The size of the built page under brotli: all files that are requested until it is live, together, and each
//! file that is loaded later, by itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{output, program};
use crate::{Failure, integrity, place};

/// The greatest size of everything that index.html requests until the page is live, in bytes.
const PAGE_BYTES_MAX: u64 = 400_000;
/// The greatest size of what the first picture needs, the page's text and its styles, in bytes.
const FIRST_PAINT_BYTES_MAX: u64 = 15_000;
/// The script that embeds need before the engine. boot.js names it, and loads it in embeds only.
const EMBED_SCRIPT: &str = "embed.js";
/// The script for the page after the engine has stopped. boot.js names it, and loads it once the page is
/// live.
const CRASH_SCRIPT: &str = "crash.js";
/// The greatest size of each lazy file, in bytes. `chunk` is what several of them share.
const LAZY_BYTES_MAX: &[(&str, u64)] = &[
    ("panels", 180_000),
    ("dialogs", 65_000),
    ("embed", 30_000),
    (EMBED_SCRIPT, 6_000),
    (CRASH_SCRIPT, 6_000),
    ("share", 84_000),
    ("shell", 30_000),
    ("keeper", 25_000),
    ("stores", 40_000),
    ("lessons", 120_000),
    ("terminal", 150_000),
    ("tongue", 10_000),
    ("views", 140_000),
    ("chunk", 100_000),
    (integrity::DIGESTS, 9_000),
];

/// The program that prints a line `SIZE BROTLI GZIP` for each file, at the best compression.
const BROTLI: &str = "
const { readFileSync } = require('node:fs');
const { brotliCompressSync, gzipSync, constants } = require('node:zlib');
for (const path of process.argv.slice(1)) {
  const bytes = readFileSync(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  console.log(bytes.length, brotliCompressSync(bytes, { params }).length, gzipSync(bytes, { level: 9 }).length);
}";

/// A file and its size.
pub struct Weighed {
    /// The path, relative to the page's folder.
    pub name: String,
    /// The size as it is, in bytes.
    pub raw: u64,
    /// The size under brotli, in bytes.
    pub small: u64,
    /// The size under gzip, in bytes.
    pub gzip: u64,
}

impl Weighed {
    fn print(&self) {
        println!("{:<52} {:>10} {:>10}", self.name, self.raw, self.small);
    }
}

/// A line of the result, and whether the limit holds.
pub type Verdict = (String, bool);

/// Prints the table; fails if a limit is exceeded.
pub fn weigh(dist: &Path) -> Result<Vec<String>, Failure> {
    let (lazy, eager): (BTreeSet<PathBuf>, BTreeSet<PathBuf>) =
        place::files_below(dist, "")?.into_iter().partition(|file| is_lazy(dist, file));
    let mut verdicts = eager_verdicts(&weighed(dist, requested(dist, eager)?)?);
    verdicts.extend(lazy_verdicts(&weighed(dist, lazy.into_iter().collect())?)?);
    match verdicts.iter().find(|(_, fits)| !fits) {
        Some((line, _)) => Err(format!("too heavy, {line}")),
        None => {
            verdicts.iter().for_each(|(line, _)| println!("{line}"));
            Ok(verdicts.into_iter().map(|(line, _)| line).collect())
        }
    }
}

fn eager_verdicts(files: &[Weighed]) -> Vec<Verdict> {
    println!("\n{:<52} {:>10} {:>10}", "requested until the page is live", "bytes", "brotli");
    files.iter().for_each(Weighed::print);
    let raw: u64 = files.iter().map(|file| file.raw).sum();
    let page: u64 = files.iter().map(|file| file.small).sum();
    println!("{:<52} {raw:>10} {page:>10}\n", "together");
    let painted = |file: &&Weighed| file.name.ends_with(".html") || file.name.ends_with(".css");
    let first_paint: u64 = files.iter().filter(painted).map(|file| file.small).sum();
    vec![
        verdict("page weight", page, PAGE_BYTES_MAX),
        verdict("first paint", first_paint, FIRST_PAINT_BYTES_MAX),
    ]
}

fn lazy_verdicts(files: &[Weighed]) -> Result<Vec<Verdict>, Failure> {
    println!("{:<52} {:>10} {:>10}", "loaded when it is wanted", "bytes", "brotli");
    files.iter().for_each(Weighed::print);
    println!();
    files
        .iter()
        .map(|file| {
            let part = part(&file.name);
            let limit = LAZY_BYTES_MAX.iter().find(|(known, _)| *known == part);
            let (_, limit) =
                limit.ok_or_else(|| format!("{}: LAZY_BYTES_MAX has no limit for {part:?}", file.name))?;
            Ok(verdict(&format!("lazy part {part}"), file.small, *limit))
        })
        .collect()
}

pub fn verdict(what: &str, bytes: u64, limit: u64) -> Verdict {
    (format!("{what}: {bytes} bytes brotli of at most {limit}"), bytes <= limit)
}

/// Whether the page loads a file only when it is needed: tools/wasm-bindgen-cli puts such files there.
fn is_lazy(dist: &Path, file: &Path) -> bool {
    if file == dist.join(EMBED_SCRIPT) || file == dist.join(CRASH_SCRIPT) {
        return true;
    }
    let mut folders = file.strip_prefix(dist).unwrap_or(file).iter();
    folders.next().is_some_and(|folder| folder == "snippets")
        && folders.next().is_some_and(|folder| folder.to_string_lossy().starts_with("lazy-"))
        && file.extension().is_some_and(|ending| ending == "wasm" || ending == "json")
}

/// Returns the name of a lazy part, as in the source; `chunk` for what several share.
fn part(name: &str) -> &str {
    let stem = name.rsplit(['/', '\\']).next().unwrap_or(name).trim_end_matches(".wasm");
    match stem.strip_prefix("split_") {
        Some(part) => part,
        None if stem.contains('.') => stem,
        None => stem.split('_').next().unwrap_or(stem),
    }
}

/// Measures files.
pub fn weighed(dist: &Path, files: Vec<PathBuf>) -> Result<Vec<Weighed>, Failure> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let text = output(program("node").args(["-e", BROTLI]).args(&files)).map_err(|(_, failure)| failure)?;
    let numbers =
        |line: &str| line.split(' ').map(|number| number.parse().ok()).collect::<Option<Vec<u64>>>();
    let sizes: Vec<[u64; 3]> = text.lines().filter_map(|line| numbers(line)?.try_into().ok()).collect();
    if sizes.len() != files.len() {
        return Err(format!("node weighed {} of {} files", sizes.len(), files.len()));
    }
    let name = |file: &PathBuf| file.strip_prefix(dist).unwrap_or(file).display().to_string();
    let made =
        |(file, [raw, small, gzip]): (&PathBuf, [u64; 3])| Weighed { name: name(file), raw, small, gzip };
    Ok(files.iter().zip(sizes).map(made).collect())
}

/// Returns index.html, the files that it names, those that they name, and so on.
fn requested(dist: &Path, mut others: BTreeSet<PathBuf>) -> Result<Vec<PathBuf>, Failure> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lazy_files_are_known_by_their_place_and_named_as_in_the_source() {
        let dist = Path::new("dist");
        let lazy = dist.join("snippets/lazy-0123/split_dialogs.wasm");
        assert!(is_lazy(dist, &lazy));
        assert!(!is_lazy(dist, &dist.join("snippets/lazy-0123/lazy.js")));
        assert!(!is_lazy(dist, &dist.join("page_bg.wasm")));
        assert_eq!(part("snippets/lazy-0123/split_dialogs.wasm"), "dialogs");
        assert_eq!(part("snippets/lazy-0123/chunk_3.wasm"), "chunk");
    }
}
