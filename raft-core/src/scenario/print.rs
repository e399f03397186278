//! Prints a scenario as its canonical text.

mod parts;

use std::fmt::{self, Display, Formatter};

pub(super) use parts::Time;
use parts::{LinkText, List, OnLink, Percent, Quoted, Range};

use super::ast::{
    About, Choice, Condition, Deed, ResultWord, Same, Scenario, Speed, Step, Terminal, Test, When, Who,
};
use super::step::needs_lines;
use super::words::{NAMINGS, PROPERTIES, ROLES, SIGHTS, TEACHING, VERBS};
use crate::model::{CLOCK_PPM_TRUE, Dice, FSYNC_NEVER, Settings, Timing};

/// The column, from 0, at which the text after a setting's word begins.
const WORD_COLUMN: usize = 10;

impl Display for Scenario {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for comment in &self.comments {
            write_comment(f, comment)?;
        }
        let About { title, track, needs, goal, open_at } = &self.about;
        for (word, text) in [("title", title), ("track", track), ("needs", needs), ("goal", goal)] {
            if let Some(text) = text {
                writeln!(f, "{word:<WORD_COLUMN$}{text}")?;
            }
        }
        if let Some(at) = open_at {
            writeln!(f, "{:<WORD_COLUMN$}at {}", "open", Time(*at))?;
        }
        write_settings(f, &self.settings)?;
        if !self.steps.is_empty() {
            writeln!(f)?;
        }
        self.steps.iter().try_for_each(|step| step.fmt(f))
    }
}

fn write_comment(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    if text.is_empty() { writeln!(f, "#") } else { writeln!(f, "# {text}") }
}

fn write_settings(f: &mut Formatter<'_>, settings: &Settings) -> fmt::Result {
    let mut line = |word: &str, value: String| writeln!(f, "{word:<WORD_COLUMN$}{value}");
    let defaults = Settings::default();
    line("seed", settings.seed.to_string())?;
    line("nodes", settings.nodes.to_string())?;
    // The preset that needs the fewest further lines; the first of equals.
    let base = Timing::ALL
        .into_iter()
        .min_by_key(|timing| timing_lines(settings, *timing).len())
        .unwrap_or(Timing::Paper);
    line("timing", base.name().to_owned())?;
    for (word, value) in timing_lines(settings, base) {
        line(word, value)?;
    }
    if settings.loss_ppm != defaults.loss_ppm {
        line("loss", Percent(settings.loss_ppm).to_string())?;
    }
    if settings.duplicate_ppm != defaults.duplicate_ppm {
        line("duplicate", Percent(settings.duplicate_ppm).to_string())?;
    }
    if settings.fsync != defaults.fsync {
        line("fsync", Time(settings.fsync).to_string())?;
    }
    if settings.lease_reads {
        line("reads", "lease".to_owned())?;
    }
    if settings.naming != defaults.naming {
        line("naming", word_of(&NAMINGS, &settings.naming).to_owned())?;
    }
    if let Some(first) = settings.first {
        line("first", format!("node{first}"))?;
    }
    if settings.snapshot_every != defaults.snapshot_every {
        line("snapshot-every ", settings.snapshot_every.to_string())?;
    }
    if settings.snapshot_keep != defaults.snapshot_keep {
        line("snapshot-keep ", settings.snapshot_keep.to_string())?;
    }
    if settings.quota != defaults.quota {
        line("quota", size(settings.quota))?;
    }
    Ok(())
}

/// Returns a number of bytes in the largest unit in which it is whole.
fn size(bytes: u64) -> String {
    let units = [(30, "GB"), (20, "MB"), (10, "KB")];
    let whole = units.iter().find(|(bits, _)| bytes > 0 && bytes.trailing_zeros() >= *bits);
    whole.map_or_else(|| bytes.to_string(), |(bits, unit)| format!("{}{unit}", bytes >> bits))
}

