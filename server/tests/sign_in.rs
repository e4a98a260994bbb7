//! Signing in and out, and those who try.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::time::Duration;

use support::doors::{Doors, PASSWORD, cookie, hash, two, user};
use support::process::Process;
use support::{Answer, PATIENCE, ask, eventually};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn without_a_name_nothing_is_told_but_the_way_in() {
    let doors = Doors::start(&two()).await;
    let get = async |path: &str| doors.server.get(path).await;
    for page in ["/", "/connections?range=5m", "/none", "/pkg/opsglass.js", "/stream-worker.js"] {
        let answer = get(page).await;
        assert_eq!(answer.status, 303, "{page}");
        assert!(answer.header("location").unwrap().starts_with("/login"), "{page}: {}", answer.head);
        assert!(answer.body.is_empty());
    }
    assert_eq!(get("/connections?range=5m").await.header("location"), Some("/login?next=%2fconnections%3frange%3d5m"));
    for call in
        ["/api/snapshot", "/api/logs", "/api/dashboard-stream", "/api/stream/a", "/metrics", "/api/none", "/api"]
    {
        let answer = get(call).await;
        assert_eq!((answer.status, answer.json()["error"].as_str()), (401, Some("unauthorized")), "{call}");
        assert_eq!(answer.header("www-authenticate"), Some("bearer"));
    }
    for call in ["/api/publish/a", "/api/logs", "/api/ticket", "/none"] {
        let answer = doors.send("POST", call, "application/json", "", b"{}").await;
        assert_eq!(answer.status, 401, "{call}");
    }
    for open in ["/healthz", "/login", "/robots.txt"] {
        assert_ne!(get(open).await.status, 401, "{open}");
    }
}

#[tokio::test]
async fn who_signs_in_returns_to_where_they_were_going_and_can_leave() {
    let doors = Doors::start(&two()).await;
    let page = doors.server.get("/login?next=%2Fconnections").await;
    let html = page.text();
    assert!(html.contains("Sign in to opsglass") && html.contains("<b>Connections</b>"), "{html}");
    assert_eq!(html.matches("<script").count(), 1, "only to show what is typed");
    let policy = page.header("content-security-policy").unwrap();
    let (_, nonce) = policy.split_once("script-src 'nonce-").unwrap();
    // Heads are read in small letters.
    let script = format!("<script nonce=\"{}\"", nonce.trim_end_matches('\''));
    assert!(html.to_lowercase().contains(&script), "{policy}");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    for file in html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).filter(|to| to.contains('.')) {
        assert_ne!(doors.server.get(file).await.status, 303, "{file} is a part of the page");
    }

    let answer = doors.submit("anna", PASSWORD, "").await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/connections?range=5m")));
    let set = answer.header("set-cookie").unwrap();
    assert!(set.ends_with("; path=/; max-age=43200; httponly; samesite=strict"), "{set}");
    let anna = cookie(&answer).unwrap();
    let page = doors.server.ask("GET", "/", &anna).await;
    assert!(page.status == 200 && page.text().contains("anna</span>") && page.text().contains("Sign out"));
    let who = doors.server.ask("GET", "/api/session", &anna).await.json();
    assert_eq!(who, serde_json::json!({ "name": "anna", "role": "operator", "local": false }));
    assert_eq!(doors.server.ask("GET", "/login", &anna).await.status, 303, "there is nothing to sign in for");

    let out = doors.send("POST", "/logout", FORM, &anna, b"").await;
    assert_eq!((out.status, out.header("location"), cookie(&out)), (303, Some("/login"), None));
    assert_eq!(doors.server.ask("GET", "/api/session", &anna).await.status, 401, "the cookie is worth nothing now");
}

