//! The page of alerts on the wire: its stream, its forms without script, and who they are not taken from.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use serde_json::Value;
use support::{Answer, Server, config, eventually};

/// A rule that fires with the first sample, on a machine of which nothing else is told.
const RULE: &str = "alerts.off = ['cpu', 'memory', 'swap', 'load', 'filesystem', 'no-data', 'clock-skew',\
    'clock-not-synchronised', 'unit-failed']\n[[rule]]\nname = 'always'\n\
    title = 'Always <b>'\nwhen = 'uptime >= 0'\n";
const HERE: &str = "sec-fetch-site: same-origin\r\nreferer: http://127.0.0.1/alerts?alert=always\r\n";

async fn firing() -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("opsglass.toml");
    std::fs::write(&file, RULE).unwrap();
    let file = file.to_str().unwrap();
    let flags = ["opsglass", "--no-journal", "--interval", "250ms", "--state-dir", "none", "--config", file];
    let server = Server::serve(config(flags.map(Into::into))).await.ready().await;
    eventually(async || server.get("/alerts").await.text().contains("nobody yet").then_some(())).await;
    (server, folder)
}

async fn send(server: &Server, path: &str, headers: &str, form: &str) -> Answer {
    let headers =
        format!("{headers}content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n", form.len());
    server.send("POST", path, &headers, form.as_bytes()).await
}

async fn open(server: &Server) -> Value {
    // A busy machine may have another.
    let alerts = server.get("/api/alerts").await.json()["alerts"].clone();
    alerts.as_array().unwrap().iter().find(|alert| alert["id"] == "always").unwrap().clone()
}

#[tokio::test]
async fn forms_work_without_script() {
    let (server, _folder) = firing().await;
    let answer = send(&server, "/api/alerts/always/ack", HERE, "by=mira+k&reason=it%27s+a+build").await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(answer.header("location"), Some("/alerts?alert=always"));
    let acknowledged = open(&server).await["acknowledged"].clone();
    assert_eq!((&acknowledged["by"], &acknowledged["reason"]), (&"mira k".into(), &"it's a build".into()));
    let page = server.get("/alerts?alert=always").await;
    let page = page.text();
    assert!(page.contains("Acknowledged by mira k: it's a build"), "{page}");

    assert_eq!(send(&server, "/api/alerts/always/unack", HERE, "").await.status, 303);
    assert_eq!(open(&server).await["acknowledged"], Value::Null);

    let counts = async || server.get("/logs").await.text().contains("<title>(1) ");
    eventually(async || counts().await.then_some(())).await;
    let form = "by=mira&reason=known&matchers=alertname%3Dalways&for=2h&until=&zone=";
    assert_eq!(send(&server, "/api/silences", HERE, form).await.status, 303);
    eventually(async || (!counts().await).then_some(())).await;
    let silence = server.get("/api/silences").await.json()[0].clone();
    assert_eq!(silence["matchers"][0]["value"], "always");
    let end = format!("/api/silences/{}/end", silence["id"].as_str().unwrap());
    assert!(server.get("/alerts?show=silenced").await.text().contains(&end));
    assert_eq!(send(&server, &end, HERE, "").await.status, 303);
    eventually(async || counts().await.then_some(())).await;
    assert_eq!(server.get("/api/silences").await.json(), Value::Array(Vec::new()));
}

#[tokio::test]
async fn what_is_wrong_is_said_on_the_page() {
    let (server, _folder) = firing().await;
    let form = "by=mira&reason=&matchers=alertname%3Dalways&for=2h";
    let answer = send(&server, "/api/silences", HERE, form).await;
    assert_eq!(answer.status, 422);
    let page = answer.text();
    assert!(page.contains("reason: expected a text of 1 to 1024 bytes, got 0"), "{page}");
    assert!(page.contains("evidence-plot"), "it is the page that the form was sent from: {page}");
    let answer = send(&server, "/api/silences", HERE, "reason=x&matchers=%3Cimg+src%3E&for=2h").await;
    assert!(answer.status == 422 && !answer.text().contains("<img"), "{}", answer.text());
    let answer = send(&server, "/api/alerts/none/ack", "", "by=x").await;
    assert!(answer.status == 404 && answer.text().contains("no alert &quot;none&quot;"), "{}", answer.text());
    assert_eq!(open(&server).await["acknowledged"], Value::Null);
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let (server, _folder) = firing().await;
    for headers in [
        "sec-fetch-site: cross-site\r\n",
        "sec-fetch-site: same-site\r\norigin: http://127.0.0.1\r\n",
        "origin: null\r\n",
        "origin: https://elsewhere.example\r\n",
    ] {
        let answer = send(&server, "/api/alerts/always/ack", headers, "by=evil").await;
        assert_eq!(answer.status, 403, "{headers}");
        assert_eq!(
            answer.json()["message"],
            "origin: expected a request of opsglass' own pages, of an origin in server.origins, or with a token"
        );
    }
    assert_eq!(open(&server).await["acknowledged"], Value::Null);
    let plain = server.send("POST", "/api/alerts/always/ack", "content-type: text/plain\r\ncontent-length: 0\r\n", b"");
    assert_eq!(plain.await.status, 415);
}

#[tokio::test]
async fn the_way_back_never_leads_elsewhere() {
    let (server, _folder) = firing().await;
    for referer in ["https://elsewhere.example/x", "//elsewhere.example/alerts/", "http://127.0.0.1/alerts/../x?y"] {
        let answer = send(&server, "/api/alerts/always/ack", &format!("referer: {referer}\r\n"), "by=x").await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/alerts")), "{referer}");
    }
}

#[tokio::test]
async fn who_follows_is_drawn_what_is_open() {
    let (server, _folder) = firing().await;
    let mut stream = server.stream("/api/stream/alerts", b"").await;
    let drawn = stream.until("drawn").await.json();
    assert_eq!(drawn["alerts"][0]["name"], "Always <b>");
    let words: Vec<&str> = drawn["parts"][0].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(words.contains(&"=Always <b>") && words.contains(&"=nobody yet"), "{words:?}");

    // Something that people do is shown at once, not with the next second.
    let body = r#"{"by":"mira"}"#;
    assert_eq!(server.post("/api/alerts/always/ack", "application/json", body.as_bytes()).await.status, 200);
    while !stream.until("drawn").await.json().to_string().contains("\"=mira\"") {}
}

#[tokio::test]
async fn nobody_else_publishes_there() {
    let (server, _folder) = firing().await;
    assert_eq!(server.publish("alerts", r#"{"text":"x"}"#).await.status, 403);
}
