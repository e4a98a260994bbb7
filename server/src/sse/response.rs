use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::{HeaderValue, Response, header};
use axum::response::IntoResponse as _;
use bytes::Bytes;
use hyper::body::Frame;

use super::Stream;
use super::opening::bye;

/// The response that carries `stream`. Its headers keep caches and buffering proxies out of the way.
pub fn respond(stream: Stream) -> Response<Body> {
    with_headers(Body::new(stream))
}

impl hyper::body::Body for Stream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.poll_next(context).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// What a stream would be answered with, without the stream: a browser tells no page with which status one was refused.
pub fn head() -> Response<Body> {
    with_headers(Body::empty())
}

/// A stream that ends at once and says why, and its connection with it. A browser comes back after it, each after a time
/// of its own; a status other than 200 would make it give up for good.
pub fn farewell(reason: &str) -> Response<Body> {
    let mut response = with_headers(Body::from(bye(reason)));
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn with_headers(body: Body) -> Response<Body> {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform")),
        (header::HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    (headers, body).into_response()
}
