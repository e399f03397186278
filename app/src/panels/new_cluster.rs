//! The cluster's settings: presets and dials, their effect, and a new cluster with them.

use leptos::prelude::*;
use raft_core::model::{Action, Settings, Timing};
use raft_core::words::{Judgement, Level};

use super::dials::Dial;
use super::settings::{SettingsFields, Wrong};
use crate::browser::wall_ms;
use crate::kit::{Modal, Opener, Term, lazy_view};
use crate::state::{Dialog, use_page};
use crate::text::{self, broken, dials as words};
use raft_core::units::{MILLISECOND, NodeId};

/// The dialog of a new cluster.
#[component]
pub fn NewCluster() -> impl IntoView {
    view! { <Modal which=Dialog::NewCluster title=words::title() load=new_cluster class="wide" /> }
}

lazy_view!(dialogs, new_cluster, Contents);

type ReadSettings = Memo<Result<Settings, Wrong>>;

#[component]
fn Contents() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let fields = SettingsFields::new(&session.settings.get_untracked());
    Effect::new(move |_| {
        if page.dialog.get() == Some(Dialog::NewCluster) {
            fields.fill(&session.settings.get_untracked());
        }
    });
    let result: ReadSettings = Memo::new(move |_| fields.read());
    let create = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if let Ok(settings) = result.get_untracked() {
            match session.renew(settings) {
                Ok(()) => page.dialog.set(None),
                Err(error) => session.tell(text::sentence(&error), true),
            }
        }
    };
    view! {
        <form class="stack" on:submit=create>
            <p class="quiet">{words::same()}</p>
            <Presets fields=fields result=result />
            <div class="settings-dials">
                <fieldset>
                    <legend>{words::cluster()}</legend>
                    {dials(fields, result, &["seed"])}
                    <button type="button" class="tool" data-testid="another-seed"
                        on:click=move |_| another_seed(fields)>
                        {words::another_seed()}
                    </button>
                    {dials(fields, result, &["nodes"])}
                </fieldset>
                <fieldset>
                    <legend>{words::timers()}</legend>
                    {dials(fields, result, &["heartbeat", "election-min", "election-max"])}
                    <label class="check">
                        <input type="checkbox" data-testid="prevote" prop:checked=move || fields.pre_vote.get()
                            on:change=move |event| fields.pre_vote.set(event_target_checked(&event)) />
                        {words::pre_vote()}
                    </label>
                </fieldset>
                <fieldset>
                    <legend>{words::network()}</legend>
                    {dials(fields, result, &["latency-min", "latency-max"])}
                    <p class="faint">{move || jitter(&result.get())}</p>
                    {dials(fields, result, &["loss", "duplicate"])}
                </fieldset>
                <fieldset>
                    <legend>{words::disk()}</legend>
                    {dials(fields, result, &["fsync", "snapshot-every", "snapshot-keep"])}
                </fieldset>
            </div>
            <Verdict result=result />
            <div class="row end">
                <button class="btn primary" type="submit" data-testid="create">{words::create()}</button>
            </div>
            <Running result=result />
        </form>
    }
}

/// The dials with these ids.
fn dials(fields: SettingsFields, result: ReadSettings, ids: &'static [&'static str]) -> impl IntoView {
    let dials = ids.iter().filter_map(|id| fields.dial(id));
    dials
        .map(|(kind, text)| {
            let id = kind.id;
            let wrong = Signal::derive(move || {
                result.with(|result| result.as_ref().is_err_and(|wrong| wrong.dials.contains(&id)))
            });
            view! { <Dial kind=kind text=text wrong=wrong /> }
        })
        .collect_view()
}

fn another_seed(fields: SettingsFields) {
    const SEEDS: f64 = 100_000.0;
    if let Some((_, text)) = fields.dial("seed") {
        // The one place where randomness comes from outside; the seed is shown, and reproduces the run.
        text.set(((wall_ms() * 7_919.0 % SEEDS) as u64 + 1).to_string());
    }
}

fn jitter(result: &Result<Settings, Wrong>) -> String {
    let jitter = result.as_ref().map(|settings| settings.latency_max - settings.latency_min);
    jitter.map_or_else(|_| String::new(), |jitter| words::jitter(jitter / MILLISECOND))
}

