//! The use of a key at the element with the focus: text for a field, a press of a button, a move of a slider.

use wasm_bindgen::JsCast;

/// Whether a key is typed into a field.
pub fn in_field(event: &web_sys::KeyboardEvent) -> bool {
    target(event).is_some_and(|element| {
        takes_text(&element.tag_name(), &element.get_attribute("type").unwrap_or_default())
    })
}

/// Whether the focus is on a button, which handles Space and Enter itself.
pub fn on_button(event: &web_sys::KeyboardEvent) -> bool {
    target(event).is_some_and(|element| is_pressed(&element.tag_name()))
}

/// Whether the element with the focus handles this key itself.
pub fn has_own_use(event: &web_sys::KeyboardEvent, key: &str) -> bool {
    moves_slider(key)
        && target(event).is_some_and(|element| element.get_attribute("type").as_deref() == Some("range"))
}

fn target(event: &web_sys::KeyboardEvent) -> Option<web_sys::Element> {
    event.target()?.dyn_into().ok()
}

/// Whether an element of this tag and type takes typed letters.
fn takes_text(tag: &str, kind: &str) -> bool {
    match tag {
        "INPUT" => !matches!(kind, "checkbox" | "radio" | "range"),
        "SELECT" | "TEXTAREA" => true,
        _ => false,
    }
}

/// Whether Space and Enter press an element of this tag.
fn is_pressed(tag: &str) -> bool {
    matches!(tag, "BUTTON" | "INPUT" | "SUMMARY")
}

/// Whether a key moves a slider.
fn moves_slider(key: &str) -> bool {
    key.starts_with("Arrow") || key.starts_with("Page") || matches!(key, "Home" | "End")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_to_fields_and_shortcuts_to_what_only_looks_like_one() {
        for (tag, kind) in [("INPUT", ""), ("INPUT", "search"), ("TEXTAREA", ""), ("SELECT", "")] {
            assert!(takes_text(tag, kind), "{tag} {kind}");
        }
        for (tag, kind) in
            [("INPUT", "checkbox"), ("INPUT", "radio"), ("INPUT", "range"), ("BUTTON", ""), ("g", "")]
        {
            assert!(!takes_text(tag, kind), "{tag} {kind}");
        }
    }

    #[test]
    fn space_presses_what_can_be_pressed_instead_of_stopping_the_clock() {
        assert_eq!(["BUTTON", "INPUT", "SUMMARY"].map(is_pressed), [true; 3]);
        assert_eq!(["DIV", "g", "A"].map(is_pressed), [false; 3]);
    }

    #[test]
    fn a_slider_keeps_the_keys_that_move_it() {
        assert_eq!(["ArrowLeft", "ArrowUp", "PageDown", "Home", "End"].map(moves_slider), [true; 5]);
        assert_eq!([" ", "k", "Enter", "."].map(moves_slider), [false; 4]);
    }
}
