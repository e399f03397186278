//! Charts: commit latency, messages, terms and sizes during the run, as small multiples on one time axis.
//!
//! Their values are tallied from the tape, a piece per beat, from where the last beat stopped. While the tab
//! is hidden nothing is tallied; when it is opened, the missing part is.

use leptos::prelude::*;
use raft_core::tape::{TRAFFIC, Tally};
use raft_core::units::{NODES_MAX, Nanos, NodeId, SECOND};

use super::chart::{Chart, ChartLine, Plot, Unit};
use crate::kit::{Beat, follow};
use crate::state::{Detail, Page, use_page};
use crate::text::{self, charts as words};

/// How often the charts follow the run, in milliseconds of wall time.
const FOLLOW_MS: u64 = 250;
/// The span shown at the end of the run, in virtual nanoseconds.
const LAST: Nanos = 20 * SECOND;

/// The content of the charts.
#[derive(Clone, Default, PartialEq)]
struct ChartsFrame {
    plots: Vec<Plot>,
    /// The instant of the past that is viewed; `None` at the present.
    at: Option<Nanos>,
    /// Whether all of the recording is tallied.
    whole: bool,
}

/// The buckets of the window that is shown.
struct BucketWindow<'a> {
    from: Nanos,
    width: Nanos,
    buckets: Vec<&'a raft_core::tape::Bucket>,
}

