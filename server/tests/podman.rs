//! Containers of a real Podman are followed. Where there is none (`scripts/setup-podman` installs it), this is skipped.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use support::podman::Podman;
use support::{Server, eventually};
use tempfile::TempDir;

/// What follows an engine, over several lives.
struct Follower {
    state: TempDir,
    server: Server,
}

/// A line that was read.
#[derive(Debug, PartialEq)]
struct Line {
    unit: String,
    message: String,
    is_error: bool,
}

impl Follower {
    /// One that listens.
    async fn start(podman: &mut Podman) -> Self {
        let state = tempfile::tempdir().unwrap();
        let follower = Self { server: serve(podman, state.path()).await, state };
        follower.told("trying again").await;
        podman.serve();
        follower.told("answers").await;
        follower
    }

    /// Ends as an order does it, and begins again.
    async fn restart<T>(self, podman: &Podman, meanwhile: impl FnOnce() -> T) -> (Self, T) {
        self.server.shut_down();
        self.server.ended().await;
        let done = meanwhile();
        let server = serve(podman, self.state.path()).await;
        (Self { server, ..self }, done)
    }

    /// All lines of containers, once there are `count` of them in this life.
    async fn lines(&self, count: usize) -> Vec<Line> {
        eventually(async || {
            // All are asked for only once there may be enough.
            let few = self.server.get("/api/logs?limit=1").await.json();
            few["kept"].as_u64().filter(|kept| *kept >= count as u64)?;
            let answer = self.server.get("/api/logs?source=container&limit=10000").await.json();
            let found = answer["lines"].as_array().unwrap();
            (found.len() >= count).then(|| found.iter().map(|line| Line::read(&line["entry"])).collect())
        })
        .await
    }

    /// The same of one container, only what they say.
    async fn messages(&self, count: usize, unit: &str) -> Vec<String> {
        let lines = self.lines(count).await;
        lines.into_iter().filter(|line| line.unit == unit).map(|line| line.message).collect()
    }

    async fn told(&self, ending: &str) {
        eventually(async || {
            let answer = self.server.get("/api/logs?source=opsglass&limit=1000").await.json();
            let mut lines = answer["lines"].as_array().unwrap().iter();
            lines.any(|line| line["entry"]["message"].as_str().unwrap().ends_with(ending)).then_some(())
        })
        .await;
    }
}

impl Line {
    fn read(entry: &Value) -> Self {
        let text = |name: &str| entry[name].as_str().unwrap().to_owned();
        Self { unit: text("unit"), message: text("message"), is_error: entry["fields"]["stream"] == "stderr" }
    }
}

async fn serve(podman: &Podman, state: &Path) -> Server {
    let flags = ["opsglass", "--no-journal", "--interval", "60s", "--containers"].map(OsString::from);
    let more = [podman.socket().into(), "--state-dir".into(), state.as_os_str().to_owned()];
    Server::serve(support::config(flags.into_iter().chain(more))).await
}

fn numbered(from: usize, to: usize) -> Vec<String> {
    (from..=to).map(|n| n.to_string()).collect()
}

#[tokio::test]
async fn what_containers_write_is_read_however_they_write_it() {
    let Some(mut podman) = Podman::start() else { return };
    let follower = Follower::start(&mut podman).await;
    let script = "printf 'one\\n'; printf 'ERROR two\\n' >&2; printf part; sleep 0.3; echo ' whole'; \
        head -c 40000 /dev/zero | tr '\\0' x; echo; printf '\\1\\377\\0\\33[31mred\\33[0m\\n'; printf 'no end'; exit 3";
    podman.run("pipes", &[], script);
    podman.run("screen", &["--tty"], script);
    let lines = follower.lines(16).await;
    for (unit, is_apart) in [("pipes", true), ("screen", false)] {
        let mut lines: Vec<&Line> = lines.iter().filter(|line| line.unit == unit).collect();
        let errors: Vec<_> = lines.extract_if(.., |line| line.is_error).map(|line| line.message.as_str()).collect();
        assert_eq!(errors, if is_apart { vec!["ERROR two"] } else { vec![] });
        let mut messages: Vec<_> = lines.iter().map(|line| line.message.replace(&"x".repeat(8192), "many x")).collect();
        let events: Vec<_> = messages.extract_if(.., |line| line == "started" || line.starts_with("ended")).collect();
        assert_eq!(events, ["started", "ended with exit code 3"]);
        messages.retain(|line| line != "ERROR two");
        assert_eq!(messages, ["one", "part whole", "many x … (40,000 bytes, cut)", "␁\u{fffd}red", "no end"], "{unit}");
    }
}

#[tokio::test]
async fn ten_thousand_lines_at_once_come_in_order() {
    let Some(mut podman) = Podman::start() else { return };
    let follower = Follower::start(&mut podman).await;
    podman.run("many", &[], "seq 9990");
    let mut messages = follower.messages(9992, "many").await;
    messages.retain(|message| message.parse::<u32>().is_ok());
    assert_eq!(messages, numbered(1, 9990));
}

#[tokio::test]
async fn of_what_ran_before_only_what_is_new_is_read() {
    let Some(mut podman) = Podman::start() else { return };
    let mut web = podman.start_obedient("web");
    web.tell("old\n");
    // Its times are whole seconds.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let follower = Follower::start(&mut podman).await;
    web.tell("new\nerr new\n");
    assert_eq!(follower.messages(2, "web").await, ["new", "err new"]);
}

#[tokio::test]
async fn an_engine_that_begins_again_is_followed_on() {
    let Some(mut podman) = Podman::start() else { return };
    let follower = Follower::start(&mut podman).await;
    let mut web = podman.start_obedient("web");
    web.tell("1\n2\n3\n");
    follower.lines(4).await;
    podman.fall_silent();
    web.tell("4\n5\n6\n");
    let mut late = podman.start_obedient("late");
    late.tell("first\n");
    podman.serve();
    follower.lines(8).await;
    web.tell("7\n8\n9\n");
    let mut messages = follower.messages(11, "web").await;
    messages.retain(|message| message != "started");
    assert_eq!(messages, numbered(1, 9));
    assert_eq!(follower.messages(11, "late").await, ["first"]);
}

#[tokio::test]
async fn a_restart_misses_nothing_and_repeats_nothing() {
    let Some(mut podman) = Podman::start() else { return };
    let follower = Follower::start(&mut podman).await;
    let mut web = podman.start_obedient("web");
    web.tell("1\nerr 1\n2\n");
    follower.lines(4).await;
    let follower = follower.restart(&podman, || {
        web.tell("err 2\n3\n");
        let mut late = podman.start_obedient("late");
        late.tell("first\n");
        late
    });
    let (follower, _late) = follower.await;
    follower.lines(3).await;
    web.tell("4\nend\n");
    // The two outputs and the events are each in order by itself.
    let mut lines = follower.messages(5, "web").await;
    lines.sort_unstable();
    assert_eq!(lines, ["3", "4", "ended with exit code 3", "err 2"]);
    podman.call(&["start", "web"]);
    web.tell("again\n");
    let mut lines = follower.messages(7, "web").await;
    assert_eq!(lines.split_off(4).len(), 2);
    podman.call(&["rm", "--force", "--time", "0", "web"]);
    podman.run("web", &[], "echo another");
    let lines = follower.messages(11, "web").await;
    assert_eq!(lines.iter().filter(|line| *line == "again").count(), 1);
    assert_eq!(lines.iter().filter(|line| *line == "another").count(), 1);
    assert_eq!(follower.messages(11, "late").await, ["first"]);
}
