use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;

use super::Request;
use super::gate::{Gate, Visitor};
use super::line::{Line, TooSlow};
use super::patience::{Answers, Patience};
use super::places::{Full, Place};
use super::progress::Progress;
use crate::aside::Aside;

/// Time for a connection that is taken only to be refused: enough to ask once.
const REFUSAL: Duration = Duration::from_secs(2);

/// Answers the requests of one connection until either side ends it. It holds `place`, or is to be refused.
pub(super) async fn serve(gate: Arc<Gate>, stream: TcpStream, peer: IpAddr, place: Result<Place, Full>) {
    if let Err(error) = gate.config.socket.apply(&stream) {
        // It has gone already, or the system knows no such option: it works without.
        tracing::debug!(%peer, %error, "socket options");
    }
    let request = gate.config.request;
    let refused = place.as_ref().err().copied();
    let closing = gate.closing.is_closing();
    let answers = Answers::default();
    let head = if refused.is_some() { request.head_timeout.min(REFUSAL) } else { request.head_timeout };
    let patience = Patience::new(head, request.idle_timeout, answers.clone());
    let progress = Progress::new(gate.config.write_timeout);
    let line = Line::new(stream, patience, progress, answers.clone(), gate.config.socket.stream_buffer);
    let line = TokioIo::new(line);
    let visitor = Visitor { gate: gate.clone(), peer, refused, answers };
    let service = service_fn(move |request| {
        let visitor = visitor.clone();
        // Boxed, so that a stream, which has been answered, doesn't keep the room that answering took.
        Box::pin(async move { Ok::<_, Infallible>(visitor.answer(request).await) })
    });
    let mut http = http(&request);
    // Boxed, or the task would have room for it twice: where it is made, and where it stays.
    let mut connection = Box::pin(http.keep_alive(refused.is_none() && !closing).serve_connection(line, service));
    let served = if closing {
        connection.await
    } else {
        let mut begun = Aside::new(Box::pin(gate.closing.begun()));
        tokio::select! {
            biased;
            served = connection.as_mut() => served,
            () = &mut begun => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        }
    };
    if let Err(error) = served {
        ended(&gate, peer, &error);
    }
}

fn http(request: &Request) -> http1::Builder {
    let mut http = http1::Builder::new();
    // The line keeps time, for it can tell an idle connection from a slow head. Without a limit of its own, though, hyper
    // doesn't read again once an answer is done, and the line would not be asked.
    http.timer(TokioTimer::new()).header_read_timeout(request.idle_timeout + request.head_timeout);
    http.max_headers(request.headers).max_header_size(request.head_bytes);
    // What is read ahead, and what waits to be written before the next event is asked for.
    http.max_buf_size(request.head_bytes);
    http
}

fn ended(gate: &Gate, peer: IpAddr, error: &hyper::Error) {
    let slow = error.source().and_then(|cause| cause.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref::<TooSlow>());
    match slow {
        Some(TooSlow::Taking) => {
            gate.places.stall();
            tracing::debug!(%peer, "cut off: it took nothing of what waited for it");
        }
        Some(TooSlow::Asking) => tracing::debug!(%peer, "closed: no request came in time"),
        None => tracing::debug!(%peer, %error, "connection ended"),
    }
}
