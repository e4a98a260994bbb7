//! How much each may do: of an address, and of a person or a token from wherever.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::net::SocketAddr;

use support::doors::{Doors, two};
use support::{Answer, Stream, config, eventually};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;

/// A server behind a proxy, so that people come from anywhere, with these limits.
async fn limited(limits: &str) -> Doors {
    Doors::start(&format!("[server]\nproxies = [\"127.0.0.1\"]\n[limits]\n{limits}\n{}", two())).await
}

fn from(n: u8) -> String {
    format!("x-forwarded-for: 192.0.2.{n}\r\n")
}

async fn post(doors: &Doors, path: &str, headers: &str, body: &str) -> Answer {
    doors.send("POST", path, "application/json", headers, body.as_bytes()).await
}

/// Anna, and a token of this name that may do this, once it is known.
async fn anna_and_a_token(doors: &Doors, name: &str, scope: &str) -> (String, String) {
    let (anna, token) = (doors.sign_in("anna").await, doors.token(name, &[scope, "read"], &[], None));
    eventually(async || (doors.server.ask("GET", "/api/session", &token).await.status == 200).then_some(())).await;
    (anna, token)
}

/// That it was refused, for a while, to `whose`.
fn spent(answer: &Answer, whose: &str) {
    assert_eq!((answer.status, answer.json()["error"].as_str()), (429, Some("too_many")), "{}", answer.text());
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert!(answer.json()["message"].as_str().unwrap().contains(whose), "{}", answer.text());
}

async fn sent_away(doors: &Doors, path: &str, headers: &str, why: &str) {
    let mut stream = doors.server.stream(path, headers.as_bytes()).await;
    let bye = stream.next().await.unwrap();
    assert_eq!(bye.event, "bye");
    assert!(bye.json()["reason"].as_str().unwrap().contains(why), "{}", bye.data);
    assert!((2_000..=6_000).contains(&stream.parser.retry.unwrap()));
    assert!(stream.next().await.is_none());
}

/// Tries more at once than may come, of `who` from ever other addresses, and of others from the address of `who`.
async fn is_limited(try_it: impl AsyncFn(&str) -> Answer, who: &str, whose: &str, other: &str) {
    for n in 1..=2 {
        assert_eq!(try_it(&format!("{who}{}", from(n))).await.status, 202);
    }
    spent(&try_it(&format!("{who}{}", from(3))).await, whose);
    // The address of the third has been counted before it was known whose it was.
    assert_eq!(try_it(&format!("{other}{}", from(9))).await.status, 202);
    assert_eq!(try_it(&format!("{other}{}", from(9))).await.status, 202);
    spent(&try_it(&format!("{other}{}", from(9))).await, "this address");
}

