//! Forms that call this server: their fields are sent as JSON, and what is wrong with them is said in the form itself.
//! Without script the same forms are sent by the browser, and answered with a page.

use js_sys::{JSON, Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, FormData, HtmlFormElement, RequestInit, Response};

/// Set on a form while it is being sent; the style sheet shows it, and keeps its controls from being used.
const SENDING: &str = "aria-busy";

/// Sends the form that is submitted, where it calls this server. It is emptied when it has been taken in; else what was
/// typed stays, and the form's `output` says what is wrong.
pub(crate) fn submit(event: &Event) {
    let Some(form) = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok()) else { return };
    let Some(action) = form.get_attribute("action").filter(|action| action.starts_with("/api/")) else { return };
    event.prevent_default();
    if form.has_attribute(SENDING) {
        return;
    }
    super::dom::set(&form, SENDING, Some("true"));
    spawn_local(async move {
        let said = match send(&form, &action).await {
            Ok(None) => {
                form.reset();
                None
            }
            Ok(message) => message,
            Err(_) => Some("The server can't be reached.".to_owned()),
        };
        super::dom::set(&form, SENDING, None);
        if let Ok(Some(output)) = form.query_selector("output") {
            output.set_text_content(said.as_deref());
        }
    });
}

/// What the server has against it, if anything.
async fn send(form: &HtmlFormElement, action: &str) -> Result<Option<String>, JsValue> {
    let fields: JsValue = FormData::new_with_form(form)?.into();
    let fields = Object::from_entries(&fields)?;
    let request = RequestInit::new();
    request.set_method(&form.get_attribute("data-method").unwrap_or_else(|| "POST".to_owned()));
    request.set_headers(&JSON::parse(r#"{"content-type":"application/json"}"#)?);
    request.set_body(&JsValue::from(JSON::stringify(&fields)?));
    let response = JsFuture::from(window().fetch_with_str_and_init(action, &request)).await?;
    let response: Response = response.dyn_into()?;
    if response.ok() {
        return Ok(None);
    }
    let error = JsFuture::from(response.json()?).await?;
    Ok(Reflect::get(&error, &"message".into())?.as_string())
}
