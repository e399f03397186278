//! A stretch of a run as one animated SVG, with every message in flight at its true times.
//!
//! - It moves by SMIL alone, without scripts. Its only style sheet shows a still picture to readers who
//!   prefer reduced motion.
//! - Each element is animated over the whole loop, with the instants of its changes as parts of the loop, so
//!   that all stay in step however often it repeats.
//! - A browser without animations shows the first instant.

mod changing;
mod error;
mod flights;

use std::fmt::Write;

use changing::Changing;
pub use error::AnimationError;
use flights::Flights;

use super::picture::{
    DOWN, FAINT, HEIGHT, INK, Ring, WIDTH, Words, altered, circle, cuts, escaped, node_parts, opening, px,
    seconds, standing, still,
};
use crate::model::ClusterView;
use crate::scenario::{Player, Scenario};
use crate::tape::{Film, Tape, Tick, TickKind};
use crate::units::{MILLISECOND, Nanos, SECOND};

/// The longest stretch, in virtual time.
pub const STRETCH_MAX: Nanos = 10 * SECOND;
/// The largest file, in bytes.
pub const FILE_BYTES_MAX: usize = 2_000_000;
/// The maximum slowdown, relative to the cluster's clock.
pub const SLOWDOWN_MAX: u64 = 1_000;
/// The default slowdown, which is also the page's initial one.
pub const SLOWDOWN: u64 = 20;

/// The number of parts of a loop, the unit of its instants.
const PARTS: u64 = 100_000;
/// The left end, the top and the width of the time bar, in pixels.
const BAR_X: u64 = 40;
const BAR_Y: u64 = 456;
const BAR_WIDTH: u64 = 720;
const FULL_HEIGHT: i64 = HEIGHT + 104;
/// The maximum number of changes of the displayed time in a loop.
const CLOCK_STEPS_MAX: u64 = 160;
/// How long a cross marks the place of a lost message, in real milliseconds.
const LOST_MS: u64 = 500;

/// A stretch of a run, and how to show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first instant.
    pub from: Nanos,
    /// The last instant.
    pub to: Nanos,
    /// The instant of the still picture for readers who prefer reduced motion.
    pub still: Nanos,
    /// The run's seed.
    pub seed: u64,
    /// The slowdown, relative to the cluster's clock: 1 to [`SLOWDOWN_MAX`].
    pub slowdown: u64,
}

impl Stretch {
    /// Returns the duration of a loop, in real milliseconds.
    fn loop_ms(&self) -> u64 {
        ((self.to - self.from) * self.slowdown / MILLISECOND).max(1)
    }

    /// Returns an instant in parts of the loop.
    fn part(&self, at: Nanos) -> u64 {
        let at = at.clamp(self.from, self.to) - self.from;
        (u128::from(at) * u128::from(PARTS) / u128::from(self.to - self.from)) as u64
    }

    /// Checks whether the stretch can be animated.
    ///
    /// # Errors
    /// It is empty or too long, or its slowdown is out of bounds.
    pub fn judge(&self) -> Result<(), AnimationError> {
        if self.from >= self.to {
            return Err(AnimationError::Empty);
        }
        if self.to - self.from > STRETCH_MAX {
            return Err(AnimationError::TooLong { lasts: self.to - self.from });
        }
        if !(1..=SLOWDOWN_MAX).contains(&self.slowdown) {
            return Err(AnimationError::Slowdown { found: self.slowdown });
        }
        Ok(())
    }
}

/// An animation being made, view by view.
pub struct Animation {
    stretch: Stretch,
    film: Film,
    ring: Ring,
    discs: Changing,
    labels: Changing,
    cuts: Changing,
    words: Changing,
    still: String,
}

impl Animation {
    /// Begins an animation with the messages of a stretch.
    ///
    /// # Errors
    /// The stretch cannot be animated, or has more messages than a film holds.
    pub fn begin(stretch: Stretch, film: Film) -> Result<Animation, AnimationError> {
        stretch.judge()?;
        if film.passages_left_out > 0 {
            let messages = film.passages.len() as u64 + film.passages_left_out;
            return Err(AnimationError::TooMuch { messages });
        }
        let ring = Ring::of(film.nodes.iter().copied());
        let (discs, labels, cuts, words) = Default::default();
        Ok(Animation { stretch, film, ring, discs, labels, cuts, words, still: String::new() })
    }

