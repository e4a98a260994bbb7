//! The end: readiness goes first, streams are closed in waves, and the deadline holds.
//!
//! With `STREAMS=10000` as many are opened, in one process that needs two descriptors each: `ulimit -n 20100` first.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::time::{Duration, Instant};

use support::{PATIENCE, Server, Stream, answer, config};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

const DASHBOARD: &str = "/api/dashboard-stream";

async fn start(spread: Duration, deadline: Duration) -> Server {
    let flags = ["opsglass", "--no-journal", "--demo", "--interval", "60s"];
    let mut config = config(flags.map(OsString::from));
    (config.shutdown.spread, config.shutdown.deadline) = (spread, deadline);
    Server::serve(config).await.ready().await
}

/// How many streams to open: two descriptors each, and some for the rest.
fn many() -> usize {
    let asked = std::env::var("STREAMS").ok().map(|text| text.parse().unwrap());
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let open = limits.lines().find(|line| line.starts_with("Max open files"));
    let open = open.and_then(|line| line.split_whitespace().nth(3)?.parse::<usize>().ok()).unwrap_or(1024);
    asked.unwrap_or(2_000).min((open - 100) / 2)
}

#[tokio::test]
async fn readiness_goes_at_once_while_the_port_stays_open() {
    // Twenty waves: two seconds from one to the next.
    let server = start(Duration::from_secs(38), Duration::from_secs(60)).await;
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(b"GET /readyz HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    assert_ne!(idle.read(&mut [0; 1024]).await.unwrap(), 0);
    // One for the wave that is closed at once, one for the next.
    let _first = server.stream(DASHBOARD, b"").await;
    let mut second = server.stream(DASHBOARD, b"").await;
    server.shut_down();
    let ready = server.get("/readyz").await;
    assert_eq!((ready.status, ready.json()["error"].clone()), (503, "not_ready".into()));
    assert_eq!(server.get("/healthz").await.status, 200);
    assert_eq!(answer_rest(&mut idle).await, b"", "a connection that asks nothing is closed");
    let mut late = server.stream(DASHBOARD, b"").await;
    assert_eq!(late.next().await.unwrap().event, "bye", "who comes now is sent away");
    assert!((2_000..=6_000).contains(&late.parser.retry.unwrap()));
    assert_eq!(late.next().await, None);
    assert!(!server.is_ended(), "a stream is still open");
    second.until("bye").await;
    assert_eq!(second.next().await, None);
    server.ended().await;
}

async fn answer_rest(socket: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    timeout(PATIENCE, socket.read_to_end(&mut bytes)).await.unwrap().unwrap();
    bytes
}

#[tokio::test]
async fn a_request_that_is_under_way_is_answered() {
    let server = start(Duration::ZERO, Duration::from_secs(20)).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(b"GET /healthz HTTP/1.1\r\nhost:").await.unwrap();
    assert_eq!(server.get("/healthz").await.status, 200, "by now the half of it has been read");
    server.shut_down();
    socket.write_all(b" a\r\n\r\n").await.unwrap();
    let answer = answer(&mut socket).await;
    assert_eq!((answer.status, answer.header("connection")), (200, Some("close")));
    server.ended().await;
}

#[tokio::test]
async fn whoever_takes_nothing_does_not_hold_up_the_end() {
    let server = start(Duration::ZERO, Duration::from_secs(1)).await;
    // A head that never ends keeps its connection for ten seconds.
    let mut half = TcpStream::connect(server.address).await.unwrap();
    half.write_all(b"GET /").await.unwrap();
    assert_eq!(server.get("/healthz").await.status, 200);
    let begun = Instant::now();
    server.shut_down();
    server.ended().await;
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(answer_rest(&mut half).await, b"");
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_streams_end_within_the_deadline_and_come_back_spread() {
    let deadline = Duration::from_secs(8);
    let server = start(Duration::from_secs(2), deadline).await;
    let address = server.address;
    let mut readers = JoinSet::new();
    for _ in 0..many() {
        let mut stream = Stream::open(address, DASHBOARD, b"").await;
        stream.until("connected").await;
        readers.spawn(async move {
            let bye = stream.until("bye").await;
            assert_eq!(bye.json()["reason"], "the server is shutting down");
            let closed = Instant::now();
            assert_eq!(stream.next().await, None);
            (closed, stream.parser.retry.unwrap())
        });
    }
    let begun = Instant::now();
    server.shut_down();
    server.ended().await;
    assert!(begun.elapsed() < deadline, "{:?}", begun.elapsed());
    // When each would come back, if browsers did exactly as told: in which tenth of a second.
    let mut back: BTreeMap<u128, usize> = BTreeMap::new();
    let mut count = 0;
    while let Some(reader) = readers.join_next().await {
        let (closed, retry) = reader.unwrap();
        let at = closed - begun + Duration::from_millis(retry);
        *back.entry(at.as_millis() / 100).or_default() += 1;
        count += 1;
    }
    assert_eq!(count, many());
    let most = back.values().max().unwrap();
    assert!(most * 10 <= count, "{most} of {count} come back in one tenth of a second: {back:?}");
}
