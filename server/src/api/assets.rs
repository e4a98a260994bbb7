//! The site that is built into the binary: script, wasm, style, icons, each also compressed beforehand.

use std::borrow::Cow;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::pages;
use crate::error::ApiError;
use crate::state::AppState;

/// The folder is missing until the page has been built once, and tests do without.
#[derive(RustEmbed)]
#[folder = "../target/site"]
#[allow_missing = true]
struct Site;

/// What the browser may be sent, best first: the coding's name and the ending of the files in it.
const CODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The paths of the scripts that the pages are made of, but for what the build has made: in order, so that a page is the same
/// each time.
pub(super) fn scripts() -> Vec<String> {
    let is_script = |path: &Cow<'static, str>| path.ends_with(".js") && !path.starts_with("pkg/");
    let mut scripts: Vec<String> = Site::iter().filter(is_script).map(|path| format!("/{path}")).collect();
    scripts.sort_unstable();
    scripts
}

/// Answers with the file at the path, or with a page that says there is none.
pub(crate) async fn serve(State(state): State<AppState>, request: Request<Body>) -> Response {
    let path = request.uri().path().trim_start_matches('/').to_owned();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return ApiError::NotFound(request.uri().path().to_owned()).into_response();
    }
    let compressed = CODINGS.iter().any(|(_, ending)| path.ends_with(ending));
    match Site::get(&path).filter(|_| !compressed) {
        Some(file) => respond(&path, file, request.headers()),
        None => pages::not_found(state.leptos, request).await,
    }
}

fn respond(path: &str, file: EmbeddedFile, wanted: &HeaderMap) -> Response {
    let EmbeddedFile { data, metadata, .. } = file;
    let smaller = CODINGS
        .into_iter()
        .filter(|(coding, _)| accepts(wanted, coding))
        .find_map(|(coding, ending)| Some((coding, Site::get(&format!("{path}{ending}"))?.data)));
    let (coding, data) = smaller.map_or((None, data), |(coding, data)| (Some(coding), data));
    let etag = etag(&metadata.sha256_hash(), coding);
    let mut response = if matches(wanted, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = match data {
            Cow::Borrowed(bytes) => Body::from(bytes),
            Cow::Owned(bytes) => Body::from(bytes),
        }
        .into_response();
        if let Some(coding) = coding {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        response
    };
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, value);
    }
    if let Ok(value) = HeaderValue::from_str(metadata.mimetype()) {
        headers.insert(header::CONTENT_TYPE, value);
    }
    // Names carry no hash, so a browser asks each time; the answer is almost always 304.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// A strong validator: each coding is another representation.
fn etag(hash: &[u8; 32], coding: Option<&str>) -> String {
    let hash: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}{}\"", coding.map(|coding| format!("-{coding}")).unwrap_or_default())
}

fn matches(wanted: &HeaderMap, etag: &str) -> bool {
    list(wanted, &header::IF_NONE_MATCH).any(|known| known == "*" || known.trim_start_matches("W/") == etag)
}

/// Whether `Accept-Encoding` names `coding` with a weight above 0.
fn accepts(wanted: &HeaderMap, coding: &str) -> bool {
    list(wanted, &header::ACCEPT_ENCODING).any(|accepted| {
        let mut parts = accepted.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = parts.any(|weight| {
            weight.strip_prefix("q=").is_some_and(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0))
        });
        named && !refused
    })
}

fn list<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(accept: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accept))])
    }

    #[test]
    fn a_coding_is_accepted_by_name_and_weight() {
        for (accept, brotli) in [
            ("br", true),
            ("gzip, br;q=0.5", true),
            ("gzip", false),
            ("br;q=0", false),
            ("", false),
            ("brotli", false),
            ("BR", true),
        ] {
            assert_eq!(accepts(&headers(accept), "br"), brotli, "{accept:?}");
        }
    }
}
