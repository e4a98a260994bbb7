//! What the reader has chosen: in the address bar, and asked of the server.

use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response, Url};

use crate::model::Snapshot;
use crate::place::Place;
use crate::range::Range;

/// Puts a choice into the address bar, beside whatever else stands there, so that a link shows the same view. An empty
/// one is taken out.
pub(super) fn show_in_address(name: &str, value: &str) -> Result<(), JsValue> {
    let url = Url::new(&window().location().href()?)?;
    let parameters = url.search_params();
    if value.is_empty() {
        parameters.delete(name);
    } else {
        parameters.set(name, value);
    }
    let history = window().history()?;
    history.replace_state_with_url(&history.state()?, "", Some(&url.href()))
}

/// What the page shows: the samples of a range, as fine as its charts draw them, and the parts that answer what its address
/// asks for. `None` where the server doesn't answer.
pub(super) async fn snapshot(place: Place, range: Range) -> Option<Snapshot> {
    let asked = asked().replace('?', "&");
    Snapshot::from_json(&fetch(&format!("{}{}{asked}", place.snapshot(), range.as_str())).await?)
}

/// What the address asks for after its path.
pub(super) fn asked() -> String {
    window().location().search().unwrap_or_default()
}

/// The status with which the server would answer, and after how many seconds it wants to be asked again. `None` where it
/// can't be reached.
pub(super) async fn answer(path: &str) -> Option<(u16, u32)> {
    let request = RequestInit::new();
    request.set_method("HEAD");
    let asked = window().fetch_with_str_and_init(path, &request);
    let response: Response = JsFuture::from(asked).await.ok()?.unchecked_into();
    let wait = response.headers().get("retry-after").ok().flatten();
    Some((response.status(), wait.and_then(|wait| wait.parse().ok()).unwrap_or_default()))
}

/// What the server answers, where it is 200.
pub(super) async fn fetch(path: &str) -> Option<String> {
    let response: Response = JsFuture::from(window().fetch_with_str(path)).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}
