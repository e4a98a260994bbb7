//! How many there may be, and who counts as one.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use server::net::{Caps, Config, ForwardedHeader, Proxies};
use support::edge::Edge;
use support::{Answer, Server, Stream, answer, ask, config};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

const HERE: &str = "192.0.2.1";
const THERE: &str = "192.0.2.2";

fn behind_a_proxy(header: ForwardedHeader, caps: Caps) -> Config {
    let proxies = Proxies { trusted: vec!["127.0.0.1".parse().unwrap()], header, person: None };
    Config { proxies, caps, ..Config::default() }
}

fn from(client: &str) -> String {
    format!("x-forwarded-for: {client}\r\n")
}

async fn get(edge: &Edge, path: &str, headers: &str) -> Answer {
    ask(edge.address, "GET", path, headers, b"").await
}

/// Asserts that a stream is sent away so that a browser comes back to it.
async fn sent_away(edge: &Edge, headers: &str) {
    let mut stream = Stream::open(edge.address, "/stream", headers.as_bytes()).await;
    assert!(stream.head.contains("content-type: text/event-stream"), "{}", stream.head);
    assert!(stream.head.contains("connection: close"), "{}", stream.head);
    let bye = stream.next().await.unwrap();
    assert_eq!(bye.event, "bye");
    assert!(!bye.json()["reason"].as_str().unwrap().is_empty());
    assert!((2_000..=6_000).contains(&stream.parser.retry.unwrap()));
}

fn refused(answer: &Answer) {
    assert_eq!((answer.status, answer.json()["error"].clone()), (503, "overloaded".into()));
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((2..=6).contains(&wait), "{wait}");
}

#[tokio::test]
async fn past_the_cap_in_all_a_stream_is_sent_away_and_a_call_is_refused() {
    let caps = Caps { connections: 2, ..Caps::default() };
    let edge = Edge::start(Config { caps, ..Config::default() }).await;
    let first = Stream::open(edge.address, "/stream", b"").await;
    let _second = TcpStream::connect(edge.address).await.unwrap();
    edge.until(|counts| counts.connections == 2).await;
    sent_away(&edge, "").await;
    refused(&get(&edge, "/", "").await);
    assert_eq!(edge.places.counts().refused, 2);
    drop(first);
    edge.until(|counts| counts.connections == 1).await;
    assert_eq!(get(&edge, "/", "").await.status, 200);
}

#[tokio::test]
async fn a_flood_past_the_cap_is_closed_and_leaves_nothing() {
    let caps = Caps { connections: 1, ..Caps::default() };
    let edge = Edge::start(Config { caps, ..Config::default() }).await;
    let held = TcpStream::connect(edge.address).await.unwrap();
    edge.until(|counts| counts.connections == 1).await;
    let mut flood = Vec::new();
    for _ in 0..400 {
        flood.push(TcpStream::connect(edge.address).await.unwrap());
    }
    // The first of them wait to be told; the rest are closed without a word.
    edge.until(|counts| counts.refused >= 144).await;
    assert_eq!(edge.places.counts().connections, 1);
    drop((flood, held));
    edge.until(|counts| counts.connections == 0).await;
    assert_eq!(get(&edge, "/", "").await.status, 200);
}

#[tokio::test]
async fn streams_of_one_address_are_capped_and_ipv6_counts_by_64_bits() {
    let caps = Caps { streams_per_address: 2, ..Caps::default() };
    let edge = Edge::start(behind_a_proxy(ForwardedHeader::XForwardedFor, caps)).await;
    let open = async |client: &str| {
        let mut stream = Stream::open(edge.address, "/stream", from(client).as_bytes()).await;
        assert_eq!(stream.next().await.unwrap().data, "hello");
        stream
    };
    let first = open("2001:db8:0:7::1").await;
    let _second = open("2001:db8:0:7::2").await;
    sent_away(&edge, &from("2001:db8:0:7:8:9:a:b")).await;
    assert_eq!(get(&edge, "/", &from("2001:db8:0:7::3")).await.status, 200, "only streams are at their cap");
    let _neighbour = open("2001:db8:0:8::1").await;
    let _other = open("192.0.2.1").await;
    drop(first);
    edge.until(|counts| counts.streams == 3).await;
    open("2001:db8:0:7::3").await;
}

#[tokio::test]
async fn what_a_proxy_asks_for_one_client_is_capped() {
    let caps = Caps { connections_per_address: 2, ..Caps::default() };
    let edge = Edge::start(behind_a_proxy(ForwardedHeader::XForwardedFor, caps)).await;
    let client = from("192.0.2.1");
    let _first = Stream::open(edge.address, "/stream", client.as_bytes()).await;
    let _second = Stream::open(edge.address, "/stream", client.as_bytes()).await;
    refused(&get(&edge, "/", &client).await);
    sent_away(&edge, &client).await;
    // What the client itself writes in front of the proxy's word changes nothing.
    refused(&get(&edge, "/", &from("203.0.113.5, 192.0.2.1")).await);
    assert_eq!(get(&edge, "/", &from("192.0.2.2")).await.text(), "192.0.2.2");
}

