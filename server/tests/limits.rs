//! How many there may be, and who counts as one.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use server::net::{Caps, Config, ForwardedHeader, Proxies};
use support::edge::Edge;
use support::{Answer, Stream, ask};
use tokio::net::TcpStream;

fn behind_a_proxy(header: ForwardedHeader, caps: Caps) -> Config {
    Config { proxies: Proxies { trusted: vec!["127.0.0.1".parse().unwrap()], header }, caps, ..Config::default() }
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
