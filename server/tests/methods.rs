//! Every route is asked with every method, and fails at none.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use support::doors::{Doors, two, user};
use support::eventually;

const METHODS: [&str; 8] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"];
const STREAMS: [&str; 6] = [
    "/api/dashboard-stream",
    "/api/overview-stream",
    "/api/chat-stream",
    "/api/events",
    "/api/stream",
    "/api/stream/a",
];

/// Every path of `router.rs` that answers once, and some that nobody has.
const ANSWERS: [&str; 41] = [
    "/",
    "/alerts",
    "/logs",
    "/chat",
    "/connections",
    "/api/snapshot",
    "/api/jump",
    "/api/processes",
    "/api/publish/a",
    "/api/alerts",
    "/api/alerts/x/ack",
    "/api/alerts/x/unack",
    "/api/silences",
    "/api/silences/x",
    "/api/silences/x/end",
    "/api/chat/send",
    "/api/chat/unread",
    "/api/stats",
    "/api/logs",
    "/api/logs/view",
    "/api/logs/fields",
    "/login",
    "/login/oidc",
    "/login/oidc/callback",
    "/logout",
    "/api/session",
    "/api/sessions",
    "/api/sessions/x",
    "/api/users",
    "/api/users/x",
    "/api/tokens",
    "/api/tokens/x",
    "/api/ticket",
    "/healthz",
    "/readyz",
    "/metrics",
    "/api",
    "/api/none",
    "/none",
    "/pkg/none.js",
    "/robots.txt",
];

async fn ask_all(doors: &Doors, name: Option<&str>) {
    for path in STREAMS.iter().chain(&ANSWERS) {
        let cookie = match name {
            // Some of what is asked ends the session.
            Some(name) => doors.sign_in(name).await,
            None => String::new(),
        };
        for method in METHODS {
            // Where it is open it has no end.
            if method == "GET" && STREAMS.contains(path) {
                continue;
            }
            let status = doors.server.ask(method, path, &cookie).await.status;
            assert!((200..500).contains(&status), "{method} {path}: {status}");
        }
    }
}

async fn ready(doors: &Doors) {
    eventually(async || (doors.server.get("/readyz").await.status == 200).then_some(())).await;
}

#[tokio::test]
async fn no_route_fails_without_users() {
    let doors = Doors::start("").await;
    ready(&doors).await;
    ask_all(&doors, None).await;
}

#[tokio::test]
async fn no_route_fails_with_users() {
    let doors = Doors::start(&(two() + &user("root", "admin"))).await;
    ready(&doors).await;
    ask_all(&doors, None).await;
    ask_all(&doors, Some("anna")).await;
    ask_all(&doors, Some("root")).await;
    assert_eq!(doors.server.ask("HEAD", "/api/session", "").await.status, 401);
    assert_eq!(doors.server.ask("HEAD", "/api/session", &doors.sign_in("anna").await).await.status, 200);
}
