//! A server that answers each connection with the next of some answers, byte for byte, and notes what it was asked.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::{PATIENCE, find};

pub(crate) struct Canned {
    pub(crate) address: SocketAddr,
    requests: mpsc::UnboundedReceiver<String>,
}

/// The answer that opens a stream with `frames` and then closes it.
pub(crate) fn stream(frames: &str) -> String {
    answer("200 OK", "content-type: text/event-stream\r\n", frames)
}

/// An answer that ends with its connection, `headers` each with its line end.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}\r\n{body}")
}

impl Canned {
    /// Starts one; after the last of `answers` nobody listens any more.
    pub(crate) async fn start(answers: impl IntoIterator<Item = String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (heads, requests) = mpsc::unbounded_channel();
        let answers = Vec::from_iter(answers);
        tokio::spawn(async move {
            for answer in answers {
                let (mut socket, _) = listener.accept().await.unwrap();
                let mut head = Vec::new();
                while find(&head, b"\r\n\r\n").is_none() {
                    assert_ne!(socket.read_buf(&mut head).await.unwrap(), 0, "the request breaks off");
                }
                drop(heads.send(String::from_utf8(head).unwrap()));
                // The other end may have gone.
                drop(socket.write_all(answer.as_bytes()).await);
            }
        });
        Self { address, requests }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The head of the next request.
    pub(crate) async fn request(&mut self) -> String {
        timeout(PATIENCE, self.requests.recv()).await.unwrap().unwrap()
    }
}
