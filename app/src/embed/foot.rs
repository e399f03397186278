//! The foot of an embed: a link to the playground that continues the run.

use leptos::html;
use leptos::prelude::*;
use raft_core::link::{RunLink, View, encode};
use raft_core::scenario::Scenario;

use super::open_window;
use crate::browser::{copy_marked, encoded};
use crate::state::{Page, use_page};
use crate::text::embed as words;

/// Returns the address of this page outside an embed, which plays a scenario up to the current instant.
/// `None` if the page has no address itself. A scenario that is too long for a link is put into the query.
fn address(scenario: &Scenario, view: View) -> Option<String> {
    const PROTOCOLS: [&str; 3] = ["http:", "https:", "file:"];
    let location = window().location();
    // A page from `srcdoc` has no address that others could open.
    let protocol = location.protocol().ok().filter(|protocol| PROTOCOLS.contains(&protocol.as_str()))?;
    let place = format!("{protocol}//{}{}", location.host().ok()?, location.pathname().ok()?);
    Some(match encode(&RunLink::new(scenario.clone(), view)) {
        Ok(link) => format!("{place}#{link}"),
        Err(_) => format!("{place}?text={}", encoded(&scenario.to_string())),
    })
}

/// Returns the session so far as a scenario, with the current view.
fn told(page: Page) -> (Scenario, View) {
    let session = page.session;
    // A session is exported between instants.
    session.drive(|_| ());
    let journal = session.journal();
    session.look(|cluster| {
        let export = journal.borrow().export(cluster.settings(), cluster.now(), cluster.trace_hash());
        let view = View { at: Some(cluster.now()), playing: Some(false), ..View::default() };
        (export.scenario, view)
    })
}

/// The foot of an embed.
#[component]
pub fn Foot() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let refused = RwSignal::new(None::<String>);
    let said = RwSignal::new("");
    let field = NodeRef::<html::Input>::new();
    let open = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        let (scenario, view) = told(page);
        let address = address(&scenario, view);
        let opened = address.as_deref().is_some_and(open_window);
        refused.set((!opened).then(|| address.unwrap_or_else(|| scenario.to_string())));
    };
    let copy = move |_| {
        if let Some(field) = field.get_untracked() {
            field.select();
            said.set(if copy_marked() { words::copied() } else { words::not_copied() });
        }
    };
    view! {
        <footer class="embed-foot">
            <span>{move || if session.read_only.get() { words::read_only() } else { words::real() }}</span>
            <a href="./" target="_blank" rel="noopener" data-testid="embed-open" on:click=open>{words::open()}</a>
            {move || refused.get().map(|address| view! {
                <div class="embed-link" role="status">
                    <span>{words::opens_anew()}</span>
                    <input type="text" readonly=true data-testid="embed-address" aria-label=words::the_address()
                        node_ref=field prop:value=address />
                    <button type="button" class="btn" on:click=copy>{words::copy()}</button>
                    <span>{move || said.get()}</span>
                </div>
            })}
        </footer>
    }
}
