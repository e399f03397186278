//! The headless command: plays, checks and formats scenarios, prints documents and traces, runs chaos and
//! benchmarks.

mod arguments;
mod bench;
mod chaos;
mod day;
mod documents;
mod links;

use std::alloc::System;
use std::ffi::OsString;
use std::process::ExitCode;

use arguments::Options;
use lexopt::{Arg, Parser};
use pooled::Pooled;
use raft_core::headless::{
    chaos_trace_text, json_line, json_mark, markdown_head, markdown_line, markdown_mark, shell, text_line,
    text_mark, trace_text,
};
use raft_core::safety::Verdict;
use raft_core::scenario::{Player, Scenario, parse, reference};

/// The page's allocator: a cluster allocates and frees many small blocks.
#[global_allocator]
static ALLOCATOR: Pooled<System> = Pooled::new(System);

const HELP: &str = "\
raft-playground: five openraft nodes under virtual time

  run FILE [--seed N] [--format text|markdown|json]
                                             plays a scenario and prints what happens
  check FILE...                              parses scenarios without playing them
  format FILE                                prints the canonical form of a scenario
  reference                                  prints the reference of the scenario language as Markdown
  shell FILE [-o OUT]                        prints a shell script that runs the same commands against
                                             a real etcd (at the addresses in ENDPOINTS)
  picture FILE [--at 2.3s]                   prints an SVG of the ring at an instant (by default where the
                                             scenario opens, else at its end)
  animation FILE --from 2s --to 6s [--slower 20] [-o OUT]
                                             prints an animated SVG of a stretch of the run, at most 10 s
                                             of virtual time, slowed down by a factor
  embed FILE [--at 2.3s] [--door element|iframe] [--source FOLDER]
                                             prints HTML that shows the scenario live, or, without
                                             scripts, a picture and a transcript
  link FILE [--view WORDS]                   prints the hash of a link; WORDS describe the view:
                                             \"at 2.5 paused speed 0.05 node 3 show log\"
  unlink HASH                                prints the scenario of a link, with its view as first line
  fuzz-links [FILE...] [--inputs N] [--seed N]
                                             opens mutated links (1,000,000), made from FILES, too
  trace FILE...                              prints the number of events and the trace hash
  chaos --seeds A..B [--minutes M | --seconds S] [--level calm|rough|hostile] [--jobs N]
                                             runs random faults and clients with all checks; minimises a
                                             failing seed to a scenario (1 minute per seed, levels in
                                             turn, as many seeds at a time as there are processors)
  chaos-trace A..B [--seconds S]             prints the trace hashes of chaos seeds (60 seconds each)
  bench LOAD PHASE=N...                      times a load, such as writes,nodes=9,tape advance=60 seek=100;
                                             loads: idle, writes, with bare (no checks), tape, nodes=N,
                                             rate=N, log=N; phases: advance, seek, fork, view
  bench day [--hours H]                      measures what a tab left open for a day keeps, and its memory
  bench kv                                   times the key-value store with 100 to 1,000,000 keys
  licences                                   prints the licences of the packages that are compiled in

The value of an option may also follow it after =, as in --seed=7. Arguments after -- are not options.
Exit code: 0 on success, 1 if a check failed, 2 for a wrong text or wrong arguments.
";

/// An error in the command line or in a file.
struct Wrong(String);

impl From<String> for Wrong {
    fn from(text: String) -> Self {
        Wrong(text)
    }
}

const HELD: u8 = 0;
const FAILED: u8 = 1;
const WRONG: u8 = 2;

/// A command: its name, the options that it accepts, and the function that runs it and returns the exit code.
struct Command {
    name: &'static str,
    options: &'static [&'static str],
    run: fn(&mut Options) -> Result<u8, Wrong>,
}