/// Returns the words and values of the timings that differ from a preset.
fn timing_lines(settings: &Settings, base: Timing) -> Vec<(&'static str, String)> {
    let mut like = Settings::default();
    like.apply_timing(base);
    let mut lines = Vec::new();
    if settings.heartbeat != like.heartbeat {
        lines.push(("heartbeat", Time(settings.heartbeat).to_string()));
    }
    if (settings.election_min, settings.election_max) != (like.election_min, like.election_max) {
        lines.push(("election", Range(settings.election_min, settings.election_max).to_string()));
    }
    if (settings.latency_min, settings.latency_max) != (like.latency_min, like.latency_max) {
        lines.push(("latency", Range(settings.latency_min, settings.latency_max).to_string()));
    }
    if settings.pre_vote != like.pre_vote {
        lines.push(("prevote", on_off(settings.pre_vote).to_owned()));
    }
    lines
}

fn on_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(When::At(time)) => write!(f, "@{} ", Time(time))?,
            Some(When::After(time)) => write!(f, "@+{} ", Time(time))?,
            None => {}
        }
        self.deed.fmt(f)
    }
}

impl Display for Deed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut line = |word: &str, rest: String| writeln!(f, "{}", format!("{word:<9} {rest}").trim_end());
        match self {
            Deed::Comment(text) => write_comment(f, text),
            Deed::Blank => writeln!(f),
            Deed::Teach(teach, text) => line(word_of(&TEACHING, teach), text.clone()),
            Deed::Look(..) | Deed::Hint(..) | Deed::Speed(_) | Deed::Try { .. } | Deed::Trace(_) => {
                let (word, rest) = teaching_text(self);
                line(word, rest)
            }
            Deed::Ask { question, choices } => {
                line("ask", question.clone())?;
                for Choice { right, text, reply } in choices {
                    writeln!(f, "          {} {text} -- {reply}", if *right { '+' } else { '-' })?;
                }
                Ok(())
            }
            Deed::Do(verb, nodes) => line(word_of(&VERBS, verb), List(nodes).to_string()),
            Deed::Partition(groups) => {
                let groups: Vec<String> = groups.iter().map(|group| List(group).to_string()).collect();
                line("partition", groups.join(" | "))
            }
            Deed::Cut(from, to) => line("cut", LinkText(from, to).to_string()),
            Deed::Heal(nodes) => line("heal", List(nodes).to_string()),
            Deed::HealLink(from, to) => line("heal", LinkText(from, to).to_string()),
            Deed::Loss(ppm, link) => line("loss", format!("{}{}", Percent(*ppm), OnLink(link))),
            Deed::Elections(on, nodes) => line("elections", format!("{} {}", on_off(*on), List(nodes))),
            Deed::Name(name, target) => line("name", format!("{name} = {target}")),
            Deed::Stress(rate, duration, nodes) => {
                let by = if nodes.is_empty() { String::new() } else { format!(" on {}", List(nodes)) };
                line("stress", format!("{rate}/s for {}{by}", Time(*duration)))
            }
            Deed::Command { on, line: command, background, open, input, expected } => {
                let lines = needs_lines(command, true);
                let text = if lines { "" } else { command };
                let signs = [(*background, " &"), (*open, " <")];
                let signs: String = signs.into_iter().filter(|(is, _)| *is).map(|(_, sign)| sign).collect();
                line(&format!("{on}$"), format!("{text}{signs}").trim_start().to_owned())?;
                write_exactly(f, '|', lines.then(|| command.split('\n')).into_iter().flatten())?;
                write_exactly(f, '<', input.iter().map(String::as_str))?;
                write_quoted(f, '>', expected.as_deref().unwrap_or_default())
            }
            Deed::Input(on, text) => {
                let lines = needs_lines(text, false);
                line(&format!("{on}<"), if lines { String::new() } else { text.clone() })?;
                write_exactly(f, '|', lines.then(|| text.split('\n')).into_iter().flatten())
            }
            Deed::CloseTerminals => line("close", "terminals".to_owned()),
            Deed::EndInput(on) => line("eof", on.to_string()),
            Deed::Output { on, expected } => match expected.split_first() {
                Some((first, rest)) => {
                    line(&format!("{on}>"), first.clone())?;
                    write_quoted(f, '>', rest)
                }
                None => line(&format!("{on}>"), String::new()),
            },
            Deed::Interrupt(on, None) => line("interrupt", on.to_string()),
            Deed::Interrupt(on, Some(number)) => line("interrupt", format!("{on} %{number}")),
            Deed::Wait(condition, None) => line("wait", condition.to_string()),
            Deed::Wait(condition, Some(within)) => {
                line("wait", format!("{condition} within {}", Time(*within)))
            }
            Deed::WaitFor(time) => line("wait", Time(*time).to_string()),
            Deed::Expect(condition) => line("expect", condition.to_string()),
            fault => {
                let (word, rest) = fault_text(fault);
                line(word, rest)
            }
        }
    }
}

