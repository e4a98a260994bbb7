//! opsglass: a live ops dashboard in one binary.
//!
//! Everything that happens is an event appended to one ordered log, the [`hub`]; everything that shows something follows
//! the log from a cursor.
//!
//! - sources: [`collect`], [`logs`], [`alerts`] and [`chat`] (which are followers too)
//! - followers: [`sse`] streams, the [`board`] behind pages and `/api/snapshot`, the [`logbook`] behind `/api/logs`
//! - beside them: [`prometheus`], which writes the newest readings
//! - the other end: [`tail`], a client in a terminal; [`client`], the HTTP that opsglass itself asks
//! - what outlasts a restart: [`store`]
//! - the door: [`auth`], which knows who may come in; [`oidc`], where else they sign in; [`quota`], how much
//!   each may do
//! - what all of these go by: [`person`], what people are called
//! - the edge: [`net`], [`router`], `api`, [`error`], [`config`], [`shutdown`]

pub mod alert_page;
pub mod alerts;
pub mod api;
pub mod auth;
pub mod board;
pub mod chat;
pub mod client;
pub mod collect;
pub mod config;
pub mod connections;
mod drawn;
pub mod error;
#[cfg(fuzzing)]
pub mod fuzzing;
mod hangup;
pub mod hub;
pub mod jump;
pub mod logbook;
pub mod logs;
pub mod logs_page;
pub mod net;
pub mod oidc;
pub mod overview;
mod pace;
mod pattern;
pub mod person;
pub mod prometheus;
pub mod quota;
pub mod room;
pub mod router;
pub mod shutdown;
pub mod sse;
pub mod state;
pub mod store;
pub mod tail;
pub mod telemetry;
mod text_file;
mod visible;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use leptos::config::LeptosOptions;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use alert_page::AlertPage;
use auth::{Doors, RefusalKind};
use board::Board;
use config::Config;
use connections::Connections;
use hub::Hub;
use logbook::Logbook;
use logs::{Intake, Outlet, OwnLines};
use logs_page::LogsPage;
use net::{Places, Witness};
use oidc::Provider;
use overview::Overview;
use quota::Quotas;
use room::Room;
use shutdown::Closing;
use state::AppState;

/// How long the sources get to end after the connections.
const LAST_WORDS: Duration = Duration::from_millis(100);
/// What the rest of the process takes to end, at most.
const REST: Duration = Duration::from_millis(100);

