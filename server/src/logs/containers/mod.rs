//! Follows what containers write, where the socket of a Docker or Podman engine can be reached. Nothing is changed there:
//! all that is asked for are lists, states and logs.
//!
//! - `engine`: asks the engine over its socket
//! - `frames`: takes apart the two outputs of a container
//! - `stamped`: cuts an output into lines, each with the time that the engine puts before it
//! - `own`: leaves out the container in which opsglass itself runs
//! - `follower`: one container, over broken connections and restarts

mod engine;
mod follower;
mod frames;
mod own;
mod stamped;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use app::model::{LogEntry, LogLevel};
use serde::Deserialize;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::backoff::Backoff;
use super::lines::Lines;
use super::outlet::{Outlet, notice};
use super::places::Places;
use super::{MAX_LINE, line};
use engine::{Engine, EngineError};
use follower::Follower;

/// The source that all of it names; the container is its unit.
pub(super) const SOURCE: &str = "container";
/// How often it is looked for a socket, and for containers whose start was not heard of.
const EVERY: Duration = Duration::from_secs(30);
/// The longest wait before an engine that doesn't answer is asked again.
const AGAIN_MOST: Duration = Duration::from_secs(30);
/// The longest event of an engine in bytes that is read.
const MAX_EVENT: usize = 64 * 1024;

/// Where containers are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Containers {
    /// At the usual sockets of Docker and Podman, the system's and the user's; the first that is there.
    #[default]
    Usual,
    /// At this one.
    At(PathBuf),
    /// Nowhere.
    None,
}

/// How containers are followed, and where what they write goes.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub(super) outlet: Outlet,
    pub(super) places: Places,
    /// Bytes of a line that are kept.
    pub(super) max_line: usize,
    /// Containers that are followed at most.
    pub(super) most: usize,
    /// The journal is followed, so that what containers write there needs no second reader.
    pub(super) with_journal: bool,
}

impl From<PathBuf> for Containers {
    fn from(told: PathBuf) -> Self {
        if told.as_os_str() == "none" { Self::None } else { Self::At(told) }
    }
}

impl Containers {
    fn sockets(&self) -> Vec<PathBuf> {
        match self {
            Self::None => Vec::new(),
            Self::At(path) => vec![path.clone()],
            Self::Usual => {
                let user = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).into_iter();
                let user = user.flat_map(|folder| [folder.join("docker.sock"), folder.join("podman/podman.sock")]);
                ["/var/run/docker.sock", "/run/podman/podman.sock"].map(PathBuf::from).into_iter().chain(user).collect()
            }
        }
    }
}

/// Follows the containers of the engine that is found, until `shutdown` is cancelled.
pub(super) async fn follow(told: Containers, reading: Reading, shutdown: CancellationToken) {
    let sockets = told.sockets();
    let is_told = matches!(told, Containers::At(_));
    while !sockets.is_empty() && !shutdown.is_cancelled() {
        for path in &sockets {
            // One that is not for us is as good as none, unless it was named.
            if is_told || tokio::net::UnixStream::connect(path).await.is_ok() {
                return Following::new(path, reading).run(&shutdown).await;
            }
        }
        let _ = shutdown.run_until_cancelled(sleep(EVERY)).await;
    }
}

/// The containers of one engine.
#[derive(Debug)]
struct Following {
    engine: Engine,
    reading: Arc<Reading>,
    tasks: JoinSet<String>,
    /// Those that are followed, each with whether it was started once more meanwhile.
    followed: HashMap<String, bool>,
    /// Of a container that is seen for the first time, and was there before anybody looked: now. Else when it was started.
    first_from: Option<SystemTime>,
    overflow_said: bool,
    failure_said: bool,
}

/// What is read of an event.
#[derive(Debug, Deserialize)]
struct Event {
    /// When, in seconds since 1970; 0 where that isn't told.
    #[serde(default)]
    time: u64,
    #[serde(rename = "Action")]
    action: String,
    #[serde(rename = "Actor")]
    actor: Actor,
}

#[derive(Debug, Deserialize)]
struct Actor {
    #[serde(rename = "ID")]
    id: String,
    #[serde(rename = "Attributes", default)]
    attributes: HashMap<String, String>,
}

impl Following {
    fn new(socket: &Path, reading: Reading) -> Self {
        let name = format!("containers {}", socket.display());
        let is_first = reading.places.get::<bool>(&name).is_none();
        reading.places.set(&name, &true);
        Self {
            engine: Engine::new(socket),
            reading: Arc::new(reading),
            tasks: JoinSet::new(),
            followed: HashMap::new(),
            first_from: is_first.then(SystemTime::now),
            overflow_said: false,
            failure_said: false,
        }
    }

