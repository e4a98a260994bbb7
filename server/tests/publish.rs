//! `POST /api/publish/{channel}`: what goes in comes out as it was, and what could break a frame doesn't go in.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use serde_json::json;
use support::Server;

/// A configuration file of these lines, and its flag.
fn file(lines: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), lines).unwrap();
    file
}

#[tokio::test]
async fn what_is_published_is_followed() {
    let server = Server::start(&[]).await;
    let mut stream = server.stream("/api/events", b"").await;
    assert_eq!(stream.next().await.unwrap().json()["channels"], json!(["default"]));
    let answer =
        server.publish("default", r#"{"event": "notification", "data": { "title": "a b", "n": [1.0, 2] }}"#).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    let event = stream.next().await.unwrap();
    assert_eq!((event.event.as_str(), event.data.as_str()), ("notification", r#"{"title":"a b","n":[1.0,2]}"#));
    assert_eq!(answer.json()["id"], event.last_event_id);
    for (body, data) in [(r#"{"data":null}"#, "null"), (r#"{"data":"x"}"#, "\"x\""), (r#"{"text":"x"}"#, "x")] {
        assert_eq!(server.publish("default", body).await.status, 202);
        let event = stream.next().await.unwrap();
        assert_eq!((event.event.as_str(), event.data.as_str()), ("message", data), "unnamed events are messages");
    }
}

#[tokio::test]
async fn no_name_can_break_a_frame() {
    let server = Server::start(&[]).await;
    let mut stream = server.stream("/api/events", b"").await;
    let long = "x".repeat(65);
    for name in ["x\nid: 9\ndata: evil", "x\r", "x\r\nretry: 1", "", "a b", "é", "a:b", "a\0", &long] {
        let answer = server.publish("default", &json!({ "event": name, "text": "x" }).to_string()).await;
        assert_eq!((answer.status, answer.json()["error"].clone()), (400, "bad_parameter".into()), "{name:?}");
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with("event: expected a name"), "{message}");
    }
    for name in ["connected", "snapshot", "gap", "heartbeat", "bye", "open", "error"] {
        let answer = server.publish("default", &json!({ "event": name, "text": "x" }).to_string()).await;
        assert_eq!(answer.status, 400, "{name}: only the stream itself may say that");
    }
    for channel in ["a%0Ab", "a%20b", "%C3%A9", "%FF", "a.b", &long] {
        let answer = server.publish(channel, r#"{"text":"x"}"#).await;
        assert_eq!(answer.status, 400, "{channel}");
        assert!(answer.json()["message"].as_str().unwrap().starts_with("channel: "), "{}", answer.text());
    }
    server.publish("default", r#"{"text":"the end"}"#).await;
    assert_eq!(stream.next().await.unwrap().event, "connected");
    assert_eq!(stream.next().await.unwrap().data, "the end", "nothing of that was sent");
    assert!(!String::from_utf8_lossy(&stream.raw).contains("evil"));
}

#[tokio::test]
async fn every_line_end_is_a_line_end() {
    let server = Server::start(&[]).await;
    let mut stream = server.stream("/api/events", b"").await;
    stream.until("connected").await;
    for (text, data) in
        [("a\rb\r\nc\nd", "a\nb\nc\nd"), ("\r\r\n\n", "\n\n\n"), ("\n\nid: 9\nevent: x\n\n", "\n\nid: 9\nevent: x\n\n")]
    {
        server.publish("default", &json!({ "text": text, "event": "e" }).to_string()).await;
        let event = stream.next().await.unwrap();
        assert_eq!((event.event.as_str(), event.data.as_str()), ("e", data));
        assert!(event.last_event_id.contains('.'), "{}", event.last_event_id);
    }
}

#[tokio::test]
async fn empty_data_is_an_event() {
    let server = Server::start(&[]).await;
    let mut stream = server.stream("/api/events", b"").await;
    stream.until("connected").await;
    server.publish("default", r#"{"event":"tick","text":""}"#).await;
    let event = stream.next().await.unwrap();
    assert_eq!((event.event.as_str(), event.data.as_str()), ("tick", ""));
}

#[tokio::test]
async fn ids_are_the_servers_own() {
    let server = Server::start(&[]).await;
    for id in ["x\0", "<", "é", &"9".repeat(255)] {
        let answer = server.publish("default", &json!({ "text": "x", "id": id }).to_string()).await;
        assert_eq!((answer.status, answer.json()["error"].clone()), (422, "bad_body".into()));
        assert!(answer.json()["message"].as_str().unwrap().starts_with("id: isn't known"), "{}", answer.text());
    }
    let id = server.publish("default", r#"{"text":"x"}"#).await.json()["id"].as_str().unwrap().to_owned();
    assert!(id.len() <= 40 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.'), "{id}");
}

#[tokio::test]
async fn a_refusal_says_which_field_and_what_was_expected() {
    let config = file("publish.max_body = 2000\n");
    let server = Server::start(&["--config", config.path().to_str().unwrap()]).await;
    let (large, fits) =
        (format!(r#"{{"text":"{}"}}"#, "x".repeat(2_000)), format!(r#"{{"text":"{}"}}"#, "x".repeat(1_989)));
    for (body, status, message) in [
        ("", 400, "body: expected JSON"),
        ("{", 400, "body: expected JSON"),
        ("[]", 422, "body: expected an object with event, data, text, contract"),
        ("{}", 422, "data: expected either data or text"),
        (r#"{"data":null,"text":"x"}"#, 422, "data: expected either data or text"),
        (r#"{"text":5}"#, 422, "text: expected a string, got 5"),
        (r#"{"text":"x","event":5}"#, 422, "event: expected a string, got 5"),
        (r#"{"text":"x","contract":"best"}"#, 422, r#"contract: expected "lossless" or "latest", got "best""#),
        (r#"{"text":"x","channel":"y"}"#, 422, "channel: isn't known"),
        (&large, 413, "body: expected at most 2000 bytes"),
    ] {
        let answer = server.publish("default", body).await;
        assert_eq!(answer.status, status, "{body}");
        assert!(answer.json()["message"].as_str().unwrap().starts_with(message), "{}", answer.text());
        assert!(answer.json()["error"].is_string());
    }
    assert_eq!(server.publish("default", &fits).await.status, 202);
    for channel in ["dashboard", "hub", "connections", "logs", "chat"] {
        let answer = server.publish(channel, r#"{"text":"x"}"#).await;
        assert_eq!((answer.status, answer.json()["error"].clone()), (403, "forbidden".into()), "{channel}");
    }
    let headers = "content-type: application/json\r\ncontent-length: 12\r\n";
    let odd = server.send("POST", "/api/publish/a", headers, b"{\"text\":\"\xff\"}").await;
    assert_eq!((odd.status, odd.json()["error"].clone()), (400, "bad_parameter".into()), "not UTF-8");
    let form = server
        .send("POST", "/api/publish/a", "content-type: text/plain\r\ncontent-length: 12\r\n", br#"{"text":"x"}"#)
        .await;
    assert_eq!((form.status, form.json()["error"].clone()), (415, "unsupported_media_type".into()));
    assert_eq!(server.get("/api/publish/a").await.status, 405);
}

#[tokio::test]
async fn there_is_room_for_so_many_channels_and_values() {
    let config = file("[hub]\nchannels = 1\nlatest = 10\n");
    let server = Server::start(&["--config", config.path().to_str().unwrap()]).await.ready().await;
    assert_eq!(server.publish("a", r#"{"text":"x"}"#).await.status, 202);
    let full = server.publish("b", r#"{"text":"x"}"#).await;
    assert_eq!((full.status, full.header("retry-after")), (429, Some("10")), "{}", full.text());
    assert_eq!(full.json()["error"], "too_many");
    assert_eq!(server.publish("default", r#"{"text":"x"}"#).await.status, 202, "our own are always there");
    let mut stream = server.stream("/api/stream/b", b"").await;
    let bye = stream.next().await.unwrap();
    assert_eq!(bye.event, "bye");
    assert!(stream.parser.retry.is_some() && stream.next().await.is_none(), "it may come back, and is closed");
    let values = (0..12).map(|n| json!({ "text": "x", "event": format!("e{n}"), "contract": "latest" }).to_string());
    let mut answers = Vec::new();
    for value in values {
        answers.push(server.publish("a", &value).await.status);
    }
    // One is the dashboard's.
    assert_eq!((answers[8], answers[9], answers[11]), (202, 429, 429));
    assert_eq!(server.publish("a", r#"{"text":"y","event":"e0","contract":"latest"}"#).await.status, 202);
}
