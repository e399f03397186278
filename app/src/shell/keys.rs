//! The keyboard: one table of keys, active while no field has the focus.

use leptos::ev::keydown;
use leptos::leptos_dom::helpers::window_event_listener;
use leptos::prelude::*;
use raft_core::model::{Action, Process};

use crate::browser::focus;
use crate::kit::{has_own_use, in_field, on_button};
use crate::state::{Dialog, Page, Tab};
use crate::time::Jump;

/// Handles keys as long as the page lives.
pub fn listen(page: Page) {
    let handle = window_event_listener(keydown, move |event| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        // The glossary is on top of everything and closes by itself.
        if page.glossary.with_untracked(Option::is_some) {
            return;
        }
        let key = event.key();
        if in_field(&event) || page.dialog.get_untracked().is_some() {
            if key == "Escape" {
                page.dialog.set(None);
                focus(&format!("node-{}", page.session.selected.get_untracked()));
            }
            return;
        }
        // A focused button handles Space and Enter itself.
        if key == " " && on_button(&event) {
            return;
        }
        if has_own_use(&event, &key) {
            return;
        }
        // In the workshop, the keys of a clicker and of the speaker have other meanings.
        if page.scene.workshop.get_untracked() && !matches!(key.as_str(), " " | "." | "," | "-" | "+") {
            return;
        }
        if jump(page, &key, event.shift_key()) || press(page, &key) {
            event.prevent_default();
        }
    });
    std::mem::forget(handle);
}

/// Jumps in time by what a key names. Returns false when the key names no jump.
fn jump(page: Page, key: &str, shift: bool) -> bool {
    let wanted = match key {
        "e" | "E" => Jump::Election,
        "l" | "L" => Jump::Commit,
        "x" | "X" => Jump::Fault,
        "n" | "N" => Jump::Write,
        "v" | "V" => Jump::Violation,
        _ => return false,
    };
    page.playback.jump(wanted, !shift);
    true
}

/// Performs the action of a key. Returns false when it has none.
fn press(page: Page, key: &str) -> bool {
    let node = page.session.selected.get_untracked();
    let act = |action| {
        page.session.act(action);
    };
    let go = |tab, field| {
        page.tab.set(tab);
        crate::browser::later(0, move || focus(field));
    };
    match key {
        " " => page.playback.toggle(),
        "." => page.playback.step(),
        "," => page.playback.jump(Jump::Event, false),
        "[" => page.playback.jump(Jump::Mark, false),
        "]" => page.playback.jump(Jump::Mark, true),
        "z" | "Z" => {
            if let Some(memory) = page.session.memory() {
                memory.undo();
            }
        }
        "Home" => page.session.look_at(0),
        "End" => page.session.go_live(),
        "-" => page.playback.change_speed(false),
        "+" | "=" => page.playback.change_speed(true),
        "k" | "K" => act(Action::Crash(node)),
        "s" | "S" => act(Action::Stop(node)),
        "r" | "R" => act(Action::Restart(node)),
        "i" | "I" => act(Action::Isolate(node)),
        "c" | "C" => act(Action::Campaign(node)),
        "t" | "T" => act(Action::Transfer(node)),
        "h" | "H" => act(Action::Heal(None)),
        "u" | "U" => {
            let paused = page.session.view.with_untracked(|view| {
                view.nodes.iter().any(|n| n.id == node && n.process == Process::Paused)
            });
            act(if paused { Action::Resume(node) } else { Action::Pause(node) });
        }
        "o" | "O" => page.sight.filter.update(|filter| *filter = filter.next()),
        "p" | "P" => page.dialog.set(Some(Dialog::Partition)),
        "q" | "Q" => page.chaos.set(true),
        "b" | "B" => page.dialog.set(Some(Dialog::Break)),
        "?" => page.dialog.set(Some(Dialog::Help)),
        "`" => {
            page.detail.set(crate::state::Detail::Terminal);
            crate::browser::later(0, || focus("prompt-0"));
        }
        "w" | "W" => go(Tab::Write, "write-key"),
        "g" | "G" => go(Tab::Read, "read-key"),
        "d" | "D" => go(Tab::Delete, "delete-key"),
        digit => {
            let Ok(id) = digit.parse::<u64>() else { return false };
            if !page.session.view.with_untracked(|view| view.nodes.iter().any(|node| node.id == id)) {
                return false;
            }
            page.session.selected.set(id);
            focus(&format!("node-{id}"));
        }
    }
    true
}