    /// Shows a view from its instant on. Views must come in the order of time; the first must be at the
    /// stretch's first instant.
    pub fn show(&mut self, view: &ClusterView, words: Words) {
        let at = self.stretch.part(view.now);
        // Labels are drawn above all discs.
        let (mut discs, mut labels) = (Vec::new(), Vec::new());
        for node in &view.nodes {
            let [disc, rest @ ..] = node_parts(node, &self.ring, words);
            discs.push(disc);
            labels.extend(rest);
        }
        self.discs.show(at, discs);
        labels.extend(altered(view, words));
        self.labels.show(at, labels);
        self.cuts.show(at, cuts(view, &self.ring, words));
        let said = standing(view).iter().map(|sentence| words(sentence)).collect::<Vec<_>>().join(" ");
        let is_well = view.violations.is_empty() && view.alterations.is_empty();
        let color = if is_well { INK } else { DOWN };
        self.words.show(at, [line(2, color, &said)]);
        // The last view before the still instant shows the state at it.
        if self.still.is_empty() || view.now <= self.stretch.still {
            self.still = still(view, &self.ring, words) + &line(1, INK, &words(&seconds(view.now)));
            self.still.push_str(&line(2, color, &said));
        }
    }

    /// Returns the number of messages shown.
    pub fn messages(&self) -> usize {
        self.film.passages.len()
    }

    /// Returns the SVG document.
    ///
    /// # Errors
    /// The document is larger than [`FILE_BYTES_MAX`].
    pub fn finish(self, words: Words) -> Result<String, AnimationError> {
        let stretch = self.stretch;
        let loop_ms = stretch.loop_ms();
        let flights = Flights::of(&self.film, &stretch, &self.ring);
        let mut out = opening(FULL_HEIGHT);
        let title = words(&format!(
            "Raft Playground from {} to {}: {} messages",
            seconds(stretch.from),
            seconds(stretch.to),
            self.film.passages.len()
        ));
        let _infallible = write!(
            out,
            "<title>{}</title>\n<style>#still{{display:none}}@media (prefers-reduced-motion:reduce)\
             {{#moving{{display:none}}#still{{display:inline}}}}</style>\n{}\
             <rect width=\"{WIDTH}\" height=\"{FULL_HEIGHT}\" fill=\"#ffffff\"/>\n{}<g id=\"moving\">\n",
            escaped(&title),
            flights::SHAPES,
            circle(),
        );
        self.cuts.write(loop_ms, &mut out);
        self.discs.write(loop_ms, &mut out);
        self.labels.write(loop_ms, &mut out);
        flights.write(loop_ms, &mut out);
        bar(&stretch, &self.film, &mut out);
        clock(&stretch, words).write(loop_ms, &mut out);
        self.words.write(loop_ms, &mut out);
        ticks(&stretch, &self.film, words).write(loop_ms, &mut out);
        let _infallible = write!(out, "</g>\n<g id=\"still\">\n{}</g>\n", self.still);
        out.push_str(&flights::legend(words));
        out.push_str(&line(4, FAINT, &origin(&stretch, words)));
        out.push_str("</svg>\n");
        if out.len() > FILE_BYTES_MAX {
            return Err(AnimationError::TooLarge { bytes: out.len() });
        }
        Ok(out)
    }
}

/// Returns sentences about what is real in the animation, its seed and its speed.
fn origin(stretch: &Stretch, words: Words) -> String {
    let pace = match stretch.slowdown {
        1 => "As fast as the cluster's clock.".to_owned(),
        times => format!("{times} times slower than the cluster's clock."),
    };
    let real = "Real openraft on simulated network, disks and clocks.";
    format!("{} {} {}", words(real), words(&format!("Seed {}.", stretch.seed)), words(&pace))
}

/// Returns a line of text below the ring; lines count from 1.
fn line(number: i64, color: &str, text: &str) -> String {
    let y = HEIGHT + 20 + number * 19;
    format!("<text x=\"40\" y=\"{y}\" fill=\"{color}\">{}</text>", escaped(text))
}

