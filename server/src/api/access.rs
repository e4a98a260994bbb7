//! The door: whatever is asked passes here first, and what isn't named here needs the right to look.

use axum::extract::{Request, State};
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::auth::{Identity, Leave, Right};
use crate::error::ApiError;
use crate::hub::Name;
use crate::state::AppState;

/// What a request needs.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Need {
    /// Nothing: whoever comes may have it.
    Nothing,
    /// A right, and a channel that is open.
    Right(Right, Option<Name>),
}

/// Lets those pass who may, and puts their [`Identity`] and [`Leave`] into the request's extensions.
pub(crate) async fn guard(State(_state): State<AppState>, mut request: Request, next: Next) -> Response {
    let (identity, leave) = (Identity::local(), Leave::default());
    if let Err(refused) = need(request.method(), request.uri()).check(&identity) {
        return refused.into_response();
    }
    request.extensions_mut().insert(identity);
    request.extensions_mut().insert(leave);
    next.run(request).await
}

impl Need {
    fn check(&self, identity: &Identity) -> Result<(), ApiError> {
        let Self::Right(right, channel) = self else { return Ok(()) };
        if !identity.may(*right) {
            return Err(ApiError::Forbidden(format!("this needs the right to {}", right.verb())));
        }
        channel.as_ref().map_or(Ok(()), |channel| reach(identity, channel))
    }
}

/// Refuses a channel that isn't open to whoever asks.
pub(super) fn reach(identity: &Identity, channel: &Name) -> Result<(), ApiError> {
    if identity.reaches(channel) {
        return Ok(());
    }
    Err(ApiError::Forbidden(format!("the channel {:?} is not open to you", channel.as_str())))
}

/// What a request needs. Streams, and what is published, name channels of their own, which their handlers hold against the
/// identity.
fn need(method: &Method, uri: &Uri) -> Need {
    let path = uri.path();
    if matches!(path, "/healthz" | "/readyz") {
        return Need::Nothing;
    }
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return match path {
            "/metrics" => Need::Right(Right::Metrics, None),
            _ => Need::Right(Right::Read, shown(path)),
        };
    }
    match path {
        "/api/logs" => Need::Right(Right::Logs, None),
        "/api/chat/send" => Need::Right(Right::Publish, Some(Name::chat())),
        _ if path.starts_with("/api/publish/") => Need::Right(Right::Publish, None),
        _ => Need::Right(Right::Operate, Some(Name::dashboard())),
    }
}

/// The channel that something shows which is no stream of named channels: the dashboard, where nothing else is known.
fn shown(path: &str) -> Option<Name> {
    match path {
        "/connections" | "/api/stats" => Some(Name::connections()),
        "/chat" | "/api/chat-stream" => Some(Name::chat()),
        "/api/events" | "/api/stream" | "/api/snapshot" => None,
        _ if path.starts_with("/api/stream/") => None,
        _ if path.starts_with("/api/chat/") => Some(Name::chat()),
        // Files of the page itself, which hold nothing of the machine.
        _ if path.starts_with("/pkg/") || path.ends_with(".js") || path.ends_with(".svg") || path.ends_with(".txt") => {
            None
        }
        _ => Some(Name::dashboard()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(method: Method, path: &str) -> String {
        match need(&method, &path.parse().unwrap()) {
            Need::Nothing => "nothing".to_owned(),
            Need::Right(right, None) => right.to_string(),
            Need::Right(right, Some(channel)) => format!("{right} {channel}"),
        }
    }

    #[test]
    fn each_call_needs_its_right() {
        for (method, path, right) in [
            (Method::GET, "/", "read dashboard"),
            (Method::GET, "/connections?range=5m", "read connections"),
            (Method::GET, "/pkg/opsglass.js", "read"),
            (Method::GET, "/api/alerts", "read dashboard"),
            (Method::GET, "/api/logs?q=x", "read dashboard"),
            (Method::GET, "/api/stream/a", "read"),
            (Method::GET, "/api/chat-stream?user=x", "read chat"),
            (Method::GET, "/metrics", "metrics"),
            (Method::GET, "/healthz", "nothing"),
            (Method::HEAD, "/readyz", "nothing"),
            (Method::POST, "/api/publish/a", "publish"),
            (Method::POST, "/api/chat/send", "publish chat"),
            (Method::POST, "/api/logs", "logs"),
            (Method::POST, "/api/alerts/x/ack", "operate dashboard"),
            (Method::DELETE, "/api/silences/x", "operate dashboard"),
            // What nobody has thought of is not open.
            (Method::GET, "/none", "read dashboard"),
            (Method::POST, "/none", "operate dashboard"),
            (Method::from_bytes(b"BREW").unwrap(), "/api/logs2", "operate dashboard"),
        ] {
            assert_eq!(needed(method, path), right, "{path}");
        }
    }
}
