use app::components::{Reader, Theme};
use app::pages::Start;
use app::place::Place;
use app::range::Range;
use app::shell::{Page, shell};
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{ResponseOptions, render_app_async_with_context};

use super::{Parameters, first};
use crate::auth::Identity;
use crate::state::AppState;

/// What may be in a page without script.
const STILL: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// `GET /?range=5m|15m|1h`: the overview with the values of now.
pub(crate) async fn overview(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    request: Request<Body>,
) -> Response {
    let range = range(&query);
    let start = Start { place: Place::Overview, snapshot: state.board.snapshot(range), range };
    render(state.leptos, Page::Live(start), request).await
}

/// `GET /connections?range=5m|15m|1h`: the hub and its followers as of now.
pub(crate) async fn connections(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    request: Request<Body>,
) -> Response {
    let range = range(&query);
    let start = Start { place: Place::Connections, snapshot: state.connections.snapshot(range), range };
    render(state.leptos, Page::Live(start), request).await
}

/// What `?range=` says. One that can't be read is the default: a page is better than an error.
fn range(query: &Parameters) -> Range {
    first(query, "range").and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// The page that says there is nothing at `path`.
pub(super) async fn not_found(leptos: LeptosOptions, request: Request<Body>) -> Response {
    let page = Page::NotFound { path: request.uri().path().to_owned() };
    let mut response = render(leptos, page, request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// A page without script.
pub(super) fn still(state: &AppState, page: Page, headers: &HeaderMap) -> Response {
    let html = app::shell::still(state.leptos.clone(), page, theme(headers));
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_SECURITY_POLICY, STILL)];
    (headers, Html(html)).into_response()
}

async fn render(leptos: LeptosOptions, page: Page, request: Request<Body>) -> Response {
    let theme = theme(request.headers());
    let user = request.extensions().get::<Identity>().filter(|identity| identity.is_user());
    let reader = user.map(|user| Reader { name: user.name().to_owned() });
    let context = move || {
        guard();
        if let Some(reader) = reader.clone() {
            provide_context(reader);
        }
    };
    let handler = render_app_async_with_context(context, move || shell(leptos.clone(), page.clone(), theme));
    let mut response = handler(request).await.into_response();
    // A page shows the machine as of now.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Says what may run in the page that is being drawn: our own files, and the one script in it that bears this page's nonce.
fn guard() {
    let (Some(nonce), Some(options)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// The theme that the reader chose, from the cookie that the page sets.
fn theme(headers: &HeaderMap) -> Option<Theme> {
    headers.get_all(header::COOKIE).iter().find_map(|value| Theme::from_cookies(value.to_str().ok()?))
}