/// Collects, follows and serves on `listener` until `shutdown` is cancelled.
///
/// # Errors
/// When a thread can't be started, or the listener has no address.
pub async fn run(
    listener: TcpListener,
    config: Config,
    own: Option<OwnLines>,
    shutdown: CancellationToken,
) -> io::Result<()> {
    // Two would overwrite what each other keeps.
    let _held = store::hold(&config.alerts.state).await.map_err(io::Error::other)?;
    let hub = Hub::new(config.hub);
    // Sources go on while the last streams are closed: whoever still watches sees what happens.
    let last = CancellationToken::new();
    let outlet = Outlet::new(hub.clone(), config.logs.rate);
    let places = Places::new(config.net.caps, config.net.proxies.clone());
    let doors = doors(&config, &outlet, &places).await?;
    tokio::spawn(doors.clone().watch(last.clone()));
    let address = listener.local_addr()?;
    if !doors.is_locked() {
        public(address, &config)?;
    }
    let mut source = collect::source(&config.collect);
    let host = source.host();
    let readings = collect::Latest::default();
    let setup = alerts::Setup { host: host.name.clone(), readings: readings.clone(), ..config.alerts.clone() };
    let alerts = alerts::start(setup, hub.clone(), last.clone()).await.map_err(io::Error::other)?;
    let board = Board::new(hub.clone(), host, &alerts.handle, &source.past(), alerts.alerts, &alerts.past);
    tokio::spawn(board.clone().follow(last.clone()));
    let state = config.alerts.state.clone();
    let started = chat::start(config.chat, state, hub.clone(), &alerts.handle, last.clone()).await;
    let (chat, chatting) = started.map_err(io::Error::other)?;
    let connections = Connections::new(hub.clone(), board.clone());
    let overview = Overview::new(hub.clone(), board.clone(), readings.clone());
    tokio::spawn(overview.clone().follow(last.clone()));
    let room = Room::new(hub.clone(), board.clone(), chat.clone(), alerts.handle.clone());
    let logbook = Logbook::new(hub.clone(), config.logbook);
    tokio::spawn(logbook.clone().follow(last.clone()));
    let logs_page = LogsPage::new(hub.clone(), board.clone(), logbook.clone());
    tokio::spawn(logs_page.clone().follow(last.clone()));
    let pages = (connections.clone(), logs_page.clone(), room.clone());
    let publish = move || {
        pages.0.publish();
        pages.1.publish();
        pages.2.publish();
    };
    tokio::spawn(hub::watch(hub.clone(), publish, last.clone()));
    let alert_page = AlertPage::new(hub.clone(), board.clone(), alerts.handle.clone(), logbook.clone());
    tokio::spawn(alert_page.clone().publish(last.clone()));
    collect::spawn(source, &config.collect, hub.clone(), readings.clone(), last.clone())?;
    let sources = follow_logs(&config, own, &outlet, &last).await?;
    #[cfg(unix)]
    net::make_room(config.net.caps.connections);

    // Rendering spawns tasks; where one is set already (tests start many servers), it is the same.
    drop(any_spawner::Executor::init_tokio());
    let leptos = LeptosOptions::builder().output_name("opsglass").build();
    let closing = Closing::new(shutdown.clone(), config.shutdown.spread);
    let intake = Intake::new(outlet, config.logs.max_line, config.logs.max_body);
    let state = AppState {
        hub,
        board,
        alerts: alerts.handle,
        alert_page,
        readings,
        connections,
        overview,
        logs_page,
        chat,
        room,
        logbook,
        intake,
        stream: config.stream,
        publish: config.publish,
        doors: doors.clone(),
        provider: config.oidc.map(Provider::new),
        quotas: Quotas::new(config.quota),
        places: places.clone(),
        shutdown: closing.clone(),
        leptos,
    };
    let witness = Witness::new(move |address, what| doors.tell_refusal(RefusalKind::Foreign, None, address, what));
    let router = router::router(state);
    tokio::select! {
        served = net::serve(listener, router, router::is_stream, config.net, places, closing, witness) => served?,
        () = deadline(&shutdown, config.shutdown.deadline) => tracing::warn!("the deadline is over; what is open is cut"),
    }
    last.cancel();
    // Else a journalctl would outlive its reader; it ends within milliseconds, unless it hangs.
    let ended = async { tokio::join!(sources.wait(), alerts.task, chatting) };
    drop(tokio::time::timeout(LAST_WORDS, ended).await);
    Ok(())
}

/// Reads who may come in.
async fn doors(config: &Config, outlet: &Outlet, places: &Places) -> io::Result<Doors> {
    let (auth, outlet, places) = (config.auth.clone(), outlet.clone(), places.clone());
    let counted = move |address| places.block(address);
    let read = tokio::task::spawn_blocking(move || Doors::new(auth, outlet, counted)).await;
    read.map_err(io::Error::other)?.map_err(io::Error::other)
}

/// Who is on other machines is let in without a name only if that is wanted: over the network, or by way of a proxy here.
fn public(address: SocketAddr, config: &Config) -> io::Result<()> {
    let reached = if !address.ip().is_loopback() {
        format!("listen: {address}")
    } else if !config.net.proxies.trusted.is_empty() {
        format!("server.proxies: {address}, behind a proxy,")
    } else {
        return Ok(());
    };
    if config.insecure {
        tracing::warn!("whoever reaches {address} is let in: there are no users (opsglass user add)");
        return Ok(());
    }
    Err(io::Error::other(format!(
        "{reached} can be reached from other machines, and nobody has to say who they are: expected a user (opsglass user \
         add) or a token (opsglass token create), or --insecure"
    )))
}

/// Starts what brings log lines.
async fn follow_logs(
    config: &Config,
    own: Option<OwnLines>,
    outlet: &Outlet,
    last: &CancellationToken,
) -> io::Result<TaskTracker> {
    if let Some(own) = own {
        tokio::spawn(logs::forward(own, outlet.clone(), last.clone()));
    }
    if config.collect.demo {
        // A made-up machine has a made-up log: this one's would give it away.
        tokio::spawn(logs::demo(outlet.clone(), last.clone()));
        let none = TaskTracker::new();
        none.close();
        return Ok(none);
    }
    logs::spawn(&config.logs, outlet.clone(), last.clone()).await
}

/// Waits until connections must have ended, for the process to end in time.
async fn deadline(shutdown: &CancellationToken, deadline: Duration) {
    shutdown.cancelled().await;
    tokio::time::sleep(deadline.saturating_sub(LAST_WORDS + REST)).await;
}
