//! The other forms of the page: the single file in `dist/embed/`, and the custom element in `dist/element/`.

use std::fs;
use std::path::Path;

use crate::process::{output, program};
use crate::weight::{verdict, weighed};
use crate::{Failure, place};

/// The program for Node that makes the single file from the built page.
const ONE_FILE: &str = include_str!("one-file.cjs");
/// The path of the single file, relative to the page's folder.
const SINGLE: &str = "embed/raft-playground.html";
/// The path of the element's module, relative to the page's folder, and that of its source.
const ELEMENT: (&str, &str) = ("element/element.js", "app/public/element.js");

/// The greatest size of the single file on disk, in bytes; 26,000 of them are the texts of licences.
const SINGLE_BYTES_MAX: u64 = 2_440_000;
/// The greatest size of the single file under gzip, the encoding of most servers, in bytes.
const SINGLE_GZIP_MAX: u64 = 1_800_000;
/// The greatest size of the element's module under brotli, in bytes.
const ELEMENT_BYTES_MAX: u64 = 5_000;

/// Makes both forms of the page that was built into `dist`, and weighs them. Returns the closing lines.
pub fn make(dist: &Path) -> Result<Vec<String>, Failure> {
    let single = dist.join(SINGLE);
    output(program("node").args(["-e", ONE_FILE]).arg(dist).arg(&single))
        .map_err(|(_, failure)| format!("the single file: {failure}"))?;
    let element = dist.join(ELEMENT.0);
    let folder = element.parent().unwrap_or(dist);
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    fs::copy(place::root().join(ELEMENT.1), &element)
        .map_err(|error| format!("{}: {error}", element.display()))?;
    let weights = weighed(dist, vec![single, element])?;
    let [single, element] = &weights[..] else { return Err("the doors were not weighed".to_owned()) };
    println!("\n{:<30} {:>10} {:>10} {:>10}", "doors for other pages", "bytes", "gzip", "brotli");
    for door in [single, element] {
        println!("{:<30} {:>10} {:>10} {:>10}", door.name, door.raw, door.gzip, door.small);
    }
    let raw = format!("single file: {} bytes of at most {SINGLE_BYTES_MAX}", single.raw);
    let gzip = format!("single file: {} bytes gzip of at most {SINGLE_GZIP_MAX}", single.gzip);
    let verdicts = [
        (raw, single.raw <= SINGLE_BYTES_MAX),
        (gzip, single.gzip <= SINGLE_GZIP_MAX),
        verdict("element", element.small, ELEMENT_BYTES_MAX),
    ];
    match verdicts.iter().find(|(_, fits)| !fits) {
        Some((line, _)) => Err(format!("too heavy, {line}")),
        None => {
            verdicts.iter().for_each(|(line, _)| println!("{line}"));
            Ok(verdicts.into_iter().map(|(line, _)| line).collect())
        }
    }
}
