//! The headless command: plays, checks and formats scenarios, prints documents and traces, runs chaos and
//! benchmarks.

mod bench;
mod chaos;
mod day;
mod documents;
mod links;

use std::alloc::System;
use std::process::ExitCode;

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

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match command(&words) {
        Ok(code) => ExitCode::from(code),
        Err(Wrong(text)) => {
            eprintln!("error: {text}");
            ExitCode::from(WRONG)
        }
    }
}

fn command(words: &[String]) -> Result<u8, Wrong> {
    let Some((name, rest)) = words.split_first() else {
        print!("{HELP}");
        return Ok(WRONG);
    };
    let mut options = Options::parse(rest)?;
    let code = match name.as_str() {
        "run" => run(&mut options)?,
        "check" => check(&mut options)?,
        "format" => {
            print!("{}", read(&options.one_file()?)?);
            HELD
        }
        "reference" => {
            print!("{}", reference());
            HELD
        }
        "shell" => shell_command(&mut options)?,
        "picture" => documents::picture(&mut options)?,
        "animation" => documents::animation(&mut options)?,
        "embed" => documents::embed(&mut options)?,
        "link" => links::link(&mut options)?,
        "unlink" => links::unlink(&mut options)?,
        "fuzz-links" => links::fuzz(&mut options)?,
        "trace" => trace(&mut options)?,
        "chaos" => chaos::chaos(&mut options)?,
        "chaos-trace" => {
            let seconds = options.number("--seconds")?.unwrap_or(60);
            let seeds = range(&options.one_file()?)?;
            for seed in seeds {
                println!("{}", chaos_trace_text(seed, seconds)?);
            }
            HELD
        }
        "bench" if options.words.first().is_some_and(|word| word == "day") => {
            let hours = options.number("--hours")?.unwrap_or(24);
            options.words.clear();
            options.end()?;
            day::day(hours)?;
            HELD
        }
        "bench" => {
            bench::command(&std::mem::take(&mut options.words))?;
            HELD
        }
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            HELD
        }
        other => return Err(Wrong(format!("unknown command {other:?}; try raft-playground help"))),
    };
    options.end()?;
    Ok(code)
}

/// The arguments after the command: options with their values, and the other words.
struct Options {
    named: Vec<(String, String)>,
    words: Vec<String>,
}

impl Options {
    fn parse(rest: &[String]) -> Result<Options, Wrong> {
        let mut options = Options { named: Vec::new(), words: Vec::new() };
        let mut rest = rest.iter();
        while let Some(word) = rest.next() {
            if word == "-o" || word.starts_with("--") && word != "--help" {
                let value = rest.next().ok_or_else(|| format!("{word} needs a value"))?;
                options.named.push((word.clone(), value.clone()));
            } else {
                options.words.push(word.clone());
            }
        }
        Ok(options)
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.named.iter().position(|(known, _)| known == name)?;
        Some(self.named.remove(at).1)
    }

    fn number(&mut self, name: &str) -> Result<Option<u64>, Wrong> {
        self.take(name)
            .map(|text| text.parse().map_err(|_| Wrong(format!("{name} {text}; accepted: a whole number"))))
            .transpose()
    }

    fn one_file(&mut self) -> Result<String, Wrong> {
        match std::mem::take(&mut self.words).as_slice() {
            [one] => Ok(one.clone()),
            words => Err(Wrong(format!("one argument is needed, found {}", words.len()))),
        }
    }

    fn files(&mut self) -> Result<Vec<String>, Wrong> {
        let words = std::mem::take(&mut self.words);
        if words.is_empty() { Err(Wrong("at least one file is needed".to_owned())) } else { Ok(words) }
    }

    fn end(&self) -> Result<(), Wrong> {
        match self.named.first().map(|(name, _)| name).or(self.words.first()) {
            Some(word) => Err(Wrong(format!("unexpected argument {word}; try raft-playground help"))),
            None => Ok(()),
        }
    }
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
