use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::client::conn::http1;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use url::Url;

use super::{Failure, Secret};

/// How much of an answer is read, in bytes: the status says all.
const MOST_READ: usize = 64 * 1024;

/// Sends `body`, and is content with any 2xx. Follows no redirect; one connection, `timeout` for all of it.
pub(super) async fn post(
    url: &Url,
    token: Option<&Secret>,
    delivery: u64,
    body: Vec<u8>,
    timeout: Duration,
) -> Result<(), Failure> {
    tokio::time::timeout(timeout, exchange(url, token, delivery, body)).await.unwrap_or(Err(Failure::TimedOut(timeout)))
}

async fn exchange(url: &Url, token: Option<&Secret>, delivery: u64, body: Vec<u8>) -> Result<(), Failure> {
    let connection = |error: &dyn std::fmt::Display| Failure::Connection(error.to_string());
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(80);
    let name = host.trim_start_matches('[').trim_end_matches(']');
    let socket = TcpStream::connect((name, port)).await.map_err(|error| connection(&error))?;
    let handshake = http1::Builder::new().max_buf_size(MOST_READ).handshake(TokioIo::new(socket)).await;
    let (mut sender, driver) = handshake.map_err(|error| connection(&error))?;
    let driver = AbortOnDrop(tokio::spawn(driver));
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let mut request = Request::post(target)
        .header(HOST, format!("{host}:{port}"))
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, concat!("opsglass/", env!("CARGO_PKG_VERSION")))
        // The same delivery may come twice; never two under one number.
        .header("x-opsglass-delivery", delivery);
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {}", token.reveal()));
    }
    let unsendable = |_| Failure::Unsendable("the address or the token can't be sent over HTTP");
    let request = request.body(Full::new(bytes::Bytes::from(body))).map_err(unsendable)?;
    let answer = sender.send_request(request).await.map_err(|error| connection(&error))?;
    let status = answer.status();
    // Read so that the other end sees its answer taken, though nothing is made of it, and only so much.
    let mut body = answer.into_body();
    let mut read = 0;
    while let Some(Ok(frame)) = body.frame().await {
        read += frame.data_ref().map_or(0, bytes::Bytes::len);
        if read > MOST_READ {
            break;
        }
    }
    drop(driver);
    if status.is_success() { Ok(()) } else { Err(Failure::Status(status.as_u16())) }
}

/// The connection ends with who uses it.
struct AbortOnDrop<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
