//! The rest of what is served, on a real socket.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use support::Server;

#[tokio::test]
async fn the_page_shows_the_machine_without_any_script() {
    let server = Server::start(&[]).await.ready().await;
    let page = server.get("/").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let html = page.text();
    for id in ["cpu-usage", "memory-usage", "active-users"] {
        let value = html.split(&format!("id=\"{id}\"")).nth(1).unwrap_or_else(|| panic!("#{id}"));
        let value = value.split_once('>').unwrap().1.split('<').next().unwrap();
        assert!(value.starts_with(|c: char| c.is_ascii_digit()), "#{id} is {value:?}");
    }
    for id in ["alerts", "logs"] {
        assert!(html.contains(&format!("id=\"{id}\"")), "#{id}");
    }
}

#[tokio::test]
async fn the_snapshot_has_what_the_page_is_drawn_from() {
    let server = Server::start(&[]).await.ready().await;
    let snapshot = server.get("/api/snapshot?range=5m").await.json();
    assert!(snapshot["metrics"]["cpu"].is_number());
    assert!(snapshot["host"]["name"].is_string());
    assert_eq!(snapshot["host"]["demo"], false);
    let bad = server.get("/api/snapshot?range=9d").await;
    assert_eq!(bad.status, 400);
    let message = bad.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("range") && message.contains("15m") && message.contains("9d"), "{message}");
}

#[tokio::test]
async fn what_there_is_not_is_said_in_kind() {
    let server = Server::start(&[]).await;
    let page = server.get("/no/such/%3Cscript%3E").await;
    assert_eq!((page.status, page.header("content-type")), (404, Some("text/html; charset=utf-8")));
    assert!(!page.text().contains("<script>%3C"), "a path is text");
    let call = server.get("/api/nothing").await;
    assert_eq!((call.status, call.json()["error"].clone()), (404, "not_found".into()));
    assert_eq!(server.get("/api").await.json()["error"], "not_found");
    let method = server.ask("DELETE", "/api/snapshot", "").await;
    assert_eq!((method.status, method.json()["error"].clone()), (405, "method_not_allowed".into()));
    for path in ["/pkg/../../Cargo.toml", "/%2e%2e/Cargo.toml", "/pkg/", "/pkg/opsglass.css.br"] {
        assert_eq!(server.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn health_and_readiness_are_two_things() {
    let server = Server::start(&[]).await;
    assert_eq!(server.get("/healthz").await.status, 200);
    let server = server.ready().await;
    assert_eq!(server.get("/readyz").await.text(), "ok\n");
}

#[tokio::test]
async fn a_body_whose_chunks_are_broken_is_not_called_too_large() {
    let server = Server::start(&[]).await;
    for path in ["/api/publish/a", "/api/logs", "/api/silences", "/api/chat/send"] {
        let headers = "content-type: application/json\r\ntransfer-encoding: chunked\r\n";
        let answer = server.send("POST", path, headers, b"2\r\n{}\r\nzz\r\n").await;
        assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some("bad_parameter")), "{path}");
    }
}