/// Returns the word and the rest of a step for the viewer that is more than a text.
fn teaching_text(deed: &Deed) -> (&'static str, String) {
    match deed {
        Deed::Look(sight, nodes, why) => {
            let mut rest = word_of(&SIGHTS, sight).to_owned();
            if !nodes.is_empty() {
                rest = format!("{rest} {}", List(nodes));
            }
            ("look", why.iter().fold(rest, |rest, why| format!("{rest} -- {why}")))
        }
        Deed::Hint(None, text) => ("hint", text.clone()),
        Deed::Hint(Some(after), text) => ("hint", format!("{} {text}", Time(*after))),
        Deed::Speed(Speed { seconds, in_seconds: 1 }) => ("speed", seconds.to_string()),
        Deed::Speed(Speed { seconds, in_seconds }) => ("speed", format!("{seconds}/{in_seconds}")),
        Deed::Try { text, condition } => ("try", format!("{condition} -- {text}")),
        Deed::Trace(hash) => ("trace", format!("{hash:016x}")),
        // The other steps are printed elsewhere.
        _ => ("", String::new()),
    }
}

/// Returns the word and the rest of a step that acts on single messages, or on clocks, disks and timers.
fn fault_text(deed: &Deed) -> (&'static str, String) {
    match deed {
        Deed::Latency(min, max, link) => ("latency", format!("{}{}", Range(*min, *max), OnLink(link))),
        Deed::Duplication(ppm, link) => ("duplicate", format!("{}{}", Percent(*ppm), OnLink(link))),
        Deed::Drop(message) => ("drop", format!("message {message}")),
        Deed::Delay(message, by) => ("delay", format!("message {message} by {}", Time(*by))),
        Deed::Duplicate(message) => ("duplicate", format!("message {message}")),
        Deed::DropNext(class, link) => ("drop", format!("next {}{}", class.name(), OnLink(link))),
        Deed::CancelDrops => ("drop", "none".to_owned()),
        Deed::Clock(nodes, ppm) => {
            let (sign, off) = match ppm.checked_sub(CLOCK_PPM_TRUE) {
                Some(fast) => ('+', fast),
                None => ('-', CLOCK_PPM_TRUE - ppm),
            };
            ("clock", format!("{} {sign}{}", List(nodes), Percent(off)))
        }
        Deed::Fsync(nodes, takes) => {
            let takes = if *takes == FSYNC_NEVER { "never".to_owned() } else { Time(*takes).to_string() };
            ("fsync", if nodes.is_empty() { takes } else { format!("{} {takes}", List(nodes)) })
        }
        Deed::PreVote(on) => ("prevote", on_off(*on).to_owned()),
        Deed::LeaseReads(on) => ("reads", if *on { "lease" } else { "index" }.to_owned()),
        Deed::Break { what, on, nodes, from } => {
            let off = if *on { "" } else { " off" };
            let from = from.as_ref().map_or_else(String::new, |from| format!(" {from} ->"));
            let nodes = if nodes.is_empty() { String::new() } else { format!(" {}", List(nodes)) };
            ("break", format!("{}{off}{from}{nodes}", what.word()))
        }
        Deed::HangUp(request) => ("hang", format!("up {request}")),
        Deed::StartAs(node, name, address) => {
            let parts = [("as", name), ("at", address)];
            let said = parts.iter().filter_map(|(word, text)| Some(format!(" {word} {}", text.as_ref()?)));
            ("start", said.fold(node.to_string(), |text, part| text + &part))
        }
        Deed::Timers(Dice::Drawn, _) => ("timers", "as drawn".to_owned()),
        Deed::Timers(Dice::Aligned, nodes) => ("align", format!("timers {}", List(nodes))),
        Deed::Timers(Dice::Spread, nodes) => ("spread", format!("timers {}", List(nodes))),
        // The other steps are printed elsewhere.
        _ => ("", String::new()),
    }
}

