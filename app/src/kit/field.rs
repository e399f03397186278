//! What a key is for where the keyboard is: text for a field, a press of a button, a move of a slider.

use wasm_bindgen::JsCast;

/// Whether a key is typed into a field.
pub fn in_field(event: &web_sys::KeyboardEvent) -> bool {
    target(event).is_some_and(|element| {
        let kind = element.get_attribute("type").unwrap_or_default();
        match element.tag_name().as_str() {
            "INPUT" => !matches!(kind.as_str(), "checkbox" | "radio" | "range"),
            "SELECT" | "TEXTAREA" => true,
            _ => false,
        }
    })
}

/// Whether a key goes to a button, which takes its own Space and Enter.
pub fn on_button(event: &web_sys::KeyboardEvent) -> bool {
    target(event).is_some_and(|element| matches!(element.tag_name().as_str(), "BUTTON" | "INPUT" | "SUMMARY"))
}

/// Whether the element that has the keyboard moves by this key itself.
pub fn has_own_use(event: &web_sys::KeyboardEvent, key: &str) -> bool {
    target(event).is_some_and(|element| element.get_attribute("type").as_deref() == Some("range"))
        && (key.starts_with("Arrow") || key.starts_with("Page") || matches!(key, "Home" | "End"))
}

fn target(event: &web_sys::KeyboardEvent) -> Option<web_sys::Element> {
    event.target()?.dyn_into().ok()
}
