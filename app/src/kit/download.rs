//! "Download as one file": the page as a single file with the session's scenario in it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;

use super::one_file::one_file;
use crate::browser::{encoded, fetched, later, on_root};
use crate::text::embed as words;

/// The path of the single file beside the page.
const FILE: &str = "embed/raft-playground.html";
/// The time after which an address of a download is released, in milliseconds of wall time.
const BEGINS_MS: u32 = 60_000;

/// The button. A page that is a single file itself does not show it.
#[component]
pub fn OneFile(
    /// The scenario, as text.
    scenario: Signal<String>,
    /// The name of the file, without its extension.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let said = RwSignal::new("");
    let download = move |_| {
        said.set(words::being_made());
        let (scenario, name) = (scenario.get_untracked(), name.get_untracked());
        spawn_local(async move {
            let made = match fetched(FILE).await {
                Some(file) => one_file(&file, &encoded(&scenario)),
                None => None,
            };
            let kept = made.and_then(|file| keep(&file, "text/html", &format!("{name}.html")).ok());
            let _gone = said.try_set(if kept.is_some() { words::made() } else { words::not_made() });
        });
    };
    (!on_root("data-one-file")).then(|| {
        view! {
            <button type="button" class="btn" data-testid="one-file" title=words::one_file_title()
                on:click=download>
                {words::one_file()}
            </button>
            <span class="quiet" role="status" data-testid="one-file-said">{move || said.get()}</span>
        }
    })
}

/// Offers a text of a media type for download.
///
/// # Errors
/// The browser cannot make the file.
pub fn keep(text: &str, media: &str, name: &str) -> Result<(), JsValue> {
    let kind = web_sys::BlobPropertyBag::new();
    kind.set_type(media);
    let parts = js_sys::Array::of1(&text.into());
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &kind)?;
    let address = web_sys::Url::create_object_url_with_blob(&blob)?;
    hand_over(&address, name)?;
    later(BEGINS_MS, move || {
        // It fails only when there is nothing to release.
        let _given_back = web_sys::Url::revoke_object_url(&address);
    });
    Ok(())
}

/// Offers the content of an address for download.
///
/// # Errors
/// The browser cannot make the link.
pub fn hand_over(address: &str, name: &str) -> Result<(), JsValue> {
    let link: web_sys::HtmlElement = document().create_element("a")?.unchecked_into();
    link.set_attribute("href", address)?;
    link.set_attribute("download", name)?;
    link.click();
    Ok(())
}
