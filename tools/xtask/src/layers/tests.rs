//! Each rule is broken once, and the message compared.

#![allow(clippy::unwrap_used)]

mod arrows;
mod documents;
mod habits;
mod imports;
mod real;

use super::tree::File;

fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}