    async fn run(mut self, shutdown: &CancellationToken) {
        let mut backoff = Backoff::new(Duration::from_secs(1), AGAIN_MOST);
        while !shutdown.is_cancelled() {
            let Err(error) = self.listen(&mut backoff, shutdown).await else { break };
            if !std::mem::replace(&mut self.failure_said, true) {
                let message = format!("containers: {}: {error}; trying again", self.engine.shown());
                self.reading.outlet.publish(notice(LogLevel::Warn, message));
            }
            let _ = shutdown.run_until_cancelled(sleep(backoff.wait())).await;
        }
        while self.tasks.join_next().await.is_some() {}
    }

    /// Takes what the engine tells until it ends.
    async fn listen(&mut self, backoff: &mut Backoff, shutdown: &CancellationToken) -> Result<(), EngineError> {
        // Before they are listed, so that none is started in between unheard.
        let asked = shutdown.run_until_cancelled(self.engine.events()).await;
        let Some(events) = asked else { return Ok(()) };
        let mut events = events?;
        let mut lines = Lines::new(MAX_EVENT);
        self.list(shutdown).await?;
        self.first_from = None;
        if std::mem::take(&mut self.failure_said) {
            let message = format!("containers: {} answers", self.engine.shown());
            self.reading.outlet.publish(notice(LogLevel::Info, message));
        }
        backoff.reset();
        loop {
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return Ok(()),
                Some(ended) = self.tasks.join_next() => self.ended(ended.ok(), shutdown),
                bytes = events.next() => {
                    let Some(bytes) = bytes? else { return Err(EngineError::Ended) };
                    let mut told = Vec::new();
                    lines.push(&bytes, |line, _| told.extend(serde_json::from_slice::<Event>(line).ok()));
                    told.iter().for_each(|event| self.told(event, shutdown));
                }
                () = sleep(EVERY) => self.list(shutdown).await?,
            }
        }
    }

    fn told(&mut self, event: &Event, shutdown: &CancellationToken) {
        let name = event.actor.attributes.get("name").map_or(event.actor.id.as_str(), String::as_str);
        let code = event.actor.attributes.get("exitCode").map(String::as_str);
        match event.action.as_str() {
            "start" => {
                self.say(name, LogLevel::Info, "started");
                self.start(&event.actor.id, event.time, shutdown);
            }
            "die" => {
                let level = if code.is_none_or(|code| code == "0") { LogLevel::Info } else { LogLevel::Warn };
                let message = code.map_or_else(|| "ended".to_owned(), |code| format!("ended with exit code {code}"));
                self.say(name, level, &message);
            }
            _ => {}
        }
    }

    fn say(&self, name: &str, level: LogLevel, message: &str) {
        let unit = Some(line::whole(name.as_bytes(), MAX_LINE));
        let message = line::whole(message.as_bytes(), MAX_LINE);
        self.reading.outlet.publish(LogEntry { unit, source: SOURCE.to_owned(), ..notice(level, message) });
    }

    async fn list(&mut self, shutdown: &CancellationToken) -> Result<(), EngineError> {
        let Some(ids) = shutdown.run_until_cancelled(self.engine.running()).await else { return Ok(()) };
        let from =
            self.first_from.and_then(|from| from.duration_since(UNIX_EPOCH).ok()).map_or(0, |from| from.as_secs());
        for id in ids? {
            if !self.followed.contains_key(&id) {
                self.start(&id, from, shutdown);
            }
        }
        Ok(())
    }

    /// Follows a container that is seen for the first time from this second on (since 1970; 0: from when it was started), or
    /// notes for one that is followed that it goes on.
    fn start(&mut self, id: &str, second: u64, shutdown: &CancellationToken) {
        if let Some(again) = self.followed.get_mut(id) {
            *again = true;
            return;
        }
        if self.followed.len() >= self.reading.most {
            if !std::mem::replace(&mut self.overflow_said, true) {
                let message = format!("containers: more than {} run; the others are not followed", self.reading.most);
                self.reading.outlet.publish(notice(LogLevel::Warn, message));
            }
            return;
        }
        // From the beginning of that second: Podman's times have no fraction.
        let since = second.saturating_mul(1_000_000_000);
        let follower = Follower::new(id, since, self.engine.clone(), Arc::clone(&self.reading));
        let (id, shutdown) = (id.to_owned(), shutdown.clone());
        self.followed.insert(id.clone(), false);
        self.tasks.spawn(async move {
            follower.run(&shutdown).await;
            id
        });
    }

    fn ended(&mut self, id: Option<String>, shutdown: &CancellationToken) {
        // One that panicked has said so, and is not followed again.
        let Some(id) = id else { return };
        if self.followed.remove(&id) == Some(true) {
            self.start(&id, 0, shutdown);
        }
    }
}

#[cfg(test)]
mod tests;