#[tokio::test]
async fn nobody_is_believed_but_a_proxy_that_is_named_and_loopback_is_not_counted() {
    let caps = Caps { streams_per_address: 1, connections_per_address: 1, ..Caps::default() };
    let edge = Edge::start(Config { caps, ..Config::default() }).await;
    let _first = Stream::open(edge.address, "/stream", from("192.0.2.1").as_bytes()).await;
    let _second = Stream::open(edge.address, "/stream", from("192.0.2.1").as_bytes()).await;
    assert_eq!(get(&edge, "/", &from("192.0.2.1")).await.text(), "127.0.0.1");
    assert_eq!(edge.places.counts().addresses, 0);
}

#[tokio::test]
async fn handlers_learn_whom_the_proxy_names() {
    let edge = Edge::start(behind_a_proxy(ForwardedHeader::Forwarded, Caps::default())).await;
    let named = "forwarded: for=203.0.113.9\r\nforwarded: for=\"[2001:db8::7]:4711\";proto=https\r\n";
    assert_eq!(get(&edge, "/", named).await.text(), "2001:db8::7");
    for garbage in ["forwarded: \r\n", "forwarded: for=;;,\r\n", "x-forwarded-for: 192.0.2.1\r\n"] {
        assert_eq!(get(&edge, "/", garbage).await.text(), "127.0.0.1", "{garbage:?}");
    }
}

/// A server behind a proxy, so that clients can come from anywhere.
async fn server(caps: Caps) -> Server {
    let flags = ["opsglass", "--no-journal", "--demo", "--interval", "60s", "--state-dir", "none", "--insecure"];
    let net = behind_a_proxy(ForwardedHeader::XForwardedFor, caps);
    Server::serve(server::config::Config { net, ..config(flags.map(Into::into)) }).await
}

async fn follow(server: &Server, name: &str, client: &str) -> Stream {
    let mut stream = server.stream(&format!("/api/stream/a?clientId={name}"), from(client).as_bytes()).await;
    stream.until("connected").await;
    stream
}

async fn is_refused(server: &Server, name: &str, client: &str) {
    let mut stream = server.stream(&format!("/api/stream/a?clientId={name}"), from(client).as_bytes()).await;
    assert_eq!(stream.next().await.unwrap().event, "bye");
    assert_eq!(stream.next().await, None);
}

async fn is_replaced(mut stream: Stream) {
    assert_eq!(stream.until("bye").await.json()["reason"], "replaced");
    assert_eq!(stream.next().await, None);
}

async fn goes_on(server: &Server, streams: impl IntoIterator<Item = &mut Stream>) {
    server.publish("a", r#"{"event":"still","text":"here"}"#).await;
    for stream in streams {
        stream.until("still").await;
    }
}

#[tokio::test]
async fn at_the_cap_the_oldest_of_the_same_reader_makes_room_and_no_other_does() {
    let server = server(Caps { streams_per_address: 3, ..Caps::default() }).await;
    let (mut other, oldest) = (follow(&server, "other", HERE).await, follow(&server, "me", HERE).await);
    let mut newer = follow(&server, "me", HERE).await;
    let mut newest = follow(&server, "me", HERE).await;
    is_replaced(oldest).await;
    is_refused(&server, "nobody-yet", HERE).await;
    // The same name from elsewhere is another reader.
    let mut elsewhere = [follow(&server, "a", THERE).await, follow(&server, "b", THERE).await];
    let mut third = follow(&server, "c", THERE).await;
    is_refused(&server, "me", THERE).await;
    is_refused(&server, "other", THERE).await;
    goes_on(&server, elsewhere.iter_mut().chain([&mut other, &mut newer, &mut newest, &mut third])).await;
}

#[tokio::test]
async fn below_the_cap_nobody_makes_room() {
    let server = server(Caps { streams_per_address: 3, ..Caps::default() }).await;
    let mut streams = [follow(&server, "me", HERE).await, follow(&server, "me", HERE).await];
    let mut third = follow(&server, "me", HERE).await;
    goes_on(&server, streams.iter_mut().chain([&mut third])).await;
}

#[tokio::test]
async fn at_the_cap_in_all_a_stream_is_replaced_too() {
    let server = server(Caps { connections: 3, ..Caps::default() }).await;
    let (mut other, oldest) = (follow(&server, "other", THERE).await, follow(&server, "me", HERE).await);
    let mut held = TcpStream::connect(server.address).await.unwrap();
    let mut newest = follow(&server, "me", HERE).await;
    is_replaced(oldest).await;
    is_refused(&server, "nobody-yet", HERE).await;
    // One call that is still to come keeps its place.
    held.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    assert_eq!(answer(&mut held).await.status, 200);
    goes_on(&server, [&mut other, &mut newest]).await;
}

#[tokio::test]
async fn whoever_takes_nothing_is_replaced_at_once() {
    let server = server(Caps { streams_per_address: 1, ..Caps::default() }).await;
    let stalled = follow(&server, "me", HERE).await;
    let text = "x".repeat(50_000);
    for _ in 0..60 {
        let published = server.publish("a", &format!(r#"{{"text":"{text}"}}"#)).await;
        assert_eq!(published.status, 202);
    }
    support::eventually(async || {
        let stats = server.get("/api/stats").await.json();
        let me = stats["followers"].as_array().unwrap().iter().find(|follower| follower["name"] == "me").cloned();
        (me.unwrap()["behind"].as_u64() > Some(10)).then_some(())
    })
    .await;
    follow(&server, "me", HERE).await;
    drop(stalled);
}
