//! `etcdctl`: a command line in, the real tool's text out.
//!
//! The words, errors and exit codes are those of etcdctl 3.4 with its API 3. Of its
//! commands `put`, `get` and `del` are here so far; the others say so.

mod flags;
mod print;
mod words;

pub use print::render;
pub use words::{WordsError, split_words};

use crate::cluster::{Consistency, Operation, REQUEST_TIMEOUT};
use crate::kv::{Command, DeleteRequest, KeyRange, PutRequest, RangeRequest};
use crate::units::{MILLISECOND, Nanos};
use flags::{Flags, parse_flags};

/// What a command printed, and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit code; 0 when all went well.
    pub exit: u8,
}

impl Output {
    fn error(exit: u8, text: impl AsRef<str>) -> Output {
        Output { stdout: String::new(), stderr: format!("Error: {}\n", text.as_ref()), exit }
    }

    /// The lines as a terminal shows them: standard output, then standard error.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for text in [&self.stdout, &self.stderr] {
            lines.extend(text.lines().map(str::to_owned));
        }
        lines
    }
}

/// A command that needs the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// What to ask.
    pub operation: Operation,
    /// `--command-timeout`, in virtual nanoseconds.
    pub timeout: Nanos,
    /// How to print the answer.
    pub style: Style,
}

/// How an answer is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// `--keys-only`.
    pub keys_only: bool,
    /// `--print-value-only`.
    pub values_only: bool,
}

/// A line understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// To be sent to the cluster.
    Ask(Invocation),
    /// The tool answers by itself: usage and errors.
    Said(Output),
}

/// Understands a command line, `etcdctl` included, and its standard input.
pub fn understand(line: &str, stdin: &str) -> Line {
    let words = match split_words(line) {
        Ok(words) => words,
        Err(error) => return Line::Said(Output::error(2, error.to_string())),
    };
    let Some((program, rest)) = words.split_first() else {
        return Line::Said(Output::default());
    };
    if program != b"etcdctl" {
        let name = String::from_utf8_lossy(program);
        let stderr = format!("{name}: command not found; this terminal knows etcdctl\n");
        return Line::Said(Output { stdout: String::new(), stderr, exit: 127 });
    }
    match command(rest, stdin) {
        Ok(invocation) => Line::Ask(invocation),
        Err(output) => Line::Said(output),
    }
}

/// Commands of the real tool that are not part of the playground yet.
const KNOWN_ELSEWHERE: [&str; 18] = [
    "alarm",
    "auth",
    "check",
    "compaction",
    "completion",
    "defrag",
    "elect",
    "endpoint",
    "lease",
    "lock",
    "make-mirror",
    "member",
    "migrate",
    "move-leader",
    "role",
    "snapshot",
    "txn",
    "watch",
];

fn command(words: &[Vec<u8>], stdin: &str) -> Result<Invocation, Output> {
    let flags = parse_flags(words)?;
    let Some((name, arguments)) = flags.arguments.split_first() else {
        return Err(Output::error(1, "no command; put, get and del are known here"));
    };
    let name = String::from_utf8_lossy(name).into_owned();
    let operation = match name.as_str() {
        "put" => put(arguments, &flags, stdin)?,
        "get" => get(arguments, &flags)?,
        "del" => delete(arguments, &flags)?,
        other
            if KNOWN_ELSEWHERE.contains(&other)
                || other == "user"
                || other == "version"
                || other == "help" =>
        {
            return Err(Output::error(
                1,
                format!("{other} is not part of the playground yet; put, get and del are"),
            ));
        }
        other => {
            let what = format!("unknown command {other:?} for \"etcdctl\"");
            let stderr = format!("Error: {what}\nRun 'etcdctl --help' for usage.\nError: {what}\n");
            return Err(Output { stdout: String::new(), stderr, exit: 1 });
        }
    };
    let style = Style { keys_only: flags.is_set("keys-only"), values_only: flags.is_set("print-value-only") };
    Ok(Invocation { operation, timeout: flags.timeout.unwrap_or(REQUEST_TIMEOUT), style })
}

const BAD_ARGUMENTS: u8 = 128;

