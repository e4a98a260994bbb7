//! Lines of a file that is written fast: each comes in order, or is counted in a gap; and over a restart each comes once.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::io::Write as _;
use std::path::Path;

use serde_json::Value;
use support::{Server, Stream, config, eventually};

/// Follows `log` with its state in `state`.
async fn start(log: &Path, state: &Path) -> Server {
    let flags = ["opsglass", "--no-journal", "--containers", "none", "--log-level", "off", "--interval", "60s"];
    let paths = ["--log-file", log.to_str().unwrap(), "--state-dir", state.to_str().unwrap()];
    // Whoever follows may be late, for the machine is busy: all of it is kept for them.
    let mut config = config(flags.iter().chain(&paths).map(Into::into));
    (config.hub.count, config.hub.bytes) = (100_000, 64 * 1024 * 1024);
    Server::serve(config).await
}

fn write(log: &Path, numbers: std::ops::Range<u64>) {
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(log).unwrap();
    let text: String = numbers.map(|number| format!("INFO request handled, number={number}\n")).collect();
    file.write_all(text.as_bytes()).unwrap();
}

/// Reads numbered lines from `first` up to before `end`. Returns how many were told in gaps.
async fn read(stream: &mut Stream, first: u64, end: u64) -> u64 {
    let (mut next, mut told) = (first, 0);
    while next < end {
        let event = stream.next().await.unwrap();
        match event.event.as_str() {
            "gap" => {
                let missed = event.json()["missed"].as_u64().unwrap();
                (next, told) = (next + missed, told + missed);
            }
            "log" => {
                let message = event.json()["message"].as_str().unwrap().to_owned();
                if let Some((_, number)) = message.split_once("number=") {
                    assert_eq!(number.parse(), Ok(next), "after {told} that were told in gaps");
                    next += 1;
                }
            }
            _ => {}
        }
    }
    assert_eq!(next, end);
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_that_are_written_fast_come_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("app.log");
    write(&log, 0..0);
    let server = start(&log, &folder.path().join("state")).await.ready().await;
    let mut stream = Stream::open(server.address, "/api/dashboard-stream", b"").await;
    stream.until("connected").await;
    let writing = tokio::task::spawn_blocking(move || {
        for part in 0..40 {
            write(&log, part * 500..(part + 1) * 500);
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    });
    let told = read(&mut stream, 0, 20_000).await;
    assert_eq!(told, 0, "all of them were kept");
    writing.await.unwrap();
}

/// The numbers of the lines that are kept, once there are `count`.
async fn kept(server: &Server, count: usize) -> Vec<u64> {
    eventually(async || {
        let page = server.get("/api/logs?source=app.log&limit=10000").await.json();
        let lines = page["lines"].as_array().unwrap();
        let number = |line: &Value| line["entry"]["message"].as_str()?.split_once("number=")?.1.parse().ok();
        (lines.len() >= count).then(|| lines.iter().map(|line| number(line).unwrap()).collect())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_reads_each_line_once() {
    let folder = tempfile::tempdir().unwrap();
    let (log, state) = (folder.path().join("app.log"), folder.path().join("state"));
    write(&log, 0..10);
    let mut written = 10;
    for is_first in [true, false, false] {
        let from = written;
        if !is_first {
            write(&log, written..written + 1_000);
            written += 1_000;
        }
        let server = start(&log, &state).await;
        // What is in the file when it is opened for the first time is no news.
        let marked =
            async || std::fs::read_to_string(state.join("logs.journal")).ok().filter(|text| text.contains("app.log"));
        eventually(marked).await;
        write(&log, written..written + 1_000);
        written += 1_000;
        let expected: Vec<u64> = (from..written).collect();
        assert_eq!(kept(&server, expected.len()).await, expected);
        server.shut_down();
        server.ended().await;
    }
}
