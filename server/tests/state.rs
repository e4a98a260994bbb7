//! The folder of what outlasts a restart, and two who would keep theirs in it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use support::doors::{PASSWORD, cookie};
use support::process::Process;
use support::{Answer, ask, eventually};

fn opsglass(state: &Path, args: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opsglass"));
    command.args(args).arg("--state-dir").arg(state).env_clear();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

async fn sign_in(process: &Process, name: &str) -> Answer {
    let form = format!("username={name}&password={}", PASSWORD.replace(' ', "+"));
    let headers = format!("content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n", form.len());
    ask(process.address, "POST", "/login", &headers, form.as_bytes()).await
}

#[tokio::test]
async fn a_second_server_does_not_start_and_commands_work_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let flags = ["--state-dir", state.to_str().unwrap()];
    let first = Process::start(flags);
    let second = opsglass(&state, &["--listen", "127.0.0.1:0", "--no-journal"], "");
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(2), "{said}");
    let expected = format!("state: {} is used by another opsglass", state.display());
    assert!(said.contains(&expected) && said.contains("--state-dir") && !said.contains("panicked"), "{said}");
    // A folder of its own is all that it needs.
    let other = folder.path().join("other");
    drop(Process::start(["--state-dir", other.to_str().unwrap()]));

    let add = ["user", "add", "anna", "--role", "admin", "--password-stdin"];
    let added = opsglass(&state, &add, &format!("{PASSWORD}\n"));
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    let token = opsglass(&state, &["token", "create", "--name", "ci", "--scope", "read"], "");
    let token = String::from_utf8(token.stdout).unwrap();
    let headers = format!("authorization: Bearer {}\r\n", token.trim());
    eventually(async || {
        let known = ask(first.address, "GET", "/api/session", &headers, b"").await;
        (known.json()["name"] == "ci").then_some(())
    })
    .await;
    let anna = cookie(&sign_in(&first, "anna").await).unwrap();

    // What has crashed holds nothing any more.
    drop(first);
    let third = Process::start(flags);
    assert_eq!(ask(third.address, "GET", "/api/session", &anna, b"").await.json()["name"], "anna");
    drop(third);
    let listed = opsglass(&state, &["user", "list"], "");
    assert!(String::from_utf8(listed.stdout).unwrap().contains("anna"));
}

/// The usual folder is no exception.
#[tokio::test]
async fn nor_does_it_where_nobody_has_said_which_folder() {
    let home = tempfile::tempdir().unwrap();
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_opsglass"));
        command.args(["--listen", "127.0.0.1:0", "--no-journal"]).env_clear().env("XDG_STATE_HOME", home.path());
        command
    };
    let first = Process::run(&mut start()).unwrap();
    let said = start().output().unwrap();
    let said = (said.status.code(), String::from_utf8(said.stderr).unwrap());
    assert_eq!(said.0, Some(2), "{}", said.1);
    assert!(said.1.contains(&format!("{} is used by another", home.path().join("opsglass").display())), "{}", said.1);
    drop(first);
}
