use std::time::Duration;

use app::asked::Asked;
use app::components::chat::Guest;
use app::components::{Reader, Theme, Unread};
use app::filter::Filter;
use app::model::ProcessQuery;
use app::pages::{LogStart, Start};
use app::place::Place;
use app::range::Range;
use app::shell::{Page, Scripts, shell};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse as _, Response};
use leptos::config::LeptosOptions;
use leptos::nonce::{Nonce, use_nonce};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{ResponseOptions, render_app_async_with_context};

use super::{Parameters, assets, filter, first, logs};
use crate::auth::{Identity, Right};
use crate::error::ApiError;
use crate::state::AppState;

/// What may be in a page that stays as it is, but for the one script in it that bears its nonce.
const STILL: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// `GET /?range=5m|15m|1h&sort=cpu|memory|name&q=`: the overview with the values of now.
pub(crate) async fn overview(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    request: Request<Body>,
) -> Response {
    let (range, processes) = (range(&query), processes(&query));
    let snapshot = state.overview.snapshot(range, &processes);
    let start = Start { processes, ..Start::new(Place::Overview, snapshot, range) };
    render(&state, Page::Live(start), request).await
}

/// `GET /alerts?show=&q=&alert=`: what fires and has fired.
pub(crate) async fn alerts(
    State(state): State<AppState>,
    Extension(identity): Extension<Identity>,
    Query(query): Query<Parameters>,
    request: Request<Body>,
) -> Response {
    alerts_as(state, Asked::new(&query, identity.may(Right::Operate), !identity.is_local()), request).await
}

/// Leads a browser whose form has been taken in to a page.
pub(super) fn see_other(page: &str) -> Response {
    match HeaderValue::from_str(page) {
        Ok(page) => (StatusCode::SEE_OTHER, [(header::LOCATION, page)]).into_response(),
        Err(_) => StatusCode::NO_CONTENT.into_response(),
    }
}

/// The page of alerts that a form was sent from, which was refused.
pub(super) async fn alerts_refused(state: AppState, identity: &Identity, page: &str, error: ApiError) -> Response {
    let query = page.split_once('?').map_or("", |(_, query)| query);
    let query: Parameters = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let notice = Some(error.to_string());
    let asked = Asked { notice, ..Asked::new(&query, identity.may(Right::Operate), !identity.is_local()) };
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = Uri::from_static("/alerts");
    request.extensions_mut().insert(identity.clone());
    let mut response = alerts_as(state, asked, request).await;
    *response.status_mut() = error.into_response().status();
    response
}

/// The page of alerts, as it is asked for.
async fn alerts_as(state: AppState, asked: Asked, request: Request<Body>) -> Response {
    // It may be the answer to a form, and shows what that has done.
    let snapshot = state.alert_page.snapshot(&asked, Duration::ZERO).await;
    let start = Start::new(Place::Alerts, snapshot, Range::default());
    render(&state, Page::Live(start), request).await
}

/// `GET /connections?range=5m|15m|1h&q=`: the hub and its followers as of now.
pub(crate) async fn connections(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    request: Request<Body>,
) -> Response {
    let range = range(&query);
    let filter = filter(&query).unwrap_or_default();
    let snapshot = state.connections.snapshot(range, &Filter::new(filter));
    let processes = ProcessQuery { filter: filter.to_owned(), ..ProcessQuery::default() };
    let start = Start { processes, ..Start::new(Place::Connections, snapshot, range) };
    render(&state, Page::Live(start), request).await
}

/// `GET /logs?q=&regex=&levels=&source=&line=&at=&range=`: lines of the log as of now, or around a line or a moment.
pub(crate) async fn logs(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    request: Request<Body>,
) -> Response {
    let range = range(&query);
    let start = Start {
        logs: Some(LogStart { view: logs::begin(&state.logbook, &query).await, filters: logs::filters(&query) }),
        ..Start::new(Place::Logs, state.logs_page.snapshot(range), range)
    };
    render(&state, Page::Live(start), request).await
}

/// `GET /chat`: the war room.
pub(crate) async fn chat(
    State(state): State<AppState>,
    Extension(identity): Extension<Identity>,
    request: Request<Body>,
) -> Response {
    let guest = super::chat::guest(&identity, request.headers());
    room(state, guest, request).await
}

/// The war room, for this guest.
pub(super) async fn room(state: AppState, guest: Guest, request: Request<Body>) -> Response {
    let start = Start::new(Place::Chat, state.room.snapshot(), Range::default());
    render_with(state.leptos, Page::Live(start), request, move || provide_context(guest.clone())).await
}

/// What `?range=` says. One that can't be read is the default: a page is better than an error.
fn range(query: &Parameters) -> Range {
    first(query, "range").and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// The processes that are looked for.
fn processes(query: &Parameters) -> ProcessQuery {
    let sort = first(query, "sort").and_then(|text| text.parse().ok()).unwrap_or_default();
    ProcessQuery { sort, filter: filter(query).unwrap_or_default().to_owned() }
}

/// The page that says there is nothing at `path`.
pub(super) async fn not_found(leptos: LeptosOptions, request: Request<Body>) -> Response {
    let page = Page::NotFound { path: request.uri().path().to_owned() };
    let mut response = render_with(leptos, page, request, || {}).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// A page that stays as it is.
pub(super) fn still(state: &AppState, page: Page, headers: &HeaderMap) -> Response {
    let nonce = Nonce::new();
    let policy = format!("{STILL}; script-src 'nonce-{nonce}'");
    let html = app::shell::still(state.leptos.clone(), page, theme(headers), nonce);
    let headers = [(header::CACHE_CONTROL, "no-store".to_owned()), (header::CONTENT_SECURITY_POLICY, policy)];
    (headers, Html(html)).into_response()
}

/// Renders a page from where the war room is another.
async fn render(state: &AppState, page: Page, request: Request<Body>) -> Response {
    let reader = request.extensions().get::<Identity>();
    let unread = reader.and_then(|identity| super::chat::new_to(state, identity, request.headers())).map(Unread);
    let context = move || {
        if let Some(unread) = unread.clone() {
            provide_context(unread);
        }
    };
    render_with(state.leptos.clone(), page, request, context).await
}

/// Renders a page that needs to know more than stands in it.
async fn render_with(
    leptos: LeptosOptions,
    page: Page,
    request: Request<Body>,
    context: impl Fn() + 'static + Clone + Send + Sync,
) -> Response {
    let theme = theme(request.headers());
    let user = request.extensions().get::<Identity>().filter(|identity| !identity.is_local());
    let reader = user.map(|user| Reader { name: user.name().to_owned(), can_leave: user.can_sign_out() });
    let context = move || {
        guard();
        context();
        provide_context(Scripts(assets::scripts()));
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
