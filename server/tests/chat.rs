//! The war room on the wire: what the guide's client does, who is here, what is refused, and what outlasts a crash.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::doors::{PASSWORD, cookie, user};
use support::parser::Message;
use support::{Answer, NO_ALERTS, Server, Stream, config, eventually};

/// A room in which people may write as fast as they can.
const OPEN: &str = "[chat]\nrate = 1000000\nburst = 100000\n";
/// The same, with a time to leave that a test can wait for, and that no reload takes.
const QUICK: &str = "[chat]\nrate = 1000000\nburst = 100000\ngrace = '3s'\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(toml: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        std::fs::write(folder.config(), toml).unwrap();
        folder
    }

    fn config(&self) -> PathBuf {
        self.0.path().join("opsglass.toml")
    }

    fn state(&self) -> PathBuf {
        self.0.path().join("state")
    }

    fn flags(&self) -> Vec<String> {
        let path = |path: &Path| path.to_str().unwrap().to_owned();
        let flags = ["--interval", "250ms", "--config", &path(&self.config()), "--state-dir", &path(&self.state())];
        flags.map(str::to_owned).to_vec()
    }

    async fn serve(&self) -> Server {
        let flags = ["opsglass", "--no-journal"].map(str::to_owned).into_iter().chain(self.flags());
        Server::serve(config(flags.map(Into::into))).await.ready().await
    }
}

async fn send(server: &Server, body: &Value) -> Answer {
    server.post("/api/chat/send", "application/json", body.to_string().as_bytes()).await
}

