//! Behind the proxies that `deploy/` has examples for, events come at once, and nobody gets a false address counted. What
//! isn't installed (`scripts/setup-proxies`) is not tried.
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

/// Where the examples expect opsglass.
const UPSTREAM: &str = "127.0.0.1:3000";

/// nginx as distributions set it up, with the example as its server and more of it buffered than the example asks for.
fn nginx(folder: &Path, listen: SocketAddr, server: SocketAddr) -> Command {
    let example = include_str!("../../deploy/nginx.conf");
    assert!(example.contains(UPSTREAM));
    let example = example.replace(UPSTREAM, &server.to_string()).replace("gzip off", "proxy_buffering on");
    let folder = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {folder}/{kind};\n"))
        .concat();
    let configuration = format!(
        "daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\n\
         http {{\naccess_log off;\n{temporary}gzip on;\nserver {{\nlisten {listen};\n{example}}}\n}}\n"
    );
    let file = format!("{folder}/nginx.conf");
    std::fs::write(&file, configuration).unwrap();
    let mut command = Command::new("nginx");
    command.args(["-e", "stderr", "-p", &folder.to_string(), "-c", &file]);
    command
}

/// Caddy without certificates and without its port of administration.
fn caddy(folder: &Path, listen: SocketAddr, server: SocketAddr) -> Command {
    let example = include_str!("../../deploy/Caddyfile");
    assert!(example.contains(UPSTREAM) && example.contains("ops.example.net"));
    let example =
        example.replace(UPSTREAM, &server.to_string()).replace("ops.example.net", &format!("http://{listen}"));
    let file = folder.join("Caddyfile");
    std::fs::write(&file, format!("{{\nadmin off\n}}\n{example}")).unwrap();
    let mut command = Command::new("caddy");
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(file);
    command.env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
    command
}

async fn start(mut command: Command, listen: SocketAddr) -> Child {
    let proxy = command.stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true).spawn().unwrap();
    let up = async {
        while TcpStream::connect(listen).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, up).await.expect("the proxy listens");
    proxy
}

/// Whether there is a program `name`; says so where there is none.
async fn is_here(name: &str, version: &str) -> bool {
    let mut command = Command::new(name);
    let is_here = command.arg(version).stdout(Stdio::null()).stderr(Stdio::null()).status().await.is_ok();
    if !is_here {
        eprintln!("no {name} here");
    }
    is_here
}

async fn holds_nothing_back(proxy: fn(&Path, SocketAddr, SocketAddr) -> Command) {
    let server = Server::start(&["--proxy", "127.0.0.1", "--insecure"]).await;
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let listen = free.local_addr().unwrap();
    drop(free);
    let folder = tempfile::tempdir().unwrap();
    let _proxy = start(proxy(folder.path(), listen, server.address), listen).await;
    let headers = b"accept-encoding: gzip\r\nx-forwarded-for: 203.0.113.9\r\n";
    let mut stream = Stream::open(listen, "/api/stream/a", headers).await;
    assert_eq!(stream.next().await.unwrap().event, "connected");
    for text in ["one", "two"] {
        server.publish("a", &format!(r#"{{"text":"{text}"}}"#)).await;
        assert_eq!(stream.next().await.unwrap().data, text);
    }
    let stats = server.get("/api/stats").await;
    let stats = String::from_utf8_lossy(&stats.body).into_owned();
    assert!(stats.contains("127.0.0.1") && !stats.contains("203.0.113.9"), "{stats}");
}

#[tokio::test]
async fn nginx_holds_no_event_back() {
    if is_here("nginx", "-v").await {
        holds_nothing_back(nginx).await;
    }
}

#[tokio::test]
async fn caddy_holds_no_event_back() {
    if is_here("caddy", "version").await {
        holds_nothing_back(caddy).await;
    }
}
