//! The time bar: the clock, and the buttons that start, pause and step it. The rest of the bar and the
//! timeline below it are loaded as a part of their own.

use leptos::prelude::*;

use crate::kit::Lazy;
use crate::state::use_page;
use crate::text::{self, time as words};
use crate::time::Jump;
use crate::timeline::load_time;

/// The time bar, and the place of the timeline.
#[component]
pub fn Time() -> impl IntoView {
    const PREVIOUS: &str = "M13 2.5v11L6 8zM2.7 3h1.8v10H2.7z";
    const NEXT: &str = "M3 2.5v11l7-5.5zM11.5 3h1.8v10h-1.8z";
    let page = use_page();
    let playback = page.playback;
    let name = move || if playback.playing.get() { words::pause() } else { words::play() };
    let sign =
        move || if playback.playing.get() { "M4 3h2.4v10H4zM9.6 3H12v10H9.6z" } else { "M4 2.5v11l9-5.5z" };
    let clock = move || text::seconds(page.session.clock.get());
    view! {
        <section class="time" aria-label=words::time()>
            <div class="time-transport" role="group" aria-label=words::clock_controls()>
                <button class="btn icon" data-testid="previous-event" aria-label=words::event_back() title=words::event_back_key()
                    aria-keyshortcuts="," on:click=move |_| playback.jump(Jump::Event, false)>
                    <Icon shape=PREVIOUS />
                </button>
                <button class="btn icon" data-testid="play" aria-label=name title=move || words::by_space(name())
                    aria-keyshortcuts="Space" on:click=move |_| playback.toggle()>
                    <svg class="ico" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path class="solid" d=sign /></svg>
                </button>
                <button class="btn icon" data-testid="step" aria-label=words::event_on() title=words::event_on_key()
                    aria-keyshortcuts="." on:click=move |_| playback.step()>
                    <Icon shape=NEXT />
                </button>
                <span class="time-clock" data-testid="clock"><span>{clock}</span></span>
            </div>
            <Lazy wanted=page.settled load=load_time />
        </section>
    }
}

/// A filled icon of 16 pixels.
#[component]
fn Icon(
    /// The path of the icon.
    shape: &'static str,
) -> impl IntoView {
    view! { <svg class="ico" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path class="solid" d=shape /></svg> }
}
