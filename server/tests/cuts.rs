//! `opsglass tail` reads the same however the bytes of a stream are cut, and holds no more of it than it says.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use serde_json::json;
use support::tail::Tail;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Each end of line, a byte order mark, characters of many bytes, an event without data, one that breaks off.
const STREAM: &str = "\u{feff}event: a\r\nid: 1\r\ndata: ü🦀\rdata:\ndata:  b\r\n\r\n\
    : a comment\r\revent: none\n\nevent: b\rdata\r\rdata: \u{feff}c\u{2028}\n\n\
    event: lost\ndata: lost";

/// Answers each request with `body` in chunks of `size` bytes and closes.
async fn serve(body: Vec<u8>, size: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut bytes =
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        for chunk in body.chunks(size) {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        while let Ok((mut socket, _)) = listener.accept().await {
            assert_ne!(socket.read(&mut [0; 4_096]).await.unwrap(), 0);
            // The other end may have seen enough.
            drop(socket.write_all(&bytes).await);
        }
    });
    url
}

#[tokio::test]
async fn events_are_the_same_however_the_bytes_are_cut() {
    for size in [1, 3, 1_000] {
        let url = serve(STREAM.as_bytes().to_vec(), size).await;
        // The first event of the second connection shows what became of the end of the first.
        let ending = Tail::start(&[&url, "--json", "--max-events", "4"]).ended().await;
        let events: Vec<serde_json::Value> =
            ending.shown.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let got: Vec<_> = events.iter().map(|event| json!([event["event"], event["data"]])).collect();
        let expected = [("a", "ü🦀\n\n b"), ("b", ""), ("message", "\u{feff}c\u{2028}"), ("a", "ü🦀\n\n b")];
        assert_eq!(got, expected.map(|(event, data)| json!([event, data])), "in pieces of {size}");
    }
}

#[tokio::test]
async fn a_long_line_is_read_whole() {
    let long = "x".repeat(5 * 1024 * 1024);
    let url = serve(format!("data: {long}\n\n").into_bytes(), 60_000).await;
    let ending = Tail::start(&[&url, "--json", "--max-events", "1"]).ended().await;
    assert_eq!(ending.code, Some(0), "{}", ending.said);
    let event: serde_json::Value = serde_json::from_str(&ending.shown).unwrap();
    assert!(event["data"] == long.as_str());
}

#[tokio::test]
async fn a_line_without_end_is_given_up_with_a_word() {
    let url = serve(vec![b'x'; 33 * 1024 * 1024], 60_000).await;
    let mut tail = Tail::start(&[&url]);
    tail.says("an event of more than 32 MiB").await;
}
