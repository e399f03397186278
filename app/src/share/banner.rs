//! The notice about a run that was opened from elsewhere, until it is dismissed.

use leptos::prelude::*;

use super::{Said, outside, use_room};
use crate::text::{self, share as words};

/// The line, and the overlay onto which a file may be dropped.
#[component]
pub fn Banner() -> impl IntoView {
    let room = use_room();
    let away = move |_| room.said.set(None);
    let afresh = move |_| room.start_afresh();
    view! {
        <div class="share-drop" data-testid="share-drop" hidden=move || !room.hangs.get()>{words::drop_here()}</div>
        {move || room.said.get().filter(|(_, of)| room.page.session.generation.get() == *of).map(|(said, _)| {
            let wrong = matches!(said, Said::Broken(..) | Said::Differs(_));
            let held = if let Said::Broken(_, held) = &said { held.clone() } else { None };
            view! {
                <div class="share-banner" class:share-error=wrong role=if wrong { "alert" } else { "status" } data-testid="share-banner">
                    <p>{sentence(&said)}</p>
                    <div class="row">
                        {held.map(|text| view! {
                            <button type="button" class="btn" data-testid="share-see"
                                on:click=move |_| outside::show(room, text.clone())>
                                {words::see_text()}
                            </button>
                        })}
                        <button type="button" class="btn" data-testid="share-afresh" on:click=afresh>{words::start_afresh()}</button>
                        <button type="button" class="btn plain" data-testid="share-away" on:click=away>{text::dismiss()}</button>
                    </div>
                </div>
            }
        })}
    }
}

fn sentence(said: &Said) -> String {
    match said {
        Said::Broken(reason, _) | Said::Differs(reason) => reason.clone(),
        Said::Restored(at) => words::restored(text::seconds(*at)),
        Said::Opened(title, other_build) => {
            let opened = title.as_ref().map_or_else(|| words::opened_untitled().to_owned(), words::opened);
            if *other_build { format!("{opened} {}", words::other_build()) } else { opened }
        }
    }
}