fn write_quoted(f: &mut Formatter<'_>, sign: char, lines: &[String]) -> fmt::Result {
    for line in lines {
        writeln!(f, "{}", format!("          {sign} {line}").trim_end())?;
    }
    Ok(())
}

/// Writes lines after a sign, with the spaces at their ends.
fn write_exactly<'a>(f: &mut Formatter<'_>, sign: char, lines: impl Iterator<Item = &'a str>) -> fmt::Result {
    for line in lines {
        let space = if line.is_empty() { "" } else { " " };
        writeln!(f, "          {sign}{space}{line}")?;
    }
    Ok(())
}

fn word_of<T: PartialEq>(words: &[(&'static str, T)], wanted: &T) -> &'static str {
    words.iter().find(|(_, meaning)| meaning == wanted).map_or("", |(word, _)| word)
}

impl Display for Who {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Who::Node(id) => write!(f, "node{id}"),
            Who::Leader => f.write_str("leader"),
            Who::Follower => f.write_str("follower"),
            Who::All => f.write_str("all"),
            Who::Rest => f.write_str("rest"),
            Who::Named(name) => f.write_str(name),
        }
    }
}

impl Display for Terminal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.on.fmt(f)?;
        if self.number == 1 { Ok(()) } else { write!(f, ":{}", self.number) }
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.not {
            f.write_str("not ")?;
        }
        self.test.fmt(f)
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Test::Leader => f.write_str("leader"),
            Test::NoLeader => f.write_str("no leader"),
            Test::LeaderIs(node) => write!(f, "leader {node}"),
            Test::LeaderIsNot(node) => write!(f, "leader not {node}"),
            Test::TwoLeaders => f.write_str("two leaders"),
            Test::Quorum => f.write_str("quorum"),
            Test::NoQuorum => f.write_str("no quorum"),
            Test::LeaseOver => f.write_str("lease over"),
            Test::Role(node, role) => write!(f, "{node} {}", word_of(&ROLES, role)),
            Test::Term(term) => write!(f, "term {term}"),
            Test::Joint => f.write_str("joint"),
            Test::Voters(voters) => write!(f, "voters {voters}"),
            Test::Same(same, nodes) => {
                let what = if *same == Same::Hash { "hash" } else { "log" };
                if nodes.is_empty() {
                    write!(f, "same {what} on running nodes")
                } else {
                    write!(f, "same {what} on {}", List(nodes))
                }
            }
            Test::EntryOn(value, nodes) => write!(f, "entry {} on {}", Quoted(value), List(nodes)),
            Test::EntryCommitted(value) => write!(f, "entry {} committed", Quoted(value)),
            Test::Key(key, Some(value), nodes) => write!(f, "{key} = {} on {}", Quoted(value), List(nodes)),
            Test::Key(key, None, nodes) => write!(f, "{key} on {}", List(nodes)),
            Test::NoKey(key, nodes) => write!(f, "no {key} on {}", List(nodes)),
            Test::Lease(id, nodes) => write!(f, "lease {id} on {}", List(nodes)),
            Test::NoLease(id, nodes) => write!(f, "no lease {id} on {}", List(nodes)),
            Test::Shows(node, text) => write!(f, "{node} shows {}", Quoted(text)),
            Test::Behind(node) => write!(f, "behind {node}"),
            Test::Revision(revision, node) => write!(f, "revision {revision} on {node}"),
            Test::Result(ResultWord::Ok) => f.write_str("result ok"),
            Test::Result(ResultWord::Refused) => f.write_str("result refused"),
            Test::Result(ResultWord::Unknown) => f.write_str("result unknown"),
            Test::Violation(None) => f.write_str("violation"),
            Test::Violation(Some(property)) => write!(f, "violation {}", word_of(&PROPERTIES, property)),
            Test::NoViolation => f.write_str("no violation"),
            Test::Linearizable => f.write_str("linearizable"),
            Test::Quiet => f.write_str("quiet"),
        }
    }
}
