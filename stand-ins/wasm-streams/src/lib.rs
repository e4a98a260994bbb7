//! Stands in for the crate of this name, in what `server_fn` uses of it.
//!
//! Leptos brings it along for server functions that stream. There are none here, but what it exports to JavaScript could
//! not be left out of the browser's module: 5 KB over the wire, that nobody calls.

use futures_util::Stream;
use futures_util::stream::Pending;
use wasm_bindgen::{JsValue, throw_str};

/// A stream that there never is.
#[derive(Debug)]
pub enum ReadableStream {}

impl ReadableStream {
    /// Not to be called.
    pub fn from_raw(_: web_sys::ReadableStream) -> Self {
        throw_str("server functions don't stream here")
    }

    /// Not to be called.
    pub fn from_stream(_: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        throw_str("server functions don't stream here")
    }

    /// The stream as JavaScript knows it.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        match self {}
    }

    /// The stream as Rust knows it.
    pub fn into_stream(self) -> Pending<Result<JsValue, JsValue>> {
        match self {}
    }
}
