//! Exports of a run: a picture of the instant, an animation, the space-time diagram, a transcript, a trace.
//!
//! Picture, transcript and trace are those of the headless command. The last two are made by playing the text
//! anew, apart from the stage.

use leptos::prelude::*;
use leptos::task::spawn_local;
use raft_core::cluster::Cluster;
use raft_core::headless::picture::svg_in;
use raft_core::headless::{
    json_line, json_mark, markdown_head_in, markdown_line_in, markdown_mark, text_line_in, text_mark,
};
use raft_core::scenario::{Player, Scenario, Told};
use raft_core::units::{MILLISECOND, Nanos};

use super::dialog::Draft;
use super::drawing::{SVG, png, standing_alone};
use super::moving::Moving;
use super::real_cluster;
use crate::browser::{later, wall_ms};
use crate::kit::{hand_over, keep};
use crate::state::{Page, use_page};
use crate::text::{self, broken, share as words};

/// The form of a text export.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Markdown,
    Lines,
}

impl Form {
    /// Returns the kind of the file, transcript or trace, its extension and its media type.
    fn file(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Form::Text => ("transcript", "txt", "text/plain"),
            Form::Markdown => ("transcript", "md", "text/markdown"),
            Form::Lines => ("trace", "jsonl", "application/x-ndjson"),
        }
    }

    fn head(self, scenario: &Scenario) -> String {
        match self {
            Form::Markdown => markdown_head_in(scenario, &text::tell) + "\n",
            Form::Text | Form::Lines => String::new(),
        }
    }

    /// Returns the line at the end of a run that lost safeguards.
    fn mark(self, cluster: &Cluster) -> Option<String> {
        match self {
            Form::Text => text_mark(cluster),
            Form::Markdown => markdown_mark(cluster),
            Form::Lines => json_mark(cluster),
        }
    }

    fn line(self, told: &Told) -> Option<String> {
        match self {
            Form::Text => text_line_in(told, &text::tell),
            Form::Markdown => markdown_line_in(told, &text::tell),
            Form::Lines => json_line(told),
        }
    }
}

/// Returns the name of a file: its kind, the run and the instant.
pub(super) fn file_name(what: &str, seed: u64, at: Nanos, ending: &str) -> String {
    let millis = at / MILLISECOND;
    format!("{what}-seed{seed}-{}.{:03}s.{ending}", millis / 1_000, millis % 1_000)
}

/// A run that is played once more for an export.
struct Telling {
    form: Form,
    player: Player,
    until: Nanos,
    seed: u64,
    text: String,
}

impl Telling {
    /// Plays a slice per frame. It ends when the dialog is closed.
    fn go_on(mut self, said: RwSignal<String>) {
        const SLICE_MS: f64 = 8.0;
        const CHUNK: u32 = 100;
        let start = wall_ms();
        loop {
            let done = self.player.advance_at_most(self.until, CHUNK);
            for line in self.player.take_told().iter().filter_map(|told| self.form.line(told)) {
                self.text.push_str(&line);
                self.text.push('\n');
            }
            if done {
                break;
            }
            if wall_ms() - start > SLICE_MS {
                let at = text::seconds(self.player.cluster().now());
                // When the dialog is gone, nothing can show the progress.
                if said.try_set(words::plays_apart(at)).is_none() {
                    later(0, move || self.go_on(said));
                }
                return;
            }
        }
        if let Some(mark) = self.form.mark(self.player.cluster()) {
            self.text.push_str(&mark);
            self.text.push('\n');
        }
        let (what, ending, media) = self.form.file();
        let name = file_name(what, self.seed, self.player.cluster().now(), ending);
        let _gone = said.try_set(handed(keep(&self.text, media, &name).is_ok(), &name));
    }
}

/// Returns what the dialog says about a file.
pub(super) fn handed(is_handed: bool, name: &str) -> String {
    if is_handed { words::handed(name) } else { words::not_handed().to_owned() }
}

/// Returns the picture of the instant that is viewed, and its name without extension.
fn picture(page: Page) -> (String, impl Fn(&str) -> String) {
    let view = page.session.view.get_untracked();
    let seed = page.session.settings.with_untracked(|settings| settings.seed);
    let at = view.now;
    (svg_in(&view, &text::tell), move |ending: &str| file_name("ring", seed, at, ending))
}

