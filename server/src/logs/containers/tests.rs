//! No engine runs here: a server on a Unix socket speaks the part of Docker's documented API that is used.

use std::collections::BTreeMap;
use std::io;
use std::sync::Mutex;

use app::model::Timestamp;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path as At, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures_util::stream;
use serde_json::json;
use tokio::net::UnixListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::*;
use crate::logs::test_support::{self, Reader};

const WEB: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const DB: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
/// Far in the future, so that all is after the moment at which a test begins.
const SECOND: u64 = 4_000_000_000;

#[derive(Debug, Clone, Default)]
struct Container {
    is_running: bool,
    tty: bool,
    driver: &'static str,
    /// Seconds after [`SECOND`].
    started: u64,
    /// Nanoseconds after [`SECOND`], the number of the output, and what was written.
    log: Vec<(u64, u8, &'static str)>,
    /// Sent in place of all that.
    garbage: Option<&'static [u8]>,
}

/// An engine.
#[derive(Debug)]
struct Docker {
    containers: Mutex<BTreeMap<&'static str, Container>>,
    events: Mutex<Vec<String>>,
    changed: watch::Sender<()>,
    /// Somebody has asked for events.
    listening: watch::Sender<bool>,
    /// Bytes that are sent at once.
    piece: usize,
    /// After so many bytes of a log the connection breaks, the first time.
    breaks: Mutex<Option<usize>>,
}

impl Docker {
    fn new(piece: usize) -> Arc<Self> {
        Arc::new(Self {
            containers: Mutex::default(),
            events: Mutex::default(),
            changed: watch::channel(()).0,
            listening: watch::channel(false).0,
            piece,
            breaks: Mutex::default(),
        })
    }

    fn change(&self, id: &'static str, change: impl FnOnce(&mut Container)) {
        change(self.containers.lock().unwrap().entry(id).or_default());
        self.changed.send_replace(());
    }

    fn write(&self, id: &'static str, lines: &[(u64, u8, &'static str)]) {
        self.change(id, |container| container.log.extend_from_slice(lines));
    }

    fn start(&self, id: &'static str) {
        self.change(id, |container| container.is_running = true);
        self.tell("start", id);
    }

    fn stop(&self, id: &'static str) {
        self.change(id, |container| container.is_running = false);
        self.tell("die", id);
    }

    fn tell(&self, action: &str, id: &str) {
        let attributes = json!({ "name": name(id), "exitCode": "137" });
        let event = json!({ "Type": "container", "Action": action, "Actor": { "ID": id, "Attributes": attributes } });
        self.events.lock().unwrap().push(format!("{event}\n"));
        self.changed.send_replace(());
    }

    fn serve(self: &Arc<Self>, socket: &Path) -> JoinHandle<()> {
        let listener = UnixListener::bind(socket).unwrap();
        let router = Router::new()
            .route("/containers/json", get(list))
            .route("/containers/{id}/json", get(inspect))
            .route("/containers/{id}/logs", get(logs))
            .route("/events", get(events))
            .with_state(Arc::clone(self));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() })
    }
}

fn name(id: &str) -> &'static str {
    if id == WEB { "web" } else { "db" }
}

async fn list(State(docker): State<Arc<Docker>>) -> Response {
    let containers = docker.containers.lock().unwrap();
    let running = containers.iter().filter(|(_, container)| container.is_running);
    let listed: Vec<_> = running.map(|(id, _)| json!({ "Id": id, "Names": [name(id)] })).collect();
    axum::Json(listed).into_response()
}

async fn inspect(State(docker): State<Arc<Docker>>, At(id): At<String>) -> Response {
    let containers = docker.containers.lock().unwrap();
    let Some(container) = containers.get(id.as_str()) else { return StatusCode::NOT_FOUND.into_response() };
    axum::Json(json!({
        "Id": id,
        "Name": format!("/{}", name(&id)),
        "State": {
            "Running": container.is_running,
            "StartedAt": Timestamp::from_ms((SECOND + container.started) * 1_000).to_string().replace("000Z", "000123456Z"),
        },
        "Config": { "Tty": container.tty },
        "HostConfig": { "LogConfig": { "Type": container.driver } },
    }))
    .into_response()
}

