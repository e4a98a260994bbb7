//! `POST /api/publish/{channel}`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use app::model::Cursor;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use serde::Serialize;
use serde_json::value::RawValue;

use super::access::reach;
use super::accounts::Accounts;
use super::stream::{in_path, name};
use super::{is_of_type, short, whole};
use crate::auth::Identity;
use crate::error::ApiError;
use crate::hub::{Contract, Full, Name, Payload};
use crate::quota::Deed;
use crate::sse::RESERVED_EVENTS;
use crate::state::AppState;

/// Seconds after which who was refused for want of room may ask again.
const RETRY_AFTER: u32 = 10;

const FIELDS: &str = "event, data, text, contract";

/// What may be published from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// The largest body in bytes: 64 KiB unless told otherwise.
    pub max_body: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { max_body: 64 * 1024 }
    }
}

/// What is answered: the event's place.
#[derive(Debug, Serialize)]
pub(crate) struct Published {
    id: Cursor,
}

/// `POST /api/publish/{channel}`: `{event?, data | text, contract?}`.
pub(crate) async fn publish(
    State(state): State<AppState>,
    channel: Result<Path<String>, PathRejection>,
    Extension(identity): Extension<Identity>,
    accounts: Accounts,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Published>), ApiError> {
    let channel = in_path(channel)?;
    reach(&identity, &channel)?;
    if channel.is_machine() {
        return Err(ApiError::Forbidden(format!(
            "channel: only opsglass itself publishes in {channel:?}",
            channel = channel.as_str()
        )));
    }
    is_of_type(&headers, &["application/json"])?;
    let payload = payload(&whole(body, state.publish.max_body).await?)?;
    accounts.take(&state, Deed::Publish)?;
    let id = state
        .hub
        .publish_from_outside(&channel, payload)
        .map_err(|full: Full| ApiError::TooMany { what: full.to_string(), retry_after: RETRY_AFTER })?;
    Ok((StatusCode::ACCEPTED, Json(Published { id })))
}

pub(crate) fn payload(body: &[u8]) -> Result<Payload, ApiError> {
    let fields: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_slice(body).map_err(|error| {
        if error.is_data() {
            bad("body", &format!("expected an object with {FIELDS}"), None)
        } else {
            ApiError::BadParameter { field: "body", expected: format!("expected JSON: {error}") }
        }
    })?;
    if let Some(unknown) = fields.keys().find(|key| !FIELDS.split(", ").any(|field| field == **key)) {
        return Err(bad(short(unknown), &format!("isn't known; expected {FIELDS}"), None));
    }
    let field = |name: &str| fields.get(name).copied();
    let data = match (field("data"), field("text")) {
        (Some(data), None) => compact(data.get()),
        (None, Some(text)) => string("text", text)?,
        _ => return Err(bad("data", "expected either data or text, and one of them", None)),
    };
    Ok(Payload::Text { event: event(field("event"))?, contract: contract(field("contract"))?, data })
}

/// The event's name; none is what a browser calls `message`.
fn event(value: Option<&RawValue>) -> Result<Option<Name>, ApiError> {
    let Some(value) = value.filter(|value| value.get() != "null") else { return Ok(None) };
    let text = string("event", value)?;
    if RESERVED_EVENTS.contains(&text.as_str()) {
        let expected = format!("{text:?} belongs to the stream itself, expected another name");
        return Err(ApiError::BadParameter { field: "event", expected });
    }
    name("event", &text).map(Some)
}

fn contract(value: Option<&RawValue>) -> Result<Contract, ApiError> {
    let Some(value) = value else { return Ok(Contract::Lossless) };
    match string("contract", value)?.as_str() {
        "lossless" => Ok(Contract::Lossless),
        "latest" => Ok(Contract::Latest),
        _ => Err(bad("contract", "expected \"lossless\" or \"latest\"", Some(value))),
    }
}

fn string(field: &str, value: &RawValue) -> Result<String, ApiError> {
    serde_json::from_str(value.get()).map_err(|_| bad(field, "expected a string", Some(value)))
}

fn bad(field: &str, expected: &str, got: Option<&RawValue>) -> ApiError {
    let got = got.map_or_else(String::new, |got| format!(", got {}", short(got.get())));
    ApiError::BadBody { field: field.to_owned(), expected: format!("{expected}{got}") }
}

/// JSON without the spaces between its parts. Numbers and the order of keys stay as they came.
fn compact(json: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    let keep = |c: &char| {
        if !inside {
            inside = *c == '"';
            return !c.is_ascii_whitespace();
        }
        match (escaped, c) {
            (true, _) => escaped = false,
            (false, '\\') => escaped = true,
            (false, '"') => inside = false,
            _ => {}
        }
        true
    };
    json.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn compact_json_means_the_same(text in "[ \\\\\"a{}\\[\\]:,\n\\t]{0,20}", number: i64, spaces in "[ \n\r\t]{0,3}") {
            let value = serde_json::json!({ "b": [number, text, null, { "": {} }], "a": text });
            let wide = format!("{spaces}{}{spaces}", serde_json::to_string_pretty(&value).unwrap());
            let compact = compact(&wide);
            prop_assert!(!compact.contains('\n'));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&compact).unwrap(), value);
        }
    }

    #[test]
    fn order_and_numbers_stay_as_they_came() {
        assert_eq!(compact(r#" { "z" : 1.0, "a" : [ 1e400 , " \" x " ] } "#), r#"{"z":1.0,"a":[1e400," \" x "]}"#);
    }
}