#[component]
fn Presets(fields: SettingsFields, result: ReadSettings) -> impl IntoView {
    let session = use_page().session;
    let choose = move |timing: Timing| {
        // Typed values that the preset does not set are kept, if they can be read.
        let mut settings = untrack(|| fields.read()).unwrap_or_else(|_| session.settings.get_untracked());
        settings.apply_timing(timing);
        fields.fill(&settings);
    };
    let name = |timing| match timing {
        Timing::Paper => words::preset_paper(),
        Timing::Etcd => words::preset_etcd(),
        Timing::Wan => words::preset_wan(),
    };
    let is_chosen = move |timing| {
        result.with(|result| result.as_ref().is_ok_and(|settings| settings.timing() == Some(timing)))
    };
    view! {
        <div class="row" role="group" aria-label=words::presets()>
            {Timing::ALL.into_iter().map(|timing| view! {
                <button type="button" class="pill" title=name(timing) data-testid=format!("timing-{}", timing.name())
                    aria-pressed=move || is_chosen(timing).to_string()
                    on:click=move |_| choose(timing)>
                    {name(timing)}
                </button>
            }).collect_view()}
        </div>
    }
}

/// What is wrong with the settings, or what they will do; shown before they are applied.
#[component]
fn Verdict(result: ReadSettings) -> impl IntoView {
    let warnings = |settings: &Settings| {
        let warnings = settings.warnings().into_iter();
        warnings
            .map(|warning| view! { <p class="notice">{words::teaches(text::warning(warning))}</p> })
            .collect_view()
    };
    view! {
        <div aria-live="polite" id="settings-verdict" data-testid="settings-verdict">
            {move || match result.get() {
                Err(wrong) => view! { <p class="notice error">{wrong.text}</p> }.into_any(),
                Ok(settings) => view! {
                    {warnings(&settings)}
                    <h3 class="small">{words::stability()}</h3>
                    <ul class="stability" data-testid="stability">{settings.stability().into_iter().map(judged).collect_view()}</ul>
                }
                .into_any(),
            }}
        </div>
    }
}

fn judged(judgement: Judgement) -> impl IntoView {
    let (level, word) = match judgement.level {
        Level::Good => ("good", words::good()),
        Level::Risky => ("risky", words::risky()),
        Level::CannotWork => ("cannot", words::cannot_work()),
    };
    let rule = judgement.rule;
    view! {
        <li data-level=level>
            <b>{word}</b>
            <span>
                {text::sentence(&judgement.text)} " "
                <span class="cite">"(" <Term id=rule.id>{text::tell(rule.section())}</Term> ")"</span>
            </span>
        </li>
    }
}

/// The settings that can change while the cluster runs.
#[component]
fn Running(result: ReadSettings) -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let said = RwSignal::new("");
    let apply = move |_| {
        let Ok(settings) = result.get_untracked() else { return };
        let (min, max) = (settings.latency_min, settings.latency_max);
        let deeds = [
            Action::Latency { link: None, min, max },
            Action::Loss { link: None, ppm: settings.loss_ppm },
            Action::Duplication { link: None, ppm: settings.duplicate_ppm },
            Action::Fsync { node: None, takes: settings.fsync },
        ];
        if deeds.into_iter().all(|deed| session.act(deed).is_some()) {
            said.set(words::applied());
        }
    };
    let timers = move |load: fn(Vec<NodeId>) -> Action, told: fn() -> &'static str| {
        let nodes = session.view.with_untracked(|view| view.nodes.iter().map(|node| node.id).collect());
        if session.act(load(nodes)).is_some() {
            said.set(told());
        }
    };
    view! {
        <fieldset class="settings-running">
            <legend>{words::running()}</legend>
            <p class="quiet">{words::running_what()}</p>
            <div class="row">
                <button type="button" class="btn" data-testid="apply-running"
                    prop:disabled=move || result.with(Result::is_err) on:click=apply>
                    {words::apply()}
                </button>
                <button type="button" class="btn" data-testid="align-timers" title=words::align_what()
                    on:click=move |_| timers(Action::AlignTimers, words::aligned)>{words::align()}</button>
                <button type="button" class="btn" data-testid="spread-timers" title=words::spread_what()
                    on:click=move |_| timers(Action::SpreadTimers, words::spread_out)>{words::spread()}</button>
                <button type="button" class="btn" data-testid="timers-drawn" title=words::drawn_what()
                    on:click=move |_| timers(|_| Action::TimersAsDrawn, words::drawn_again)>{words::drawn()}</button>
            </div>
            <Opener which=Dialog::Break id="break-open" name=broken::open() />
            <p role="status" data-testid="running-said">{move || said.get()}</p>
        </fieldset>
    }
}
