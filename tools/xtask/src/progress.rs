//! The output on the terminal: the current step, the duration of each, and the results.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::Failure;

/// The progress of a list of steps.
pub struct Progress {
    steps: usize,
    ended: Vec<Ended>,
}

struct Ended {
    name: String,
    took: Duration,
    /// The closing lines of the runners, unchanged.
    closing: Vec<String>,
    failure: Option<Failure>,
}

impl Progress {
    pub fn new(steps: usize) -> Progress {
        Progress { steps, ended: Vec::new() }
    }

    /// Runs one step. Returns true when it passed.
    pub fn step(
        &mut self,
        name: &str,
        about: &str,
        work: impl FnOnce() -> Result<Vec<String>, Failure>,
    ) -> bool {
        println!("\n=== [{}/{}] {name}: {about}", self.ended.len() + 1, self.steps);
        let started = Instant::now();
        let result = work();
        let took = started.elapsed();
        let (closing, failure) = match result {
            Ok(closing) => (closing, None),
            Err(failure) => (Vec::new(), Some(failure)),
        };
        match &failure {
            None => println!("=== {name} passed in {}", seconds(took)),
            Some(failure) => println!("=== {name} FAILED after {}: {failure}", seconds(took)),
        }
        let passed = failure.is_none();
        self.ended.push(Ended { name: name.to_owned(), took, closing, failure });
        passed
    }

    /// Prints a table of the steps, the runners' closing lines, and one line for all.
    pub fn end(self) -> Result<(), Failure> {
        let mut text = String::from("\n");
        let mut total = Duration::ZERO;
        let mut failed = 0;
        for step in &self.ended {
            total += step.took;
            failed += usize::from(step.failure.is_some());
            let verdict = if step.failure.is_some() { "FAILED" } else { "ok" };
            let _ = writeln!(text, "{:<14} {:<7} {:>9}", step.name, verdict, seconds(step.took));
            for line in &step.closing {
                let _ = writeln!(text, "    {line}");
            }
            if let Some(failure) = &step.failure {
                let _ = writeln!(text, "    {failure}");
            }
        }
        let left = self.steps - self.ended.len();
        let _ = write!(text, "{} passed, {failed} failed", self.ended.len() - failed);
        if left > 0 {
            let _ = write!(text, ", {left} not run");
        }
        println!("{text} in {}", seconds(total));
        if failed == 0 { Ok(()) } else { Err(format!("{failed} of {} steps failed", self.steps)) }
    }
}

/// Returns a duration such as `83.4 s`.
pub fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
