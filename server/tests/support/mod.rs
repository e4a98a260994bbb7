//! A real server on a port of its own, and clients that speak HTTP byte by byte.
#![allow(dead_code, reason = "each test binary uses its own part")]

pub(crate) mod canned;
pub(crate) mod doors;
pub(crate) mod edge;
pub(crate) mod exposition;
pub(crate) mod parser;
#[cfg(target_os = "linux")]
pub(crate) mod podman;
#[cfg(unix)]
pub(crate) mod process;
pub(crate) mod provider;
pub(crate) mod receivers;
pub(crate) mod tail;
pub(crate) mod tls;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::time::Duration;

use parser::{Message, Parser};
use server::config::{Config, Request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Long enough for anything that should happen, on a busy machine too.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Lines of a configuration file by which no alert of this machine comes in between.
pub(crate) const NO_ALERTS: &str = "[alerts]\noff = ['clock-skew', 'clock-not-synchronised', 'unit-failed']\ncpu.enabled = false\nmemory.enabled = false\nswap.enabled = false\n\
    load.enabled = false\nfilesystem.enabled = false\n";

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    shutdown: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Server {
    /// Starts opsglass as the command line `flags` say.
    pub(crate) async fn start(flags: &[&str]) -> Self {
        let all = ["opsglass", "--no-journal", "--containers", "none", "--interval", "250ms", "--state-dir", "none"]
            .iter()
            .chain(flags);
        Self::serve(config(all.map(OsString::from))).await
    }

    pub(crate) async fn serve(config: Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let serving = tokio::spawn(server::run(listener, config, None, shutdown.clone()));
        Self { address, shutdown, serving }
    }

    /// Waits until there is something to show.
    pub(crate) async fn ready(self) -> Self {
        timeout(PATIENCE, async {
            while self.get("/readyz").await.status != 200 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await
        .unwrap();
        self
    }

    pub(crate) fn shut_down(&self) {
        self.shutdown.cancel();
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.serving.is_finished()
    }

    pub(crate) async fn ended(self) {
        timeout(PATIENCE, self.serving).await.unwrap().unwrap().unwrap();
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "").await
    }

    /// Sends one request, `headers` each with its line end, and reads the whole answer.
    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        self.send(method, path, headers, b"").await
    }

    /// Publishes `body`, which is JSON, in `channel`.
    pub(crate) async fn publish(&self, channel: &str, body: &str) -> Answer {
        self.post(&format!("/api/publish/{channel}"), "application/json", body.as_bytes()).await
    }

    /// Posts `body`.
    pub(crate) async fn post(&self, path: &str, content_type: &str, body: &[u8]) -> Answer {
        let headers = format!("content-type: {content_type}\r\ncontent-length: {}\r\n", body.len());
        self.send("POST", path, &headers, body).await
    }

    /// Sends one request with a body and reads the whole answer.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
        ask(self.address, method, path, headers, body).await
    }

    pub(crate) async fn stream(&self, path: &str, headers: &[u8]) -> Stream {
        Stream::open(self.address, path, headers).await
    }
}

/// Looks again and again until there is something.
pub(crate) async fn eventually<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, found).await.expect("it comes in time")
}

/// Sends one request and reads the whole answer.
pub(crate) async fn ask(address: SocketAddr, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
    let head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}\r\n");
    exchange(address, &head, body).await
}

/// Asks by the name of another host.
pub(crate) async fn ask_as(host: &str, address: SocketAddr, method: &str, path: &str) -> Answer {
    let head = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    exchange(address, &head, b"").await
}

async fn exchange(address: SocketAddr, head: &str, body: &[u8]) -> Answer {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(&[head.as_bytes(), body].concat()).await.unwrap();
    answer(&mut socket).await
}

/// Reads what comes until the server closes.
pub(crate) async fn answer(socket: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    timeout(PATIENCE, socket.read_to_end(&mut bytes)).await.unwrap().unwrap();
    Answer::read(&bytes)
}

pub(crate) fn config(args: impl IntoIterator<Item = OsString>) -> Config {
    match Request::read(args).unwrap() {
        Request::Serve(config) => *config,
        other => panic!("{other:?}"),
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let end = find(bytes, b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
        let body = if head.contains("transfer-encoding: chunked") {
            let mut chunks = Chunks::default();
            chunks.feed(&bytes[end + 4..])
        } else {
            bytes[end + 4..].to_vec()
        };
        Self { status: status(&head), head, body }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

/// An open stream.
pub(crate) struct Stream {
    socket: TcpStream,
    pub(crate) head: String,
    chunks: Chunks,
    pub(crate) parser: Parser,
    ready: std::collections::VecDeque<Message>,
    /// All that came after the head, as it was.
    pub(crate) raw: Vec<u8>,
}

impl Stream {
    pub(crate) async fn open(address: SocketAddr, path: &str, headers: &[u8]) -> Self {
        let mut socket = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\naccept: text/event-stream\r\n");
        let request = [request.as_bytes(), headers, b"\r\n"].concat();
        socket.write_all(&request).await.unwrap();
        let mut bytes = Vec::new();
        let end = loop {
            assert_ne!(timeout(PATIENCE, socket.read_buf(&mut bytes)).await.unwrap().unwrap(), 0, "closed early");
            if let Some(end) = find(&bytes, b"\r\n\r\n") {
                break end;
            }
        };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
        assert_eq!(status(&head), 200, "{head}");
        let mut stream = Self {
            socket,
            head,
            chunks: Chunks::default(),
            parser: Parser::default(),
            ready: [].into(),
            raw: Vec::new(),
        };
        stream.take(&bytes[end + 4..]);
        stream
    }

    fn take(&mut self, bytes: &[u8]) {
        let chunked = self.head.contains("transfer-encoding: chunked");
        let body = if chunked { self.chunks.feed(bytes) } else { bytes.to_vec() };
        self.ready.extend(self.parser.feed(&body));
        self.raw.extend(body);
    }

    /// The next event, or `None` when the server has closed the stream.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some(message) = self.ready.pop_front() {
                return Some(message);
            }
            let mut bytes = Vec::with_capacity(64 * 1024);
            if timeout(PATIENCE, self.socket.read_buf(&mut bytes)).await.expect("an event in time").unwrap_or(0) == 0 {
                return None;
            }
            self.take(&bytes);
        }
    }

    /// Whether the server has not reset it, as far as is known without reading.
    pub(crate) fn is_open(&self) -> bool {
        self.socket.take_error().unwrap().is_none()
    }

    /// Reads on to the next event called `event`.
    pub(crate) async fn until(&mut self, event: &str) -> Message {
        loop {
            let message = self.next().await.expect("the stream goes on");
            if message.event == event {
                return message;
            }
        }
    }
}

impl Message {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.data).unwrap()
    }
}

/// Takes the chunked coding off a body that comes in pieces.
#[derive(Default)]
struct Chunks(Vec<u8>);

impl Chunks {
    fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.0.extend(bytes);
        let mut body = Vec::new();
        while let Some(line) = find(&self.0, b"\r\n") {
            let size = usize::from_str_radix(std::str::from_utf8(&self.0[..line]).unwrap(), 16).unwrap();
            if self.0.len() < line + 2 + size + 2 {
                break;
            }
            body.extend(&self.0[line + 2..line + 2 + size]);
            self.0.drain(..line + 2 + size + 2);
        }
        body
    }
}

fn status(head: &str) -> u16 {
    head.split(' ').nth(1).unwrap().parse().unwrap()
}

fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes.windows(pattern.len()).position(|window| window == pattern)
}
