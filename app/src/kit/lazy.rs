//! Parts of the page that are loaded when they are first needed.
//!
//! [`lazy_view!`](crate::kit::lazy_view) turns a component into a lazy view: the build moves the component,
//! and everything that only it needs, into a file of its own, which shares the engine's memory. [`Lazy`]
//! shows it, displays that it is loading, and offers to try again when it did not arrive.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;

use crate::text;

/// Makes a lazy view once its file is loaded.
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

/// The progress of loading a part.
#[derive(Clone, Copy)]
enum LoadState {
    Unwanted,
    OnItsWay,
    Failed,
    There(Make),
}

/// A part that is loaded once it is wanted, and stays.
#[component]
pub fn Lazy(
    /// Whether it is wanted.
    #[prop(into)]
    wanted: Signal<bool>,
    /// The function that loads it.
    load: Load,
) -> impl IntoView {
    let state = RwSignal::new(LoadState::Unwanted);
    let start = move || {
        state.set(LoadState::OnItsWay);
        spawn_local(async move {
            let arrived = load().await;
            // The place where it was wanted may be gone by now.
            let _gone = state.try_set(arrived.map_or(LoadState::Failed, LoadState::There));
        });
    };
    Effect::new(move |_| {
        // When a part that failed is opened again, it is loaded again.
        if wanted.get() && matches!(state.get_untracked(), LoadState::Unwanted | LoadState::Failed) {
            start();
        }
    });
    move || {
        match state.get() {
        LoadState::Unwanted => ().into_any(),
        LoadState::OnItsWay => view! { <p class="quiet" role="status" data-testid="lazy-on-its-way">{text::on_its_way()}</p> }.into_any(),
        LoadState::Failed => view! {
            <div role="alert" data-testid="lazy-failed">
                <p class="notice error">{text::not_arrived()}</p>
                <button type="button" class="btn" data-testid="lazy-again" on:click=move |_| start()>{text::try_again()}</button>
            </div>
        }
        .into_any(),
        LoadState::There(make) => make(),
    }
    }
}
