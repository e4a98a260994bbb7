//! Who comes back goes on exactly where it stopped, or is told what is gone; on real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use support::{NO_ALERTS, Server, Stream};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::interval;

/// Publishes the numbers from 1 to `last` in `channel`, `rate` a second, over one connection, as events called `channel`.
async fn publish_numbers(server: SocketAddr, channel: &str, last: u64, rate: u64) {
    const BATCH: usize = 20;
    let (mut answers, mut requests) = TcpStream::connect(server).await.unwrap().into_split();
    let answered = tokio::spawn(async move {
        let mut bytes = Vec::new();
        answers.read_to_end(&mut bytes).await.unwrap();
        String::from_utf8(bytes).unwrap().matches("202 Accepted").count()
    });
    let mut tick = interval(Duration::from_secs(1) * BATCH as u32 / u32::try_from(rate).unwrap());
    let numbers: Vec<u64> = (1..=last).collect();
    for batch in numbers.chunks(BATCH) {
        tick.tick().await;
        let request = |&n: &u64| {
            let body = json!({ "event": channel, "data": n }).to_string();
            let connection = if n == last { "close" } else { "keep-alive" };
            let head =
                format!("POST /api/publish/{channel} HTTP/1.1\r\nhost: localhost\r\nconnection: {connection}\r\n");
            format!("{head}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        };
        requests.write_all(batch.iter().map(request).collect::<String>().as_bytes()).await.unwrap();
    }
    assert_eq!(answered.await.unwrap(), numbers.len());
}

/// A server with a configuration file of these lines.
async fn start(lines: &str) -> Server {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("{lines}{NO_ALERTS}")).unwrap();
    Server::start(&["--config", file.path().to_str().unwrap()]).await.ready().await
}

async fn resume(server: SocketAddr, path: &str, cursor: &str) -> Stream {
    Stream::open(server, path, format!("last-event-id: {cursor}\r\n").as_bytes()).await
}

/// Reads the numbers of the channels `a` and `b` until `last` of `a`, and drops the line every `each` events.
async fn read_numbers(mut stream: Stream, server: SocketAddr, path: &str, last: u64, each: usize) -> usize {
    let (mut a, mut b, mut reconnects) = (0, 0, 0);
    for read in 1.. {
        let message = stream.next().await.expect("the stream goes on");
        let number = match message.event.as_str() {
            "a" => &mut a,
            "b" => &mut b,
            other => panic!("{other}: {}", message.data),
        };
        *number += 1;
        assert_eq!(message.data, number.to_string(), "no double and no hole in {}", message.event);
        if a == last {
            break;
        }
        if read % each == 0 {
            reconnects += 1;
            stream = resume(server, path, &message.last_event_id).await;
            let connected = stream.next().await.unwrap().json();
            assert_eq!((&connected["resumed"], &connected["missed"]), (&true.into(), &0.into()));
        }
    }
    reconnects
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_events_a_second_are_resumed_exactly() {
    let server = start("").await;
    let address = server.address;
    let mut readers = Vec::new();
    for n in 0..8 {
        let path = ["/api/stream/a", "/api/stream?channels=a,b"][n % 2];
        let mut stream = server.stream(path, b"").await;
        stream.until("connected").await;
        readers.push(tokio::spawn(async move { read_numbers(stream, address, path, 3_000, 150 + n).await }));
    }
    let (a, b) = tokio::join!(
        tokio::spawn(async move { publish_numbers(address, "a", 3_000, 1_500).await }),
        tokio::spawn(async move { publish_numbers(address, "b", 1_000, 500).await }),
    );
    a.unwrap();
    b.unwrap();
    for reader in readers {
        assert!(reader.await.unwrap() >= 3_000 / 160, "each was cut off many times");
    }
}

#[tokio::test]
async fn what_was_evicted_is_told_exactly() {
    let server = start("hub.events = 1000\n").await;
    let path = "/api/stream?channels=a,dashboard";
    let mut stream = server.stream("/api/stream/a", b"").await;
    stream.until("connected").await;
    let first = server.publish("a", r#"{"event":"a","data":0}"#).await.json()["id"].as_str().unwrap().to_owned();
    publish_numbers(server.address, "a", 1_500, 20_000).await;
    let mut stream = resume(server.address, path, &first).await;
    let connected = stream.next().await.unwrap().json();
    assert_eq!((&connected["resumed"], &connected["missed"]), (&false.into(), &500.into()));
    let gap = stream.next().await.unwrap();
    assert_eq!((gap.event.as_str(), &gap.json()["channel"], &gap.json()["missed"]), ("gap", &"a".into(), &500.into()));
    assert_eq!(gap.json()["from"], first);
    assert_eq!(gap.json()["reason"], "the server no longer holds them");
    assert_eq!(stream.next().await.unwrap().event, "snapshot", "of the dashboard, which has a state");
    for number in 501..=1_500 {
        assert_eq!(stream.until("a").await.data, number.to_string(), "what is left is all sent");
    }
    server.publish("a", r#"{"event":"a","data":"live"}"#).await;
    assert_eq!(stream.until("a").await.data, "\"live\"");
}

#[tokio::test]
async fn an_odd_cursor_is_never_refused_on_any_channel() {
    let server = start("").await;
    let newest = server.publish("a", r#"{"text":"x"}"#).await.json()["id"].as_str().unwrap().to_owned();
    let (epoch, seq) = newest.split_once('.').unwrap();
    let other_epoch = format!("{:08x}.{seq}", u32::from_str_radix(epoch, 16).unwrap() ^ 1);
    let future = format!("{epoch}.{}", u64::MAX);
    let long = format!("{epoch}.{}", "9".repeat(8_192));
    let odd: [&[u8]; 9] = [
        b"garbage",
        b"1e9",
        b"-1",
        b"18446744073709551616",
        other_epoch.as_bytes(),
        future.as_bytes(),
        long.as_bytes(),
        b"\xff\xfe\x80",
        b"",
    ];
    for path in ["/api/events", "/api/stream/a", "/api/stream?channels=a,default"] {
        for cursor in odd {
            let headers = [b"last-event-id: ", cursor, b"\r\n"].concat();
            let mut stream = server.stream(path, &headers).await;
            let connected = stream.next().await.unwrap();
            assert_eq!((connected.event.as_str(), &connected.json()["resumed"]), ("connected", &false.into()));
            let channel = if path.ends_with("events") { "default" } else { "a" };
            server.publish(channel, r#"{"text":"live"}"#).await;
            assert_eq!(stream.until("message").await.data, "live", "{}", String::from_utf8_lossy(cursor));
        }
        let separator = if path.contains('?') { '&' } else { '?' };
        for cursor in ["%00", "%FF", "%0Aid:%209", &long] {
            let mut stream = server.stream(&format!("{path}{separator}lastEventId={cursor}"), b"").await;
            assert_eq!(stream.next().await.unwrap().json()["resumed"], false, "{cursor}");
        }
    }
}

#[tokio::test]
async fn the_cursor_of_an_earlier_life_starts_afresh() {
    let first = start("").await;
    let old = first.publish("a", r#"{"text":"old"}"#).await.json()["id"].as_str().unwrap().to_owned();
    let second = start("").await;
    for n in 0..5 {
        second.publish("a", &format!(r#"{{"data":{n}}}"#)).await;
    }
    let mut stream = resume(second.address, "/api/stream?channels=a,dashboard", &old).await;
    assert_eq!(stream.next().await.unwrap().json()["resumed"], false);
    assert_eq!(stream.next().await.unwrap().event, "snapshot");
    second.publish("a", r#"{"data":"live"}"#).await;
    assert_eq!(stream.until("message").await.data, "\"live\"", "nothing of before is mixed in");
}

#[tokio::test]
async fn who_did_not_read_gets_the_newest_value_and_is_counted() {
    const PUBLISHED: u64 = 150;
    let server = start("").await;
    let mut stream = server.stream("/api/stream/a?clientId=sleepy", b"").await;
    stream.until("connected").await;
    // More than sockets hold.
    let padding = "x".repeat(60_000);
    for n in 1..=PUBLISHED {
        let body = json!({ "event": "value", "contract": "latest", "data": [n, padding] });
        assert_eq!(server.publish("a", &body.to_string()).await.status, 202);
    }
    let (mut last, mut read) = (0, 0);
    while last < PUBLISHED {
        let number = stream.until("value").await.json()[0].as_u64().unwrap();
        assert!(number > last, "never back");
        (last, read) = (number, read + 1);
    }
    assert!(read < PUBLISHED, "{read}");
    let stats = server.get("/api/stats").await.json();
    let me = stats["followers"].as_array().unwrap().iter().find(|one| one["name"] == "sleepy").unwrap();
    assert_eq!((&me["skipped"], &me["events"], &me["missed"]), (&(PUBLISHED - read).into(), &read.into(), &0.into()));
    assert_eq!(stats["totals"]["skipped"], PUBLISHED - read);
}

#[tokio::test]
async fn a_page_that_is_loaded_does_not_come_back() {
    let server = Server::start(&[]).await.ready().await;
    let totals = async || {
        let stats = server.get("/api/stats").await.json();
        (
            stats["totals"]["fresh"].as_u64().unwrap(),
            stats["totals"]["resumed"].as_u64().unwrap(),
            stats["browsers"].clone(),
        )
    };
    let drawn = server.get("/api/snapshot").await.json();
    let path = format!("/api/dashboard-stream?lastEventId={}", drawn["cursor"].as_str().unwrap());
    let mut page = server.stream(&format!("{path}&page=1"), b"user-agent: Mozilla/5.0\r\n").await;
    let connected = page.until("connected").await.json();
    assert_eq!(connected["resumed"], true, "it misses nothing between its page and its stream");
    assert_eq!(totals().await, (1, 0, 1.into()));
    let mut back = server.stream(&path, b"user-agent: curl/8\r\n").await;
    back.until("connected").await;
    assert_eq!(totals().await, (1, 1, 1.into()));
}