const COMMANDS: [Command; 17] = [
    Command { name: "run", options: &["--seed", "--format"], run },
    Command { name: "check", options: &[], run: check },
    Command { name: "format", options: &[], run: format },
    Command { name: "reference", options: &[], run: reference_command },
    Command { name: "shell", options: &["-o"], run: shell_command },
    Command { name: "picture", options: &["--at"], run: documents::picture },
    Command { name: "animation", options: &["--from", "--to", "--slower", "-o"], run: documents::animation },
    Command { name: "embed", options: &["--at", "--door", "--source"], run: documents::embed },
    Command { name: "link", options: &["--view"], run: links::link },
    Command { name: "unlink", options: &[], run: links::unlink },
    Command { name: "fuzz-links", options: &["--inputs", "--seed"], run: links::fuzz },
    Command { name: "trace", options: &[], run: trace },
    Command {
        name: "chaos",
        options: &["--seeds", "--minutes", "--seconds", "--level", "--jobs"],
        run: chaos::chaos,
    },
    Command { name: "chaos-trace", options: &["--seconds"], run: chaos_trace },
    Command { name: "bench", options: &["--hours"], run: bench::bench },
    Command { name: "licences", options: &[], run: licences },
    Command { name: "help", options: &[], run: help },
];

fn main() -> ExitCode {
    match command(std::env::args_os().skip(1)) {
        Ok(code) => ExitCode::from(code),
        Err(Wrong(text)) => {
            eprintln!("error: {text}");
            ExitCode::from(WRONG)
        }
    }
}

fn command(words: impl Iterator<Item = OsString>) -> Result<u8, Wrong> {
    let mut parser = Parser::from_args(words.collect::<Vec<_>>());
    let name = match parser.next().map_err(|error| Wrong(error.to_string()))? {
        Some(Arg::Value(name)) => arguments::text(name)?,
        Some(Arg::Long("help") | Arg::Short('h')) => "help".to_owned(),
        Some(Arg::Long(name)) => format!("--{name}"),
        Some(Arg::Short(letter)) => format!("-{letter}"),
        None => {
            print!("{HELP}");
            return Ok(WRONG);
        }
    };
    let command = COMMANDS.iter().find(|command| command.name == name).ok_or_else(|| {
        let names = COMMANDS.map(|command| command.name);
        Wrong(format!("unknown command {name:?}; accepted: {}", names.join(", ")))
    })?;
    let mut options = Options::read(&mut parser, command.name, command.options)?;
    if options.help {
        print!("{HELP}");
        return Ok(HELD);
    }
    let code = (command.run)(&mut options)?;
    options.end()?;
    Ok(code)
}

/// Prints the licences of everything that is compiled in; `cargo xtask licences` makes the file from Cargo.lock.
fn licences(options: &mut Options) -> Result<u8, Wrong> {
    options.end()?;
    print!("{}", include_str!("../../../../LICENSES-THIRD-PARTY.txt"));
    Ok(HELD)
}

fn help(_: &mut Options) -> Result<u8, Wrong> {
    print!("{HELP}");
    Ok(HELD)
}

fn format(options: &mut Options) -> Result<u8, Wrong> {
    print!("{}", read(&options.one_file()?)?);
    Ok(HELD)
}

fn reference_command(options: &mut Options) -> Result<u8, Wrong> {
    options.end()?;
    print!("{}", reference());
    Ok(HELD)
}

fn read(path: &str) -> Result<Scenario, Wrong> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    Ok(parse(&text).map_err(|error| format!("{path}: {error}"))?)
}

fn run(options: &mut Options) -> Result<u8, Wrong> {
    let seed = options.number("--seed")?;
    let format = options.take("--format").unwrap_or_else(|| "text".to_owned());
    let line = match format.as_str() {
        "text" => text_line,
        "markdown" => markdown_line,
        "json" => json_line,
        other => return Err(Wrong(format!("--format {other}; accepted: text, markdown, json"))),
    };
    let mut scenario = read(&options.one_file()?)?;
    options.end()?;
    if let Some(seed) = seed {
        scenario.settings.seed = seed;
    }
    if format == "markdown" {
        println!("{}", markdown_head(&scenario));
    }
    let mut player = Player::new(scenario).map_err(|error| error.to_string())?;
    player.finish();
    for told in player.take_told() {
        if let Some(line) = line(&told) {
            println!("{line}");
        }
    }
    let cluster = player.cluster();
    let violations = cluster.violations();
    if format == "text" {
        println!("\n{} events, trace hash {:016x}", cluster.event_count(), cluster.trace_hash());
        let verdict = match cluster.linearizability() {
            Verdict::Linearizable => "the history is linearizable".to_owned(),
            Verdict::Violated => "the history is not linearizable".to_owned(),
            Verdict::Undecided { answers } => format!("linearizability is undecided for {answers} answers"),
        };
        println!("{} violations; {verdict}", violations.len());
    }
    let mark = match format.as_str() {
        "markdown" => markdown_mark(cluster),
        "json" => json_mark(cluster),
        _ => text_mark(cluster),
    };
    mark.iter().for_each(|mark| println!("{mark}"));
    // A scenario may expect a violation, and then fails without one.
    let expected = violations.is_empty() || player.expects_violation();
    Ok(if player.failed() || !expected { FAILED } else { HELD })
}

