//! One table `[[receiver]]`, and the receiver that it makes.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use app::model::AlertLevel;
use serde::Deserialize;
use toml::Spanned;
use url::Url;

use super::{Kind, Receiver, Secret};

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
    smtp: Option<Spanned<String>>,
    from: Option<Spanned<String>>,
    username: Option<String>,
    password: Option<Secret>,
    password_file: Option<Spanned<PathBuf>>,
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

struct Place(String);

impl Place {
    fn error(&self, key: &str, at: Range<usize>, message: &str) -> ReceiverError {
        ReceiverError { at, key: format!("receiver {:?}: {key}", self.0), message: message.to_owned() }
    }

    fn url(&self, key: &str, text: &Spanned<String>) -> Result<Url, ReceiverError> {
        // The address may hold a secret, so it is not repeated.
        let refused = || self.error(key, text.span(), "expected an address like http://127.0.0.1:9093/");
        let url: Url = text.get_ref().parse().map_err(|_| refused())?;
        if url.scheme() == "https" {
            let message = "expected http://, as opsglass has no TLS: send to a relay on this machine";
            return Err(self.error(key, text.span(), message));
        }
        if url.scheme() != "http" || !url.has_host() { Err(refused()) } else { Ok(url) }
    }

    fn span(&self, key: &str, text: Option<Spanned<String>>, default: Duration) -> Result<Duration, ReceiverError> {
        let Some(text) = text else { return Ok(default) };
        let (least, most) = (Duration::from_secs(1), Duration::from_secs(30 * 86_400));
        let span = humantime::parse_duration(text.get_ref()).ok().filter(|span| (least..=most).contains(span));
        let message = || format!("expected a span of 1s to 30d like 10s or 4h, got {:?}", text.get_ref());
        span.ok_or_else(|| self.error(key, text.span(), &message()))
    }

    fn secret(
        &self,
        key: &str,
        inline: Option<Secret>,
        file: Option<Spanned<PathBuf>>,
    ) -> Result<Option<Secret>, ReceiverError> {
        let Some(file) = file else { return Ok(inline) };
        if inline.is_some() {
            return Err(self.error(&format!("{key}_file"), file.span(), &format!("expected none beside {key}")));
        }
        let unreadable = |error| self.error(&format!("{key}_file"), file.span(), &format!("{error}"));
        let text = std::fs::read_to_string(file.get_ref()).map_err(unreadable)?;
        Ok(Some(Secret::new(text.trim_end())))
    }
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

    fn kind(self, place: &Place) -> Result<Kind, ReceiverError> {
        let ways = [self.webhook.is_some(), self.alertmanager.is_some(), self.email.is_some(), self.command.is_some()];
        if ways.iter().filter(|way| **way).count() != 1 {
            let message = "expected one of webhook, alertmanager, email and command, and no other of them";
            return Err(place.error("webhook", self.name.span(), message));
        }
        let token = place.secret("token", self.token, self.token_file)?;
        if let Some(text) = &self.webhook {
            return Ok(Kind::Webhook { url: place.url("webhook", text)?, token });
        }
        if let Some(text) = &self.alertmanager {
            return Ok(Kind::Alertmanager { url: place.url("alertmanager", text)?, token });
        }
        if let Some(command) = self.command {
            let at = command.span();
            let command = command.into_inner();
            let message = "expected a program and what it is given, like [\"/usr/bin/logger\", \"-t\", \"opsglass\"]";
            return if command.is_empty() {
                Err(place.error("command", at, message))
            } else {
                Ok(Kind::Command(command))
            };
        }
        let Some(to) = self.email else { return Err(place.error("email", self.name.span(), "expected an address")) };
        let at = to.span();
        let from = self.from.map_or_else(|| "opsglass@localhost".to_owned(), Spanned::into_inner);
        for address in to.get_ref().iter().chain([&from]) {
            if !super::email::is_address(address) {
                let message = format!("expected addresses like ops@example.org, got {address:?}");
                return Err(place.error("email", at, &message));
            }
        }
        let server = self.smtp.map_or_else(|| Ok(("127.0.0.1".to_owned(), 25)), |smtp| server(&smtp, place))?;
        let password = place.secret("password", self.password, self.password_file)?;
        let login = match (self.username, password) {
            (Some(name), Some(password)) => Some((name, password)),
            (None, None) => None,
            _ => return Err(place.error("username", at, "expected username and password, or neither")),
        };
        let to = to.into_inner();
        if to.is_empty() {
            Err(place.error("email", at, "expected an address"))
        } else {
            Ok(Kind::Email { server, from, to, login })
        }
    }
}

fn server(smtp: &Spanned<String>, place: &Place) -> Result<(String, u16), ReceiverError> {
    let parsed = smtp.get_ref().rsplit_once(':').and_then(|(host, port)| Some((host.to_owned(), port.parse().ok()?)));
    let message = || format!("expected a host and a port like 127.0.0.1:25, got {:?}", smtp.get_ref());
    parsed.filter(|(host, _)| !host.is_empty()).ok_or_else(|| place.error("smtp", smtp.span(), &message()))
}

#[cfg(test)]
mod tests {
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
            ("webhook = 'https://a/'", "webhook: expected http://"),
            ("command = []", "command: expected a program"),
            ("email = ['nobody']", "email: expected addresses"),
            ("email = ['a@b']\nsmtp = 'mail'", "smtp: expected a host and a port"),
            ("email = ['a@b']\nusername = 'x'", "username: expected username and password"),
            ("webhook = 'http://a/'\ntimeout = '0s'", "timeout: expected a span"),
            ("webhook = 'http://a/'\nrepeat_interval = 'never'", "repeat_interval: expected a span"),
            ("webhook = 'http://a/'\nseverity = 'bad'", "severity: expected info, warning or critical"),
            ("webhook = 'http://a/'\ntoken_file = '/no/such/file'", "token_file: No such file"),
        ] {
            let said = read(lines).unwrap_err();
            assert!(said.contains(expected), "{lines} gives {said}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let receiver = read("webhook = 'http://a/'\ntoken = 'hunter2'").unwrap();
        assert!(!format!("{receiver:?}").contains("hunter2"));
        let said = read("webhook = 'ftp://user:hunter2@a/'").unwrap_err();
        assert!(!said.contains("hunter2"), "{said}");
    }
}
