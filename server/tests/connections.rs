//! The page about the hub: its snapshot, its channel, and that nothing is drawn while nobody looks.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use serde_json::Value;
use support::Server;

/// All words of all parts.
fn words(drawn: &Value) -> Vec<String> {
    let parts = drawn["parts"].as_array().unwrap();
    parts.iter().flat_map(|part| part.as_array().unwrap()).map(|word| word.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_page_comes_drawn_and_goes_on() {
    let server = Server::start(&[]).await;
    let mut stream = server.stream("/api/stream/connections?clientId=reader-1", b"").await;
    stream.until("connected").await;
    let snapshot = stream.until("snapshot").await.json();
    assert!(snapshot["metrics"].is_null() && snapshot["logs"].as_array().unwrap().is_empty());
    assert_eq!(snapshot["drawn"]["parts"].as_array().unwrap().len(), 11);
    let first = stream.until("drawn").await;
    let drawn = first.json();
    let point = drawn["point"].as_array().unwrap();
    let known = point.iter().filter(|value| !value.is_null()).count();
    assert_eq!((point.len(), known), (18, 4), "published, delivered, lag, followers");
    assert!(words(&drawn).contains(&"=reader-1".to_owned()));
    let next = stream.until("drawn").await.json();
    assert_ne!(next["at"], drawn["at"], "once a second");

    let answer = server.get("/api/snapshot?channel=connections&range=5m").await;
    assert_eq!((answer.status, answer.json()["drawn"]["parts"].as_array().unwrap().len()), (200, 11));
    let answer = server.get("/api/snapshot?channel=chat").await;
    assert_eq!(answer.status, 400);
    assert!(answer.json()["message"].as_str().unwrap().contains("channel"), "{}", answer.text());
}

#[tokio::test]
async fn who_wants_figures_gets_no_drawings() {
    let server = Server::start(&[]).await;
    let mut figures = server.stream("/api/stream?channels=hub", b"").await;
    figures.until("snapshot").await;
    for _ in 0..2 {
        let event = figures.next().await.unwrap();
        assert_eq!(event.event, "stats");
        let stats = event.json();
        let channels = stats["channels"].as_array().unwrap();
        let of_page = channels.iter().find(|channel| channel["name"] == "connections");
        assert!(of_page.is_none_or(|channel| channel["events"] == 0), "nobody looks: {stats}");
    }
}

#[tokio::test]
async fn a_filter_has_its_length() {
    let server = Server::start(&["--demo"]).await.ready().await;
    let mut stream = server.stream("/api/stream/a?clientId=reader-1", b"").await;
    stream.until("connected").await;
    // In bytes, as it is meant and not as it is escaped.
    let (most, more) = ("%C3%A9".repeat(128), "%C3%A9".repeat(128) + "x");
    for call in ["/api/stats", "/api/processes"] {
        assert_eq!(server.get(&format!("{call}?q={most}")).await.status, 200, "{call}");
        let refused = server.get(&format!("{call}?q={more}")).await;
        let said = serde_json::json!({ "error": "bad_parameter", "message": "q: expected at most 256 bytes, got 257" });
        assert_eq!((refused.status, refused.json()), (400, said), "{call}");
    }
    // A page is better than an error: it comes without the filter.
    for page in ["/connections", "/"] {
        let filtered = server.get(&format!("{page}?q={most}")).await;
        assert!(filtered.status == 200 && filtered.text().contains(&"é".repeat(128)), "{page}");
        let whole = server.get(&format!("{page}?q={more}")).await;
        assert!(whole.status == 200 && !whole.text().contains(&"é".repeat(128)), "{page}");
    }
    let found = async |q: &str| server.get(&format!("/connections?q={q}")).await.text().contains("reader-1");
    assert_eq!((found(&most).await, found(&more).await), (false, true));
}
