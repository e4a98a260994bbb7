//! Many streams held by one thread.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, Result};
use mio::event::Event;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use slab::Slab;
use socket2::{Domain, Protocol, Socket, Type};

use crate::events::{Message, Parser};
use crate::http::{Decoder, Part};

/// Loopback addresses that connections come from in turn, from 127.0.0.2 on: each has ports of its own.
const SOURCES: usize = 64;
/// Bytes that one read can bring.
const SCRATCH: usize = 64 * 1024;
/// What the kernel keeps for a follower that does not read, so that the rest has to wait at the server.
const STALLED_RECEIVE_BUFFER: usize = 4 * 1024;

/// How a follower behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Reads all that comes.
    Reads,
    /// Reads nothing after the head of the response.
    Stalls,
}

/// What happens to a follower.
#[derive(Debug)]
pub(crate) enum Happening<'a> {
    /// The connection stands, and the request is sent.
    Asked,
    /// The server answers with that status.
    Opened(u16),
    /// An event has come.
    Message(Message<'a>),
    /// The stream has ended, by the server or by an error. The follower is gone after this.
    Ended(String),
}

/// Whether a follower goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// It does.
    Stay,
    /// It closes its connection.
    Close,
    /// It drops its connection with a reset.
    Reset,
}

/// Whoever is told what happens: which follower, and what.
pub(crate) trait Watch: FnMut(usize, Happening<'_>) -> Next {}
impl<F: FnMut(usize, Happening<'_>) -> Next> Watch for F {}

struct Follower {
    socket: TcpStream,
    // What is still to be sent. Empty once it is sent.
    request: String,
    manner: Manner,
    decoder: Decoder,
    parser: Parser,
}

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

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.followers.len()
    }

    /// Begins a connection, and returns the follower's number. Numbers of those that are gone are given again.
    ///
    /// # Errors
    /// When the system has no more descriptors or ports.
    pub(crate) fn open(&mut self, request: String, manner: Manner) -> Result<usize> {
        let mut socket = connect(self.server, self.opened % SOURCES, manner)
            .context("a connection cannot be made (the limit of open files is `ulimit -n`)")?;
        self.opened += 1;
        let entry = self.followers.vacant_entry();
        let number = entry.key();
        self.poll.registry().register(&mut socket, Token(number), Interest::READABLE | Interest::WRITABLE)?;
        entry.insert(Follower { socket, request, manner, decoder: Decoder::new(), parser: Parser::default() });
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
                socket2::SockRef::from(&gone.socket).set_linger(Some(Duration::ZERO))?;
            }
        }
        Ok(())
    }
}

impl Follower {
    fn ready(
        &mut self,
        poll: &Poll,
        event: &Event,
        scratch: &mut [u8],
        tell: &mut impl FnMut(Happening<'_>) -> Next,
    ) -> Result<Next> {
        if !self.request.is_empty() {
            if let Some(error) = self.socket.take_error()? {
                return Err(error.into());
            }
            if !self.ask()? {
                return Ok(Next::Stay);
            }
            poll.registry().reregister(&mut self.socket, event.token(), Interest::READABLE)?;
            let next = tell(Happening::Asked);
            if next != Next::Stay {
                return Ok(next);
            }
        }
        loop {
            let read = match self.socket.read(scratch) {
                Ok(0) => anyhow::bail!("the server has closed the connection"),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Next::Stay),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            let (next, opened) = self.take(&scratch[..read], tell)?;
            if next != Next::Stay {
                return Ok(next);
            }
            if opened && self.manner == Manner::Stalls {
                poll.registry().deregister(&mut self.socket)?;
                return Ok(Next::Stay);
            }
            // Less than there was room for: nothing waits but the end, and what comes later is told anew.
            if read < scratch.len() && !event.is_read_closed() {
                return Ok(Next::Stay);
            }
        }
    }

    // Sends the request, and tells whether it is sent. It is short, so it goes in one piece or not yet.
    fn ask(&mut self) -> io::Result<bool> {
        match self.socket.write(self.request.as_bytes()) {
            Ok(written) => {
                self.request.drain(..written);
                Ok(self.request.is_empty())
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) => Ok(false),
            Err(error) => Err(error),
        }
    }

    // Takes in what was read. Also tells whether the head of the response was in it.
    fn take(&mut self, bytes: &[u8], tell: &mut impl FnMut(Happening<'_>) -> Next) -> Result<(Next, bool)> {
        let (mut next, mut opened, mut ended) = (Next::Stay, false, false);
        let parser = &mut self.parser;
        self.decoder.feed(bytes, &mut |part| match part {
            _ if next != Next::Stay => {}
            Part::Head { status } => {
                opened = true;
                next = tell(Happening::Opened(status));
            }
            Part::Content(content) => parser.feed(content, &mut |message| {
                if next == Next::Stay {
                    next = tell(Happening::Message(message));
                }
            }),
            Part::End => ended = true,
        })?;
        if ended && next == Next::Stay {
            anyhow::bail!("the server has ended the stream");
        }
        Ok((next, opened))
    }
}

fn connect(server: SocketAddr, source: usize, manner: Manner) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(server), Type::STREAM, Some(Protocol::TCP))?;
    if manner == Manner::Stalls {
        socket.set_recv_buffer_size(STALLED_RECEIVE_BUFFER)?;
    }
    if server.is_ipv4() {
        let source = Ipv4Addr::new(127, 0, 0, u8::try_from(source).unwrap_or_default() + 2);
        socket.bind(&SocketAddr::from((source, 0)).into())?;
    }
    socket.set_nonblocking(true)?;
    match socket.connect(&server.into()) {
        // It does not stand at once: the poll tells when it does, or why not.
        Err(error) if error.raw_os_error() != Some(libc::EINPROGRESS) => Err(error),
        _ => Ok(TcpStream::from_std(socket.into())),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

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
        crowd.open(dialect::follow(server, "/api/events", None), Manner::Reads).unwrap();
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
