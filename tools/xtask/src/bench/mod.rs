//! The tables of speeds: this engine compared with its peers, its growth, frames of the page, and the time
//! the page takes to load.
//!
//! Runs that are compared alternate, several times, and the best of each counts, since a busy machine can
//! only slow a run down. Times are CPU times, on which other programs have little effect.

mod engines;
mod growth;
mod loads;
mod ratios;

use std::path::{Path, PathBuf};

use crate::process::{cargo, output, program, run};
use crate::{Failure, browser, page, place};

pub use engines::PEERS;
pub use ratios::ratios;

/// A benchmark: its name, and the function that makes its table.
type Bench = (&'static str, fn() -> Result<String, Failure>);

const BENCHES: [Bench; 4] =
    [("engines", engines::table), ("growth", growth::table), ("frames", frames), ("load", arrival)];

/// Runs `cargo xtask bench`: all tables, or only the named ones.
pub fn bench(only: &[String]) -> Result<(), Failure> {
    let known = |name: &String| BENCHES.iter().any(|(bench, _)| bench == name);
    if let Some(unknown) = only.iter().find(|name| !known(name)) {
        let names = BENCHES.map(|(name, _)| name).join(", ");
        return Err(format!("--only {unknown}: there is no such benchmark; {names} are accepted"));
    }
    let wanted = |name: &str| only.is_empty() || only.iter().any(|known| known == name);
    let mut tables = Vec::new();
    for (_, make) in BENCHES.iter().filter(|(name, _)| wanted(name)) {
        tables.push(make()?);
    }
    print!("\n{}", tables.join("\n"));
    Ok(())
}

/// Measures frames of the built page.
fn frames() -> Result<String, Failure> {
    page::build()?;
    in_browser("frames", &place::dist())
}

/// Measures how long the page takes to load, through each entrance, from a server that has every file
/// compressed.
fn arrival() -> Result<String, Failure> {
    page::build()?;
    in_browser("load", &compressed()?)
}

/// Writes each file FROM/name as TO/name and, where that is smaller, as TO/name.br.
const COMPRESS: &str = "
const { cpSync, readFileSync, writeFileSync, rmSync } = require('node:fs');
const { brotliCompressSync, constants } = require('node:zlib');
const [from, to, ...names] = process.argv.slice(1);
rmSync(to, { recursive: true, force: true });
cpSync(from, to, { recursive: true });
for (const name of names) {
  const bytes = readFileSync(`${to}/${name}`);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
  };
  const small = brotliCompressSync(bytes, { params });
  if (small.length < bytes.length) writeFileSync(`${to}/${name}.br`, small);
}";

/// Makes a copy of the built page with compressed files beside its own, without the project's site.
fn compressed() -> Result<PathBuf, Failure> {
    let (dist, copy) = (place::dist(), place::target().join("compressed-page"));
    let mut node = program("node");
    node.args(["-e", COMPRESS]).arg(&dist).arg(&copy);
    let files = place::files_below(&dist, "")?;
    let names = files.iter().filter_map(|file| file.strip_prefix(&dist).ok());
    node.args(names.filter(|name| !name.starts_with("docs")));
    output(&mut node).map_err(|(_, failure)| failure)?;
    Ok(copy)
}

/// Runs a program that measures a built page in a browser and prints its own table.
fn in_browser(program: &str, page: &Path) -> Result<String, Failure> {
    let browser = browser::ready()?;
    let mut measure = cargo("run");
    measure
        .args(["--quiet", "-p", "browser-tests", "--bin", program])
        .env("RAFT_PLAYGROUND_DIST", page)
        .env("CHROME", browser.chrome)
        .env("CHROMEDRIVER", browser.driver);
    run(&mut measure)?;
    Ok(String::new())
}
