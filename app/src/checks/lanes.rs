//! The lanes of clients: each operation is a row, with a bar from the request to the answer and a tick where
//! it may have taken effect. All rows and the faults behind them share one time axis.

use leptos::prelude::*;
use raft_core::units::{MILLISECOND, Nanos};
use raft_core::words::describe::{Level, Topic};

use super::frame::{Bar, ChecksFrame, End};
use super::{look_at, told};
use crate::state::{Page, Selection, use_page};
use crate::text::{self, checks as words};

/// The number of rows shown. If there are more, the last ones are shown, or those around a contradiction.
const ROWS_MAX: usize = 60;
/// The number of faults marked.
const FAULTS_MAX: usize = 40;
/// The number of keys that are offered.
const KEYS_MAX: usize = 200;

/// The operations that are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Filter {
    All,
    Contradicting,
    Key(Vec<u8>),
}

impl Filter {
    fn shows(&self, bar: &Bar) -> bool {
        match self {
            Filter::All => true,
            Filter::Contradicting => bar.contradicts,
            Filter::Key(key) => bar.keys.iter().any(|range| range.contains(key)),
        }
    }

    /// Returns the filter for the value of an option.
    fn of(value: &str, keys: &[Vec<u8>]) -> Filter {
        match value {
            "contradicting" => Filter::Contradicting,
            _ => match value.parse::<usize>().ok().and_then(|place| keys.get(place)) {
                Some(key) => Filter::Key(key.clone()),
                None => Filter::All,
            },
        }
    }
}

/// A span of time, mapped to the width of the lanes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Axis {
    from: Nanos,
    to: Nanos,
}

impl Axis {
    fn of(bars: &[Bar], now: Nanos) -> Axis {
        let from = bars.iter().map(|bar| bar.from).min().unwrap_or(0);
        let last = bars.iter().map(|bar| bar.to.unwrap_or(bar.from)).max().unwrap_or(now);
        // Leave some room for operations that are still in progress.
        let room = (last - from) / 12 + 10 * MILLISECOND;
        Axis { from: from.saturating_sub(room / 4), to: last + room }
    }

    fn has(self, at: Nanos) -> bool {
        (self.from..=self.to).contains(&at)
    }

    /// Returns the position of an instant on the axis, in per mille.
    fn permille(self, at: Nanos) -> u64 {
        let width = (self.to - self.from).max(1);
        (at.clamp(self.from, self.to) - self.from) * 1_000 / width
    }

    fn place(self, at: Nanos) -> String {
        percent(self.permille(at))
    }
}

fn percent(permille: u64) -> String {
    format!("{}.{}%", permille / 10, permille % 10)
}

/// A fault: its instant and what happened.
type Fault = (Nanos, String);

/// What is drawn: the axis, the operations and the faults.
#[derive(Clone, Debug, Default, PartialEq)]
struct Drawn {
    rows: Vec<Bar>,
    left_out: usize,
    axis: Axis,
    faults: Vec<Fault>,
}

fn draw(page: Page, frame: &ChecksFrame, filter: &Filter) -> Drawn {
    let mut rows: Vec<Bar> = frame.bars.iter().filter(|bar| filter.shows(bar)).cloned().collect();
    let all = rows.len();
    if all > ROWS_MAX {
        // End near the last answer that contradicts another one, if there is one, else at the newest
        // operation.
        let end =
            rows.iter().rposition(|bar| bar.contradicts).map_or(all, |last| (last + ROWS_MAX / 4).min(all));
        let first = end.saturating_sub(ROWS_MAX);
        let mut place = 0;
        rows.retain(|bar| {
            place += 1;
            bar.contradicts || (first..end).contains(&(place - 1))
        });
    }
    let axis = Axis::of(&rows, frame.now);
    let faults = page.session.log.lines.with_untracked(|lines| {
        let faults = lines.iter().filter(|line| {
            line.level == Level::Warning && matches!(line.what.topic, Topic::Process | Topic::Network)
        });
        let within = faults.filter(|line| axis.has(line.at));
        within.map(|line| (line.at, text::sentence(&line.what.text))).take(FAULTS_MAX).collect()
    });
    Drawn { left_out: all - rows.len(), rows, axis, faults }
}

/// The lanes.
#[component]
pub fn Lanes(
    /// What is shown of the checks.
    frame: RwSignal<ChecksFrame>,
    /// The instant of the past that is viewed; `None` at the present.
    looked: Signal<Option<Nanos>>,
) -> impl IntoView {
    let page = use_page();
    let chosen = RwSignal::new("all".to_owned());
    let drawn = Memo::new(move |_| {
        let chosen = chosen.get();
        frame.with(|frame| draw(page, frame, &Filter::of(&chosen, &frame.keys)))
    });
    let keys = Memo::new(move |_| frame.with(|frame| frame.keys.clone()));
    let broken = Memo::new(move |_| frame.with(|frame| frame.bars.iter().any(|bar| bar.contradicts)));
    let forgotten = move || frame.with(|frame| frame.forgotten);
    view! {
        <h3 class="small">{words::lanes()}</h3>
        <div class="controls checks-controls">
            <label class="select">
                {words::key()} " "
                <select data-testid="checks-key" prop:value=move || chosen.get()
                    on:change=move |event| chosen.set(event_target_value(&event))>
                    <option value="all">{words::all_keys()}</option>
                    {move || broken.get().then(|| view! { <option value="contradicting">{words::only_contradicting()}</option> })}
                    {move || keys.get().iter().take(KEYS_MAX).enumerate().map(|(place, key)| view! {
                        <option value=place.to_string()>{String::from_utf8_lossy(key).into_owned()}</option>
                    }).collect_view()}
                </select>
            </label>
            {move || match drawn.with(|drawn| drawn.left_out) {
                0 => None,
                count => Some(view! { <span class="faint">{words::left_out(count)}</span> }),
            }}
            {move || (forgotten() > 0).then(|| view! { <span class="faint">{words::forgotten(forgotten())}</span> })}
        </div>
        {move || drawn.with(|drawn| match drawn.rows.is_empty() {
            true => view! { <p class="quiet nothing">{words::no_operations()}</p> }.into_any(),
            false => view! {
                <Faults drawn=drawn.clone() />
                <ol class="checks-lanes" aria-label=words::lanes() data-testid="checks-lanes">
                    <li class="checks-axis" aria-hidden="true">
                        <span class="checks-what"></span>
                        <span class="checks-ends">
                            <span>{text::seconds(drawn.axis.from)}</span>
                            <span>{text::seconds(drawn.axis.to)}</span>
                        </span>
                    </li>
                    {drawn.rows.iter().map(|bar| lane(page, bar, drawn, looked)).collect_view()}
                </ol>
                <Legend />
            }.into_any(),
        })}
    }
}

