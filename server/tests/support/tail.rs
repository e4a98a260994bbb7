//! `opsglass tail` as a process of its own.

use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::time::timeout;

use super::PATIENCE;

pub(crate) struct Tail {
    child: Child,
    shown: Option<Lines<BufReader<ChildStdout>>>,
    said: Lines<BufReader<ChildStderr>>,
}

/// How one ended, with all that was left to read.
#[derive(Debug)]
pub(crate) struct Ending {
    pub(crate) code: Option<i32>,
    pub(crate) shown: String,
    pub(crate) said: String,
}

impl Tail {
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::start_with(args, &[])
    }

    pub(crate) fn start_with(args: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::start_as("tail", args, variables)
    }

    /// Runs another of its commands to the end.
    pub(crate) async fn run(command: &str, args: &[&str]) -> Ending {
        Self::start_as(command, args, &[]).ended().await
    }

    fn start_as(name: &str, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_opsglass"));
        command.arg(name).args(args).env_clear().envs(variables.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let shown = BufReader::new(child.stdout.take().unwrap()).lines();
        let said = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, shown: Some(shown), said }
    }

    /// The next line on standard output.
    pub(crate) async fn line(&mut self) -> String {
        let shown = self.shown.as_mut().unwrap();
        timeout(PATIENCE, shown.next_line()).await.expect("a line in time").unwrap().expect("another line")
    }

    /// Reads on to a line in which `part` stands.
    pub(crate) async fn until(&mut self, part: &str) -> String {
        loop {
            let line = self.line().await;
            if line.contains(part) {
                return line;
            }
        }
    }

    pub(crate) async fn json(&mut self) -> Value {
        serde_json::from_str(&self.line().await).unwrap()
    }

    /// Reads on to a line on standard error in which `part` stands.
    pub(crate) async fn says(&mut self, part: &str) -> String {
        let mut before = Vec::new();
        let search = async {
            while let Some(line) = self.said.next_line().await.unwrap() {
                if line.contains(part) {
                    return Some(line);
                }
                before.push(line);
            }
            None
        };
        let found = timeout(PATIENCE, search).await.unwrap_or_default();
        found.unwrap_or_else(|| panic!("{part} is not in {before:?}"))
    }

    /// Closes its standard output, as a reader does that has seen enough.
    pub(crate) fn stop_reading(&mut self) {
        self.shown = None;
    }

    pub(crate) async fn signal(&self, name: &str) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().await.unwrap().success());
    }

    pub(crate) async fn ended(mut self) -> Ending {
        let (mut shown, mut said) = (String::new(), String::new());
        timeout(PATIENCE, async {
            if let Some(lines) = self.shown {
                lines.into_inner().read_to_string(&mut shown).await.unwrap();
            }
            self.said.into_inner().read_to_string(&mut said).await.unwrap();
        })
        .await
        .unwrap();
        let code = timeout(PATIENCE, self.child.wait()).await.unwrap().unwrap().code();
        Ending { code, shown, said }
    }
}
