//! Re-encodes a module with the shortest encoding of every number.
//!
//! The linker pads numbers so that the splitter can overwrite them. wasm-bindgen re-encodes the main module;
//! the lazy ones are re-encoded here.

use wasm_encoder::Module;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasmparser::Parser;

use crate::Failure;

/// Returns the module with shortest encodings.
pub fn compact(module: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut compact = Module::new();
    RoundtripReencoder
        .parse_core_module(&mut compact, Parser::new(0), module)
        .map_err(|error| error.to_string())?;
    Ok(compact.finish())
}
