//! Writes a module anew, with every number as short as it goes.
//!
//! The linker leaves room in each number for the splitter to write another one into it. wasm-bindgen
//! writes the main module anew; nobody else does it for the lazy ones.

use wasm_encoder::Module;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasmparser::Parser;

use crate::Failure;

/// The same module, shorter.
pub fn compact(module: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut compact = Module::new();
    RoundtripReencoder
        .parse_core_module(&mut compact, Parser::new(0), module)
        .map_err(|error| error.to_string())?;
    Ok(compact.finish())
}
