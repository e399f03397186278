//! The command `chaos`: plays seeds on all processors with a progress line, and prints failures as minimised
//! scenarios.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write, stderr};
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use raft_core::chaos::{Level, Score};
use raft_core::headless::chaos::{ChaosRun, RecordedRun, minimise, run};
use raft_core::safety::Verdict;
use raft_core::units::MILLISECOND;

use crate::{FAILED, HELD, Options, Wrong, range};

/// The time between progress lines on a terminal, where a line replaces the last one.
const REWRITTEN_EVERY: Duration = Duration::from_millis(500);
/// The time between progress lines elsewhere.
const PRINTED_EVERY: Duration = Duration::from_secs(10);

/// The arguments of the command.
struct Order {
    first: u64,
    last: u64,
    seconds: u64,
    /// The level of all seeds; `None` if the levels take turns.
    level: Option<Level>,
    jobs: u64,
}

/// The result of a seed.
struct Played {
    level: Level,
    score: Score,
    met: bool,
    /// The number of answers for which linearizability is undecided.
    undecided: u64,
    /// Whether a known assertion of openraft ended the run.
    known: bool,
    failure: Option<Failure>,
}

/// A seed that failed.
struct Failure {
    /// The observations, one per line.
    lines: Vec<String>,
    /// The deeds, and the same as a scenario; `None` if there was no cluster.
    done: Option<(RecordedRun, String)>,
}

/// `chaos --seeds A..B [--minutes M | --seconds S] [--level LEVEL] [--jobs N]`
pub fn chaos(options: &mut Options) -> Result<u8, Wrong> {
    let order = Order::read(options)?;
    options.end()?;
    // A panic of the engine is reported as a failed seed, with its scenario.
    std::panic::set_hook(Box::new(|_| {}));
    let began = Instant::now();
    let mut totals = Totals::default();
    play(&order, |seed, result| totals.add(seed, result));
    totals.print(&order);
    let took = began.elapsed().as_secs_f64();
    let played = order.last - order.first + 1;
    eprintln!("{played} seeds in {took:.1} s: {:.1} a second", played as f64 / took.max(0.001));
    Ok(if totals.bad == 0 { HELD } else { FAILED })
}

impl Order {
    fn read(options: &mut Options) -> Result<Order, Wrong> {
        let seeds = options.take("--seeds").ok_or_else(|| "--seeds A..B is needed".to_owned())?;
        let seeds = range(&seeds)?;
        let minutes = options.number("--minutes")?;
        let seconds = options.number("--seconds")?;
        if minutes.is_some() && seconds.is_some() {
            return Err(Wrong("only one of --minutes and --seconds is accepted".to_owned()));
        }
        let seconds = seconds.or(minutes.map(|minutes| minutes.saturating_mul(60))).unwrap_or(60);
        if !(1..=SECONDS_MAX).contains(&seconds) {
            return Err(Wrong(format!("{seconds} s per seed; accepted: 1 to {SECONDS_MAX}")));
        }
        let level = options.take("--level").map(|name| name.parse()).transpose()?;
        let processors = thread::available_parallelism().map_or(1, NonZero::get) as u64;
        let jobs = options.number("--jobs")?.unwrap_or(processors);
        if jobs == 0 {
            return Err(Wrong("--jobs 0; accepted: 1 or more".to_owned()));
        }
        Ok(Order { first: *seeds.start(), last: *seeds.end(), seconds, level, jobs })
    }
}

/// The maximum length of a run, in virtual seconds.
const SECONDS_MAX: u64 = 3_600;

