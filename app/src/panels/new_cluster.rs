//! A new cluster: seed, size and timing.

use leptos::prelude::*;
use raft_core::cluster::{Settings, Timing};
use raft_core::units::MILLISECOND;

use super::dialog::Modal;
use crate::app::{Dialog, use_page};
use crate::lazy::lazy_view;
use crate::text;

#[derive(Clone, Copy)]
struct Fields {
    seed: RwSignal<String>,
    nodes: RwSignal<String>,
    heartbeat: RwSignal<String>,
    election_min: RwSignal<String>,
    election_max: RwSignal<String>,
    latency_min: RwSignal<String>,
    latency_max: RwSignal<String>,
    loss: RwSignal<String>,
    fsync: RwSignal<String>,
    pre_vote: RwSignal<bool>,
}

impl Fields {
    fn new(settings: &Settings) -> Fields {
        let fields = Fields {
            seed: RwSignal::default(),
            nodes: RwSignal::default(),
            heartbeat: RwSignal::default(),
            election_min: RwSignal::default(),
            election_max: RwSignal::default(),
            latency_min: RwSignal::default(),
            latency_max: RwSignal::default(),
            loss: RwSignal::default(),
            fsync: RwSignal::default(),
            pre_vote: RwSignal::new(false),
        };
        fields.fill(settings);
        fields
    }

    fn fill(&self, settings: &Settings) {
        let ms = |nanos: u64| (nanos / MILLISECOND).to_string();
        self.seed.set(settings.seed.to_string());
        self.nodes.set(settings.nodes.to_string());
        self.heartbeat.set(ms(settings.heartbeat));
        self.election_min.set(ms(settings.election_min));
        self.election_max.set(ms(settings.election_max));
        self.latency_min.set(ms(settings.latency_min));
        self.latency_max.set(ms(settings.latency_max));
        self.loss.set((settings.loss_ppm / 10_000).to_string());
        self.fsync.set(ms(settings.fsync));
        self.pre_vote.set(settings.pre_vote);
    }

    /// The settings as typed.
    fn read(&self) -> Result<Settings, String> {
        let number = |name: &str, text: RwSignal<String>| {
            let typed = text.get();
            typed
                .trim()
                .parse::<u64>()
                .map_err(|_| format!("{name}: found \"{}\"; accepted: a whole number", typed.trim()))
        };
        let ms = |name: &str, text| number(name, text).map(|value| value.saturating_mul(MILLISECOND));
        let settings = Settings {
            seed: number("Seed", self.seed)?,
            nodes: number("Nodes", self.nodes)?,
            heartbeat: ms("Heartbeat", self.heartbeat)?,
            election_min: ms("Election", self.election_min)?,
            election_max: ms("Election", self.election_max)?,
            latency_min: ms("Latency", self.latency_min)?,
            latency_max: ms("Latency", self.latency_max)?,
            loss_ppm: u32::try_from(number("Loss", self.loss)?.saturating_mul(10_000)).unwrap_or(u32::MAX),
            fsync: ms("fsync", self.fsync)?,
            pre_vote: self.pre_vote.get(),
            ..Settings::default()
        };
        settings.validate().map_err(|error| text::sentence(&error.to_string()))?;
        Ok(settings)
    }
}

/// The dialog.
#[component]
pub fn NewCluster() -> impl IntoView {
    view! { <Modal which=Dialog::NewCluster title="New cluster" load=new_cluster /> }
}

lazy_view!(dialogs, new_cluster, Contents);

#[component]
fn Contents() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let fields = Fields::new(&session.settings.get_untracked());
    // It opens with the settings in force and the next seed.
    Effect::new(move |_| {
        if page.dialog.get() == Some(Dialog::NewCluster) {
            let mut settings = session.settings.get_untracked();
            settings.seed = settings.seed.wrapping_add(1);
            fields.fill(&settings);
        }
    });
    let result = Memo::new(move |_| fields.read());
    let create = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        match result.get_untracked().and_then(|settings| session.renew(settings)) {
            Ok(()) => {
                page.dialog.set(None);
                page.playback.hurry.set(None);
                page.playback.playing.set(true);
            }
            Err(error) => session.tell(error, true),
        }
    };
    view! {
        <form class="stack" on:submit=create>
            <p class="quiet">"The same seed and settings, with the same actions at the same times, always give the same run."</p>
            <div class="pairs">
                <Number id="seed" name="Seed" text=fields.seed />
                <Number id="nodes" name="Nodes, 1 to 9" text=fields.nodes />
            </div>
            <div class="row" role="group" aria-label="Timing">
                {Timing::ALL.into_iter().map(|timing| view! {
                    <button type="button" class="btn" data-testid=format!("timing-{}", timing.name()) on:click=move |_| {
                        let mut settings = fields.read().unwrap_or_default();
                        settings.apply_timing(timing);
                        fields.fill(&settings);
                    }>
                        {format!("timing: {}", timing.name())}
                    </button>
                }).collect_view()}
            </div>
            <div class="pairs">
                <Number id="heartbeat" name="Heartbeat, ms" text=fields.heartbeat />
                <Number id="fsync" name="fsync, ms" text=fields.fsync />
                <Number id="election-min" name="Election timeout from, ms" text=fields.election_min />
                <Number id="election-max" name="to, ms" text=fields.election_max />
                <Number id="latency-min" name="One-way latency from, ms" text=fields.latency_min />
                <Number id="latency-max" name="to, ms" text=fields.latency_max />
                <Number id="loss" name="Loss, %" text=fields.loss />
            </div>
            <label class="check">
                <input type="checkbox" data-testid="prevote" prop:checked=move || fields.pre_vote.get()
                    on:change=move |event| fields.pre_vote.set(event_target_checked(&event)) />
                "Pre-vote: ask before raising the term"
            </label>
            <div aria-live="polite" data-testid="settings-verdict">
                {move || match result.get() {
                    Err(error) => view! { <p class="notice error">{error}</p> }.into_any(),
                    Ok(settings) => settings.warnings().into_iter()
                        .map(|warning| view! { <p class="notice">{text::warning(warning)} " It is allowed, since it teaches."</p> })
                        .collect_view().into_any(),
                }}
            </div>
            <div class="row end">
                <button class="btn primary" type="submit" data-testid="create">"Start this cluster"</button>
            </div>
        </form>
    }
}

#[component]
fn Number(id: &'static str, name: &'static str, text: RwSignal<String>) -> impl IntoView {
    view! {
        <label class="field">
            <span>{name}</span>
            <input class="input" id=id data-testid=id type="text" inputmode="numeric" autocomplete="off"
                prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event)) />
        </label>
    }
}