async fn logs(
    State(docker): State<Arc<Docker>>,
    At(id): At<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    for (key, value) in [("stdout", "1"), ("stderr", "1"), ("timestamps", "1")] {
        assert_eq!(query[key], value);
    }
    let since: u64 = query["since"].parse().unwrap();
    let is_followed = query["follow"] == "1";
    let breaks = docker.breaks.lock().unwrap().take();
    let next = move |(docker, id, sent, mut left): (Arc<Docker>, String, usize, Vec<u8>)| async move {
        let mut changed = docker.changed.subscribe();
        loop {
            let container = docker.containers.lock().unwrap()[id.as_str()].clone();
            // As Podman ends what is followed.
            if is_followed && !container.is_running {
                return None;
            }
            let all = container.garbage.map_or_else(|| written(&container, since), <[u8]>::to_vec);
            if left.is_empty() {
                left = all[sent..].iter().copied().take(docker.piece).collect();
            }
            if breaks.is_some_and(|most| sent >= most) {
                return Some((Err(io::Error::other("broken")), (docker, id, sent, left)));
            }
            if !left.is_empty() {
                let piece = Bytes::from(std::mem::take(&mut left));
                let sent = sent + piece.len();
                return Some((Ok(piece), (docker, id, sent, left)));
            }
            if !container.is_running || container.garbage.is_some() {
                return None;
            }
            changed.changed().await.unwrap();
        }
    };
    Body::from_stream(stream::unfold((docker, id, 0, Vec::new()), next)).into_response()
}

/// A log as it is sent.
fn written(container: &Container, since: u64) -> Vec<u8> {
    let mut all = Vec::new();
    for (at, output, text) in &container.log {
        let second = SECOND + at / 1_000_000_000;
        if second < since {
            continue;
        }
        let time = Timestamp::from_ms(second * 1_000).to_string().replace(".000Z", "");
        let line = format!("{time}.{:09}Z {text}", at % 1_000_000_000);
        if !container.tty {
            all.extend([*output, 0, 0, 0]);
            all.extend((line.len() as u32).to_be_bytes());
        }
        all.extend(line.as_bytes());
    }
    all
}

async fn events(State(docker): State<Arc<Docker>>) -> Response {
    let sent = docker.events.lock().unwrap().len();
    docker.listening.send_replace(true);
    let next = |(docker, sent): (Arc<Docker>, usize)| async move {
        let mut changed = docker.changed.subscribe();
        loop {
            let event = docker.events.lock().unwrap().get(sent).cloned();
            if let Some(event) = event {
                return Some((Ok::<_, io::Error>(event), (docker, sent + 1)));
            }
            changed.changed().await.unwrap();
        }
    };
    Body::from_stream(stream::unfold((docker, sent), next)).into_response()
}

/// What follows an engine.
struct Life {
    reader: Reader,
    shutdown: CancellationToken,
    following: JoinHandle<()>,
}

impl Life {
    fn begin(socket: &Path, places: &Places) -> Self {
        let (outlet, reader) = test_support::outlet();
        let reading = Reading { outlet, places: places.clone(), max_line: 100, most: 10, with_journal: true };
        let shutdown = CancellationToken::new();
        let following = tokio::spawn(follow(Containers::At(socket.to_owned()), reading, shutdown.clone()));
        Self { reader, shutdown, following }
    }

    async fn end(self) {
        self.shutdown.cancel();
        tokio::time::timeout(Duration::from_secs(5), self.following).await.unwrap().unwrap();
    }
}

