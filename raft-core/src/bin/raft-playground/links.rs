//! The commands `link`, `unlink` and `fuzz-links`.

use std::time::{Duration, Instant};

use raft_core::link::fuzz::{Mutants, judge};
use raft_core::link::{RunLink, View, decode, encode};

use crate::{FAILED, HELD, Options, Wrong, read};

/// Prints the link of a scenario.
pub(crate) fn link(options: &mut Options) -> Result<u8, Wrong> {
    let view: View = options.take("--view").unwrap_or_default().parse().map_err(wrong)?;
    let link = RunLink::new(read(&options.one_file()?)?, view);
    println!("#{}", encode(&link).map_err(wrong)?);
    Ok(HELD)
}

/// Prints the scenario of a link.
pub(crate) fn unlink(options: &mut Options) -> Result<u8, Wrong> {
    let link = decode(&options.one_file()?).map_err(wrong)?;
    println!("# Trace version {}. View: {}", link.trace_version, link.view);
    print!("{}", link.scenario);
    Ok(HELD)
}

/// Opens many mutated links. Fails if a property is broken, or if one takes more than two seconds; a panic
/// ends it.
pub(crate) fn fuzz(options: &mut Options) -> Result<u8, Wrong> {
    const SLOW: Duration = Duration::from_secs(2);
    let inputs = options.number("--inputs")?.unwrap_or(1_000_000);
    let seed = options.number("--seed")?.unwrap_or(1);
    let scenarios =
        std::mem::take(&mut options.words).iter().map(|file| read(file)).collect::<Result<_, _>>()?;
    options.end()?;
    let mut mutants = Mutants::new(seed, scenarios);
    let (mut counts, mut slowest, start) = ([0u64; 4], Duration::ZERO, Instant::now());
    for number in 1..=inputs {
        let input = mutants.next_input();
        let begun = Instant::now();
        let outcome = judge(&input);
        let took = begun.elapsed();
        slowest = slowest.max(took);
        match outcome {
            Ok(_) if took > SLOW => {
                println!("input {number} of seed {seed} took {took:?}: {input:?}");
                return Ok(FAILED);
            }
            Ok(outcome) => counts[outcome as usize] += 1,
            Err(broken) => {
                println!("input {number} of seed {seed}: {broken}: {input:?}");
                return Ok(FAILED);
            }
        }
    }
    let [opened, unreadable, damaged, refused] = counts;
    println!(
        "links: {inputs} inputs in {:.1?}, the slowest in {slowest:.1?}: {opened} opened, {unreadable} unreadable, \
         {damaged} damaged, {refused} refused after a matching checksum",
        start.elapsed()
    );
    Ok(HELD)
}

fn wrong(error: impl std::fmt::Display) -> Wrong {
    Wrong(error.to_string())
}