impl<'a> BucketWindow<'a> {
    fn of(tally: &'a Tally, whole: bool) -> BucketWindow<'a> {
        let (mut from, width, mut buckets) = tally.buckets(whole);
        if !whole {
            let skip = buckets.len().saturating_sub((LAST / width) as usize);
            buckets.drain(..skip);
            from += width * skip as u64;
        }
        BucketWindow { from, width, buckets }
    }

    fn to(&self) -> Nanos {
        self.from + self.width * self.buckets.len().max(1) as u64
    }

    /// Returns a line through a value of each bucket, at the bucket's middle.
    fn line(&self, name: &str, value: impl Fn(&raft_core::tape::Bucket) -> Option<u64>) -> ChartLine {
        let points = self
            .buckets
            .iter()
            .enumerate()
            .map(|(at, bucket)| (self.from + self.width * at as u64 + self.width / 2, value(bucket)));
        ChartLine { name: name.to_owned(), points: points.collect() }
    }

    /// Returns the messages of a kind per second at each bucket's end, over the last quarter of a second:
    /// heartbeats come in bursts, which would be spikes in narrower buckets.
    fn rates(&self, kind: usize) -> Vec<(Nanos, Option<u64>)> {
        let reach = (SECOND / 4).div_ceil(self.width).max(1) as usize;
        let mut sum = 0;
        let mut points = Vec::new();
        for (at, bucket) in self.buckets.iter().enumerate() {
            sum += bucket.sent[kind];
            if let Some(gone) = at.checked_sub(reach) {
                sum -= self.buckets[gone].sent[kind];
            }
            let covered = self.width * reach.min(at + 1) as u64;
            points.push((self.from + self.width * (at as u64 + 1), Some(sum * SECOND / covered)));
        }
        points
    }

    fn plot(&self, id: &'static str, title: &'static str, told: String) -> Plot {
        Plot { id, title, told, from: self.from, to: self.to(), ..Plot::default() }
    }
}

/// Returns the given percentile of sorted values.
fn percentile(sorted: &[Nanos], percent: usize) -> Option<Nanos> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

fn latency(tally: &Tally, window: &BucketWindow<'_>) -> Plot {
    let mut all: Vec<Nanos> = Vec::new();
    let mut by_bucket: Vec<Vec<Nanos>> = vec![Vec::new(); window.buckets.len()];
    for (at, took) in tally.latencies(window.from) {
        all.push(took);
        if let Some(bucket) = by_bucket.get_mut(((at - window.from) / window.width) as usize) {
            bucket.push(took);
        }
    }
    all.sort_unstable();
    by_bucket.iter_mut().for_each(|bucket| bucket.sort_unstable());
    let mut told = match (percentile(&all, 50), percentile(&all, 99)) {
        (Some(half), Some(most)) => words::latency_told(words::short(half), words::short(most), all.len()),
        _ => words::latency_none().to_owned(),
    };
    if tally.latencies_left_out() > 0 {
        told = format!("{told} {}", words::latency_gone(tally.latencies_left_out()));
    }
    let line = |name: &str, percent| {
        let points = by_bucket.iter().enumerate().filter_map(|(at, bucket)| {
            let middle = window.from + window.width * at as u64 + window.width / 2;
            percentile(bucket, percent).map(|value| (middle, Some(value)))
        });
        ChartLine { name: name.to_owned(), points: points.collect() }
    };
    Plot {
        lines: vec![line(words::median(), 50), line(words::slowest(), 99)],
        unit: Unit::Time,
        ..window.plot("latency", words::commit_latency(), told)
    }
}

fn traffic(window: &BucketWindow<'_>) -> Plot {
    let last = (SECOND / window.width).clamp(1, 1_000) as usize;
    let recent = window.buckets.iter().rev().take(last);
    let mut sent = [0u64; 4];
    recent.clone().for_each(|bucket| (0..4).for_each(|kind| sent[kind] += bucket.sent[kind]));
    let covered = window.width * recent.count().max(1) as u64;
    let [heartbeats, entries, elections, clients] =
        sent.map(|sent| sent * SECOND / covered.max(SECOND.min(window.width)));
    let lines = TRAFFIC
        .into_iter()
        .enumerate()
        .map(|(kind, name)| ChartLine { name: words::traffic(name).to_owned(), points: window.rates(kind) });
    Plot {
        lines: lines.collect(),
        unit: Unit::PerSecond,
        ..window.plot(
            "messages",
            words::messages(),
            words::messages_told(heartbeats, entries, elections, clients),
        )
    }
}

fn term(window: &BucketWindow<'_>) -> Plot {
    let highest = window.buckets.last().map_or(0, |bucket| bucket.term);
    Plot {
        lines: vec![window.line(words::terms_shown(), |bucket| Some(bucket.term))],
        steps: true,
        ..window.plot("term", words::term(), words::term_told(highest))
    }
}

fn size(window: &BucketWindow<'_>, nodes: &[NodeId]) -> Plot {
    let lines = nodes.iter().map(|id| {
        let place = (*id).clamp(1, NODES_MAX) as usize - 1;
        window.line(&words::node(id), |bucket| bucket.bytes[place])
    });
    let told = nodes.iter().map(|id| {
        let place = (*id).clamp(1, NODES_MAX) as usize - 1;
        match window.buckets.last().and_then(|bucket| bucket.bytes[place]) {
            Some(bytes) => words::size_of(id, text::bytes(bytes)),
            None => words::size_down(id),
        }
    });
    Plot {
        lines: lines.collect(),
        unit: Unit::Bytes,
        steps: true,
        ..window.plot("size", words::size(), told.collect::<Vec<_>>().join(", "))
    }
}

fn draw(page: &Page, beat: Beat, tally: &mut Tally, whole_run: bool) -> ChartsFrame {
    let whole = page.session.memory().is_none_or(|memory| memory.tally(tally));
    let nodes: Vec<NodeId> =
        page.session.view.with_untracked(|view| view.nodes.iter().map(|node| node.id).collect());
    let window = BucketWindow::of(tally, whole_run);
    let plots = vec![latency(tally, &window), traffic(&window), term(&window), size(&window, &nodes)];
    ChartsFrame { plots, at: beat.past.then_some(beat.at), whole }
}

/// The charts.
#[component]
pub fn Charts() -> impl IntoView {
    let page = use_page();
    let beat = follow(page, Detail::Charts, FOLLOW_MS);
    let whole_run = RwSignal::new(true);
    let tally = StoredValue::new_local((0, Tally::default()));
    let again = RwSignal::new(0u32);
    let frame = RwSignal::new(ChartsFrame::default());
    Effect::new(move |_| {
        let (beat, whole_run) = (beat.get(), whole_run.get());
        again.track();
        if page.detail.get() != Detail::Charts {
            return;
        }
        let drawn = tally.try_update_value(|(generation, tally)| {
            // Another cluster or branch is another run.
            if std::mem::replace(generation, beat.generation) != beat.generation {
                *tally = Tally::default();
            }
            draw(&page, beat, tally, whole_run)
        });
        let Some(drawn) = drawn else { return };
        if !drawn.whole {
            // More is to be read than fits into a frame.
            crate::browser::later(0, move || again.update(|again| *again = again.wrapping_add(1)));
        }
        frame.set(drawn);
    });
    let plots = Memo::new(move |_| frame.with(|frame| frame.plots.len()));
    view! {
        <section class="charts" aria-label=words::charts() data-testid="charts">
            <div class="controls">
                <label class="select">
                    {words::window()} " "
                    <select data-testid="charts-window" on:change=move |event| whole_run.set(event_target_value(&event) == "whole")>
                        <option value="whole">{words::whole_run()}</option>
                        <option value="last">{words::last_seconds()}</option>
                    </select>
                </label>
                <span class="faint" role="status">
                    {move || frame.with(|frame| !frame.whole && !frame.plots.is_empty()).then(words::reading)}
                </span>
            </div>
            <div class="charts-grid">
                {move || (0..plots.get()).map(|at| {
                    let plot = Memo::new(move |_| frame.with(|frame| frame.plots.get(at).cloned().unwrap_or_default()));
                    let looked = Memo::new(move |_| frame.with(|frame| frame.at));
                    view! { <Chart plot=plot looked=looked /> }
                }).collect_view()}
            </div>
        </section>
    }
}
