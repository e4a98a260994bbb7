//! Connections: how they are taken, kept within their limits, and ended.
//!
//! - [`listen`]: how many may wait to be taken; `accept`: takes connections, one task each, and pauses when the system has no more descriptors
//! - `connection`: HTTP over one connection; `encrypted`: the same over TLS, with what `tls` shows of us
//! - `outflow`: what is written over one connection once a stream has been asked for, which is taken from HTTP's hands by
//!   `handover`
//! - `descriptors`: how many of them the process may have
//! - `line`: the socket, with a limit on how long the other end may take to ask (`patience`) and to take what it asked for
//!   (`progress`)
//! - `taking`: the same for one of the answers that share a connection
//! - `gate`: what each request passes before the router: whose it is, whether there is room, how long its body may take
//! - [`Site`]: by which names it is asked, and whose pages may ask; `headers`: what browsers are to guard against
//! - [`Witness`]: is told of what the site refuses
//! - `named`: streams whose readers have named themselves, so that they can be replaced
//! - [`Places`]: what is open, in all and by address; [`Proxies`]: whose word on an address, and on who has signed in
//!   ([`Vouched`]), is believed
//!
//! Two rules. Whoever is slow costs no more than whoever is quick: buffers are small and bounded, and waiting ends. And a
//! stream is never refused with a status, for a browser would never come back.

mod accept;
mod address;
mod body;
mod config;
mod connection;
#[cfg(unix)]
mod descriptors;
mod encrypted;
mod gate;
mod handover;
mod headers;
mod line;
mod listen;
mod named;
mod outflow;
mod patience;
mod places;
mod progress;
mod proxies;
mod refusals;
mod site;
mod socket;
mod taking;
mod tls;
mod vouched;

use std::future::pending;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Uri;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use accept::Door;
pub use address::{Block, ClientAddress, Encrypted};
pub use config::{Config, Request, Socket};
#[cfg(unix)]
pub use descriptors::make_room;
use gate::Gate;
pub use listen::listen;
use named::Named;
pub use places::{Caps, Counts, Places};
pub use proxies::{ForwardedHeader, Network, Proxies};
pub use refusals::{Witness, asked};
pub use site::{HostName, Origin, Site, says_own_page};
use tls::Encryption;
pub use tls::{Tls, TlsError};
pub use vouched::{PersonHeader, Vouched};

use crate::shutdown::Closing;

/// Time for answers that were begun while the last streams were closed.
const LAST_ANSWERS: Duration = Duration::from_millis(50);

/// Answers what comes to `listener` with `router` until `closing` has begun and all streams are closed.
///
/// `is_stream` tells which paths answer with an event stream. While it closes, the port stays open: new streams are sent
/// away and all else is answered, so that whoever asks for readiness is told. Dropping this ends every connection. `witness`
/// is told of what is refused because of the host or the page that it comes from.
///
/// # Errors
/// When it is to speak TLS and can't, or the listener has no address.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    is_stream: fn(&Uri) -> bool,
    config: Config,
    places: Places,
    closing: Closing,
    witness: Witness,
) -> io::Result<()> {
    let tls = config.tls.as_ref().map(Encryption::new).transpose().map_err(io::Error::other)?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    tracing::info!("listening on {scheme}://{}", listener.local_addr()?);
    // Around all routes, so that one of them can set its own.
    let router = router.layer(DefaultBodyLimit::max(config.request.body_bytes));
    let watch = tls.clone();
    let gate =
        Gate { router, is_stream, config, tls, places, named: Named::default(), closing: closing.clone(), witness };
    let door = Door::new(listener, gate);
    let mut open = JoinSet::new();
    tokio::select! {
        () = door.open(&mut open) => {}
        () = closing.begun() => {}
        () = renewed(watch) => {}
    }
    let mut late = JoinSet::new();
    tokio::select! {
        () = door.open(&mut late) => {}
        () = ended(&mut open) => {}
        () = async { closing.waves().await; pending().await } => {}
    }
    drop(tokio::time::timeout(LAST_ANSWERS, ended(&mut late)).await);
    Ok(())
}

/// Shows the newest certificate, and never ends.
async fn renewed(tls: Option<Encryption>) {
    if let Some(tls) = tls {
        tls.watch().await;
    }
    pending::<()>().await;
}

async fn ended(tasks: &mut JoinSet<()>) {
    while tasks.join_next().await.is_some() {}
}