fn put(arguments: &[Vec<u8>], flags: &Flags, stdin: &str) -> Result<Operation, Output> {
    let needs = "put command needs 1 argument and input from stdin or 2 arguments";
    let (key, value) = match arguments {
        [] => return Err(Output::error(BAD_ARGUMENTS, needs)),
        [_] if stdin.is_empty() => return Err(Output::error(BAD_ARGUMENTS, needs)),
        [key] => (key.clone(), stdin.as_bytes().to_vec()),
        // As the real tool does, further words are ignored.
        [key, value, ..] => (key.clone(), value.clone()),
    };
    check_key(&key)?;
    let put = PutRequest { prev_kv: flags.is_set("prev-kv"), ..PutRequest::new(key, value) };
    Ok(Operation::Write(Command::Put(put)))
}

fn get(arguments: &[Vec<u8>], flags: &Flags) -> Result<Operation, Output> {
    let Some((key, rest)) = arguments.split_first() else {
        return Err(Output::error(
            BAD_ARGUMENTS,
            "get command needs one argument as key and an optional argument as range_end",
        ));
    };
    if flags.is_set("keys-only") && flags.is_set("print-value-only") {
        let text = "`--keys-only` and `--print-value-only` cannot be set at the same time, choose one";
        return Err(Output::error(BAD_ARGUMENTS, text));
    }
    let consistency = match flags.value("consistency") {
        None | Some("l") => Consistency::Linearizable,
        Some("s") => Consistency::Serializable,
        Some(other) => return Err(Output::error(4, format!("unknown consistency flag {other:?}"))),
    };
    let limit = match flags.value("limit") {
        None => 0,
        Some(text) => text.parse::<i64>().unwrap_or(0),
    };
    let range = range_of(key, rest.first(), flags)?;
    Ok(Operation::Read { request: RangeRequest { limit, ..RangeRequest::new(range) }, consistency })
}

fn delete(arguments: &[Vec<u8>], flags: &Flags) -> Result<Operation, Output> {
    let (key, end) = match arguments {
        [key] => (key, None),
        [key, end] => (key, Some(end)),
        _ => {
            return Err(Output::error(
                BAD_ARGUMENTS,
                "del command needs one argument as key and an optional argument as range_end",
            ));
        }
    };
    let range = range_of(key, end, flags)?;
    Ok(Operation::Write(Command::Delete(DeleteRequest { range, prev_kv: flags.is_set("prev-kv") })))
}

fn range_of(key: &[u8], end: Option<&Vec<u8>>, flags: &Flags) -> Result<KeyRange, Output> {
    let (prefix, from_key) = (flags.is_set("prefix"), flags.is_set("from-key"));
    if prefix && from_key {
        let text = "`--prefix` and `--from-key` cannot be set at the same time, choose one";
        return Err(Output::error(BAD_ARGUMENTS, text));
    }
    if end.is_some() && (prefix || from_key) {
        let text = "too many arguments, only accept one argument when `--prefix` or `--from-key` is set";
        return Err(Output::error(BAD_ARGUMENTS, text));
    }
    if prefix {
        return Ok(KeyRange::prefix(key));
    }
    if from_key {
        return Ok(KeyRange::from_key(key));
    }
    check_key(key)?;
    Ok(match end.filter(|end| !end.is_empty()) {
        Some(end) => KeyRange::span(key, end.clone()),
        None => KeyRange::single(key),
    })
}

fn check_key(key: &[u8]) -> Result<(), Output> {
    if key.is_empty() { Err(Output::error(1, "etcdserver: key is not provided")) } else { Ok(()) }
}

/// A Go duration such as `1.5s` or `100ms`, in nanoseconds.
fn duration(text: &str) -> Result<Nanos, String> {
    let invalid = || format!("time: invalid duration {text:?}");
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let unit_nanos = match unit {
        "" if number.is_empty() => return Err(invalid()),
        "" => return Err(format!("time: missing unit in duration {text:?}")),
        "us" => 1_000,
        "ms" => MILLISECOND,
        "s" => 1_000 * MILLISECOND,
        "m" => 60_000 * MILLISECOND,
        _ => return Err(invalid()),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| invalid())? };
    let mut nanos = whole.checked_mul(unit_nanos).ok_or_else(invalid)?;
    let mut place = unit_nanos;
    for digit in fraction.bytes() {
        place /= 10;
        if !digit.is_ascii_digit() {
            return Err(invalid());
        }
        nanos += place * u64::from(digit - b'0');
    }
    Ok(nanos)
}

#[cfg(test)]
mod tests;
