//! opsglass: a live ops dashboard in one binary.
//!
//! Everything that happens is an event appended to one ordered log, the [`hub`]; everything that shows something follows
//! the log from a cursor.
//!
//! - sources: [`collect`], [`logs`], [`alerts`] (which is a follower too)
//! - followers: [`sse`] streams, the [`board`] behind pages and `/api/snapshot`
//! - the edge: [`router`], `api`, [`error`], [`config`], [`shutdown`]

pub mod alerts;
pub mod api;
pub mod board;
pub mod collect;
pub mod config;
pub mod error;
pub mod hub;
pub mod logs;
pub mod router;
pub mod shutdown;
pub mod sse;
pub mod state;
pub mod telemetry;

use std::io;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use leptos::config::LeptosOptions;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use board::Board;
use config::Config;
use hub::Hub;
use logs::OwnLines;
use state::AppState;

/// How long connections get to end by themselves before the process ends without them.
const DRAIN: Duration = Duration::from_millis(800);
/// How long the sources get to end after that.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// Collects, follows and serves on `listener` until `shutdown` is cancelled.
///
/// # Errors
/// When a thread can't be started, or accepting connections fails for good.
pub async fn run(
    listener: TcpListener,
    config: Config,
    own: Option<OwnLines>,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let hub = Hub::new(config.hub);
    let mut source = collect::source(&config.collect);
    let board = Board::new(hub.clone(), source.host(), config.alerts.len(), &source.past());
    tokio::spawn(board.clone().follow(shutdown.clone()));
    tokio::spawn(hub::watch(hub.clone(), shutdown.clone()));
    alerts::spawn(config.alerts, hub.clone(), shutdown.clone());
    collect::spawn(source, &config.collect, hub.clone(), shutdown.clone())?;
    if let Some(own) = own {
        tokio::spawn(logs::forward(own, hub.clone(), shutdown.clone()));
    }
    // A made-up machine has a made-up log: this one's would give it away.
    let sources = if config.collect.demo {
        tokio::spawn(logs::demo(hub.clone(), shutdown.clone()));
        TaskTracker::new()
    } else {
        logs::spawn(&config.logs, hub.clone(), shutdown.clone())
    };
    sources.close();
    tracing::info!("listening on http://{}", listener.local_addr()?);

    // Rendering spawns tasks; where one is set already (tests start many servers), it is the same.
    drop(any_spawner::Executor::init_tokio());
    let leptos = LeptosOptions::builder().output_name("opsglass").build();
    let state =
        AppState { hub, board, stream: config.stream, publish: config.publish, shutdown: shutdown.clone(), leptos };
    // Events are small and must not wait for more to fill a packet.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let served =
        axum::serve(listener, router::router(state)).with_graceful_shutdown(shutdown.clone().cancelled_owned());
    let served = tokio::select! {
        served = served => served,
        () = async { shutdown.cancelled().await; tokio::time::sleep(DRAIN).await } => Ok(()),
    };
    // Else a journalctl would outlive its reader; it ends within milliseconds, unless it hangs.
    drop(tokio::time::timeout(LAST_WORDS, sources.wait()).await);
    served
}
