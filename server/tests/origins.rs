//! No answer is shared with pages of other origins, whoever asks and however.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use support::Server;

/// What a browser says of a page of elsewhere, of a file and of a sandbox.
const ORIGINS: [&str; 3] = ["https://elsewhere.example", "null", "http://127.0.0.1:1"];

#[tokio::test]
async fn no_answer_is_shared() {
    let server = Server::start(&[]).await.ready().await;
    for origin in ORIGINS {
        let headers = format!("origin: {origin}\r\ncookie: session=x\r\n");
        for path in ["/", "/api/snapshot", "/api/stats", "/healthz", "/readyz", "/api/publish/a", "/api/none", "/none"]
        {
            let answer = server.ask("GET", path, &headers).await;
            assert!(!answer.head.contains("access-control-"), "{path} for {origin}: {}", answer.head);
        }
        for (body, status) in [(r#"{"text":"x"}"#, 202), (r#"{"text":5}"#, 422), ("{", 400)] {
            let headers = format!("{headers}content-type: application/json\r\ncontent-length: {}\r\n", body.len());
            let answer = server.send("POST", "/api/publish/a", &headers, body.as_bytes()).await;
            assert_eq!(answer.status, status);
            assert!(!answer.head.contains("access-control-"), "{body} for {origin}: {}", answer.head);
        }
    }
}

#[tokio::test]
async fn no_stream_is_shared() {
    let server = Server::start(&[]).await;
    for origin in ORIGINS {
        let headers = format!("origin: {origin}\r\ncookie: session=x\r\n");
        for path in
            ["/api/dashboard-stream", "/api/events", "/api/stream", "/api/stream/a", "/api/stream?channels=a,hub"]
        {
            let stream = server.stream(path, headers.as_bytes()).await;
            assert!(!stream.head.contains("access-control-"), "{path} for {origin}: {}", stream.head);
        }
    }
}

/// A browser asks before it sends JSON, a DELETE or a header of its own for a page of elsewhere.
#[tokio::test]
async fn nobody_who_asks_first_is_let() {
    let server = Server::start(&[]).await;
    for origin in ORIGINS {
        let headers = format!(
            "origin: {origin}\r\naccess-control-request-method: POST\r\n\
             access-control-request-headers: content-type,last-event-id\r\n"
        );
        for path in ["/", "/api/dashboard-stream", "/api/stream/a", "/api/publish/a", "/api/snapshot", "/api/none"] {
            let answer = server.ask("OPTIONS", path, &headers).await;
            assert!(!answer.head.contains("access-control-"), "{path} for {origin}: {}", answer.head);
        }
    }
}
