//! The choice of what to inspect: a node, or one of the messages and requests that exist.

use leptos::prelude::*;
use raft_core::model::ClusterView;
use raft_core::words::describe::{message_name, operation_text};

use crate::state::{Selection, use_page};
use crate::text::{self, inspector as words};

/// The number of requests offered, newest first.
const REQUESTS_OFFERED: usize = 30;

/// Options of a choice: the label and the number of each.
type Offer = Vec<(u64, String)>;

fn messages(view: &ClusterView) -> Offer {
    let name = |message: &raft_core::model::Message| {
        let name = text::tell(message_name(message));
        words::message_title(text::capitalised(&name), message.from, message.to)
    };
    view.messages.iter().map(|message| (message.id, name(message))).collect()
}

fn requests(view: &ClusterView) -> Offer {
    let newest = view.requests.iter().rev().take(REQUESTS_OFFERED);
    let named = newest.map(|request| {
        let operation = text::tell(&operation_text(&request.operation));
        (request.id, format!("{}: {operation}", words::request_title(request.id)))
    });
    named.collect()
}

/// The fields to choose the subject.
#[component]
pub fn Choice(subject: Memo<Selection>) -> impl IntoView {
    let page = use_page();
    let nodes = Memo::new(move |_| {
        page.session.view.with(|view| view.nodes.iter().map(|node| node.id).collect::<Vec<_>>())
    });
    let choose = move |selection: Selection| {
        if let Selection::Node(id) = selection {
            page.session.selected.set(id);
        }
        page.selection.set(selection);
    };
    view! {
        <div class="inspector-choice" role="group" aria-label=words::choose()>
            {move || nodes.get().into_iter().map(|id| view! {
                <button type="button" class="pill" data-testid=format!("inspect-{id}")
                    aria-pressed=move || (subject.get() == Selection::Node(id)).to_string()
                    on:click=move |_| choose(Selection::Node(id))>
                    {format!("node{id}")}
                </button>
            }).collect_view()}
            <Offered id="inspect-message" name=words::choose_message() none=words::no_messages() offer=messages
                chosen=move || match subject.get() { Selection::Message(id) => Some(id), _ => None }
                choose=move |id| choose(Selection::Message(id)) />
            <Offered id="inspect-request" name=words::choose_request() none=words::no_requests() offer=requests
                chosen=move || match subject.get() { Selection::Request(id) => Some(id), _ => None }
                choose=move |id| choose(Selection::Request(id)) />
        </div>
    }
}

/// A list of options. It is made when it receives focus or the pointer, and stays as it is while it is open.
#[component]
fn Offered(
    id: &'static str,
    name: &'static str,
    none: &'static str,
    offer: fn(&ClusterView) -> Offer,
    chosen: impl Fn() -> Option<u64> + Copy + Send + Sync + 'static,
    choose: impl Fn(u64) + Copy + 'static,
) -> impl IntoView {
    let page = use_page();
    let offered = RwSignal::new(Offer::new());
    let look = move || offered.set(page.session.view.with_untracked(|view| offer(view)));
    // Something that was chosen elsewhere is shown here as well.
    Effect::new(move |_| {
        if chosen().is_some() {
            look();
        }
    });
    let any = Memo::new(move |_| page.session.view.with(|view| !offer(view).is_empty()));
    let first = move || if any.get() { words::pick() } else { none };
    view! {
        <label class="select">
            {name}
            <select id=id data-testid=id
                prop:value=move || { offered.track(); chosen().map(|id| id.to_string()).unwrap_or_default() }
                on:pointerdown=move |_| look() on:focus=move |_| look()
                on:change=move |event| {
                    if let Ok(id) = event_target_value(&event).parse() {
                        choose(id);
                    }
                }>
                <option value="">{first}</option>
                {move || offered.get().into_iter().map(|(id, name)| view! {
                    <option value=id.to_string() selected=move || chosen() == Some(id)>{name}</option>
                }).collect_view()}
            </select>
        </label>
    }
}
