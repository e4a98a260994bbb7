//! What the palette asks for, and who is told what of it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use serde_json::{Value, json};
use support::doors::{Doors, two};
use support::{Server, eventually};

/// Alerts that fire with the first sample, and one that waits, on a machine of which nothing else is told.
const RULES: &str = "alerts.off = ['cpu', 'memory', 'swap', 'load', 'filesystem', 'no-data']\n\
    [[rule]]\nname = 'mild'\ntitle = 'Mild'\nwhen = 'uptime >= 0'\n\
    [[rule]]\nname = 'bad'\ntitle = 'Bad <b>'\nwhen = 'uptime >= 0'\nseverity = 'critical'\n\
    [[rule]]\nname = 'quiet'\ntitle = 'Quiet'\nwhen = 'uptime >= 0'\nseverity = 'critical'\n\
    [[rule]]\nname = 'waits'\ntitle = 'Waits'\nwhen = 'uptime >= 0'\nfor = '24h'\n";
const SILENCE: &[u8] =
    br#"{"matchers":[{"label":"alertname","value":"quiet"}],"reason":"known","by":"mira","for":"1h"}"#;
const LINES: &[u8] = br#"[{"message":"a","source":"one"},{"message":"b","source":"<b>two","level":"error"},
    {"message":"c","source":"<b>two","level":"warn"}]"#;

#[tokio::test]
async fn open_alerts_and_sources_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("opsglass.toml");
    std::fs::write(&file, RULES).unwrap();
    let server = Server::start(&["--config", file.to_str().unwrap()]).await.ready().await;
    assert_eq!(server.post("/api/silences", "application/json", SILENCE).await.status, 201);
    assert_eq!(server.post("/api/logs", "application/json", LINES).await.status, 202);
    let expected = [
        alert("bad", "Bad <b>", "critical", "firing", false),
        alert("mild", "Mild", "warning", "firing", false),
        alert("quiet", "Quiet", "critical", "firing", true),
        alert("waits", "Waits", "warning", "pending", false),
    ];
    let told = eventually(async || {
        let told = server.get("/api/jump").await.json();
        let two = told["sources"].as_array()?.iter().any(|source| source[0] == "<b>two");
        // A busy machine may have others.
        let alerts =
            told["alerts"].as_array()?.iter().filter(|alert| expected.iter().any(|one| one["id"] == alert["id"]));
        (alerts.eq(&expected) && two).then_some(told)
    })
    .await;
    assert_eq!(told["operates"], true);
    assert!(told["errors"].as_u64() >= Some(1), "{told}");
    let sources: Vec<(&str, u64)> = told["sources"].as_array().unwrap().iter().map(source).collect();
    assert!(sources.contains(&("one", 1)) && sources.contains(&("<b>two", 2)), "{sources:?}");
    assert!(sources.is_sorted_by(|one, other| one.1 >= other.1), "the most lines first: {sources:?}");
}

fn alert(id: &str, name: &str, level: &str, state: &str, silenced: bool) -> Value {
    json!({ "id": id, "name": name, "level": level, "state": state, "silenced": silenced })
}

fn source(source: &Value) -> (&str, u64) {
    (source[0].as_str().unwrap(), source[1].as_u64().unwrap())
}

#[tokio::test]
async fn nothing_is_told_of_what_is_not_open() {
    let doors = Doors::start(&two()).await;
    let (anna, ben) = (doors.sign_in("anna").await, doors.sign_in("ben").await);
    let line = doors.send("POST", "/api/logs", "application/json", &anna, LINES).await;
    assert_eq!(line.status, 202);
    let told = async |headers: &str| {
        let answer = doors.server.ask("GET", "/api/jump", headers).await;
        (answer.status == 200).then(|| answer.json())
    };
    let reader = doors.token("reader", &["read"], &["dashboard"], None);
    let guest = doors.token("guest", &["read"], &["chat", "deploy-*"], None);
    let writer = doors.token("writer", &["publish"], &[], None);
    for (who, operates) in [(&anna, true), (&ben, false), (&reader, false)] {
        let told = eventually(async || told(who).await.filter(|told| told["sources"] != json!([]))).await;
        assert_eq!(told["operates"], operates, "{told}");
    }
    let nothing = json!({ "alerts": [], "operates": false, "errors": 0, "sources": [] });
    assert_eq!(told(&guest).await, Some(nothing), "whose channels are others");
    assert_eq!(doors.server.ask("GET", "/api/jump", &writer).await.status, 403);
    assert_eq!(doors.server.get("/api/jump").await.status, 401);
}
