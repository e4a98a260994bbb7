//! `opsglass tail`, the binary: against the real server, and against answers that no real server gives.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::io::Write as _;
use std::process::Stdio;

use serde_json::json;
use support::Server;
use support::canned::{Canned, answer, stream};
use support::tail::{Ending, Tail};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

/// A real server that follows a file, and the file.
async fn with_a_log() -> (Server, tempfile::NamedTempFile) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let server = Server::start(&["--log-file", file.path().to_str().unwrap()]).await.ready().await;
    (server, file)
}

fn url(server: &Server) -> String {
    format!("http://{}", server.address)
}

async fn ending(args: &[&str]) -> Ending {
    Tail::start(args).ended().await
}

#[tokio::test]
async fn it_shows_samples_and_log_lines() {
    let (server, mut file) = with_a_log().await;
    let mut tail = Tail::start(&[&url(&server)]);
    let metrics = tail.until("cpu ").await;
    assert!(metrics.contains(" %  memory ") && metrics.contains("  users "), "{metrics}");
    writeln!(file, "WARN the disk is slow").unwrap();
    let log = tail.until("the disk is slow").await;
    assert!(log.contains(" warn  ") && log.as_bytes()[2] == b':' && log.as_bytes()[5] == b':', "{log}");
    assert!(!log.contains('\u{1b}'), "no colours in a pipe: {log:?}");
    tail.says("connected to http://127.0.0.1:").await;
    tail.signal("TERM").await;
    let ending = tail.ended().await;
    assert_eq!((ending.code, ending.said.as_str()), (Some(0), ""));
}

#[tokio::test]
async fn json_is_an_object_a_line_and_a_cursor_goes_on_with_the_next() {
    let (server, mut file) = with_a_log().await;
    let url = url(&server);
    let mut all = Tail::start(&[&url, "--json", "--max-events", "3"]);
    let connected = all.json().await;
    assert_eq!((connected["event"].as_str(), connected["id"].as_str()), (Some("connected"), None));
    assert_eq!(connected["data"]["channels"][0], "dashboard");
    assert_eq!(all.json().await["event"], "snapshot");
    all.json().await;
    assert_eq!(all.ended().await.code, Some(0));

    let mut first = Tail::start(&[&url, "--json", "--event", "log", "--max-events", "1"]);
    first.says("connected to").await;
    writeln!(file, "line 0").unwrap();
    let event = first.json().await;
    assert_eq!(event["data"]["message"], "line 0");
    assert_eq!(first.ended().await.code, Some(0));
    for number in 1..=3 {
        writeln!(file, "line {number}").unwrap();
    }
    let since = event["id"].as_str().unwrap();
    let mut next = Tail::start(&[&url, "--json", "--event", "log", "--since", since, "--max-events", "3"]);
    for number in 1..=3 {
        assert_eq!(next.json().await["data"]["message"], format!("line {number}"));
    }
    next.says(&format!("resumed after {since}, nothing is missed")).await;
    assert_eq!(next.ended().await.code, Some(0));
}

/// Starts the server as a process of its own; returns it with the address it listens on.
async fn serve(listen: &str) -> (Child, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opsglass"));
    command.args(["--no-journal", "--interval", "250ms", "--listen", listen]).env_clear();
    let mut child = command.stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = loop {
        let line = lines.next_line().await.unwrap().expect("the server starts");
        if let Some((_, address)) = line.split_once("listening on http://") {
            break address.trim().to_owned();
        }
    };
    tokio::spawn(async move { while lines.next_line().await.is_ok_and(|line| line.is_some()) {} });
    (child, address)
}

#[tokio::test]
async fn it_outlives_the_server() {
    let (mut server, address) = serve("127.0.0.1:0").await;
    let mut tail = Tail::start(&[&address, "--event", "metrics"]);
    tail.line().await;
    server.kill().await.unwrap();
    assert!(tail.says("trying again in ").await.contains(&address));
    let (_server, _) = serve(&address).await;
    tail.says("connected to").await;
    tail.says("the server has begun anew").await;
    tail.line().await;
}

