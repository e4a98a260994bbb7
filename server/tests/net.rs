//! Those who are slow, stalled or gone, on real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::ffi::OsString;
use std::io::Write as _;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use server::net::Config;
use support::edge::Edge;
use support::{PATIENCE, Server, Stream, answer, ask, config};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

const SHORT: Duration = Duration::from_millis(500);
/// Long enough for whoever reads, on a busy machine too.
const LONGER: Duration = Duration::from_secs(2);

async fn flood(edge: &Edge) -> TcpStream {
    let mut socket = TcpStream::connect(edge.address).await.unwrap();
    socket.write_all(b"GET /stream/flood HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    socket
}

/// Waits until the server has closed the connection, in whatever way.
async fn closed(socket: &mut TcpStream) {
    let mut bytes = [0; 4096];
    let reading = async { while socket.read(&mut bytes).await.is_ok_and(|read| read > 0) {} };
    timeout(PATIENCE, reading).await.expect("the server closes it");
}

#[tokio::test]
async fn stalled_readers_are_cut_off_and_the_others_are_not() {
    let edge = Edge::start(Config { write_timeout: LONGER, ..Config::default() }).await;
    let mut others = Vec::new();
    for _ in 0..10 {
        others.push(flood(&edge).await);
    }
    let reading = others.into_iter().map(|mut socket| {
        tokio::spawn(async move {
            let mut bytes = vec![0; 64 * 1024];
            loop {
                assert_ne!(socket.read(&mut bytes).await.unwrap(), 0, "who reads is served");
            }
        })
    });
    let reading: Vec<_> = reading.collect();
    let mut stalled = Vec::new();
    for _ in 0..30 {
        stalled.push(flood(&edge).await);
    }
    edge.until(|counts| counts.stalled == 30).await;
    edge.until(|counts| (counts.connections, counts.streams) == (10, 10)).await;
    for reader in reading {
        assert!(!reader.is_finished());
        reader.abort();
    }
}

#[tokio::test]
async fn who_was_cut_off_resumes_and_has_missed_nothing() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let flags = ["opsglass", "--no-journal", "--log-file", file.path().to_str().unwrap()];
    let mut config = config(flags.map(OsString::from));
    config.net.write_timeout = LONGER;
    let server = Server::serve(config).await.ready().await;
    let mut stalled = server.stream("/api/dashboard-stream", b"").await;
    stalled.until("metrics").await;
    let padding = "x".repeat(500);
    let mut lines = (0..).map(|line| writeln!(file, "{line} {padding}").unwrap());
    lines.next();
    let cursor = stalled.until("log").await.last_event_id;
    lines.by_ref().take(2_000).for_each(drop);
    let cut = async {
        while stalled.is_open() {
            tokio::time::sleep(SHORT / 10).await;
        }
    };
    timeout(PATIENCE, cut).await.expect("it is cut off");
    let resume = format!("last-event-id: {cursor}\r\n");
    let mut resumed = server.stream("/api/dashboard-stream", resume.as_bytes()).await;
    assert_eq!(resumed.until("connected").await.json()["missed"], 0);
    for line in 1..=2_000 {
        let log = resumed.until("log").await.json();
        assert_eq!(log["message"].as_str().unwrap().split(' ').next(), Some(line.to_string().as_str()));
    }
}

#[tokio::test]
async fn a_stalled_reader_is_noticed_after_some_100_kilobytes() {
    let edge = Edge::start(Config::default()).await;
    let _stalled = flood(&edge).await;
    // Until no more is handed over: what is then under way is in the system's buffers, ours and the reader's.
    let mut handed_over = 0;
    while handed_over == 0 || edge.handed_over.load(Relaxed) != handed_over {
        handed_over = edge.handed_over.load(Relaxed);
        tokio::time::sleep(SHORT).await;
    }
    eprintln!("{handed_over} bytes were handed over");
    assert!(handed_over < 192 * 1024, "{handed_over}");
}

#[tokio::test]
async fn who_reads_a_byte_now_and_then_is_cut_off() {
    let edge = Edge::start(Config { write_timeout: SHORT, ..Config::default() }).await;
    let mut trickle = flood(&edge).await;
    let reading = tokio::spawn(async move {
        while trickle.read_u8().await.is_ok() {
            tokio::time::sleep(SHORT / 10).await;
        }
    });
    edge.until(|counts| (counts.stalled, counts.connections) == (1, 0)).await;
    reading.abort();
}

