//! One table `[[receiver]]`, and the receiver that it makes.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use app::model::AlertLevel;
use serde::Deserialize;
use toml::Spanned;

use super::place::Place;
use super::{Kind, Receiver};
use crate::client::{Login, Secret, Trust};

/// Receivers there can be.
const MOST: usize = 32;
/// What is configured when nothing is said.
const REPEAT: Duration = Duration::from_secs(4 * 60 * 60);
const TIMEOUT: Duration = Duration::from_secs(10);

/// A table `[[receiver]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiverEntry {
    name: Spanned<String>,
    webhook: Option<Spanned<String>>,
    alertmanager: Option<Spanned<String>>,
    email: Option<Spanned<Vec<String>>>,
    command: Option<Spanned<Vec<String>>>,
    token: Option<Secret>,
    token_file: Option<Spanned<PathBuf>>,
    token_env: Option<Spanned<String>>,
    username: Option<String>,
    password: Option<Secret>,
    password_file: Option<Spanned<PathBuf>>,
    password_env: Option<Spanned<String>>,
    ca_file: Option<Spanned<PathBuf>>,
    smtp: Option<Spanned<String>>,
    smtp_tls: Option<Spanned<String>>,
    from: Option<Spanned<String>>,
    severity: Option<Spanned<String>>,
    #[serde(rename = "match", default)]
    matching: BTreeMap<String, String>,
    send_resolved: Option<bool>,
    repeat_interval: Option<Spanned<String>>,
    timeout: Option<Spanned<String>>,
}

/// A receiver that can't be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {message}")]
pub struct ReceiverError {
    /// Where, in bytes of the file.
    pub at: Range<usize>,
    /// The receiver and its key.
    pub key: String,
    /// What was expected, and what came.
    pub message: String,
}

/// Reads the tables `[[receiver]]`.
pub fn receivers(entries: Vec<ReceiverEntry>) -> Result<Vec<Receiver>, ReceiverError> {
    let mut receivers: Vec<Receiver> = Vec::new();
    for entry in entries {
        let at = entry.name.span();
        let place = Place(entry.name.get_ref().clone());
        if place.0.is_empty() || place.0.len() > 64 || receivers.iter().any(|known| known.name == place.0) {
            return Err(place.error("name", at, "expected a name of 1 to 64 bytes that no other receiver has"));
        }
        if receivers.len() >= MOST {
            return Err(place.error("name", at, &format!("expected at most {MOST} receivers")));
        }
        receivers.push(entry.receiver(&place)?);
    }
    Ok(receivers)
}

impl ReceiverEntry {
    fn receiver(mut self, place: &Place) -> Result<Receiver, ReceiverError> {
        let at = self.name.span();
        let severity = match self.severity.as_ref().map(|severity| severity.get_ref().as_str()) {
            None | Some("info") => AlertLevel::Info,
            Some("warning") => AlertLevel::Warning,
            Some("critical") => AlertLevel::Critical,
            Some(other) => {
                let at = self.severity.as_ref().map_or(at, Spanned::span);
                let message = format!("expected info, warning or critical, got {other:?}");
                return Err(place.error("severity", at, &message));
            }
        };
        let repeat_interval = place.span("repeat_interval", self.repeat_interval.take(), REPEAT)?;
        let timeout = place.span("timeout", self.timeout.take(), TIMEOUT)?;
        let (matching, send_resolved) = (std::mem::take(&mut self.matching), self.send_resolved.unwrap_or(true));
        let kind = self.kind(place)?;
        Ok(Receiver { name: place.0.clone(), kind, severity, matching, send_resolved, repeat_interval, timeout })
    }

    fn kind(mut self, place: &Place) -> Result<Kind, ReceiverError> {
        let ways = [self.webhook.is_some(), self.alertmanager.is_some(), self.email.is_some(), self.command.is_some()];
        if ways.iter().filter(|way| **way).count() != 1 {
            let message = "expected one of webhook, alertmanager, email and command, and no other of them";
            return Err(place.error("webhook", self.name.span(), message));
        }
        let trust = place.trust(self.ca_file.as_ref())?;
        let login = self.login(place)?;
        if let Some(text) = &self.webhook {
            return Ok(Kind::Webhook(place.endpoint("webhook", text)?.logged_in(login).trusting(trust)));
        }
        if let Some(text) = &self.alertmanager {
            return Ok(Kind::Alertmanager(place.endpoint("alertmanager", text)?.logged_in(login).trusting(trust)));
        }
        if let Some(command) = self.command {
            let message = "expected a program and what it is given, like [\"/usr/bin/logger\", \"-t\", \"opsglass\"]";
            let at = command.span();
            let program = command.into_inner();
            return if program.is_empty() {
                Err(place.error("command", at, message))
            } else {
                Ok(Kind::Command(program))
            };
        }
        self.email(place, login, trust)
    }