/// Draws the time bar with a mark for each described tick, and the moving position.
fn bar(stretch: &Stretch, film: &Film, out: &mut String) {
    let (x, y, width) = (BAR_X, BAR_Y, BAR_WIDTH);
    let _infallible =
        writeln!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"4\" rx=\"2\" fill=\"#dfe3e6\"/>");
    for tick in film.ticks.iter().filter(|tick| description(tick).is_some()) {
        let at = x * 10 + stretch.part(tick.at) * width * 10 / PARTS;
        let color = if is_bad(tick) { DOWN } else { "#2e7d32" };
        let at = px(at as i64 - 10);
        let _infallible =
            writeln!(out, "<rect x=\"{at}\" y=\"{}\" width=\"2\" height=\"12\" fill=\"{color}\"/>", y - 4);
    }
    let _infallible = writeln!(
        out,
        "<rect x=\"{0}\" y=\"{1}\" width=\"4\" height=\"14\" rx=\"1\" fill=\"{INK}\"><animate attributeName=\"x\" \
         dur=\"{2}ms\" repeatCount=\"indefinite\" values=\"{0};{3}\"/></rect>",
        x - 2,
        y - 5,
        stretch.loop_ms(),
        x + width - 2,
    );
}

/// Returns the virtual time, in steps that a person can read.
fn clock(stretch: &Stretch, words: Words) -> Changing {
    let lasts = stretch.to - stretch.from;
    let step = [1, 2, 5, 10, 20, 50, 100].into_iter().map(|millis| millis * MILLISECOND);
    let step = step.into_iter().find(|step| lasts / step <= CLOCK_STEPS_MAX).unwrap_or(lasts);
    let mut clock = Changing::default();
    let mut at = stretch.from;
    while at < stretch.to {
        clock.show(stretch.part(at), [line(1, INK, &words(&seconds(at)))]);
        at = (at / step + 1) * step;
    }
    clock
}

/// Returns the description of the latest tick.
fn ticks(stretch: &Stretch, film: &Film, words: Words) -> Changing {
    let mut said = Changing::default();
    for tick in &film.ticks {
        if let Some(what) = description(tick) {
            let text = format!("{}: {}", words(&seconds(tick.at)), words(&what));
            let color = if is_bad(tick) { DOWN } else { INK };
            said.show(stretch.part(tick.at), [line(3, color, &text)]);
        }
    }
    said
}

/// Describes a tick; `None` for a commit.
fn description(tick: &Tick) -> Option<String> {
    let node = tick.node;
    Some(match tick.kind {
        TickKind::Elected(term) => format!("node{node} leads term {term}."),
        TickKind::Campaign(term) => format!("node{node} asks for votes in term {term}."),
        TickKind::Committed(_) => return None,
        TickKind::Crashed => format!("node{node} crashed."),
        TickKind::Stopped => format!("node{node} stopped."),
        TickKind::Paused => format!("node{node} stands still."),
        TickKind::Started => format!("node{node} runs."),
    })
}

fn is_bad(tick: &Tick) -> bool {
    matches!(tick.kind, TickKind::Crashed | TickKind::Stopped | TickKind::Paused)
}

/// Animates a stretch of a recorded run, in English. `present` is the end of the run.
///
/// # Errors
/// The stretch is not recorded, or cannot be animated.
pub fn animation(tape: &Tape, present: Nanos, stretch: Stretch) -> Result<String, AnimationError> {
    stretch.judge()?;
    let missing = AnimationError::NotRecorded { from: tape.begins_at(), to: present };
    if stretch.from < tape.begins_at() || stretch.to > present {
        return Err(missing);
    }
    let film = tape.film(stretch.from, stretch.to).ok_or_else(|| missing.clone())?;
    let words: Words = &super::picture::english;
    let mut animation = Animation::begin(stretch, film)?;
    let mut next = Some(stretch.from);
    while let Some(at) = next.filter(|at| *at <= stretch.to) {
        animation.show(&tape.view_at(at).ok_or_else(|| missing.clone())?, words);
        next = tape.instant_after(at);
    }
    animation.finish(words)
}

/// Animates a stretch of a scenario's run, in English. The cluster runs on if the scenario ends before the
/// stretch.
///
/// # Errors
/// The settings are invalid, or the stretch cannot be animated.
pub fn recorded(scenario: &Scenario, stretch: Stretch) -> Result<String, String> {
    stretch.judge().map_err(|error| error.to_string())?;
    let mut player = Player::new(scenario.clone()).map_err(|error| error.to_string())?;
    let tape = Tape::of(player.cluster());
    player.record(&tape);
    player.advance(stretch.to);
    let (mut cluster, _) = player.into_parts();
    cluster.advance(stretch.to);
    tape.catch_up(&cluster);
    animation(&tape, cluster.now(), stretch).map_err(|error| error.to_string())
}
