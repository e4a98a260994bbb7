//! A server with users, and who comes to its door.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use argon2::{Argon2, Params, PasswordHasher as _};
use server::auth::User;
use server::auth::command::{Command, TokenCommand};
use tempfile::TempDir;
use tokio::time::timeout;

use super::{Answer, NO_ALERTS, Server, Stream, config, eventually};

/// A password, and what is kept of it: cheap, so that a test doesn't take long.
pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) struct Doors {
    pub(crate) server: Server,
    pub(crate) state: PathBuf,
    _folder: TempDir,
}

/// The hash of [`PASSWORD`], always the same.
static HASH: LazyLock<String> = LazyLock::new(|| hash(PASSWORD));

/// A hash as a configuration has it, of the least that can be.
pub(crate) fn hash(password: &str) -> String {
    let params = Params::new(8, 1, 1, None).unwrap();
    Argon2::from(params).hash_password(password.as_bytes()).unwrap().to_string()
}

/// The table of a user.
pub(crate) fn user(name: &str, role: &str) -> String {
    let hash = &*HASH;
    format!("[[users]]\nname = {name:?}\nrole = {role:?}\npassword_hash = {hash:?}\n")
}

/// Anna the operator and Ben the viewer.
pub(crate) fn two() -> String {
    user("anna", "operator") + &user("ben", "viewer")
}

impl Doors {
    /// Starts a server whose configuration has these lines too, with a state folder of its own.
    pub(crate) async fn start(lines: &str) -> Self {
        Self::with(lines, &[]).await
    }

    /// The same with alerts of this machine.
    pub(crate) async fn bare(lines: &str) -> Self {
        Self::of(lines, &[]).await
    }

    pub(crate) async fn with(lines: &str, flags: &[&str]) -> Self {
        Self::of(&format!("{lines}\n{NO_ALERTS}"), flags).await
    }

    async fn of(lines: &str, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (file, state) = (folder.path().join("opsglass.toml"), folder.path().join("state"));
        std::fs::write(&file, lines).unwrap();
        let (file, state_dir) = (file.display().to_string(), state.display().to_string());
        let own = ["opsglass", "--no-journal", "--interval", "250ms", "--state-dir", &state_dir, "--config", &file];
        let server = Server::serve(config(own.iter().chain(flags).map(Into::into))).await;
        Self { server, state, _folder: folder }
    }

    /// Signs in by the form.
    pub(crate) async fn submit(&self, name: &str, password: &str, headers: &str) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("username", name)
            .append_pair("password", password)
            .append_pair("next", "/connections?range=5m")
            .finish();
        self.send("POST", "/login", "application/x-www-form-urlencoded", headers, form.as_bytes()).await
    }

    /// Signs in with the right password; the header line of the cookie.
    pub(crate) async fn sign_in(&self, name: &str) -> String {
        let answer = self.submit(name, PASSWORD, "").await;
        assert_eq!(answer.status, 303, "{}", answer.head);
        cookie(&answer).unwrap()
    }

    pub(crate) async fn send(&self, method: &str, path: &str, kind: &str, headers: &str, body: &[u8]) -> Answer {
        let headers = format!("{headers}content-type: {kind}\r\ncontent-length: {}\r\n", body.len());
        self.server.send(method, path, &headers, body).await
    }

    pub(crate) async fn publish(&self, channel: &str, headers: &str) -> u16 {
        let path = format!("/api/publish/{channel}");
        self.send("POST", &path, "application/json", headers, br#"{"text":"x"}"#).await.status
    }

    /// Makes a token as the command does; the header line that shows it.
    pub(crate) fn token(&self, name: &str, scopes: &[&str], channels: &[&str], expires: Option<&str>) -> String {
        let scope = scopes.iter().map(|scope| serde_json::from_str(&format!("{scope:?}")).unwrap()).collect();
        let channels = channels.iter().copied().map(str::to_owned).collect();
        let expires = expires.map(str::to_owned);
        let token = self.run(Command::Token(TokenCommand::Create { name: name.to_owned(), scope, channels, expires }));
        format!("authorization: Bearer {}\r\n", token.trim())
    }

    /// Runs what a command would run in another process.
    pub(crate) fn run(&self, command: Command) -> String {
        let mut said = Vec::new();
        command.run(Some(self.state.clone()), &[], &mut said).unwrap();
        String::from_utf8(said).unwrap()
    }

    /// Puts these users in the place of those in the state folder.
    pub(crate) fn set_users(&self, users: &[(&str, &str)]) {
        let users: Vec<User> = users
            .iter()
            .map(|(name, role)| {
                let user = serde_json::json!({ "name": name, "role": role, "password_hash": *HASH });
                serde_json::from_value(user).unwrap()
            })
            .collect();
        let new = self.state.join("users.new");
        std::fs::write(&new, serde_json::to_string(&users).unwrap()).unwrap();
        std::fs::rename(new, self.state.join("users.json")).unwrap();
    }

    /// Changes the tokens in the state folder, as whoever edits the file does.
    pub(crate) fn change_tokens(&self, change: impl FnOnce(&mut serde_json::Value)) {
        let file = self.state.join("tokens.json");
        let mut tokens = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        change(&mut tokens);
        let new = self.state.join("tokens.new");
        std::fs::write(&new, tokens.to_string()).unwrap();
        std::fs::rename(new, file).unwrap();
    }

    /// What the audit log says, once it says all of these.
    pub(crate) async fn audit(&self, headers: &str, told: &[&str]) -> String {
        eventually(async || {
            let audit = self.server.ask("GET", "/api/logs?source=audit&limit=1000", headers).await.text().to_owned();
            told.iter().all(|told| audit.contains(told)).then_some(audit)
        })
        .await
    }
}

/// The cookie that an answer sets, as a page of opsglass brings it back.
pub(crate) fn cookie(answer: &Answer) -> Option<String> {
    let value = answer.header("set-cookie")?.split(';').next()?;
    (!value.ends_with('=')).then(|| format!("cookie: {value}\r\nsec-fetch-site: same-origin\r\n"))
}

/// How soon a right that has ended must have no effect.
pub(crate) const SOON: Duration = Duration::from_secs(2);
/// What may be added to that on a machine that is busy with other tests; `auth::watch` holds it exactly.
pub(crate) const SLACK: Duration = Duration::from_secs(3);

/// The reason for which a stream ends whose right ends `after` that time, and that it ends soon.
pub(crate) async fn bye(stream: &mut Stream, after: Duration) -> String {
    let bye = timeout(after + SOON + SLACK, stream.until("bye")).await.expect("it ends in time");
    assert!(stream.next().await.is_none(), "it is closed");
    bye.json()["reason"].as_str().unwrap().to_owned()
}
