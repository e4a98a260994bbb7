use axum::http::{Method, Uri};

use super::reach;
use crate::auth::{Identity, Right};
use crate::error::ApiError;
use crate::hub::Name;

/// What a request needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing: whoever comes may have it.
    Nothing,
    /// That it is known who asks.
    Somebody,
    /// A right, and a channel that is open.
    Right(Right, Option<Name>),
}

impl Need {
    /// What a request needs. Streams, and what is published, name channels of their own, which their handlers hold against
    /// the identity.
    pub(super) fn of(method: &Method, uri: &Uri) -> Self {
        let path = uri.path();
        // What tells nothing of the machine, and what the page to sign in is made of.
        if matches!(path, "/healthz" | "/readyz" | "/login" | "/logout" | "/robots.txt")
            || matches!(path, "/login/oidc" | "/login/oidc/callback")
            || matches!(path, "/pkg/opsglass.css" | "/pkg/pages.css" | "/favicon.svg" | "/favicon-alert.svg")
            || (path == "/api/session" && matches!(*method, Method::POST | Method::DELETE))
        {
            return Self::Nothing;
        }
        if path == "/api/session" || path == "/api/sessions" || path.starts_with("/api/sessions/") {
            return Self::Somebody;
        }
        let is_register = |path: &str| matches!(path.split('/').nth(2), Some("users" | "tokens"));
        if path.starts_with("/api/") && is_register(path) {
            return Self::Right(Right::Administer, None);
        }
        if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
            return match path {
                "/metrics" => Self::Right(Right::Metrics, Some(Name::dashboard())),
                _ => Self::Right(Right::Read, shown(path)),
            };
        }
        match path {
            "/api/ticket" => Self::Right(Right::Read, None),
            "/api/logs" => Self::Right(Right::Logs, None),
            "/chat" | "/api/chat/send" => Self::Right(Right::Publish, Some(Name::chat())),
            _ if path.starts_with("/api/publish/") => Self::Right(Right::Publish, None),
            _ => Self::Right(Right::Operate, Some(Name::dashboard())),
        }
    }

    /// Whether `identity` has it.
    pub(super) fn check(&self, identity: &Identity) -> Result<(), ApiError> {
        let Self::Right(right, channel) = self else { return Ok(()) };
        if !identity.may(*right) {
            return Err(ApiError::Forbidden(format!("this needs the right to {}", right.verb())));
        }
        channel.as_ref().map_or(Ok(()), |channel| reach(identity, channel))
    }
}

/// The channel that something shows which is no stream of named channels: the dashboard, where nothing else is known.
fn shown(path: &str) -> Option<Name> {
    match path {
        "/connections" | "/api/stats" => Some(Name::connections()),
        "/chat" | "/api/chat-stream" => Some(Name::chat()),
        // Its handler answers with what is open to who asks.
        "/api/jump" => None,
        "/api/events" | "/api/stream" | "/api/snapshot" => None,
        _ if path.starts_with("/api/stream/") => None,
        _ if path.starts_with("/api/chat/") => Some(Name::chat()),
        // Files of the page itself, which hold nothing of the machine.
        "/stream-worker.js" | "/room.js" | "/room-search.js" | "/unread.js" | "/alerts.js" | "/palette.js" => None,
        _ if path.starts_with("/pkg/") || path.starts_with("/palette/") => None,
        _ => Some(Name::dashboard()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(method: &Method, path: &str) -> String {
        match Need::of(method, &path.parse().unwrap()) {
            Need::Nothing => "nothing".to_owned(),
            Need::Somebody => "somebody".to_owned(),
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
            (Method::GET, "/metrics", "metrics dashboard"),
            (Method::GET, "/healthz", "nothing"),
            (Method::HEAD, "/readyz", "nothing"),
            (Method::GET, "/login?next=/", "nothing"),
            (Method::GET, "/login/oidc?next=/", "nothing"),
            (Method::GET, "/login/oidc/callback?code=x", "nothing"),
            (Method::GET, "/login/oidc/x", "read dashboard"),
            (Method::GET, "/pkg/opsglass.css", "nothing"),
            (Method::GET, "/pkg/pages.css", "nothing"),
            (Method::POST, "/api/session", "nothing"),
            (Method::GET, "/api/session", "somebody"),
            (Method::HEAD, "/api/session", "somebody"),
            (Method::DELETE, "/api/session", "nothing"),
            (Method::DELETE, "/api/sessions/x", "somebody"),
            (Method::POST, "/api/ticket", "read"),
            (Method::GET, "/api/users", "administer"),
            (Method::HEAD, "/api/tokens", "administer"),
            (Method::POST, "/api/users", "administer"),
            (Method::DELETE, "/api/tokens/a%2Fb", "administer"),
            (Method::GET, "/api/users/", "administer"),
            (Method::POST, "/api/publish/a", "publish"),
            (Method::POST, "/api/chat/send", "publish chat"),
            (Method::POST, "/chat", "publish chat"),
            (Method::GET, "/room.js", "read"),
            (Method::GET, "/room-search.js", "read"),
            (Method::GET, "/palette.js", "read"),
            (Method::GET, "/palette/draw.js", "read"),
            (Method::GET, "/api/jump", "read"),
            (Method::GET, "/logs/list.js", "read dashboard"),
            (Method::POST, "/api/logs", "logs"),
            (Method::POST, "/api/alerts/x/ack", "operate dashboard"),
            (Method::DELETE, "/api/silences/x", "operate dashboard"),
            // What nobody has thought of is not open.
            (Method::GET, "/none", "read dashboard"),
            (Method::GET, "/login/", "read dashboard"),
            (Method::GET, "//login", "read dashboard"),
            (Method::POST, "/none", "operate dashboard"),
            (Method::from_bytes(b"BREW").unwrap(), "/api/logs2", "operate dashboard"),
        ] {
            assert_eq!(needed(&method, path), right, "{path}");
        }
    }
}
