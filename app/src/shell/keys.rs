//! The keyboard: one table of keys, active while no field has the focus.

use leptos::ev::keydown;
use leptos::leptos_dom::helpers::window_event_listener;
use leptos::prelude::*;
use raft_core::model::{Action, Process};
use raft_core::units::NodeId;

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
    let Some(wanted) = jump_of(key) else { return false };
    page.playback.jump(wanted, !shift);
    true
}

/// What a key names to jump to.
fn jump_of(key: &str) -> Option<Jump> {
    Some(match key {
        "e" | "E" => Jump::Election,
        "l" | "L" => Jump::Commit,
        "x" | "X" => Jump::Fault,
        "n" | "N" => Jump::Write,
        "v" | "V" => Jump::Violation,
        _ => return None,
    })
}

/// What a key does to the chosen node, or to the network.
fn action_of(key: &str, node: NodeId, is_paused: bool) -> Option<Action> {
    Some(match key {
        "k" | "K" => Action::Crash(node),
        "s" | "S" => Action::Stop(node),
        "r" | "R" => Action::Restart(node),
        "i" | "I" => Action::Isolate(node),
        "c" | "C" => Action::Campaign(node),
        "t" | "T" => Action::Transfer(node),
        "h" | "H" => Action::Heal(None),
        "u" | "U" if is_paused => Action::Resume(node),
        "u" | "U" => Action::Pause(node),
        _ => return None,
    })
}

/// Performs the action of a key. Returns false when it has none.
fn press(page: Page, key: &str) -> bool {
    let node = page.session.selected.get_untracked();
    let is_paused = page.session.view.with_untracked(|view| {
        view.nodes.iter().any(|other| other.id == node && other.process == Process::Paused)
    });
    if let Some(action) = action_of(key, node, is_paused) {
        page.session.act(action);
        return true;
    }
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
        "o" | "O" => page.sight.filter.update(|filter| *filter = filter.next()),
        "p" | "P" => page.dialog.set(Some(Dialog::Partition)),
        "q" | "Q" => page.chaos.set(true),
        "b" | "B" => page.dialog.set(Some(Dialog::Break)),
        "?" => page.dialog.set(Some(Dialog::Help)),
        "`" => {
            page.show_detail(crate::state::Detail::Terminal);
            crate::browser::later(0, || focus("prompt-0"));
        }
        "w" | "W" => go(Tab::Write, "write-key"),
        "g" | "G" => go(Tab::Read, "read-key"),
        "d" | "D" => go(Tab::Delete, "delete-key"),
        // The digits answer an open question.
        _ if page.scene.asks.get_untracked() => return false,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_key_resumes_a_node_that_is_paused() {
        assert_eq!(action_of("u", 3, false), Some(Action::Pause(3)));
        assert_eq!(action_of("U", 3, true), Some(Action::Resume(3)));
    }

    #[test]
    fn a_key_acts_on_the_chosen_node_in_small_letters_and_in_capitals() {
        for key in ["k", "s", "r", "i", "c", "t", "h", "u"] {
            assert!(action_of(key, 2, false).is_some(), "{key}");
            assert_eq!(action_of(&key.to_uppercase(), 2, false), action_of(key, 2, false));
        }
        assert_eq!(action_of("k", 2, false), Some(Action::Crash(2)));
        assert_eq!(action_of("2", 2, false), None);
    }

    #[test]
    fn no_key_both_jumps_and_acts() {
        let letters = ('a'..='z').map(String::from);
        let both = letters.filter(|key| jump_of(key).is_some() && action_of(key, 1, false).is_some());
        assert_eq!(both.count(), 0);
        assert_eq!((jump_of("x"), jump_of("N"), jump_of(",")), (Some(Jump::Fault), Some(Jump::Write), None));
    }
}
