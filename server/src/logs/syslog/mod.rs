//! Takes what programs and machines send as syslog, over UDP, TCP and Unix sockets.
//!
//! - `address`: where it is taken
//! - `message`: what a message of RFC 5424 or 3164 says
//! - `frames`: cuts a connection into messages, as RFC 6587 has it
//! - `garbage`: counts what is no syslog
//! - `sockets`: takes messages from each kind of socket

mod address;
mod frames;
mod garbage;
mod message;
mod sockets;

use std::io;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use address::Address;

use super::Config;
use super::outlet::Outlet;
use garbage::Garbage;
use sockets::Socket;

/// The source that all of it names; the program is its unit.
pub(super) const SOURCE: &str = "syslog";
/// The longest message in bytes: what a datagram can hold.
const MAX_MESSAGE: usize = 64 * 1024;

/// What all sockets share.
#[derive(Debug, Clone)]
struct Taker {
    outlet: Outlet,
    max_line: usize,
    /// At one address, at most; more are closed at once.
    connections: usize,
    garbage: Garbage,
}

/// Opens a socket at each address that `config` names, and takes messages there until `shutdown` is cancelled.
///
/// # Errors
/// When one can't be opened; it names the address.
pub(super) fn spawn(
    config: &Config,
    outlet: &Outlet,
    tasks: &TaskTracker,
    shutdown: &CancellationToken,
) -> io::Result<()> {
    for address in &config.syslog {
        let socket = Socket::bind(address)
            .map_err(|error| io::Error::new(error.kind(), format!("cannot take syslog at {address}: {error}")))?;
        let garbage = Garbage::new(address.to_string(), outlet.clone());
        let (max_line, connections) = (config.max_line, config.syslog_connections);
        let taker = Taker { outlet: outlet.clone(), max_line, connections, garbage: garbage.clone() };
        tasks.spawn(garbage.report(shutdown.clone()));
        tasks.spawn(socket.serve(taker, shutdown.clone()));
    }
    Ok(())
}

impl Taker {
    /// Takes one message, of which `bytes` are the first and `length` is the length.
    fn take(&self, bytes: &[u8], length: u64) {
        let cut = length.saturating_sub(bytes.len() as u64);
        let bytes = bytes.trim_ascii_end();
        let length = bytes.len() as u64 + cut;
        if bytes.is_empty() {
            return;
        }
        match message::read(bytes, length, self.max_line, std::time::SystemTime::now().into()) {
            Some(entry) => self.outlet.publish(entry),
            None => self.garbage.count(bytes),
        }
    }
}

/// The texts of the messages that a connection brings in `pieces`; nothing stands for what is no syslog.
#[cfg(fuzzing)]
pub(crate) fn messages(pieces: &[&[u8]], max_line: usize) -> Vec<Option<String>> {
    let now = std::time::SystemTime::now().into();
    let mut messages = Vec::new();
    let mut each =
        |bytes: &[u8], length: u64| messages.push(message::read(bytes, length, max_line, now).map(|it| it.message));
    let mut frames = frames::Frames::new();
    pieces.iter().for_each(|piece| frames.push(piece, &mut each));
    frames.finish(&mut each);
    messages
}