    fn email(self, place: &Place, login: Option<Login>, trust: Trust) -> Result<Kind, ReceiverError> {
        let Some(to) = self.email else { return Err(place.error("email", self.name.span(), "expected an address")) };
        let at = to.span();
        let from = self.from.map_or_else(|| "opsglass@localhost".to_owned(), Spanned::into_inner);
        for address in to.get_ref().iter().chain([&from]) {
            if !super::email::is_address(address) {
                let message = format!("expected addresses like ops@example.org, got {address:?}");
                return Err(place.error("email", at, &message));
            }
        }
        let login = match login {
            Some(Login::Basic(name, password)) => Some((name, password)),
            Some(Login::Bearer(_)) => {
                return Err(place.error("token", self.name.span(), "expected username and password, or neither"));
            }
            None => None,
        };
        let server = place.mail_server(self.smtp.as_ref())?;
        let encryption = place.encryption(self.smtp_tls.as_ref(), &server)?;
        let to = to.into_inner();
        if to.is_empty() {
            Err(place.error("email", at, "expected an address"))
        } else {
            Ok(Kind::Email { server, from, to, login, encryption, trust })
        }
    }

    fn login(&mut self, place: &Place) -> Result<Option<Login>, ReceiverError> {
        let token = place.secret("token", self.token.take(), self.token_file.take(), self.token_env.take())?;
        let password =
            place.secret("password", self.password.take(), self.password_file.take(), self.password_env.take())?;
        let wrong = |key, expected| Err(place.error(key, self.name.span(), expected));
        match (token, self.username.take(), password) {
            (token, None, None) => Ok(token.map(Login::Bearer)),
            (None, Some(name), Some(password)) => Ok(Some(Login::Basic(name, password))),
            (Some(_), ..) => wrong("token", "expected a token or a username, not both"),
            (None, ..) => wrong("username", "expected username and password, or neither"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Encryption;
    use super::*;

    #[derive(Deserialize)]
    struct File {
        receiver: Vec<ReceiverEntry>,
    }

    fn read(lines: &str) -> Result<Receiver, String> {
        let toml = format!("[[receiver]]\nname = 'a'\n{lines}\n");
        let file: File = toml::from_str(&toml).unwrap_or_else(|error| panic!("{error}"));
        receivers(file.receiver).map(|mut all| all.remove(0)).map_err(|error| error.to_string())
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        for (lines, expected) in [
            ("", "expected one of webhook"),
            ("webhook = 'http://a/'\ncommand = ['x']", "expected one of webhook"),
            ("webhook = 'ftp://a/'", "webhook: expected an address"),
            ("command = []", "command: expected a program"),
            ("email = ['nobody']", "email: expected addresses"),
            ("email = ['a@b']\nsmtp = 'mail'", "smtp: expected a host and a port"),
            ("email = ['a@b']\nusername = 'x'", "username: expected username and password"),
            ("webhook = 'http://a/'\ntimeout = '0s'", "timeout: expected a span"),
            ("webhook = 'http://a/'\nrepeat_interval = 'never'", "repeat_interval: expected a span"),
            ("webhook = 'http://a/'\nseverity = 'bad'", "severity: expected info, warning or critical"),
            ("webhook = 'http://a/'\ntoken_file = '/no/such/file'", "token_file: No such file"),
            ("webhook = 'http://a/'\ntoken_file = '/dev/null'", "token_file: expected a regular file"),
            ("webhook = 'http://a/'\ntoken_env = 'OPSGLASS_NO_SUCH'", "token_env: expected a variable that is set"),
            ("webhook = 'http://a/'\ntoken = 'x'\ntoken_env = 'PATH'", "token_env: expected none beside token"),
            ("webhook = 'http://a/'\ntoken = 'x'\ntoken_file = 'y'", "token_file: expected none beside token"),
            ("webhook = 'http://a/'\ntoken = 'x'\nusername = 'y'", "token: expected a token or a username"),
            ("webhook = 'https://a/'\nca_file = '/no/such/file'", "ca_file: No such file"),
            ("webhook = 'https://a/'\nca_file = '/etc/passwd'", "ca_file: expected certificates in PEM form"),
            ("email = ['a@b']\nsmtp_tls = 'yes'", "smtp_tls: expected none, starttls or tls"),
            ("email = ['a@b']\ntoken = 'x'", "token: expected username and password"),
        ] {
            let said = read(lines).unwrap_err();
            assert!(said.contains(expected), "{lines} gives {said}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        for lines in [
            "webhook = 'http://a/hunter2'\ntoken = 'hunter2'",
            "alertmanager = 'https://user:hunter2@a/?key=hunter2'",
            "email = ['a@b']\nusername = 'x'\npassword = 'hunter2'",
        ] {
            let shown = format!("{:?}", read(lines).unwrap());
            assert!(!shown.contains("hunter2"), "{shown}");
        }
        let said = read("webhook = 'ftp://user:hunter2@a/'").unwrap_err();
        assert!(!said.contains("hunter2"), "{said}");
    }

    #[test]
    fn mail_is_encrypted_unless_it_stays_on_the_machine() {
        for (lines, expected) in [
            ("", Encryption::None),
            ("smtp = 'localhost:2525'", Encryption::None),
            ("smtp = '[::1]:25'", Encryption::None),
            ("smtp = 'mail.example.org:25'", Encryption::StartTls),
            ("smtp = 'mail.example.org:465'", Encryption::Tls),
            ("smtp = 'mail.example.org:465'\nsmtp_tls = 'starttls'", Encryption::StartTls),
            ("smtp = 'mail.example.org:25'\nsmtp_tls = 'none'", Encryption::None),
            ("smtp_tls = 'tls'", Encryption::Tls),
        ] {
            let receiver = read(&format!("email = ['a@b']\n{lines}")).unwrap();
            let Kind::Email { encryption, .. } = receiver.kind else { panic!() };
            assert_eq!(encryption, expected, "{lines}");
        }
    }
}
