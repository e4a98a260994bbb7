//! What a call brings that changes something: JSON, or the fields of a form.

use axum::body::{Body, Bytes};
use axum::extract::FromRequest;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Request, Uri, header};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::{Url, form_urlencoded};

use super::{is_of_type, json, misread, whole};
use crate::error::ApiError;
use crate::net::says_own_page;

/// The largest body of these calls, in bytes.
const MOST: usize = 64 * 1024;
const FORM: &str = "application/x-www-form-urlencoded";

/// What came.
#[derive(Debug)]
pub(crate) struct Sent {
    body: Bytes,
    /// Where it was sent from, if it is a form: a path of this server.
    page: Option<String>,
}

impl<S: Sync> FromRequest<S> for Sent {
    type Rejection = ApiError;

    /// Takes the body. A form is taken from pages of this origin only: those of others can send one without being asked.
    async fn from_request(request: Request<Body>, _: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        is_of_type(&parts.headers, &["application/json", FORM])?;
        let is_form = is_of_type(&parts.headers, &[FORM]).is_ok();
        if is_form && !is_from_here(&parts.uri, &parts.headers) {
            return Err(ApiError::Forbidden("forms are taken from pages of this server only".to_owned()));
        }
        let body = whole(body, MOST).await?;
        Ok(Self { body, page: is_form.then(|| page(&parts.headers)) })
    }
}

impl Sent {
    /// The page that a form was sent from.
    pub(super) fn page(&self) -> Option<String> {
        self.page.clone()
    }

    /// What it says.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        if self.page.is_none() {
            return json(&self.body);
        }
        let pairs = form_urlencoded::parse(&self.body).into_owned();
        let fields: Map<String, Value> = pairs.map(|(name, value)| (name, Value::String(value))).collect();
        serde_json::from_value(Value::Object(fields)).map_err(|error| misread(&error))
    }
}

/// Whether a browser says that a page of this origin sends it; or no browser does.
///
/// HTTP/2 has the name that is asked in the address, HTTP/1.1 in a header.
pub(super) fn is_from_here(uri: &Uri, headers: &HeaderMap) -> bool {
    let told = || headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = uri.authority().map(Authority::as_str).or_else(told);
    says_own_page(headers, host.unwrap_or_default()).unwrap_or(true)
}

/// The page of alerts as it stood where the form was: what of the address is not known to lead there is left out.
fn page(headers: &HeaderMap) -> String {
    let from = headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let from = from.and_then(|text| text.parse::<Url>().ok()).filter(|url| url.path() == "/alerts");
    let query = from.as_ref().and_then(Url::query).filter(|query| !query.is_empty());
    query.map_or_else(|| "/alerts".to_owned(), |query| format!("/alerts?{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|&(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn forms_of_other_sites_are_told_apart() {
        for (sent, here) in [
            (&[][..], true),
            (&[("sec-fetch-site", "same-origin"), ("origin", "null")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "http://here:3000")], false),
            (&[("host", "here:3000"), ("origin", "http://here:3000")], true),
            (&[("host", "here:3000"), ("origin", "http://here:3001")], false),
            (&[("host", "here:3000"), ("origin", "null")], false),
            (&[("host", "here"), ("origin", "http://here.evil.example")], false),
        ] {
            assert_eq!(is_from_here(&Uri::from_static("/chat"), &headers(sent)), here, "{sent:?}");
        }
    }

    #[test]
    fn the_way_back_is_the_page_of_alerts() {
        let back = |referer: &str| page(&headers(&[("referer", referer)]));
        assert_eq!(back("http://here/alerts?alert=a%2Fb&show=open"), "/alerts?alert=a%2Fb&show=open");
        for other in
            ["http://here/", "//evil", "http://evil/alerts/../x", "javascript:alert(1)", "", "http://here/alerts"]
        {
            assert_eq!(back(other), "/alerts", "{other}");
        }
    }
}
