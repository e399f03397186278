//! Stands in for the crate of this name, which `server_fn` (a dependency of leptos) reads and writes bodies of requests
//! to a server's functions with.
//!
//! The playground has no server, so none of it is ever called. The crate exports classes to JavaScript, though, which
//! keeps all that they need in the module. Whoever calls this nevertheless gets an error in words.

use futures_util::stream::{Stream, once};
use js_sys::Error;
use wasm_bindgen::{JsCast, JsValue};

const NO_SERVER: &str = "this page has no server, so it has no streams to or from one";

/// A stream of the browser's, which carries nothing but an error.
#[derive(Debug)]
pub struct ReadableStream(());

impl ReadableStream {
    /// Of the browser's stream, nothing is read.
    pub fn from_raw(_: web_sys::ReadableStream) -> Self {
        ReadableStream(())
    }

    /// Of the stream, nothing is read.
    pub fn from_stream(_: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        ReadableStream(())
    }

    /// An error where the browser expects a stream, which it refuses.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        JsValue::from(Error::new(NO_SERVER)).unchecked_into()
    }

    /// One error.
    pub fn into_stream(self) -> impl Stream<Item = Result<JsValue, JsValue>> {
        once(async { Err(JsValue::from(Error::new(NO_SERVER))) })
    }
}
