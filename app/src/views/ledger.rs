//! The log ledger: every node's log side by side, a window of indexes at a time.
//!
//! It scrolls like the browser, over a strip as long as the log; only the cells in the window exist. So a log
//! of a hundred thousand entries costs no more than one of twenty.

use leptos::html;
use leptos::prelude::*;
use raft_core::cluster::{Ledger, LogStretch};
use raft_core::model::{ClusterView, Process};
use raft_core::units::{Nanos, NodeId};

use super::ledger_rows::{Facts, Index, Names, Row};
use crate::kit::{Beat, follow};
use crate::state::{Detail, Page, use_page};
use crate::text::{Word, ledger as words};

/// How often the ledger follows the run, in milliseconds of wall time.
const FOLLOW_MS: u64 = 100;
/// The width of an entry with the gap after it, in pixels.
pub const CELL: u64 = 78;
/// The number of cells beyond each edge of the window.
const MARGIN: u64 = 2;
/// The greatest length of a strip that browsers draw, in pixels.
const STRIP_MAX: u64 = 12_000_000;

/// The content of the ledger.
#[derive(Clone, Default, PartialEq)]
pub struct LedgerFrame {
    /// The cells.
    pub ledger: Ledger,
    /// The index after the last of any log.
    pub end: u64,
    /// The entries that nodes lost in their last crash.
    pub lost: Vec<LostEntries>,
    /// Whether the logs of this instant can be read.
    pub known: bool,
}

/// The scroll position of the strip.
#[derive(Clone, Copy, Default, PartialEq)]
struct Scrolled {
    /// The distance from its beginning, in pixels.
    x: u64,
    /// The visible width, in pixels.
    width: u64,
}

impl Scrolled {
    /// Returns the length of the strip for a log that ends at `end`, in pixels.
    fn strip(end: u64) -> u64 {
        (end * CELL).clamp(1, STRIP_MAX)
    }

    /// Returns the first index to draw and the number of indexes. A strip that is too long for the browser is
    /// scrolled in proportion.
    fn window(self, end: u64) -> (u64, u64) {
        let seen = self.width.div_ceil(CELL);
        let first = if end * CELL <= STRIP_MAX {
            self.x / CELL
        } else {
            let way = Scrolled::strip(end).saturating_sub(self.width).max(1);
            let last = (end + 1).saturating_sub(seen);
            (u128::from(self.x.min(way)) * u128::from(last) / u128::from(way)) as u64
        };
        (first.saturating_sub(MARGIN), seen + 2 * MARGIN)
    }

    /// Returns the scroll position at which an index is the first visible one, in pixels.
    fn to(self, index: u64, end: u64) -> u64 {
        let strip = Scrolled::strip(end);
        if end * CELL <= STRIP_MAX {
            return index * CELL;
        }
        let last = (end + 1).saturating_sub(self.width.div_ceil(CELL)).max(1);
        (u128::from(index.min(last)) * u128::from(strip.saturating_sub(self.width)) / u128::from(last)) as u64
    }
}

fn end_of(view: &ClusterView) -> u64 {
    view.nodes.iter().filter_map(|node| node.last_index).max().map_or(0, |last| last + 1)
}

impl LedgerFrame {
    fn of(page: &Page, beat: Beat, scrolled: Scrolled, crashes: &mut Vec<KnownCrash>) -> LedgerFrame {
        let session = page.session;
        session.view.with_untracked(|view| {
            let lost = lost(page, view, crashes);
            let end = lost.iter().map(|lost| lost.end).max().unwrap_or(0).max(end_of(view));
            let (first, count) = scrolled.window(end);
            let logs: Option<Vec<LogStretch>> = if beat.past {
                session.memory().and_then(|memory| memory.log_window(beat.at, first, count))
            } else {
                Some(session.look(|cluster| cluster.log_window(first, count)))
            };
            let ledger = Ledger::of(view, logs.as_deref().unwrap_or_default(), first, count);
            LedgerFrame { ledger, end, lost, known: logs.is_some() }
        })
    }
}

/// The entries that a node lost in its last crash.
#[derive(Clone, PartialEq)]
pub struct LostEntries {
    /// The node.
    pub node: NodeId,
    /// The first log index.
    pub first: u64,
    /// The log index after the last.
    pub end: u64,
}

/// A crash whose loss was looked up.
struct KnownCrash {
    node: NodeId,
    /// The instant of the crash, in virtual nanoseconds.
    at: Nanos,
    /// The log index after the last entry before the crash.
    end: u64,
}

