//! The page: it shows a cluster and lets a person act on it.
//!
//! Data flows in one direction: an input becomes an [`Action`](raft_core::model::Action) in the [`session`];
//! views and events come out of it and are drawn. The page never computes the state of a node itself.

// These lints concern the page's own code: see .clippy.toml.
#![cfg_attr(not(test), warn(clippy::disallowed_methods, clippy::disallowed_types))]

// The base: words, the browser, the language.
mod browser;
mod language;
mod text;
mod time;
// The cluster and its drivers; the state that the features share; the kit from which they are built.
mod kit;
mod session;
mod state;
// The features. They do not depend on each other.
mod broken;
mod chaos;
mod checks;
mod embed;
mod glossary;
mod inspector;
mod lessons;
mod narration;
mod panels;
mod share;
mod stage;
mod status;
mod stores;
mod terminal;
mod timeline;
mod views;
mod welcome;
// The parts that put the features together.
#[cfg(test)]
mod samples;
mod shell;

use leptos::mount::mount_to;
use leptos::prelude::*;
#[cfg(target_family = "wasm")]
use pooled::Pooled;
#[cfg(target_family = "wasm")]
use talc::wasm::WasmDynamicTalc;
use wasm_bindgen::JsCast;

/// Smaller and faster than the standard allocator of wasm; the page has one thread.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: Pooled<WasmDynamicTalc> = Pooled::new(talc::wasm::new_wasm_dynamic_allocator());

fn main() {
    std::panic::set_hook(Box::new(|info| browser::report_crash(&info.to_string())));
    let document = leptos::prelude::document();
    let Some(root) = document.get_element_by_id("app") else {
        browser::report_crash("the page has no element with the id app");
        return;
    };
    let Ok(root) = root.dyn_into::<web_sys::HtmlElement>() else {
        browser::report_crash("the element app is no HTML element");
        return;
    };
    language::ready(move || {
        // What was drawn before the engine was ready is replaced by the live page.
        root.set_inner_html("");
        mount_to(root, || view! { <shell::App /> }).forget();
        if let Some(body) = document.body() {
            let _shown = body.set_attribute("data-ready", "true");
        }
    });
}
