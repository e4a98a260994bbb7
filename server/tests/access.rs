//! What may be done by whom, and what happens when that ends.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::time::{Duration, Instant};

use server::auth::command::{Command, TokenCommand};
use support::doors::{Doors, PASSWORD, SLACK, SOON, bye, cookie, two, user};
use support::eventually;

async fn status(doors: &Doors, path: &str, headers: &str) -> u16 {
    doors.server.ask("GET", path, headers).await.status
}

/// Waits until the server has noticed what a command has done.
async fn known(doors: &Doors, path: &str, headers: &str) {
    eventually(async || (status(doors, path, headers).await == 200).then_some(())).await;
}

#[tokio::test]
async fn users_that_cannot_be_read_lock_the_door() {
    let doors = Doors::start("").await;
    let mut stream = doors.server.stream("/api/dashboard-stream", b"").await;
    assert_eq!(status(&doors, "/api/snapshot", "").await, 200);
    let file = doors.state.join("users.json");
    std::fs::write(&file, "no users at all").unwrap();
    assert_eq!(bye(&mut stream, Duration::ZERO).await, "revoked");
    assert_eq!(status(&doors, "/api/snapshot", "").await, 401);
    std::fs::remove_file(file).unwrap();
    doors.set_users(&[("anna", "operator")]);
    eventually(async || (doors.submit("anna", PASSWORD, "").await.status == 303).then_some(())).await;
}