/// Returns the entries lost in crashes. The view of the instant before the crash shows them; it is looked up
/// once per crash.
fn lost(page: &Page, view: &ClusterView, crashes: &mut Vec<KnownCrash>) -> Vec<LostEntries> {
    const CRASHES_KEPT: usize = 18;
    let crashed = view.nodes.iter().filter(|node| node.process == Process::Crashed);
    crashed
        .filter_map(|node| {
            let known = crashes.iter().find(|known| (known.node, known.at) == (node.id, node.since));
            let end = match known {
                Some(known) => known.end,
                None => {
                    let before = page.session.memory()?.view_at(node.since.checked_sub(1)?)?;
                    let was = before.nodes.iter().find(|known| known.id == node.id)?;
                    let end = was.last_index.map_or(0, |last| last + 1);
                    crashes.truncate(CRASHES_KEPT - 1);
                    crashes.insert(0, KnownCrash { node: node.id, at: node.since, end });
                    end
                }
            };
            let first = node.last_index.map_or(0, |last| last + 1);
            (first < end).then_some(LostEntries { node: node.id, first, end })
        })
        .collect()
}

/// The strip that is scrolled; all copies share it.
#[derive(Clone, Copy)]
struct Strip {
    place: NodeRef<html::Div>,
    scrolled: RwSignal<Scrolled>,
    /// Whether its end is followed.
    at_end: RwSignal<bool>,
    /// The index after the last of any log.
    end: Memo<u64>,
}

impl Strip {
    /// Reads the scroll position from the browser.
    fn look(self) {
        if let Some(place) = self.place.get_untracked() {
            let pixels = |pixels: i32| u64::try_from(pixels).unwrap_or(0);
            self.scrolled
                .set(Scrolled { x: pixels(place.scroll_left()), width: pixels(place.client_width()) });
        }
    }

    fn scroll_to(self, x: u64) {
        if let Some(place) = self.place.get_untracked() {
            place.set_scroll_left(i32::try_from(x).unwrap_or(i32::MAX));
        }
        self.look();
    }

    /// Scrolls at a person's request: the end is no longer followed.
    fn scroll(self, by: i64) {
        self.at_end.set(false);
        self.scroll_to(self.scrolled.get_untracked().x.saturating_add_signed(by));
    }

    fn go_to(self, index: u64) {
        self.at_end.set(false);
        self.scroll_to(self.scrolled.get_untracked().to(index, self.end.get_untracked()));
    }

    fn wheel(self, event: &web_sys::WheelEvent) {
        if event.delta_x() != 0.0 {
            // The browser scrolls sideways by itself.
            self.at_end.set(false);
        } else if !event.ctrl_key() {
            event.prevent_default();
            self.scroll(event.delta_y() as i64);
        }
    }

