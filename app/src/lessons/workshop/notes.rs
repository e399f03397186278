//! The speaker's window: the current stop with the speaker's notes, and the stop after it. It is a window of
//! the same page, `notes.html`, which contains no script: this page writes into it and handles its keys.

use std::rc::Rc;

use leptos::ev;
use leptos::leptos_dom::helpers::window_event_listener;
use leptos::prelude::*;
use raft_core::scenario::Choice;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::lead;
use crate::browser::later;
use crate::lessons::stops::Stop;
use crate::state::Page;
use crate::text::workshop as words;

/// The pause between two looks whether the window is loaded, in milliseconds of wall time, and their number.
const PAUSE_MS: u32 = 50;
const TRIES: u32 = 100;

type Keys = Closure<dyn FnMut(web_sys::KeyboardEvent)>;

/// The speaker's window, if it is open.
#[derive(Default)]
pub struct Notes {
    window: Option<web_sys::Window>,
    keys: Option<Rc<Keys>>,
    leaving: Option<WindowListenerHandle>,
}

impl Notes {
    /// Opens the window. Returns false when the browser does not allow it.
    pub fn open(&mut self, page: Page) -> bool {
        self.close();
        let opened = window().open_with_url_and_target_and_features(
            "notes.html",
            "raft-playground-notes",
            "width=560,height=680",
        );
        let Ok(Some(opened)) = opened else { return false };
        let keys: Keys = Closure::new(move |event: web_sys::KeyboardEvent| {
            let forward = match event.key().as_str() {
                "PageDown" | "ArrowRight" => true,
                "PageUp" | "ArrowLeft" => false,
                _ => return,
            };
            event.prevent_default();
            lead(page, forward);
        });
        let keys = Rc::new(keys);
        listen(opened.clone(), keys.clone(), TRIES);
        self.keys = Some(keys);
        self.window = Some(opened.clone());
        self.leaving = Some(window_event_listener(ev::beforeunload, move |_| {
            let _closed = opened.close();
        }));
        true
    }

    /// Closes the window.
    pub fn close(&self) {
        if let Some(window) = &self.window {
            let _closed = window.close();
        }
    }

    /// Shows the notes of a stop.
    pub fn show(&self, stops: &[Stop], here: Option<usize>) {
        let Some(window) = self.window.clone() else { return };
        let stop = here.and_then(|here| stops.get(here));
        let next = stops.get(here.map_or(0, |here| here + 1));
        let mut notes: Vec<String> = stop.map(|stop| stop.notes.clone()).unwrap_or_default();
        notes.extend(stop.iter().flat_map(|stop| &stop.choices).map(answer));
        let texts = [
            ("number", format!("{} / {}", here.map_or(0, |here| here + 1), stops.len())),
            ("here", stop.map_or_else(|| words::before_the_first().to_owned(), |stop| stop.title.clone())),
            ("notes", notes.join("\n\n")),
            ("next-name", words::next_stop().to_owned()),
            ("next", next.map_or_else(|| words::after_the_last().to_owned(), |stop| stop.title.clone())),
        ];
        write(window, texts, TRIES);
    }
}

impl Drop for Notes {
    fn drop(&mut self) {
        self.close();
        if let Some(leaving) = self.leaving.take() {
            leaving.remove();
        }
    }
}

fn answer(choice: &Choice) -> String {
    format!("{} {}: {}", if choice.right { "✓" } else { "✗" }, choice.text, choice.reply)
}

/// Handles the window's keys once its document is loaded: until then it has another, empty one.
fn listen(window: web_sys::Window, keys: Rc<Keys>, tries: u32) {
    let loaded = window.document().filter(|document| document.get_element_by_id("notes").is_some());
    match loaded {
        // It does not fail for a window of this page.
        Some(document) => {
            let keys: &Closure<_> = &keys;
            let _heard = document.add_event_listener_with_callback("keydown", keys.as_ref().unchecked_ref());
        }
        None if tries > 0 => later(PAUSE_MS, move || listen(window, keys, tries - 1)),
        None => {}
    }
}

/// Writes into the window once its document is loaded.
fn write(window: web_sys::Window, texts: [(&'static str, String); 5], tries: u32) {
    let Some(document) = window.document() else { return };
    if document.get_element_by_id("notes").is_none() {
        if tries > 0 {
            later(PAUSE_MS, move || write(window, texts, tries - 1));
        }
        return;
    }
    for (id, text) in texts {
        if let Some(element) = document.get_element_by_id(id) {
            element.set_text_content(Some(&text));
        }
    }
}
