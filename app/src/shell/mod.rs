//! The shell: puts the page together of its features, and listens to the keyboard. Nothing but `main` knows it.

mod app;
mod details;
mod keys;
mod parts;
mod transport;

pub use app::App;
