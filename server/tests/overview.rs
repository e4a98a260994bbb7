//! The overview's own stream, and the processes that can be looked for.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use serde_json::Value;
use support::{Server, eventually};

#[tokio::test]
async fn the_page_comes_drawn_with_each_sample() {
    let server = Server::start(&["--demo"]).await.ready().await;
    let mut stream = server.stream("/api/overview-stream", b"").await;
    let connected = stream.until("connected").await.json();
    assert_eq!(connected["channels"], serde_json::json!(["dashboard", "overview"]));
    let snapshot = stream.until("snapshot").await.json();
    assert!(snapshot["metrics"].is_null() && !snapshot["history"]["times"].as_array().unwrap().is_empty());
    assert_eq!(snapshot["drawn"]["parts"].as_array().unwrap().len(), 17);
    let first = stream.until("drawn").await.json();
    let metrics = stream.until("metrics").await.json();
    let next = stream.until("drawn").await.json();
    assert_eq!(next["at"], metrics["timestamp"], "of the sample just before");
    assert_ne!(next["at"], first["at"]);
    let figure = format!("={}%", metrics["cpu"].as_f64().map(|cpu| format!("{cpu:.1}")).unwrap());
    assert!(next["parts"].to_string().contains(&figure), "{figure}");
    assert_eq!(next["cores"].as_array().unwrap().len(), 16);
}

#[tokio::test]
async fn the_dashboard_has_no_drawings() {
    let server = Server::start(&["--demo"]).await.ready().await;
    let mut page = server.stream("/api/overview-stream", b"").await;
    let mut stream = server.stream("/api/dashboard-stream", b"").await;
    stream.until("snapshot").await;
    page.until("drawn").await;
    page.until("drawn").await;
    for _ in 0..2 {
        let event = stream.next().await.unwrap();
        assert_ne!(event.event, "drawn");
    }
}

#[tokio::test]
async fn any_process_can_be_found() {
    let server = Server::start(&[]).await.ready().await;
    let own = std::process::id();
    let find = async |query: &str| server.get(&format!("/api/processes?{query}")).await;
    let found = eventually(async || {
        let found = find(&format!("q={own}&sort=name")).await.json();
        (found["found"] != 0).then_some(found)
    })
    .await;
    let is_own = |process: &&Value| process["pid"] == own;
    let process = found["processes"].as_array().unwrap().iter().find(is_own).expect("this test").clone();
    assert!(process["command"].is_null(), "not told unless allowed");
    let drawn = find(&format!("q={own}&drawn")).await.json();
    assert!(drawn.as_array().unwrap().contains(&Value::from(format!("={own}"))), "{drawn}");
    let page = server.get(&format!("/?q={own}&sort=memory")).await;
    assert!(page.text().contains(&format!("data-filter=\"{own}\"")));
    let answer = find("sort=age").await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("expected cpu, memory or name, got"), "{}", answer.text());
}

#[tokio::test]
async fn command_lines_are_told_where_that_is_allowed() {
    let server = Server::start(&["--command-lines"]).await.ready().await;
    let own = std::process::id();
    let command = eventually(async || {
        let found = server.get(&format!("/api/processes?q={own}")).await.json();
        let own = found["processes"].as_array()?.iter().find(|process| process["pid"] == own)?.clone();
        own["command"].as_str().map(str::to_owned)
    })
    .await;
    assert!(command.contains("overview"), "{command}");
}

#[tokio::test]
async fn the_charts_mark_when_alerts_fired_also_for_who_comes_later() {
    const RULE: &str = "[[rule]]\nname = 'awake'\ntitle = 'Awake <b>'\nwhen = 'uptime >= 0'\n";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("opsglass.toml");
    std::fs::write(&file, RULE).unwrap();
    let server = Server::start(&["--demo", "--config", file.to_str().unwrap()]).await.ready().await;
    let marks = |drawn: &Value| drawn["parts"].as_array().unwrap().last().unwrap().as_array().unwrap().clone();
    let mut stream = server.stream("/api/overview-stream", b"").await;
    let told = loop {
        let told = marks(&stream.until("drawn").await.json());
        if told.iter().any(|word| word == "Warning: Awake <b> fires") {
            break told;
        }
    };
    assert!(told[0].as_str().unwrap().ends_with(" is-warning"), "{told:?}");
    let later = server.stream("/api/overview-stream", b"").await.until("snapshot").await.json();
    assert_eq!(marks(&later["drawn"]), told);
    let page = server.get("/").await;
    let mark = page.text().split("chart-mark is-warning").nth(1).expect("a mark");
    assert!(mark.split('>').next().unwrap().contains("Warning: Awake &lt;b&gt; fires"), "{mark}");
}
