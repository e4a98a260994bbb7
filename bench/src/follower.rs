//! One stream that is held: the connection, what it has asked for, and what has come.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::Result;
use mio::event::Event;
use mio::net::TcpStream;
use mio::{Interest, Poll, Token};
use socket2::{Domain, Protocol, SockRef, Socket, Type};

use crate::events::{Message, Parser};
use crate::http::{Decoder, Part};

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

/// A stream that is held.
pub(crate) struct Follower {
    socket: TcpStream,
    // What is still to be sent. Empty once it is sent.
    request: String,
    manner: Manner,
    decoder: Decoder,
    parser: Parser,
}

impl Follower {
    /// Begins a connection to the server, from the loopback address of that number.
    ///
    /// # Errors
    /// When the system has no more descriptors or ports.
    pub(crate) fn connect(server: SocketAddr, source: usize, request: String, manner: Manner) -> io::Result<Self> {
        let socket = connect(server, source, manner)?;
        Ok(Self { socket, request, manner, decoder: Decoder::new(), parser: Parser::default() })
    }

    /// Has the poll tell what happens to it, by that token.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn register(&mut self, poll: &Poll, token: Token) -> io::Result<()> {
        poll.registry().register(&mut self.socket, token, Interest::READABLE | Interest::WRITABLE)
    }

    /// Has its connection end with a reset when it goes.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn reset(&self) -> io::Result<()> {
        SockRef::from(&self.socket).set_linger(Some(Duration::ZERO))
    }

    /// Does what the poll says it can: sends the request, reads what has come. Tells what that brings, and returns how
    /// the follower goes on.
    ///
    /// # Errors
    /// When the stream has ended or is none.
    pub(crate) fn ready(
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
