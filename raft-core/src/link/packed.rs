//! The packed form: raw deflate as base64url. No other module uses the deflate crate.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

use super::letters::{base64, from_base64};
use super::{BYTES_MAX, LinkError};

/// The compression level: strong, since a link is made on demand only.
const LEVEL: u8 = 9;

/// Packs bytes into letters.
pub(super) fn pack(bytes: &[u8]) -> String {
    base64(&compress_to_vec(bytes, LEVEL))
}

/// Unpacks letters into at most [`BYTES_MAX`] bytes.
pub(super) fn unpack(letters: &str) -> Result<Vec<u8>, LinkError> {
    let packed = from_base64(letters)?;
    decompress_to_vec_with_limit(&packed, BYTES_MAX).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => LinkError::TooMuch,
        _ => LinkError::Packed,
    })
}
