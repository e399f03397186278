//! Replaces the crate of this name, with which `server_fn` (a dependency of leptos) streams the
//! bodies of requests to a server's functions.
//!
//! The playground has no server, so none of this is ever called. The original crate exports classes
//! to JavaScript, which keeps everything that they use in the module. Each function here returns an
//! error with an explanation.

use futures_util::stream::{Stream, once};
use js_sys::Error;
use wasm_bindgen::{JsCast, JsValue};

const NO_SERVER: &str = "this page has no server, so it has no streams to or from one";

/// A stream that yields only an error.
#[derive(Debug)]
pub struct ReadableStream(());

impl ReadableStream {
    /// Ignores the browser's stream.
    pub fn from_raw(_: web_sys::ReadableStream) -> Self {
        ReadableStream(())
    }

    /// Ignores the stream.
    pub fn from_stream(_: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        ReadableStream(())
    }

    /// Returns an error object in place of the browser's stream, which the browser refuses.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        JsValue::from(Error::new(NO_SERVER)).unchecked_into()
    }

    /// Returns a stream of one error.
    pub fn into_stream(self) -> impl Stream<Item = Result<JsValue, JsValue>> {
        once(async { Err(JsValue::from(Error::new(NO_SERVER))) })
    }
}
