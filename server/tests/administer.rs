//! Users and tokens, as admins change them from afar.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use server::auth::command::{Command, TokenCommand};
use support::Answer;
use support::doors::{Doors, PASSWORD, bye, cookie, two, user};

const NEW: &str = "a password of ben's";

/// Anna the operator and Ben the viewer, and an admin.
async fn start() -> (Doors, String) {
    let doors = Doors::start(&(two() + &user("root", "admin"))).await;
    let root = doors.sign_in("root").await;
    (doors, root)
}

async fn post(doors: &Doors, path: &str, who: &str, body: &Value) -> Answer {
    doors.send("POST", path, "application/json", who, body.to_string().as_bytes()).await
}

async fn delete(doors: &Doors, path: &str, who: &str) -> u16 {
    doors.server.ask("DELETE", path, who).await.status
}

fn message(answer: &Answer) -> String {
    answer.json()["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn only_admins_say_who_may_come_in() {
    let (doors, root) = start().await;
    let anna = doors.sign_in("anna").await;
    let machine = doors.token("all", &["read", "metrics", "publish", "logs", "operate"], &[], None);
    // As nobody but whoever edits the file can have it.
    doors.change_tokens(|tokens| tokens[0]["scopes"].as_array_mut().unwrap().push("administer".into()));
    let foreign = root.replace("same-origin", "cross-site");
    let new = json!({ "name": "cem", "password": NEW, "role": "viewer" });
    doors.audit(&root, &["1 tokens"]).await;
    for (who, status) in [("", 401), (&*anna, 403), (&*machine, 403), (&*foreign, 403)] {
        for path in ["/api/users", "/api/tokens"] {
            assert_eq!(doors.server.ask("GET", path, who).await.status, status, "{path}");
            assert_eq!(post(&doors, path, who, &new).await.status, status, "{path}");
        }
        for path in ["/api/users/ben", "/api/tokens/all", "/api/users/", "/api/tokens/a%2fb"] {
            assert_eq!(delete(&doors, path, who).await, status, "{path}");
        }
    }
    assert!(!doors.state.join("users.json").exists());
    let open = Doors::start("").await;
    assert_eq!(post(&open, "/api/users", "", &new).await.status, 403, "nor whoever reaches one without users");
    doors.audit(&root, &["anna was refused: POST /api/users", "token all was refused: POST /api/tokens"]).await;
}

#[tokio::test]
async fn a_user_comes_and_goes() {
    let (doors, root) = start().await;
    let new = |role: &str| json!({ "name": "cem", "password": NEW, "role": role, "channels": ["a", "deploy-*"] });
    let added = post(&doors, "/api/users", &root, &new("operator")).await;
    let view = json!({ "name": "cem", "role": "operator", "channels": ["a", "deploy-*"], "configured": false });
    assert_eq!((added.status, added.json()), (201, view.clone()));
    let listed = doors.server.ask("GET", "/api/users", &root).await;
    let names: Vec<Value> = listed.json().as_array().unwrap().iter().map(|user| user["name"].clone()).collect();
    assert_eq!((names, &listed.json()[3]), (vec![json!("anna"), json!("ben"), json!("root"), json!("cem")], &view));
    assert!(!listed.text().contains("argon2") && !listed.text().contains(NEW));
    let cem = cookie(&doors.submit("cem", NEW, "").await).expect("at once");
    assert_eq!((doors.publish("a", &cem).await, doors.publish("b", &cem).await), (202, 403));

    let again = post(&doors, "/api/users", &root, &new("viewer")).await;
    assert_eq!((again.status, message(&again)), (422, "name: there is a user cem already".to_owned()));
    let mut stream = doors.server.stream("/api/stream/a", cem.as_bytes()).await;
    let mut less = new("viewer");
    less["replace"] = true.into();
    assert_eq!(post(&doors, "/api/users", &root, &less).await.status, 201);
    assert_eq!(bye(&mut stream, Duration::ZERO).await, "revoked");
    let cem = cookie(&doors.submit("cem", NEW, "").await).unwrap();
    let mut stream = doors.server.stream("/api/stream/a", cem.as_bytes()).await;
    assert_eq!(delete(&doors, "/api/users/CEM", &root).await, 204);
    assert_eq!(bye(&mut stream, Duration::ZERO).await, "revoked");
    assert_eq!(doors.server.ask("GET", "/api/session", &cem).await.status, 401, "at once");
    assert_eq!(doors.submit("cem", NEW, "").await.status, 401);
    assert_eq!(delete(&doors, "/api/users/cem", &root).await, 404);
    let told = ["root added the user cem as operator", "root removed the user cem", "deploy-*", "127.0.0.1"];
    let audit = doors.audit(&root, &told).await;
    assert!(!audit.contains(NEW) && !audit.contains("argon2"), "{audit}");
}

#[tokio::test]
async fn a_token_comes_and_goes_and_is_shown_once() {
    let (doors, root) = start().await;
    let new = json!({ "name": "ci", "scopes": ["read", "publish"], "channels": ["a"], "expires": "90d" });
    let made = post(&doors, "/api/tokens", &root, &new).await;
    assert_eq!((made.status, made.header("cache-control")), (201, Some("no-store")));
    let view = made.json();
    let secret = view["token"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("og_") && secret.len() == 67 && view.get("digest").is_none());
    assert_eq!((&view["scopes"], &view["channels"]), (&new["scopes"], &new["channels"]));
    assert!(view["expires"].as_str().unwrap() > view["created"].as_str().unwrap());
    let ci = format!("authorization: Bearer {secret}\r\n");
    assert_eq!((doors.publish("a", &ci).await, doors.publish("b", &ci).await), (202, 403), "at once");
    // What a command has made is there too, and the other way round.
    doors.token("other", &["read"], &[], None);
    let listed = doors.server.ask("GET", "/api/tokens", &root).await;
    let names: Vec<Value> = listed.json().as_array().unwrap().iter().map(|token| token["name"].clone()).collect();
    assert_eq!(names, ["ci", "other"]);
    doors.run(Command::Token(TokenCommand::Revoke { name: "other".to_owned() }));
    let twice = post(&doors, "/api/tokens", &root, &new).await;
    assert_eq!((twice.status, message(&twice)), (422, "name: there is a token ci already".to_owned()));

    let mut stream = doors.server.stream("/api/stream/a", ci.as_bytes()).await;
    assert_eq!(delete(&doors, "/api/tokens/ci", &root).await, 204);
    assert_eq!(bye(&mut stream, Duration::ZERO).await, "revoked");
    assert_eq!((doors.publish("a", &ci).await, delete(&doors, "/api/tokens/ci", &root).await), (401, 404));
    let kept = std::fs::read_to_string(doors.state.join("tokens.json")).unwrap();
    let audit = doors.audit(&root, &["root made the token ci", "root revoked the token ci", "read,publish"]).await;
    assert!(![listed.text(), &kept, &audit].iter().any(|text| text.contains(&secret[3..])));
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_its_field_and_nothing_is_done() {
    let (doors, root) = start().await;
    let user = |name: &str, password: &str, channels: &[&str]| json!({ "name": name, "password": password, "role": "viewer", "channels": channels });
    for (body, field) in [
        (user("", NEW, &[]), "name: "),
        (user(" a", NEW, &[]), "name: "),
        (user("token ci", NEW, &[]), "name: "),
        (user("ANNA", NEW, &[]), "name: anna is a user of the configuration file"),
        (user("cem", "short", &[]), "password: expected 8 to 1024 bytes"),
        (user("cem", NEW, &["a b"]), "channels: "),
        (json!({ "name": "cem", "password": NEW, "role": PASSWORD }), "body: expected {name, password, role: viewer"),
    ] {
        let refused = post(&doors, "/api/users", &root, &body).await;
        let said = message(&refused);
        assert!(matches!(refused.status, 422 | 403) && said.starts_with(field.trim()), "{said}");
        assert!(!said.contains(NEW) && !said.contains(PASSWORD), "{said}");
    }
    for (body, field) in [
        (json!({ "name": "ci", "scopes": [] }), "scopes: expected one or more of read, "),
        (json!({ "name": "ci", "scopes": ["read", "administer"] }), "scopes: "),
        (json!({ "name": "ci", "scopes": ["fly"] }), "body: unknown variant `fly`"),
        (json!({ "name": "ci", "scopes": ["read"], "expires": "soon" }), "expires: expected a span of time like 90d"),
        (json!({ "name": "c\u{202e}i", "scopes": ["read"] }), "name: "),
    ] {
        let refused = post(&doors, "/api/tokens", &root, &body).await;
        assert!(refused.status == 422 && message(&refused).starts_with(field), "{}", message(&refused));
    }
    assert_eq!(doors.send("POST", "/api/users", "text/plain", &root, b"{}").await.status, 415);
    assert!(!doors.state.join("users.json").exists() && !doors.state.join("tokens.json").exists());
}

#[tokio::test]
async fn one_admin_is_left() {
    let doors = Doors::start("").await;
    std::fs::create_dir_all(&doors.state).unwrap();
    doors.set_users(&[("root", "admin"), ("anna", "operator")]);
    support::eventually(async || (doors.submit("root", PASSWORD, "").await.status == 303).then_some(())).await;
    let root = doors.sign_in("root").await;
    let last = doors.server.ask("DELETE", "/api/users/root", &root).await;
    assert_eq!((last.status, message(&last)), (403, "name: root is the last admin".to_owned()));
    let less = json!({ "name": "Root", "password": PASSWORD, "role": "viewer", "replace": true });
    assert_eq!(post(&doors, "/api/users", &root, &less).await.status, 403, "nor made less");
    let second = json!({ "name": "cem", "password": NEW, "role": "admin" });
    assert_eq!(post(&doors, "/api/users", &root, &second).await.status, 201);
    assert_eq!(delete(&doors, "/api/users/root", &root).await, 204);
    assert_eq!(doors.server.ask("GET", "/api/session", &root).await.status, 401);
    // Those of the configuration are left to whoever writes it.
    let (doors, root) = start().await;
    let ben = doors.server.ask("DELETE", "/api/users/ben", &root).await;
    assert_eq!((ben.status, message(&ben)), (403, "name: ben is a user of the configuration file".to_owned()));
}
