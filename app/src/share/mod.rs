//! The run as a text and as a link: shown, edited, copied, opened, and kept while the page is reloaded.
//!
//! [`Share`] comes with the panels. It notices that something is to be opened (a link in the address, a kept run, a
//! file, a paste). The other parts come when they are needed:
//!
//! | Module | Content |
//! |---|---|
//! | `outside`, `errors` | what is to be opened, and why it is refused |
//! | `run_reader`, `playing` | reading links and scenarios; playing what was read |
//! | `dialog`, `link_row`, `exports`, `drawing`, `moving`, `real_cluster` | the text to see and edit; what can be taken away |
//! | `banner` | what is said of a run that came from elsewhere |
//! | `keep`, `keeper`, `branch_tree` | the run and its other branches in the storage of the tab, which is optional |
//! | `outlive` | the run as text on the page's root, for the page that is shown when the engine has stopped |
//!
//! What comes from outside is data: it is read within bounds, refused with a reason, and shown as text.

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

/// What is said of the run.
#[derive(Clone, PartialEq, Eq)]
enum Said {
    /// Something did not open: why, and the text it held, if it was one.
    Broken(String, Option<String>),
    /// The run from before the page was loaded anew: its instant.
    Restored(Nanos),
    /// This build's run is another one than the recorded one.
    Differs(String),
    /// A run from a link: its title, and whether another build made it.
    Opened(Option<String>, bool),
}

/// A run that is to be played.
struct Wanted {
    scenario: Scenario,
    /// Up to where it is played at once.
    until: Nanos,
    /// What to look at then.
    view: View,
    /// How many of its steps have begun then, when that is known: at one instant there may be several, and a
    /// viewer stands between them.
    begun: Option<usize>,
    /// The lesson's id, when it is one.
    lesson: Option<String>,
    /// Whether the scenario stays on the stage; what a person did before is no script to follow.
    stays: bool,
    /// What is said of it then.
    said: Option<Said>,
    /// The branches beside it, as they were kept.
    branches: Option<String>,
}

impl Wanted {
    /// A scenario as it is opened for the first time: played up to where one looks at it.
    fn of(scenario: Scenario, view: View) -> Wanted {
        let until = view.at.or(scenario.about.open_at).unwrap_or(0);
        Wanted { scenario, until, view, begun: None, lesson: None, stays: true, said: None, branches: None }
    }
}

/// What the parts of this room share.
#[derive(Clone, Copy)]
struct Room {
    page: Page,
    reader: StoredValue<Option<Rc<dyn RunReader>>, LocalStorage>,
    keeper: StoredValue<Option<keeper::Keeper>, LocalStorage>,
    /// What is said, and of which cluster.
    said: RwSignal<Option<(Said, u32)>>,
    /// The cluster of which it was said that its trace differs: once is enough.
    compared: StoredValue<Option<u32>>,
    /// A text that was brought from outside, for the dialog to show.
    brought: RwSignal<Option<String>>,
    /// Whether a file hangs over the page.
    hangs: RwSignal<bool>,
}

fn use_room() -> Room {
    expect_context::<Room>()
}

/// The dialog, what is said, and what listens for runs from outside.
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
    /// Does something with the reader, once it is there. Without it nothing can be read.
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

    /// Says something of the run that is lived in, until there is another one.
    fn say(self, said: Said) {
        self.said.set(Some((said, self.page.session.generation.get_untracked())));
    }

    /// Plays what was read, or says why there is nothing to play.
    fn open(self, reader: &dyn RunReader, read: Result<Wanted, Said>) {
        match read {
            Ok(wanted) => reader.play(self, wanted),
            Err(said) => self.say(said),
        }
    }

    /// Says so when this build's run is not the one that was recorded.
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

    /// A new cluster, and nothing of what was opened or kept.
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