async fn say(server: &Server, username: &str, text: &str) -> String {
    let answer = send(server, &json!({ "username": username, "text": text })).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// Follows the room up to where it is live.
async fn enter(server: &Server, user: &str) -> (Stream, Value) {
    let mut stream = server.stream(&format!("/api/chat-stream?user={user}"), b"").await;
    assert_eq!(stream.next().await.unwrap().event, "connected");
    let snapshot = stream.until("snapshot").await.json();
    (stream, snapshot)
}

fn texts(messages: &Value) -> Vec<String> {
    messages.as_array().unwrap().iter().map(|message| message["text"].as_str().unwrap().to_owned()).collect()
}

fn names(people: &Value) -> Vec<String> {
    people.as_array().unwrap().iter().map(|person| person["username"].as_str().unwrap().to_owned()).collect()
}

/// The next event that isn't about the line itself.
async fn next(stream: &mut Stream) -> Message {
    loop {
        let message = stream.next().await.unwrap();
        if message.event != "heartbeat" {
            return message;
        }
    }
}

#[tokio::test]
async fn what_the_guides_client_does_is_answered() {
    let server = Folder::new(&format!("{NO_ALERTS}{QUICK}")).serve().await;
    let (mut mira, snapshot) = enter(&server, "mira").await;
    assert_eq!((names(&snapshot["users"]), texts(&snapshot["messages"])), (vec!["mira".to_owned()], vec![]));
    let (jonas, snapshot) = enter(&server, "jonas").await;
    assert_eq!(names(&snapshot["users"]), ["jonas", "mira"]);
    let joined = next(&mut mira).await;
    assert_eq!((joined.event.as_str(), &joined.json()["username"]), ("userJoined", &json!("jonas")));
    assert_eq!(joined.json()["users"], json!(["jonas", "mira"]));

    let body = json!({ "username": "jonas", "text": "Hi <b>\n", "timestamp": "2026-11-22T10:00:00.000Z" });
    let answer = send(&server, &body).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    let message = next(&mut mira).await;
    let data = message.json();
    assert_eq!(
        (message.event.as_str(), &data["username"], &data["text"]),
        ("message", &json!("jonas"), &json!("Hi <b>"))
    );
    assert_eq!((&data["id"], &data["claimed"]), (&answer.json()["id"], &json!(true)), "nobody has signed in");
    assert_eq!(data["sentAt"], "2026-11-22T10:00:00.000Z");
    assert!(data["timestamp"].as_str().unwrap() > "2026-11-22T10:00:00.000Z", "by the server's clock");

    drop(jonas);
    let left = next(&mut mira).await;
    assert_eq!((left.event.as_str(), left.json()["users"].clone()), ("userLeft", json!(["mira"])));
}

#[tokio::test]
async fn one_person_with_three_tabs_is_one_and_a_reload_is_no_leave() {
    let server = Folder::new(&format!("{NO_ALERTS}{QUICK}")).serve().await;
    let (mut watcher, _) = enter(&server, "watcher").await;
    let (first, _) = enter(&server, "mira").await;
    let (second, _) = enter(&server, "Mira").await;
    let (third, snapshot) = enter(&server, "MIRA").await;
    assert_eq!(names(&snapshot["users"]), ["mira", "watcher"]);
    drop((first, second));
    drop(third);
    // Loaded again.
    let (again, _) = enter(&server, "mira").await;
    say(&server, "mira", "still here").await;
    let events = [next(&mut watcher).await, next(&mut watcher).await].map(|message| message.event);
    assert_eq!(events, ["userJoined", "message"], "neither tabs nor a reload are told");
    drop(again);
    assert_eq!(next(&mut watcher).await.event, "userLeft");
}

#[tokio::test]
async fn who_names_nobody_listens_and_is_not_here() {
    let server = Folder::new(&format!("{NO_ALERTS}{QUICK}")).serve().await;
    let mut stream = server.stream("/api/chat-stream", b"").await;
    assert_eq!(names(&stream.until("snapshot").await.json()["users"]), Vec::<String>::new());
    say(&server, "mira", "hello").await;
    assert_eq!(next(&mut stream).await.json()["text"], "hello");
    assert_eq!(server.publish("chat", r#"{"event":"message","data":1}"#).await.status, 403, "only the room itself");
}

#[tokio::test]
async fn a_refusal_names_the_field() {
    let server = Folder::new(NO_ALERTS).serve().await;
    let good = json!({ "username": "mira", "text": "x" });
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    for (body, status, message) in [
        (with("username", json!("")), 422, "username: expected a name of 1 to 32 visible characters, got none"),
        (with("username", json!("x".repeat(33))), 422, "username: expected a name of 1 to 32 visible"),
        (with("username", json!("mi\u{202e}ra")), 422, "got U+202E"),
        (with("username", json!(7)), 422, "body: invalid type: integer `7`, expected a string"),
        (json!({ "text": "x" }), 422, "username: expected"),
        (json!({ "username": "mira" }), 422, "body: missing field `text`"),
        (with("text", json!(" \n\t")), 422, "text: expected 1 to 4000 characters, got none that can be seen"),
        (with("text", json!("é".repeat(4_001))), 422, "text: expected 1 to 4000 characters, got 4001"),
        (with("text", json!("a\u{0}b")), 422, "text: expected no control characters"),
        (with("text", json!("a\u{2066}b")), 422, "got U+2066"),
        (with("timestamp", json!("soon")), 422, "timestamp: expected a time like"),
        (with("id", json!("a b")), 422, "id: expected 1 to 64 visible characters"),
        (with("who", json!(1)), 422, "body: unknown field `who`"),
    ] {
        let answer = send(&server, &body).await;
        let said = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(answer.status == status && said.contains(message), "{body}: {} {said}", answer.status);
    }
    assert_eq!(server.post("/api/chat/send", "text/plain", b"{}").await.status, 415);
    assert_eq!(server.post("/api/chat/send", "application/json", b"{").await.status, 400);
    assert_eq!(server.post("/api/chat/send", "application/json", &vec![b' '; 65_537]).await.status, 413);
    let answer = server.get("/api/chat-stream?user=a%00b").await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("user: expected a name of 1 to 32 visible characters"), "{}", answer.text());
    let (_, snapshot) = enter(&server, "mira").await;
    assert_eq!(texts(&snapshot["messages"]), Vec::<String>::new(), "nothing of it was said");
}

#[tokio::test]
async fn the_same_id_twice_is_one_message_and_one_answer() {
    let server = Folder::new(&format!("{NO_ALERTS}[chat]\nrate = 1\nburst = 2\n")).serve().await;
    let body = json!({ "username": "mira", "text": "once", "id": "3f2a-1" });
    let first = send(&server, &body).await.json();
    for _ in 0..3 {
        let again = send(&server, &body).await;
        assert_eq!((again.status, again.json()), (202, first.clone()), "and it doesn't count as one more");
    }
    let other = json!({ "username": "jonas", "text": "of another", "id": "3f2a-1" });
    assert_ne!(send(&server, &other).await.json(), first);
    let (_, snapshot) = enter(&server, "mira").await;
    assert_eq!(texts(&snapshot["messages"]), ["once", "of another"]);
}

#[tokio::test]
async fn a_claimed_name_takes_no_message_from_who_has_it() {
    let folder = Folder::new(&format!("{NO_ALERTS}{OPEN}"));
    let body = json!({ "username": "anna", "text": "claimed", "id": "3f2a-1" });
    let server = folder.serve().await;
    let claimed = send(&server, &body).await.json();
    server.shut_down();
    server.ended().await;
    std::fs::write(folder.config(), format!("{NO_ALERTS}{OPEN}{}", user("Anna", "operator"))).unwrap();
    let server = folder.serve().await;
    let form = format!("username=anna&password={}", PASSWORD.replace(' ', "+"));
    let kind = "content-type: application/x-www-form-urlencoded\r\n";
    let length = |body: &str| format!("content-length: {}\r\n", body.len());
    let answer = server.send("POST", "/login", &format!("{kind}{}", length(&form)), form.as_bytes()).await;
    let anna = cookie(&answer).unwrap();
    let body = json!({ "username": "anna", "text": "known", "id": "3f2a-1" }).to_string();
    let headers = format!("{anna}content-type: application/json\r\n{}", length(&body));
    let known = server.send("POST", "/api/chat/send", &headers, body.as_bytes()).await;
    assert!(known.status == 202 && known.json() != claimed, "{}", known.text());
    let again = server.send("POST", "/api/chat/send", &headers, body.as_bytes()).await;
    assert_eq!(again.json(), known.json());
}

#[tokio::test]
async fn the_page_says_what_who_has_signed_in_may_do_and_claims_nothing_of_others() {
    let folder = Folder::new(&format!("{NO_ALERTS}{QUICK}{}", user("Anna", "viewer")));
    let server = folder.serve().await;
    let form = format!("username=anna&password={}", PASSWORD.replace(' ', "+"));
    let kind = "content-type: application/x-www-form-urlencoded\r\n";
    let headers = format!("{kind}content-length: {}\r\n", form.len());
    let anna = cookie(&server.send("POST", "/login", &headers, form.as_bytes()).await).unwrap();
    let page = async |headers: &str| server.send("GET", "/chat", headers, b"").await.text().to_owned();
    assert!(!page(&anna).await.contains("room-role"), "nobody is here");
    let mut stream = server.stream("/api/chat-stream", anna.as_bytes()).await;
    stream.until("snapshot").await;
    assert!(page(&anna).await.contains("<span class=\"room-role\">viewer</span>"));
    drop(stream);
    server.shut_down();
    server.ended().await;

    // Kept is who was here, and not what they may do.
    std::fs::write(folder.config(), format!("{NO_ALERTS}{QUICK}")).unwrap();
    let server = folder.serve().await;
    let (_mira, _) = enter(&server, "mira").await;
    let page = server.get("/chat").await;
    let page = page.text();
    assert!(page.contains(">mira</b>") && !page.contains("room-role"), "{page}");
}

#[tokio::test]
async fn who_writes_too_fast_is_told_how_long_to_wait() {
    let server = Folder::new(&format!("{NO_ALERTS}[chat]\nrate = 2\nburst = 2\n")).serve().await;
    say(&server, "mira", "1").await;
    say(&server, "mira", "2").await;
    let answer = send(&server, &json!({ "username": "Mira", "text": "3" })).await;
    assert_eq!(answer.status, 429, "{}", answer.text());
    let wait: u32 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
    say(&server, "jonas", "each for themselves").await;
}

#[tokio::test]
async fn there_are_as_many_people_as_there_may_be() {
    let server = Folder::new(&format!("{NO_ALERTS}[chat]\npeople = 1\n")).serve().await;
    let (_mira, _) = enter(&server, "mira").await;
    let mut refused = server.stream("/api/chat-stream?user=jonas", b"").await;
    let bye = refused.next().await.unwrap();
    assert_eq!(
        (bye.event.as_str(), &bye.json()["reason"]),
        ("bye", &json!("there are 1 people here, which is as many as there may be"))
    );
    let (_again, _) = enter(&server, "mira").await;
}

#[tokio::test]
async fn an_alert_and_who_sees_to_it_are_lines() {
    let rule = "alerts.off = ['cpu', 'memory', 'swap', 'load', 'filesystem', 'no-data', 'clock-skew',\
    'clock-not-synchronised', 'unit-failed']\n[[rule]]\nname = 'always'\n\
        title = 'Always'\nwhen = 'uptime >= 0'\n";
    let folder = Folder::new(&format!("{rule}{OPEN}"));
    let server = folder.serve().await;
    let notices = eventually(async || {
        let (_, snapshot) = snapshot(server.address).await;
        Some(snapshot["notices"].clone())
            .filter(|notices| notices.as_array().unwrap().iter().any(|n| n["kind"] == "alert"))
    })
    .await;
    let fired = notices.as_array().unwrap().iter().find(|notice| notice["kind"] == "alert").unwrap();
    assert_eq!(
        (&fired["alert"], &fired["state"], &fired["level"]),
        (&json!("always"), &json!("firing"), &json!("warning"))
    );
    assert!(fired["text"].as_str().unwrap().starts_with("Always: "), "{fired}");

    let (mut mira, _) = enter(&server, "mira").await;
    for (reason, status) in [("on\u{202e} it", 422), ("on\nit", 422), ("on it", 200)] {
        let ack = json!({ "by": "mira", "reason": reason }).to_string();
        let answer = server.post("/api/alerts/always/ack", "application/json", ack.as_bytes()).await;
        assert_eq!(answer.status, status, "{}", answer.text());
    }
    let notice = mira.until("notice").await.json();
    assert_eq!(notice["text"], "mira acknowledged Always: \"on it\"");
    let page = server.get("/chat").await;
    assert!(page.text().contains("<b>mira</b><span> is on it</span>"), "{}", page.text());
    server.shut_down();
    server.ended().await;

    let server = folder.serve().await;
    let (_, snapshot) = enter(&server, "mira").await;
    let kinds: Vec<&Value> = snapshot["notices"].as_array().unwrap().iter().map(|notice| &notice["kind"]).collect();
    assert_eq!(
        kinds,
        ["alert", "joined", "acknowledged"].map(|kind| json!(kind)).iter().collect::<Vec<_>>(),
        "{snapshot}"
    );
}

#[tokio::test]
async fn the_last_messages_outlast_a_restart() {
    let folder = Folder::new(&format!("{NO_ALERTS}{OPEN}messages = 10\n"));
    let server = folder.serve().await;
    let (mut mira, _) = enter(&server, "mira").await;
    for number in 0..15 {
        say(&server, "mira", &format!("{number}")).await;
    }
    let mut cursor = String::new();
    for _ in 0..15 {
        cursor = next(&mut mira).await.last_event_id;
    }
    let known = json!({ "username": "mira", "text": "twice", "id": "a" });
    let first = send(&server, &known).await.json();
    server.shut_down();
    server.ended().await;

    let server = folder.serve().await;
    assert_eq!(send(&server, &known).await.json(), first, "what a program calls its message is known still");
    let mut stream =
        Stream::open(server.address, "/api/chat-stream?user=mira", format!("last-event-id: {cursor}\r\n").as_bytes())
            .await;
    assert_eq!(stream.until("connected").await.json()["resumed"], false);
    let snapshot = stream.until("snapshot").await.json();
    let expected: Vec<String> = (6..15).map(|number| number.to_string()).chain(["twice".to_owned()]).collect();
    assert_eq!(texts(&snapshot["messages"]), expected);
    assert_eq!(names(&snapshot["users"]), ["mira"], "she was here, and has come back");
    let id = say(&server, "mira", "on").await;
    let message = next(&mut stream).await;
    assert_eq!(
        (&message.json()["text"], &message.json()["id"]),
        (&json!("on"), &json!(id)),
        "nothing twice, nobody joined"
    );
    assert!(id.parse::<u64>().unwrap() > first["id"].as_str().unwrap().parse().unwrap(), "numbers go on");
}

/// The process is killed while people write: what was answered is there once, wherever it was cut.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_outlives_sigkill_once() {
    use support::process::Process;
    let folder = Folder::new(&format!("{NO_ALERTS}{OPEN}messages = 10000\n"));
    let mut answered: BTreeMap<String, String> = BTreeMap::new();
    for life in 0..3 {
        let process = Process::start(folder.flags());
        let address = process.address;
        let writers = (0..4).map(|writer| {
            tokio::spawn(async move {
                let mut taken = Vec::new();
                for number in 0.. {
                    let text = format!("{life}-{writer}-{number}");
                    let body = json!({ "username": format!("w{writer}"), "text": text, "id": text }).to_string();
                    match write(address, &body).await {
                        Some(id) => taken.push((text, id)),
                        None => break,
                    }
                }
                taken
            })
        });
        let writers: Vec<_> = writers.collect();
        eventually(async || {
            let (_, snapshot) = snapshot(address).await;
            (snapshot["messages"].as_array().unwrap().len() >= answered.len() + 20).then_some(())
        })
        .await;
        // SIGKILL, in the middle of it.
        drop(process);
        for writer in writers {
            answered.extend(writer.await.unwrap());
        }
    }
    let process = Process::start(folder.flags());
    let (cursor, snapshot) = snapshot(process.address).await;
    let messages = snapshot["messages"].as_array().unwrap();
    // Of each life, up to four are there whose answer came too late.
    assert!(answered.len() >= 36, "{}", answered.len());
    let there: BTreeMap<&str, &str> =
        messages.iter().map(|message| (message["text"].as_str().unwrap(), message["id"].as_str().unwrap())).collect();
    assert_eq!(there.len(), messages.len(), "nothing is there twice");
    for (text, id) in &answered {
        assert_eq!(there.get(text.as_str()), Some(&id.as_str()), "{text}");
    }
    let mut stream =
        Stream::open(process.address, "/api/chat-stream", format!("last-event-id: {cursor}\r\n").as_bytes()).await;
    assert_eq!(stream.until("connected").await.json()["resumed"], true);
    drop(process);
}

/// Says something; `None` where there is no answer any more.
async fn write(address: std::net::SocketAddr, body: &str) -> Option<String> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut socket = tokio::net::TcpStream::connect(address).await.ok()?;
    let head = format!(
        "POST /api/chat/send HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(head.as_bytes()).await.ok()?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    assert!(head.starts_with("HTTP/1.1 202"), "{answer}");
    let answer: Value = serde_json::from_str(body.lines().find(|line| line.starts_with('{'))?).ok()?;
    answer["id"].as_str().map(str::to_owned)
}

/// The room as of now, and its cursor.
async fn snapshot(address: std::net::SocketAddr) -> (String, Value) {
    let mut stream = Stream::open(address, "/api/chat-stream", b"").await;
    let snapshot = stream.until("snapshot").await.json();
    (snapshot["cursor"].as_str().unwrap().to_owned(), snapshot)
}

#[tokio::test]
async fn who_was_here_is_told_how_much_is_new() {
    let server = Folder::new(&format!("{NO_ALERTS}{OPEN}")).serve().await;
    let unread = async |cookies: &str| {
        let answer = server.ask("GET", "/api/chat/unread", &format!("cookie: {cookies}\r\n")).await;
        answer.json()["unread"].as_str().unwrap().to_owned()
    };
    let long_ago = "opsglass-seen=2026-01-01T00:00:00.000Z";
    assert_eq!(unread(long_ago).await, "0");
    for (name, text) in [("jonas", "1"), ("mira", "2"), ("jonas", "3")] {
        say(&server, name, text).await;
    }
    assert_eq!(unread(long_ago).await, "3");
    assert_eq!(unread(&format!("{long_ago}; opsglass-name=mira")).await, "2", "her own isn't new to her");
    for nothing in ["opsglass-seen=9999-01-01T00:00:00.000Z", "opsglass-seen=yesterday", "opsglass-seen=", "x=y"] {
        assert_eq!(unread(nothing).await, "0", "{nothing}");
    }
    for text in 0..100 {
        say(&server, "jonas", &text.to_string()).await;
    }
    assert_eq!(unread(long_ago).await, "99+");
    let page = server.ask("GET", "/", &format!("cookie: {long_ago}\r\n")).await;
    assert_eq!(page.text().matches("data-count=\"99+\"").count(), 2, "in both bars");
}

#[tokio::test]
async fn without_script_the_browser_keeps_the_name() {
    let server = Folder::new(&format!("{NO_ALERTS}{OPEN}")).serve().await;
    let post = async |form: &str| server.post("/chat", "application/x-www-form-urlencoded", form.as_bytes()).await;
    for (form, kept) in [
        ("name=J%C3%BCrgen+M", "opsglass-name=j%c3%bcrgen+m; path=/; max-age=31536000"),
        ("name=+", "opsglass-name=; path=/; max-age=0"),
    ] {
        let answer = post(form).await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/chat")));
        assert_eq!(answer.header("set-cookie"), Some(&*format!("{kept}; httponly; samesite=strict")));
    }
    let refused = post("name=a%00b").await;
    assert_eq!((refused.status, refused.header("set-cookie")), (422, None));
}
