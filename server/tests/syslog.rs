//! Syslog over real sockets.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::unix::net::UnixDatagram;

use serde_json::Value;
use support::{PATIENCE, Server, eventually};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A port of this machine that is free at this moment, for TCP and UDP.
fn free() -> SocketAddr {
    loop {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        if UdpSocket::bind(address).is_ok() {
            return address;
        }
    }
}

/// The first lines that match `query`, once there are `count`.
async fn found(server: &Server, query: &str, count: usize) -> Vec<Value> {
    eventually(async || {
        let page = server.get(&format!("/api/logs?{query}")).await.json();
        let lines = page["lines"].as_array().unwrap().iter().map(|line| line["entry"].clone());
        Some(lines.collect::<Vec<_>>()).filter(|lines| lines.len() >= count)
    })
    .await
}

#[tokio::test]
async fn it_is_taken_over_udp_tcp_and_a_unix_socket() {
    let (address, folder) = (free(), tempfile::tempdir().unwrap());
    let path = folder.path().join("log");
    // Left behind by one that was killed.
    drop(UnixDatagram::bind(&path).unwrap());
    let (udp, tcp, unix) = (format!("udp://{address}"), format!("tcp://{address}"), format!("unix:{}", path.display()));
    let server = Server::start(&["--syslog", &udp, "--syslog", &tcp, "--syslog", &unix]).await.ready().await;

    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.send_to(b"<11>1 - web-1 app 7 - [a b=\"c\"] <script>over udp", address).unwrap();
    let lines = found(&server, "source=syslog", 1).await;
    assert_eq!((&lines[0]["message"], &lines[0]["level"]), (&"<script>over udp".into(), &"error".into()));
    assert_eq!((&lines[0]["unit"], &lines[0]["fields"]["a.b"]), (&"app".into(), &"c".into()));

    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"<14>1 - - app - - - over tcp\n31 <14>1 - - app - - - a\nb ").await.unwrap();
    stream.write_all(b"counted<14>1 - - app - - - last").await.unwrap();
    stream.shutdown().await.unwrap();
    let lines = found(&server, "source=syslog", 4).await;
    let messages: Vec<&str> = lines[1..].iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["over tcp", "a␊b counted", "last"]);

    let socket = UnixDatagram::unbound().unwrap();
    socket.send_to(b"<14>Oct 11 22:14:15 su[7]: over unix\n", &path).unwrap();
    let lines = found(&server, "source=syslog&q=unix", 1).await;
    assert_eq!((&lines[0]["message"], &lines[0]["unit"]), (&"over unix".into(), &"su".into()));

    server.shut_down();
    server.ended().await;
    assert!(!path.exists(), "the socket goes with the server");
}

#[tokio::test]
async fn garbage_is_counted_and_one_of_it_shown() {
    let address = free();
    let server = Server::start(&["--syslog", &format!("udp://{address}")]).await.ready().await;
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    for bytes in [&b"\x00\x01\xff nonsense"[..], b"", b"GET / HTTP/1.1\r\n\r\n"] {
        socket.send_to(bytes, address).unwrap();
    }
    let said = found(&server, "source=opsglass&q=priority", 1).await;
    let message = said[0]["message"].as_str().unwrap();
    assert!(message.contains(&format!(" at udp://{address} had no syslog priority, such as ")), "{message}");
    assert!(!message.contains('\u{0}'), "{message:?}");
}

#[tokio::test]
async fn one_connection_too_many_is_closed_and_the_others_go_on() {
    let address = free();
    let server = Server::start(&["--syslog", &format!("tcp://{address}")]).await.ready().await;
    let mut streams = Vec::new();
    for _ in 0..64 {
        streams.push(TcpStream::connect(address).await.unwrap());
    }
    let mut over = TcpStream::connect(address).await.unwrap();
    assert_eq!(timeout(PATIENCE, over.read(&mut [0; 8])).await.unwrap().unwrap(), 0);
    found(&server, "source=opsglass&q=connections", 1).await;
    streams[63].write_all(b"<14>1 - - app - - - still here\n").await.unwrap();
    found(&server, "source=syslog&q=still", 1).await;
}

#[tokio::test]
async fn a_socket_that_somebody_has_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let theirs = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let address = format!("unix:{}", path.display());
    let ending = support::tail::Tail::run("--syslog", &[&address, "--listen", "127.0.0.1:0", "--no-journal"]).await;
    assert_eq!(ending.code, Some(2), "{}", ending.said);
    assert!(std::os::unix::net::UnixStream::connect(&path).is_ok());
    drop(theirs);
}

#[tokio::test]
async fn an_address_that_is_taken_ends_it_with_a_word() {
    let taken = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = format!("udp://{}", taken.local_addr().unwrap());
    let ending = support::tail::Tail::run("--syslog", &[&address, "--listen", "127.0.0.1:0", "--no-journal"]).await;
    assert_eq!(ending.code, Some(2));
    assert!(ending.said.contains(&format!("cannot take syslog at {address}: Address")), "{}", ending.said);
}