/// Downloads the space-time diagram, if it is open. Returns what the dialog says about it.
fn diagram(page: Page) -> String {
    let Ok(Some(scene)) = document().query_selector(".spacetime-scene") else {
        return words::no_diagram().to_owned();
    };
    if scene.get_bounding_client_rect().width() == 0.0 {
        return words::no_diagram().to_owned();
    }
    let altered = page.session.view.with_untracked(|view| match view.alterations.as_slice() {
        [] => String::new(),
        lost => broken::altered(broken::list(lost)),
    });
    let seed = page.session.settings.with_untracked(|settings| settings.seed);
    let name = file_name("space-time", seed, page.session.view.get_untracked().now, "svg");
    handed(standing_alone(&scene, &altered).and_then(|svg| keep(&svg, SVG, &name)).is_ok(), &name)
}

/// The exports of a run.
#[component]
pub(super) fn Exports(draft: Draft) -> impl IntoView {
    let page = use_page();
    let said = RwSignal::new(String::new());
    let as_svg = move |_| {
        let (svg, name) = picture(page);
        let name = name("svg");
        said.set(handed(keep(&svg, SVG, &name).is_ok(), &name));
    };
    let as_png = move |_| {
        let (svg, name) = picture(page);
        let name = name("png");
        spawn_local(async move {
            let made = png(&svg).await.and_then(|address| hand_over(&address, &name));
            let _gone = said.try_set(handed(made.is_ok(), &name));
        });
    };
    let tell = move |form: Form| {
        let Ok(scenario) = draft.read.get_untracked() else { return };
        // A written text may extend beyond what has been played.
        let is_present = draft.is_recorded() && !draft.is_made();
        let until = if is_present { draft.now() } else { Nanos::MAX };
        let (seed, text) = (scenario.settings.seed, form.head(&scenario));
        match Player::new(scenario) {
            Ok(player) => Telling { form, player, until, seed, text }.go_on(said),
            Err(error) => said.set(text::sentence(&error.to_string())),
        }
    };
    let told = move |form: Form, id: &'static str, label: &'static str| {
        view! {
            <button type="button" class="btn" data-testid=id prop:disabled=move || draft.read.with(Result::is_err)
                on:click=move |_| tell(form)>{label}</button>
        }
    };
    let as_shell = move |_| {
        let Ok(scenario) = draft.read.get_untracked() else { return };
        let of =
            scenario.about.title.clone().unwrap_or_else(|| format!("of seed {}", scenario.settings.seed));
        let name = format!("real-cluster-seed{}.sh", scenario.settings.seed);
        spawn_local(async move {
            let result = match real_cluster::load().await {
                Ok(script) => {
                    handed(keep(&script(&scenario, &of), "text/x-shellscript", &name).is_ok(), &name)
                }
                Err(_) => text::not_arrived().to_owned(),
            };
            let _gone = said.try_set(result);
        });
    };
    view! {
        <fieldset class="share-link">
            <legend>{words::export()}</legend>
            <p class="quiet">{words::what_is_exported()}</p>
            <div class="row">
                <button type="button" class="btn" data-testid="export-svg" on:click=as_svg>{words::picture_svg()}</button>
                <button type="button" class="btn" data-testid="export-png" on:click=as_png>{words::picture_png()}</button>
                <button type="button" class="btn" data-testid="export-spacetime"
                    on:click=move |_| said.set(diagram(page))>
                    {words::diagram_svg()}
                </button>
                {told(Form::Text, "export-transcript", words::transcript_text())}
                {told(Form::Markdown, "export-markdown", words::transcript_markdown())}
                {told(Form::Lines, "export-lines", words::trace_lines())}
                <button type="button" class="btn" data-testid="export-shell" title=words::shell_meaning()
                    prop:disabled=move || draft.read.with(Result::is_err) on:click=as_shell>{words::shell_script()}</button>
            </div>
            <Moving said=said />
            <p class="quiet" role="status" data-testid="export-said">{move || said.get()}</p>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_file_is_called_by_its_run_and_its_instant() {
        assert_eq!(file_name("ring", 42, 2_300_999_999, "svg"), "ring-seed42-2.300s.svg");
    }
}
