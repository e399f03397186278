//! The language of the page: the browser's at first, then the one that the person chose.

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use wasm_bindgen_futures::spawn_local;

use crate::browser::{fetched, own_file, save, saved};
use crate::text::{self, Catalogue, Tongue};

const LANGUAGE_KEY: &str = "raft-playground-language";

/// Languages of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// The source of all texts.
    English,
    /// From a catalogue.
    German,
}

impl Language {
    /// As HTML names it.
    fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }

    /// Its name in itself.
    fn name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::German => "Deutsch",
        }
    }

    /// The language that the person chose before, else the one that the browser prefers.
    pub fn wished() -> Language {
        let asked = document().document_element().and_then(|root| root.get_attribute("data-language"));
        let wish = asked.or_else(|| saved(LANGUAGE_KEY)).or_else(|| window().navigator().language());
        if wish.is_some_and(|tag| tag.starts_with("de")) { Language::German } else { Language::English }
    }
}

/// Turns a catalogue's file into a language.
type Reader = fn(&str) -> Option<&'static dyn Tongue>;

own_file!(
    tongue,
    fn reader() -> Result<Reader, SplitLoaderError> {
        Ok(|file| Catalogue::read(file).ok().map(|catalogue| &*Box::leak(Box::new(catalogue)) as &dyn Tongue))
    }
);

/// Makes the page speak the language wished for, then goes on. English when the other did not arrive.
pub fn ready(go_on: impl FnOnce() + 'static) {
    let wished = Language::wished();
    if wished == Language::English {
        return go_on();
    }
    // The page's own executor begins with the page.
    spawn_local(async move {
        if let (Ok(read), Some(file)) = (reader().await, fetched("german.txt").await)
            && let Some(tongue) = read(&file)
        {
            text::speak(wished.tag(), tongue);
            if let Some(root) = document().document_element() {
                let _set = root.set_attribute("lang", wished.tag());
            }
        }
        go_on();
    });
}

/// The switch in the page's head: it names the other language, in that language. Texts are read when they
/// are shown first, so the page is loaded anew, and the run with it.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let other = if text::tag() == Language::German.tag() { Language::English } else { Language::German };
    let switch = move |_| {
        save(LANGUAGE_KEY, other.tag());
        // It fails only where a page may not be loaded anew; then the next visit speaks it.
        let _reloaded = window().location().reload();
    };
    view! {
        <button class="btn plain" data-testid="language" lang=other.tag() aria-label=other.name() on:click=switch>
            <span class="long">{other.name()}</span><span class="short" aria-hidden="true">{other.tag()}</span>
        </button>
    }
}