#[tokio::test]
async fn a_line_that_has_gone_dead_is_noticed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut tail = Tail::start(&[&listener.local_addr().unwrap().to_string()]);
    let (mut socket, _) = listener.accept().await.unwrap();
    // An answer before its request would be none.
    assert_ne!(socket.read(&mut [0; 1024]).await.unwrap(), 0);
    let connected = r#"{"clientId":"c","channels":[],"message":"","cursor":"7f3a09bc.1","resumed":false,"missed":0,
        "heartbeatMs":1000,"serverTime":"2026-01-01T00:00:00.000Z"}"#;
    let frame = format!("event: connected\ndata: {}\n\n", connected.replace('\n', ""));
    socket.write_all(stream(&frame).as_bytes()).await.unwrap();
    tail.says("nothing has come for 3 s; trying again").await;
}

#[tokio::test]
async fn a_server_that_says_good_bye_is_called_again() {
    let (server, _file) = with_a_log().await;
    let mut tail = Tail::start(&[&url(&server)]);
    tail.until("cpu ").await;
    server.shut_down();
    assert!(tail.says("shutting down").await.contains("trying again in "));
    server.ended().await;
    tail.signal("INT").await;
    assert_eq!(tail.ended().await.code, Some(0));
}

#[tokio::test]
async fn the_last_id_outlives_every_failure() {
    let mut server = Canned::start([
        stream("retry: 10\n\nid: 7f3a09bc.1\nevent: log\ndata: {\"message\":\"one\"}\n\n"),
        answer("503 Service Unavailable", "", "busy"),
        answer("429 Too Many Requests", "retry-after: 1\r\ncontent-length: 0\r\n", ""),
        stream("event: connected\ndata: {}\n\n"),
        String::new(),
        "no HTTP at all\r\n\r\n".to_owned(),
        // The id of a block without data counts, an event that is cut off does not.
        stream("id: 7f3a09bc.2\n\nevent: log\ndata: {\"message\":\"two\"}\n\nid: 7f3a09bc.3\ndata: cut off"),
        stream("id\nevent: log\ndata: {\"message\":\"three\"}\n\n"),
        stream("event: log\ndata: {\"message\":\"four\"}\n\n"),
    ])
    .await;
    let mut tail = Tail::start(&[&server.url(), "--max-events", "4"]);
    let first = server.request().await;
    assert!(first.starts_with("GET /api/dashboard-stream HTTP/1.1\r\n") && !first.contains("last-event-id"), "{first}");
    assert!(first.contains("accept: text/event-stream\r\n") && first.contains(&server.address.to_string()), "{first}");
    for _ in 0..6 {
        let request = server.request().await;
        assert!(request.contains("last-event-id: 7f3a09bc.1\r\n"), "{request}");
    }
    assert!(server.request().await.contains("last-event-id: 7f3a09bc.2\r\n"));
    assert!(!server.request().await.contains("last-event-id"), "an empty id takes it back");
    for message in ["one", "two", "three", "four"] {
        assert!(tail.line().await.ends_with(message), "{message}");
    }
    tail.says("the server answers 503 Service Unavailable; trying again in 0.0 s").await;
    let patient = tail.says("429").await;
    assert!(patient.contains("again in 1."), "Retry-After is heard: {patient}");
    assert_eq!(tail.ended().await.code, Some(0));
}

