//! Translation of the page's texts.
//!
//! The source of a text is its English form, as in gettext: [`words!`](macro@crate::text::words) declares it
//! once, and the page calls a function to show it. Another language is a catalogue from English texts to
//! translations, loaded when it is needed ([`Tongue`]); texts that it lacks stay English.

use std::cell::Cell;
use std::fmt::Display;

/// A language other than English.
pub trait Tongue {
    /// Returns the translation of a text of the page, with its placeholders.
    fn say(&self, english: &'static str) -> Option<&'static str>;
    /// Returns the translation of a sentence that raft-core made, with its values filled in.
    fn tell(&self, english: &str) -> Option<String>;
}

thread_local! {
    static TONGUE: Cell<Option<(&'static str, &'static dyn Tongue)>> = const { Cell::new(None) };
}

/// Sets the language of the page; `tag` is its name in HTML. Texts that are already shown stay as they are.
pub fn speak(tag: &'static str, tongue: &'static dyn Tongue) {
    TONGUE.set(Some((tag, tongue)));
}

/// Returns the tag of the page's language.
pub fn tag() -> &'static str {
    TONGUE.get().map_or("en", |(tag, _)| tag)
}

/// Returns a text of the page in its language.
pub fn say(english: &'static str) -> &'static str {
    TONGUE.get().and_then(|(_, tongue)| tongue.say(english)).unwrap_or(english)
}

/// Returns a sentence of raft-core in the page's language.
pub fn tell(english: &str) -> String {
    TONGUE.get().and_then(|(_, tongue)| tongue.tell(english)).unwrap_or_else(|| english.to_owned())
}

/// Returns a text with its placeholders `{name}` filled in. An unknown one stays as it is.
pub fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let value = after
            .split_once('}')
            .and_then(|(name, after)| Some((values.iter().find(|(known, _)| *known == name)?.1, after)));
        rest = match value {
            Some((value, after)) => {
                text.push_str(&value.to_string());
                after
            }
            None => {
                text.push('{');
                after
            }
        };
    }
    text.push_str(rest);
    text
}

/// Declares texts: `name = "text";` gives `name() -> &'static str`, and `name(value) = "text {value}";` gives
/// `name(value: impl Display) -> String`, both in the page's language. A file has one such block.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident $(($($value:ident),+))? = $english:literal;)*) => {
        $($crate::text::words! { @one $name ($($($value),+)?) $english })*
        /// Every text of this file with the names of its values.
        #[cfg(test)]
        pub const ALL: &[(&str, &[&str])] = &[$(($english, &[$($(stringify!($value)),+)?])),*];
    };
    (@one $name:ident () $english:literal) => {
        #[doc = concat!("```text\n", $english, "\n```")]
        pub fn $name() -> &'static str {
            $crate::text::say($english)
        }
    };
    (@one $name:ident ($($value:ident),+) $english:literal) => {
        #[doc = concat!("```text\n", $english, "\n```")]
        pub fn $name($($value: impl std::fmt::Display),+) -> String {
            $crate::text::fill($crate::text::say($english), &[$((stringify!($value), &$value)),+])
        }
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_wherever_they_stand() {
        assert_eq!(fill("{a} of {b}{a}", &[("a", &1), ("b", &"x")]), "1 of x1");
        assert_eq!(fill("a {c} and { stay", &[("a", &1)]), "a {c} and { stay");
    }
}