#[tokio::test]
async fn publishing_is_limited_by_person_by_token_and_by_address() {
    let doors = limited("publishes = 1").await;
    let (anna, token) = anna_and_a_token(&doors, "ci", "publish").await;
    let publish = async |headers: &str| post(&doors, "/api/publish/a", headers, r#"{"text":"x"}"#).await;
    is_limited(publish, &anna, "\"anna\"", &token).await;
}

#[tokio::test]
async fn lines_that_are_handed_in_are_limited_all_or_none() {
    let doors = limited("lines = 2").await;
    let (anna, token) = anna_and_a_token(&doors, "ci", "logs").await;
    let two = "{\"message\":\"a\"}\n{\"message\":\"b\"}";
    let hand_in = async |headers: &str| post(&doors, "/api/logs", headers, two).await;
    is_limited(hand_in, &token, "the token \"ci\"", &anna).await;
    let many = ["{\"message\":\"many\"}"; 5].join("\n");
    let never = post(&doors, "/api/logs", &format!("{anna}{}", from(20)), &many).await;
    assert_eq!(never.status, 422, "{}", never.text());
    assert!(never.text().contains("expected at most 4 lines"), "{}", never.text());
    assert!(!doors.server.ask("GET", "/api/logs?q=many", &anna).await.text().contains("many\""), "none of them");
}

#[tokio::test]
async fn messages_are_limited_by_person_and_by_address() {
    let doors = limited("messages = 12").await;
    let (anna, token) = anna_and_a_token(&doors, "bot", "publish").await;
    let say = async |headers: &str| post(&doors, "/api/chat/send", headers, r#"{"text":"x"}"#).await;
    is_limited(say, &anna, "\"anna\"", &token).await;
    // The form without script is the same door.
    let form = "application/x-www-form-urlencoded";
    let said = doors.send("POST", "/chat", form, &format!("{anna}{}", from(30)), b"text=x").await;
    assert!(said.status == 422 && said.text().contains("more messages than may come"), "{}", said.status);
}

async fn follow(doors: &Doors, reader: &str, headers: &str) -> Stream {
    let mut stream = doors.server.stream(&format!("/api/stream/a?clientId={reader}"), headers.as_bytes()).await;
    stream.until("connected").await;
    stream
}

#[tokio::test]
async fn streams_of_one_person_are_capped_wherever_they_come_from_and_a_reload_takes_its_own_place() {
    let doors = limited("streams_per_identity = 2").await;
    let (anna, ben) = (doors.sign_in("anna").await, doors.sign_in("ben").await);
    let mut oldest = follow(&doors, "tab", &format!("{anna}{}", from(1))).await;
    let other = follow(&doors, "other", &format!("{anna}{}", from(2))).await;
    sent_away(&doors, "/api/stream/a?clientId=third", &format!("{anna}{}", from(3)), "\"anna\" has as many").await;
    sent_away(&doors, "/api/chat-stream?user=anna", &format!("{anna}{}", from(3)), "\"anna\" has as many").await;
    assert_eq!(doors.server.ask("GET", "/api/snapshot", &anna).await.status, 200, "only streams are at their cap");
    let _bens = follow(&doors, "tab", &ben).await;
    let _newest = follow(&doors, "tab", &format!("{anna}{}", from(4))).await;
    assert_eq!(oldest.until("bye").await.json()["reason"], "replaced");
    assert!(oldest.next().await.is_none());
    drop(other);
    eventually(async || {
        let mut stream = doors.server.stream("/api/stream/a?clientId=third", anna.as_bytes()).await;
        (stream.next().await?.event == "connected").then_some(())
    })
    .await;
}

#[tokio::test]
async fn who_opens_streams_too_fast_is_sent_away_to_come_back() {
    let doors = limited("opens = 1").await;
    let (anna, ben) = (doors.sign_in("anna").await, doors.sign_in("ben").await);
    for n in 1..=10 {
        follow(&doors, "x", &format!("{anna}{}", from(n))).await;
    }
    sent_away(&doors, "/api/stream/a", &format!("{anna}{}", from(11)), "streams than may come of \"anna\"").await;
    for _ in 1..=9 {
        follow(&doors, "x", &format!("{ben}{}", from(50))).await;
    }
    follow(&doors, "x", &format!("{ben}{}", from(51))).await;
    sent_away(&doors, "/api/stream/a", &format!("{ben}{}", from(52)), "of \"ben\" now").await;
}

#[tokio::test]
async fn without_users_an_address_is_counted_and_this_machine_is_not() {
    let lines = "insecure = true\n[server]\nproxies = [\"127.0.0.1\"]\n[limits]\npublishes = 1\nopens = 1\n";
    let doors = Doors::start(lines).await;
    let publish = async |headers: &str| post(&doors, "/api/publish/a", headers, r#"{"text":"x"}"#).await;
    for _ in 0..2 {
        assert_eq!(publish(&from(1)).await.status, 202);
    }
    spent(&publish(&from(1)).await, "this address");
    for _ in 0..20 {
        assert_eq!(publish("").await.status, 202);
        follow(&doors, "x", "").await;
    }
}

/// An address of this machine that isn't counted as loopback is needed to be the peer of a connection.
#[tokio::test]
async fn connections_of_one_address_are_begun_so_many_a_second() {
    let Some(own) = own_address().await else {
        eprintln!("skipped: this machine has no address but loopback");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("opsglass.toml");
    std::fs::write(&file, "insecure = true\n[limits]\nattempts_per_address = 1\n").unwrap();
    let flags = ["opsglass", "--demo", "--no-journal", "--config", file.to_str().unwrap()];
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let there = SocketAddr::new(own.ip(), listener.local_addr().unwrap().port());
    tokio::spawn(server::run(listener, config(flags.map(Into::into)), None, CancellationToken::new()));
    let mut statuses = Vec::new();
    for _ in 0..30 {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(own).unwrap();
        let mut socket: TcpStream = socket.connect(there).await.unwrap();
        let request = format!("GET /healthz HTTP/1.1\r\nhost: {there}\r\nconnection: close\r\n\r\n");
        socket.write_all(request.as_bytes()).await.unwrap();
        statuses.push(support::answer(&mut socket).await.status);
    }
    let taken = statuses.iter().filter(|status| **status == 200).count();
    assert!((10..=20).contains(&taken) && statuses.contains(&503), "{statuses:?}");
}

async fn own_address() -> Option<SocketAddr> {
    let socket = tokio::net::UdpSocket::bind("0.0.0.0:0").await.ok()?;
    // Nothing is sent: it only tells which address would be used.
    socket.connect("192.0.2.1:9").await.ok()?;
    let own = socket.local_addr().ok()?;
    (!own.ip().is_loopback()).then(|| SocketAddr::new(own.ip(), 0))
}
