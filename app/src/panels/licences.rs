//! The licences of all that the page is made of, fetched when they are first looked at.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::fetched;
use crate::text;
use crate::text::help as words;

/// Beside the page; the file is made of Cargo.lock, see `tools/xtask/src/licences.rs`.
const FILE: &str = "LICENSES-THIRD-PARTY.txt";

#[derive(Clone, PartialEq, Eq)]
enum State {
    Unwanted,
    OnItsWay,
    Failed,
    There(String),
}

/// The text of the file.
#[component]
pub fn Licences(
    /// Whether it is looked at.
    #[prop(into)]
    wanted: Signal<bool>,
) -> impl IntoView {
    let state = RwSignal::new(State::Unwanted);
    let fetch = move || {
        state.set(State::OnItsWay);
        spawn_local(async move {
            let arrived = fetched(FILE).await;
            // The help may be gone by now.
            let _gone = state.try_set(arrived.map_or(State::Failed, State::There));
        });
    };
    Effect::new(move |_| {
        if wanted.get() && state.get_untracked() == State::Unwanted {
            fetch();
        }
    });
    move || match state.get() {
        State::Unwanted => ().into_any(),
        State::OnItsWay => view! { <p class="quiet" role="status">{text::on_its_way()}</p> }.into_any(),
        State::Failed => view! {
            <div role="alert">
                <p class="notice error">{words::licences_missing()}</p>
                <button type="button" class="btn" data-testid="licences-again" on:click=move |_| fetch()>
                    {text::try_again()}
                </button>
            </div>
        }
        .into_any(),
        State::There(text) => {
            view! { <pre class="mono help-licences" data-testid="licences">{text}</pre> }.into_any()
        }
    }
}
