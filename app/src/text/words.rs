//! How a sentence is said in the language that the person reads.
//!
//! The source of a text is its English, as gettext has it: [`words!`](macro@crate::text::words) declares it
//! once, and what shows it calls a function. Another language is a catalogue from English texts to its
//! own, which arrives when it is wanted ([`Tongue`]); what it lacks stays English.

use std::cell::Cell;
use std::fmt::Display;

/// Another language than English.
pub trait Tongue {
    /// A text of the page, placeholders included.
    fn say(&self, english: &'static str) -> Option<&'static str>;
    /// A sentence that raft-core made, values filled in.
    fn tell(&self, english: &str) -> Option<String>;
}

thread_local! {
    static TONGUE: Cell<Option<(&'static str, &'static dyn Tongue)>> = const { Cell::new(None) };
}

/// From now on the page speaks this language, which HTML names by this tag. Texts that are shown already
/// stay as they are.
pub fn speak(tag: &'static str, tongue: &'static dyn Tongue) {
    TONGUE.set(Some((tag, tongue)));
}

/// The language that the page speaks, as HTML names it.
pub fn tag() -> &'static str {
    TONGUE.get().map_or("en", |(tag, _)| tag)
}

/// A text of the page in the person's language.
pub fn say(english: &'static str) -> &'static str {
    TONGUE.get().and_then(|(_, tongue)| tongue.say(english)).unwrap_or(english)
}

/// A sentence that raft-core made, in the person's language.
pub fn tell(english: &str) -> String {
    TONGUE.get().and_then(|(_, tongue)| tongue.tell(english)).unwrap_or_else(|| english.to_owned())
}

/// A text with its placeholders `{name}` filled in. An unknown one stays as it is.
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

/// Declares texts: `name = "text";` gives `name() -> &'static str`, and `name(value) = "text {value}";`
/// gives `name(value: impl Display) -> String`, both in the person's language. A file has one such block.
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
