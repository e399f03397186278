//! Runs from outside: the address, a dropped file, a pasted text.

use leptos::ev::{dragleave, dragover, drop, hashchange, paste};
use leptos::leptos_dom::helpers::window_event_listener;
use leptos::prelude::*;
use raft_core::scenario::SCENARIO_BYTES_MAX;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::Room;
use crate::state::Dialog;
use crate::text::share as words;

/// Returns the fragment of the address with its `#`; empty if there is none.
pub(super) fn address() -> String {
    window().location().hash().unwrap_or_default()
}

/// The beginning of a lesson's fragment, which the page itself opens.
const LESSON: &str = "#lesson=";

/// Opens the link in the address, if there is one.
pub(super) fn open_address(room: Room) {
    let hash = address();
    if hash.len() > 1 && !hash.starts_with(LESSON) {
        room.with_reader(move |reader| reader.open_link(room, &hash));
    }
}

/// Takes the link out of the address.
pub(super) fn clear_address() {
    let location = window().location();
    let (path, search) = (location.pathname().unwrap_or_default(), location.search().unwrap_or_default());
    if let Ok(history) = window().history() {
        // It fails where a page may not change its address; then the link stays.
        let _replaced = history.replace_state_with_url(
            &wasm_bindgen::JsValue::NULL,
            "",
            Some(&format!("{path}{search}")),
        );
    }
}

/// Listens for runs from outside as long as the page lives.
pub(super) fn listen(room: Room) {
    let files = |event: &web_sys::DragEvent| {
        event.data_transfer().filter(|data| data.types().includes(&"Files".into(), 0))
    };
    let changes = window_event_listener(hashchange, move |_| match address().strip_prefix(LESSON) {
        Some(id) => {
            room.page.scene.wanted.set(Some(id.to_owned()));
            room.page.scene.shown.set(true);
        }
        None => open_address(room),
    });
    let over = window_event_listener(dragover, move |event| {
        if files(&event).is_some() {
            event.prevent_default();
            room.hangs.set(true);
        }
    });
    let leaves = window_event_listener(dragleave, move |event| {
        // The pointer leaves every element on its way; only outside the page there is none to enter.
        if event.related_target().is_none() {
            room.hangs.set(false);
        }
    });
    let drops = window_event_listener(drop, move |event| {
        room.hangs.set(false);
        if let Some(data) = files(&event) {
            event.prevent_default();
            if let Some(file) = data.files().and_then(|files| files.get(0)) {
                read(room, file);
            }
        }
    });
    let pastes = window_event_listener(paste, move |event| {
        let into_field = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|element| element.matches("input, textarea, select").unwrap_or(false));
        let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok());
        if let Some(text) = text.filter(|text| !into_field && !text.trim().is_empty()) {
            room.with_reader(move |reader| {
                if let Some(text) = reader.understood(&text) {
                    show(room, text);
                }
            });
        }
    });
    std::mem::forget((changes, over, leaves, drops, pastes));
}

/// Reads a file into the dialog. A file that is no text of the right size is refused with a reason.
pub(super) fn read(room: Room, file: web_sys::File) {
    let session = room.page.session;
    let bytes = file.size();
    if bytes > SCENARIO_BYTES_MAX as f64 {
        return session.tell(words::file_too_large(bytes, SCENARIO_BYTES_MAX), true);
    }
    leptos::task::spawn_local(async move {
        let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
        match text.filter(|text| !text.contains('\u{fffd}')) {
            Some(text) => show(room, text),
            None => session.tell(words::file_not_read().to_owned(), true),
        }
    });
}

/// Shows a text in the dialog.
pub(super) fn show(room: Room, text: String) {
    room.brought.set(Some(text));
    room.page.dialog.set(Some(Dialog::Run));
}
