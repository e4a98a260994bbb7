//! The end: readiness goes first, streams are closed in waves, and the deadline holds.
//!
//! With `STREAMS=10000` as many are opened: `ulimit -n 11000` first, where fewer files may be open.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::time::{Duration, Instant};

#[cfg(unix)]
use support::process::Process;
use support::{PATIENCE, Server, Stream, answer, ask, config};
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

#[tokio::test]
async fn readiness_goes_at_once_while_the_port_stays_open() {
    // Twenty waves: two seconds from one to the next.
    let server = start(Duration::from_secs(38), Duration::from_secs(60)).await;
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
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
    socket.write_all(b" localhost\r\n\r\n").await.unwrap();
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

/// How many streams to open.
#[cfg(unix)]
fn many() -> usize {
    let many = std::env::var("STREAMS").map_or(2_000, |text| text.parse().unwrap());
    server::net::make_room(many);
    many
}

/// The server is a process of its own: each side has a descriptor for each stream.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_streams_end_within_the_deadline_and_come_back_spread() {
    let deadline = Duration::from_secs(8);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("opsglass.toml");
    std::fs::write(&file, "[shutdown]\nspread = '2s'\ndeadline = '8s'\n").unwrap();
    let process = Process::start(["--demo", "--interval", "60s", "--config", file.to_str().unwrap()]);
    let address = process.address;
    let many = many();
    let mut readers = JoinSet::new();
    for _ in 0..many {
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
    process.signal("-TERM");
    support::eventually(async || (ask(address, "GET", "/readyz", "", b"").await.status == 503).then_some(())).await;
    let unready = begun.elapsed();
    let ended = tokio::task::spawn_blocking(move || process.ended());
    assert!(ended.await.unwrap().success());
    let ended = begun.elapsed();
    assert!(ended < deadline, "{ended:?}");
    // When each would come back, if browsers did exactly as told: in which tenth of a second.
    let (mut closed, mut back) = (BTreeMap::new(), BTreeMap::new());
    for (at, retry) in readers.join_all().await {
        let at = at - begun;
        *closed.entry(at.as_millis() / 100).or_insert(0) += 1;
        *back.entry((at.as_millis() + u128::from(retry)) / 100).or_insert(0) += 1;
    }
    assert_eq!(back.values().sum::<usize>(), many);
    let most = back.values().max().unwrap();
    assert!(most * 10 <= many, "{most} of {many} come back in one tenth of a second: {back:?}");
    println!("{many} streams: not ready after {unready:?}, ended after {ended:?}, at most {most} back in 100 ms");
    println!("closed by tenth of a second: {closed:?}");
}
