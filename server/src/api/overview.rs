use app::components::Theme;
use app::range::Range;
use app::shell::{Page, shell};
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use leptos::config::LeptosOptions;
use leptos_axum::render_app_async_with_context;

use super::{Parameters, first};
use crate::state::AppState;

/// `GET /?range=5m|15m|1h`: the overview with the values of now. A range that can't be read is the default one.
pub(crate) async fn page(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    request: Request<Body>,
) -> Response {
    let range: Range = first(&query, "range").and_then(|text| text.parse().ok()).unwrap_or_default();
    let page = Page::Overview { snapshot: state.board.snapshot(range), range };
    render(state.leptos, page, request).await
}

/// The page that says there is nothing at `path`.
pub(super) async fn not_found(leptos: LeptosOptions, request: Request<Body>) -> Response {
    let page = Page::NotFound { path: request.uri().path().to_owned() };
    let mut response = render(leptos, page, request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

async fn render(leptos: LeptosOptions, page: Page, request: Request<Body>) -> Response {
    let theme = theme(request.headers());
    let handler = render_app_async_with_context(|| {}, move || shell(leptos.clone(), page.clone(), theme));
    let mut response = handler(request).await.into_response();
    // A page shows the machine as of now.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The theme that the reader chose, from the cookie that the page sets.
fn theme(headers: &HeaderMap) -> Option<Theme> {
    headers.get_all(header::COOKIE).iter().find_map(|value| Theme::from_cookies(value.to_str().ok()?))
}
