//! `/api/alerts` and `/api/silences`. What changes something is sent as JSON, by programs and by the page; or as a form, by
//! the page where no script runs, which is answered with the page.

use std::time::{Duration, SystemTime};

use app::model::Timestamp;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::actor::Actor;
use super::sent::Sent;
use crate::alerts::{Ack, HandleError, Invalid, LabelMatcher, Silence, View, matchers};
use crate::auth::Identity;
use crate::error::ApiError;
use crate::state::AppState;

/// Minutes in a day: no time zone is further from UTC.
const DAY: u32 = 24 * 60;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AckBody {
    by: Option<String>,
    reason: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SilenceBody {
    matchers: Matchers,
    reason: String,
    by: Option<String>,
    from: Option<Timestamp>,
    until: Option<String>,
    #[serde(rename = "for")]
    span: Option<String>,
    zone: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoBody {}

/// As a list; or as a person writes them, `alertname=cpu, instance!="/var"`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Matchers {
    List(Vec<LabelMatcher>),
    Text(String),
}

/// `GET /api/alerts`: what is pending or firing, the last changes, and how the receivers fare.
pub(crate) async fn list(State(state): State<AppState>) -> Result<Json<View>, ApiError> {
    Ok(Json(state.alerts.view().await?))
}

/// `POST /api/alerts/{id}/ack`: `{by?, reason?}`.
pub(crate) async fn acknowledge(
    State(state): State<AppState>,
    actor: Actor,
    id: Result<Path<String>, PathRejection>,
    sent: Sent,
) -> Response {
    let done = async {
        let AckBody { by, reason } = sent.read()?;
        let ack = Ack { at: now(), by: who(by, &actor.identity), reason: reason.unwrap_or_default() };
        let id = in_path(id)?;
        state.alerts.acknowledge(id.clone(), Some(ack.clone())).await?;
        actor.tell(&state, &format!("acknowledged {id}"), &[("reason", &ack.reason)]);
        Ok((StatusCode::OK, ack))
    };
    answer(&state, &actor.identity, &sent, done.await).await
}

/// `DELETE /api/alerts/{id}/ack`.
pub(crate) async fn unacknowledge(
    State(state): State<AppState>,
    id: Result<Path<String>, PathRejection>,
    actor: Actor,
) -> Result<StatusCode, ApiError> {
    take_back(&state, &actor, in_path(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/alerts/{id}/unack`: the same, for a form.
pub(crate) async fn unacknowledge_by_form(
    State(state): State<AppState>,
    actor: Actor,
    id: Result<Path<String>, PathRejection>,
    sent: Sent,
) -> Response {
    let done = async {
        let NoBody {} = sent.read()?;
        Ok((StatusCode::OK, take_back(&state, &actor, in_path(id)?).await?))
    };
    answer(&state, &actor.identity, &sent, done.await).await
}

/// `GET /api/silences`.
pub(crate) async fn silences(State(state): State<AppState>) -> Result<Json<Vec<Silence>>, ApiError> {
    Ok(Json(state.alerts.silences().await?))
}

/// `POST /api/silences`: `{matchers, reason, by?, from?, until | for}`.
pub(crate) async fn silence(State(state): State<AppState>, actor: Actor, sent: Sent) -> Response {
    let done = async {
        let body: SilenceBody = sent.read()?;
        let from = body.from.unwrap_or_else(now);
        let matchers = match body.matchers {
            Matchers::List(matchers) => matchers,
            Matchers::Text(text) => matchers(&text).map_err(|expected| bad("matchers", expected))?,
        };
        let until = until(from, body.until.as_deref(), body.span.as_deref(), body.zone.as_deref())?;
        let by = who(body.by, &actor.identity);
        let silence = Silence { id: String::new(), until, matchers, reason: body.reason, by, from };
        let silence = state.alerts.silence(silence).await?;
        let what = format!("silenced {} until {}", silence.id, silence.until);
        actor.tell(&state, &what, &[("matchers", &silence.wanted()), ("reason", &silence.reason)]);
        Ok((StatusCode::CREATED, silence))
    };
    answer(&state, &actor.identity, &sent, done.await).await
}

/// `DELETE /api/silences/{id}`.
pub(crate) async fn unsilence(
    State(state): State<AppState>,
    id: Result<Path<String>, PathRejection>,
    actor: Actor,
) -> Result<StatusCode, ApiError> {
    end(&state, &actor, in_path(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/silences/{id}/end`: the same, for a form.
pub(crate) async fn unsilence_by_form(
    State(state): State<AppState>,
    actor: Actor,
    id: Result<Path<String>, PathRejection>,
    sent: Sent,
) -> Response {
    let done = async {
        let NoBody {} = sent.read()?;
        Ok((StatusCode::OK, end(&state, &actor, in_path(id)?).await?))
    };
    answer(&state, &actor.identity, &sent, done.await).await
}

async fn take_back(state: &AppState, actor: &Actor, id: String) -> Result<(), ApiError> {
    state.alerts.acknowledge(id.clone(), None).await?;
    actor.tell(state, &format!("took back the acknowledgement of {id}"), &[]);
    Ok(())
}

async fn end(state: &AppState, actor: &Actor, id: String) -> Result<(), ApiError> {
    let wanted = state.alerts.silences().await?.iter().find(|silence| silence.id == id).map(Silence::wanted);
    state.alerts.unsilence(id.clone()).await?;
    actor.tell(state, &format!("ended the silence {id}"), &[("matchers", &wanted.unwrap_or_default())]);
    Ok(())
}

/// What a form is answered with is a page: the one that it was sent from, or the same with what was wrong.
async fn answer<T: Serialize>(
    state: &AppState,
    identity: &Identity,
    sent: &Sent,
    done: Result<(StatusCode, T), ApiError>,
) -> Response {
    let Some(back) = sent.page() else { return done.map(|(status, body)| (status, Json(body))).into_response() };
    match done {
        Ok(_) => super::pages::see_other(&back),
        Err(error) => super::pages::alerts_refused(state.clone(), identity, &back, error).await,
    }
}

/// Who it was: who has signed in; else who they say they are.
fn who(said: Option<String>, identity: &Identity) -> String {
    let said = said.filter(|_| identity.is_local());
    said.unwrap_or_else(|| identity.label().into_owned())
}

fn bad(field: &str, expected: String) -> ApiError {
    ApiError::BadBody { field: field.to_owned(), expected }
}

fn until(from: Timestamp, until: Option<&str>, span: Option<&str>, zone: Option<&str>) -> Result<Timestamp, ApiError> {
    let until = until.filter(|text| !text.is_empty());
    // A form sends its field for a time along, whether it is that one which is chosen or not.
    let span = span.filter(|span| *span != "until" && !span.is_empty());
    let is_form = zone.is_some();
    match (until, span) {
        (Some(text), None) => moment(text, zone)
            .ok_or_else(|| bad("until", format!("expected a time like 2026-01-31T23:59:59.000Z, got {text:?}"))),
        (until, Some(text)) if until.is_none() || is_form => {
            let span: Duration = humantime::parse_duration(text)
                .map_err(|_| bad("for", format!("expected a span of time like 2h, got {text:?}")))?;
            Ok(from.plus(u64::try_from(span.as_millis()).unwrap_or(u64::MAX)))
        }
        _ => Err(bad("until", "expected either until or for, and one of them".to_owned())),
    }
}

/// A moment; without a zone of its own, as browsers send it, in one that is so many minutes east of UTC.
fn moment(text: &str, zone: Option<&str>) -> Option<Timestamp> {
    if let Ok(moment) = text.parse() {
        return Some(moment);
    }
    let zone: i32 = zone.filter(|zone| !zone.is_empty()).map_or(Some(0), |zone| zone.parse().ok())?;
    let seconds = if text.len() == "2026-01-31T23:59".len() { ":00" } else { "" };
    let local: Timestamp = format!("{text}{seconds}Z").parse().ok()?;
    let distance = u64::from(zone.unsigned_abs()) * 60_000;
    let moment = if zone < 0 { local.plus(distance) } else { local.minus(distance) };
    (zone.unsigned_abs() <= DAY).then_some(moment)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_read_as_programs_and_as_forms_send_them() {
        let from = Timestamp::from_ms(0);
        let read =
            |until_is, span, zone| until(from, until_is, span, zone).map(Timestamp::ms).map_err(|e| e.to_string());
        assert_eq!(read(None, Some("2h"), None), Ok(7_200_000));
        assert_eq!(read(Some("1970-01-02T00:00:00Z"), None, None), Ok(86_400_000));
        assert_eq!(read(Some(""), Some("30m"), Some("60")), Ok(1_800_000));
        assert_eq!(read(Some("1970-01-02T00:00"), Some("until"), Some("60")), Ok(82_800_000));
        assert_eq!(read(Some("1970-01-02T00:00"), Some("until"), Some("-60")), Ok(90_000_000));
        assert_eq!(read(Some("1970-01-02T00:00:30"), Some("until"), Some("")), Ok(86_430_000));
        assert_eq!(read(Some("1970-01-02T00:00"), Some("30m"), Some("0")), Ok(1_800_000), "another end is chosen");
        for (until, span, zone, field) in [
            (None, None, None, "until"),
            (Some("x"), None, None, "until"),
            (Some("1970-01-02T00:00"), Some("until"), Some("x"), "until"),
            (Some("1970-01-02T00:00"), Some("until"), Some("-2147483648"), "until"),
            (None, Some("until"), Some("0"), "until"),
            (Some("1970-01-02T00:00:00Z"), Some("2h"), None, "until"),
            (None, Some("soon"), None, "for"),
        ] {
            assert!(read(until, span, zone).unwrap_err().starts_with(field), "{until:?} {span:?} {zone:?}");
        }
    }
}