#[tokio::test]
async fn a_refusal_for_good_ends_it_with_one_line() {
    let json = "content-type: application/json\r\n";
    for (answered, expected) in [
        (answer("401 Unauthorized", "", ""), "401 Unauthorized"),
        (answer("403 Forbidden", json, "{\"message\":\"not\\u001b[2J yours\"}"), "403 Forbidden: not\\x1b[2J yours"),
        (answer("404 Not Found", "", ""), "404 Not Found"),
        (answer("204 No Content", "", ""), "204 No Content"),
        (answer("307 Temporary Redirect", "location: http://elsewhere/\r\n", ""), "use http://elsewhere/ instead"),
        (answer("200 OK", "content-type: text/html\r\n", "<p>"), "expected a stream of events"),
        (answer("200 OK", "", ""), "got nothing said"),
    ] {
        let server = Canned::start([answered]).await;
        let Ending { code, shown, said } = ending(&[&server.url()]).await;
        assert_eq!((code, shown.as_str(), said.lines().count()), (Some(1), "", 1), "{said}");
        assert!(said.starts_with("opsglass: http://") && said.contains(expected), "{said}");
    }
    let (server, _file) = with_a_log().await;
    let ending = ending(&[&format!("{}/api/nothing", url(&server))]).await;
    assert_eq!(ending.code, Some(1));
    assert!(ending.said.contains("404 Not Found: there is nothing at /api/nothing"), "{}", ending.said);
}

#[tokio::test]
async fn bad_usage_names_the_flag() {
    for (args, named) in [
        (&["ftp://host"][..], "[URL]"),
        (&["https://host", "--ca-file", "/no/such/file"], "No such file"),
        (&["--since", "yesterday"], "'--since <CURSOR>': expected <epoch>.<seq>"),
        (&["--channel", "a b"], "'--channel <NAME>': expected a name of 1 to 64"),
        (&["--event", ""], "--event <NAME>"),
        (&["--max-events", "0"], "--max-events <N>"),
        (&["http://host/events", "--channel", "a"], "--channel: expected the address of a server"),
        (&["--listen", "127.0.0.1:1"], "--listen"),
    ] {
        let Ending { code, shown, said } = ending(args).await;
        assert_eq!((code, shown.as_str(), said.lines().count()), (Some(2), "", 1), "{said}");
        assert!(said.starts_with("opsglass: ") && said.contains(named), "{said}");
    }
    let help = ending(&["--help"]).await;
    for told in ["URL", "--channel", "--event", "--since", "--json", "--max-events", "Exit codes: 0", "3000"] {
        assert!(help.shown.contains(told), "{told} in {}", help.shown);
    }
    assert!(!help.shown.contains("--listen"), "the server's flags mean nothing here: {}", help.shown);
    let opsglass =
        |args: &[&str]| std::process::Command::new(env!("CARGO_BIN_EXE_opsglass")).args(args).output().unwrap();
    assert!(String::from_utf8(opsglass(&["--help"]).stdout).unwrap().contains("opsglass tail --help"));
    assert_eq!(opsglass(&["--demo", "tail"]).status.code(), Some(2), "nothing is started by mistake");
}

#[tokio::test]
async fn channels_are_put_into_the_address() {
    for (channels, path) in [
        (&["--channel", "chat"][..], "/api/stream/chat"),
        (&["--channel", "a", "--channel", "b"], "/api/stream?channels=a,b"),
    ] {
        let mut server = Canned::start([stream("data: hello\n\n")]).await;
        let url = server.url();
        let args = [&[url.as_str(), "--max-events", "1"], channels].concat();
        let ending = ending(&args).await;
        assert!(server.request().await.starts_with(&format!("GET {path} HTTP/1.1\r\n")));
        assert!(ending.shown.ends_with(" message hello\n"), "{}", ending.shown);
    }
}

#[tokio::test]
async fn several_channels_are_followed_in_one_order_and_one_goes_on_from_a_cursor() {
    let server = Server::start(&[]).await;
    let url = url(&server);
    let mut both = Tail::start(&[&url, "--json", "--channel", "a", "--channel", "b", "--max-events", "6"]);
    let connected = both.json().await;
    assert_eq!(connected["data"]["channels"], json!(["a", "b"]));
    let mut ids = Vec::new();
    for (n, channel) in ["a", "b", "elsewhere", "b", "a", "a"].iter().enumerate() {
        let answer = server.publish(channel, &json!({ "event": "update", "data": { "n": n } }).to_string()).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        ids.push(answer.json()["id"].clone());
    }
    for n in [0, 1, 3, 4, 5] {
        assert_eq!(both.json().await, json!({ "id": ids[n], "event": "update", "data": { "n": n } }));
    }
    assert_eq!(both.ended().await.code, Some(0));
    let since = ids[0].as_str().unwrap();
    let mut one = Tail::start(&[&url, "--json", "--channel", "a", "--since", since, "--max-events", "3"]);
    let connected = one.json().await;
    assert_eq!((&connected["data"]["channels"], &connected["data"]["resumed"]), (&json!(["a"]), &true.into()));
    for n in [4, 5] {
        assert_eq!(one.json().await, json!({ "id": ids[n], "event": "update", "data": { "n": n } }));
    }
    assert_eq!(one.ended().await.code, Some(0));
}

