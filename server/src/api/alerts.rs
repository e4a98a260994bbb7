//! `/api/alerts` and `/api/silences`.

use std::time::{Duration, SystemTime};

use app::model::Timestamp;
use axum::body::{Body, to_bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::is_of_type;
use crate::alerts::{Ack, HandleError, Invalid, LabelMatcher, Silence, View};
use crate::auth::Identity;
use crate::error::ApiError;
use crate::state::AppState;

/// The largest body of these calls, in bytes.
const MOST: usize = 64 * 1024;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AckBody {
    by: Option<String>,
    reason: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SilenceBody {
    matchers: Vec<LabelMatcher>,
    reason: String,
    by: Option<String>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    #[serde(rename = "for")]
    span: Option<String>,
}

/// `GET /api/alerts`: what is pending or firing, the last changes, and how the receivers fare.
pub(crate) async fn list(State(state): State<AppState>) -> Result<Json<View>, ApiError> {
    Ok(Json(state.alerts.view().await?))
}

/// `POST /api/alerts/{id}/ack`: `{by?, reason?}`.
pub(crate) async fn acknowledge(
    State(state): State<AppState>,
    id: Result<Path<String>, PathRejection>,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Ack>, ApiError> {
    let AckBody { by, reason } = read(&headers, body).await?;
    let ack = Ack { at: now(), by: who(&identity, by), reason: reason.unwrap_or_default() };
    let id = in_path(id)?;
    state.alerts.acknowledge(id.clone(), Some(ack.clone())).await?;
    state.doors.tell(&identity, &format!("acknowledged {id}"));
    Ok(Json(ack))
}

/// `DELETE /api/alerts/{id}/ack`.
pub(crate) async fn unacknowledge(
    State(state): State<AppState>,
    id: Result<Path<String>, PathRejection>,
    Extension(identity): Extension<Identity>,
) -> Result<StatusCode, ApiError> {
    let id = in_path(id)?;
    state.alerts.acknowledge(id.clone(), None).await?;
    state.doors.tell(&identity, &format!("took back the acknowledgement of {id}"));
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/silences`.
pub(crate) async fn silences(State(state): State<AppState>) -> Result<Json<Vec<Silence>>, ApiError> {
    Ok(Json(state.alerts.silences().await?))
}

/// `POST /api/silences`: `{matchers, reason, by?, from?, until | for}`.
pub(crate) async fn silence(
    State(state): State<AppState>,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Silence>), ApiError> {
    let body: SilenceBody = read(&headers, body).await?;
    let from = body.from.unwrap_or_else(now);
    let silence = Silence {
        id: String::new(),
        until: until(from, body.until, body.span.as_deref())?,
        matchers: body.matchers,
        reason: body.reason,
        by: who(&identity, body.by),
        from,
    };
    let silence = state.alerts.silence(silence).await?;
    state.doors.tell(&identity, &format!("silenced {} until {}", silence.id, silence.until));
    Ok((StatusCode::CREATED, Json(silence)))
}

/// `DELETE /api/silences/{id}`.
pub(crate) async fn unsilence(
    State(state): State<AppState>,
    id: Result<Path<String>, PathRejection>,
    Extension(identity): Extension<Identity>,
) -> Result<StatusCode, ApiError> {
    let id = in_path(id)?;
    state.alerts.unsilence(id.clone()).await?;
    state.doors.tell(&identity, &format!("ended the silence {id}"));
    Ok(StatusCode::NO_CONTENT)
}

/// Who it was: whoever is known, and else whoever they say, for nobody has asked.
fn who(identity: &Identity, said: Option<String>) -> String {
    let said = said.filter(|_| identity.is_local());
    said.unwrap_or_else(|| identity.name().to_owned())
}

fn until(from: Timestamp, until: Option<Timestamp>, span: Option<&str>) -> Result<Timestamp, ApiError> {
    let bad = |field: &str, expected: String| ApiError::BadBody { field: field.to_owned(), expected };
    match (until, span) {
        (Some(until), None) => Ok(until),
        (None, Some(text)) => {
            let span: Duration = humantime::parse_duration(text)
                .map_err(|_| bad("for", format!("expected a span of time like 2h, got {text:?}")))?;
            Ok(from.plus(u64::try_from(span.as_millis()).unwrap_or(u64::MAX)))
        }
        _ => Err(bad("until", "expected either until or for, and one of them".to_owned())),
    }
}

async fn read<T: DeserializeOwned>(headers: &HeaderMap, body: Body) -> Result<T, ApiError> {
    is_of_type(headers, &["application/json"])?;
    let body = to_bytes(body, MOST).await.map_err(|_| ApiError::TooLarge { limit: MOST })?;
    serde_json::from_slice(&body).map_err(|error| {
        if error.is_data() {
            ApiError::BadBody { field: "body".to_owned(), expected: error.to_string() }
        } else {
            ApiError::BadParameter { field: "body", expected: format!("expected JSON: {error}") }
        }
    })
}

fn in_path(id: Result<Path<String>, PathRejection>) -> Result<String, ApiError> {
    let bad = |_| ApiError::BadParameter { field: "id", expected: "expected UTF-8".to_owned() };
    id.map(|Path(id)| id).map_err(bad)
}

fn now() -> Timestamp {
    SystemTime::now().into()
}

impl From<HandleError> for ApiError {
    fn from(error: HandleError) -> Self {
        match error {
            HandleError::NoAlert(_) | HandleError::NoSilence(_) => Self::Missing(error.to_string()),
            HandleError::Invalid(Invalid { field, expected }) => Self::BadBody { field: field.to_owned(), expected },
            HandleError::Full(_) => Self::TooMany { what: error.to_string(), retry_after: 60 },
            HandleError::Ended => Self::NotReady("the server is shutting down"),
        }
    }
}
