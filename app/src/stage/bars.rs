//! The bars: the selected message or link, and the actions on it.

use leptos::prelude::*;
use raft_core::model::{Action, Link, Message};
use raft_core::units::{MILLISECOND, Nanos, NodeId};

use super::links::{Both, millis, percent};
use crate::state::{Page, Selection, use_page};
use crate::text;

/// The delays that are offered, in virtual nanoseconds.
const DELAYS: [Nanos; 3] = [10 * MILLISECOND, 50 * MILLISECOND, 200 * MILLISECOND];

/// The bar of a message.
#[component]
pub fn MessageBar(id: u64) -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let flying = Memo::new(move |_| {
        session.view.with(|view| view.messages.iter().find(|message| message.id == id).cloned())
    });
    // The last state of the message stays readable after its end.
    let last = Memo::new(move |before: Option<&Option<Message>>| {
        let recorded = || Some(session.memory()?.story(id)?.passage.message);
        flying.get().or_else(|| before.cloned().flatten()).or_else(recorded)
    });
    let over = move || flying.with(Option::is_none);
    let what = move || last.with(|message| message.as_ref().map(text::stage::message));
    let term =
        move || last.with(|message| message.as_ref().map(|message| text::stage::in_term(message.term)));
    let fate = Memo::new(move |_| {
        flying.with(|message| match message {
            None => text::stage::is_over().to_owned(),
            Some(message) if message.lost.is_some() => text::stage::will_be_lost().to_owned(),
            Some(message) => {
                text::stage::arrives_in(text::span(message.arrives_at.saturating_sub(session.clock.get())))
            }
        })
    });
    let act = move |action: Action| {
        session.act(action);
    };
    let delays = DELAYS.map(|by| {
        let span = text::span(by);
        let test_id = format!("delay-{}", by / MILLISECOND);
        view! {
            <button type="button" class="btn" data-testid=test_id prop:disabled=over title=text::stage::delay_means(&span)
                on:click=move |_| act(Action::Delay { message: id, by })>{text::stage::delay(&span)}</button>
        }
    });
    view! {
        <div class="stage-bar" role="group" aria-label=text::stage::selected_message() data-testid="message-bar"
            data-message=id.to_string()>
            <span class="stage-bar-what">
                <b>{what}</b> " "
                <span class="quiet">{term}</span> " "
                <span class="quiet" data-testid="message-fate">{fate}</span>
            </span>
            <button type="button" class="btn" data-testid="drop" prop:disabled=over title=text::stage::drop_means()
                on:click=move |_| act(Action::Drop(id))>{text::stage::drop()}</button>
            {delays}
            <button type="button" class="btn" data-testid="duplicate" prop:disabled=over title=text::stage::duplicate_means()
                on:click=move |_| act(Action::Duplicate(id))>{text::stage::duplicate()}</button>
            <CloseBar page=page />
        </div>
    }
}

#[component]
fn CloseBar(page: Page) -> impl IntoView {
    view! {
        <button type="button" class="btn plain" data-testid="bar-close" on:click=move |_| page.selection.set(Selection::None)>
            {text::stage::close()}
        </button>
    }
}

/// The bar of a link.
#[component]
pub fn LinkBar(a: NodeId, b: NodeId) -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let both = Memo::new(move |_| session.view.with(|view| Both::of(view, a, b)));
    let open = move |from| !both.get().is_cut(from);
    // One button per direction, in a fixed place: it cuts the direction, or heals it.
    let one_way = move |from: NodeId, to: NodeId| {
        let way = text::stage::direction(from, to);
        let name = move || if open(from) { text::stage::cut(&way) } else { text::stage::heal_link(&way) };
        view! {
            <button type="button" class="btn" data-testid=move || format!("{}-{from}-{to}", if open(from) { "cut" } else { "heal" })
                on:click=move |_| {
                    let link = Link { from, to };
                    session.act(if open(from) { Action::Cut(link) } else { Action::HealLink(link) });
                }>{name}</button>
        }
    };
    let dials = RwSignal::new(false);
    // Only a change is an action.
    let both_ways = move |cut: bool| {
        for (from, to) in [(a, b), (b, a)].into_iter().filter(|(from, _)| open(*from) == cut) {
            let link = Link { from, to };
            session.act(if cut { Action::Cut(link) } else { Action::HealLink(link) });
        }
    };
    let cuts = move || {
        view! {
            {one_way(a, b)} {one_way(b, a)}
            <button type="button" class="btn" data-testid="cut-both" prop:disabled=move || !open(a) && !open(b)
                on:click=move |_| both_ways(true)>{text::stage::cut_both()}</button>
            <button type="button" class="btn" data-testid="heal-both" prop:disabled=move || open(a) && open(b)
                on:click=move |_| both_ways(false)>{text::stage::heal_both()}</button>
        }
    };
    view! {
        <div class="stage-bar" role="group" aria-label=text::stage::selected_link() data-testid="link-bar">
            <span class="stage-bar-what">
                <b>{text::stage::link_name(a, b)}</b> " "
                <span class="quiet" role="status" data-testid="link-state">{move || both.get().state()}</span>
            </span>
            <button type="button" class="btn" data-testid="dials" aria-expanded=move || dials.get().to_string()
                on:click=move |_| dials.update(|dials| *dials = !*dials)>{text::stage::dials()}</button>
            <CloseBar page=page />
            <div class="stage-bar-row">
                {move || if dials.get() { view! { <Dials a=a b=b both=both /> }.into_any() } else { cuts().into_any() }}
            </div>
        </div>
    }
}

