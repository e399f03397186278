//! The `wasm-bindgen` command, from the library of the same version, which also splits off the lazy parts.
//!
//! `cargo install --locked wasm-bindgen-cli` asks for crate versions that not
//! every registry mirror has; this package resolves them anew.
//!
//! Trunk calls this command for the page that is served as well as for the one that is published,
//! so both are split alike. A module without lazy parts goes to wasm-bindgen as it is.

mod compact;
mod split;

use std::ffi::OsString;
use std::process::ExitCode;

/// What went wrong, in words for a person.
type Failure = String;

fn main() -> ExitCode {
    match command(std::env::args_os().collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn command(arguments: Vec<OsString>) -> Result<(), Failure> {
    match split::split(&arguments)? {
        None => bind(arguments),
        Some(lazy) => {
            bind(lazy.arguments.clone())?;
            lazy.publish()
        }
    }
}

/// wasm-bindgen itself.
fn bind(arguments: Vec<OsString>) -> Result<(), Failure> {
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(arguments).map_err(|error| format!("{error:#}"))
}
