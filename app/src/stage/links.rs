//! The links between the nodes, to be hovered, selected and read; and the line that is being drawn over them.
//! A link is invisible until it is hovered or behaves unlike the others.

use leptos::prelude::*;
use raft_core::model::{ClusterView, Link, LinkView};
use raft_core::units::{MILLISECOND, NodeId};

use super::geometry::{Measures, Point, Ring, measures};
use super::gestures::{Drawn, Hand};
use crate::browser::focus;
use crate::state::{Page, Selection, use_page};
use crate::text;

/// Both directions between two nodes, and their behaviour.
#[derive(Clone, Copy, PartialEq)]
pub struct Both {
    /// The smaller node id.
    pub a: NodeId,
    /// The greater node id.
    pub b: NodeId,
    there: Way,
    back: Way,
}

/// One direction.
#[derive(Clone, Copy, PartialEq)]
struct Way {
    cut: bool,
    own: Option<LinkView>,
}

impl Both {
    /// Returns the behaviour of the link between two nodes.
    pub fn of(view: &ClusterView, a: NodeId, b: NodeId) -> Both {
        let way = |from, to| {
            let link = Link { from, to };
            Way {
                cut: view.cuts.contains(&link),
                own: view.links.iter().find(|own| own.link == link).copied(),
            }
        };
        Both { a, b, there: way(a, b), back: way(b, a) }
    }

    /// Whether a direction is cut.
    pub fn is_cut(&self, from: NodeId) -> bool {
        if from == self.a { self.there.cut } else { self.back.cut }
    }

    /// Returns the direction's own values, where they differ from the settings.
    pub fn own(&self, from: NodeId) -> Option<LinkView> {
        if from == self.a { self.there.own } else { self.back.own }
    }

    fn any(&self, test: impl Fn(&LinkView) -> bool) -> bool {
        [self.there, self.back].iter().filter_map(|way| way.own.as_ref()).any(test)
    }

    /// Returns the state of the link in words.
    pub fn state(&self) -> String {
        let alike =
            |way: &Way| (way.cut, way.own.map(|own| LinkView { link: Link { from: 0, to: 0 }, ..own }));
        if alike(&self.there) == alike(&self.back) {
            return self
                .there
                .state(text::stage::both_directions())
                .unwrap_or(text::stage::passes().to_owned());
        }
        let there = self.there.state(&text::stage::direction(self.a, self.b));
        let back = self.back.state(&text::stage::direction(self.b, self.a));
        there.into_iter().chain(back).collect::<Vec<_>>().join("; ")
    }
}

