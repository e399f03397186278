//! The target `etcdctl`. An input is a text whose lines are typed one after the other, on the nodes in turn.
//! A line may begin with a sign: `<` is input for the previous command, `^` interrupts it, `=` ends its
//! input, `@` waits (in hundredths of a second).

use crate::cluster::Cluster;
use crate::etcdctl::{EtcdctlSession, Input, JobId, Known, Terminal, complete, tokens};
use crate::model::Settings;
use crate::units::{MILLISECOND, Nanos, SECOND};

/// The maximum number of lines typed.
const LINES_MAX: usize = 24;
/// The maximum length of a line, in characters.
const LINE_CHARS_MAX: usize = 2_000;
/// The virtual time of the first line: there is a leader then.
const FIRST_LINE: Nanos = 400 * MILLISECOND;
/// The time between lines.
const AFTER_A_LINE: Nanos = 60 * MILLISECOND;
/// The time that commands have after the last line.
const AT_THE_END: Nanos = SECOND;
/// The maximum number of messages and timers in one pause; more mean that virtual time stands still.
const STEPS_MAX: u32 = 200_000;

pub(super) fn judge(bytes: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes);
    let settings = Settings { nodes: 3, ..Settings::with_seed(7) };
    let cluster = Cluster::new(settings).map_err(|error| error.to_string())?;
    let mut typist = Typist { cluster, session: EtcdctlSession::default(), last: None };
    typist.pass(FIRST_LINE)?;
    for (number, line) in text.split('\n').take(LINES_MAX).enumerate() {
        let line: String = line.chars().take(LINE_CHARS_MAX).collect();
        typist.take(number as u64 % 3 + 1, &line)?;
    }
    typist.pass(AT_THE_END)
}

/// A cluster, the terminals on it, and the last command typed.
struct Typist {
    cluster: Cluster,
    session: EtcdctlSession,
    last: Option<JobId>,
}

impl Typist {
    /// Handles a line of the input on a node.
    fn take(&mut self, on: u64, line: &str) -> Result<(), String> {
        let mut letters = line.chars();
        let (sign, rest) = (letters.next(), letters.as_str());
        let input = match sign {
            Some('<') => Some(Input::Stdin(format!("{rest}\n").into_bytes())),
            Some('^') => Some(Input::Interrupt),
            Some('=') => Some(Input::StdinEnd),
            Some('@') => {
                let hundredths = rest.trim().parse().unwrap_or(0u64).min(300);
                return self.pass(hundredths * 10 * MILLISECOND);
            }
            _ => None,
        };
        match (input, self.last) {
            (Some(input), Some(job)) => self.session.give(&mut self.cluster, job, input),
            (Some(_), None) => {}
            (None, _) => {
                self.look_at(on, line)?;
                let terminal = self.session.nth(on, 1);
                self.last = Some(self.session.type_into(&mut self.cluster, terminal, line));
            }
        }
        self.pass(AFTER_A_LINE)
    }

    /// Does what the page does while a line is typed: tokenizes it, asks whether it is complete, and
    /// completes it at up to 64 positions.
    fn look_at(&self, on: u64, line: &str) -> Result<(), String> {
        let _ = tokens(line, &Default::default());
        let _ = Terminal::new(on).leaves_open(line);
        let ends = line.char_indices().map(|(at, _)| at).chain([line.len()]);
        for typed in ends.take(64).map(|end| &line[..end]) {
            let from = complete(typed, &Names).from;
            if !typed.is_char_boundary(from) {
                return Err(format!(
                    "completion of {typed:?} begins at {from}, inside a character or beyond the end"
                ));
            }
        }
        Ok(())
    }

    /// Runs the cluster and the commands for this long.
    fn pass(&mut self, time: Nanos) -> Result<(), String> {
        let until = self.cluster.now() + time;
        for _ in 0..STEPS_MAX {
            loop {
                let events = self.cluster.take_events();
                if events.is_empty() {
                    break;
                }
                events.iter().for_each(|event| self.session.observe(&mut self.cluster, event));
            }
            if let Some(why) = self.cluster.stuck() {
                return Err(format!("the run is stuck: {why}"));
            }
            let wakes = self.session.wakes_at().unwrap_or(until).min(until);
            if self.cluster.step(wakes) {
                continue;
            }
            self.cluster.advance(wakes);
            self.session.pass_time(&mut self.cluster);
            if wakes == until && self.session.wakes_at().is_none_or(|at| at > until) {
                return Ok(());
            }
        }
        Err(format!("virtual time stands still at {} ns", self.cluster.now()))
    }
}

/// A few names of each kind, for completion.
struct Names;

impl Known for Names {
    fn keys(&self, prefix: &[u8], limit: usize) -> Vec<Vec<u8>> {
        let keys = [b"/a b".as_slice(), b"/\xff\x00", "/ä\"'".as_bytes(), b"k"];
        keys.into_iter().filter(|key| key.starts_with(prefix)).take(limit).map(<[u8]>::to_vec).collect()
    }

    fn leases(&self) -> Vec<String> {
        vec!["32695410dcc0ca06".to_owned()]
    }

    fn files(&self) -> Vec<String> {
        vec!["snap.db".to_owned(), "a file".to_owned()]
    }

    fn members(&self) -> Vec<(String, String)> {
        vec![("http://10.0.1.1:2379".to_owned(), "8211f1d0f64f3269".to_owned())]
    }
}
