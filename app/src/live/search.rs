//! The rows of a table that a reader looks for.

use std::cell::Cell;

use js_sys::encode_uri_component;
use wasm_bindgen_futures::spawn_local;

use super::{Live, choices};

thread_local! {
    /// The server is being asked: it isn't asked twice at a time, however slowly it answers.
    static ASKING: Cell<bool> = const { Cell::new(false) };
}

/// Asks for them, and again if others are looked for when the answer comes.
pub(super) fn find(live: Live) {
    if ASKING.replace(true) {
        return;
    }
    spawn_local(async move {
        loop {
            let query = live.query.get_untracked();
            let filter = String::from(encode_uri_component(&query.filter));
            let (path, sort) = (live.place.search(), query.sort.as_str());
            let answer = choices::fetch(&format!("{path}?drawn&sort={sort}&q={filter}")).await;
            if *live.query.read_untracked() == query {
                if let Some(words) = answer.and_then(|json| miniserde::json::from_str(&json).ok()) {
                    live.found.set(words);
                }
                break;
            }
        }
        ASKING.set(false);
    });
}
