use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::connection;
use super::gate::{Gate, Refused};

/// Connections that are taken at one time only to be refused. Those past it are closed at once, without a word: a browser
/// takes that for a lost line and comes back.
const REFUSALS: usize = 256;
/// Pauses after the system has refused a connection, the first and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// Takes connections, one task each.
#[derive(Debug)]
pub(super) struct Door {
    listener: TcpListener,
    gate: Arc<Gate>,
    refusals: Arc<Semaphore>,
}

impl Door {
    pub(super) fn new(listener: TcpListener, gate: Gate) -> Self {
        Self { listener, gate: Arc::new(gate), refusals: Arc::new(Semaphore::new(REFUSALS)) }
    }

    /// Takes connections into `tasks` for ever.
    pub(super) async fn open(&self, tasks: &mut JoinSet<()>) {
        let mut pause = None;
        loop {
            tokio::select! {
                accepted = self.accept(&mut pause) => self.take(accepted, tasks),
                Some(_) = tasks.join_next() => {}
            }
        }
    }

    fn take(&self, (stream, peer): (TcpStream, SocketAddr), tasks: &mut JoinSet<()>) {
        let peer = peer.ip().to_canonical();
        let place = match self.gate.places.attempt(peer) {
            Ok(place) => Ok(place),
            Err(_) => match Arc::clone(&self.refusals).try_acquire_owned() {
                Ok(turn) => Err(Refused::from(turn)),
                Err(_) => return self.gate.places.refuse(),
            },
        };
        tasks.spawn(connection::serve(self.gate.clone(), stream, peer, place));
    }

    /// The next connection. When the system has no descriptor or memory for one, it pauses instead of asking again and
    /// again, and says so once.
    async fn accept(&self, pause: &mut Option<Duration>) -> (TcpStream, SocketAddr) {
        loop {
            let error = match self.listener.accept().await {
                Ok(accepted) => {
                    if pause.take().is_some() {
                        tracing::info!("connections are accepted again");
                    }
                    return accepted;
                }
                Err(error) if is_peers(&error) => continue,
                Err(error) => error,
            };
            if pause.is_none() {
                tracing::error!("cannot accept connections: {error}");
            }
            let length = pause.map_or(PAUSES.0, |last| (last * 2).min(PAUSES.1));
            *pause = Some(length);
            tokio::time::sleep(length).await;
        }
    }
}

/// Whether only the one connection failed, which its peer gave up before it was taken.
fn is_peers(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