fn check(options: &mut Options) -> Result<u8, Wrong> {
    for file in options.files()? {
        read(&file)?;
        println!("{file}: ok");
    }
    Ok(HELD)
}

fn shell_command(options: &mut Options) -> Result<u8, Wrong> {
    let out = options.take("-o");
    let file = options.one_file()?;
    options.end()?;
    let script = shell::script(&read(&file)?, &file);
    match out {
        Some(out) => std::fs::write(&out, script).map_err(|error| format!("{out}: {error}"))?,
        None => print!("{script}"),
    }
    Ok(HELD)
}

fn trace(options: &mut Options) -> Result<u8, Wrong> {
    for file in options.files()? {
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
        println!("{}", trace_text(&file, &text)?);
    }
    Ok(HELD)
}

fn chaos_trace(options: &mut Options) -> Result<u8, Wrong> {
    let seconds = options.number("--seconds")?.unwrap_or(60);
    for seed in range(&options.one_file()?)? {
        println!("{}", chaos_trace_text(seed, seconds)?);
    }
    Ok(HELD)
}

/// Parses a range of seeds: `A..B` with both ends, or `A` alone.
fn range(text: &str) -> Result<std::ops::RangeInclusive<u64>, Wrong> {
    let parse = |part: &str| part.parse::<u64>().ok();
    let ends = match text.split_once("..") {
        Some((from, to)) => (parse(from), parse(to)),
        None => (parse(text), parse(text)),
    };
    match ends {
        (Some(from), Some(to)) if from <= to => Ok(from..=to),
        _ => Err(Wrong(format!("{text}; accepted: a range of seeds, such as 1..300"))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn told(words: &[&str]) -> Result<u8, String> {
        command(words.iter().map(OsString::from)).map_err(|Wrong(text)| text)
    }

    #[test]
    fn the_help_names_every_command_and_every_option() {
        for command in COMMANDS.iter().filter(|command| command.name != "help") {
            let line = HELP.lines().position(|line| {
                line.trim_start().split(' ').next() == Some(command.name) && line.starts_with("  ")
            });
            assert!(line.is_some(), "{} is not in the help", command.name);
            for option in command.options {
                assert!(HELP.contains(option), "{} {option} is not in the help", command.name);
            }
        }
    }

    #[test]
    fn a_wrong_command_is_refused_with_the_accepted_ones() {
        for (words, named) in [
            (&["ruin"][..], "unknown command \"ruin\"; accepted: run, check"),
            (&["--seed"], "unknown command \"--seed\""),
        ] {
            let told = told(words).unwrap_err();
            assert!(told.starts_with(named) && told.ends_with(", licences, help"), "{told}");
        }
        assert_eq!(told(&["run", "--sed", "1"]).unwrap_err(), "run --sed; accepted: --seed, --format");
        assert_eq!(told(&["check"]).unwrap_err(), "check; accepted: one file or more, found none");
        assert_eq!(
            told(&["bench", "kv", "--hours", "3"]).unwrap_err(),
            "bench --hours; accepted: bench day --hours H"
        );
    }

    #[test]
    fn every_form_of_help_prints_it() {
        for words in [&["help"][..], &["--help"], &["-h"], &["run", "--help"]] {
            assert_eq!(told(words), Ok(HELD), "{words:?}");
        }
        assert_eq!(told(&[]), Ok(WRONG));
    }
}
