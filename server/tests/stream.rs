//! `GET /api/dashboard-stream`, on a real socket.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::time::{Duration, Instant};

use server::hub::{Contract, Hub, Limits, Name, Payload};
use server::sse::{self, States};
use support::parser::Parser;
use support::{NO_ALERTS, Server, Stream};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn it_begins_with_connected_and_keeps_proxies_out_of_the_way() {
    let server = Server::start(&[]).await;
    let mut stream = server.stream("/api/dashboard-stream?clientId=me", b"accept-encoding: gzip, br\r\n").await;
    for header in [
        "content-type: text/event-stream; charset=utf-8",
        "cache-control: no-cache, no-transform",
        "x-accel-buffering: no",
    ] {
        assert!(stream.head.contains(header), "{header} in {}", stream.head);
    }
    assert!(!stream.head.contains("content-encoding"), "streams are not compressed");
    let connected = stream.next().await.unwrap();
    assert_eq!(connected.event, "connected");
    let connected = connected.json();
    assert_eq!((&connected["clientId"], &connected["resumed"]), (&"me".into(), &false.into()));
    assert_eq!(connected["channels"], serde_json::json!(["dashboard"]));
    assert_eq!(connected["heartbeatMs"], 15_000);
    let retry = stream.parser.retry.unwrap();
    assert!((2_000..=6_000).contains(&retry), "{retry}");
    assert_eq!(stream.next().await.unwrap().event, "snapshot");
}

