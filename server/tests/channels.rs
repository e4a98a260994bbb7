//! Streams of any channel, and the figures of who follows.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use serde_json::{Value, json};
use support::{NO_ALERTS, Server, eventually};

#[tokio::test]
async fn the_guides_paths_and_ids_are_understood() {
    let server = Server::start(&[]).await;
    for (path, channels, client) in [
        ("/api/events", json!(["default"]), None),
        ("/api/stream", json!(["default"]), None),
        ("/api/stream/orders?clientId=k3j9x0q2a", json!(["orders"]), Some("k3j9x0q2a")),
        ("/api/stream?channels=a,b,a&clientId=a%20b", json!(["a", "b"]), None),
    ] {
        let mut stream = server.stream(path, b"").await;
        let connected = stream.next().await.unwrap();
        assert_eq!(connected.event, "connected");
        let connected = connected.json();
        assert_eq!(connected["channels"], channels, "{path}");
        let id = connected["clientId"].as_str().unwrap();
        assert!(client.is_none_or(|client| client == id) && (1..=64).contains(&id.len()), "{id}");
        assert!(id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'), "{id}");
        assert!(connected["message"].as_str().unwrap().starts_with("Connected to channel: "));
    }
    let many = (0..17).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",");
    for path in [
        "/api/stream/a%0Ab",
        "/api/stream/%FF",
        "/api/stream?channels=",
        "/api/stream?channels=a,,b",
        &format!("/api/stream?channels={many}"),
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.json()["message"].as_str().unwrap().starts_with("channel"), "{}", answer.text());
    }
}

