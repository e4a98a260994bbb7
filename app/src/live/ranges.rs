//! How far the charts look back: in the address bar, and in samples of the server.

use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Response, Url};

use crate::model::Snapshot;
use crate::place::Place;
use crate::range::Range;

/// What the address asks for after its path.
pub(super) fn asked() -> String {
    window().location().search().unwrap_or_default()
}

/// Puts the range into the address bar, beside whatever else stands there, so that a link shows the same view.
pub(super) fn show_in_address(range: Range) -> Result<(), JsValue> {
    let url = Url::new(&window().location().href()?)?;
    url.search_params().set("range", range.as_str());
    let history = window().history()?;
    history.replace_state_with_url(&history.state()?, "", Some(&url.href()))
}

/// What the page shows: the samples of a range, as fine as its charts draw them, and the parts that answer what its address
/// asks for. `None` where the server doesn't answer.
pub(super) async fn fetch(place: Place, range: Range) -> Option<Snapshot> {
    let asked = asked().replace('?', "&");
    let request = window().fetch_with_str(&format!("{}{}{asked}", place.snapshot(), range.as_str()));
    let response: Response = JsFuture::from(request).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    let body = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    Snapshot::from_json(&body)
}
