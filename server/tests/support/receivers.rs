//! Those who are told of alerts: web servers of all manners, a mail server, a real Alertmanager.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::{PATIENCE, ask, find};

/// How a request is answered.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Manner {
    Takes,
    Fails,
    Hangs,
    RedirectsToItself,
    /// A failure whose body is a gigabyte.
    FailsWithoutEnd,
    /// 200, and a gigabyte.
    TakesWithoutEnd,
    /// 200, and a byte now and then for as long as anybody listens.
    TakesInDrops,
    BreaksOff,
}

#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// A web server that answers each connection in the next of some manners, and notes what it was told.
pub(crate) struct Catcher {
    address: SocketAddr,
    requests: mpsc::UnboundedReceiver<Request>,
    written: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    serving: tokio::task::JoinHandle<()>,
}

impl Catcher {
    pub(crate) async fn start(manners: Vec<Manner>) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap(), manners)
    }

    /// Another one on the same port.
    pub(crate) async fn again(self, manners: Vec<Manner>) -> Self {
        self.serving.abort();
        drop(self.serving.await);
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(self.address).unwrap();
        Self::on(socket.listen(64).unwrap(), manners)
    }

    fn on(listener: TcpListener, manners: Vec<Manner>) -> Self {
        let address = listener.local_addr().unwrap();
        let (sender, requests) = mpsc::unbounded_channel();
        let written = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&written);
        let open = Arc::new(AtomicUsize::new(0));
        let connections = Arc::clone(&open);
        let serving = tokio::spawn(async move {
            for manner in manners.into_iter().chain(std::iter::repeat(Manner::Takes)) {
                let (mut socket, _) = listener.accept().await.unwrap();
                let Some(request) = request(&mut socket).await else { continue };
                drop(sender.send(request));
                let (count, connections) = (Arc::clone(&count), Arc::clone(&connections));
                connections.fetch_add(1, Relaxed);
                tokio::spawn(async move {
                    answer(socket, manner, address, count).await;
                    connections.fetch_sub(1, Relaxed);
                });
            }
        });
        Self { address, requests, written, open, serving }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) async fn request(&mut self) -> Request {
        timeout(PATIENCE, self.requests.recv()).await.unwrap().unwrap()
    }

    /// Whether nothing more comes for a while.
    pub(crate) async fn no_more(&mut self) -> bool {
        timeout(Duration::from_millis(300), self.requests.recv()).await.is_err()
    }

    /// Whether all its connections end.
    pub(crate) async fn is_left_alone(&self) -> bool {
        let ended = async || (self.open.load(Relaxed) == 0).then_some(());
        timeout(PATIENCE, super::eventually(ended)).await.is_ok()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Bytes of endless answers that somebody has taken.
    pub(crate) fn written(&self) -> usize {
        self.written.load(Relaxed)
    }
}

async fn request(socket: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            break end;
        }
        if socket.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end + 2].to_vec()).unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse::<usize>().unwrap();
    while bytes.len() < end + 4 + length {
        if socket.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return None;
        }
    }
    Some(Request { head, body: bytes[end + 4..].to_vec() })
}

async fn answer(mut socket: TcpStream, manner: Manner, address: SocketAddr, written: Arc<AtomicUsize>) {
    let simple = match manner {
        Manner::Takes => "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_owned(),
        Manner::Fails => "HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n".to_owned(),
        Manner::RedirectsToItself => {
            format!("HTTP/1.1 307 Go\r\nlocation: http://{address}/\r\ncontent-length: 0\r\n\r\n")
        }
        Manner::Hangs => {
            let mut rest = Vec::new();
            drop(socket.read_to_end(&mut rest).await);
            return;
        }
        Manner::BreaksOff => return,
        Manner::FailsWithoutEnd => "HTTP/1.1 503 Oh\r\ncontent-length: 1000000000\r\n\r\n".to_owned(),
        Manner::TakesWithoutEnd => "HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n".to_owned(),
        Manner::TakesInDrops => "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n".to_owned(),
    };
    if socket.write_all(simple.as_bytes()).await.is_err() {
        return;
    }
    let chunk: &[u8] = match manner {
        Manner::FailsWithoutEnd | Manner::TakesWithoutEnd => &[b'x'; 64 * 1024],
        Manner::TakesInDrops => b"x",
        _ => return,
    };
    for _ in 0..1_000_000_000 / chunk.len() {
        if chunk.len() == 1 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        if socket.write_all(chunk).await.is_err() {
            return;
        }
        written.fetch_add(chunk.len(), Relaxed);
    }
}

/// A mail server that takes one mail of each connection.
pub(crate) struct Mail {
    pub(crate) address: SocketAddr,
    taken: mpsc::UnboundedReceiver<String>,
}

impl Mail {
    pub(crate) async fn start() -> Self {
        Self::without("nobody").await
    }

    /// One that doesn't know this address.
    pub(crate) async fn without(unknown: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, taken) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let sender = sender.clone();
                tokio::spawn(async move { drop(sender.send(mail(socket, unknown).await)) });
            }
        });
        Self { address, taken }
    }

    /// All that was said to it in the next connection that ends.
    pub(crate) async fn received(&mut self) -> String {
        timeout(PATIENCE, self.taken.recv()).await.unwrap().unwrap()
    }
}

/// Answers as a mail server does, and returns what was said to it.
async fn mail(socket: TcpStream, unknown: &str) -> String {
    let (reader, mut writer) = socket.into_split();
    let mut lines = BufReader::new(reader).lines();
    let (mut said, mut in_data) = (String::new(), false);
    writer.write_all(b"220 catcher ESMTP\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        said += &format!("{line}\n");
        let answer: &[u8] = match line.as_str() {
            "." if in_data => {
                in_data = false;
                b"250 taken\r\n"
            }
            _ if in_data => continue,
            "DATA" => {
                in_data = true;
                b"354 go on\r\n"
            }
            "QUIT" => break,
            line if line.starts_with("RCPT") && line.contains(unknown) => b"550 no such user\r\n",
            _ => b"250 ok\r\n",
        };
        if writer.write_all(answer).await.is_err() {
            break;
        }
    }
    said
}

/// Debian's Alertmanager, where it is installed.
pub(crate) struct Alertmanager {
    pub(crate) address: SocketAddr,
    child: Child,
    _folder: tempfile::TempDir,
}

impl Alertmanager {
    pub(crate) async fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("alertmanager.yml");
        std::fs::write(&file, "route:\n  receiver: none\nreceivers:\n- name: none\n").unwrap();
        // It can't be told to take any port; one that was free a moment ago mostly still is.
        let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let child = Command::new("prometheus-alertmanager")
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.path={}", folder.path().join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .arg("--cluster.listen-address=")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let manager = Self { address, child, _folder: folder };
        timeout(PATIENCE, async {
            while TcpStream::connect(address).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await
        .unwrap();
        Some(manager)
    }

    /// Waits until its alerts are as `wanted`.
    pub(crate) async fn until(&self, wanted: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
        let waiting = async {
            loop {
                let answer = ask(self.address, "GET", "/api/v2/alerts", "", b"").await;
                if answer.status == 200 && wanted(&answer.json()) {
                    return answer.json();
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(PATIENCE, waiting).await.unwrap()
    }
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