/// Reads what `docker` has until there are `count` entries, and shows each as `unit level message fields`.
async fn shown(docker: &Arc<Docker>, count: usize) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    let serving = docker.serve(&socket);
    let mut life = Life::begin(&socket, &Places::default());
    let entry = |entry: &LogEntry| {
        assert_eq!(entry.source, if entry.unit.is_some() { SOURCE } else { "opsglass" });
        let unit = entry.unit.as_deref().unwrap_or_default();
        format!("{unit} {} {} {:?}", entry.level.as_str(), entry.message, entry.fields)
    };
    let shown = life.reader.first(count).await.iter().map(entry).collect();
    life.end().await;
    serving.abort();
    shown
}

#[tokio::test]
async fn both_outputs_are_read_however_they_are_cut() {
    for piece in [1, 2, 3, 7, 8, 9, 40, 10_000] {
        let docker = Docker::new(piece);
        let lines = [
            (1, 1, "one\n"),
            (2, 2, "ERROR two\n"),
            (3, 1, "\n"),
            (4, 1, "{\"msg\":\"four\",\"n\":4}\r\n"),
            (5, 1, "no end"),
        ];
        docker.change(WEB, |container| (container.is_running, container.log) = (true, lines.to_vec()));
        let expected = [
            "web info one {}",
            "web error ERROR two {\"stream\": \"stderr\"}",
            "web info  {}",
            "web info four {\"n\": \"4\"}",
        ];
        assert_eq!(shown(&docker, 4).await, expected, "in pieces of {piece}");
        docker.change(WEB, |container| container.is_running = false);
        docker.start(DB);
    }
}

#[tokio::test]
async fn a_terminal_is_read_too() {
    for piece in [1, 5, 10_000] {
        let docker = Docker::new(piece);
        let log = vec![(1, 1, "\u{1b}[31mred\u{1b}[0m\r\n"), (2, 1, "plain\r\n")];
        docker.change(WEB, |container| {
            *container = Container { is_running: true, tty: true, log, ..Container::default() }
        });
        assert_eq!(shown(&docker, 2).await, ["web info red {}", "web info plain {}"]);
    }
}

#[tokio::test]
async fn a_broken_connection_loses_nothing_and_repeats_nothing() {
    // Of one moment, and not in the order of their times.
    let lines = [(5, 1, "1\n"), (5, 1, "2\n"), (5, 1, "3\n"), (4, 2, "4\n"), (6, 1, "5\n"), (2_000_000_007, 1, "6\n")];
    let expected: Vec<String> = (1..=6).map(|n| n.to_string()).collect();
    for breaks in (1..250).step_by(7) {
        let docker = Docker::new(5);
        *docker.breaks.lock().unwrap() = Some(breaks);
        docker.change(WEB, |container| (container.is_running, container.log) = (true, lines.to_vec()));
        let entries = shown(&docker, 7).await;
        let messages: Vec<_> = entries.iter().filter_map(|entry| entry.split(' ').nth(2)).collect();
        let read: Vec<_> = messages.iter().filter(|text| text.parse::<u8>().is_ok()).copied().collect();
        assert_eq!(read, expected, "broken after {breaks} bytes: {entries:?}");
    }
}

#[tokio::test]
async fn what_starts_and_stops_is_followed_through() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    let (docker, places) = (Docker::new(64), Places::default());
    docker.change(WEB, |container| container.is_running = true);
    let _serving = docker.serve(&socket);
    let mut life = Life::begin(&socket, &places);
    docker.write(WEB, &[(1, 1, "1\n")]);
    assert_eq!(life.reader.messages(1).await, ["1"]);
    docker.change(DB, |container| container.log = vec![(1, 1, "its first words\n")]);
    docker.start(DB);
    let mut messages = life.reader.messages(3).await;
    messages.sort_unstable();
    assert_eq!(messages, ["1", "its first words", "started"]);
    docker.write(WEB, &[(2, 1, "last words")]);
    docker.stop(WEB);
    let messages = life.reader.messages(5).await;
    assert!(messages.contains(&"last words") && messages.contains(&"ended with exit code 137"), "{messages:?}");
    docker.write(WEB, &[(3, 1, "again\n")]);
    docker.start(WEB);
    let messages = life.reader.messages(7).await;
    assert!(messages[5..].contains(&"again") && messages[5..].contains(&"started"), "{messages:?}");
    life.end().await;

    // Another life goes on, and reads from its beginning what was started meanwhile.
    docker.write(WEB, &[(4, 1, "while nobody looked\n")]);
    docker.write(DB, &[(2, 1, "here too\n")]);
    let mut life = Life::begin(&socket, &places);
    let mut messages = life.reader.messages(2).await;
    messages.sort_unstable();
    assert_eq!(messages, ["here too", "while nobody looked"]);
    docker.write(DB, &[(3, 1, "and on\n")]);
    assert_eq!(life.reader.messages(3).await[2], "and on");
    life.end().await;
}

