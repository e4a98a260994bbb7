//! What the audit log tells of those who are refused, and that nobody can hide in it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::time::Duration;

use argon2::{Argon2, Params, PasswordHasher as _};
use support::doors::{Doors, PASSWORD, two, user};
use support::{ask_as, eventually};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// Sends a request and closes the connection a moment later, whatever has become of it.
async fn hang_up(doors: &Doors, path: &str, headers: &str, body: &str, after: Duration) {
    let (address, length) = (doors.server.address, body.len());
    let head = format!("POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(after).await;
}

#[tokio::test]
async fn who_hangs_up_early_is_told_of_all_the_same() {
    let doors = Doors::start(&two()).await;
    let anna = doors.sign_in("anna").await;
    let body = r#"{"matchers":"alertname=cpu","reason":"r","for":"1h"}"#;
    let headers = format!("{anna}content-type: application/json\r\n");
    for n in 0..40 {
        hang_up(&doors, "/api/silences", &headers, body, Duration::from_micros(n * 100)).await;
    }
    // What is asked after them is done after them.
    let last = doors.send("POST", "/api/silences", "application/json", &anna, body.as_bytes()).await;
    assert_eq!(last.status, 201);
    let silences = async || doors.server.ask("GET", "/api/silences", &anna).await.json();
    let there = silences().await.as_array().unwrap().len();
    assert!(there > 1, "some were heard before they hung up");
    eventually(async || {
        let audit = doors.audit(&anna, &["anna silenced"]).await;
        (audit.matches("anna silenced").count() == there).then_some(())
    })
    .await;
}

#[tokio::test]
async fn who_hangs_up_early_has_tried_a_password_all_the_same() {
    // What takes longer than they wait.
    let params = Params::new(4_096, 2, 1, None).unwrap();
    let hash = Argon2::from(params).hash_password(PASSWORD.as_bytes()).unwrap().to_string();
    let cem = format!("[[users]]\nname = \"cem\"\nrole = \"viewer\"\npassword_hash = {hash:?}\n");
    let doors = Doors::start(&(user("anna", "operator") + &cem)).await;
    let anna = doors.sign_in("anna").await;
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    for _ in 0..8 {
        hang_up(&doors, "/login", form, "username=cem&password=wrong", Duration::from_millis(5)).await;
    }
    eventually(async || {
        let audit = doors.audit(&anna, &["sign-in of cem paused for 1m"]).await;
        (audit.matches("sign-in of cem refused: wrong password").count() == 5).then_some(())
    })
    .await;
}

#[tokio::test]
async fn each_refusal_is_told_with_who_from_where_and_what() {
    let doors = Doors::start(&two()).await;
    let (anna, narrow) = (doors.sign_in("anna").await, doors.token("narrow", &["read", "publish"], &["a"], None));
    eventually(async || (doors.server.ask("GET", "/api/session", &narrow).await.status == 200).then_some(())).await;
    for path in ["/api/stream/closed?x=1", "/api/snapshot?channel=connections"] {
        assert_eq!(doors.server.ask("GET", path, &narrow).await.status, 403, "{path}");
    }
    assert_eq!(doors.publish("closed", &narrow).await, 403);
    let ticket = br#"{"channels":["closed"]}"#;
    assert_eq!(doors.send("POST", "/api/ticket", "application/json", &narrow, ticket).await.status, 403);
    let told = ["GET /api/stream/closed", "GET /api/snapshot", "POST /api/publish/closed", "POST /api/ticket"];
    let told = told.map(|what| format!("token narrow was refused: {what}\""));
    doors.audit(&anna, &told.each_ref().map(String::as_str)).await;

    let said = br#"{"username":"ben","text":"x"}"#;
    assert_eq!(doors.send("POST", "/api/chat/send", "application/json", &anna, said).await.status, 403);
    let secret = format!("og_{}", "5".repeat(64));
    assert_eq!(doors.server.get(&format!("/api/dashboard-stream?token={secret}")).await.status, 400);
    let null = doors.send("POST", "/api/publish/a", "application/json", "origin: null\r\n", b"{}").await;
    assert_eq!(null.status, 403);
    let path = format!("/api/stream/{secret}?q={secret}");
    let foreign = ask_as("evil.example", doors.server.address, "GET", &path).await;
    assert_eq!(foreign.status, 421);
    let told = [
        "anna was refused: POST /api/chat/send",
        "a token in the address was refused: GET /api/dashboard-stream",
        "a page of \\\"null\\\" was refused: POST /api/publish/a",
        "the host \\\"evil.example\\\" was refused: GET /api/stream/…",
        "127.0.0.1",
    ];
    let audit = doors.audit(&anna, &told).await;
    assert!(!audit.contains(&secret[3..]), "{audit}");
}

#[tokio::test]
async fn a_try_during_a_pause_is_told() {
    let doors = Doors::start(&("[auth]\ntries = 2\n".to_owned() + &two())).await;
    let ben = doors.sign_in("ben").await;
    for status in [401, 401, 429] {
        assert_eq!(doors.submit("anna", "wrong", "").await.status, status);
    }
    assert_eq!(doors.submit("anna", PASSWORD, "").await.status, 429);
    doors.audit(&ben, &["sign-in of anna paused for 1m", "sign-in of anna refused: there is a pause"]).await;
}

#[tokio::test]
async fn nobody_can_knock_so_much_that_others_are_not_told_of() {
    let doors = Doors::start(&two()).await;
    let anna = doors.sign_in("anna").await;
    for _ in 0..40 {
        assert_eq!(doors.server.get("/api/dashboard-stream?ticket=x").await.status, 401);
        assert_eq!(doors.server.get("/api/stats?token=x").await.status, 400);
        assert_eq!(doors.send("POST", "/api/logs", "application/json", "origin: null\r\n", b"{}").await.status, 403);
    }
    for status in [401, 401, 401, 401, 401, 429, 429, 429] {
        assert_eq!(doors.submit("ben", "wrong", "").await.status, status);
    }
    assert_eq!(doors.submit("nobody", "wrong", "").await.status, 401);
    let told = [
        "more were refused: unknown tokens and tickets",
        "more were refused: tokens in addresses",
        "more were refused: hosts and pages of elsewhere",
        "sign-in of ben paused for 1m",
        "sign-in of ben refused: there is a pause",
        "sign-in of an unknown user refused: wrong password",
    ];
    let audit = doors.audit(&anna, &told).await;
    assert_eq!(audit.matches("sign-in of ben refused: wrong password").count(), 5, "{audit}");
    assert!(audit.matches("an unknown token or ticket").count() < 40, "{audit}");
}

#[tokio::test]
async fn a_token_is_told_from_a_person_of_its_name() {
    let doors = Doors::start(&two()).await;
    let anna = doors.sign_in("anna").await;
    let token = doors.token("anna", &["read", "publish", "operate"], &[], None);
    eventually(async || (doors.server.ask("GET", "/api/session", &token).await.status == 200).then_some(())).await;
    let silence = br#"{"matchers":"alertname=cpu, host!=a","reason":"r","for":"1h"}"#;
    let silence = async |who: &str| doors.send("POST", "/api/silences", "application/json", who, silence).await.json();
    let (by_anna, by_token) = (silence(&anna).await, silence(&token).await);
    assert_eq!((&by_anna["by"], &by_token["by"]), (&"anna".into(), &"token anna".into()));
    let ended = format!("/api/silences/{}", by_token["id"].as_str().unwrap());
    assert_eq!(doors.server.ask("DELETE", &ended, &anna).await.status, 204);
    let said = br#"{"username":"anna","text":"from the machine"}"#;
    assert_eq!(doors.send("POST", "/api/chat/send", "application/json", &token, said).await.status, 202);
    let room = doors.server.ask("GET", "/api/snapshot?channel=room", &anna).await;
    assert!(room.text().contains("token anna"), "{}", room.text());
    // Tickets of the one are none of the other's.
    for _ in 0..100 {
        assert_eq!(doors.send("POST", "/api/ticket", "application/json", &token, b"").await.status, 200);
    }
    assert_eq!(doors.send("POST", "/api/ticket", "application/json", &token, b"").await.status, 429);
    assert_eq!(doors.send("POST", "/api/ticket", "application/json", &anna, b"").await.status, 200);
    let audit = doors.audit(&anna, &["token anna is used", "anna ended the silence"]).await;
    let lines: serde_json::Value = serde_json::from_str(&audit).unwrap();
    let line = |begins: &str| {
        let mut entries = lines["lines"].as_array().unwrap().iter().map(|line| &line["entry"]);
        entries.find(|entry| entry["message"].as_str().unwrap().starts_with(begins)).unwrap()["fields"].clone()
    };
    let matchers = "alertname=cpu, host!=a";
    for (begins, by) in [("anna silenced", "anna"), ("token anna silenced", "token anna"), ("anna ended", "anna")] {
        let fields = line(begins);
        assert_eq!((&fields["by"], &fields["address"]), (&by.into(), &"127.0.0.1".into()), "{begins}");
        assert_eq!(fields["matchers"], matchers, "{begins}");
    }
    assert_eq!(line("token anna is used")["address"], "127.0.0.1");
}
