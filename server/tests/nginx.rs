//! Behind nginx with its buffering on, events still come at once. Where there is no nginx, nothing is tried.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use support::{PATIENCE, Server, Stream};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

/// nginx as distributions set it up, in a folder of its own.
fn configuration(folder: &Path, listen: SocketAddr, server: SocketAddr) -> String {
    let folder = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {folder}/{kind};\n"))
        .concat();
    format!(
        "daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\n\
         http {{\naccess_log off;\n{temporary}gzip on;\n\
         server {{\nlisten {listen};\nlocation / {{\n\
         proxy_pass http://{server};\nproxy_http_version 1.1;\nproxy_buffering on;\n}}\n}}\n}}\n"
    )
}

async fn start(folder: &Path, listen: SocketAddr, server: SocketAddr) -> Child {
    let file = folder.join("nginx.conf");
    std::fs::write(&file, configuration(folder, listen, server)).unwrap();
    let mut command = Command::new("nginx");
    command.args(["-e", "stderr", "-p"]).arg(folder).arg("-c").arg(&file);
    let nginx = command.stdin(Stdio::null()).kill_on_drop(true).spawn().unwrap();
    let up = async {
        while TcpStream::connect(listen).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, up).await.expect("nginx listens");
    nginx
}

#[tokio::test]
async fn nginx_holds_no_event_back() {
    if Command::new("nginx").arg("-v").stderr(Stdio::null()).status().await.is_err() {
        eprintln!("no nginx here");
        return;
    }
    let server = Server::start(&[]).await;
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let listen = free.local_addr().unwrap();
    drop(free);
    let folder = tempfile::tempdir().unwrap();
    let _nginx = start(folder.path(), listen, server.address).await;
    let mut stream = Stream::open(listen, "/api/stream/a", b"accept-encoding: gzip\r\n").await;
    assert_eq!(stream.next().await.unwrap().event, "connected");
    for text in ["one", "two"] {
        server.publish("a", &format!(r#"{{"text":"{text}"}}"#)).await;
        assert_eq!(stream.next().await.unwrap().data, text);
    }
}
