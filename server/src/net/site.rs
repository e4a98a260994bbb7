//! By which names opsglass is asked, and whose pages may ask.
//!
//! A browser sends along who its reader is, whichever page tells it to ask. So pages of other origins may neither read nor
//! change anything, unless they are named; and a name that isn't opsglass' own may be that of a page which has pointed it
//! here, to be taken for one of this origin (DNS rebinding).

use std::net::IpAddr;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version, header};
use serde::Deserialize;

use crate::auth::TOKEN_PREFIX;
use crate::error::ApiError;

/// Names and origins.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// Names by which it may be asked, beside `localhost` and addresses: this machine's own, and those that are told.
    pub hosts: Vec<HostName>,
    /// Origins whose pages may read and change what their reader may: none unless told otherwise.
    pub origins: Vec<Origin>,
}

/// A name in small letters, or `*.` and a name, for all below it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct HostName(String);

/// An origin as browsers write it: `https://ops.example.org`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Origin(HeaderValue);

impl TryFrom<String> for HostName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let name = text.strip_prefix("*.").unwrap_or(&text);
        let is_label = |label: &str| {
            !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        if name.len() <= 253 && name.split('.').all(is_label) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        Err(format!("expected a name like ops.example.org or *.example.org, without a port, got {text:?}"))
    }
}

impl TryFrom<String> for Origin {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let url = url::Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let is_whole = url.is_some_and(|url| url.origin().ascii_serialization() == text);
        let value = HeaderValue::from_str(&text).ok().filter(|_| is_whole);
        value.map(Self).ok_or_else(|| format!("expected an origin like https://ops.example.org, got {text:?}"))
    }
}

impl HostName {
    /// What this machine calls itself.
    pub fn of_this_machine() -> Option<Self> {
        Self::try_from(sysinfo::System::host_name().ok()?).ok()
    }

    fn is(&self, host: &str) -> bool {
        match self.0.strip_prefix('*') {
            Some(end) => host.len() > end.len() && host.ends_with(end),
            None => host == self.0,
        }
    }
}

/// What a request says of the page that has it sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// None of a named origin.
    Own,
    /// One of this named origin.
    Named(HeaderValue),
    /// The same, which asks whether it may ask.
    Asking(HeaderValue),
}

impl Site {
    /// The names that stand for one host each.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().map(|host| host.0.as_str()).filter(|name| !name.starts_with('*'))
    }

    /// Which page has sent `request`, or why it isn't answered. It may be `vouched` for by a proxy, which knows the browser
    /// and not the page.
    pub(super) fn check<B>(&self, request: &Request<B>, vouched: bool) -> Result<Page, ApiError> {
        let (method, headers) = (request.method(), request.headers());
        let authority = request.uri().authority().map(|authority| authority.as_str().to_owned());
        let told =
            headers.get_all(header::HOST).iter().map(|host| String::from_utf8_lossy(host.as_bytes()).into_owned());
        let told: Vec<String> = told.collect();
        // Which of several is meant, the next server on the way may see otherwise.
        if told.len() > 1 || (told.is_empty() && authority.is_none() && request.version() > Version::HTTP_10) {
            let expected = format!("expected one name, got {}", if told.is_empty() { "none" } else { "several" });
            return Err(ApiError::BadParameter { field: "host", expected });
        }
        let hosts: Vec<String> = authority.into_iter().chain(told).collect();
        if let Some(host) = hosts.iter().find(|host| !self.is_own(host)) {
            return Err(ApiError::Misdirected(short(host)));
        }
        let named = headers.get(header::ORIGIN).filter(|origin| self.origins.iter().any(|known| known.0 == *origin));
        if let Some(origin) = named.cloned() {
            let asks = *method == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
            return Ok(if asks { Page::Asking(origin) } else { Page::Named(origin) });
        }
        let host = hosts.first().map_or("", String::as_str);
        let may = if method.is_safe() {
            // Who asks for a stream may be entered by it, and a page of elsewhere can't read a call's answer anyhow. Pages are
            // led to from anywhere.
            !is_call(request.uri().path()) || !is_page_of_elsewhere(headers, host, vouched)
        } else {
            is_own_page(headers, host, vouched)
        };
        if !may {
            let expected = "expected a request of opsglass' own pages, of an origin in server.origins, or with a token";
            return Err(ApiError::Forbidden(format!("origin: {expected}")));
        }
        Ok(Page::Own)
    }

    /// Whether `host`, with or without a port, is a name of opsglass' own. An address can't be pointed elsewhere.
    fn is_own(&self, host: &str) -> bool {
        // What stands before an `@` is no part of a name, and no browser sends it.
        let Some(authority) = host.parse::<Authority>().ok().filter(|_| !host.contains('@')) else { return false };
        let name = authority.host().trim_end_matches('.').to_ascii_lowercase();
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(&name);
        name == "localhost"
            || name.ends_with(".localhost")
            || bare.parse::<IpAddr>().is_ok()
            || self.hosts.iter().any(|known| known.is(&name))
    }

    /// What a page of a named origin is told when it asks whether it may ask.
    pub(super) fn permit<B: Default>() -> Response<B> {
        let mut response = Response::new(B::default());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        for (name, value) in [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, DELETE"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, last-event-id"),
            (header::ACCESS_CONTROL_MAX_AGE, "600"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }

    /// Says in an answer that the page may read it, and to caches that others may not.
    pub(super) fn finish(&self, headers: &mut HeaderMap, page: &Page) {
        if !self.origins.is_empty() {
            headers.append(header::VARY, HeaderValue::from_static("origin"));
        }
        if let Page::Named(origin) | Page::Asking(origin) = page {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
        }
    }
}

/// Whether what changes something was sent by a page of opsglass, or by no page at all. What doesn't speak as a browser does
/// is a program, unless it brings a cookie. A token no page sends of itself; but a proxy that says who it is (`vouched`) may
/// add one of its own to whatever passes, which doesn't begin as those of opsglass do.
fn is_own_page(headers: &HeaderMap, host: &str, vouched: bool) -> bool {
    let no_browser = || !vouched && !headers.contains_key(header::COOKIE);
    has_token(headers, vouched) || says_own_page(headers, host).unwrap_or_else(no_browser)
}

/// Whether a browser says that a page of another origin sends it.
fn is_page_of_elsewhere(headers: &HeaderMap, host: &str, vouched: bool) -> bool {
    !has_token(headers, vouched) && says_own_page(headers, host) == Some(false)
}

/// Whether what is there is no page: calls, and all streams.
fn is_call(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

fn has_token(headers: &HeaderMap, vouched: bool) -> bool {
    let told = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer =
        told.and_then(|text| text.split_at_checked(7)).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer "));
    bearer.is_some_and(|(_, token)| !vouched || token.trim_start().starts_with(TOKEN_PREFIX))
}

/// What a browser says of the page that sends a request to `host`: whether it is one of the same origin. `None`: it is no
/// browser.
///
/// `Sec-Fetch-Site` is a browser's own word. An older one says `Origin`, which is held against the name that it has asked;
/// not the scheme, for a proxy may speak TLS.
pub fn says_own_page(headers: &HeaderMap, host: &str) -> Option<bool> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let is_origin = |origin: &str| origin.split_once("://").is_some_and(|(_, of)| of.eq_ignore_ascii_case(host));
    let by_origin = || text("origin").map(is_origin);
    text("sec-fetch-site").map(|site| matches!(site, "same-origin" | "none")).or_else(by_origin)
}

/// As much of a name as an answer repeats.
fn short(host: &str) -> String {
    host.chars().take(80).collect()
}

#[cfg(test)]
mod tests;
