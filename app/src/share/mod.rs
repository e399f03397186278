//! The run as a text and as a link: shown, edited, copied, opened, and kept while the page is reloaded.
//!
//! [`Share`] is loaded with the panels. It notices that something is to be opened (a link in the address, a
//! kept run, a file, a paste). The other parts are loaded when they are needed:
//!
//! | Module | Content |
//! |---|---|
//! | `outside`, `errors` | runs from outside, and why one is refused |
//! | `run_reader`, `playing` | reading links and scenarios; playing what was read |
//! | `dialog`, `link_row`, `exports`, `drawing`, `moving`, `real_cluster` | the text to view and edit; the
//! exports |
//! | `banner` | the notice about a run from elsewhere |
//! | `keep`, `keeper`, `branch_tree` | the run and its other branches in the storage of the tab, which is
//! optional |
//! | `outlive` | the run as text on the page's root, for the page that is shown when the engine has stopped |
//!
//! Input from outside is data: it is read within bounds, refused with a reason, and shown as text.

mod banner;
mod branch_tree;
mod dialog;
mod drawing;
mod errors;
mod exports;
mod keep;
mod keeper;
mod link_row;
mod moving;
mod outlive;
mod outside;
mod playing;
mod real_cluster;
mod run_reader;

use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use raft_core::link::View;
use raft_core::model::Settings;
use raft_core::scenario::{Item, Scenario};
use raft_core::units::Nanos;

use crate::browser::wall_ms;
use crate::kit::Modal;
use crate::state::{Dialog, Page, script, use_page};
use crate::text::{self, share as words};

use banner::Banner;
use run_reader::RunReader;

/// The notice about the run.
#[derive(Clone, PartialEq, Eq)]
enum Said {
    /// Something could not be opened: the reason, and the text it held, if any.
    Broken(String, Option<String>),
    /// The run was restored after a reload, at this instant.
    Restored(Nanos),
    /// This build's run differs from the recorded one.
    Differs(String),
    /// The run is from a link: its title, and whether another build made it.
    Opened(Option<String>, bool),
}

/// A run that is to be played.
struct Wanted {
    scenario: Scenario,
    /// The instant up to which it is played at once, in virtual nanoseconds.
    until: Nanos,
    /// What is viewed then.
    view: View,
    /// How many of its steps have begun then, if known: several may begin at one instant, and a viewer may be
    /// between them.
    begun: Option<usize>,
    /// The lesson's id, if it is a lesson.
    lesson: Option<String>,
    /// Whether the scenario stays on the stage; recorded actions of a person are no script to follow.
    stays: bool,
    /// The notice that is shown then.
    said: Option<Said>,
    /// The other branches, as they were stored.
    branches: Option<String>,
}

impl Wanted {
    /// Returns a scenario that is opened for the first time: played up to the instant of the view.
    fn of(scenario: Scenario, view: View) -> Wanted {
        let until = view.at.or(scenario.about.open_at).unwrap_or(0);
        Wanted { scenario, until, view, begun: None, lesson: None, stays: true, said: None, branches: None }
    }
}

/// The state that the parts of this room share.
#[derive(Clone, Copy)]
struct Room {
    page: Page,
    reader: StoredValue<Option<Rc<dyn RunReader>>, LocalStorage>,
    keeper: StoredValue<Option<keeper::Keeper>, LocalStorage>,
    /// The notice, and the number of the cluster to which it belongs.
    said: RwSignal<Option<(Said, u32)>>,
    /// The number of the cluster whose trace was compared: once is enough.
    compared: StoredValue<Option<u32>>,
    /// A text from outside, for the dialog to show.
    brought: RwSignal<Option<String>>,
    /// Whether a file is dragged over the page.
    hangs: RwSignal<bool>,
}

fn use_room() -> Room {
    expect_context::<Room>()
}

/// The dialog, the notice, and the listeners for runs from outside.
#[component]
pub fn Share() -> impl IntoView {
    let page = use_page();
    let room = Room {
        page,
        reader: StoredValue::new_local(None),
        keeper: StoredValue::new_local(None),
        said: RwSignal::new(None),
        compared: StoredValue::new(None),
        brought: RwSignal::new(None),
        hangs: RwSignal::new(false),
    };
    provide_context(room);
    Effect::new(move |_| {
        page.scene.told.track();
        room.compare_traces();
    });
    outside::listen(room);
    keep::begin(room);
    outlive::begin(room);
    view! {
        <Banner />
        <Modal which=Dialog::Run title=text::share_title() load=dialog::load class="wide" />
    }
}

impl Room {
    /// Calls `then` with the reader once it is loaded. Without it nothing can be read.
    fn with_reader(self, then: impl FnOnce(Rc<dyn RunReader>) + 'static) {
        if let Some(reader) = self.reader.get_value() {
            return then(reader);
        }
        spawn_local(async move {
            match run_reader::load().await {
                Ok(reader) => {
                    let reader: Rc<dyn RunReader> = reader.into();
                    self.reader.set_value(Some(reader.clone()));
                    then(reader);
                }
                Err(_) => self.page.session.tell(text::not_arrived().to_owned(), true),
            }
        });
    }

    /// Shows a notice about the current run until the run is replaced.
    fn say(self, said: Said) {
        self.said.set(Some((said, self.page.session.generation.get_untracked())));
    }

    /// Shows a notice when this build's run differs from the recorded one.
    fn compare_traces(self) {
        let differs = script::on_stage().and_then(|run| {
            let run = run.borrow();
            run.told.iter().find_map(|told| match told.item {
                Item::Trace { recorded, found } if recorded != found => {
                    let [found, recorded] = [found, recorded].map(|hash| format!("{hash:016x}"));
                    Some(words::trace_differs(text::seconds(told.at), recorded, found))
                }
                _ => None,
            })
        });
        let of = self.page.session.generation.get_untracked();
        if let Some(sentence) = differs.filter(|_| self.compared.get_value() != Some(of)) {
            self.compared.set_value(Some(of));
            self.say(Said::Differs(sentence));
        }
    }

    /// Starts a new cluster, without anything that was opened or kept.
    fn start_afresh(self) {
        const SEEDS: f64 = 1_000.0;
        let seed = (wall_ms() * 7.0 % SEEDS) as u64 + 1;
        keep::forget();
        outside::clear_address();
        self.said.set(None);
        if let Err(error) = self.page.session.renew(Settings::with_seed(seed)) {
            return self.page.session.tell(text::sentence(&error), true);
        }
        self.page.playback.playing.set(true);
    }
}
