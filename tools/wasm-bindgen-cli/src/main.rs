//! `wasm-bindgen MODULE FOLDER NAME`: makes of a compiled module what a browser loads.
//!
//! It writes `NAME.js`, `NAME_bg.wasm` and `snippets/` into FOLDER. Lazy parts are split off first
//! (`split`); a module without lazy parts goes to wasm-bindgen as it is. The page that is served and
//! the one that is published are made in the same way.

mod compact;
mod split;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

/// An error message.
type Failure = String;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let done = match &arguments[..] {
        [version] if version == "--version" => {
            println!("wasm-bindgen {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
        [module, folder, name] => match name.to_str() {
            Some(name) => make(Path::new(module), &PathBuf::from(folder), name),
            None => Err("NAME is not UTF-8".to_owned()),
        },
        _ => Err("wasm-bindgen MODULE FOLDER NAME, or wasm-bindgen --version".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn make(module: &Path, folder: &Path, name: &str) -> Result<(), Failure> {
    match split::split(module, folder, name)? {
        None => bind(module, folder, name, false),
        Some(lazy) => {
            bind(lazy.main(), folder, name, true)?;
            lazy.publish()
        }
    }
}

/// wasm-bindgen itself. Lazy modules use the table and the stack's pointer of the main one, which it would hide
/// unless `keep_lld_exports`.
fn bind(module: &Path, folder: &Path, name: &str, keep_lld_exports: bool) -> Result<(), Failure> {
    let mut bindgen = Bindgen::new();
    let made = bindgen.web(true).and_then(|bindgen| {
        bindgen
            .input_path(module)
            .out_name(name)
            .typescript(false)
            .omit_default_module_path(false)
            .demangle(false)
            .keep_lld_exports(keep_lld_exports)
            .generate(folder)
    });
    made.map_err(|error| format!("{}: {error:#}", module.display()))
}