#[tokio::test]
async fn what_was_written_before_it_was_started_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    let (docker, places) = (Docker::new(64), Places::default());
    docker.change(WEB, |container| (container.is_running, container.log) = (true, vec![(1, 1, "here\n")]));
    let _serving = docker.serve(&socket);
    let mut life = Life::begin(&socket, &places);
    assert_eq!(life.reader.messages(1).await, ["here"], "those that run are listed");
    docker.change(DB, |container| {
        container.log = vec![(1, 1, "of last year\n"), (5_000_000_000, 1, "of now\n")];
        container.started = 5;
    });
    docker.start(DB);
    let mut messages = life.reader.messages(3).await;
    messages.sort_unstable();
    assert_eq!(messages, ["here", "of now", "started"]);
    life.end().await;
}

#[tokio::test]
async fn garbage_is_said_once_and_stops_nothing() {
    let docker = Docker::new(64);
    let garbage: Option<&[u8]> = Some(b"\x01\0\0\x07garbage");
    docker.change(DB, |container| (container.is_running, container.garbage) = (true, garbage));
    docker.change(WEB, |container| (container.is_running, container.log) = (true, vec![(1, 1, "fine\n")]));
    let mut entries = shown(&docker, 2).await;
    entries.sort();
    assert_eq!(
        entries[0],
        " warn containers: bbbbbbbbbbbb can't be read: its log is none of Docker's format; trying again {}"
    );
    assert_eq!(entries[1], "web info fine {}");
}

#[tokio::test]
async fn what_is_gone_is_let_go_and_the_journals_is_left_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    let (docker, places) = (Docker::new(64), Places::default());
    places.set(&format!("container {WEB}"), &7);
    docker.change(DB, |container| {
        *container =
            Container { is_running: true, driver: "journald", log: vec![(1, 1, "never\n")], ..Container::default() };
    });
    let _serving = docker.serve(&socket);
    let mut life = Life::begin(&socket, &places);
    docker.listening.subscribe().wait_for(|listening| *listening).await.unwrap();
    docker.tell("start", WEB);
    docker.tell("start", "../../etc/passwd");
    let messages = life.reader.all_within(Duration::from_millis(500)).await;
    assert!(!messages.contains(&"never"), "{messages:?}");
    assert_eq!(places.get::<u64>(&format!("container {WEB}")), None, "its place is forgotten");
    life.end().await;
}

#[tokio::test]
async fn an_engine_that_goes_is_missed_once_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    let mut life = Life::begin(&socket, &Places::default());
    let message = life.reader.messages(1).await[0].to_owned();
    assert!(message.starts_with("containers: ") && message.ends_with("trying again"), "{message}");
    let docker = Docker::new(64);
    docker.change(WEB, |container| (container.is_running, container.log) = (true, vec![(1, 1, "here\n")]));
    let _serving = docker.serve(&socket);
    let messages = life.reader.messages(3).await;
    assert!(messages[1..].contains(&"here"), "{messages:?}");
    assert!(messages[1..].iter().any(|message| message.ends_with("answers")), "{messages:?}");
    life.end().await;
}
