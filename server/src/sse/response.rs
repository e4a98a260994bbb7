use std::convert::Infallible;

use axum::body::Body;
use axum::http::{HeaderValue, Response, header};
use axum::response::IntoResponse as _;
use futures_util::stream::unfold;

use super::Stream;

/// The response to who can't be served now: a stream that says `bye` at once, and a connection that is closed. An
/// EventSource that gets anything but 200 gives up for good; this one comes back when its `retry` is over.
pub fn refuse(reason: &str) -> Response<Body> {
    let mut response = respond(Stream::refused(reason));
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// The response that carries `stream`. Its headers keep caches and buffering proxies out of the way.
pub fn respond(stream: Stream) -> Response<Body> {
    let body = unfold(stream, async |mut stream| {
        let bytes = stream.next().await?;
        Some((Ok::<_, Infallible>(bytes), stream))
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform")),
        (header::HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    (headers, Body::from_stream(body)).into_response()
}
