//! The panel of requests: Write, Read, Delete and Stress.

use leptos::prelude::*;
use raft_core::kv::KeyRange;
use raft_core::model::{Action, Consistency, Operation, REQUEST_TIMEOUT, Request, STRESS_RATE_MAX, Stress};
use raft_core::units::{NodeId, SECOND};

use super::endpoints::Endpoints;
use super::result::ResultCard;
use crate::state::{Page, Tab, use_page};
use crate::text::{self, client as words};

/// The keys that a range request covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Key,
    Prefix,
    Everything,
}

impl Scope {
    fn range(self, key: &str) -> KeyRange {
        match self {
            Scope::Key => KeyRange::single(key),
            Scope::Prefix => KeyRange::prefix(key),
            Scope::Everything => KeyRange::all(),
        }
    }
}

/// The fields that the tabs share.
#[derive(Clone, Copy)]
struct RequestFields {
    page: Page,
    endpoints: RwSignal<Vec<NodeId>>,
    key: RwSignal<String>,
    value: RwSignal<String>,
    scope: RwSignal<Scope>,
    consistency: RwSignal<Consistency>,
}

impl RequestFields {
    fn send(&self, operation: Operation) {
        let endpoints = self.endpoints.get_untracked();
        if endpoints.is_empty() {
            self.page.session.tell(text::no_endpoint().to_owned(), true);
            return;
        }
        self.page.session.request(Request { endpoints, operation, timeout: REQUEST_TIMEOUT });
    }

    fn range(&self) -> KeyRange {
        self.scope.get_untracked().range(&self.key.get_untracked())
    }
}

/// The panel from which a client sends requests.
#[component]
pub fn Requests() -> impl IntoView {
    let page = use_page();
    let all: Vec<NodeId> = page.session.view.with_untracked(|view| view.nodes.iter().map(|n| n.id).collect());
    let fields = RequestFields {
        page,
        endpoints: RwSignal::new(all),
        key: RwSignal::new("/my_key".to_owned()),
        value: RwSignal::new("my value".to_owned()),
        scope: RwSignal::new(Scope::Key),
        consistency: RwSignal::new(Consistency::Linearizable),
    };
    // A new cluster may have other members.
    Effect::new(move |_| {
        page.session.generation.track();
        let all = page.session.view.with_untracked(|view| view.nodes.iter().map(|n| n.id).collect());
        fields.endpoints.set(all);
    });
    let near = RwSignal::new(false);
    let tabs = [
        (Tab::Write, "tab-write", words::write()),
        (Tab::Read, "tab-read", words::read()),
        (Tab::Delete, "tab-delete", words::delete()),
        (Tab::Stress, "tab-stress", words::stress()),
    ];
    view! {
        <section class="requests" aria-label=words::client() on:pointerover=move |_| near.set(true) on:focusin=move |_| near.set(true)>
            <div class="tabs" role="tablist" aria-label=words::what_to_ask()>
                {tabs.into_iter().map(|(tab, id, name)| view! {
                    <button role="tab" id=id data-testid=id
                        aria-selected=move || (page.tab.get() == tab).to_string()
                        aria-controls="request-form"
                        on:click=move |_| page.tab.set(tab)>
                        {name}
                    </button>
                }).collect_view()}
            </div>
            <div class="stack requests-form" id="request-form" role="tabpanel">
                <Endpoints chosen=fields.endpoints />
                {move || match page.tab.get() {
                    Tab::Write => view! { <WriteForm fields=fields /> }.into_any(),
                    Tab::Read => view! { <ReadForm fields=fields /> }.into_any(),
                    Tab::Delete => view! { <DeleteForm fields=fields /> }.into_any(),
                    Tab::Stress => view! { <StressForm fields=fields /> }.into_any(),
                }}
                <ResultCard near=near />
            </div>
        </section>
    }
}

#[component]
fn TextField(id: &'static str, name: &'static str, text: RwSignal<String>) -> impl IntoView {
    view! {
        <label class="field">
            <span>{name}</span>
            <input class="input" id=id data-testid=id type="text" autocomplete="off" spellcheck="false"
                prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event)) />
        </label>
    }
}

