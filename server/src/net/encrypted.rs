//! HTTP over TLS, of whichever version the two sides agree on. What is watched over is the socket below it.
//!
//! A stream stays in hyper's hands here. Over HTTP/2 it is one of several answers on its connection; and beside what TLS
//! holds for a connection, hyper's buffers are little.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;

use axum::BoxError;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::Request;
use super::connection::http;
use super::gate::Visitor;
use super::line::Line;
use super::taking::{Noted, Sender, Taking};
use super::tls::Encryption;

/// Answers that one connection of HTTP/2 may wait for at one time.
const ANSWERS: u32 = 128;
/// Bytes that wait in memory for the reader of one answer.
const WAITING: usize = 16 * 1024;

type Stream = TlsStream<Line<TcpStream>>;

/// Answers what comes over `line` until either side ends it.
pub(super) async fn answer(tls: &Encryption, line: Line<TcpStream>, mut visitor: Visitor) -> Result<(), BoxError> {
    let stream = tls.acceptor.accept(line).await?;
    visitor.alone = stream.get_ref().1.alpn_protocol() != Some(b"h2");
    if visitor.alone { one_by_one(stream, visitor).await } else { side_by_side(stream, visitor).await }
}

/// HTTP/1.1.
async fn one_by_one(stream: Stream, visitor: Visitor) -> Result<(), BoxError> {
    let gate = Arc::clone(&visitor.gate);
    let is_refused = visitor.refused.is_some();
    let service = service_fn(move |request| {
        let visitor = visitor.clone();
        async move { Ok::<_, Infallible>(visitor.answer(request).await) }
    });
    let mut http = http(&gate.config.request);
    let closing = gate.closing.is_closing();
    let mut connection = pin!(http.keep_alive(!is_refused && !closing).serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        served = connection.as_mut() => return Ok(served?),
        () = gate.closing.begun(), if !closing => connection.as_mut().graceful_shutdown(),
    }
    Ok(connection.await?)
}

/// HTTP/2.
async fn side_by_side(stream: Stream, visitor: Visitor) -> Result<(), BoxError> {
    let gate = Arc::clone(&visitor.gate);
    let service = service_fn(move |request| {
        let visitor = visitor.clone();
        async move {
            let answer = visitor.answer(request).await;
            Ok::<_, Infallible>(answer.map(|body| Noted::new(body, Taking::here())))
        }
    });
    let sender = Sender::new(gate.config.write_timeout, gate.places.clone());
    let mut connection = pin!(http2(&gate.config.request, sender).serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        served = connection.as_mut() => return Ok(served?),
        () = gate.closing.begun() => connection.as_mut().graceful_shutdown(),
    }
    Ok(connection.await?)
}

fn http2(request: &Request, sender: Sender) -> http2::Builder<Sender> {
    let mut http = http2::Builder::new(sender);
    http.timer(TokioTimer::new()).max_concurrent_streams(ANSWERS).max_send_buf_size(WAITING);
    http.max_header_list_size(u32::try_from(request.head_bytes).unwrap_or(u32::MAX));
    http
}
