//! The whole page and its layout.

use leptos::prelude::*;
use raft_core::model::Settings;

use super::keys;
use super::parts::{load_details, load_dialogs, load_narration, load_side};
use super::transport::Time;
use crate::browser::{media_signal, on_root};
use crate::embed::load_embed;
use crate::kit::Lazy;
use crate::language::LanguageSwitch;
use crate::session::Session;
use crate::stage::{BreakMenu, Caption, Painter, Stage};
use crate::state::{Detail, Dialog, Page, Playback, Scene, Sight, Tab, follow_selection, use_page};
use crate::status::StatusLine;
use crate::text;

/// Returns a random seed for the first cluster, the one thing here that differs each time. The page shows it,
/// and the same seed gives the same run.
fn first_settings() -> Settings {
    const SEEDS: f64 = 1_000.0;
    Settings::with_seed((crate::browser::wall_ms() * 7.0 % SEEDS) as u64 + 1)
}

/// The page.
#[component]
pub fn App() -> impl IntoView {
    let session = Session::start(first_settings());
    let calm = media_signal("(prefers-reduced-motion: reduce)");
    let narrow = media_signal("(max-width: 759px)");
    let (selection, sight) = (follow_selection(session), Sight::new());
    // The stage measures itself once it is laid out.
    let room = RwSignal::new((1_000, 620));
    let mut painter = Painter::new(session, selection, sight, calm, room);
    let playback = Playback::start(session, calm, move |now| painter.draw(now));
    let page = Page {
        session,
        playback,
        dialog: RwSignal::new(None),
        tab: RwSignal::new(Tab::Write),
        detail: RwSignal::new(Detail::Events),
        opened: RwSignal::new(false),
        glossary: RwSignal::new(None),
        welcome: RwSignal::new(false),
        pointer: RwSignal::new(None),
        selection,
        sight,
        scene: Scene::new(),
        chaos: RwSignal::new(false),
        narrow,
        room,
        settled: RwSignal::new(false),
    };
    provide_context(page);
    keys::listen(page);
    lesson_in_address(page);
    let settled = page.settled;
    view! {
        <Header />
        <main class="page-grid">
            <div class="page-left">
                <StatusLine><BreakMenu /></StatusLine>
                <Stage />
                <Time />
                <Lazy wanted=settled load=load_details />
            </div>
            <div class="side">
                <div class="page-narration"><Caption /><Lazy wanted=settled load=load_narration /></div>
                <Lazy wanted=settled load=load_side />
                <p class="page-foot">{text::honesty()}</p>
            </div>
        </main>
        <Lazy wanted=settled load=load_dialogs />
        <Lazy wanted=Signal::derive(move || settled.get() && on_root("data-parameters")) load=load_embed />
        <LateStyles />
    }
}

/// The styles of what is loaded after the first view. They are loaded before it, so that nothing is shown
/// unstyled.
#[component]
fn LateStyles() -> impl IntoView {
    const SHEETS: [&str; 11] = [
        "late/forms.css",
        "late/chaos.css",
        "late/panels.css",
        "late/details.css",
        "late/lessons.css",
        "late/share.css",
        "late/stage.css",
        "late/time.css",
        "late/views.css",
        "late/words.css",
        "late/modes.css",
    ];
    let settled = use_page().settled;
    if on_root("data-one-file") {
        settled.set(true);
        return ().into_any();
    }
    let left = StoredValue::new(SHEETS.len());
    let arrived = move || {
        left.update_value(|left| *left -= 1);
        settled.set(left.get_value() == 0);
    };
    // A panel is usable without its styles.
    SHEETS
        .map(|sheet| {
            view! {
                <link rel="stylesheet" href=sheet on:load=move |_| arrived() on:error=move |_| arrived() />
            }
        })
        .collect_view()
        .into_any()
}

/// Reads a lesson from the address: `#lesson=first-write`.
fn lesson_in_address(page: Page) {
    let hash = window().location().hash().unwrap_or_default();
    if let Some(id) = hash.strip_prefix("#lesson=") {
        page.scene.wanted.set(Some(id.to_owned()));
        page.scene.shown.set(true);
    }
}

#[component]
fn Header() -> impl IntoView {
    let page = use_page();
    let seed = move || page.session.settings.with(|settings| text::seed(settings.seed));
    view! {
        <header class="page-head">
            <span class="page-brand">
                <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
                    <circle class="page-leader" cx="12" cy="4" r="3" />
                    <circle class="page-follower" cx="20" cy="10" r="3" />
                    <circle class="page-follower" cx="17" cy="20" r="3" />
                    <circle class="page-follower" cx="7" cy="20" r="3" />
                    <circle class="page-follower" cx="4" cy="10" r="3" />
                </svg>
                <h1>"Raft Playground"</h1>
            </span>
            <span class="faint page-seed" data-testid="seed-shown">{seed}</span>
            <span class="spacer"></span>
            <button class="btn" data-testid="lessons" on:click=move |_| page.dialog.set(Some(Dialog::Lessons))>{text::lessons()}</button>
            <LanguageSwitch />
            <button class="btn" data-testid="new-cluster" aria-label=text::new_cluster()
                on:click=move |_| page.dialog.set(Some(Dialog::NewCluster))>
                <span class="long">{text::new_cluster()}</span><span class="short" aria-hidden="true">{text::new()}</span>
            </button>
            <button class="btn plain" data-testid="help" aria-label=text::keys_and_signs()
                on:click=move |_| page.dialog.set(Some(Dialog::Help))>
                <span class="long">{text::keys_and_signs()}</span><span class="short" aria-hidden="true">"?"</span>
            </button>
        </header>
    }
}