#[component]
fn WriteForm(fields: RequestFields) -> impl IntoView {
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        fields.send(Operation::put(fields.key.get_untracked(), fields.value.get_untracked()));
    };
    view! {
        <form class="requests-line requests-two" on:submit=submit>
            <TextField id="write-key" name=words::key() text=fields.key />
            <TextField id="write-value" name=words::value() text=fields.value />
            <button class="btn primary" type="submit" data-testid="write-submit">{words::write()}</button>
        </form>
    }
}

#[component]
fn ScopeChoice(fields: RequestFields) -> impl IntoView {
    let scopes = [
        (Scope::Key, words::this_key(), "key"),
        (Scope::Prefix, words::with_prefix(), "prefix"),
        (Scope::Everything, words::everything(), "all"),
    ];
    view! {
        <div class="picks" role="radiogroup" aria-label=words::which_keys()>
            {scopes.into_iter().map(|(scope, name, id)| view! {
                <label>
                    <input type="radio" name="scope" data-testid=format!("scope-{id}")
                        prop:checked=move || fields.scope.get() == scope on:change=move |_| fields.scope.set(scope) />
                    {name}
                </label>
            }).collect_view()}
        </div>
    }
}

#[component]
fn ReadForm(fields: RequestFields) -> impl IntoView {
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let consistency = fields.consistency.get_untracked();
        fields.send(Operation::read(fields.range(), consistency));
    };
    let kinds = [
        (Consistency::Linearizable, words::linearizable(), "linearizable"),
        (Consistency::Serializable, words::serializable(), "serializable"),
    ];
    view! {
        <form class="stack" on:submit=submit>
            <div class="requests-line requests-one">
                <TextField id="read-key" name=words::key() text=fields.key />
                <button class="btn primary" type="submit" data-testid="read-submit">{words::read()}</button>
            </div>
            <ScopeChoice fields=fields />
            <div class="picks" role="radiogroup" aria-label=words::how_fresh()>
                {kinds.into_iter().map(|(kind, name, id)| view! {
                    <label>
                        <input type="radio" name="consistency" data-testid=id
                            prop:checked=move || fields.consistency.get() == kind on:change=move |_| fields.consistency.set(kind) />
                        {name}
                    </label>
                }).collect_view()}
            </div>
        </form>
    }
}

#[component]
fn DeleteForm(fields: RequestFields) -> impl IntoView {
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        fields.send(Operation::delete(fields.range()));
    };
    view! {
        <form class="stack" on:submit=submit>
            <div class="requests-line requests-one">
                <TextField id="delete-key" name=words::key() text=fields.key />
                <button class="btn primary" type="submit" data-testid="delete-submit">{words::delete()}</button>
            </div>
            <ScopeChoice fields=fields />
        </form>
    }
}

#[component]
fn StressForm(fields: RequestFields) -> impl IntoView {
    let rate = RwSignal::new("20".to_owned());
    let duration = RwSignal::new("5".to_owned());
    let page = fields.page;
    let left = Memo::new(move |_| page.session.view.with(|view| view.stress_left));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let endpoints = fields.endpoints.get_untracked();
        let parsed =
            (rate.get_untracked().trim().parse::<u32>(), duration.get_untracked().trim().parse::<u64>());
        let (Ok(rate), Ok(seconds)) = parsed else {
            page.session.tell(words::whole_numbers(STRESS_RATE_MAX), true);
            return;
        };
        if endpoints.is_empty() {
            page.session.tell(text::no_endpoint().to_owned(), true);
            return;
        }
        page.session.act(Action::Stress(Stress {
            endpoints,
            rate,
            duration: seconds.saturating_mul(SECOND),
        }));
    };
    view! {
        <form class="requests-line requests-two" on:submit=submit>
            <TextField id="stress-rate" name=words::rate() text=rate />
            <TextField id="stress-seconds" name=words::seconds() text=duration />
            <button class="btn primary" type="submit" data-testid="stress-submit">{words::stress()}</button>
        </form>
        <p class="faint">
            {move || match left.get() {
                0 => words::stress_what().to_owned(),
                left => words::writes_left(left),
            }}
        </p>
    }
}
