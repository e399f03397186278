//! Parts of the page that are loaded when they are first wanted.
//!
//! [`lazy_view!`](crate::kit::lazy_view) makes one of a component: the build moves the component, and
//! what nothing else needs, into a file of its own, which shares the memory of the engine.
//! [`Lazy`] shows it, says that it is on its way, and offers to try again when it did not arrive.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;

use crate::text;

/// How a lazy view is made once its file is there.
pub type Make = fn() -> AnyView;
/// Loads a lazy view. After a failure it may be called again.
pub type Load = fn() -> Pin<Box<dyn Future<Output = Result<Make, SplitLoaderError>>>>;

/// `lazy_view!(FILE, NAME, Component)`: a function NAME, a [`Load`], for a component without properties.
/// Views of the same FILE lie in one file; the name must be unique in the page.
macro_rules! lazy_view {
    ($file:ident, $name:ident, $component:ident) => {
        /// Loads a lazy view.
        pub fn $name() -> std::pin::Pin<
            Box<dyn Future<Output = Result<$crate::kit::Make, leptos::wasm_split::SplitLoaderError>>>,
        > {
            $crate::browser::own_file!(
                $file,
                fn $name() -> Result<$crate::kit::Make, leptos::wasm_split::SplitLoaderError> {
                    Ok(|| leptos::prelude::view! { <$component /> }.into_any())
                }
            );
            Box::pin($name())
        }
    };
}
pub(crate) use lazy_view;

/// How far a part has come.
#[derive(Clone, Copy)]
enum State {
    Unwanted,
    OnItsWay,
    Failed,
    There(Make),
}

/// A part that is loaded once it is wanted, and stays.
#[component]
pub fn Lazy(
    /// When it is wanted.
    #[prop(into)]
    wanted: Signal<bool>,
    /// From where it comes.
    load: Load,
) -> impl IntoView {
    let state = RwSignal::new(State::Unwanted);
    let start = move || {
        state.set(State::OnItsWay);
        spawn_local(async move {
            let arrived = load().await;
            // The place where it was wanted may be gone by now.
            let _gone = state.try_set(arrived.map_or(State::Failed, State::There));
        });
    };
    Effect::new(move |_| {
        // Who opens a part again after it failed wants it to be tried again.
        if wanted.get() && matches!(state.get_untracked(), State::Unwanted | State::Failed) {
            start();
        }
    });
    move || {
        match state.get() {
        State::Unwanted => ().into_any(),
        State::OnItsWay => view! { <p class="quiet" role="status" data-testid="lazy-on-its-way">{text::on_its_way()}</p> }.into_any(),
        State::Failed => view! {
            <div role="alert" data-testid="lazy-failed">
                <p class="notice error">{text::not_arrived()}</p>
                <button type="button" class="btn" data-testid="lazy-again" on:click=move |_| start()>{text::try_again()}</button>
            </div>
        }
        .into_any(),
        State::There(make) => make(),
    }
    }
}
