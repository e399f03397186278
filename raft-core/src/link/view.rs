//! View parameters of a link, in words: `at 2.5 paused speed 0.05 node 3 show log`.

use std::fmt;
use std::str::FromStr;

use super::error::beginning;
use super::{LinkError, SPEED_MAX, SPEED_MIN, TIME_MAX};
use crate::units::{NODES_MAX, Nanos, NodeId, SECOND};

/// View parameters. An absent one leaves the page as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The virtual time to show, at most [`TIME_MAX`].
    pub at: Option<Nanos>,
    /// Whether playback runs.
    pub playing: Option<bool>,
    /// The speed in millionths of real time, from [`SPEED_MIN`] to [`SPEED_MAX`].
    pub speed: Option<u64>,
    /// The selected node.
    pub node: Option<NodeId>,
    /// The panel shown beside the stage.
    pub detail: Option<Detail>,
}

/// A panel beside the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The logs of all nodes.
    Log,
    /// The space-time diagram of nodes and messages.
    SpaceTime,
    /// The event log.
    Events,
    /// Charts of the run.
    Charts,
    /// The checks.
    Checks,
    /// The key-value stores of all nodes.
    Keys,
    /// The terminals.
    Terminal,
    /// The inspector of a single item.
    Inspect,
}

const DETAILS: [(Detail, &str); 8] = [
    (Detail::Log, "log"),
    (Detail::SpaceTime, "space-time"),
    (Detail::Events, "events"),
    (Detail::Charts, "charts"),
    (Detail::Checks, "checks"),
    (Detail::Keys, "keys"),
    (Detail::Terminal, "terminal"),
    (Detail::Inspect, "inspect"),
];
/// Millionths: the unit of speeds.
const MILLION: u64 = 1_000_000;

impl fmt::Display for View {
    /// Writes the words that [`View::from_str`] parses; nothing if no parameter is set.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(said(self).trim_start())
    }
}

/// Returns the words of each parameter that is set, with a space before each.
pub(super) fn said(view: &View) -> String {
    let View { at, playing, speed, node, detail } = *view;
    let detail = DETAILS.iter().find(|(known, _)| Some(*known) == detail);
    let words = [
        at.map(|at| format!(" at {}", decimal(at, SECOND))),
        playing.map(|playing| if playing { " playing" } else { " paused" }.to_owned()),
        speed.map(|speed| format!(" speed {}", decimal(speed, MILLION))),
        node.map(|node| format!(" node {node}")),
        detail.map(|(_, name)| format!(" show {name}")),
    ];
    words.into_iter().flatten().collect()
}

impl FromStr for View {
    type Err = LinkError;

    fn from_str(text: &str) -> Result<View, LinkError> {
        let mut view = View::default();
        let mut words = text.split(' ').filter(|word| !word.is_empty());
        while let Some(word) = words.next() {
            match word {
                "playing" => view.playing = Some(true),
                "paused" => view.playing = Some(false),
                "at" | "speed" | "node" | "show" => view.take(word, words.next().unwrap_or(""))?,
                _ => return Err(wrong(word, "at, playing, paused, speed, node and show")),
            }
        }
        Ok(view)
    }
}

impl View {
    /// Sets the parameter of a word that has a value.
    fn take(&mut self, word: &str, text: &str) -> Result<(), LinkError> {
        let within = |one: u64, range: std::ops::RangeInclusive<u64>| {
            number(text, one).filter(|value| range.contains(value))
        };
        let (read, accepted) = match word {
            "at" => {
                self.at = within(SECOND, 0..=TIME_MAX);
                (self.at.is_some(), format!("at, and an instant of at most {} s", TIME_MAX / SECOND))
            }
            "speed" => {
                self.speed = within(MILLION, SPEED_MIN..=SPEED_MAX);
                (self.speed.is_some(), "speed, and 0.001 to 100".to_owned())
            }
            "node" => {
                self.node = within(1, 1..=NODES_MAX);
                (self.node.is_some(), format!("node, and 1 to {NODES_MAX}"))
            }
            _ => {
                self.detail = DETAILS.iter().find(|(_, name)| *name == text).map(|(detail, _)| *detail);
                (
                    self.detail.is_some(),
                    format!("show, and one of {}", DETAILS.map(|(_, name)| name).join(", ")),
                )
            }
        };
        if read { Ok(()) } else { Err(wrong(&format!("{word} {text}"), &accepted)) }
    }
}

fn wrong(found: &str, accepted: &str) -> LinkError {
    LinkError::Head { found: beginning(found), accepted: accepted.to_owned() }
}

/// Returns a number of units as an exact decimal number, where `one` units make 1.
fn decimal(units: u64, one: u64) -> String {
    let whole = (units / one).to_string();
    if units.is_multiple_of(one) {
        return whole;
    }
    let digits = one.ilog10() as usize;
    let fraction = format!("{:0digits$}", units % one);
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

/// Parses the output of [`decimal`]; `None` for anything else.
fn number(text: &str, one: u64) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = one.ilog10() as usize;
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || fraction.len() > digits || !all_digits(fraction) {
        return None;
    }
    let fraction: u64 = if digits == 0 { 0 } else { format!("{fraction:0<digits$}").parse().ok()? };
    let units = whole.parse::<u64>().ok()?.checked_mul(one)?.checked_add(fraction)?;
    (decimal(units, one) == text).then_some(units)
}
