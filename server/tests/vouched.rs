//! People whom a proxy names, and those who would like to be taken for one.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::process::Command;
use std::time::Duration;

use support::doors::{Doors, bye, two};
use support::{Answer, eventually};

/// A page of opsglass that the proxy has sent on for somebody.
fn person(name: &str) -> String {
    format!("x-forwarded-user: {name}\r\nsec-fetch-site: same-origin\r\n")
}

/// A server that believes `proxy`.
async fn behind(proxy: &str, lines: &str, users: &str) -> Doors {
    let auth = format!("[auth]\nproxy_header = \"X-Forwarded-User\"\n{lines}\n");
    Doors::start(&format!("[server]\nproxies = [{proxy:?}]\n{auth}{users}")).await
}

async fn get(doors: &Doors, path: &str, headers: &str) -> Answer {
    doors.server.ask("GET", path, headers).await
}

#[tokio::test]
async fn whom_the_proxy_names_is_in_with_their_role_and_no_session() {
    let doors = behind("127.0.0.1", "", &two()).await;
    let (anna, ben) = (person("anna"), person("ben"));
    let who = get(&doors, "/api/session", &anna).await;
    assert_eq!(who.json(), serde_json::json!({ "name": "anna", "role": "operator", "local": false }));
    assert_eq!((who.header("set-cookie"), who.header("cache-control")), (None, Some("no-store")));
    assert_eq!((doors.publish("a", &anna).await, doors.publish("a", &ben).await), (202, 403));
    let page = get(&doors, "/", &anna).await;
    assert!(page.status == 200 && page.text().contains("anna") && !page.text().contains("/logout"), "no way out");
    assert_eq!(get(&doors, "/login", &anna).await.status, 303, "there is nothing to sign in for");
    // In the room under that name and no other.
    let say = async |name: &str| {
        let said = format!(r#"{{"username":{name:?},"text":"x"}}"#);
        doors.send("POST", "/api/chat/send", "application/json", &anna, said.as_bytes()).await.status
    };
    assert_eq!((say("anna").await, say("ben").await), (202, 403));
    // A token that is shown goes before what the proxy says of all that passes; one of the proxy's own is none.
    let token = doors.token("ci", &["metrics"], &[], None);
    let token = format!("{token}{anna}");
    eventually(async || (get(&doors, "/api/session", &token).await.json()["name"] == "ci").then_some(())).await;
    let foreign = format!("authorization: Bearer eyJhbGciOi\r\n{anna}");
    assert_eq!(get(&doors, "/api/session", &foreign).await.json()["name"], "anna");
    doors.audit(&anna, &["anna came in by the word of a proxy", "ben was refused: POST /api/publish/a"]).await;
}

#[tokio::test]
async fn nobody_but_the_proxy_is_believed() {
    let doors = behind("192.0.2.1", "proxy_role = \"admin\"", &two()).await;
    for spoofed in [person("anna"), format!("x-forwarded-for: 192.0.2.1\r\n{}", person("anna"))] {
        assert_eq!(get(&doors, "/api/session", &spoofed).await.status, 401);
        assert_eq!(get(&doors, "/", &spoofed).await.header("location"), Some("/login"));
        assert_eq!(doors.publish("a", &spoofed).await, 401);
    }
    // Nor does it take the place of who has signed in.
    let ben = doors.sign_in("ben").await;
    assert_eq!(get(&doors, "/api/session", &format!("{ben}{}", person("mallory"))).await.json()["name"], "ben");
    let audit = doors.audit(&ben, &["ben signed in"]).await;
    assert!(!audit.contains("mallory") && !audit.contains("anna"), "{audit}");
    // Without anybody who could come in but by the proxy, nobody else is let in either.
    let alone = behind("192.0.2.1", "", "").await;
    assert_eq!(get(&alone, "/api/session", "").await.status, 401);
}

#[tokio::test]
async fn what_can_be_no_name_is_nobody() {
    let doors = behind("127.0.0.1", "proxy_role = \"viewer\"", &two()).await;
    assert_eq!(get(&doors, "/api/session", &person("carol")).await.json()["role"], "viewer");
    let long = "x".repeat(33);
    for lines in [
        "x-forwarded-user: anna\r\nx-forwarded-user: ben\r\n".to_owned(),
        "x-forwarded-user: anna\r\nX-Forwarded-User: anna\r\n".to_owned(),
        person("anna, ben"),
        person(&long),
        person("an\tna"),
        person("an\u{202e}na"),
        person("an\u{200b}na"),
        person("\u{85}"),
    ] {
        let answer = get(&doors, "/api/session", &lines).await;
        assert_eq!((answer.status, answer.json()["error"].as_str()), (403, Some("forbidden")), "{lines:?}");
        assert!(answer.text().contains("1 to 32 visible characters"), "{}", answer.text());
        assert_eq!(get(&doors, "/", &lines).await.status, 403, "no page to sign in: it would lead back here");
        assert_eq!(get(&doors, "/healthz", &lines).await.status, 200);
    }
    // A proxy that has nobody to name leaves it at that, and others may sign in.
    assert_eq!(get(&doors, "/api/session", &person("")).await.status, 401);
    let ben = doors.sign_in("ben").await;
    let audit = doors.audit(&ben, &["a proxy's word was refused: it can be no name"]).await;
    assert!(!audit.contains(&long), "{audit}");
}

#[tokio::test]
async fn who_is_no_user_is_refused_unless_a_role_is_told() {
    let doors = behind("127.0.0.1", "", &two()).await;
    let refused = get(&doors, "/api/snapshot", &person("<b>carol</b>")).await;
    assert_eq!(refused.status, 403);
    assert!(refused.json()["message"].as_str().unwrap().contains("known by the proxy, and not by opsglass"));
    doors.audit(&person("anna"), &["<b>carol</b> was refused: known by the proxy, and not by opsglass"]).await;
}

#[tokio::test]
async fn a_page_of_another_site_changes_nothing_by_the_proxys_word() {
    let doors = behind("127.0.0.1", "", &two()).await;
    let anna = "x-forwarded-user: anna\r\n";
    for page in [
        "",
        "sec-fetch-site: cross-site\r\n",
        "origin: https://evil.example\r\n",
        "origin: null\r\n",
        "authorization: Bearer eyJhbGciOi\r\nsec-fetch-site: cross-site\r\n",
        "authorization: Bearer eyJhbGciOi\r\n",
    ] {
        assert_eq!(doors.publish("a", &format!("{anna}{page}")).await, 403, "{page:?}");
    }
    let own = format!("{anna}origin: http://{}\r\n", doors.server.address);
    assert_eq!(doors.publish("a", &own).await, 202);
}

#[tokio::test]
async fn the_streams_of_who_is_removed_or_may_do_less_end() {
    let doors = behind("127.0.0.1", "", "").await;
    std::fs::create_dir_all(&doors.state).unwrap();
    doors.set_users(&[("anna", "operator"), ("ben", "viewer")]);
    let (anna, ben) = (person("anna"), person("ben"));
    eventually(async || (get(&doors, "/api/session", &anna).await.status == 200).then_some(())).await;
    let mut annas = doors.server.stream("/api/stream/a", anna.as_bytes()).await;
    let mut bens = doors.server.stream("/api/stream/a", ben.as_bytes()).await;
    annas.until("connected").await;
    bens.until("connected").await;
    doors.set_users(&[("anna", "viewer")]);
    for stream in [&mut annas, &mut bens] {
        assert_eq!(bye(stream, Duration::ZERO).await, "revoked");
    }
    assert_eq!((doors.publish("a", &anna).await, get(&doors, "/api/stream/a", &ben).await.status), (403, 403));
    doors.server.stream("/api/stream/a", anna.as_bytes()).await.until("connected").await;
}

#[tokio::test]
async fn a_stream_lasts_as_long_as_a_session() {
    let doors = behind("127.0.0.1", "session = \"2s\"", &two()).await;
    let mut stream = doors.server.stream("/api/stream/a", person("anna").as_bytes()).await;
    assert_eq!(bye(&mut stream, Duration::from_secs(2)).await, "expired");
    doors.server.stream("/api/stream/a", person("anna").as_bytes()).await.until("connected").await;
}

#[test]
fn a_header_that_nobody_may_write_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("opsglass.toml");
    let path = file.to_str().unwrap();
    for (lines, args, said) in [
        (
            "[auth]\nproxy_header = 'X-Forwarded-User'",
            &["check"][..],
            "auth.proxy_header: expected the proxies that may",
        ),
        ("[auth]\nproxy_header = 'X-Forwarded-User'", &[], "server.proxies (--proxy), got none"),
        ("[auth]\nproxy_header = 'Cookie'", &["check"], "2:16: auth.proxy_header: expected the name of a header like"),
        ("[auth]\nproxy_role = 'viewer'", &["check"], "auth.proxy_role: expected a header in auth.proxy_header"),
        ("[auth]\nproxy_role = 'king'", &["check"], "unknown variant `king`"),
    ] {
        std::fs::write(&file, lines).unwrap();
        let args = [&["--config", path, "--listen", "127.0.0.1:0"], args].concat();
        let output = Command::new(env!("CARGO_BIN_EXE_opsglass")).env_clear().args(args).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), text.lines().count()), (Some(2), 1), "{text}");
        assert!(text.contains(said), "{said} in {text}");
    }
    std::fs::write(&file, "[auth]\nproxy_header = 'X-Forwarded-User'").unwrap();
    let args = ["--config", path, "--proxy", "10.0.0.1", "check"];
    assert!(Command::new(env!("CARGO_BIN_EXE_opsglass")).env_clear().args(args).status().unwrap().success());
}