#[tokio::test]
async fn a_hostile_line_does_not_drive_the_terminal() {
    let frames = "event: log\ndata: {\"level\":\"warn\",\"message\":\"\\u001b[2J\\u001b]0;mine\\u0007\\r\\u009b1m\\u202e\"}\n\n\
        event: a\u{1b}[31m\ndata: \u{9b}2J\u{1b}c\ndata: x\n\n\
        event: bye\ndata: {\"reason\":\"\\u001b[8mhidden\\n\"}\n\n";
    for extra in [&[][..], &["--json"]] {
        let server = Canned::start([stream(frames)]).await;
        let url = server.url();
        let mut tail = Tail::start(&[&[url.as_str()], extra].concat());
        let mut seen = vec![tail.line().await, tail.line().await];
        tail.says("connected").await;
        seen.push(tail.says("hidden").await);
        for line in &seen {
            assert!(!line.contains(|c: char| c.is_control() || c == '\u{202e}'), "{line:?}");
        }
        assert!(seen[0].to_lowercase().contains("[2j"), "it is shown, not swallowed: {}", seen[0]);
    }
}

#[tokio::test]
async fn colours_come_only_when_wanted() {
    let frames = "event: log\ndata: {\"level\":\"error\",\"message\":\"m\"}\n\n";
    for (variables, coloured) in [
        (&[][..], false),
        (&[("CLICOLOR_FORCE", "1")], true),
        (&[("NO_COLOR", "1"), ("TERM", "xterm-256color")], false),
    ] {
        let server = Canned::start([stream(frames)]).await;
        let mut tail = Tail::start_with(&[&server.url()], variables);
        assert_eq!(tail.line().await.contains("\u{1b}[31merror"), coloured, "{variables:?}");
    }
}

#[tokio::test]
async fn a_loss_is_said_whatever_is_looked_at() {
    let gap = r#"{"channel":"dashboard","missed":12,"from":"7f3a09bc.1","to":"7f3a09bc.20","reason":"gone"}"#;
    let frames = format!("event: gap\ndata: {gap}\n\n");
    let server = Canned::start([stream(&frames)]).await;
    let shown = Tail::start(&[&server.url()]).line().await;
    assert!(shown.contains("gap dashboard: 12 events lost before ") && shown.ends_with(": gone"), "{shown}");
    let server = Canned::start([stream(&frames)]).await;
    let mut filtered = Tail::start(&[&server.url(), "--event", "log"]);
    filtered.says("12 events lost before ").await;
    let connected = r#"{"clientId":"c","channels":[],"message":"","cursor":"7f3a09bc.20","resumed":false,"missed":12,
        "heartbeatMs":15000,"serverTime":"2026-01-01T00:00:00.000Z"}"#;
    let server = Canned::start([stream(&format!("event: connected\ndata: {}\n\n", connected.replace('\n', "")))]).await;
    let mut late = Tail::start(&[&server.url(), "--since", "7f3a09bc.1"]);
    late.says("12 events after 7f3a09bc.1 are gone for good").await;
}

#[tokio::test]
async fn it_ends_silently_when_nobody_reads_on() {
    let (server, _file) = with_a_log().await;
    let mut tail = Tail::start(&[&url(&server), "--event", "metrics"]);
    tail.line().await;
    tail.stop_reading();
    let ending = tail.ended().await;
    assert_eq!(ending.code, Some(0));
    assert_eq!(ending.said.lines().count(), 1, "only that it was connected: {}", ending.said);
}
