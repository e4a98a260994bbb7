//! The edge alone: `net` on a port of its own, in front of routes made for a test.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use axum::body::Body;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum::{Extension, Router};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use server::net::{self, ClientAddress, Counts, Places, Witness};
use server::shutdown::Closing;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::PATIENCE;

pub(crate) struct Edge {
    pub(crate) address: SocketAddr,
    pub(crate) places: Places,
    /// Bytes that streams without an end have handed over to be written.
    pub(crate) handed_over: Arc<AtomicUsize>,
    begun: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Edge {
    pub(crate) async fn start(config: net::Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let places = Places::new(config.caps, config.proxies.clone());
        let handed_over = Arc::new(AtomicUsize::new(0));
        let begun = CancellationToken::new();
        let closing = Closing::new(begun.clone(), Duration::ZERO);
        let is_stream = |uri: &axum::http::Uri| uri.path().starts_with("/stream");
        let witness = Witness::new(|_, _| {});
        let routes = routes(&handed_over);
        let serving = tokio::spawn(net::serve(listener, routes, is_stream, config, places.clone(), closing, witness));
        Self { address, places, handed_over, begun, serving }
    }

    pub(crate) fn close(&self) {
        self.begun.cancel();
    }

    pub(crate) async fn ended(self) {
        tokio::time::timeout(PATIENCE, self.serving).await.unwrap().unwrap().unwrap();
    }

    /// Waits until what is open is as `wanted`.
    pub(crate) async fn until(&self, wanted: impl Fn(Counts) -> bool) {
        let waiting = async {
            while !wanted(self.places.counts()) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        waited.unwrap_or_else(|_| panic!("{:?}", self.places.counts()));
    }
}

/// - `/`: who asks
/// - `/page`: more than a connection holds
/// - `/body`: how long the body was that was sent
/// - `/stream`: says one thing and then nothing
/// - `/stream/flood`: says ever more
fn routes(handed_over: &Arc<AtomicUsize>) -> Router {
    let quiet = || {
        let hello = stream::once(std::future::ready(Ok::<_, Infallible>(Bytes::from_static(b"data: hello\n\n"))));
        std::future::ready(event_stream(Body::from_stream(hello.chain(stream::pending()))))
    };
    let handed_over = handed_over.clone();
    let flood = move || {
        let handed_over = handed_over.clone();
        let chunks = stream::repeat_with(move || {
            handed_over.fetch_add(CHUNK.len(), Relaxed);
            Ok::<_, Infallible>(Bytes::from_static(&CHUNK))
        });
        std::future::ready(event_stream(Body::from_stream(chunks)))
    };
    Router::new()
        .route("/", get(async |Extension(ClientAddress(client)): Extension<ClientAddress>| client.to_string()))
        .route("/page", get(async || vec![b'x'; PAGE]))
        .route("/body", post(async |body: Bytes| body.len().to_string()))
        .route("/stream", get(quiet))
        .route("/stream/flood", get(flood))
}

/// Bytes of `/page`.
pub(crate) const PAGE: usize = 8 * 1024 * 1024;

static CHUNK: [u8; 1024] = [b'\n'; 1024];

fn event_stream(body: Body) -> axum::response::Response {
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}
