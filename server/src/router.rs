//! Every route there is.

use axum::Router;
use axum::http::Uri;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, delete, get, post};
use tower_http::compression::CompressionLayer;

use crate::api::{
    access, alerts, assets, chat, dashboard, health, icon, jump, login, logs, metrics, missing, oidc, pages, processes,
    publish, register, session, stats, stream,
};
use crate::state::AppState;

/// Every route there is, with what they share.
pub fn router(state: AppState) -> Router {
    answers()
        // Its default leaves what is stored compressed alone.
        .layer(CompressionLayer::new())
        .merge(streams())
        // Around all of it, so that no route can be forgotten. It has ended when an answer begins, so it costs a stream
        // nothing while it is open.
        .layer(from_fn_with_state(state.clone(), access::guard))
        .with_state(state)
}

/// What is told again and again. Nothing but the door is layered over these: a layer around the answer would cost every
/// stream some memory, and every event some time.
fn streams() -> Router<AppState> {
    Router::new()
        .route("/api/dashboard-stream", get(dashboard::stream))
        .route("/api/overview-stream", get(dashboard::overview_stream))
        .route("/api/chat-stream", get(chat::stream))
        .route("/api/events", get(stream::default))
        .route("/api/stream", get(stream::default))
        .route("/api/stream/{channel}", get(stream::channel))
        .method_not_allowed_fallback(missing::method)
}

/// What is told once.
fn answers() -> Router<AppState> {
    Router::new()
        .route("/", get(pages::overview))
        .route("/alerts", get(pages::alerts))
        .route("/logs", get(pages::logs))
        .route("/chat", get(pages::chat).post(chat::form))
        .route("/connections", get(pages::connections))
        .route("/api/snapshot", get(dashboard::snapshot))
        .route("/api/processes", get(processes::processes))
        .route("/api/publish/{channel}", post(publish::publish))
        .route("/api/jump", get(jump::jump))
        .route("/api/alerts", get(alerts::list))
        .route("/api/alerts/{id}/ack", post(alerts::acknowledge).delete(alerts::unacknowledge))
        .route("/api/alerts/{id}/unack", post(alerts::unacknowledge_by_form))
        .route("/api/silences", get(alerts::silences).post(alerts::silence))
        .route("/api/silences/{id}", delete(alerts::unsilence))
        .route("/api/silences/{id}/end", post(alerts::unsilence_by_form))
        .route("/api/chat/send", post(chat::send))
        .route("/api/chat/unread", get(chat::unread))
        .route("/api/stats", get(stats::stats))
        .route("/api/logs", get(logs::find).post(logs::take))
        .route("/api/logs/view", get(logs::view))
        .route("/api/logs/fields", get(logs::fields))
        .route("/login", get(login::form).post(login::submit))
        .route("/login/oidc", get(oidc::begin))
        .route(crate::oidc::Config::CALLBACK, get(oidc::complete))
        .route("/logout", post(login::leave))
        .route("/api/session", get(session::who).post(session::open).delete(session::close))
        .route("/api/sessions", get(session::list))
        .route("/api/sessions/{id}", delete(session::end))
        .route("/api/users", get(register::users).post(register::add_user))
        .route("/api/users/{name}", delete(register::remove_user))
        .route("/api/tokens", get(register::tokens).post(register::create_token))
        .route("/api/tokens/{name}", delete(register::revoke_token))
        .route("/api/ticket", post(session::ticket))
        .route("/favicon-alert.svg", get(icon::alert))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::metrics))
        .route("/api", any(missing::call))
        .route("/api/", any(missing::call))
        .route("/api/{*path}", any(missing::call))
        .method_not_allowed_fallback(missing::method)
        .fallback(assets::serve)
}

/// Whether what is there answers with an event stream.
pub fn is_stream(uri: &Uri) -> bool {
    let path = uri.path();
    matches!(
        path,
        "/api/dashboard-stream" | "/api/overview-stream" | "/api/chat-stream" | "/api/events" | "/api/stream"
    ) || path.starts_with("/api/stream/")
}
