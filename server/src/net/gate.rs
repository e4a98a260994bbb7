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

use super::body::{Holding, Late, Timed};
use super::handover::Handover;
use super::patience::{Answering, Answers};
use super::places::{Full, Place};
use super::{ClientAddress, Config, Places};
use crate::error::ApiError;
use crate::shutdown::Closing;
use crate::sse;

/// What every request passes: who sent it, whether there is room for it, what its body may be.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) router: Router,
    /// Which paths answer with an event stream: whoever asks there can't be refused with a status, see [`refusal`].
    pub(super) is_stream: fn(&Uri) -> bool,
    pub(super) config: Config,
    pub(super) places: Places,
    pub(super) closing: Closing,
}

/// One connection, as the gate sees it.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    pub(super) gate: Arc<Gate>,
    pub(super) peer: IpAddr,
    /// Why the connection was taken only to be refused.
    pub(super) refused: Option<Full>,
    pub(super) answers: Answers,
    /// Takes the answers that the connection is to write by itself.
    pub(super) endless: Handover<Answer>,
}

/// An answer, with what is given back when it is done.
pub(super) type Answer = Response<Holding<Held>>;
/// What is given back when an answer is done.
pub(super) type Held = (Answering, Taken);
/// The places that an answer takes up.
pub(super) type Taken = (Option<Place>, Option<Place>);

impl Visitor {
    pub(super) async fn answer(self, request: Request<Incoming>) -> Answer {
        let answering = self.answers.begin();
        let stream = request.method() == Method::GET && (self.gate.is_stream)(request.uri());
        if stream {
            self.answers.begin_stream();
        }
        let client = self.gate.config.proxies.client(self.peer, request.headers());
        let (response, places) = match self.room(client, stream) {
            Ok(places) => (self.gate.pass(request, client).await, places),
            Err(reason) => (refusal(reason, stream), (None, None)),
        };
        let response = response.map(|body| Holding::new(body, (answering, places)));
        let endless = stream && response.status() == StatusCode::OK && response.body().size_hint().exact().is_none();
        if endless && self.answers.are_flushed() {
            self.endless.put(response);
            return pending().await;
        }
        response
    }

    /// The places that the request takes up, or why it can't be answered.
    fn room(&self, client: IpAddr, stream: bool) -> Result<Taken, &'static str> {
        if stream && self.gate.closing.is_closing() {
            return Err("the server is shutting down");
        }
        let room = || {
            if let Some(full) = self.refused {
                return Err(full);
            }
            let places = &self.gate.places;
            let forwarded = (client != self.peer).then(|| places.forwarded(client)).transpose()?;
            let stream = stream.then(|| places.stream(client)).transpose()?;
            Ok((forwarded, stream))
        };
        room().map_err(|full| {
            self.gate.places.refuse();
            full.reason()
        })
    }
}

impl Gate {
    async fn pass(&self, request: Request<Incoming>, client: IpAddr) -> Response<Body> {
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
            Self::StreamsOfAddress => "there are too many streams from this address",
        }
    }
}