#[tokio::test]
async fn which_of_both_was_wrong_is_not_told() {
    let doors = Doors::start(&two()).await;
    let wrong = doors.submit("anna", "wrong", "").await;
    let unknown = doors.submit("nobody", PASSWORD, "").await;
    // But for what is another each time, or each second.
    let shown = |answer: &Answer| {
        let text = answer.text().to_owned();
        let (before, after) = text.split_once("<time ").unwrap();
        format!("{before}{}", after.split_once("</time>").unwrap().1)
            .split("nonce=\"")
            .map(|part| part.split_once('"').map_or(part, |(_, rest)| rest).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!((wrong.status, shown(&wrong)), (401, shown(&unknown)), "the page is the same");
    assert!(wrong.text().contains("Sign in failed") && cookie(&wrong).is_none());
    let json = async |name: &str, password: &str| {
        let body = serde_json::json!({ "username": name, "password": password }).to_string();
        doors.send("POST", "/api/session", "application/json", "", body.as_bytes()).await
    };
    let (wrong, unknown) = (json("anna", "wrong").await, json("nobody", PASSWORD).await);
    assert_eq!((wrong.status, wrong.json()["error"].as_str()), (401, Some("sign_in_failed")));
    assert_eq!(wrong.body, unknown.body);
    assert_eq!(json("anna", PASSWORD).await.json()["name"], "anna");
}

#[tokio::test]
async fn nobody_plants_a_session() {
    let doors = Doors::start(&two()).await;
    let planted = format!("cookie: opsglass={}\r\nsec-fetch-site: same-origin\r\n", "a".repeat(64));
    let answer = doors.submit("anna", PASSWORD, &planted).await;
    let anna = cookie(&answer).unwrap();
    assert_ne!(anna, planted);
    assert_eq!(doors.server.ask("GET", "/api/session", &planted).await.status, 401);
    // One that was real and somebody else's ends.
    let bens = doors.sign_in("ben").await;
    let again = cookie(&doors.submit("anna", PASSWORD, &bens).await).unwrap();
    assert_eq!(doors.server.ask("GET", "/api/session", &bens).await.status, 401);
    for own in [anna, again] {
        assert_eq!(doors.server.ask("GET", "/api/session", &own).await.json()["name"], "anna");
    }
}

#[tokio::test]
async fn sessions_are_listed_and_revoked_by_their_owner_and_an_admin() {
    let doors = Doors::start(&(two() + &user("root", "admin"))).await;
    let (anna, ben, root) = (doors.sign_in("anna").await, doors.sign_in("ben").await, doors.sign_in("root").await);
    let list = async |cookie: &str| doors.server.ask("GET", "/api/sessions", cookie).await.json();
    let bens = list(&ben).await;
    assert_eq!(
        (bens.as_array().unwrap().len(), &bens[0]["user"], &bens[0]["current"]),
        (1, &"ben".into(), &true.into())
    );
    assert_eq!(list(&root).await.as_array().unwrap().len(), 3);
    let end = format!("/api/sessions/{}", bens[0]["id"].as_str().unwrap());
    assert_eq!(doors.server.ask("DELETE", &end, &anna).await.status, 404, "not anybody's");
    assert_eq!(doors.server.ask("DELETE", &end, &root).await.status, 204);
    assert_eq!(doors.server.ask("GET", "/api/session", &ben).await.status, 401);
    assert_eq!(list(&anna).await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_body_that_is_too_large_or_too_slow_or_of_another_kind_is_refused() {
    let doors = Doors::start(&format!("[server]\nbody_timeout = \"1s\"\n{}", two())).await;
    let large = format!("username=anna&password={}", "x".repeat(9_000));
    assert_eq!(doors.send("POST", "/login", FORM, "", large.as_bytes()).await.status, 413);
    assert_eq!(doors.send("POST", "/login", "text/plain", "", b"username=anna").await.status, 415);
    let typed = format!("{{\"username\":\"anna\",\"password\":{PASSWORD:?},\"x\":1}}");
    let answer = doors.send("POST", "/api/session", "application/json", "", typed.as_bytes()).await;
    assert!(answer.status == 422 && !answer.text().contains(PASSWORD), "{}", answer.text());
    let long = "p".repeat(2_000);
    assert_eq!(doors.submit("anna", &long, "").await.status, 401, "longer than any password is wrong");
    let slow = format!("content-type: {FORM}\r\ncontent-length: 100\r\n");
    let answer = doors.server.send("POST", "/login", &slow, b"username=anna").await;
    assert_eq!(answer.status, 408);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_wrong_passwords_hurt_nobody_else() {
    let doors = Doors::start(&two()).await;
    let ben = doors.sign_in("ben").await;
    let mut stream = doors.server.stream("/api/stream/a", ben.as_bytes()).await;
    stream.until("connected").await;
    let address = doors.server.address;
    let flood = (0..8).map(|_| tokio::spawn(flood(address, 1_250)));
    let flood: Vec<_> = flood.collect();
    let anna = doors.sign_in("anna").await;
    for n in 0..20 {
        assert_eq!(doors.publish("a", &anna).await, 202);
        assert_eq!(stream.until("message").await.data, "x", "{n}");
    }
    let mut statuses = Vec::new();
    for attacker in flood {
        statuses.extend(attacker.await.unwrap());
    }
    let count = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((statuses.len(), count(401) + count(429)), (10_000, 10_000));
    assert!(count(401) <= 5, "{} were held against the hash", count(401));
    let paused = doors.submit("mallory", "wrong", "").await;
    let wait: u64 = paused.header("retry-after").unwrap().parse().unwrap();
    assert!(paused.status == 429 && (1..=61).contains(&wait) && paused.text().contains("Try again in"));
    let audit = doors.audit(&anna, &["an unknown user paused for 1m"]).await;
    assert!(audit.matches("wrong password").count() <= 5 && !audit.contains("mallory"), "{audit}");
}

/// Tries wrong passwords of one name over one connection; the statuses.
async fn flood(address: std::net::SocketAddr, tries: usize) -> Vec<u16> {
    let body = "username=mallory&password=wrong";
    let length = body.len();
    let request = format!(
        "POST /login HTTP/1.1\r\nhost: {address}\r\ncontent-type: {FORM}\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let mut socket = TcpStream::connect(address).await.unwrap();
    let mut statuses = Vec::new();
    let mut bytes = Vec::new();
    for _ in 0..tries {
        socket.write_all(request.as_bytes()).await.unwrap();
        let end = b"</html>";
        bytes.clear();
        while !bytes.windows(end.len()).rev().take(16).any(|window| window == end) {
            assert_ne!(timeout(PATIENCE, socket.read_buf(&mut bytes)).await.unwrap().unwrap(), 0);
        }
        statuses.push(std::str::from_utf8(&bytes[9..12]).unwrap().parse().unwrap());
    }
    statuses
}

#[tokio::test]
async fn the_wrong_passwords_of_an_address_pause_it_and_no_other() {
    let doors = Doors::start(&format!("[server]\nproxies = [\"127.0.0.1\"]\n{}", two())).await;
    let from = |n: u8| format!("x-forwarded-for: 192.0.2.{n}\r\n");
    for name in ["a", "b", "c", "d", "e"] {
        assert_eq!(doors.submit(name, "wrong", &from(1)).await.status, 401);
    }
    assert_eq!(doors.submit("anna", PASSWORD, &from(1)).await.status, 429);
    assert_eq!(doors.submit("anna", PASSWORD, &from(2)).await.status, 303);
    let audit = doors.audit(&doors.sign_in("anna").await, &["192.0.2.1", "paused for 1m"]).await;
    assert!(!audit.contains("wrong\""), "{audit}");
}

#[tokio::test]
async fn a_session_over_tls_to_a_proxy_is_never_sent_in_the_clear() {
    let doors = Doors::start(&format!("[server]\nproxies = [\"127.0.0.1\"]\n{}", two())).await;
    let over_tls = "x-forwarded-for: 192.0.2.1\r\nx-forwarded-proto: https\r\n";
    let signed_in = doors.submit("anna", PASSWORD, over_tls).await;
    let set = signed_in.header("set-cookie").unwrap();
    assert!(set.starts_with("__host-opsglass=") && set.contains("; secure"), "{set}");
    let shown = cookie(&signed_in).unwrap().replace("__host-", "__Host-");
    let headers = format!("{over_tls}{shown}");
    assert_eq!(doors.server.ask("GET", "/api/session", &headers).await.status, 200);
    let direct = Doors::start(&two()).await;
    let set = direct.submit("anna", PASSWORD, over_tls).await.header("set-cookie").unwrap().to_owned();
    assert!(!set.contains("; secure"), "only a proxy is believed: {set}");
}

#[tokio::test]
async fn a_name_that_looks_like_markup_is_text_everywhere() {
    let name = "<img src=x onerror=alert(1)>\"'";
    let lines = format!("[[users]]\nname = '''{name}'''\nrole = \"admin\"\npassword_hash = {:?}\n", hash(PASSWORD));
    let doors = Doors::start(&lines).await;
    doors.server.get("/healthz").await;
    let cookie = doors.sign_in(name).await;
    for page in ["/", "/connections", "/none"] {
        let answer = doors.server.ask("GET", page, &cookie).await;
        assert!(!answer.text().contains("<img"), "{page}");
    }
    assert!(doors.server.ask("GET", "/", &cookie).await.text().contains("&lt;img src=x"));
    for call in ["/api/session", "/api/sessions"] {
        let answer = doors.server.ask("GET", call, &cookie).await;
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert!(answer.json().to_string().contains("<img src=x"), "{call}");
    }
    doors.audit(&cookie, &["<img src=x onerror=alert(1)>"]).await;
    let wrong = doors.submit("<script>alert(1)</script>", "x", "").await;
    assert!(!wrong.text().contains("alert(1)"), "what was typed is not repeated");
}

/// On the pages that show who has done something; receivers are told of no names.
#[tokio::test]
async fn a_name_that_looks_like_markup_is_text_in_what_it_has_done() {
    let name = "<img src=x onerror=alert(1)>\"'";
    let rule = "alerts.off = ['cpu', 'memory', 'swap', 'load', 'filesystem', 'no-data']\n[[rule]]\nname = 'always'\n\
                when = 'uptime >= 0'\n";
    let user = format!("[[users]]\nname = '''{name}'''\nrole = \"admin\"\npassword_hash = {:?}\n", hash(PASSWORD));
    let doors = Doors::bare(&format!("{rule}{user}")).await;
    let cookie = doors.sign_in(name).await;
    let send = async |path: &str, body: serde_json::Value| {
        doors.send("POST", path, "application/json", &cookie, body.to_string().as_bytes()).await.status
    };
    let ack = serde_json::json!({ "reason": "seen" });
    eventually(async || (send("/api/alerts/always/ack", ack.clone()).await == 200).then_some(())).await;
    let matchers = serde_json::json!([{ "label": "alertname", "value": "other" }]);
    let silence = serde_json::json!({ "matchers": matchers, "reason": "known", "for": "1h" });
    assert_eq!(send("/api/silences", silence).await, 201);
    assert_eq!(send("/api/chat/send", serde_json::json!({ "username": name, "text": "hello" })).await, 202);
    let made = serde_json::json!({ "name": name, "scopes": ["read"] });
    assert_eq!(send("/api/tokens", made).await, 201);
    for page in ["/", "/chat", "/alerts?alert=always", "/alerts?show=silenced", "/logs?source=audit"] {
        let shown = async || {
            let answer = doors.server.ask("GET", page, &cookie).await;
            assert!(answer.status == 200 && !answer.text().contains("<img"), "{page}");
            // In the bar, and in what was done.
            let count = answer.text().matches("&lt;img src=x onerror=alert(1)&gt;").count();
            (count >= if page == "/" { 1 } else { 2 }).then_some(())
        };
        eventually(shown).await;
    }
    for call in ["/api/alerts", "/api/silences", "/api/tokens", "/api/snapshot?channel=room", "/api/logs?source=audit"]
    {
        let answer = doors.server.ask("GET", call, &cookie).await;
        assert_eq!(answer.header("content-type"), Some("application/json"), "{call}");
        assert!(answer.json().to_string().contains("<img src=x"), "{call}");
    }
}

/// SIGKILL.
#[tokio::test]
async fn sessions_outlast_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("opsglass.toml");
    std::fs::write(&file, two()).unwrap();
    let state = folder.path().join("state");
    let flags = ["--config", file.to_str().unwrap(), "--state-dir", state.to_str().unwrap()];
    let form = format!("username=anna&password={}", PASSWORD.replace(' ', "+"));
    let headers = format!("content-type: {FORM}\r\ncontent-length: {}\r\n", form.len());
    let anna = {
        let process = Process::start(flags);
        let answer = ask(process.address, "POST", "/login", &headers, form.as_bytes()).await;
        cookie(&answer).unwrap()
    };
    let kept = std::fs::read_to_string(state.join("sessions.json")).unwrap();
    let secret = anna.lines().next().unwrap().strip_prefix("cookie: opsglass=").unwrap();
    assert!(kept.contains("anna") && !kept.contains(secret), "{kept}");
    let process = Process::start(flags);
    let who = ask(process.address, "GET", "/api/session", &anna, b"").await;
    assert_eq!((who.status, who.json()["name"].as_str()), (200, Some("anna")));
}

/// Nobody may keep people out from where they have been signed in all along.
#[tokio::test]
async fn where_people_are_signed_in_is_known_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("opsglass.toml");
    std::fs::write(&file, format!("[server]\nproxies = [\"127.0.0.1\"]\n{}", two())).unwrap();
    let state = folder.path().join("state");
    let flags = ["--config", file.to_str().unwrap(), "--state-dir", state.to_str().unwrap()];
    let try_from = async |process: &Process, place: u8, password: &str| {
        let form = format!("username=anna&password={}", password.replace(' ', "+"));
        let length = form.len();
        let headers =
            format!("x-forwarded-for: 192.0.2.{place}\r\ncontent-type: {FORM}\r\ncontent-length: {length}\r\n");
        ask(process.address, "POST", "/login", &headers, form.as_bytes()).await.status
    };
    let process = Process::start(flags);
    assert_eq!(try_from(&process, 1, PASSWORD).await, 303);
    drop(process);
    let process = Process::start(flags);
    for status in [401, 401, 401, 401, 401, 429] {
        assert_eq!(try_from(&process, 66, "wrong").await, status);
    }
    assert_eq!(try_from(&process, 99, PASSWORD).await, 429, "there is a pause for elsewhere");
    assert_eq!(try_from(&process, 1, PASSWORD).await, 303, "and none at home");
}

#[tokio::test]
async fn the_cookie_of_who_is_gone_is_worth_nothing() {
    let doors = Doors::start("").await;
    assert_eq!(doors.server.get("/api/session").await.json()["local"], true, "without users nobody is asked");
    std::fs::create_dir_all(&doors.state).unwrap();
    doors.set_users(&[("anna", "operator"), ("cem", "viewer")]);
    eventually(async || (doors.server.get("/api/session").await.status == 401).then_some(())).await;
    let anna = doors.sign_in("anna").await;
    assert_eq!(doors.server.ask("GET", "/api/session", &anna).await.status, 200);
    doors.set_users(&[("cem", "viewer")]);
    let gone = async || (doors.server.ask("GET", "/api/session", &anna).await.status == 401).then_some(());
    timeout(Duration::from_secs(5), eventually(gone)).await.unwrap();
    assert_eq!(doors.submit("anna", PASSWORD, "").await.status, 401);
    std::fs::remove_file(doors.state.join("users.json")).unwrap();
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(doors.server.get("/api/session").await.status, 401, "a lost file opens nothing");
}

#[tokio::test]
async fn who_signs_in_is_answered_so_that_nothing_keeps_it() {
    let doors = Doors::start(&two()).await;
    let body = format!(r#"{{"username":"anna","password":"{PASSWORD}"}}"#);
    let answer = doors.send("POST", "/api/session", "application/json", "", body.as_bytes()).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
}