#[tokio::test]
async fn heads_that_drip_are_closed_and_a_good_client_is_answered_meanwhile() {
    let mut config = Config::default();
    config.request.head_timeout = Duration::from_secs(1);
    let edge = Edge::start(config).await;
    let mut slow = Vec::new();
    for _ in 0..300 {
        let mut socket = TcpStream::connect(edge.address).await.unwrap();
        socket.write_all(b"G").await.unwrap();
        slow.push(socket);
    }
    assert_eq!(ask(edge.address, "GET", "/", "", b"").await.status, 200);
    for (number, socket) in slow.iter_mut().enumerate() {
        // Another byte changes nothing.
        if number % 2 == 0 {
            drop(socket.write_all(b"E").await);
        }
        closed(socket).await;
    }
    edge.until(|counts| counts.connections == 0).await;
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let edge = Edge::start(Config::default()).await;
    let fits = format!("last-event-id: {}\r\n", "9".repeat(8 * 1024));
    assert_eq!(ask(edge.address, "GET", "/", &fits, b"").await.status, 200);
    // Sent bit by bit, so that the server has read all of it when it closes.
    let mut socket = TcpStream::connect(edge.address).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nlast-event-id: ").await.unwrap();
    let mut refused = [0; 12];
    let writing = async {
        loop {
            if socket.write_all(&[b'9'; 1024]).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
            if socket.try_read(&mut refused).is_ok() {
                break;
            }
        }
    };
    timeout(PATIENCE, writing).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&refused), "HTTP/1.1 431");
    let many = "x: y\r\n".repeat(200);
    assert_eq!(ask(edge.address, "GET", "/", &many, b"").await.status, 431);
}

#[tokio::test]
async fn a_connection_that_asks_nothing_more_is_let_go() {
    let mut config = Config::default();
    config.request.idle_timeout = SHORT;
    let edge = Edge::start(config).await;
    let mut socket = TcpStream::connect(edge.address).await.unwrap();
    for _ in 0..2 {
        socket.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
        let mut first = [0; 12];
        socket.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200", "it is kept between two requests");
        while !socket_read_to(&mut socket).await.ends_with(b"127.0.0.1") {}
    }
    // Before the time is up in which a head must come.
    timeout(Duration::from_secs(5), closed(&mut socket)).await.unwrap();
}

async fn socket_read_to(socket: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    socket.read_buf(&mut bytes).await.unwrap();
    bytes
}

#[tokio::test]
async fn a_silent_stream_is_not_taken_for_an_idle_connection() {
    let mut config = Config { write_timeout: SHORT, ..Config::default() };
    (config.request.idle_timeout, config.request.head_timeout) = (SHORT, SHORT);
    let edge = Edge::start(config).await;
    let mut stream = Stream::open(edge.address, "/stream", b"").await;
    assert_eq!(stream.next().await.unwrap().data, "hello");
    tokio::time::sleep(SHORT * 3).await;
    assert_eq!(edge.places.counts().streams, 1);
    drop(stream);
    edge.until(|counts| (counts.streams, counts.connections) == (0, 0)).await;
}

#[tokio::test]
async fn a_body_is_limited_in_size_and_time() {
    let mut config = Config::default();
    config.request.body_bytes = 1024;
    config.request.body_timeout = SHORT;
    let edge = Edge::start(config).await;
    let fits = ask(edge.address, "POST", "/body", "content-length: 1024\r\n", &[0; 1024]).await;
    assert_eq!((fits.status, fits.text()), (200, "1024"));
    assert_eq!(ask(edge.address, "POST", "/body", "content-length: 1025\r\n", &[0; 1025]).await.status, 413);
    let chunked = [&b"800\r\n"[..], &[0; 0x800], b"\r\n0\r\n\r\n"].concat();
    assert_eq!(ask(edge.address, "POST", "/body", "transfer-encoding: chunked\r\n", &chunked).await.status, 413);
    let mut slow = TcpStream::connect(edge.address).await.unwrap();
    slow.write_all(b"POST /body HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nabc").await.unwrap();
    let late = answer(&mut slow).await;
    assert_eq!((late.status, late.json()["error"].clone()), (408, "too_slow".into()));
}
