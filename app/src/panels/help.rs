//! Keys, signs, and what is real.

use leptos::prelude::*;

use super::dialog::Modal;
use crate::app::Dialog;
use crate::keys::KEYS;
use crate::lazy::lazy_view;
use crate::text;

/// What the picture means, in a few lines each.
const SIGNS: [(&str, &str); 9] = [
    ("Green, with a crown", "leads, and reaches a majority"),
    ("Green, hatched", "thinks it leads, but reaches no majority"),
    ("Blue", "follows"),
    ("Hollow, with dots", "a candidate; each dot is a ballot, filled for yes"),
    ("Red with a cross", "crashed; hollow with a square: stopped in good order; two bars: paused"),
    (
        "Arc around a node",
        "what is left of its election timer: a lease, as long as the longest time-out, then a random wait",
    ),
    ("T3", "term 3, in the same colour everywhere"),
    (
        "Cells beside a node",
        "its newest log entries: dashed appended, bold committed, filled applied; the line below is the disk",
    ),
    ("Ten digits", "a hash of the whole key-value store: equal on nodes that applied the same entries"),
];

/// The dialog.
#[component]
pub fn Help() -> impl IntoView {
    view! { <Modal which=Dialog::Help title="Keys and signs" load=help /> }
}

lazy_view!(dialogs, help, Contents);

#[component]
fn Contents() -> impl IntoView {
    view! {
        <dl class="help">
            {KEYS.into_iter().map(|(key, what)| view! { <dt><kbd class="kbd">{key}</kbd></dt><dd>{what}</dd> }).collect_view()}
        </dl>
        <dl class="help signs">
            {SIGNS.into_iter().map(|(sign, what)| view! { <dt>{sign}</dt><dd>{what}</dd> }).collect_view()}
        </dl>
        <p class="quiet">{text::honesty()}</p>
    }
}
