//! Publishes at a steady pace over one connection, whether the server keeps up or not.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};

use crate::dialect::Dialect;
use crate::http::{Decoder, Part};
use crate::tick::{Clock, Tick};

/// An answer that takes longer is none.
const ANSWER: Duration = Duration::from_secs(20);
/// Past this much of delay, requests go out in pieces, so that the first ones do not wait for the last.
const PIECE: usize = 32 * 1024;

/// What to publish.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// Events a second.
    pub(crate) rate: f64,
    /// Events in all.
    pub(crate) count: u64,
    /// Bytes of an event's data.
    pub(crate) size: usize,
}

/// How that went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Published {
    /// Answers that said yes.
    pub(crate) accepted: u64,
    /// Answers that said no.
    pub(crate) refused: u64,
}

/// Publishes all of it. Each event is stamped with the moment it is due, so that a server that keeps the publisher
/// waiting does not look faster for it. `before` is called with each number before it is sent.
///
/// # Errors
/// When the connection breaks or answers stay away.
pub(crate) fn publish(
    server: SocketAddr,
    dialect: Dialect,
    token: Option<&str>,
    clock: Clock,
    pace: Pace,
    mut before: impl FnMut(u64) -> Result<()>,
) -> Result<Published> {
    let mut socket = TcpStream::connect(server).context("the publisher cannot connect")?;
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(ANSWER))?;
    socket.set_write_timeout(Some(ANSWER))?;
    let answers = socket.try_clone()?;
    let reading = thread::spawn(move || read_answers(answers, pace.count));

    let start = clock.now();
    let mut requests = String::new();
    for number in 0..pace.count {
        let due = start + Duration::from_secs_f64(number as f64 / pace.rate);
        let wait = due.saturating_sub(clock.now());
        if !wait.is_zero() || requests.len() > PIECE {
            send(&mut socket, &mut requests)?;
            thread::sleep(wait);
        }
        before(number)?;
        let at = u64::try_from(due.as_nanos())?;
        requests.push_str(&dialect.publish(server, token, &Tick { number, at }.encode(pace.size)));
    }
    send(&mut socket, &mut requests)?;
    reading.join().map_err(|_| anyhow!("the reader of answers has died"))?
}

fn send(socket: &mut TcpStream, requests: &mut String) -> Result<()> {
    socket.write_all(requests.as_bytes()).context("the publisher cannot send")?;
    requests.clear();
    Ok(())
}

fn read_answers(mut socket: TcpStream, count: u64) -> Result<Published> {
    let mut published = Published { accepted: 0, refused: 0 };
    let mut ended = 0;
    let mut decoder = Decoder::new();
    let mut buffer = [0; 16 * 1024];
    while ended < count {
        let read = socket.read(&mut buffer).context("no answer to the publisher")?;
        if read == 0 {
            bail!("the publisher's connection was closed after {ended} of {count} answers");
        }
        decoder.feed(&buffer[..read], &mut |part| match part {
            Part::Head { status: 200..=299 } => published.accepted += 1,
            Part::Head { .. } => published.refused += 1,
            Part::Content(_) => {}
            Part::End => ended += 1,
        })?;
    }
    Ok(published)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn answers_are_counted_by_what_they_say() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = listener.local_addr().unwrap();
        let serving = thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let yes = "HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}";
            let no = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n";
            socket.write_all(format!("{yes}{no}{yes}").as_bytes()).unwrap();
            let mut requests = String::new();
            socket.read_to_string(&mut requests).unwrap();
            requests
        });

        let mut numbers = Vec::new();
        let pace = Pace { rate: 1000.0, count: 3, size: 80 };
        let before = |number| {
            numbers.push(number);
            Ok(())
        };
        let published = publish(server, Dialect::Opsglass, None, Clock::start(), pace, before).unwrap();
        assert_eq!(published, Published { accepted: 2, refused: 1 });
        assert_eq!(numbers, [0, 1, 2]);
        assert_eq!(serving.join().unwrap().matches("POST /api/publish/bench HTTP/1.1\r\n").count(), 3);
    }
}
