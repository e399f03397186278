//! One chart: lines over time, distinguished by their dashes and named below, with a description in words.

use std::fmt::Write;

use leptos::prelude::*;
use raft_core::units::Nanos;

use crate::state::use_page;
use crate::text::{self, charts as words};

/// The number of rows of the table.
const ROWS: usize = 12;
const HEIGHT: i64 = 96;
/// The space left of the plot for the axis, in pixels.
const LEFT: i64 = 58;
const TOP: i64 = 8;
/// The space below the plot for the instants, in pixels.
const BOTTOM: i64 = 16;

/// A line of a chart.
#[derive(Clone, Default, PartialEq)]
pub struct ChartLine {
    /// The name.
    pub name: String,
    /// Instants and values; the line is broken where there is no value.
    pub points: Vec<(Nanos, Option<u64>)>,
}

/// The unit of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A number.
    Count,
    /// A span of virtual time, in nanoseconds.
    Time,
    /// A rate per second.
    PerSecond,
    /// A number of bytes.
    Bytes,
}

impl Unit {
    fn write(self, value: u64) -> String {
        match self {
            Unit::Count => value.to_string(),
            Unit::Time => words::short(value),
            Unit::PerSecond => words::per_second(value),
            Unit::Bytes => words::size_short(value),
        }
    }
}

/// The content of a chart.
#[derive(Clone, PartialEq)]
pub struct Plot {
    /// The id, for tests and styles.
    pub id: &'static str,
    /// The title.
    pub title: &'static str,
    /// The description in words.
    pub told: String,
    /// The first instant, in virtual nanoseconds.
    pub from: Nanos,
    /// The last instant.
    pub to: Nanos,
    /// The lines.
    pub lines: Vec<ChartLine>,
    /// The unit of a value.
    pub unit: Unit,
    /// Whether a value holds until the next one.
    pub steps: bool,
}

impl Default for Plot {
    fn default() -> Plot {
        Plot {
            id: "",
            title: "",
            told: String::new(),
            from: 0,
            to: 1,
            lines: Vec::new(),
            unit: Unit::Count,
            steps: false,
        }
    }
}

/// Returns the next round number at or above a value: 1, 2 or 5 times a power of ten.
fn round_up(value: u64) -> u64 {
    let mut power = 1u64;
    loop {
        for factor in [1, 2, 5] {
            let round = power.saturating_mul(factor);
            if round >= value || round == u64::MAX {
                return round;
            }
        }
        power = power.saturating_mul(10);
    }
}

impl Plot {
    fn top(&self) -> u64 {
        let values = self.lines.iter().flat_map(|line| line.points.iter().filter_map(|(_, value)| *value));
        round_up(values.max().unwrap_or(1).max(1))
    }

    fn x(&self, at: Nanos, width: i64) -> i64 {
        let whole = i128::from(self.to.saturating_sub(self.from).max(1));
        let x = i128::from(at.saturating_sub(self.from)) * i128::from(width - LEFT - 4) / whole;
        LEFT + x.min(i128::from(width - LEFT - 4)) as i64
    }

    fn path(&self, line: &ChartLine, top: u64, width: i64) -> String {
        let y = |value: u64| {
            let high = HEIGHT - TOP - BOTTOM;
            HEIGHT - BOTTOM - (u128::from(value.min(top)) * high as u128 / u128::from(top.max(1))) as i64
        };
        let mut path = String::new();
        let mut last: Option<i64> = None;
        // Some values are isolated: each is drawn so that it is visible by itself.
        let start = if self.steps { "h.1" } else { "m-2 0h4m-2 0" };
        for (at, value) in &line.points {
            let Some(value) = value else {
                last = None;
                continue;
            };
            let (x, y) = (self.x(*at, width), y(*value));
            // Writing to a string does not fail.
            let _written = match last {
                None => write!(path, "M{x} {y}{start}"),
                Some(_) if self.steps => write!(path, "H{x}V{y}"),
                Some(_) => write!(path, "L{x} {y}"),
            };
            last = Some(y);
        }
        path
    }

    /// Returns the last values of all lines, newest first: an instant, and each line's value at it.
    fn rows(&self) -> Vec<(Nanos, Vec<Option<u64>>)> {
        let mut instants: Vec<Nanos> = self
            .lines
            .iter()
            .flat_map(|line| line.points.iter().rev().take(ROWS).map(|(at, _)| *at))
            .collect();
        instants.sort_unstable();
        instants.dedup();
        let value = |line: &ChartLine, at: Nanos| line.points.iter().rev().find(|(known, _)| *known == at)?.1;
        let rows = instants.into_iter().rev().take(ROWS);
        rows.map(|at| (at, self.lines.iter().map(|line| value(line, at)).collect())).collect()
    }
}

