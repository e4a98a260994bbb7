use std::future::pending;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use axum::response::IntoResponse as _;
use hyper::body::{Body as _, Incoming};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use tokio::sync::OwnedSemaphorePermit;

use super::body::{Holding, Late, Timed};
use super::handover::Handover;
use super::named::{Named, Reader, Seat};
use super::patience::{Answering, Answers};
use super::places::{Full, Place};
use super::site::Page;
use super::taking::Taking;
use super::tls::Encryption;
use super::{ClientAddress, Config, Encrypted, Places, Site, Vouched, Witness, headers};
use crate::error::ApiError;
use crate::shutdown::Closing;
use crate::sse::{self, End};

/// What every request passes: who sent it, whether there is room for it, what its body may be.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) router: Router,
    /// Which paths answer with an event stream: whoever asks there can't be refused with a status, see [`refusal`].
    pub(super) is_stream: fn(&Uri) -> bool,
    pub(super) config: Config,
    pub(super) tls: Option<Encryption>,
    pub(super) places: Places,
    pub(super) named: Named,
    pub(super) closing: Closing,
    pub(super) witness: Witness,
}

/// One connection, as the gate sees it.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    pub(super) gate: Arc<Gate>,
    pub(super) peer: IpAddr,
    /// The connection was taken only to be refused.
    pub(super) refused: Option<Refused>,
    pub(super) answers: Answers,
    /// One request at a time is answered on this connection.
    pub(super) alone: bool,
    /// It comes over TLS.
    pub(super) encrypted: bool,
    /// Takes the answers that the connection is to write by itself, where it can.
    pub(super) endless: Option<Handover<Answer>>,
}

/// The turn of a connection among those that are taken only to be refused.
#[derive(Debug, Clone)]
pub(super) struct Refused(#[expect(dead_code, reason = "it is held")] Arc<OwnedSemaphorePermit>);

impl From<OwnedSemaphorePermit> for Refused {
    fn from(turn: OwnedSemaphorePermit) -> Self {
        Self(Arc::new(turn))
    }
}

/// An answer, with what is given back when it is done.
pub(super) type Answer = Response<Holding<Held>>;
/// What is given back when an answer is done.
pub(super) type Held = (Answering, Option<Seat>, Taken);

/// The places that an answer takes up.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// The connection's, where it had none.
    _connection: Option<Place>,
    _forwarded: Option<Place>,
    _stream: Option<Place>,
}

impl Visitor {
    pub(super) async fn answer(self, mut request: Request<Incoming>) -> Answer {
        let answering = self.answers.begin();
        if self.encrypted || self.gate.config.proxies.is_encrypted(self.peer, request.headers()) {
            request.extensions_mut().insert(Encrypted);
        }
        let stream = request.method() == Method::GET && (self.gate.is_stream)(request.uri());
        let client = self.gate.config.proxies.client(self.peer, request.headers());
        let reader = if stream { Reader::of(request.uri(), client) } else { None };
        let (mut response, seat, taken) = match self.room(client, stream, reader.as_ref()).await {
            Ok(taken) => {
                let seat = stream.then(|| self.begin_stream(&mut request, reader)).flatten();
                let vouched = self.gate.config.proxies.vouched(self.peer, request.headers());
                (self.gate.pass(request, client, vouched).await, seat, taken)
            }
            Err(reason) => (self.gate.refuse(&request, reason, stream), None, Taken::default()),
        };
        headers::guard(response.headers_mut(), self.encrypted.then_some(self.gate.config.hsts));
        let mut response = response.map(|body| Holding::new(body, (answering, seat, taken)));
        let endless = stream && response.status() == StatusCode::OK && response.body().size_hint().exact().is_none();
        match &self.endless {
            Some(connection) if endless && self.answers.are_flushed() => {
                connection.put(response);
                pending().await
            }
            // What ends it ends the connection: whoever is answered next on it, as through a proxy, is another.
            _ if endless && self.alone => {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                response
            }
            _ => response,
        }
    }