#[tokio::test]
async fn metrics_are_what_the_guide_reads() {
    let server = Server::start(&[]).await;
    let mut stream = server.stream("/api/dashboard-stream", b"").await;
    let metrics = stream.until("metrics").await;
    let metrics = metrics.json();
    for percent in ["cpu", "memory"] {
        let value = metrics[percent].as_f64().unwrap();
        assert!((0.0..=100.0).contains(&value), "{percent} {value}");
        assert!(metrics[percent].to_string().len() <= 5, "one decimal: {}", metrics[percent]);
    }
    assert!(metrics["activeUsers"].is_u64(), "{}", metrics["activeUsers"]);
    assert!(metrics["memoryBytes"]["total"].as_u64().unwrap() > 0);
    assert!(!metrics["cores"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_known_cursor_goes_on_with_the_next_event() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let server = Server::start(&["--log-file", file.path().to_str().unwrap()]).await.ready().await;
    let mut first = server.stream("/api/dashboard-stream", b"").await;
    first.until("metrics").await;
    for line in 0..20 {
        writeln!(file, "line {line}").unwrap();
    }
    let mut cursor = String::new();
    for line in 0..20 {
        let log = first.until("log").await;
        assert_eq!(log.json()["message"], format!("line {line}"));
        if line == 4 {
            cursor = log.last_event_id;
        }
    }
    drop(first);
    let headers = format!("last-event-id: {cursor}\r\n");
    let mut second = server.stream("/api/dashboard-stream?lastEventId=the-header-wins", headers.as_bytes()).await;
    let connected = second.next().await.unwrap().json();
    assert_eq!((&connected["resumed"], &connected["missed"]), (&true.into(), &0.into()));
    for line in 5..20 {
        assert_eq!(second.until("log").await.json()["message"], format!("line {line}"));
    }
    let path = format!("/api/dashboard-stream?lastEventId={cursor}");
    let mut third = server.stream(&path, b"").await;
    assert_eq!(third.until("log").await.json()["message"], "line 5", "where a header can't be set");
}

#[tokio::test]
async fn an_odd_cursor_gets_a_live_stream_all_the_same() {
    let server = Server::start(&[]).await.ready().await;
    let long = "9".repeat(6_000);
    let oddities: [&[u8]; 9] = [
        b"",
        b"garbage",
        b"1e9",
        b"-1",
        b"00000000.1",
        b"ffffffff.18446744073709551615",
        b"\xff\xfe\x80",
        b"a.b.c",
        long.as_bytes(),
    ];
    for oddity in oddities {
        let headers = [b"last-event-id: ", oddity, b"\r\n"].concat();
        let mut stream = server.stream("/api/dashboard-stream", &headers).await;
        let connected = stream.next().await.unwrap();
        assert_eq!(connected.event, "connected");
        assert_eq!(connected.json()["resumed"], false, "{}", String::from_utf8_lossy(oddity));
        assert_eq!(stream.next().await.unwrap().event, "snapshot");
        stream.until("metrics").await;
    }
    for query in [
        "lastEventId=%00",
        "lastEventId=%FF",
        "lastEventId",
        "clientId=a%0Ab&lastEventId=x",
        "lastEventId=a&lastEventId=b",
    ] {
        let mut stream = server.stream(&format!("/api/dashboard-stream?{query}"), b"").await;
        assert_eq!(stream.next().await.unwrap().event, "connected", "{query}");
    }
}

#[tokio::test]
async fn what_is_gone_is_said() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let config_file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(config_file.path(), format!("hub.events = 200\n{NO_ALERTS}")).unwrap();
    let flags = ["--log-file", file.path().to_str().unwrap(), "--config", config_file.path().to_str().unwrap()];
    let server = Server::start(&flags).await.ready().await;
    let mut first = server.stream("/api/dashboard-stream", b"").await;
    first.until("metrics").await;
    writeln!(file, "seen").unwrap();
    let cursor = first.until("log").await.last_event_id;
    for line in 0..250 {
        writeln!(file, "line {line}").unwrap();
    }
    while first.until("log").await.json()["message"] != "line 249" {}
    let mut second = server.stream(&format!("/api/dashboard-stream?lastEventId={cursor}"), b"").await;
    let connected = second.next().await.unwrap().json();
    assert_eq!((&connected["resumed"], &connected["missed"]), (&false.into(), &50.into()));
    let gap = second.next().await.unwrap();
    assert_eq!((gap.event.as_str(), &gap.json()["missed"]), ("gap", &50.into()));
    let [cursor, from, to] = [cursor, gap.json()["from"].to_string(), gap.json()["to"].to_string()].map(|id| seq(&id));
    assert!(cursor <= from && from + 50 <= to, "{cursor} {from} {to}");
    let snapshot = second.next().await.unwrap();
    assert_eq!(snapshot.event, "snapshot");
    let lines = snapshot.json()["logs"].as_array().unwrap().clone();
    assert_eq!(lines.last().unwrap()["entry"]["message"], "line 249");
    for line in 50..250 {
        assert_eq!(second.until("log").await.json()["message"], format!("line {line}"), "what is left is all sent");
    }
}

#[tokio::test]
async fn the_snapshot_and_the_stream_join_without_a_seam() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let server = Server::start(&["--log-file", file.path().to_str().unwrap()]).await.ready().await;
    let writer = tokio::task::spawn_blocking(move || {
        for line in 0..2_000 {
            writeln!(file, "{line}").unwrap();
            if line % 20 == 0 {
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        file
    });
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(120)).await;
        let snapshot = server.get("/api/snapshot").await.json();
        let held: Option<u64> = snapshot["logs"].as_array().unwrap().last().map(number_of);
        if held == Some(1_999) {
            // The writer was faster: there is no next line to wait for.
            break;
        }
        let path = format!("/api/dashboard-stream?lastEventId={}", snapshot["cursor"].as_str().unwrap());
        let mut stream = server.stream(&path, b"").await;
        let next: u64 = stream.until("log").await.json()["message"].as_str().unwrap().parse().unwrap();
        assert_eq!(next, held.map_or(0, |held| held + 1));
    }
    writer.await.unwrap();
}

fn seq(id: &str) -> u64 {
    id.trim_matches('"').split('.').nth(1).unwrap().parse().unwrap()
}

