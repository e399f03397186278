//! Controls that change a node, or act on a message.

use leptos::prelude::*;
use raft_core::model::{Action, CLOCK_PPM_MAX, CLOCK_PPM_MIN, CLOCK_PPM_TRUE, FSYNC_NEVER, LATENCY_MAX};
use raft_core::units::{MILLISECOND, NodeId};

use crate::kit::{Actions, share_text};
use crate::state::use_page;
use crate::text::inspector as words;

/// The controls of a node.
#[component]
pub fn Controls(id: NodeId) -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let state = Memo::new(move |_| {
        session.view.with(|view| {
            view.nodes.iter().find(|node| node.id == id).map(|node| (node.process, node.elections))
        })
    });
    let snapshot = move |_| {
        session.act(Action::Snapshot(id));
    };
    let never = words::fsync_never();
    let (clock, fsync) = session.view.with_untracked(|view| {
        let node = view.nodes.iter().find(|node| node.id == id);
        node.map_or((CLOCK_PPM_TRUE, 0), |node| (node.clock_ppm, node.fsync))
    });
    let fsync = if fsync == FSYNC_NEVER { never.to_owned() } else { (fsync / MILLISECOND).to_string() };
    let set_clock = move |typed: String| match percent(&typed, PPM_OF_PERCENT)
        .filter(|ppm| (CLOCK_PPM_MIN..=CLOCK_PPM_MAX).contains(ppm))
    {
        Some(ppm) => {
            session.act(Action::ClockRate { node: id, ppm });
        }
        None => {
            let (least, most) = (CLOCK_PPM_MIN / PPM_OF_PERCENT, CLOCK_PPM_MAX / PPM_OF_PERCENT);
            session.tell(words::clock_wrong(typed, least, most), true);
        }
    };
    let set_fsync = move |typed: String| {
        let most = LATENCY_MAX / MILLISECOND;
        let millis = typed.trim().parse::<u64>().ok().filter(|ms| *ms <= most);
        let lies = (typed.trim() == never).then_some(FSYNC_NEVER);
        match millis.map(|ms| ms * MILLISECOND).or(lies) {
            Some(takes) => {
                session.act(Action::Fsync { node: Some(id), takes });
            }
            None => session.tell(words::fsync_wrong(typed, most), true),
        }
    };
    view! {
        <section class="inspector-controls" aria-label=words::controls(id)>
            <h4>{words::controls(id)}</h4>
            {move || state.get().map(|(process, elections)| {
                let timer = if elections { words::timer_off() } else { words::timer_on() };
                view! {
                    <Actions page=page id=id process=process />
                    <div class="row">
                        <button type="button" class="btn" data-testid="inspect-snapshot" on:click=snapshot>{words::take_snapshot()}</button>
                        <button type="button" class="btn" data-testid="inspect-timer" on:click=move |_| {
                            session.act(Action::Elections { nodes: vec![id], on: !elections });
                        }>{timer}</button>
                    </div>
                }
            })}
            <div class="row">
                <Setting name="inspect-clock" label=words::clock_rate() now=share_text(clock) set=set_clock />
                <Setting name="inspect-fsync" label=words::fsync_ms() now=fsync set=set_fsync />
            </div>
        </section>
    }
}

/// Parts per million in a percent.
const PPM_OF_PERCENT: u32 = 10_000;

/// Reads a percentage with up to four decimal places. Returns it in parts per million.
fn percent(typed: &str, of_percent: u32) -> Option<u32> {
    let (whole, part) = typed.trim().split_once('.').unwrap_or((typed.trim(), "0"));
    let part: u32 = format!("{part:0<4}").parse().ok().filter(|_| part.len() <= 4)?;
    whole.parse::<u32>().ok()?.checked_mul(of_percent)?.checked_add(part)
}

/// A field for a number, and a button that applies it.
#[component]
fn Setting(
    name: &'static str,
    label: &'static str,
    now: String,
    set: impl Fn(String) + Copy + 'static,
) -> impl IntoView {
    let typed = RwSignal::new(now);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        set(typed.get_untracked());
    };
    view! {
        <form class="inspector-setting" on:submit=submit>
            <label class="field">
                <span>{label}</span>
                <input class="input" data-testid=name type="text" inputmode="decimal" autocomplete="off"
                    prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event)) />
            </label>
            <button type="submit" class="btn" data-testid=format!("{name}-set")>{words::set()}</button>
        </form>
    }
}

/// The delay that a press of the button adds to a message, in virtual milliseconds.
const DELAY_MS: u64 = 10;

/// The controls of a message in flight.
#[component]
pub fn MessageControls(id: u64) -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let on_its_way = Memo::new(move |_| {
        session.view.with(|view| view.messages.iter().any(|m| m.id == id && m.lost.is_none()))
    });
    let deeds = [
        ("message-drop", words::drop_it().to_owned(), Action::Drop(id)),
        (
            "message-delay",
            words::delay_it(DELAY_MS),
            Action::Delay { message: id, by: DELAY_MS * MILLISECOND },
        ),
        ("message-duplicate", words::duplicate_it().to_owned(), Action::Duplicate(id)),
    ];
    view! {
        <section class="inspector-controls" aria-label=words::message_controls() hidden=move || !on_its_way.get()>
            <h4>{words::message_controls()}</h4>
            <div class="row">
                {deeds.into_iter().map(|(id, name, deed)| view! {
                    <button type="button" class="btn" data-testid=id on:click=move |_| { session.act(deed.clone()); }>{name}</button>
                }).collect_view()}
            </div>
        </section>
    }
}
