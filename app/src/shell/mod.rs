//! The shell: it composes the page from its features and handles the keyboard. Only `main` uses it.

mod app;
mod details;
mod keys;
mod parts;
mod transport;

pub use app::App;
