//! The `wasm-bindgen` command, built from its library, with a splitter for lazy parts.
//!
//! - Trunk calls this command for the served page as well as for the published one, so both are split alike.
//!   A module without lazy parts is passed to wasm-bindgen unchanged.
//! - `cargo install --locked wasm-bindgen-cli` needs crate versions that not every registry mirror has; this
//!   package resolves its own.

mod compact;
mod split;

use std::ffi::OsString;
use std::process::ExitCode;

/// An error message.
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

/// Runs wasm-bindgen itself.
fn bind(arguments: Vec<OsString>) -> Result<(), Failure> {
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(arguments).map_err(|error| format!("{error:#}"))
}
