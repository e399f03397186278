//! The run in the storage of the tab, so that a reloaded page returns to it. Storage is optional: where it
//! throws, nothing is kept and no error is shown.

use std::cell::Cell;

use gloo_timers::callback::Interval;
use leptos::ev::{pagehide, visibilitychange};
use leptos::leptos_dom::helpers::window_event_listener;
use leptos::prelude::*;
use raft_core::link::View;

use super::{Room, keeper, outside};
use crate::browser::{on_root, wall_ms};
use crate::state::Page;

/// The storage key of the run. boot.js deletes it when the engine has stopped: the run may be the cause.
const KEY: &str = "raft-playground-run";
/// The storage key of the other branches.
const BRANCHES: &str = "raft-playground-branches";
/// How often the page looks for new actions, in milliseconds of wall time.
const LOOK_MS: u32 = 1_000;
/// The pause before another attempt, in milliseconds of wall time.
const AGAIN_MS: f64 = 2_000.0;
/// Writing the run takes at most one part in `COST` of the time.
const COST: f64 = 50.0;

/// Returns what is viewed.
pub(super) fn view(page: Page) -> View {
    View {
        at: page.session.past.at.get_untracked(),
        playing: Some(page.playback.playing.get_untracked()),
        speed: Some(page.playback.speed.get_untracked()),
        node: Some(page.session.selected.get_untracked()),
        detail: page.opened.get_untracked().then(|| page.detail.get_untracked()),
    }
}

/// Opens what the address or the storage holds, and keeps the run from now on.
pub(super) fn begin(room: Room) {
    let address = outside::address();
    let kept = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    // Ignore the kept run if the address has changed, or if the embedding page chooses the run.
    let kept =
        kept.filter(|kept| !on_root("data-parameters") && kept.split('\n').next() == Some(address.as_str()));
    match kept {
        Some(kept) => {
            // A lesson of this address is resumed where it stopped.
            room.page.scene.wanted.set(None);
            let branches = storage().and_then(|storage| storage.get_item(BRANCHES).ok().flatten());
            let branches = branches.filter(|branches| branches.split('\n').next() == Some(address.as_str()));
            room.with_reader(move |reader| reader.open_kept(room, &kept, branches));
        }
        None => outside::open_address(room),
    }
    let (seen, free_at) = (Cell::new((0, 0)), Cell::new(0.0));
    Interval::new(LOOK_MS, move || {
        let session = room.page.session;
        let deeds = (session.generation.get_untracked(), session.journal().borrow().len());
        let touched =
            deeds.1 > 0 || room.reader.with_value(Option::is_some) || room.keeper.with_value(Option::is_some);
        if touched && deeds != seen.get() && wall_ms() > free_at.get() {
            let began = wall_ms();
            let rest = if keep(room, deeds.0 != seen.get().0) {
                seen.set(deeds);
                (wall_ms() - began) * COST
            } else {
                AGAIN_MS
            };
            free_at.set(wall_ms() + rest);
        }
    })
    .forget();
    let leaves = window_event_listener(pagehide, move |_| {
        keep(room, true);
    });
    let hides = window_event_listener(visibilitychange, move |_| {
        keep(room, true);
    });
    std::mem::forget((leaves, hides));
}

/// Keeps the run as it is now, and its branches where they may have changed. Returns false when that has to
/// wait: during a change to another run, or without the reader.
fn keep(room: Room, branches: bool) -> bool {
    let page = room.page;
    // An engine that has stopped keeps nothing: its run may be the cause.
    let live = document().body().is_some_and(|body| body.has_attribute("data-ready"));
    if !live {
        return false;
    }
    if page.session.past.on_the_way.with_untracked(Option::is_some) {
        return false;
    }
    let Some(keeper) = room.keeper.get_value() else {
        keeper::bring(room);
        return false;
    };
    let Some(storage) = storage() else { return true };
    let address = outside::address();
    let put = |key: &str, text: Option<String>| {
        // A full storage keeps nothing, least of all an older text.
        if text.is_none_or(|text| storage.set_item(key, &text).is_err()) {
            let _removed = storage.remove_item(key);
        }
    };
    if branches {
        // The run needs the space first.
        put(BRANCHES, None);
    }
    put(KEY, Some((keeper.run)(page, &address)));
    if branches {
        put(BRANCHES, (keeper.branches)(page, &address));
    }
    true
}

/// Deletes what is kept, and keeps nothing from now on.
pub(super) fn forget() {
    if let Some(storage) = storage() {
        for key in [KEY, BRANCHES] {
            let _removed = storage.remove_item(key);
        }
    }
}

/// Returns the storage of this tab; `None` in a frame, which shares it with the page around it and with other
/// frames, whose runs differ.
fn storage() -> Option<web_sys::Storage> {
    let window = window();
    let framed = window.parent().ok().flatten().is_none_or(|parent| *parent != *window);
    if framed { None } else { window.session_storage().ok().flatten() }
}
