//! Many streams held by one thread.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result};
use mio::{Events, Poll, Token};
use slab::Slab;

use crate::follower::{Follower, Happening, Manner, Next};

/// Loopback addresses that connections come from in turn, from 127.0.0.2 on: each has ports of its own.
const SOURCES: usize = 64;
/// Bytes that one read can bring.
const SCRATCH: usize = 64 * 1024;

/// Whoever is told what happens: which follower, and what.
pub(crate) trait Watch: FnMut(usize, Happening<'_>) -> Next {}
impl<F: FnMut(usize, Happening<'_>) -> Next> Watch for F {}

/// The streams, and what waits for them.
pub(crate) struct Crowd {
    server: SocketAddr,
    poll: Poll,
    ready: Events,
    followers: Slab<Follower>,
    opened: usize,
    scratch: Box<[u8]>,
}

impl Crowd {
    /// Nobody yet, and all of them at that server.
    ///
    /// # Errors
    /// When the system has no more descriptors.
    pub(crate) fn new(server: SocketAddr) -> Result<Self> {
        Ok(Self {
            server,
            poll: Poll::new()?,
            ready: Events::with_capacity(1024),
            followers: Slab::new(),
            opened: 0,
            scratch: vec![0; SCRATCH].into_boxed_slice(),
        })
    }

    /// The server they are at.
    pub(crate) fn server(&self) -> SocketAddr {
        self.server
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.followers.len()
    }

    /// Begins a connection, and returns the follower's number. Numbers of those that are gone are given again.
    ///
    /// # Errors
    /// When the system has no more descriptors or ports.
    pub(crate) fn open(&mut self, request: String, manner: Manner) -> Result<usize> {
        let mut follower = Follower::connect(self.server, self.opened % SOURCES, request, manner)
            .context("a connection cannot be made (the limit of open files is `ulimit -n`)")?;
        self.opened += 1;
        let entry = self.followers.vacant_entry();
        let number = entry.key();
        follower.register(&self.poll, Token(number))?;
        entry.insert(follower);
        Ok(number)
    }

    /// Waits that long at most, and tells what has happened.
    ///
    /// # Errors
    /// When the system refuses to wait.
    pub(crate) fn turn(&mut self, wait: Duration, watch: &mut impl Watch) -> Result<()> {
        match self.poll.poll(&mut self.ready, Some(wait)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            polled => polled?,
        }
        for event in &self.ready {
            let number = event.token().0;
            let Some(follower) = self.followers.get_mut(number) else { continue };
            let mut tell = |happening: Happening<'_>| watch(number, happening);
            let next = follower.ready(&self.poll, event, &mut self.scratch, &mut tell).unwrap_or_else(|error| {
                tell(Happening::Ended(error.to_string()));
                Next::Close
            });
            if next == Next::Stay {
                continue;
            }
            let gone = self.followers.remove(number);
            if next == Next::Reset {
                gone.reset()?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{Ipv4Addr, TcpListener};

    use super::*;
    use crate::dialect;

    #[test]
    fn a_stream_is_followed_to_its_end() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = listener.local_addr().unwrap();
        let serving = std::thread::spawn(move || {
            let (mut socket, from) = listener.accept().unwrap();
            let mut request = [0; 256];
            let length = socket.read(&mut request).unwrap();
            socket.write_all(b"HTTP/1.1 200 OK\r\n\r\nid: 1\ndata: a\n\ndata: b\n\n").unwrap();
            (from.ip(), String::from_utf8(request[..length].to_vec()).unwrap())
        });

        let mut crowd = Crowd::new(server).unwrap();
        crowd.open(dialect::follow(server, "/api/events", None, None), Manner::Reads).unwrap();
        let mut seen = Vec::new();
        while crowd.len() > 0 {
            let mut watch = |_, happening: Happening<'_>| {
                seen.push(match happening {
                    Happening::Asked => "asked".to_owned(),
                    Happening::Opened(status) => status.to_string(),
                    Happening::Message(message) => String::from_utf8(message.data.to_vec()).unwrap(),
                    Happening::Ended(_) => "ended".to_owned(),
                });
                Next::Stay
            };
            crowd.turn(Duration::from_secs(5), &mut watch).unwrap();
        }
        assert_eq!(seen, ["asked", "200", "a", "b", "ended"]);
        let (from, request) = serving.join().unwrap();
        assert_eq!(from, Ipv4Addr::new(127, 0, 0, 2));
        assert!(request.starts_with("GET /api/events HTTP/1.1\r\n"), "{request}");
    }
}