/// The faults in this span, each with a button that leads to its instant.
#[component]
fn Faults(drawn: Drawn) -> impl IntoView {
    let page = use_page();
    let count = drawn.faults.len();
    (count > 0).then(|| {
        let faults = drawn.faults.into_iter().map(|(at, what)| view! {
            <li>
                <button type="button" class="checks-time" title=words::look() on:click=move |_| look_at(page, at)>
                    {text::seconds(at)}
                </button>
                " " {what}
            </li>
        });
        view! {
            <details class="checks-faults" data-testid="checks-faults">
                <summary>{words::faults_here(count)}</summary>
                <ol>{faults.collect_view()}</ol>
            </details>
        }
    })
}

/// Returns the class of a bar.
fn class(bar: &Bar) -> &'static str {
    match bar.end {
        End::Running | End::Unknown => "checks-open",
        End::Failed => "checks-failed",
        End::Answered(_) if bar.serializable => "checks-serializable",
        End::Answered(_) => "checks-answered",
    }
}

/// Returns a sign for readers who cannot see the bar's look.
fn sign(bar: &Bar) -> String {
    let old = bar.behind.filter(|count| *count > 0).map(told::behind);
    match (bar.contradicts, old) {
        (true, _) => words::contradicts().to_owned(),
        (false, Some(old)) => old,
        _ => String::new(),
    }
}

fn lane(page: Page, bar: &Bar, drawn: &Drawn, looked: Signal<Option<Nanos>>) -> impl IntoView + use<> {
    let axis = drawn.axis;
    let (id, at) = (bar.id, bar.to.filter(|_| bar.end != End::Running).unwrap_or(bar.from));
    let choose = move |_| {
        page.selection.set(Selection::Request(id));
        page.session.shown_request.set(Some(id));
        look_at(page, at);
    };
    let start = axis.permille(bar.from);
    let end = match bar.end {
        End::Running | End::Unknown => 1_000,
        _ => axis.permille(bar.to.unwrap_or(axis.to)),
    };
    let width = (end - start).max(8);
    let faults = drawn.faults.iter().map(|(at, _)| {
        let x = axis.place(*at);
        view! { <line class="checks-fault" x1=x.clone() x2=x y1="0" y2="26" /> }
    });
    let point = bar.point.filter(|at| axis.has(*at)).map(|at| {
        let x = axis.place(at);
        view! { <line class="checks-point" x1=x.clone() x2=x y1="2" y2="24" /> }
    });
    let sign = sign(bar);
    view! {
        <li class:checks-contradicts=bar.contradicts>
            <button type="button" class="checks-lane" data-testid="checks-lane" data-request=id.to_string()
                data-end=class(bar).trim_start_matches("checks-")
                aria-label=told::operation(bar)
                aria-current=move || (page.selection.get() == Selection::Request(id)).then_some("true")
                on:click=choose>
                <span class="checks-what">
                    <b>"#"{id}</b> " " <span>{bar.what.clone()}</span>
                    {(!sign.is_empty()).then(|| view! { <em>{sign}</em> })}
                </span>
                <svg class="checks-bar" height="26" aria-hidden="true">
                    {faults.collect_view()}
                    {move || looked.get().filter(|at| axis.has(*at)).map(|at| {
                        let x = axis.place(at);
                        view! { <line class="checks-looked" x1=x.clone() x2=x y1="0" y2="26" /> }
                    })}
                    <rect class=class(bar) x=percent(start) y="7" width=percent(width) height="12" />
                    {point}
                </svg>
            </button>
        </li>
    }
}

/// The legend of the lanes.
#[component]
fn Legend() -> impl IntoView {
    let rows = [
        ("checks-answered", words::legend_bar()),
        ("checks-open", words::legend_open()),
        ("checks-failed", words::legend_failed()),
        ("checks-serializable", words::legend_serializable()),
    ];
    view! {
        <details class="checks-legend">
            <summary>{words::legend()}</summary>
            <ul>
                {rows.map(|(class, told)| view! {
                    <li>
                        <svg class="checks-bar" width="44" height="18" aria-hidden="true">
                            <rect class=class x="2" y="3" width="40" height="12" />
                        </svg>
                        " " {told}
                    </li>
                }).collect_view()}
                <li>
                    <svg class="checks-bar" width="44" height="18" aria-hidden="true">
                        <line class="checks-point" x1="22" x2="22" y1="0" y2="18" />
                    </svg>
                    " " {words::legend_tick()}
                </li>
                <li>
                    <svg class="checks-bar" width="44" height="18" aria-hidden="true">
                        <line class="checks-fault" x1="22" x2="22" y1="0" y2="18" />
                    </svg>
                    " " {words::legend_fault()}
                </li>
            </ul>
        </details>
    }
}