fn number_of(line: &serde_json::Value) -> u64 {
    line["entry"]["message"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_heart_beats_by_name() {
    let server = Server::start(&["--heartbeat", "1s"]).await.ready().await;
    let mut stream = server.stream("/api/dashboard-stream", b"").await;
    let heartbeat = stream.until("heartbeat").await;
    assert!(heartbeat.json()["lagMs"].is_u64());
    assert_eq!(heartbeat.json()["cursor"], heartbeat.last_event_id);
    assert!(heartbeat.json()["serverTime"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn ids_are_short_and_rise_by_frames_in_order() {
    let server = Server::start(&[]).await.ready().await;
    let mut stream = server.stream("/api/dashboard-stream", b"").await;
    stream.until("snapshot").await;
    let mut last = 0_u64;
    for _ in 0..4 {
        let id = stream.until("metrics").await.last_event_id;
        assert!(id.len() <= 40 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.'), "{id}");
        assert!(seq(&id) > last);
        last = seq(&id);
    }
    let raw = String::from_utf8(stream.raw).unwrap();
    let frame = raw.split("\n\n").find(|frame| frame.contains("event: metrics")).unwrap();
    let fields: Vec<_> = frame.lines().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(fields, ["id", "event", "data"]);
    assert!(!raw.contains('\r'));
}

/// A stream of a hub of its own, which keeps the last three lines, with the opening read.
async fn slow_reader(shutdown: CancellationToken) -> (Hub, sse::Stream) {
    let hub = Hub::new(Limits { count: 3, ..Limits::default() });
    let request = sse::Request {
        channels: vec![Name::dashboard()],
        last_event_id: None,
        client_id: None,
        address: None,
        browser: false,
        page: false,
    };
    let states = States(Box::new(|| {
        let json = serde_json::value::to_raw_value("state").unwrap();
        vec![sse::State { channel: Some(Name::dashboard()), seq: 0, json }]
    }));
    let mut stream =
        sse::Stream::open(hub.clone(), request, states, sse::Config::default(), sse::End::new(&shutdown)).unwrap();
    assert!(stream.next().await.unwrap().starts_with(b"retry: "));
    (hub, stream)
}

fn line(data: &str) -> Payload {
    Payload::Text { event: None, contract: Contract::Lossless, data: data.to_owned() }
}

#[tokio::test]
async fn who_falls_off_the_log_is_told_and_starts_again_from_the_state() {
    let (hub, mut stream) = slow_reader(CancellationToken::new()).await;
    for n in 1..=5 {
        hub.publish(&Name::dashboard(), line(&n.to_string()));
    }
    let messages = Parser::default().feed(&stream.next().await.unwrap());
    let events: Vec<_> = messages.iter().map(|m| (m.event.as_str(), m.data.as_str())).collect();
    assert_eq!(events[0].0, "gap");
    assert_eq!(messages[0].json()["missed"], 2);
    assert_eq!(events[1..], [("snapshot", "\"state\""), ("message", "3"), ("message", "4"), ("message", "5")]);
}

#[tokio::test]
async fn what_was_published_before_the_end_is_sent_before_bye() {
    let shutdown = CancellationToken::new();
    let (hub, mut stream) = slow_reader(shutdown.clone()).await;
    for n in 1..=3 {
        hub.publish(&Name::dashboard(), line(&n.to_string()));
    }
    shutdown.cancel();
    let mut parser = Parser::default();
    let mut sent = Vec::new();
    while let Some(bytes) = stream.next().await {
        hub.publish(&Name::dashboard(), line("too late"));
        sent.extend(
            parser
                .feed(&bytes)
                .into_iter()
                .map(|message| if message.event == "bye" { message.event } else { message.data }),
        );
    }
    assert_eq!(sent, ["1", "2", "3", "bye"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_says_bye_to_a_thousand_streams_within_a_second() {
    let server = Server::start(&[]).await.ready().await;
    let mut streams = Vec::new();
    for _ in 0..1_000 {
        streams.push(Stream::open(server.address, "/api/dashboard-stream", b"").await);
    }
    let begun = Instant::now();
    server.shut_down();
    server.ended().await;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(1), "{took:?}");
    let mut ends = BTreeSet::new();
    for mut stream in streams {
        let mut last = None;
        while let Some(message) = stream.next().await {
            last = Some(message.event);
        }
        ends.insert(last);
    }
    assert_eq!(ends, BTreeSet::from([Some("bye".to_owned())]));
}

#[tokio::test]
async fn a_stream_that_is_gone_is_no_longer_counted() {
    // What collects goes by this count; a leak would keep it at the page's pace for ever.
    let (hub, stream) = slow_reader(CancellationToken::new()).await;
    let dashboard = Name::dashboard();
    assert_eq!((hub.presence().count(&dashboard), hub.followers(&dashboard), hub.stats(None).streams), (1, 1, 1));
    drop(stream);
    assert_eq!((hub.presence().count(&dashboard), hub.followers(&dashboard), hub.stats(None).streams), (0, 0, 0));
}
