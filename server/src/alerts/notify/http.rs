use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::Request;
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;

use super::Failure;
use crate::client::{Endpoint, send};

/// How much of an answer is read, in bytes: the status says all.
const MOST_READ: usize = 64 * 1024;

/// Sends `body`, and is content with any 2xx that ends. Follows no redirect; one connection, `timeout` for all of it.
pub(super) async fn post(endpoint: &Endpoint, delivery: &str, body: Vec<u8>, timeout: Duration) -> Result<(), Failure> {
    let exchange = tokio::time::timeout(timeout, exchange(endpoint, delivery, body));
    exchange.await.unwrap_or(Err(Failure::TimedOut(timeout)))
}

async fn exchange(endpoint: &Endpoint, delivery: &str, body: Vec<u8>) -> Result<(), Failure> {
    // The same delivery may come twice; never two under one name.
    let request = Request::post("/").header(CONTENT_TYPE, "application/json").header("x-opsglass-delivery", delivery);
    let answer = send(endpoint, request, Bytes::from(body)).await?;
    let status = answer.status();
    if !status.is_success() {
        return Err(Failure::Status(status.as_u16()));
    }
    // Read so that the other end sees its answer taken, though nothing is made of it.
    if ends(answer.into_body()).await { Ok(()) } else { Err(Failure::Endless(status.as_u16())) }
}

/// Whether it ends before more than is read of it. One that breaks off has ended.
async fn ends(mut body: Incoming) -> bool {
    let mut read = 0;
    while let Some(Ok(frame)) = body.frame().await {
        read += frame.data_ref().map_or(0, Bytes::len);
        if read > MOST_READ {
            return false;
        }
    }
    true
}