    /// Says what is to end the stream that is asked for, and enters it if its reader has a name.
    fn begin_stream(&self, request: &mut Request<Incoming>, reader: Option<Reader>) -> Option<Seat> {
        let end = End::new(&self.gate.closing.wave());
        if self.alone {
            self.answers.begin_stream(end.clone());
        } else if let Some(taking) = Taking::here() {
            taking.is_stream(end.clone());
        }
        request.extensions_mut().insert(end.clone());
        let line = self.alone.then(|| self.answers.clone());
        reader.map(|reader| self.gate.named.enter(reader, end, line))
    }

    /// The places that the request takes up, or why it can't be answered. Where there is none for a stream, the oldest of
    /// the same reader makes room: a page that is loaded again is quicker than the end of its last connection.
    async fn room(&self, client: IpAddr, stream: bool, reader: Option<&Reader>) -> Result<Taken, &'static str> {
        if stream && self.gate.closing.is_closing() {
            return Err("the server is shutting down");
        }
        let Gate { places, named, .. } = &*self.gate;
        let taken = match self.take(client, stream) {
            Err(_) if reader.is_some_and(|reader| named.replace(reader)) => {
                Places::wait(|| self.take(client, stream)).await
            }
            taken => taken,
        };
        taken.map_err(|full| {
            places.refuse();
            full.reason()
        })
    }

    fn take(&self, client: IpAddr, stream: bool) -> Result<Taken, Full> {
        let places = &self.gate.places;
        Ok(Taken {
            _connection: self.refused.is_some().then(|| places.attempt(self.peer)).transpose()?,
            _forwarded: (client != self.peer).then(|| places.forwarded(client)).transpose()?,
            _stream: stream.then(|| places.stream(client)).transpose()?,
        })
    }
}

impl Gate {
    async fn pass(&self, mut request: Request<Incoming>, client: IpAddr, vouched: Option<Vouched>) -> Response<Body> {
        let page = match self.config.site.check(&request, vouched.is_some()) {
            Ok(page) => page,
            Err(refused) => {
                self.witness.tell(client, (request.method(), request.uri(), request.headers()), &refused);
                let mut response = refused.into_response();
                self.config.site.finish(response.headers_mut(), &Page::Own);
                return response;
            }
        };
        if let Some(vouched) = vouched {
            request.extensions_mut().insert(vouched);
        }
        let mut response = match &page {
            Page::Asking(_) => Site::permit(),
            Page::Named(_) | Page::Own => self.route(request, client).await,
        };
        self.config.site.finish(response.headers_mut(), &page);
        response
    }

    /// Refuses so that a page which may ask can read why: a browser's EventSource gives up for good on what it may not read.
    fn refuse(&self, request: &Request<Incoming>, reason: &'static str, stream: bool) -> Response<Body> {
        let mut response = refusal(reason, stream);
        if let Ok(page) = self.config.site.check(request, false) {
            self.config.site.finish(response.headers_mut(), &page);
        }
        response
    }

    async fn route(&self, request: Request<Incoming>, client: IpAddr) -> Response<Body> {
        let late = Late::default();
        let mut request = request.map(|body| {
            let limit = self.config.request.body_timeout;
            if body.is_end_stream() { Body::empty() } else { Body::new(Timed::new(body, limit, late.clone())) }
        });
        request.extensions_mut().insert(ClientAddress(client));
        let Ok(response) = TowerToHyperService::new(self.router.clone()).call(request).await;
        if late.is_late() { ApiError::TooSlow.into_response() } else { response }
    }
}

/// A browser's EventSource gives up for good on any status but 200, and comes back after a stream that ends. All others
/// learn from the status that they may come back.
fn refusal(reason: &'static str, stream: bool) -> Response<Body> {
    if stream {
        return sse::farewell(reason);
    }
    let mut response = ApiError::Overloaded(reason).into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

impl Full {
    fn reason(self) -> &'static str {
        match self {
            Self::Connections => "the server has as many connections as it may",
            Self::ConnectionsOfAddress => "there are too many connections from this address",
            Self::AttemptsOfAddress => "there are too many connections a second from this address",
            Self::StreamsOfAddress => "there are too many streams from this address",
        }
    }
}