#[tokio::test]
async fn several_channels_come_in_one_order() {
    let server = Server::start(&[]).await;
    let mut both = server.stream("/api/stream?channels=a,b", b"").await;
    let mut one = server.stream("/api/stream/b", b"").await;
    both.until("connected").await;
    one.until("connected").await;
    for n in 0..20 {
        let channel = ["a", "b", "c"][n % 3];
        server.publish(channel, &format!(r#"{{"data":{n}}}"#)).await;
    }
    for n in (0..20).filter(|n| n % 3 != 2) {
        assert_eq!(both.next().await.unwrap().data, n.to_string());
    }
    for n in (0..20).filter(|n| n % 3 == 1) {
        assert_eq!(one.next().await.unwrap().data, n.to_string());
    }
}

#[tokio::test]
async fn each_channel_starts_from_its_own_state() {
    let server = Server::start(&[]).await.ready().await;
    let mut stream = server.stream("/api/stream?channels=dashboard,hub,default", b"").await;
    assert_eq!(stream.next().await.unwrap().event, "connected");
    for (channel, key) in [("dashboard", "host"), ("hub", "followers")] {
        let snapshot = stream.next().await.unwrap();
        assert_eq!((snapshot.event.as_str(), &snapshot.json()["channel"]), ("snapshot", &channel.into()));
        assert!(!snapshot.json()["state"][key].is_null(), "{channel}");
    }
    let stats = stream.until("stats").await.json();
    assert_eq!(stats["streams"], 1);
}

#[tokio::test]
async fn latest_values_are_the_state_of_a_channel() {
    let server = Server::start(&[]).await;
    server.publish("a", r#"{"text":"a line"}"#).await;
    let mut stream = server.stream("/api/stream/a", b"").await;
    stream.until("connected").await;
    for (event, data) in [("t", "1"), ("t", "2"), ("u", "\"x\"")] {
        server.publish("a", &format!(r#"{{"event":"{event}","data":{data},"contract":"latest"}}"#)).await;
    }
    assert_ne!(stream.next().await.unwrap().event, "snapshot", "there was no value");
    let old = b"last-event-id: 00000000.9\r\n";
    let mut stream = server.stream("/api/stream/a", old).await;
    stream.until("connected").await;
    let snapshot = stream.next().await.unwrap();
    let values = snapshot.json()["values"].as_array().unwrap().clone();
    let shown: Vec<_> = values.iter().map(|value| (value["event"].clone(), value["data"].clone())).collect();
    assert_eq!(shown, [("t".into(), "2".into()), ("u".into(), "\"x\"".into())]);
    assert_eq!((&snapshot.json()["cursor"], &snapshot.json()["omitted"]), (&snapshot.last_event_id.into(), &0.into()));
    for n in 0..3 {
        let body = json!({ "event": format!("big{n}"), "text": "x".repeat(30_000), "contract": "latest" });
        server.publish("a", &body.to_string()).await;
    }
    let mut stream = server.stream("/api/stream/a", b"").await;
    let snapshot = stream.until("snapshot").await.json();
    assert_eq!((snapshot["values"].as_array().unwrap().len(), &snapshot["omitted"]), (2, &3.into()));
}

/// Asks for the figures until they are as `wanted`.
async fn stats(server: &Server, wanted: impl Fn(&Value) -> bool) -> Value {
    eventually(async || Some(server.get("/api/stats?range=5m").await.json()).filter(&wanted)).await
}

#[tokio::test]
async fn the_figures_tell_who_follows_what() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), NO_ALERTS).unwrap();
    let server = Server::start(&["--config", file.path().to_str().unwrap()]).await.ready().await;
    let mut mine = server.stream("/api/stream?channels=a,default&clientId=me", b"").await;
    mine.until("connected").await;
    let id = server.publish("a", r#"{"text":"x"}"#).await.json()["id"].clone();
    mine.until("message").await;
    drop(mine);
    stats(&server, |stats| stats["streams"] == 0).await;
    let path = format!("/api/stream?channels=a,default&clientId=me&lastEventId={}", id.as_str().unwrap());
    let mut mine = server.stream(&path, b"").await;
    assert_eq!(mine.until("connected").await.json()["resumed"], true);
    let stats = stats(&server, |stats| stats["history"]["followers"].as_array().unwrap().len() > 1).await;
    let followers = stats["followers"].as_array().unwrap();
    let me = followers.iter().find(|follower| follower["name"] == "me").unwrap();
    assert_eq!(
        (&me["resumes"], &me["events"], &me["state"], &me["behind"]),
        (&1.into(), &1.into(), &"live".into(), &0.into())
    );
    assert_eq!(
        (&me["channels"], &me["inside"], &me["address"]),
        (&json!(["a", "default"]), &false.into(), &"127.0.0.1".into())
    );
    assert!(me["bytes"].as_u64().unwrap() > 200, "what it was sent before it came back counts on");
    let mut inside: Vec<_> =
        followers.iter().filter(|one| one["inside"] == true).filter_map(|one| one["name"].as_str()).collect();
    inside.sort_unstable();
    assert_eq!(inside, ["alert engine", "alerts page", "board", "logbook", "war room"]);
    let totals = &stats["totals"];
    assert_eq!((&totals["opened"], &totals["fresh"], &totals["resumed"]), (&2.into(), &1.into(), &1.into()));
    let a = stats["channels"].as_array().unwrap().iter().find(|channel| channel["name"] == "a").unwrap();
    assert_eq!((&a["followers"], &a["events"], &a["kept"]), (&1.into(), &1.into(), &1.into()));
    assert_eq!(stats["log"]["oldest"], id);
    let interval = stats["history"]["intervalMs"].as_u64().unwrap();
    assert_eq!(interval, 1_000);
    assert_eq!(server.get("/api/stats?range=1d").await.status, 400);
}

#[tokio::test]
async fn a_follower_is_where_a_trusted_proxy_says() {
    let server = Server::start(&["--proxy", "127.0.0.1", "--insecure"]).await;
    for (path, told, address) in [
        ("/api/stream/a?clientId=far", "x-forwarded-for: 192.0.2.7\r\n", "192.0.2.7"),
        ("/api/dashboard-stream?clientId=near", "", "127.0.0.1"),
    ] {
        let mut stream = server.stream(path, told.as_bytes()).await;
        let name = stream.until("connected").await.json()["clientId"].clone();
        let stats = server.get("/api/stats").await.json();
        let follower = stats["followers"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap();
        assert_eq!(follower["address"], address);
    }
}

#[tokio::test]
async fn counts_are_zero_when_everybody_has_left() {
    let server = Server::start(&[]).await.ready().await;
    for round in 0..10 {
        let mut streams = Vec::new();
        for n in 0..20 {
            streams.push(server.stream(&format!("/api/stream?channels=a,b{round}&clientId=c{n}"), b"").await);
        }
        assert_eq!(server.get("/api/stats").await.json()["streams"], 20);
        drop(streams);
        stats(&server, |stats| stats["streams"] == 0).await;
    }
    let stats = server.get("/api/stats").await.json();
    let followed: Vec<_> = stats["channels"].as_array().unwrap().iter().filter(|one| one["followers"] != 0).collect();
    assert_eq!(followed.len(), 1, "the dashboard, by what is inside: {followed:?}");
    assert_eq!((&stats["inside"], &stats["totals"]["opened"]), (&5.into(), &200.into()));
}
