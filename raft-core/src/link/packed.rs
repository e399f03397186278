//! The packed form: raw deflate as base64url. The crate that deflates is known here only.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

use super::letters::{base64, from_base64};
use super::{BYTES_MAX, LinkError};

/// The best that the crate does in reasonable time: a link is made when somebody asks for it.
const LEVEL: u8 = 9;

/// Packs bytes into letters.
pub(super) fn pack(bytes: &[u8]) -> String {
    base64(&compress_to_vec(bytes, LEVEL))
}

/// Unpacks letters; never makes more than [`BYTES_MAX`] bytes of them.
pub(super) fn unpack(letters: &str) -> Result<Vec<u8>, LinkError> {
    let packed = from_base64(letters)?;
    decompress_to_vec_with_limit(&packed, BYTES_MAX).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => LinkError::TooMuch,
        _ => LinkError::Packed,
    })
}
