//! Third-party licences, fetched when their tab is first shown.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::fetched;
use crate::text;
use crate::text::help as words;

/// The file's address, beside the page. `tools/xtask/src/licences.rs` makes it from Cargo.lock.
const FILE: &str = "LICENSES-THIRD-PARTY.txt";

#[derive(Clone, PartialEq, Eq)]
enum LoadState {
    Unwanted,
    OnItsWay,
    Failed,
    There(String),
}

/// The text of the licences.
#[component]
pub fn Licences(
    /// Whether the tab is shown.
    #[prop(into)]
    wanted: Signal<bool>,
) -> impl IntoView {
    let state = RwSignal::new(LoadState::Unwanted);
    let fetch = move || {
        state.set(LoadState::OnItsWay);
        spawn_local(async move {
            let arrived = fetched(FILE).await;
            // Help may be closed by now.
            let _gone = state.try_set(arrived.map_or(LoadState::Failed, LoadState::There));
        });
    };
    Effect::new(move |_| {
        if wanted.get() && state.get_untracked() == LoadState::Unwanted {
            fetch();
        }
    });
    move || match state.get() {
        LoadState::Unwanted => ().into_any(),
        LoadState::OnItsWay => view! { <p class="quiet" role="status">{text::on_its_way()}</p> }.into_any(),
        LoadState::Failed => view! {
            <div role="alert">
                <p class="notice error">{words::licences_missing()}</p>
                <button type="button" class="btn" data-testid="licences-again" on:click=move |_| fetch()>
                    {text::try_again()}
                </button>
            </div>
        }
        .into_any(),
        LoadState::There(text) => {
            view! { <pre class="mono help-licences" data-testid="licences">{text}</pre> }.into_any()
        }
    }
}