/// Plays all seeds in parallel and calls `done` for each in the order of seeds.
fn play(order: &Order, mut done: impl FnMut(u64, Played)) {
    let next = AtomicU64::new(order.first);
    let (sender, results) = channel();
    thread::scope(|scope| {
        for _ in 0..order.jobs.min(order.last - order.first + 1) {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    // The receiver is gone if the command ended early.
                    if seed > order.last || sender.send((seed, one(order, seed))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut progress = Progress::new(order);
        let mut early = BTreeMap::new();
        let mut awaited = order.first;
        loop {
            match results.recv_timeout(REWRITTEN_EVERY) {
                Ok((seed, result)) => {
                    progress.count(seed, &result);
                    early.insert(seed, result);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            while let Some(result) = early.remove(&awaited) {
                done(awaited, result);
                awaited += 1;
            }
            progress.print(false);
        }
        progress.print(true);
    });
}

/// Plays a seed.
fn one(order: &Order, seed: u64) -> Played {
    let level = order.level.unwrap_or(Level::of_seed(seed));
    let failed = |line: String| Played {
        level,
        score: Score::default(),
        met: false,
        undecided: 0,
        known: false,
        failure: Some(Failure { lines: vec![line], done: None }),
    };
    match run(seed, level, order.seconds) {
        Ok(run) => judge(level, run),
        Err(error) => failed(error),
    }
}

fn judge(level: Level, run: ChaosRun) -> Played {
    let undecided = match run.linearizability {
        Verdict::Undecided { answers } => answers,
        _ => 0,
    };
    let mut lines = Vec::new();
    for violation in &run.violations {
        lines.push(format!("at {} ns, {:?}: {}", violation.at, violation.property, violation.detail));
    }
    for finding in &run.findings {
        lines.push(format!("at {} ns, {}: {}", finding.at, finding.concern.name(), finding.detail));
    }
    lines.extend(run.stuck.clone());
    let failure = (!run.is_good()).then_some(Failure { lines, done: Some((run.recorded, run.scenario)) });
    Played { level, score: run.score, met: run.met, undecided, known: run.known, failure }
}

/// Sums over the seeds of a level.
#[derive(Default)]
struct Sum {
    seeds: u64,
    met: u64,
    score: Score,
}

/// Sums over all seeds.
#[derive(Default)]
struct Totals {
    bad: u64,
    undecided: u64,
    known: u64,
    levels: BTreeMap<Level, Sum>,
    /// Failures; they are minimised after all seeds are played.
    failures: Vec<(u64, Failure)>,
}

/// The maximum number of failures minimised; of further ones only the observations are printed.
const MINIMISED_MAX: usize = 10;

impl Totals {
    fn add(&mut self, seed: u64, result: Played) {
        self.undecided += result.undecided;
        self.known += u64::from(result.known);
        let sum = self.levels.entry(result.level).or_default();
        sum.seeds += 1;
        sum.met += u64::from(result.met);
        let (all, one) = (&mut sum.score, &result.score);
        all.served += one.served;
        all.writes += one.writes;
        all.refused += one.refused;
        all.unknown += one.unknown;
        all.faults += one.faults;
        all.member_lists += one.member_lists;
        all.unavailable += one.unavailable;
        all.longest = all.longest.max(one.longest);
        if let Some(failure) = result.failure {
            self.bad += 1;
            self.failures.push((seed, failure));
        }
    }

    fn print(&mut self, order: &Order) {
        for (place, (seed, failure)) in self.failures.iter().enumerate() {
            println!("seed {seed} failed:");
            failure.lines.iter().for_each(|line| println!("  {line}"));
            if let Some((recorded, whole)) = failure.done.as_ref().filter(|_| place < MINIMISED_MAX) {
                print_minimised(recorded, whole);
            }
        }
        let all: u64 = self.levels.values().map(|sum| sum.seeds).sum();
        println!(
            "chaos: {} seeds of {} s passed, {} failed; linearizability undecided for {} answers",
            all - self.bad,
            order.seconds,
            self.bad,
            self.undecided
        );
        if self.known > 0 {
            println!(
                "{} of them ended early by an assertion of openraft on the order of its log I/O, which exists in \
                 debug builds only",
                self.known
            );
        }
        for (level, Sum { seeds, met, score }) in &self.levels {
            let each = |nanos: u64| nanos / (*seeds).max(1) / MILLISECOND;
            println!(
                "{level}: {seeds} seeds, goal met in {met}; operations: {} served ({} writes), {} refused, {} unknown; \
                 unavailable: {} ms per seed, longest {} ms; {} faults; {} membership changes",
                score.served,
                score.writes,
                score.refused,
                score.unknown,
                each(score.unavailable),
                score.longest / MILLISECOND,
                score.faults,
                score.member_lists
            );
        }
    }
}

/// Minimises a failure and prints it as a scenario.
fn print_minimised(recorded: &RecordedRun, whole: &str) {
    let tried = |tries: usize, left: usize| eprintln!("minimising: {left} deeds left after {tries} runs");
    match minimise(recorded, tried) {
        Ok(Some(found)) => {
            let mut how = found.result.broken.clone();
            how.extend(found.result.stuck.clone());
            println!(
                "--- {} of {} deeds are enough ({}; {} runs): ---\n{}---",
                found.deeds_left,
                found.deeds_before,
                how.join("; "),
                found.tries,
                found.result.scenario
            );
        }
        Ok(None) => println!("--- played again, it did not fail; all deeds: ---\n{whole}---"),
        Err(error) => println!("--- {error} ---"),
    }
}

/// The progress, printed on standard error.
struct Progress {
    seeds: u64,
    done: u64,
    failed: u64,
    began: Instant,
    /// When the last line was printed.
    printed: Option<Instant>,
    /// Whether a line replaces the last one.
    in_place: bool,
}

impl Progress {
    fn new(order: &Order) -> Progress {
        Progress {
            seeds: order.last - order.first + 1,
            done: 0,
            failed: 0,
            began: Instant::now(),
            printed: None,
            in_place: stderr().is_terminal(),
        }
    }

    fn count(&mut self, seed: u64, result: &Played) {
        self.done += 1;
        if let Some(failure) = &result.failure {
            self.failed += 1;
            let why = failure.lines.first().map_or("", String::as_str);
            eprintln!("{}seed {seed} failed: {why}", if self.in_place { "\r\x1b[K" } else { "" });
        }
    }

    /// Prints a line if it is time to; the last one always.
    fn print(&mut self, last: bool) {
        let every = if self.in_place { REWRITTEN_EVERY } else { PRINTED_EVERY };
        let since = self.printed.unwrap_or(self.began).elapsed();
        if !last && since < every {
            return;
        }
        self.printed = Some(Instant::now());
        let rate = self.done as f64 / self.began.elapsed().as_secs_f64().max(0.001);
        let left = (self.seeds - self.done) as f64 / rate.max(0.001);
        let Progress { seeds, done, failed, in_place, .. } = self;
        let line = format!(
            "{done} of {seeds} seeds, {failed} failed, {rate:.1} per second, {}:{:02} left",
            left as u64 / 60,
            left as u64 % 60
        );
        let mut out = stderr();
        // A closed standard error cannot be reported.
        let _ = match (*in_place, last) {
            (true, false) => write!(out, "\r\x1b[K{line}"),
            (true, true) => writeln!(out, "\r\x1b[K{line}"),
            (false, _) => writeln!(out, "{line}"),
        };
        let _ = out.flush();
    }
}
