//! One HTTP request, and what its answer means.

use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Request, Response, StatusCode};
use tokio::time::timeout;

use super::blocks::Blocks;
use super::printable::printable;
use crate::client::{CallError, Endpoint, send};

/// How long connecting and the head of an answer may take.
const OPENING: Duration = Duration::from_secs(10);
/// How long an answer that is no stream may take, and how long it may be in bytes: 10,000 lines of the longest.
const READING: Duration = Duration::from_secs(30);
const LONGEST_TEXT: usize = 256 * 1024 * 1024;
/// How long the reason that comes with a refusal may take, and how many bytes of it are read.
const REASON: Duration = Duration::from_secs(2);
const LONGEST_REASON: usize = 16 * 1024;

/// Why there is no stream.
#[derive(Debug)]
pub(super) enum Failure {
    /// Trying again would not help.
    Refused(String),
    /// It may work later.
    Broken(Broken),
}

/// What broke.
#[derive(Debug)]
pub(super) struct Broken {
    /// Why, for people.
    pub(super) reason: String,
    /// How long the server asks to be left alone.
    pub(super) after: Option<Duration>,
}

impl Broken {
    pub(super) fn new(reason: String) -> Self {
        Self { reason, after: None }
    }
}

/// Asks for the stream at `endpoint`, from the event after `last_event_id` on.
pub(super) async fn open(endpoint: &Endpoint, last_event_id: Option<&str>) -> Result<Blocks, Failure> {
    let response = answer(endpoint, "text/event-stream", last_event_id).await?;
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let kind = String::from_utf8_lossy(kind);
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("text/event-stream") {
        let got = if essence.is_empty() { "nothing said".into() } else { printable(essence) };
        return Err(Failure::Refused(format!("expected a stream of events (text/event-stream), got {got}")));
    }
    Ok(Blocks::new(response.into_body()))
}

/// Asks for the whole of what is at `endpoint`, which is text.
pub(super) async fn fetch(endpoint: &Endpoint) -> Result<String, Failure> {
    let broken = |reason: String| Failure::Broken(Broken::new(reason));
    let body = answer(endpoint, "application/json", None).await?.into_body();
    let read = timeout(READING, Limited::new(body, LONGEST_TEXT).collect()).await;
    let read = read.map_err(|_| broken(format!("the answer was not there within {} s", READING.as_secs())))?;
    let bytes = read.map_err(|error| broken(format!("the answer broke off: {error}")))?.to_bytes();
    String::from_utf8(bytes.into()).map_err(|_| Failure::Refused("the answer is no text".to_owned()))
}

/// The answer, if it is 200.
async fn answer(
    endpoint: &Endpoint,
    accept: &'static str,
    last_event_id: Option<&str>,
) -> Result<Response<Incoming>, Failure> {
    match timeout(OPENING, ask(endpoint, accept, last_event_id)).await {
        Ok(Ok(response)) if response.status() == StatusCode::OK => Ok(response),
        Ok(Ok(response)) => Err(failure(response).await),
        Ok(Err(error)) => Err(unanswered(&error)),
        Err(_) => Err(Failure::Broken(Broken::new(format!("no answer within {} s", OPENING.as_secs())))),
    }
}

async fn ask(
    endpoint: &Endpoint,
    accept: &'static str,
    last_event_id: Option<&str>,
) -> Result<Response<Incoming>, CallError> {
    let mut request = Request::get("/").header(header::ACCEPT, accept).header(header::CACHE_CONTROL, "no-store");
    // An id that no header can carry came from a server that can't have meant it.
    let id = last_event_id.filter(|id| !id.is_empty()).and_then(|id| HeaderValue::from_bytes(id.as_bytes()).ok());
    if let Some(id) = id {
        request = request.header("last-event-id", id);
    }
    send(endpoint, request, Bytes::new()).await
}

/// Whom nobody vouches for now, nobody does in a second.
fn unanswered(error: &CallError) -> Failure {
    let reason = printable(&error.to_string()).into_owned();
    match error {
        CallError::Unsendable | CallError::NobodyTrusted | CallError::Certificate(_) => Failure::Refused(reason),
        CallError::Connection(_) | CallError::Answer(_) => Failure::Broken(Broken::new(reason)),
    }
}

/// What any answer but 200 means: the server is busy or broken for now, or doesn't want this client.
async fn failure(response: Response<Incoming>) -> Failure {
    let (head, body) = response.into_parts();
    let mut reason = format!("the server answers {}", head.status);
    if head.status.is_redirection()
        && let Some(place) = head.headers.get(header::LOCATION)
    {
        reason += &format!(": use {} instead", printable(&String::from_utf8_lossy(place.as_bytes())));
    }
    if let Some(message) = message(body).await {
        reason += &format!(": {}", printable(&message));
    }
    let passing = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
    if head.status.is_server_error() || passing.contains(&head.status) {
        Failure::Broken(Broken { reason, after: retry_after(&head.headers) })
    } else {
        Failure::Refused(reason)
    }
}

/// What the body of a refusal says to people: `{"message": ...}`.
async fn message(body: Incoming) -> Option<String> {
    let body = timeout(REASON, Limited::new(body, LONGEST_REASON).collect()).await.ok()?.ok()?;
    let body: serde_json::Value = serde_json::from_slice(&body.to_bytes()).ok()?;
    body["message"].as_str().map(str::to_owned)
}

/// `Retry-After` in seconds; its other form, a date, is for caches.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().map(Duration::from_secs).ok()
}
