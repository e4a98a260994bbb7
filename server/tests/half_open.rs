//! A peer whose packets are lost, in a network of its own. Where the machine doesn't allow one, nothing is tried; what the
//! system is told of each socket is read back beside `net/socket.rs` all the same.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::process::Command;
use std::time::Duration;

use server::net::Config;
use support::edge::Edge;
use support::{PATIENCE, Stream};

const INSIDE: &str = "OPSGLASS_TEST_INSIDE";

fn link(state: &str) -> [&str; 5] {
    ["ip", "link", "set", "lo", state]
}

#[test]
fn a_peer_whose_packets_are_lost_gives_its_place_back() {
    if std::env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        return runtime.block_on(lose_packets());
    }
    let alone = || {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--net", "--"]);
        command
    };
    if !alone().args(link("up")).output().is_ok_and(|output| output.status.success()) {
        eprintln!("no network namespaces here");
        return;
    }
    let mut inside = alone();
    inside.arg(std::env::current_exe().unwrap()).env(INSIDE, "1");
    let inside = inside.args(["--exact", "a_peer_whose_packets_are_lost_gives_its_place_back"]).output().unwrap();
    let said = String::from_utf8_lossy(&inside.stdout);
    assert!(inside.status.success() && said.contains("1 passed"), "{said}");
}

async fn lose_packets() {
    let set = |state| assert!(Command::new("ip").args(&link(state)[1..]).status().unwrap().success());
    set("up");
    let mut config = Config::default();
    let second = Duration::from_secs(1);
    (config.socket.keepalive_idle, config.socket.keepalive_interval) = (second, second);
    (config.socket.keepalive_probes, config.socket.user_timeout) = (2, second);
    let edge = Edge::start(config).await;
    let mut stream = Stream::open(edge.address, "/stream", b"").await;
    assert_eq!(stream.next().await.unwrap().data, "hello");
    assert_eq!(edge.places.counts().streams, 1);
    set("down");
    // The stream says nothing more, so only probes can tell.
    let freed = edge.until(|counts| (counts.connections, counts.streams) == (0, 0));
    tokio::time::timeout(PATIENCE, freed).await.unwrap();
}
