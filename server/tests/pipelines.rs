//! A stream that is asked for on a connection that has answered other requests before it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use server::net::Config;
use support::PATIENCE;
use support::edge::{Edge, PAGE};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Sends all of `requests` at once and reads until the stream, which is the last, has said its one thing.
async fn asked(edge: &Edge, requests: &[&str]) -> Vec<u8> {
    let mut socket = TcpStream::connect(edge.address).await.unwrap();
    socket.write_all(requests.concat().as_bytes()).await.unwrap();
    edge.until(|counts| counts.connections == 1).await;
    let mut bytes = Vec::new();
    let reading = async {
        while !bytes.windows(13).rev().take(20).any(|end| end == b"data: hello\n\n") {
            assert_ne!(socket.read_buf(&mut bytes).await.unwrap(), 0, "closed early");
        }
    };
    timeout(PATIENCE, reading).await.unwrap();
    assert_eq!(edge.places.counts().streams, 1);
    drop(socket);
    edge.until(|counts| (counts.streams, counts.connections) == (0, 0)).await;
    bytes
}

const ROOT: &str = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
const STREAM: &str = "GET /stream HTTP/1.1\r\nhost: localhost\r\n\r\n";

fn count(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).filter(|window| *window == wanted).count()
}

#[tokio::test]
async fn a_stream_follows_other_answers_on_one_connection() {
    let edge = Edge::start(Config::default()).await;
    let bytes = asked(&edge, &[ROOT, ROOT, STREAM]).await;
    assert_eq!((count(&bytes, b"HTTP/1.1 200 OK"), count(&bytes, b"127.0.0.1")), (3, 2));
}

#[tokio::test]
async fn a_stream_cuts_no_answer_short_that_is_still_on_its_way() {
    let edge = Edge::start(Config::default()).await;
    let page = "GET /page HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let bytes = asked(&edge, &[page, STREAM]).await;
    assert_eq!((count(&bytes, b"HTTP/1.1 200 OK"), count(&bytes, &[b'x'; 64])), (2, PAGE - 63));
}

#[tokio::test]
async fn a_stream_is_answered_in_the_oldest_version_too() {
    let edge = Edge::start(Config::default()).await;
    let bytes = asked(&edge, &["GET /stream HTTP/1.0\r\n\r\n"]).await;
    let answer = String::from_utf8(bytes).unwrap();
    assert!(!answer.contains("transfer-encoding") && answer.ends_with("\r\n\r\ndata: hello\n\n"), "{answer}");
}