#[tokio::test]
async fn each_role_may_do_what_it_may() {
    let doors = Doors::start(&two()).await;
    let (anna, ben) = (doors.sign_in("anna").await, doors.sign_in("ben").await);
    for (cookie, changes) in [(&anna, 202), (&ben, 403)] {
        assert_eq!(status(&doors, "/api/snapshot", cookie).await, 200);
        assert_eq!(status(&doors, "/metrics", cookie).await, 200);
        assert_eq!(doors.publish("a", cookie).await, changes);
        let line = doors.send("POST", "/api/logs", "application/json", cookie, br#"{"message":"x"}"#).await;
        assert_eq!(line.status, changes);
    }
    let silence = br#"{"matchers":[{"label":"alertname","value":"x"}],"reason":"r","by":"somebody else","for":"1h"}"#;
    let silence = async |cookie: &str| doors.send("POST", "/api/silences", "application/json", cookie, silence).await;
    let refused = silence(&ben).await;
    assert_eq!((refused.status, refused.json()["error"].as_str()), (403, Some("forbidden")));
    assert_eq!(silence(&anna).await.json()["by"], "anna", "whoever it says it was");
    let told = ["anna signed in", "anna silenced", "ben was refused: POST /api/publish/a", "127.0.0.1"];
    doors.audit(&anna, &told).await;
}

#[tokio::test]
async fn a_token_may_do_what_its_scopes_say() {
    let doors = Doors::start(&two()).await;
    let scopes = ["read", "metrics", "publish", "logs"];
    let tokens = scopes.map(|scope| doors.token(scope, &[scope], &[], None));
    known(&doors, "/metrics", &tokens[1]).await;
    for (n, token) in tokens.iter().enumerate() {
        let line = doors.send("POST", "/api/logs", "application/json", token, br#"{"message":"x"}"#).await;
        let silence = doors.send("POST", "/api/silences", "application/json", token, b"{}").await;
        let got = [
            status(&doors, "/api/snapshot", token).await,
            status(&doors, "/metrics", token).await,
            doors.publish("a", token).await,
            line.status,
        ];
        let expected = [200, 200, 202, 202];
        for (m, (got, expected)) in got.into_iter().zip(expected).enumerate() {
            assert_eq!(got, if n == m { expected } else { 403 }, "{} {}", scopes[n], scopes[m]);
        }
        assert_eq!(silence.status, 403);
        assert_eq!(status(&doors, "/api/sessions", token).await, 200);
        assert_eq!(doors.server.ask("GET", "/api/sessions", token).await.text(), "[]");
    }
    let wrong = format!("authorization: Bearer og_{}\r\n", "0".repeat(64));
    assert_eq!(status(&doors, "/api/snapshot", &wrong).await, 401);
    let audit = doors.audit(&tokens[0], &["token read is used", "was refused"]).await;
    let secret = tokens[0].trim().split(' ').next_back().unwrap();
    let kept = std::fs::read_to_string(doors.state.join("tokens.json")).unwrap();
    assert!(!audit.contains(&secret[3..]) && !kept.contains(&secret[3..]));
}

#[tokio::test]
async fn a_secret_in_an_address_is_refused_and_kept_nowhere() {
    let doors = Doors::start(&two()).await;
    let token = doors.token("ci", &["read"], &[], None);
    known(&doors, "/api/snapshot", &token).await;
    let secret = token.trim().split(' ').next_back().unwrap().to_owned();
    for path in [
        format!("/api/snapshot?token={secret}"),
        format!("/api/dashboard-stream?access_token={secret}"),
        format!("/api/stream/a?clientId={secret}"),
        "/?token=x".to_owned(),
    ] {
        let answer = doors.server.get(&path).await;
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.json()["message"].as_str().unwrap().contains("Authorization: Bearer"));
        assert!(!answer.text().contains(&secret) && !answer.head.contains(&secret));
    }
    let lines = doors.server.ask("GET", "/api/logs?limit=1000", &token).await;
    assert!(!lines.text().contains(&secret[3..]));
}

#[tokio::test]
async fn a_ticket_opens_one_stream_and_nothing_else() {
    let doors = Doors::start(&two()).await;
    let anna = doors.sign_in("anna").await;
    let ticket = async |body: &str| {
        let given = doors.send("POST", "/api/ticket", "application/json", &anna, body.as_bytes()).await.json();
        assert_eq!(given["expiresIn"], 60);
        given["ticket"].as_str().unwrap().to_owned()
    };
    let first = ticket("").await;
    let path = format!("/api/dashboard-stream?ticket={first}");
    let mut stream = doors.server.stream(&path, b"").await;
    stream.until("snapshot").await;
    assert_eq!(status(&doors, &path, "").await, 401, "twice");
    let second = ticket(r#"{"channels":["a"]}"#).await;
    assert_eq!(status(&doors, &format!("/api/snapshot?ticket={second}"), "").await, 401, "no stream");
    assert_eq!(status(&doors, &format!("/api/stream/b?ticket={second}"), "").await, 403, "another channel");
    let third = ticket(r#"{"channels":["a"]}"#).await;
    doors.server.stream(&format!("/api/stream/a?ticket={third}"), b"").await.until("connected").await;
    let fourth = ticket("").await;
    doors.server.ask("DELETE", "/api/session", &anna).await;
    assert_eq!(status(&doors, &format!("/api/stream/a?ticket={fourth}"), "").await, 401, "its owner has gone");
    assert_eq!(bye(&mut stream, Duration::ZERO).await, "signed-out");
    let audit = doors.audit(&doors.sign_in("anna").await, &["ticket was refused: GET /api/stream/a"]).await;
    assert!(![first, second, third, fourth].iter().any(|ticket| audit.contains(ticket)));
}

#[tokio::test]
async fn channels_that_are_not_open_are_not_heard_and_not_spoken_in() {
    let doors = Doors::start(&two()).await;
    let token = doors.token("deploy", &["read", "publish"], &["deploy-*"], None);
    known(&doors, "/api/session", &token).await;
    assert_eq!((doors.publish("deploy-1", &token).await, doors.publish("other", &token).await), (202, 403));
    for closed in ["/api/stream/other", "/api/stream?channels=deploy-1,other", "/api/dashboard-stream", "/api/events"] {
        assert_eq!(status(&doors, closed, &token).await, 403, "{closed}");
    }
    for closed in [
        "/",
        "/connections",
        "/api/snapshot",
        "/api/snapshot?channel=connections",
        "/api/logs",
        "/api/stats",
        "/metrics",
    ] {
        assert_eq!(status(&doors, closed, &token).await, 403, "{closed}");
    }
    let answer = doors.send("POST", "/api/ticket", "application/json", &token, br#"{"channels":["other"]}"#).await;
    assert_eq!(answer.status, 403);
    doors.server.stream("/api/stream/deploy-1", token.as_bytes()).await.until("connected").await;
}

#[tokio::test]
async fn what_is_closed_since_is_left_out_when_a_stream_is_resumed() {
    let doors = Doors::start(&two()).await;
    let anna = doors.sign_in("anna").await;
    let both = doors.token("both", &["read"], &["open", "closed"], None);
    known(&doors, "/api/session", &both).await;
    let path = "/api/stream?channels=open,closed";
    let mut stream = doors.server.stream(path, both.as_bytes()).await;
    let connected = stream.until("connected").await.json();
    assert_eq!(connected["channels"], serde_json::json!(["open", "closed"]));
    let cursor = connected["cursor"].as_str().unwrap().to_owned();
    for channel in ["closed", "open", "closed"] {
        assert_eq!(doors.publish(channel, &anna).await, 202);
    }
    doors.run(Command::Token(TokenCommand::Revoke { name: "both".to_owned() }));
    assert_eq!(bye(&mut stream, Duration::ZERO).await, "revoked");
    let one = doors.token("one", &["read"], &["open"], None);
    known(&doors, "/api/session", &one).await;
    let headers = format!("{one}last-event-id: {cursor}\r\n");
    let mut stream = doors.server.stream(path, headers.as_bytes()).await;
    let connected = stream.next().await.unwrap().json();
    assert_eq!((&connected["channels"], &connected["missed"]), (&serde_json::json!(["open"]), &0.into()));
    let message = stream.next().await.unwrap();
    assert_eq!(message.event, "message");
    doors.publish("closed", &anna).await;
    doors.publish("open", &anna).await;
    let next = stream.next().await.unwrap();
    assert_eq!(next.event, "message");
    let raw = String::from_utf8(stream.raw.clone()).unwrap();
    assert!(!raw.contains("closed") && raw.matches("event: gap").count() == 0, "{raw}");
    assert_eq!(raw.lines().filter(|line| line.starts_with("id: ")).count(), 2, "{raw}");
    assert_eq!(status(&doors, "/api/stream/closed", &headers).await, 403, "nothing of it is left");
}

#[tokio::test]
async fn a_token_that_is_changed_takes_what_is_open_with_it() {
    let doors = Doors::start(&two()).await;
    let (token, kept) = (doors.token("ci", &["read"], &[], None), doors.token("kept", &["read"], &[], None));
    known(&doors, "/api/session", &kept).await;
    let changes: [fn(&mut serde_json::Value); 3] = [
        |ci| ci["channels"] = serde_json::json!(["a"]),
        |ci| ci["scopes"] = serde_json::json!(["read", "metrics"]),
        |ci| ci["expires"] = serde_json::json!("2999-01-01T00:00:00.000Z"),
    ];
    let mut untouched = doors.server.stream("/api/stream/a", kept.as_bytes()).await;
    untouched.until("connected").await;
    for change in changes {
        let given = doors.send("POST", "/api/ticket", "application/json", &token, b"").await.json();
        let mut stream = doors.server.stream("/api/stream/a", token.as_bytes()).await;
        stream.until("connected").await;
        doors.change_tokens(|tokens| change(&mut tokens[0]));
        assert_eq!(bye(&mut stream, Duration::ZERO).await, "revoked");
        let ticket = format!("/api/stream/a?ticket={}", given["ticket"].as_str().unwrap());
        assert_eq!(status(&doors, &ticket, "").await, 401, "a ticket goes with it");
    }
    assert_eq!(status(&doors, "/api/stream/b", &token).await, 403);
    doors.publish("a", &doors.sign_in("anna").await).await;
    assert_eq!(untouched.next().await.unwrap().event, "message", "the other token is as it was");
}

#[tokio::test]
async fn a_ticket_is_for_the_channels_that_are_named_and_no_others() {
    let doors = Doors::start(&two()).await;
    let anna = doors.sign_in("anna").await;
    let ticket = async |count: usize| {
        let channels: Vec<String> = (0..count).map(|n| format!("a{n}")).collect();
        let body = serde_json::json!({ "channels": channels }).to_string();
        doors.send("POST", "/api/ticket", "application/json", &anna, body.as_bytes()).await
    };
    let given = ticket(64).await.json();
    let path = format!("/api/stream/b?ticket={}", given["ticket"].as_str().unwrap());
    assert_eq!(status(&doors, &path, "").await, 403);
    let refused = ticket(65).await;
    let message = refused.json()["message"].as_str().unwrap().to_owned();
    assert_eq!((refused.status, &*message), (422, "channels: expected at most 64 channels, got 65"));
}

#[tokio::test]
async fn a_stream_ends_when_its_token_expires() {
    let doors = Doors::start(&two()).await;
    let token = doors.token("short", &["read"], &[], Some("3s"));
    let made = Instant::now();
    known(&doors, "/api/session", &token).await;
    let mut stream = doors.server.stream("/api/stream/a", token.as_bytes()).await;
    stream.until("connected").await;
    assert_eq!(bye(&mut stream, Duration::from_secs(3)).await, "expired");
    let lasted = made.elapsed();
    assert!(lasted >= Duration::from_millis(2_900) && lasted < Duration::from_secs(3) + SOON + SLACK, "{lasted:?}");
    assert_eq!(status(&doors, "/api/stream/a", &token).await, 401);
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_when_its_owner_may_do_less() {
    let doors = Doors::start("[auth]\nsession = \"6s\"\n").await;
    std::fs::create_dir_all(&doors.state).unwrap();
    doors.set_users(&[("anna", "operator")]);
    eventually(async || (status(&doors, "/api/session", "").await == 401).then_some(())).await;
    let anna = doors.sign_in("anna").await;
    let mut stream = doors.server.stream("/api/dashboard-stream", anna.as_bytes()).await;
    assert_eq!(doors.publish("a", &anna).await, 202);
    doors.set_users(&[("anna", "viewer")]);
    assert_eq!(bye(&mut stream, Duration::ZERO).await, "revoked");
    assert_eq!((doors.publish("a", &anna).await, status(&doors, "/api/snapshot", &anna).await), (403, 200));
    let mut stream = doors.server.stream("/api/dashboard-stream", anna.as_bytes()).await;
    assert_eq!(bye(&mut stream, Duration::from_secs(6)).await, "expired");
    let again = doors.sign_in("anna").await;
    let mut stream = doors.server.stream("/api/dashboard-stream", again.as_bytes()).await;
    let out = doors.server.ask("DELETE", "/api/session", &again).await;
    assert_eq!((out.status, cookie(&out)), (204, None));
    assert_eq!(bye(&mut stream, Duration::ZERO).await, "signed-out");
}

#[tokio::test]
async fn who_came_before_there_were_users_has_to_say_who_it_is() {
    let doors = Doors::start("").await;
    let mut stream = doors.server.stream("/api/dashboard-stream", b"").await;
    stream.until("snapshot").await;
    let token = doors.token("first", &["read"], &[], None);
    assert_eq!(bye(&mut stream, Duration::ZERO).await, "revoked");
    assert_eq!((status(&doors, "/", "").await, status(&doors, "/", &token).await), (303, 200));
}

#[tokio::test]
async fn who_takes_nothing_does_not_outstay_its_right() {
    let doors = Doors::start(&two()).await;
    let (anna, ben) = (doors.sign_in("anna").await, doors.sign_in("ben").await);
    let mut stream = doors.server.stream("/api/stream/a?clientId=stalled", ben.as_bytes()).await;
    let large = format!("{{\"text\":\"{}\"}}", "x".repeat(60 * 1024));
    for _ in 0..100 {
        doors.send("POST", "/api/publish/a", "application/json", &anna, large.as_bytes()).await;
    }
    let is_there = async || doors.server.ask("GET", "/api/stats", &anna).await.text().contains("\"stalled\"");
    assert!(is_there().await);
    doors.server.ask("DELETE", "/api/session", &ben).await;
    assert_eq!(doors.publish("a", &anna).await, 202);
    // Sooner than whoever is only slow would be cut off.
    eventually(async || (!is_there().await).then_some(())).await;
    while let Some(message) = stream.next().await {
        assert_ne!(message.data, "x", "published after its right had ended");
    }
}

#[tokio::test]
async fn what_a_stream_would_be_answered_with_can_be_asked() {
    let doors = Doors::start(&two()).await;
    let (anna, narrow) = (doors.sign_in("anna").await, doors.token("narrow", &["read"], &["default"], None));
    known(&doors, "/api/stats", &anna).await;
    let ask = async |path: &str, who: &str| doors.server.ask("HEAD", path, who).await;
    for path in ["/api/overview-stream", "/api/stream/alerts", "/api/chat-stream?view=room", "/api/events"] {
        let answer = ask(path, &anna).await;
        assert_eq!((answer.status, answer.body.len()), (200, 0), "{path}");
        assert_eq!(answer.header("content-type"), Some("text/event-stream; charset=utf-8"));
        assert_eq!(ask(path, "").await.status, 401, "{path}");
    }
    eventually(async || (ask("/api/events", &narrow).await.status == 200).then_some(())).await;
    assert_eq!(ask("/api/stream/alerts", &narrow).await.status, 403);
    assert_eq!(ask("/api/chat-stream", &narrow).await.status, 403);
    // Nobody follows because of that, and nobody is in the room.
    let stats = doors.server.ask("GET", "/api/stats", &anna).await.json();
    assert_eq!(stats["streams"], 0, "{stats}");
    let room = doors.server.ask("GET", "/api/snapshot?channel=room", &anna).await;
    assert!(!room.text().contains("anna joined"), "{}", room.text());
}

#[tokio::test]
async fn a_name_is_one_persons_however_it_is_written() {
    let doors = Doors::start(&user("Zo\u{eb}", "admin")).await;
    let zoe = doors.sign_in("ZOE\u{308}").await;
    assert_eq!(doors.server.ask("GET", "/api/session", &zoe).await.json()["name"], "Zo\u{eb}");
    // As an older file may have them.
    std::fs::create_dir_all(&doors.state).unwrap();
    doors.set_users(&[("anna", "viewer"), ("Anna", "admin"), ("zoe\u{308}", "viewer")]);
    doors.audit(&zoe, &["who may come in has changed: 2 users"]).await;
    for typed in ["anna", "Anna"] {
        let cookie = doors.sign_in(typed).await;
        let who = doors.server.ask("GET", "/api/session", &cookie).await.json();
        assert_eq!((&who["name"], &who["role"]), (&"anna".into(), &"viewer".into()), "the first counts");
    }
    assert_eq!(doors.server.ask("GET", "/api/session", &zoe).await.json()["role"], "admin", "the configuration counts");
    assert_eq!(doors.submit("an\u{200b}na", PASSWORD, "").await.status, 401);
}

#[tokio::test]
async fn a_page_and_its_stream_are_open_to_the_same() {
    let doors = Doors::start(&two()).await;
    let anna = doors.sign_in("anna").await;
    let shown = doors.token("shown", &["read"], &["dashboard", "deploy-*"], None);
    let other = doors.token("other", &["read"], &["deploy-*"], None);
    known(&doors, "/api/session", &other).await;
    for (page, stream, snapshot) in [
        ("/", "/api/stream/overview", "/api/snapshot?channel=overview"),
        ("/alerts", "/api/stream/alerts", "/api/snapshot?channel=alerts"),
        ("/logs", "/api/stream/logs", "/api/snapshot?channel=logs"),
        ("/chat", "/api/chat-stream?view=room", "/api/snapshot?channel=room"),
        ("/connections", "/api/stream/connections", "/api/snapshot?channel=connections"),
    ] {
        let is_shown = !matches!(page, "/chat" | "/connections");
        for (who, is_open) in [(&anna, true), (&shown, is_shown), (&other, false)] {
            let expected = if is_open { 200 } else { 403 };
            assert_eq!(status(&doors, page, who).await, expected, "{page}");
            assert_eq!(doors.server.ask("HEAD", stream, who).await.status, expected, "{stream}");
            assert_eq!(status(&doors, snapshot, who).await, expected, "{snapshot}");
        }
    }
    for channel in ["alerts", "overview", "logs"] {
        let body = format!(r#"{{"channels":["{channel}"]}}"#);
        let given = doors.send("POST", "/api/ticket", "application/json", &shown, body.as_bytes()).await.json();
        let path = format!("/api/stream/{channel}?ticket={}", given["ticket"].as_str().unwrap());
        doors.server.stream(&path, b"").await.until("connected").await;
    }
}
