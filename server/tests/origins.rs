//! Whose pages may ask, by which names, and what every answer has browsers guard against.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use support::{Server, eventually};

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
        for (body, kind) in [(r#"{"text":"x"}"#, "application/json"), ("text=x", "application/x-www-form-urlencoded")] {
            let headers = format!("{headers}content-type: {kind}\r\ncontent-length: {}\r\n", body.len());
            let answer = server.send("POST", "/api/publish/a", &headers, body.as_bytes()).await;
            assert_eq!((answer.status, answer.json()["error"].clone()), (403, "forbidden".into()));
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
            let answer = server.ask("GET", path, &headers).await;
            assert_eq!(answer.status, 403, "{path} for {origin}");
            assert!(!answer.head.contains("access-control-"), "{path} for {origin}: {}", answer.head);
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

/// A server that knows a name and an origin.
async fn open() -> Server {
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    let toml = "server.hosts = ['ops.example.org']\nserver.origins = ['https://wall.example.org']\n";
    std::io::Write::write_all(&mut file, toml.as_bytes()).unwrap();
    Server::start(&["--config", file.path().to_str().unwrap()]).await.ready().await
}

fn json(headers: &str, body: &str) -> String {
    format!("{headers}content-type: application/json\r\ncontent-length: {}\r\n", body.len())
}

#[tokio::test]
async fn a_named_origin_reads_and_writes() {
    let server = open().await;
    let origin = "origin: https://wall.example.org\r\nsec-fetch-site: cross-site\r\n";
    let asking = format!("{origin}access-control-request-method: POST\r\n");
    let permit = server.ask("OPTIONS", "/api/publish/a", &asking).await;
    assert_eq!((permit.status, permit.header("access-control-allow-methods")), (204, Some("get, head, post, delete")));
    let body = r#"{"text":"x"}"#;
    let written = server.send("POST", "/api/publish/a", &json(origin, body), body.as_bytes()).await;
    let refused = server.send("POST", "/api/publish/a", &json(origin, "{"), b"{").await;
    let stream = server.stream("/api/stream/a", origin.as_bytes()).await;
    assert_eq!((written.status, refused.status), (202, 400));
    for head in [&permit.head, &written.head, &refused.head, &stream.head] {
        assert!(head.contains("access-control-allow-origin: https://wall.example.org\r\n"), "{head}");
        assert!(head.contains("access-control-allow-credentials: true"), "{head}");
        assert!(head.contains("vary: origin"), "{head}");
    }
    let other = server.ask("GET", "/api/stats", "origin: https://wall.example.org.evil.example\r\n").await;
    assert!(other.head.contains("vary: origin") && !other.head.contains("access-control-"), "{}", other.head);
}

#[tokio::test]
async fn a_named_origin_reads_that_there_is_no_room() {
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    let toml = "server.origins = ['https://wall.example.org']\nlimits.connections = 1\n";
    std::io::Write::write_all(&mut file, toml.as_bytes()).unwrap();
    let server = Server::start(&["--config", file.path().to_str().unwrap()]).await;
    let _held = server.stream("/api/stream/a", b"").await;
    let mut refused = server.stream("/api/stream/a", b"origin: https://wall.example.org\r\n").await;
    assert!(refused.head.contains("access-control-allow-origin: https://wall.example.org\r\n"), "{}", refused.head);
    assert!(refused.until("bye").await.json()["reason"].as_str().unwrap().contains("as many connections"));
}

#[tokio::test]
async fn what_changes_something_comes_from_own_pages_or_from_programs() {
    let server = open().await;
    let body = r#"{"text":"x"}"#;
    let own = format!("origin: http://{}\r\ncookie: a=b\r\n", server.address);
    for (headers, status) in [
        ("", 202),
        (own.as_str(), 202),
        ("sec-fetch-site: same-origin\r\ncookie: a=b\r\n", 202),
        ("sec-fetch-site: same-site\r\n", 403),
        ("origin: null\r\n", 403),
        ("cookie: a=b\r\n", 403),
    ] {
        let answer = server.send("POST", "/api/publish/a", &json(headers, body), body.as_bytes()).await;
        assert_eq!(answer.status, status, "{headers}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_name_that_is_not_its_own_is_not_answered() {
    let server = open().await;
    let port = server.address.port();
    for (host, status) in [
        (format!("localhost:{port}"), 200),
        (format!("[::1]:{port}"), 200),
        ("OPS.example.org".to_owned(), 200),
        (format!("evil.example:{port}"), 421),
        ("127.0.0.1.evil.example".to_owned(), 421),
        (String::new(), 421),
    ] {
        for path in ["/", "/api/snapshot", "/api/dashboard-stream", "/healthz"] {
            let mut socket = tokio::net::TcpStream::connect(server.address).await.unwrap();
            let head = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
            tokio::io::AsyncWriteExt::write_all(&mut socket, head.as_bytes()).await.unwrap();
            let mut bytes = vec![0; 64];
            let read = tokio::io::AsyncReadExt::read(&mut socket, &mut bytes).await.unwrap();
            let line = String::from_utf8_lossy(&bytes[..read]).into_owned();
            assert!(line.starts_with(&format!("HTTP/1.1 {status} ")), "{path} of {host:?}: {line}");
        }
    }
}

#[tokio::test]
async fn every_answer_says_what_to_guard_against() {
    let server = open().await;
    let mut heads = vec![server.stream("/api/stream/a", b"").await.head];
    for path in ["/", "/connections", "/none", "/healthz", "/api/none", "/api/stats", "/stream-worker.js", "/metrics"] {
        heads.push(server.get(path).await.head);
    }
    for head in heads {
        for line in [
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
            "referrer-policy: same-origin",
            "permissions-policy: accelerometer=()",
            "cross-origin-opener-policy: same-origin",
            "cross-origin-resource-policy: same-origin",
            "content-security-policy: default-src 'none'; ",
            "frame-ancestors 'none'",
        ] {
            assert!(head.contains(line), "{line} in {head}");
        }
        assert!(!head.contains("unsafe-inline") && !head.contains("'unsafe-eval'"), "{head}");
        assert!(!head.contains("strict-transport-security"), "only over TLS: {head}");
    }
}

#[tokio::test]
async fn a_page_runs_nothing_but_own_files_and_what_bears_its_nonce() {
    let server = open().await;
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let page = server.get("/").await;
        let policy = page.header("content-security-policy").unwrap();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        let text = page.text();
        let scripts: Vec<&str> = text.split("<script").skip(1).map(|rest| rest.split('>').next().unwrap()).collect();
        assert!(!scripts.is_empty());
        for script in scripts {
            let is_own_file = script.trim_start().starts_with("type=\"module\" src=\"/") && !script.contains("//");
            let bears_nonce = script.to_lowercase().contains(&format!("nonce=\"{nonce}\""));
            assert!(is_own_file || bears_nonce, "{script}");
        }
        assert!(!text.contains(" style="), "no element bears a style of its own");
        assert!(!text.contains(" onclick=") && !text.contains("javascript:"));
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn no_page_of_elsewhere_comes_into_the_room() {
    let server = open().await;
    let there = "origin: https://evil.example\r\nsec-fetch-site: cross-site\r\nsec-fetch-mode: cors\r\n";
    for path in ["/api/chat-stream?user=adam%20acknowledged%20everything", "/api/dashboard-stream", "/api/snapshot"] {
        for headers in [there, "sec-fetch-site: cross-site\r\n", "sec-fetch-site: same-site\r\n"] {
            let answer = server.ask("GET", path, headers).await;
            assert_eq!((answer.status, answer.json()["error"].as_str()), (403, Some("forbidden")), "{path} {headers}");
        }
    }
    assert_eq!(server.ask("GET", "/chat", "sec-fetch-site: cross-site\r\n").await.status, 200, "a link leads there");
    let wall = "origin: https://wall.example.org\r\nsec-fetch-site: cross-site\r\n";
    server.stream("/api/chat-stream?user=wall", wall.as_bytes()).await.until("connected").await;
    let room = eventually(async || {
        let room = server.get("/api/snapshot?channel=room").await.text().to_owned();
        room.contains("wall").then_some(room)
    });
    assert!(!room.await.contains("adam"));
}
