//! HTTP that opsglass itself asks: the receivers of alerts, and the server that `opsglass tail` and `opsglass logs` show.
//!
//! - [`Endpoint`]: where, as whom, and whom it trusts there; what is secret in it is never shown
//! - [`send`]: one request on a connection of its own; no redirect is followed, and how long it may take is the caller's
//! - [`Trust`]: who may vouch for a server: those that the system trusts, or those in a file
//! - [`CallError`]: why there is no answer, in words that say what to do

mod endpoint;
mod error;
mod secret;
mod trust;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use hyper::http::request::Builder;
use hyper::{Response, Uri};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

pub use endpoint::{Endpoint, Login};
pub use error::{CallError, certificate};
pub use secret::Secret;
pub use trust::{Trust, TrustError};

/// How much of the head of an answer is read, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;

/// Sends `request` with `body` to `endpoint`. Dropping the answer, or this before there is one, closes the connection.
///
/// # Errors
/// When there is no answer. One that refuses is an answer.
pub async fn send(endpoint: &Endpoint, request: Builder, body: Bytes) -> Result<Response<Incoming>, CallError> {
    let uri: Uri = endpoint.url().as_str().parse().map_err(|_| CallError::Unsendable)?;
    let tls = endpoint.trust().config(endpoint.is_encrypted()).await?;
    let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
    let mut request = request.uri(uri).header(USER_AGENT, concat!("opsglass/", env!("CARGO_PKG_VERSION")));
    if let Some(login) = endpoint.login() {
        let mut value = HeaderValue::try_from(login.header().reveal()).map_err(|_| CallError::Unsendable)?;
        value.set_sensitive(true);
        request = request.header(AUTHORIZATION, value);
    }
    let request = request.body(Full::new(body)).map_err(|_| CallError::Unsendable)?;
    let mut client = Client::builder(TokioExecutor::new());
    client.pool_max_idle_per_host(0).http1_max_buf_size(LONGEST_HEAD);
    let answer = client.build(connector).request(request).await;
    answer.map_err(|error| CallError::of(&error, error.is_connect()))
}
