use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

use crate::logs::MAX_LINE;
use crate::logs::{line, moment};

/// How long the engine may take for the head of an answer, and for a whole one that ends.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest answer in bytes that is read whole.
const LARGEST: usize = 16 * 1024 * 1024;

/// The engine behind a socket.
#[derive(Debug, Clone)]
pub(super) struct Engine {
    socket: PathBuf,
}

/// Why it has no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum EngineError {
    #[error("{0}")]
    Connect(#[from] io::Error),
    #[error("{0}")]
    Http(#[from] hyper::Error),
    #[error("no answer within {} s", PATIENCE.as_secs())]
    Silent,
    /// There is no such container.
    #[error("there is no such container")]
    Missing,
    #[error("it answers {0}")]
    Refused(StatusCode),
    #[error("its answer can't be read: {0}")]
    Unreadable(String),
    #[error("it has closed the connection")]
    Ended,
}

/// What is known of a container.
#[derive(Debug)]
pub(super) struct State {
    pub(super) name: String,
    pub(super) is_running: bool,
    /// When it was last started, in nanoseconds since 1970, to the second; 0 where that isn't told.
    pub(super) started: u64,
    /// Its output is one stream, as a terminal's.
    pub(super) is_terminal: bool,
    /// What it writes goes to the journal.
    pub(super) is_in_journal: bool,
}

/// An answer that goes on.
#[derive(Debug)]
pub(super) struct Stream {
    body: Incoming,
    /// Ends with the answer.
    _connection: AbortOnDropHandle<()>,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(rename = "Id")]
    id: String,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Inspected {
    name: String,
    state: Running,
    config: Terminal,
    host_config: Host,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Running {
    running: bool,
    started_at: String,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Terminal {
    tty: bool,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Host {
    log_config: Driver,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Driver {
    r#type: String,
}

impl Engine {
    pub(super) fn new(socket: &Path) -> Self {
        Self { socket: socket.to_owned() }
    }

    /// The socket's path, to be said.
    pub(super) fn shown(&self) -> String {
        line::whole(self.socket.as_os_str().as_encoded_bytes(), MAX_LINE)
    }

    /// The ids of the containers that run.
    pub(super) async fn running(&self) -> Result<Vec<String>, EngineError> {
        let listed: Vec<Listed> = self.json("/containers/json").await?;
        Ok(listed.into_iter().map(|listed| listed.id).filter(|id| is_id(id)).collect())
    }

    pub(super) async fn state(&self, id: &str) -> Result<State, EngineError> {
        let inspected: Inspected = self.json(&format!("/containers/{}/json", checked(id)?)).await?;
        Ok(State {
            name: line::whole(inspected.name.trim_start_matches('/').as_bytes(), 256),
            is_running: inspected.state.running,
            started: moment::read(&inspected.state.started_at).map_or(0, |at| at.ms() / 1_000 * 1_000_000_000),
            is_terminal: inspected.config.tty,
            is_in_journal: inspected.host_config.log_config.r#type == "journald",
        })
    }

    /// What a container has written from `second` on (since 1970), and if it is to be followed, what it writes.
    pub(super) async fn logs(&self, id: &str, second: u64, is_followed: bool) -> Result<Stream, EngineError> {
        // An engine may answer no sooner than the container writes.
        let follow = u8::from(is_followed);
        let query = format!("follow={follow}&stdout=1&stderr=1&timestamps=1&since={second}");
        self.ask(&format!("/containers/{}/logs?{query}", checked(id)?)).await
    }

    /// Starts and ends of containers, an object of JSON a line.
    pub(super) async fn events(&self) -> Result<Stream, EngineError> {
        // {"type":["container"],"event":["start","die","died"]}: older Podmans filter by their own word for Docker's `die`.
        let events = "%22start%22%2C%22die%22%2C%22died%22";
        let filters = format!("%7B%22type%22%3A%5B%22container%22%5D%2C%22event%22%3A%5B{events}%5D%7D");
        self.get(&format!("/events?filters={filters}")).await
    }

    async fn json<T: DeserializeOwned>(&self, path: &str) -> Result<T, EngineError> {
        let mut answer = self.get(path).await?;
        let whole = timeout(PATIENCE, Limited::new(&mut answer.body, LARGEST).collect()).await;
        let whole = whole.map_err(|_| EngineError::Silent)?;
        let whole = whole.map_err(|error| EngineError::Unreadable(error.to_string()))?.to_bytes();
        serde_json::from_slice(&whole).map_err(|error| EngineError::Unreadable(error.to_string()))
    }

    async fn get(&self, path: &str) -> Result<Stream, EngineError> {
        timeout(PATIENCE, self.ask(path)).await.map_err(|_| EngineError::Silent)?
    }

    async fn ask(&self, path: &str) -> Result<Stream, EngineError> {
        let socket = UnixStream::connect(&self.socket).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(socket)).await?;
        // What goes wrong there is told by the body too.
        let connection = AbortOnDropHandle::new(tokio::spawn(async move { drop(connection.await) }));
        let request = Request::get(path).header("host", "localhost").body(Empty::<Bytes>::new());
        let request = request.map_err(|error| EngineError::Unreadable(error.to_string()))?;
        let answer = sender.send_request(request).await?;
        match answer.status() {
            status if status.is_success() => Ok(Stream { body: answer.into_body(), _connection: connection }),
            StatusCode::NOT_FOUND => Err(EngineError::Missing),
            status => Err(EngineError::Refused(status)),
        }
    }
}

impl Stream {
    /// The bytes that come next; none at the end. Nothing is lost where this is not waited for.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, EngineError> {
        loop {
            let Some(frame) = self.body.frame().await else { return Ok(None) };
            if let Ok(bytes) = frame?.into_data() {
                return Ok(Some(bytes));
            }
        }
    }
}

/// Whether that may stand in a path.
fn is_id(text: &str) -> bool {
    (12..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn checked(id: &str) -> Result<&str, EngineError> {
    if is_id(id) { Ok(id) } else { Err(EngineError::Unreadable("a container's id is none".to_owned())) }
}