/// The links to which a setting applies.
#[derive(Clone, Copy, PartialEq)]
enum Scope {
    Both,
    There,
    Back,
    All,
}

/// The latency, loss and duplication of one direction, both, or all links.
#[component]
fn Dials(a: NodeId, b: NodeId, both: Memo<Both>) -> impl IntoView {
    let page = use_page();
    let scope = RwSignal::new(Scope::Both);
    let fields: [RwSignal<String>; 4] = std::array::from_fn(|_| RwSignal::new(String::new()));
    // The fields begin with the current values.
    let begin = move || {
        let from = if scope.get_untracked() == Scope::Back { b } else { a };
        let values = page.session.settings.with_untracked(|settings| {
            let own = both.get_untracked().own(from);
            let latency = own.map_or((settings.latency_min, settings.latency_max), |own| {
                (own.latency_min, own.latency_max)
            });
            let share = own
                .map_or((settings.loss_ppm, settings.duplicate_ppm), |own| (own.loss_ppm, own.duplicate_ppm));
            [millis(latency.0), millis(latency.1), percent(share.0), percent(share.1)]
        });
        for (field, value) in fields.iter().zip(values) {
            field.set(value);
        }
    };
    begin();
    let scopes = [
        (Scope::Both, text::stage::both_directions().to_owned()),
        (Scope::There, text::stage::direction(a, b)),
        (Scope::Back, text::stage::direction(b, a)),
        (Scope::All, text::stage::all_links().to_owned()),
    ];
    let choose = move |event| {
        let at: usize = event_target_value(&event).parse().unwrap_or_default();
        scope.set([Scope::Both, Scope::There, Scope::Back, Scope::All][at.min(3)]);
        begin();
    };
    let names =
        [text::stage::latency_from(), text::stage::latency_to(), text::stage::loss(), text::stage::copies()];
    let set = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        set_links(
            page,
            &names,
            &fields.map(|field| field.get_untracked()),
            targets(scope.get_untracked(), a, b),
        );
    };
    let ids = ["dial-min", "dial-max", "dial-loss", "dial-copies"];
    view! {
        <form class="stage-dials" on:submit=set>
            <label class="select">{text::stage::behaviour_of()}
                <select data-testid="dial-scope" on:change=choose>
                    {scopes.into_iter().enumerate().map(|(at, (_, name))| view! {
                        <option value=at.to_string()>{name}</option>
                    }).collect_view()}
                </select>
            </label>
            {names.into_iter().zip(ids).zip(fields).map(|((name, id), field)| view! {
                <label class="stage-dial">{name}
                    <input class="input" inputmode="decimal" data-testid=id prop:value=move || field.get()
                        on:input=move |event| field.set(event_target_value(&event)) />
                </label>
            }).collect_view()}
            <button type="submit" class="btn primary" data-testid="dial-set">{text::stage::set()}</button>
        </form>
    }
}

fn targets(scope: Scope, a: NodeId, b: NodeId) -> Vec<Option<Link>> {
    let (there, back) = (Link { from: a, to: b }, Link { from: b, to: a });
    match scope {
        Scope::Both => vec![Some(there), Some(back)],
        Scope::There => vec![Some(there)],
        Scope::Back => vec![Some(back)],
        Scope::All => vec![None],
    }
}

/// Applies the typed values, or shows what is wrong with them. Only a change is an action.
fn set_links(page: Page, names: &[&str; 4], written: &[String; 4], links: Vec<Option<Link>>) {
    let mut tenths = [0; 4];
    for (at, text) in written.iter().enumerate() {
        match tenths_of(text) {
            Some(value) => tenths[at] = value,
            None => {
                return page.session.tell(text::stage::not_a_number(names[at], format!("“{text}”")), true);
            }
        }
    }
    const TENTH_PERCENT_PPM: u64 = 1_000;
    let [min, max] = [tenths[0], tenths[1]].map(|tenths| tenths.saturating_mul(MILLISECOND / 10));
    let [loss, copies] = [tenths[2], tenths[3]]
        .map(|tenths| u32::try_from(tenths.saturating_mul(TENTH_PERCENT_PPM)).unwrap_or(u32::MAX));
    for link in links {
        let now = |link: Link| {
            page.session.view.with_untracked(|view| view.links.iter().find(|own| own.link == link).copied())
        };
        let settings = page.session.settings.get_untracked();
        let own = link.and_then(now);
        let known = own.map_or(
            (settings.latency_min, settings.latency_max, settings.loss_ppm, settings.duplicate_ppm),
            |own| (own.latency_min, own.latency_max, own.loss_ppm, own.duplicate_ppm),
        );
        let changed = [
            ((known.0, known.1) != (min, max)).then_some(Action::Latency { link, min, max }),
            (known.2 != loss).then_some(Action::Loss { link, ppm: loss }),
            (known.3 != copies).then_some(Action::Duplication { link, ppm: copies }),
        ];
        for action in changed.into_iter().flatten() {
            if page.session.act(action).is_none() {
                return;
            }
        }
    }
}

/// Reads a number with at most one decimal place. Returns it in tenths.
fn tenths_of(text: &str) -> Option<u64> {
    let text = text.trim();
    let (whole, rest) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let rest = if rest.len() == 1 { rest.parse::<u64>().ok()? } else { return None };
    whole.parse::<u64>().ok()?.checked_mul(10)?.checked_add(rest)
}
