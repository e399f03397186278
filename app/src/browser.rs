//! The browser's own functions that the page needs: frames, media, storage, the crash page.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// `own_file!(FILE, fn NAME() -> Result<T, SplitLoaderError> { … })`: an async function whose code lies in a file of its
/// own, which the browser loads at the first call. Functions of the same FILE share one file.
///
/// With debug assertions, as in the profile `quick`, nothing is split off: the names that the splitter needs hold
/// positions in the sources, so a word more would compile a good part of the page anew.
macro_rules! own_file {
    ($file:ident, fn $name:ident() -> $made:ty $body:block) => {
        #[cfg(not(debug_assertions))]
        #[leptos::wasm_split::wasm_split($file, wasm_split_path = leptos::wasm_split, fallible)]
        fn $name() -> $made $body

        #[cfg(debug_assertions)]
        async fn $name() -> $made $body
    };
}
pub(crate) use own_file;

#[wasm_bindgen]
extern "C" {
    /// Defined in boot.js, which is loaded before the engine and outlives it.
    #[wasm_bindgen(js_namespace = window, js_name = raftPlaygroundCrashed)]
    fn crashed(message: &str);

    #[wasm_bindgen(js_namespace = document, js_name = execCommand, catch)]
    fn exec_command(name: &str) -> Result<bool, JsValue>;
    #[wasm_bindgen(js_name = encodeURIComponent)]
    fn encode_uri_component(text: &str) -> String;
}

#[cfg(target_family = "wasm")]
#[wasm_bindgen]
extern "C" {
    /// The browser's own functions: Rust's would be part of everybody's download.
    #[wasm_bindgen(js_namespace = Math)]
    pub fn cos(angle: f64) -> f64;
    #[wasm_bindgen(js_namespace = Math)]
    pub fn sin(angle: f64) -> f64;
    #[wasm_bindgen(js_namespace = Math)]
    pub fn atan2(y: f64, x: f64) -> f64;
}

/// What stands in for the browser in native tests: Rust's own functions, and the time since the first call.
#[cfg(not(target_family = "wasm"))]
mod native {
    use std::sync::OnceLock;
    use std::time::Instant;

    pub fn cos(angle: f64) -> f64 {
        angle.cos()
    }

    pub fn sin(angle: f64) -> f64 {
        angle.sin()
    }

    pub fn atan2(y: f64, x: f64) -> f64 {
        y.atan2(x)
    }

    pub fn wall_ms() -> f64 {
        static FIRST: OnceLock<Instant> = OnceLock::new();
        FIRST.get_or_init(Instant::now).elapsed().as_secs_f64() * 1_000.0
    }
}
#[cfg(not(target_family = "wasm"))]
pub use native::{atan2, cos, sin, wall_ms};

/// A text as a part of an address.
pub fn encoded(text: &str) -> String {
    encode_uri_component(text)
}

/// Whether the page's root has an attribute: embed.js sets them before the engine is there.
pub fn on_root(attribute: &str) -> bool {
    document().document_element().is_some_and(|root| root.has_attribute(attribute))
}

/// Copies what is marked; false where a page may not.
pub fn copy_marked() -> bool {
    exec_command("copy") == Ok(true)
}

/// Copies a text; false where a page may not.
pub fn copy_text(text: &str) -> bool {
    let Some(body) = document().body() else { return false };
    let Ok(field) = document().create_element("textarea") else { return false };
    let Some(field) = field.dyn_ref::<web_sys::HtmlTextAreaElement>() else { return false };
    field.set_value(text);
    field.set_class_name("unseen");
    let had_keyboard = document().active_element();
    let copied = body.append_child(field).is_ok() && {
        field.select();
        copy_marked()
    };
    field.remove();
    if let Some(element) = had_keyboard {
        focus_element(&element);
    }
    copied
}

/// A text of a media type as an address from which it can be downloaded.
pub fn address(media: &str, text: &str) -> String {
    format!("data:{media};charset=utf-8,{}", encode_uri_component(text))
}

/// A text as an address from which it can be downloaded.
pub fn text_address(text: &str) -> String {
    address("text/plain", text)
}

/// Replaces the page by one that says what happened and offers a fresh cluster.
pub fn report_crash(message: &str) {
    crashed(message);
}

/// Milliseconds since the page was opened.
#[cfg(target_family = "wasm")]
pub fn wall_ms() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// Calls `frame` before every repaint with the wall time. A hidden tab has no repaints.
pub fn each_frame(mut frame: impl FnMut(f64) + 'static) {
    type Callback = Rc<RefCell<Option<Closure<dyn FnMut(f64)>>>>;
    let callback: Callback = Rc::default();
    let again = callback.clone();
    let request = |callback: &Callback| {
        if let Some(closure) = callback.borrow().as_ref() {
            // It fails only when the window is gone, and then nobody looks.
            let _requested = window().request_animation_frame(closure.as_ref().unchecked_ref());
        }
    };
    *callback.borrow_mut() = Some(Closure::new(move |now| {
        frame(now);
        request(&again);
    }));
    request(&callback);
}

/// Whether a media query matches now.
pub fn matches_media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// A signal that follows a media query.
pub fn media_signal(query: &'static str) -> RwSignal<bool> {
    let signal = RwSignal::new(matches_media(query));
    if let Ok(Some(list)) = window().match_media(query) {
        let closure = Closure::<dyn FnMut()>::new(move || signal.set(matches_media(query)));
        let _added = list.add_event_listener_with_callback("change", closure.as_ref().unchecked_ref());
        // It is wanted as long as the page lives.
        closure.forget();
    }
    signal
}

/// Reads a saved preference. Storage is optional: it throws in a sandbox.
pub fn saved(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// Saves a preference a little later, so that a row of changes is saved once.
pub fn save_later(key: &'static str, value: String) {
    thread_local! {
        static PENDING: RefCell<Option<Timeout>> = const { RefCell::new(None) };
    }
    const LATER_MS: u32 = 400;
    let timeout = Timeout::new(LATER_MS, move || {
        if let Ok(Some(storage)) = window().local_storage() {
            // A full or forbidden storage loses a preference, nothing else.
            let _saved = storage.set_item(key, &value);
        }
    });
    PENDING.with(|pending| pending.replace(Some(timeout)));
}

/// Saves something now. A full or forbidden storage keeps nothing.
pub fn save(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _saved = storage.set_item(key, value);
    }
}

/// Runs something once, later.
pub fn later(ms: u32, run: impl FnOnce() + 'static) {
    Timeout::new(ms, run).forget();
}

/// Gives the keyboard to an element.
pub fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        focus_element(&element);
    }
}

/// Gives the keyboard to an element and presses it.
pub fn focus_and_click(id: &str) {
    let Some(element) = document().get_element_by_id(id) else { return };
    focus_element(&element);
    if let Ok(event) = web_sys::Event::new("click") {
        let _dispatched = element.dispatch_event(&event);
    }
}

fn focus_element(element: &web_sys::Element) {
    // SVG elements have `focus` as well, but no common type with HTML ones for it.
    if let Some(element) = element.dyn_ref::<web_sys::SvgElement>() {
        let _focused = element.focus();
    } else if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        let _focused = element.focus();
    }
}

/// The text of a file beside the page; `None` when it did not arrive.
pub async fn fetched(path: &str) -> Option<String> {
    let answer = JsFuture::from(window().fetch_with_str(path)).await.ok()?;
    let answer: web_sys::Response = answer.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}