/// A chart.
#[component]
pub fn Chart(plot: Memo<Plot>, looked: Memo<Option<Nanos>>) -> impl IntoView {
    let page = use_page();
    let width = move || if page.narrow.get() { 320 } else { 460 };
    let id = plot.with_untracked(|plot| plot.id);
    let open = RwSignal::new(false);
    view! {
        <figure class="chart" data-testid=format!("chart-{id}")>
            <figcaption>
                <b>{move || plot.with(|plot| plot.title)}</b>
                <span data-testid=format!("chart-{id}-told")>{move || plot.with(|plot| plot.told.clone())}</span>
            </figcaption>
            <svg viewBox=move || format!("0 0 {} {HEIGHT}", width()) role="img"
                aria-label=move || plot.with(|plot| format!("{}. {}", plot.title, plot.told))>
                {move || plot.with(|plot| axes(plot, width()))}
                {move || plot.with(|plot| lines(plot, width()))}
                {move || plot.with(|plot| looked.get().filter(|at| (plot.from..=plot.to).contains(at)).map(|at| {
                    let x = plot.x(at, width());
                    view! { <line class="chart-cursor" x1=x x2=x y1="0" y2=HEIGHT - BOTTOM /> }
                }))}
            </svg>
            <p class="chart-names">
                {move || plot.with(|plot| plot.lines.iter().enumerate().map(|(at, line)| view! {
                    <span>
                        <svg width="26" height="8" aria-hidden="true">
                            <path class=format!("chart-curve chart-c{}", at % 6) d="M0 4h26" />
                        </svg>
                        {line.name.clone()}
                    </span>
                }).collect_view())}
                <button type="button" class="tool" aria-expanded=move || open.get().to_string() data-testid=format!("chart-{id}-numbers")
                    on:click=move |_| open.update(|open| *open = !*open)>{words::numbers()}</button>
            </p>
            {move || open.get().then(|| plot.with(table))}
        </figure>
    }
}

fn axes(plot: &Plot, width: i64) -> impl IntoView + use<> {
    let top = plot.top();
    let foot = HEIGHT - BOTTOM;
    view! {
        <path class="chart-axis" d=format!("M{LEFT} {TOP}V{foot}H{}M{LEFT} {TOP}h-4M{LEFT} {TOP}H{}", width - 4, width - 4) />
        <text class="chart-end" x=LEFT - 7 y=TOP + 4>{plot.unit.write(top)}</text>
        <text class="chart-end" x=LEFT - 7 y=foot + 4>"0"</text>
        <text class="chart-from" x=LEFT y=HEIGHT - 3>{text::seconds(plot.from)}</text>
        <text class="chart-end" x=width - 4 y=HEIGHT - 3>{text::seconds(plot.to)}</text>
    }
}

fn lines(plot: &Plot, width: i64) -> impl IntoView + use<> {
    let top = plot.top();
    let curves = plot.lines.iter().enumerate().map(|(at, line)| {
        view! { <path class=format!("chart-curve chart-c{}", at % 6) d=plot.path(line, top, width) /> }
    });
    curves.collect_view()
}

/// The table of the last values.
fn table(plot: &Plot) -> impl IntoView + use<> {
    let unit = plot.unit;
    let write = move |value: Option<u64>| {
        value.map_or_else(|| words::value_none().to_owned(), |value| unit.write(value))
    };
    view! {
        <table class="chart-table">
            <thead><tr>
                <th scope="col">{words::from_head()}</th>
                {plot.lines.iter().map(|line| view! { <th scope="col">{line.name.clone()}</th> }).collect_view()}
            </tr></thead>
            <tbody>
                {plot.rows().into_iter().map(|(at, values)| view! {
                    <tr><th scope="row">{text::seconds(at)}</th>
                    {values.into_iter().map(|value| view! { <td>{write(value)}</td> }).collect_view()}</tr>
                }).collect_view()}
            </tbody>
        </table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(points: &[(Nanos, Option<u64>)], steps: bool) -> Plot {
        let line = ChartLine { name: "a".to_owned(), points: points.to_vec() };
        Plot { from: 0, to: 100, lines: vec![line], steps, ..Plot::default() }
    }

    #[test]
    fn an_axis_ends_at_the_next_round_number() {
        assert_eq!([0, 1, 2, 3, 5, 6, 11, 200, 201].map(round_up), [1, 1, 2, 5, 5, 10, 20, 200, 500]);
        assert_eq!(round_up(u64::MAX), u64::MAX);
    }

    #[test]
    fn a_chart_without_values_still_has_an_axis() {
        assert_eq!(plot(&[], false).top(), 1);
        assert_eq!(plot(&[(0, None), (5, Some(0))], false).top(), 1);
    }

    #[test]
    fn a_line_is_broken_where_there_is_no_value() {
        let plot = plot(&[(0, Some(0)), (50, Some(10)), (75, None), (100, Some(5))], false);
        // 400 pixels lie between 58 and 458, 72 between 8 and 80.
        assert_eq!(plot.path(&plot.lines[0], 10, 462), "M58 80m-2 0h4m-2 0L258 8M458 44m-2 0h4m-2 0");
    }

    #[test]
    fn a_value_that_holds_until_the_next_is_drawn_in_steps() {
        let plot = plot(&[(0, Some(10)), (50, Some(0)), (100, Some(10))], true);
        assert_eq!(plot.path(&plot.lines[0], 10, 462), "M58 8h.1H258V80H458V8");
    }

    #[test]
    fn the_table_has_the_newest_instants_first_and_a_gap_where_a_line_has_none() {
        let mut plot = plot(&[(10, Some(1)), (20, Some(2))], false);
        plot.lines.push(ChartLine { name: "b".to_owned(), points: vec![(20, Some(7)), (30, None)] });
        assert_eq!(
            plot.rows(),
            [(30, vec![None, None]), (20, vec![Some(2), Some(7)]), (10, vec![Some(1), None])]
        );
    }

    #[test]
    fn the_table_is_bounded() {
        let points: Vec<_> = (0..100).map(|at| (at, Some(at))).collect();
        let rows = plot(&points, false).rows();
        assert_eq!((rows.len(), rows[0].0, rows[11].0), (12, 99, 88));
    }
}
