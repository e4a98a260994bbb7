//! Connections that are gone before they are served. On its own, for it counts this process's descriptors.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::time::Duration;

use server::net::Config;
use support::edge::Edge;
use support::{PATIENCE, ask};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const CYCLES: usize = 10_000;

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_resets_leave_nothing_behind() {
    let edge = Edge::start(Config::default()).await;
    assert_eq!(ask(edge.address, "GET", "/", "", b"").await.status, 200);
    edge.until(|counts| counts.connections == 0).await;
    let before = descriptors();
    for cycle in 0..CYCLES {
        let mut socket = TcpStream::connect(edge.address).await.unwrap();
        match cycle % 4 {
            0 => {}
            1 => socket.write_all(b"GET / HT").await.unwrap(),
            2 => socket.write_all(b"GET /stream HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap(),
            _ => {
                socket.write_all(b"GET /stream HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
                assert_ne!(socket.read(&mut [0; 64]).await.unwrap(), 0);
            }
        }
        socket.set_zero_linger().unwrap();
    }
    edge.until(|counts| (counts.connections, counts.streams, counts.addresses) == (0, 0, 0)).await;
    let after = async {
        while descriptors() > before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, after).await.unwrap_or_else(|_| panic!("{before}, now {}", descriptors()));
    assert_eq!(ask(edge.address, "GET", "/", "", b"").await.status, 200);
}