impl Way {
    /// Returns what differs from other links, in words.
    fn state(&self, direction: &str) -> Option<String> {
        let mut parts = Vec::new();
        if self.cut {
            parts.push(text::stage::is_cut(direction));
        }
        if let Some(own) = self.own {
            parts.push(text::stage::has_latency(direction, millis(own.latency_min), millis(own.latency_max)));
            if own.loss_ppm > 0 {
                parts.push(text::stage::has_loss(percent(own.loss_ppm)));
            }
            if own.duplicate_ppm > 0 {
                parts.push(text::stage::has_copies(percent(own.duplicate_ppm)));
            }
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Returns nanoseconds as milliseconds, to a tenth.
pub fn millis(span: u64) -> String {
    tenths(span / (MILLISECOND / 10))
}

/// Returns parts per million as a percentage, to a tenth.
pub fn percent(ppm: u32) -> String {
    tenths(u64::from(ppm) / 1_000)
}

fn tenths(tenths: u64) -> String {
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => format!("{}.{rest}", tenths / 10),
    }
}

/// The links, and the wall that is being drawn.
#[component]
pub fn Links() -> impl IntoView {
    let page = use_page();
    let hand = Hand::listen(page);
    let ring = Memo::new(move |_| page.session.view.with(|view| Ring::of(view)));
    let all = Memo::new(move |_| page.session.view.with(|view| links_of(view)));
    // The link that is the tab stop; the arrow keys move on from there.
    let at = RwSignal::new(0);
    view! {
        <g role="group" aria-label=text::stage::links()>
            {move || {
                ring.track();
                let links = all.get_untracked();
                at.set(0);
                (0..links.len()).map(|n| one(page, hand, all, at, n)).collect_view()
            }}
        </g>
        <DrawnWall hand=hand />
    }
}

fn links_of(view: &ClusterView) -> Vec<Both> {
    let ids: Vec<NodeId> = view.nodes.iter().map(|node| node.id).collect();
    let pairs = ids.iter().enumerate().flat_map(|(at, a)| ids[at + 1..].iter().map(move |b| (*a, *b)));
    pairs.map(|(a, b)| Both::of(view, a, b)).collect()
}

fn one(page: Page, hand: Hand, all: Memo<Vec<Both>>, at: RwSignal<usize>, n: usize) -> impl IntoView {
    let link = move || all.with(|all| all.get(n).copied());
    let name = link().map_or((0, 0), |link| (link.a, link.b));
    let selection = Selection::link(name.0, name.1);
    let is_chosen = move || page.selection.get() == selection;
    let class = move || {
        let mut class = "stage-link".to_owned();
        let states = link().map_or([false; 3], |link| {
            let default = page.session.settings.with(|settings| settings.latency_max);
            [
                link.any(|own| own.latency_max > default),
                link.any(|own| own.loss_ppm > 0),
                link.any(|own| own.duplicate_ppm > 0),
            ]
        });
        for (is, word) in states.into_iter().chain([is_chosen()]).zip([
            " stage-slow",
            " stage-lossy",
            " stage-copies",
            " stage-chosen",
        ]) {
            class.push_str(if is { word } else { "" });
        }
        class
    };
    let ends = move || {
        let ring = page.session.view.with_untracked(|view| Ring::of(view));
        let m = measures(page.room.get(), ring.len());
        (ring.place(&m, name.0), ring.place(&m, name.1))
    };
    let path = move || {
        let (a, b) = ends();
        format!("M{a}L{b}")
    };
    let label = move || link().map(|link| text::stage::link_label(link.a, link.b, link.state()));
    let middle = move || {
        let (a, b) = ends();
        format!("translate({})", Point { x: (a.x + b.x) / 2.0, y: (a.y + b.y) / 2.0 })
    };
    view! {
        <g class=class id=format!("link-{}-{}", name.0, name.1) data-testid=format!("link-{}-{}", name.0, name.1)
            role="button" aria-label=label aria-pressed=move || is_chosen().to_string()
            tabindex=move || if at.get() == n { "0" } else { "-1" }
            on:focus=move |_| at.set(n)
            on:click=move |_| if !hand.took() { page.selection.set(selection) }
            on:keydown=move |event| keys(page, &event, all, n)>
            <path class="stage-link-hit" d=path />
            <path class="stage-link-line" d=path />
            <g class="stage-clock-sign" transform=middle>
                <circle r="7" /><path d="M0-4v4h3" />
            </g>
        </g>
    }
}

fn keys(page: Page, event: &web_sys::KeyboardEvent, all: Memo<Vec<Both>>, n: usize) {
    let count = all.with_untracked(Vec::len).max(1);
    let go = |n: usize| {
        if let Some(link) = all.with_untracked(|all| all.get(n).copied()) {
            focus(&format!("link-{}-{}", link.a, link.b));
        }
    };
    match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => go((n + 1) % count),
        "ArrowLeft" | "ArrowUp" => go((n + count - 1) % count),
        "Enter" | " " => {
            if let Some(link) = all.with_untracked(|all| all.get(n).copied()) {
                page.selection.set(Selection::link(link.a, link.b));
            }
        }
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}

/// The wall or the lasso that is being drawn, and the number of nodes on each side.
#[component]
fn DrawnWall(hand: Hand) -> impl IntoView {
    let page = use_page();
    let chosen = move || {
        let drawn = hand.drawn.get();
        let gathered = page.sight.gathered.get();
        let ring = page.session.view.with_untracked(|view| Ring::of(view));
        let m = measures(page.room.get(), ring.len());
        let inside = drawn.as_ref().map_or(gathered, |drawn| drawn.one_side(&ring, &m));
        (drawn, inside, ring, m)
    };
    view! {
        {move || {
            let (drawn, inside, ring, m) = chosen();
            let rings = inside.iter().map(|id| view! {
                <circle class="stage-gathered" r="1" transform=halo(&ring, &m, *id) />
            }).collect_view();
            view! { {rings} {drawn.map(|drawn| wall(&drawn, inside.len(), &ring, &m))} }
        }}
    }
}

fn halo(ring: &Ring, m: &Measures, id: NodeId) -> String {
    use crate::kit::Tenths;
    format!("translate({}) scale({})", ring.place(m, id), Tenths(m.arc + 9.0))
}

fn wall(drawn: &Drawn, inside: usize, ring: &Ring, m: &Measures) -> impl IntoView + use<> {
    let rest = ring.ids().len() - inside;
    let says = if inside == 0 || rest == 0 {
        text::stage::wall_no_one().to_owned()
    } else {
        text::stage::wall_sizes(inside, rest)
    };
    let end = drawn.end();
    view! {
        <path class="stage-wall" d=drawn.path(m) />
        <text class="stage-wall-size" data-testid="wall-size" transform=format!("translate({end})") x="14" y="-10">{says}</text>
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use raft_core::model::Action;

    use super::*;
    use crate::samples::{led, view};

    #[test]
    fn spans_and_shares_are_told_to_a_tenth() {
        assert_eq!([10 * MILLISECOND, 2_540_000, 99_999].map(millis), ["10", "2.5", "0"]);
        assert_eq!([10_000, 12_500, 999, 1_000].map(percent), ["1", "1.2", "0", "0.1"]);
    }

    #[test]
    fn five_nodes_have_ten_links_and_none_of_them_is_unlike_the_others() {
        let links = links_of(&view());
        assert_eq!(links.len(), 10);
        assert!(links.iter().all(|link| link.a < link.b && link.state() == text::stage::passes()));
    }

    #[test]
    fn a_link_that_is_cut_one_way_says_which() {
        let (mut cluster, _) = led();
        cluster.apply(Action::Cut(Link { from: 4, to: 2 })).unwrap();
        let link = Both::of(&cluster.view(), 2, 4);
        assert!(link.is_cut(4) && !link.is_cut(2));
        assert_eq!(link.state(), text::stage::is_cut(text::stage::direction(4, 2)));
    }

    #[test]
    fn a_link_that_is_alike_in_both_directions_is_told_once() {
        let (mut cluster, _) = led();
        for (from, to) in [(1, 2), (2, 1)] {
            let link = Some(Link { from, to });
            cluster.apply(Action::Latency { link, min: 20 * MILLISECOND, max: 30 * MILLISECOND }).unwrap();
            cluster.apply(Action::Loss { link, ppm: 125_000 }).unwrap();
        }
        let both = text::stage::both_directions();
        let told =
            format!("{}, {}", text::stage::has_latency(both, "20", "30"), text::stage::has_loss("12.5"));
        assert_eq!(Both::of(&cluster.view(), 1, 2).state(), told);
    }
}
