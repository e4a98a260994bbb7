use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::BoxError;
use hyper::server::conn::http1::{self, Parts};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;

use super::Request;
use super::body::Holding;
use super::encrypted;
use super::gate::{Answer, Gate, Held, Refused, Visitor};
use super::handover::Handover;
use super::line::{Line, TooSlow};
use super::outflow::Outflow;
use super::patience::{Answers, Patience};
use super::places::Place;
use super::progress::Progress;

/// Time for a connection that is taken only to be refused: enough to ask once.
const REFUSAL: Duration = Duration::from_secs(2);

type Flowing = Outflow<TcpStream, Holding<Held>>;

/// Answers the requests of one connection until either side ends it. It holds `place`, or is to be refused.
pub(super) async fn serve(gate: Arc<Gate>, stream: TcpStream, peer: IpAddr, place: Result<Place, Refused>) {
    if let Err(error) = gate.config.socket.apply(&stream) {
        // It has gone already, or the system knows no such option: it works without.
        tracing::debug!(%peer, %error, "socket options");
    }
    let (_place, refused) = place.map_or_else(|refused| (None, Some(refused)), |place| (Some(place), None));
    // Boxed, so that a stream doesn't keep the room that asking for it took.
    let ended = match Box::pin(answer(&gate, stream, peer, refused)).await {
        Ok(None) => Ok(()),
        Ok(Some(outflow)) => outflow.await.map_err(BoxError::from),
        Err(error) => Err(error),
    };
    if let Err(error) = ended {
        tell(&gate, peer, &*error);
    }
}

/// Answers until the connection has ended, or is to carry an answer without an end in sight.
async fn answer(
    gate: &Arc<Gate>,
    stream: TcpStream,
    peer: IpAddr,
    refused: Option<Refused>,
) -> Result<Option<Flowing>, BoxError> {
    let request = &gate.config.request;
    let answers = Answers::default();
    let head = if refused.is_some() { request.head_timeout.min(REFUSAL) } else { request.head_timeout };
    let patience = Patience::new(head, request.idle_timeout, answers.clone());
    let progress = Progress::new(gate.config.write_timeout);
    let line = Line::new(stream, patience, progress, answers.clone(), gate.config.socket.stream_buffer);
    let encrypted = gate.tls.is_some();
    let mut visitor = Visitor { gate: gate.clone(), peer, refused, answers, alone: true, encrypted, endless: None };
    if let Some(tls) = &gate.tls {
        return encrypted::answer(tls, line, visitor).await.map(|()| None);
    }
    let endless = Handover::default();
    visitor.endless = Some(endless.clone());
    Ok(in_the_clear(line, visitor, endless).await?)
}

/// HTTP/1.1 on the bare socket, which can be taken from hyper to carry a stream.
async fn in_the_clear(
    line: Line<TcpStream>,
    visitor: Visitor,
    endless: Handover<Answer>,
) -> hyper::Result<Option<Flowing>> {
    let gate = Arc::clone(&visitor.gate);
    let mut closing = gate.closing.is_closing();
    let is_refused = visitor.refused.is_some();
    let service = service_fn(move |request| {
        let visitor = visitor.clone();
        async move { Ok::<_, Infallible>(visitor.answer(request).await) }
    });
    let mut http = http(&gate.config.request);
    let mut connection = http.keep_alive(!is_refused && !closing).serve_connection(TokioIo::new(line), service);
    let mut begun = pin!(gate.closing.begun());
    loop {
        tokio::select! {
            biased;
            served = &mut connection => return served.map(|()| None),
            response = endless.left() => {
                let Parts { io, read_buf, .. } = connection.into_parts();
                return Ok(Some(Outflow::new(io.into_inner(), response, !read_buf.is_empty())));
            }
            () = &mut begun, if !closing => closing = true,
        }
        Pin::new(&mut connection).graceful_shutdown();
    }
}

pub(super) fn http(request: &Request) -> http1::Builder {
    let mut http = http1::Builder::new();
    // The line keeps time, for it can tell an idle connection from a slow head. Without a limit of its own, though, hyper
    // doesn't read again once an answer is done, and the line would not be asked.
    http.timer(TokioTimer::new()).header_read_timeout(request.idle_timeout + request.head_timeout);
    http.max_headers(request.headers).max_header_size(request.head_bytes);
    // What is read ahead, and what waits to be written before the next event is asked for.
    http.max_buf_size(request.head_bytes);
    http
}

fn tell(gate: &Gate, peer: IpAddr, error: &(dyn Error + 'static)) {
    let io = error.source().unwrap_or(error).downcast_ref::<io::Error>();
    match io.and_then(|error| error.get_ref()?.downcast_ref::<TooSlow>()) {
        Some(TooSlow::Taking) => {
            gate.places.stall();
            tracing::debug!(%peer, "cut off: it took nothing of what waited for it");
        }
        Some(TooSlow::Asking) => tracing::debug!(%peer, "closed: no request came in time"),
        None => tracing::debug!(%peer, %error, "connection ended"),
    }
}
