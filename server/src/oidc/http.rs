use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::{Request, Response};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use tokio::time::timeout;
use url::{Host, Url};

use crate::client::{self, CallError, Endpoint, Trust};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer in bytes.
const LONGEST: usize = 1024 * 1024;

/// Asks the provider.
#[derive(Debug)]
pub(super) struct Http {
    trust: Trust,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// It would be asked in the clear.
    #[error("expected an address that begins with https://")]
    Clear,
    /// There is none.
    #[error(transparent)]
    Call(#[from] CallError),
    /// It takes too long.
    #[error("no answer in {} s", PATIENCE.as_secs())]
    TooSlow,
    /// It is too long, or breaks off.
    #[error("its answer breaks off, or is too long")]
    Broken,
}

impl Http {
    pub(super) fn new(trust: Trust) -> Self {
        Self { trust }
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string()).ok().filter(is_safe).ok_or(HttpError::Clear)?;
        let endpoint = Endpoint::new(url).ok_or(HttpError::Clear)?.trusting(self.trust.clone());
        let mut asked = Request::builder().method(parts.method);
        for (name, value) in &parts.headers {
            asked = asked.header(name, value);
        }
        let answer = client::send(&endpoint, asked, Bytes::from(body)).await?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, LONGEST).collect().await.map_err(|_| HttpError::Broken)?;
        Ok(Response::from_parts(parts, body.to_bytes().to_vec()))
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async { timeout(PATIENCE, self.ask(request)).await.unwrap_or(Err(HttpError::TooSlow)) })
    }
}

/// Whether nobody else hears what is said there.
pub(crate) fn is_safe(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_clear_only_this_machine_is_asked() {
        let safe = |url: &str| is_safe(&url.parse().unwrap());
        assert!(
            safe("https://login.example")
                && safe("http://127.0.0.1:9/x")
                && safe("http://[::1]")
                && safe("http://localhost")
        );
        assert!(!safe("http://login.example") && !safe("http://localhost.evil.example") && !safe("ftp://localhost"));
    }
}