    fn keys(self, event: &web_sys::KeyboardEvent) {
        let cell = CELL as i64;
        let most = (self.scrolled.get_untracked().width / CELL).max(2) as i64 - 1;
        match event.key().as_str() {
            "ArrowLeft" => self.scroll(-cell),
            "ArrowRight" => self.scroll(cell),
            "PageUp" => self.scroll(-cell * most),
            "PageDown" => self.scroll(cell * most),
            "Home" => self.go_to(0),
            "End" => self.at_end.set(true),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }
}

/// The ledger.
#[component]
pub fn LedgerPanel() -> impl IntoView {
    let page = use_page();
    let beat = follow(page, Detail::Log, FOLLOW_MS);
    let scrolled = RwSignal::new(Scrolled::default());
    let crashes = StoredValue::new(Vec::new());
    let frame = Memo::new(move |_| {
        let (beat, scrolled) = (beat.get(), scrolled.get());
        crashes
            .try_update_value(|crashes| LedgerFrame::of(&page, beat, scrolled, crashes))
            .unwrap_or_default()
    });
    let end = Memo::new(move |_| frame.with(|frame| frame.end));
    let strip = Strip { place: NodeRef::new(), scrolled, at_end: RwSignal::new(true), end };
    // The strip grows before it is scrolled to its end.
    Effect::new(move |_| {
        beat.track();
        let end = end.get();
        if strip.at_end.get() {
            strip.scroll_to(Scrolled::strip(end));
        } else {
            strip.look();
        }
    });
    let unknown = move || frame.with(|frame| !frame.known);
    view! {
        <section class="ledger" aria-label=words::ledger() data-testid="ledger">
            <Controls frame=frame strip=strip />
            {move || (end.get() == 0).then(|| view! { <p class="quiet nothing">{words::no_entries()}</p> })}
            {move || unknown().then(|| view! { <p class="quiet nothing">{words::not_recorded()}</p> })}
            <div class="ledger-body" hidden=move || end.get() == 0>
                <Names frame=frame beat=beat />
                <Cells frame=frame strip=strip />
                <Facts beat=beat />
            </div>
            <Key />
        </section>
    }
}

/// The strip, as long as the log, with the cells of the window.
#[component]
fn Cells(frame: Memo<LedgerFrame>, strip: Strip) -> impl IntoView {
    let nodes = Memo::new(move |_| {
        frame.with(|frame| frame.ledger.rows.iter().map(|row| row.node).collect::<Vec<_>>())
    });
    view! {
        <div class="ledger-strip" data-testid="ledger-strip" tabindex="0" role="group" aria-label=words::ledger() node_ref=strip.place
            on:scroll=move |_| strip.look()
            on:wheel=move |event| strip.wheel(&event)
            on:pointerdown=move |_| strip.at_end.set(false)
            on:keydown=move |event| strip.keys(&event)>
            <div class="ledger-length" style:width=move || format!("{}px", Scrolled::strip(strip.end.get()))>
                <div class="ledger-window" style:left=move || frame.with(|frame| left(frame, strip.scrolled.get()))>
                    <Index frame=frame />
                    {move || nodes.get().into_iter().map(|node| view! { <Row node=node frame=frame /> }).collect_view()}
                </div>
            </div>
        </div>
    }
}

/// Returns where the first drawn cell is on the strip.
fn left(frame: &LedgerFrame, scrolled: Scrolled) -> String {
    let first = frame.ledger.first;
    if frame.end * CELL <= STRIP_MAX {
        return format!("{}px", first * CELL);
    }
    // In proportion: the cells are where the strip is visible.
    let before = if first == 0 { 0 } else { MARGIN * CELL };
    format!("{}px", scrolled.x.saturating_sub(before))
}

#[component]
fn Controls(frame: Memo<LedgerFrame>, strip: Strip) -> impl IntoView {
    let Strip { at_end, scrolled, .. } = strip;
    let shown = move || {
        frame.with(|frame| {
            let (first, count) = scrolled.get().window(frame.end);
            let first = if first == 0 { 0 } else { first + MARGIN };
            let last = (first + count).saturating_sub(2 * MARGIN + 1).min(frame.end.saturating_sub(1));
            words::shown(first.min(last), last, frame.end.saturating_sub(1))
        })
    };
    view! {
        <div class="controls">
            <label class="check">
                <input type="checkbox" data-testid="ledger-follow" prop:checked=move || at_end.get()
                    on:change=move |event| at_end.set(event_target_checked(&event)) />
                {words::follow_the_end()}
            </label>
            <label class="prefix">
                {words::go_to_index()}
                <input class="input" type="number" min="0" inputmode="numeric" data-testid="ledger-go"
                    on:change=move |event| if let Ok(index) = event_target_value(&event).parse() { strip.go_to(index) } />
            </label>
            <span class="faint" data-testid="ledger-shown">{shown}</span>
        </div>
    }
}

/// The legend of the cells.
#[component]
fn Key() -> impl IntoView {
    let signs: [(&str, Word); 7] = [
        ("ledger-cell ledger-open", words::key_dashed),
        ("ledger-cell ledger-committed", words::key_bold),
        ("ledger-cell ledger-committed ledger-applied", words::key_filled),
        ("ledger-cell ledger-open ledger-raised", words::key_raised),
        ("ledger-cell ledger-packed", words::key_hatched),
        ("ledger-cell ledger-open ledger-replaced", words::key_notch),
        ("ledger-cell ledger-lost", words::key_lost),
    ];
    view! {
        <p class="legend">
            {signs.map(|(class, name)| view! {
                <span><i class=format!("{class} t2 ledger-sample") aria-hidden="true"></i>{name()}</span>
            }).collect_view()}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strip_is_as_long_as_its_log_and_the_cells_in_sight_are_there_with_some_beside_them() {
        assert_eq!((Scrolled::strip(100), Scrolled::strip(0)), (7_800, 1));
        let scrolled = Scrolled { x: 10 * CELL, width: 5 * CELL };
        assert_eq!(scrolled.window(100), (8, 9));
        assert_eq!(scrolled.to(42, 100), 42 * CELL);
    }

    #[test]
    fn at_its_beginning_a_strip_has_nothing_before_the_first_cell() {
        assert_eq!(Scrolled { x: 0, width: 5 * CELL }.window(100), (0, 9));
    }

    #[test]
    fn a_log_that_is_too_long_for_the_browser_is_scrolled_in_proportion() {
        const END: u64 = 1_000_000;
        assert_eq!(Scrolled::strip(END), STRIP_MAX);
        let seen = |x| Scrolled { x, width: 780 }.window(END);
        assert_eq!(seen(0), (0, 14));
        assert_eq!(seen(STRIP_MAX), (END + 1 - 10 - MARGIN, 14), "its end is the end of the log");
        let there = Scrolled { x: 0, width: 780 }.to(500_000, END);
        let (first, _) = seen(there);
        assert!((499_990..=500_000).contains(&(first + MARGIN)), "{first}");
    }
}
