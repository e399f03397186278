//! The `wasm-bindgen` command, from the library of the same version.
//!
//! `cargo install --locked wasm-bindgen-cli` asks for crate versions that not
//! every registry mirror has; this package resolves them anew.

use std::process::ExitCode;

fn main() -> ExitCode {
    match wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
