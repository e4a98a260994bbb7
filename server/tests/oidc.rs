//! Signing in with a provider of OpenID Connect, and what must not let anybody in.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::net::SocketAddr;
use std::process::Command;
use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use serde_json::{Value, json};
use support::doors::{Doors, cookie, user};
use support::provider::{Provider, SECRET};
use support::{Answer, PATIENCE};
use tokio::sync::mpsc;
use tokio::time::timeout;
use url::Url;

const ROLES: &str = "role_claim = \"groups\"\nroles = { ops = \"operator\", admins = \"admin\" }";

/// An attempt that has begun.
struct Attempt {
    /// The header line with what the browser keeps.
    cookie: String,
    state: String,
    nonce: String,
    challenge: String,
}

/// What anybody may see of an answer.
fn query(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(known, _)| known == name).unwrap().1.into_owned()
}

/// Follows the button. Heads of answers are read in small letters, so the address is asked for as it was sent.
async fn begin(doors: &Doors) -> Attempt {
    let answer = raw(doors.server.address, "/login/oidc?next=%2Fconnections%3Frange%3D5m").await;
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let line = |name: &str| answer.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_owned();
    let url = Url::parse(line("location: ").trim()).unwrap();
    assert_eq!((query(&url, "response_type"), query(&url, "code_challenge_method")), ("code".into(), "S256".into()));
    assert_eq!(query(&url, "scope"), "openid profile");
    assert_eq!(query(&url, "redirect_uri"), format!("http://{}/login/oidc/callback", doors.server.address));
    let kept = line("set-cookie: ");
    assert!(kept.contains("; HttpOnly; SameSite=Lax") && kept.contains("Max-Age=600"), "{kept}");
    let cookie = format!("cookie: {}\r\n", kept.split(';').next().unwrap());
    assert!(!url.as_str().contains(cookie.trim().split('=').next_back().unwrap()), "the provider doesn't learn it");
    Attempt {
        cookie,
        state: query(&url, "state"),
        nonce: query(&url, "nonce"),
        challenge: query(&url, "code_challenge"),
    }
}

