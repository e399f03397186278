//! The page within another page, whose address says what to play.
//!
//! `app/public/embed.js` is loaded before the engine: it sets the look, waits until the embed is seen or
//! clicked, and checks the messages that come in by `postMessage`. This room is loaded with the first view if
//! the root element says that there are parameters: it plays what the address asks for, carries out checked
//! messages, and reports what happens. `app/docs/embedding.md` describes both from outside.

mod conduct;
mod foot;
mod parameters;

use leptos::prelude::*;
use raft_core::scenario::Item;
use raft_core::words::describe::property_name;
use wasm_bindgen::prelude::*;

use crate::browser::{later, on_root};
use crate::kit::lazy_view;
use crate::state::script::on_stage;
use crate::state::use_page;
use conduct::Conductor;
use foot::Foot;
use parameters::Parameters;

lazy_view!(embed, load_embed, Embed);

#[wasm_bindgen]
extern "C" {
    /// Returns the query of this page.
    #[wasm_bindgen(js_namespace = ["window", "raftPlaygroundEmbed"])]
    fn query() -> String;
    /// Sets the function that carries out a message, and reports what was wrong with parameters, one per
    /// line.
    #[wasm_bindgen(js_namespace = ["window", "raftPlaygroundEmbed"])]
    fn attach(command: &Closure<dyn FnMut(String, f64, String) -> String>, wrong: &str);
    /// Reports an event to the surrounding page.
    #[wasm_bindgen(js_namespace = ["window", "raftPlaygroundEmbed"])]
    fn tell(kind: &str, number: f64, text: &str);
    /// Opens an address in a new window. Returns false where that is forbidden.
    #[wasm_bindgen(js_namespace = ["window", "raftPlaygroundEmbed"], js_name = open)]
    fn open_window(url: &str) -> bool;
}

/// What an embed adds to the page: its foot, and the functions that carry out messages.
#[component]
fn Embed() -> impl IntoView {
    let page = use_page();
    let (parameters, wrong) = Parameters::read(&query());
    let conductor = Conductor::new(page);
    let command = Closure::new(move |kind: String, number: f64, text: String| {
        conductor.perform(&kind, number, &text).err().unwrap_or_default()
    });
    attach(&command, &wrong.join("\n"));
    // It is called as long as the page lives.
    command.forget();
    if let Some(first) = wrong.first() {
        page.session.tell(first.clone(), true);
    }
    tell_what_happens();
    tell_the_scenario();
    // An author who asks for the details wants to see them.
    let wants_details =
        document().query_selector("[data-embed][data-panels~=details]").ok().flatten().is_some();
    page.opened.set(wants_details);
    conductor.begin(parameters);
    on_root("data-embed").then(|| view! { <Foot /> })
}

/// Reports the progress of the scenario to the surrounding page.
fn tell_the_scenario() {
    let page = use_page();
    let told = StoredValue::new((0, false));
    Effect::new(move |_| {
        page.scene.told.track();
        let Some(run) = on_stage() else { return };
        let run = run.borrow();
        let now = (run.script.begun(), run.script.is_done());
        let (begun, was_done) = told.get_value();
        told.set_value(now);
        if now.0 != begun {
            let last = run.told.iter().rev().find_map(|told| match &told.item {
                Item::Teach(_, text) | Item::Did(text) | Item::Ask(text, _) | Item::Typed(_, text) => {
                    Some(text.as_str())
                }
                _ => None,
            });
            tell("step", now.0 as f64, last.unwrap_or_default());
        }
        if now.1 && !was_done {
            tell("lesson-done", if run.script.failed() { 0.0 } else { 1.0 }, "");
        }
    });
}

/// Reports violations and the clock to the surrounding page.
fn tell_what_happens() {
    /// How often the clock is reported, in milliseconds of wall time.
    const CLOCK_MS: u32 = 250;
    let page = use_page();
    let violations = StoredValue::new(0_usize);
    Effect::new(move |_| {
        page.session.view.with(|view| {
            for violation in view.violations.iter().skip(violations.get_value()) {
                tell("violation", 0.0, property_name(violation.property));
            }
            violations.set_value(view.violations.len());
        });
    });
    let state = Memo::new(move |_| (page.playback.playing.get(), page.session.clock.get()));
    let told = StoredValue::new(None);
    let waits = StoredValue::new(false);
    let say = move || {
        let Some((playing, at)) = state.try_get_untracked() else { return };
        if told.get_value() != Some((playing, at)) {
            told.set_value(Some((playing, at)));
            tell("state", conduct::seconds(at), if playing { "playing" } else { "standing" });
        }
    };
    Effect::new(move |_| {
        let (playing, _) = state.get();
        if told.get_value().is_none_or(|(before, _)| before != playing) {
            return say();
        }
        // Of the changes in this time, the last one is reported.
        if !waits.get_value() {
            waits.set_value(true);
            later(CLOCK_MS, move || {
                waits.set_value(false);
                say();
            });
        }
    });
}
