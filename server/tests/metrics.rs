//! `/metrics`, read by a strict parser, by promtool and by a real Prometheus, and held against a real node_exporter. What
//! isn't installed (`scripts/setup-monitors`) is not asked.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use support::exposition::{Exposition, Labels};
use support::{Answer, PATIENCE, Server, ask};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

async fn scrape(server: &Server) -> Exposition {
    Exposition::read(server.get("/metrics").await.text())
}

/// What a sample says that was taken after now.
async fn scrape_anew(server: &Server) -> Exposition {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs_f64();
    timeout(PATIENCE, async {
        loop {
            let exposition = scrape(server).await;
            if exposition.value("opsglass_sample_timestamp_seconds") > now {
                return exposition;
            }
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap()
}

/// Scrapes until what is read on threads of its own is there too.
async fn complete(server: &Server) {
    let all = async {
        while !scrape(server).await.samples.contains_key("node_uname_info") {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, all).await.expect("all of it in time");
}

#[tokio::test]
async fn it_is_the_text_format_and_the_names_are_known() {
    let server = Server::start(&[]).await.ready().await;
    complete(&server).await;
    let answer = server.get("/metrics").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/plain; version=0.0.4; charset=utf-8")));
    let exposition = Exposition::read(answer.text());
    for name in [
        "node_cpu_seconds_total",
        "node_load1",
        "node_memory_MemAvailable_bytes",
        "node_network_receive_bytes_total",
        "node_sockstat_TCP_inuse",
        "node_netstat_Tcp_CurrEstab",
        "node_vmstat_pgfault",
        "opsglass_build_info",
        "opsglass_events_published_total",
        "process_cpu_seconds_total",
    ] {
        assert!(exposition.samples.contains_key(name), "{name}");
    }
    let version = &exposition.samples["opsglass_build_info"].keys().next().unwrap()["version"];
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    let head = server.ask("HEAD", "/metrics", "").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(server.ask("POST", "/metrics", "content-length: 0\r\n").await.status, 405);
}

#[tokio::test]
async fn openmetrics_says_the_same() {
    let server = Server::start(&[]).await.ready().await;
    complete(&server).await;
    let open =
        server.ask("GET", "/metrics", "accept: application/openmetrics-text; version=1.0.0, */*;q=0.1\r\n").await;
    let expected = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!((open.status, open.header("content-type")), (200, Some(expected)));
    let plain = server.ask("GET", "/metrics", "accept: application/openmetrics-text;q=0.1, text/plain\r\n").await;
    assert_eq!(plain.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    for answer in [&open, &plain] {
        let varies =
            |line: &str| line.strip_prefix("vary: ").is_some_and(|on| on.contains("accept") && !on.contains('-'));
        assert!(answer.head.lines().any(varies), "{}", answer.head);
    }
    let (open, plain) = (Exposition::read_open(open.text()), Exposition::read(plain.text()));
    assert_eq!(open.types, plain.types);
    let labels = |exposition: &Exposition| {
        let stays = exposition.samples.iter().filter(|(name, _)| !may_differ(name, &Labels::new()));
        let each = stays.map(|(name, all)| (name.clone(), all.keys().cloned().collect::<Vec<_>>()));
        each.collect::<Vec<_>>()
    };
    assert_eq!(labels(&open), labels(&plain));
}

#[tokio::test]
async fn counters_are_the_kernels_own() {
    let forks = || {
        let stat = std::fs::read_to_string("/proc/stat").unwrap();
        stat.lines().find_map(|line| line.strip_prefix("processes ")?.parse::<f64>().ok()).unwrap()
    };
    let server = Server::start(&[]).await.ready().await;
    let before = forks();
    let said = scrape_anew(&server).await.value("node_forks_total");
    let after = forks();
    assert!((before..=after).contains(&said), "{before} {said} {after}");
}

#[tokio::test]
async fn sockets_are_counted_by_state_up_to_a_limit() {
    for (most, counted) in [(10_000_000, true), (0, false)] {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(format!("[collect]\ntcp_sockets = {most}\n").as_bytes()).unwrap();
        let server = Server::start(&["--config", file.path().to_str().unwrap()]).await.ready().await;
        complete(&server).await;
        // The server's own listening socket is one.
        assert_eq!(scrape(&server).await.samples.contains_key("node_tcp_connection_states"), counted, "{most}");
    }
}

#[tokio::test]
async fn a_made_up_machine_tells_nothing_of_this_one() {
    let server = Server::start(&["--demo"]).await.ready().await;
    let exposition = scrape(&server).await;
    assert!(exposition.samples.contains_key("opsglass_streams"));
    assert!(!exposition.samples.keys().any(|name| name.starts_with("node_")));
}

#[tokio::test]
async fn promtool_finds_nothing_but_names_that_node_exporter_gave() {
    let spawned = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut promtool) = spawned else {
        eprintln!("no promtool here");
        return;
    };
    let server = Server::start(&[]).await.ready().await;
    complete(&server).await;
    let answer = server.get("/metrics").await;
    promtool.stdin.take().unwrap().write_all(&answer.body).await.unwrap();
    let output = promtool.wait_with_output().await.unwrap();
    let found = [output.stdout, output.stderr].concat();
    // Its own check leaves the same out: they are the kernel's names.
    let kernels = ["node_memory_", "node_netstat_", "node_entropy_"];
    let text = String::from_utf8(found).unwrap();
    let others: Vec<&str> = text.lines().filter(|line| !kernels.iter().any(|name| line.starts_with(name))).collect();
    assert!(others.is_empty(), "{others:#?}");
    assert!([Some(0), Some(3)].contains(&output.status.code()), "3 is for what it found: {:?}", output.status);
}

async fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// Starts a program of Debian's that serves HTTP at `address`; none where it isn't installed.
async fn start(program: &str, args: &[String], address: SocketAddr) -> Option<Child> {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let Ok(child) = command.spawn() else {
        eprintln!("no {program} here");
        return None;
    };
    let up = async {
        while tokio::net::TcpStream::connect(address).await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, up).await.unwrap_or_else(|_| panic!("{program} listens"));
    Some(child)
}

async fn get(address: SocketAddr, path: &str) -> Answer {
    ask(address, "GET", path, "", b"").await
}

#[tokio::test]
async fn a_real_prometheus_scrapes_it() {
    let server = Server::start(&[]).await.ready().await;
    complete(&server).await;
    let (folder, address) = (tempfile::tempdir().unwrap(), free_address().await);
    let file = folder.path().join("prometheus.yml");
    let target = server.address;
    let config = format!(
        "global: {{scrape_interval: 1s}}\nscrape_configs:\n- job_name: opsglass\n  static_configs: [{{targets: ['{target}']}}]\n"
    );
    std::fs::write(&file, config).unwrap();
    let args = [
        format!("--config.file={}", file.display()),
        format!("--storage.tsdb.path={}", folder.path().join("data").display()),
        format!("--web.listen-address={address}"),
    ];
    let Some(_prometheus) = start("prometheus", &args, address).await else { return };
    let query = async |what: &str| {
        let answer = get(address, &format!("/api/v1/query?query={what}")).await;
        let json = if answer.status == 200 { answer.json() } else { serde_json::Value::Null };
        json["data"]["result"][0]["value"][1].as_str().and_then(|value| value.parse::<f64>().ok())
    };
    let scraped = async {
        while query("up").await != Some(1.0) {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, scraped).await.expect("it is up");
    let exposition = scrape(&server).await;
    let samples = query("scrape_samples_scraped").await.unwrap();
    assert!((samples - exposition.len() as f64).abs() < 20.0, "{samples}, {}", exposition.len());
    let memory = query("node_memory_MemTotal_bytes").await;
    assert_eq!(memory, Some(exposition.value("node_memory_MemTotal_bytes")));
}

/// Gauges that stay as they are.
const STILL: [&str; 14] = [
    "node_boot_time_seconds",
    "node_cpu_scaling_frequency_max_hertz",
    "node_entropy_pool_size_bits",
    "node_filefd_maximum",
    "node_filesystem_files",
    "node_filesystem_readonly",
    "node_filesystem_size_bytes",
    "node_memory_CommitLimit_bytes",
    "node_memory_HugePages_Total",
    "node_memory_MemTotal_bytes",
    "node_memory_SwapTotal_bytes",
    "node_network_mtu_bytes",
    "node_network_speed_bytes",
    "node_uname_info",
];

#[tokio::test]
async fn it_agrees_with_node_exporter() {
    let address = free_address().await;
    let args = [
        format!("--web.listen-address={address}"),
        "--collector.processes".to_owned(),
        "--collector.tcpstat".to_owned(),
        "--collector.logind".to_owned(),
        // Debian's leaves loopback out.
        "--collector.netdev.device-exclude=^$".to_owned(),
    ];
    let Some(_exporter) = start("prometheus-node-exporter", &args, address).await else { return };
    let server = Server::start(&[]).await.ready().await;
    complete(&server).await;

    let before = Exposition::read(get(address, "/metrics").await.text());
    let ours = scrape_anew(&server).await;
    let after = Exposition::read(get(address, "/metrics").await.text());

    let both: Vec<&String> = ours.types.keys().filter(|name| before.types.contains_key(*name)).collect();
    let named_so = ours.types.keys().filter(|name| name.starts_with("node_")).count();
    assert!(both.len() > 150 && both.len() * 10 >= named_so * 9, "{} of {named_so}", both.len());
    for name in both {
        assert_eq!(ours.types[name], before.types[name], "{name}");
        if name.starts_with("process_") {
            continue;
        }
        for (labels, value) in &ours.samples[name] {
            let of = |theirs: &Exposition| theirs.samples[name].get(labels).copied();
            let (Some(before), Some(after)) = (of(&before), of(&after)) else {
                assert!(may_differ(name, labels), "{name} {labels:?} is ours alone");
                continue;
            };
            if ours.types[name] == "counter" {
                // Milliseconds become seconds in more than one way.
                let rounding = value.abs() * 1e-12;
                let between = before - rounding..=after + rounding;
                assert!(between.contains(value), "{name} {labels:?}: {before} {value} {after}");
            } else if STILL.contains(&name.as_str()) {
                assert_eq!(*value, before, "{name} {labels:?}");
            }
        }
    }
}

/// What comes and goes, and labels that differ from version to version.
fn may_differ(name: &str, labels: &Labels) -> bool {
    let comes_and_goes = ["node_tcp_connection_states", "node_processes_state", "node_filesystem"];
    comes_and_goes.iter().any(|prefix| name.starts_with(prefix)) || labels.contains_key("adminstate")
}