async fn raw(host: SocketAddr, path: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut socket = tokio::net::TcpStream::connect(host).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Comes back as the provider would send the browser.
async fn come_back(doors: &Doors, cookie: &str, code: &str, state: &str) -> Answer {
    let path = format!("/login/oidc/callback?code={code}&state={state}");
    doors.server.ask("GET", &path, &format!("{cookie}sec-fetch-site: cross-site\r\n")).await
}

/// Signs in with a token that says `changes` beside what is right.
async fn sign_in(doors: &Doors, provider: &Provider, code: &str, changes: Value) -> Answer {
    let attempt = begin(doors).await;
    let mut claims = provider.claims(&attempt.nonce);
    claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    provider.say(claims, &attempt.challenge, SECRET);
    come_back(doors, &attempt.cookie, code, &attempt.state).await
}

/// The session that an answer opens, as a page of opsglass brings it back.
fn session(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    cookie(answer).unwrap()
}

/// That nobody was let in, and what the page says.
fn refused(answer: &Answer, status: u16, said: &str) {
    assert!(answer.status == status && answer.text().contains(said), "{} {said}: {}", answer.status, answer.text());
    assert!(!answer.head.contains("opsglass=") && answer.header("refresh").is_none(), "{}", answer.head);
    assert!(answer.text().contains("Sign in with Example"), "and may try again");
}

#[tokio::test]
async fn who_signs_in_there_has_the_role_of_their_groups_and_returns_to_where_they_were_going() {
    let provider = Provider::start().await;
    let doors = Doors::start(&provider.config(ROLES)).await;
    let page = doors.server.get("/login?next=%2Fconnections%3Frange%3D5m").await;
    assert!(page.text().contains("/login/oidc?next=%2Fconnections%3Frange%3D5m"), "{}", page.text());
    let answer = sign_in(&doors, &provider, "c0de-1", json!({})).await;
    assert_eq!(
        answer.header("refresh"),
        Some("0;url=/connections?range=5m"),
        "a page of ours asks for what comes next"
    );
    assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    let carol = session(&answer);
    let set = answer.head.lines().filter(|line| line.starts_with("set-cookie: ")).collect::<Vec<_>>().join("\n");
    assert!(set.contains("samesite=strict") && set.contains("opsglass-attempt=; path=/; max-age=0"), "{set}");
    let who = doors.server.ask("GET", "/api/session", &carol).await.json();
    assert_eq!(who, json!({ "name": "carol", "role": "operator", "local": false }));
    assert_eq!(doors.publish("a", &carol).await, 202);
    let said = sign_in(&doors, &provider, "c0de-2", json!({ "preferred_username": "dora", "groups": "admins" })).await;
    assert_eq!(doors.server.ask("GET", "/api/session", &session(&said)).await.json()["role"], "admin");
    let audit = doors.audit(&carol, &["carol signed in with the sign-in service as operator", "dora signed in"]).await;
    let all = doors.server.ask("GET", "/api/logs?limit=1000", &carol).await.text().to_owned();
    for secret in [SECRET, "c0de-1", "c0de-2", carol.lines().next().unwrap().split('=').next_back().unwrap()] {
        assert!(!audit.contains(secret) && !all.contains(secret), "{secret}");
    }
    let out = doors.server.ask("DELETE", "/api/session", &carol).await;
    assert_eq!((out.status, doors.server.ask("GET", "/api/session", &carol).await.status), (204, 401));
}

#[tokio::test]
async fn what_was_not_begun_here_or_has_ended_is_no_attempt() {
    let provider = Provider::start().await;
    let doors = Doors::start(&provider.config(ROLES)).await;
    let over = "This attempt to sign in is over, or was begun in another browser";
    let (mine, theirs) = (begin(&doors).await, begin(&doors).await);
    provider.say(provider.claims(&theirs.nonce), &theirs.challenge, SECRET);
    refused(&come_back(&doors, "", "x", &theirs.state).await, 401, over);
    refused(&come_back(&doors, &mine.cookie, "x", &theirs.state).await, 401, over);
    refused(&come_back(&doors, &mine.cookie, "x", &mine.state).await, 401, over);
    refused(&come_back(&doors, "cookie: opsglass-attempt=x\r\n", "x", &theirs.state).await, 401, over);
    let answer = come_back(&doors, &theirs.cookie, "c0de", &theirs.state).await;
    session(&answer);
    // The same once more, as from a history.
    refused(&come_back(&doors, &theirs.cookie, "c0de", &theirs.state).await, 401, over);
    // A code that the provider has given a token for already.
    refused(&sign_in(&doors, &provider, "c0de", json!({})).await, 401, "has refused: invalid_grant");
    let attempt = begin(&doors).await;
    let denied = format!("/login/oidc/callback?error=access_denied&error_description=%3Cb%3E&state={}", attempt.state);
    let denied = doors.server.ask("GET", &denied, &attempt.cookie).await;
    refused(&denied, 401, "The sign-in service has refused: access_denied.");
    assert!(!denied.text().contains("<b></b>"));
    let attempt = begin(&doors).await;
    let path = format!("/login/oidc/callback?state={}", attempt.state);
    refused(&doors.server.ask("GET", &path, &attempt.cookie).await, 401, over);
}

#[tokio::test]
async fn a_token_that_is_not_for_this_attempt_lets_nobody_in() {
    let provider = Provider::start().await;
    let doors = Doors::start(&provider.config(ROLES)).await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    for (n, (changes, said)) in [
        (json!({ "nonce": "another" }), "it belongs to another attempt"),
        (json!({ "nonce": null }), "it belongs to another attempt"),
        (json!({ "aud": "somebody-else" }), "it is meant for somebody else"),
        (json!({ "aud": ["opsglass", "somebody-else"] }), "it is meant for somebody else"),
        (json!({ "iss": "http://127.0.0.1:1" }), "it comes from another issuer"),
        (json!({ "exp": now - 3_600 }), "it has expired"),
    ]
    .into_iter()
    .enumerate()
    {
        refused(&sign_in(&doors, &provider, &format!("code-{n}"), changes).await, 401, said);
    }
    let attempt = begin(&doors).await;
    provider.say(provider.claims(&attempt.nonce), &attempt.challenge, "another key");
    let answer = come_back(&doors, &attempt.cookie, "forged", &attempt.state).await;
    refused(&answer, 401, "its signature isn't the provider's");
    // A verifier that isn't the attempt's own is refused by the provider: PKCE is in use.
    let attempt = begin(&doors).await;
    provider.say(provider.claims(&attempt.nonce), "another", SECRET);
    refused(&come_back(&doors, &attempt.cookie, "pkce", &attempt.state).await, 401, "has refused: invalid_grant");
}

#[tokio::test]
async fn who_has_no_role_no_name_or_somebody_elses_is_refused() {
    let provider = Provider::start().await;
    let doors = Doors::start(&format!("{}{}", provider.config(ROLES), user("anna", "admin"))).await;
    let answer = sign_in(&doors, &provider, "1", json!({ "groups": ["staff"] })).await;
    refused(&answer, 403, "carol has no role here.");
    let answer = sign_in(&doors, &provider, "2", json!({ "preferred_username": "anna" })).await;
    refused(&answer, 403, "anna is the name of a user here, who signs in with a password.");
    for (n, name) in [json!("x".repeat(33)), json!("a\u{202e}b"), json!(""), Value::Null].into_iter().enumerate() {
        let answer = sign_in(&doors, &provider, &format!("name-{n}"), json!({ "preferred_username": name })).await;
        refused(&answer, 401, "names nobody: expected 1 to 32 visible characters");
    }
    let markup = sign_in(&doors, &provider, "3", json!({ "preferred_username": "<img src=x>" })).await;
    assert!(markup.status == 200 && markup.text().contains("&lt;img src=x&gt;") && !markup.text().contains("<img"));
    let anna = doors.sign_in("anna").await;
    doors.audit(&anna, &["sign-in with the sign-in service refused: carol has no role here", "127.0.0.1"]).await;
}

#[tokio::test]
async fn the_session_ends_when_the_name_becomes_a_users() {
    let provider = Provider::start().await;
    let doors = Doors::start(&provider.config("role = \"viewer\"")).await;
    std::fs::create_dir_all(&doors.state).unwrap();
    let carol = session(&sign_in(&doors, &provider, "1", json!({})).await);
    let mut stream = doors.server.stream("/api/stream/a", carol.as_bytes()).await;
    stream.until("connected").await;
    doors.set_users(&[("carol", "admin")]);
    assert_eq!(stream.until("bye").await.json()["reason"], "revoked");
    assert_eq!(doors.server.ask("GET", "/api/session", &carol).await.status, 401);
}

#[tokio::test]
async fn a_provider_that_is_away_keeps_nothing_from_working() {
    let provider = Provider::away();
    let doors = Doors::start(&format!("{}{}", provider.config(ROLES), user("anna", "admin"))).await;
    let page = doors.server.get("/login").await;
    assert!(page.status == 200 && page.text().contains("Sign in with Example"));
    let answer = doors.server.get("/login/oidc?next=/logs").await;
    refused(&answer, 502, "The sign-in service can't be reached: cannot connect");
    assert!(answer.text().contains("value=\"/logs\""), "the way on is kept");
    let anna = doors.sign_in("anna").await;
    doors.audit(&anna, &["can't be reached"]).await;
    // Without users of its own nobody is let in all the same.
    let alone = Doors::start(&provider.config(ROLES)).await;
    assert_eq!(alone.server.get("/api/snapshot").await.status, 401);
    // Where there is no provider, there is no button and no way.
    let none = Doors::start(&user("anna", "admin")).await;
    assert!(!none.server.get("/login").await.text().contains("/login/oidc"));
    assert_eq!(none.server.get("/login/oidc/callback?code=x&state=y").await.header("location"), Some("/login"));
}

/// So many who follow the button at once: the heads of their answers, as they come.
fn crowd(doors: &Doors, count: usize) -> mpsc::Receiver<String> {
    let (answers, heads) = mpsc::channel(count);
    for _ in 0..count {
        let (answers, address) = (answers.clone(), doors.server.address);
        tokio::spawn(async move { answers.send(raw(address, "/login/oidc").await).await });
    }
    heads
}

async fn next(heads: &mut mpsc::Receiver<String>) -> String {
    timeout(PATIENCE, heads.recv()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_provider_that_hangs_is_asked_once_and_for_eight_at_a_time() {
    let provider = Provider::start().await;
    let doors = Doors::start(&provider.config(ROLES)).await;
    let hangs = provider.about.clone().write_owned().await;
    let mut heads = crowd(&doors, 12);
    for _ in 0..4 {
        let busy = next(&mut heads).await;
        assert!(busy.starts_with("HTTP/1.1 503") && busy.contains("Too many people sign in at this moment"), "{busy}");
        let wait = busy.lines().find_map(|line| line.strip_prefix("retry-after: ")).unwrap();
        assert!((2..=6).contains(&wait.parse::<u64>().unwrap()), "{wait}");
    }
    assert_eq!(doors.server.get("/login").await.status, 200, "whoever signs in otherwise doesn't wait");
    drop(hangs);
    for _ in 0..8 {
        let sent = next(&mut heads).await;
        assert!(sent.starts_with("HTTP/1.1 303") && sent.contains(&provider.issuer), "{sent}");
    }
    begin(&doors).await;
    assert_eq!(provider.asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn those_who_waited_for_a_provider_that_fails_hear_of_it_together() {
    let provider = Provider::start().await;
    let doors = Doors::start(&provider.config(ROLES)).await;
    let mut fails = provider.about.clone().write_owned().await;
    *fails = StatusCode::INTERNAL_SERVER_ERROR;
    // With one more than may wait, all who may do when that one is sent away.
    let mut heads = crowd(&doors, 9);
    assert!(next(&mut heads).await.starts_with("HTTP/1.1 503"));
    drop(fails);
    for _ in 0..8 {
        let failed = next(&mut heads).await;
        assert!(failed.starts_with("HTTP/1.1 502") && failed.contains("is the issuer right?"), "{failed}");
    }
    assert_eq!(provider.asked.load(Ordering::Relaxed), 1);
    *provider.about.write().await = StatusCode::OK;
    begin(&doors).await;
}

#[tokio::test]
async fn sign_ins_that_are_begun_are_limited_by_address() {
    let provider = Provider::start().await;
    let proxy = "[server]\nproxies = [\"127.0.0.1\"]\n[limits]\nsign_ins = 4\n";
    let doors = Doors::start(&format!("{proxy}{}{}", provider.config(ROLES), user("anna", "admin"))).await;
    let begin = async |n: u8| {
        let from = format!("x-forwarded-for: 192.0.2.{n}\r\n");
        doors.server.ask("GET", "/login/oidc?next=/logs", &from).await
    };
    assert_eq!([begin(1).await.status, begin(1).await.status], [303, 303]);
    let limited = begin(1).await;
    refused(&limited, 429, "These are more sign-ins than may come of this address now; try again in");
    assert!((1..=15).contains(&limited.header("retry-after").unwrap().parse::<u64>().unwrap()), "{}", limited.head);
    assert!(limited.text().contains("value=\"/logs\""), "the way on is kept");
    assert_eq!(begin(2).await.status, 303, "each address for itself");
    doors.audit(&doors.sign_in("anna").await, &["more sign-ins than may come", "192.0.2.1"]).await;
}

#[tokio::test]
async fn a_provider_that_will_not_say_more_gives_nobody_more() {
    let provider = Provider::start().await;
    let groups = json!({ "sub": "1", "groups": ["ops"] });
    provider.say_more(200, groups.clone());
    let doors = Doors::start(&provider.config(&format!("{ROLES}\nrole = \"viewer\""))).await;
    let bare = json!({ "groups": null });
    let role = async |code: &str, changes: Value| {
        let carol = session(&sign_in(&doors, &provider, code, changes).await);
        doors.server.ask("GET", "/api/session", &carol).await.json()["role"].clone()
    };
    assert_eq!(role("1", bare.clone()).await, "operator", "it is asked for what the token doesn't say");
    provider.say_more(403, groups.clone());
    assert_eq!(role("2", bare.clone()).await, "viewer", "and has the role of all others where it doesn't");
    assert_eq!(role("3", json!({})).await, "operator", "it isn't asked for what the token says");
    refused(&sign_in(&doors, &provider, "4", json!({ "preferred_username": null })).await, 401, "names nobody");
    // What may be otherwise when it is asked again.
    provider.say_more(500, groups.clone());
    let failed = "answers with an error when it is asked who has signed in";
    refused(&sign_in(&doors, &provider, "5", bare.clone()).await, 502, failed);
    // Groups that take something away can't be left out.
    provider.say_more(403, groups);
    for (roles, status, said) in [
        ("roles = { ops = \"viewer\" }\nrole = \"admin\"", 502, failed),
        ("roles = { ops = \"viewer\" }", 403, "no role"),
    ] {
        let doors = Doors::start(&provider.config(&format!("role_claim = \"groups\"\n{roles}"))).await;
        refused(&sign_in(&doors, &provider, &format!("6-{status}"), bare.clone()).await, status, said);
    }
}

#[test]
fn what_cannot_be_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("opsglass.toml");
    let path = file.to_str().unwrap();
    let good = "[auth.oidc]\nissuer = 'https://a.example'\nclient_id = 'x'\n";
    for (lines, said) in [
        (good.to_owned(), "auth.oidc.role: expected a role for whoever signs in, or roles by a claim"),
        (format!("{good}role_claim = 'groups'"), "auth.oidc.role_claim: expected both a claim"),
        (good.replace("https", "http") + "role = 'viewer'", "auth.oidc.issuer: expected an address like https://"),
        (format!("{good}role = 'viewer'\nredirect_url = 'https://b.example/'"), "auth.oidc.redirect_url: expected"),
        (
            format!("{good}role = 'viewer'\nclient_secret_file = '/no/such/file'"),
            "auth.oidc.client_secret_file: expected",
        ),
        (
            format!("{good}role = 'viewer'\nclient_secret = 's3cret'\nclient_secret_file = 'y'"),
            "none beside client_secret",
        ),
        (format!("{good}role = 'viewer'\nca_file = '/no/such/file'"), "auth.oidc.ca_file: expected a file"),
        ("[auth.oidc]\nissuer = 'https://a.example'".to_owned(), "missing field `client_id`"),
    ] {
        std::fs::write(&file, lines).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_opsglass"));
        let output = command.env_clear().args(["--config", path, "check"]).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), text.lines().count()), (Some(2), 1), "{text}");
        assert!(text.contains(said) && !text.contains("s3cret"), "{said} in {text}");
    }
}
