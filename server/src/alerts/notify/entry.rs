//! One table `[[receiver]]`, and the receiver that it makes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use app::model::AlertLevel;
use serde::Deserialize;
use toml::Spanned;

use super::place::Place;
use super::{Kind, Receiver, email};
use crate::client::{Login, Secret, Trust};

/// Tables there can be, and receivers that they make: each address of a mail is one.
const MOST: usize = 32;
const MOST_TOLD: usize = 64;
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
    for (number, entry) in entries.into_iter().enumerate() {
        let at = entry.name.span();
        let place = Place(entry.name.get_ref().clone());
        if place.0.is_empty() || place.0.len() > 64 || receivers.iter().any(|known| known.is_called(&place.0)) {
            return Err(place.error("name", at, "expected a name of 1 to 64 bytes that no other receiver has"));
        }
        if number >= MOST {
            return Err(place.error("name", at, &format!("expected at most {MOST} receivers")));
        }
        receivers.extend(entry.receivers(&place)?);
        if receivers.len() > MOST_TOLD {
            let message = format!("expected at most {MOST_TOLD} receivers, with each address of a mail");
            return Err(place.error("email", at, &message));
        }
    }
    Ok(receivers)
}

impl ReceiverEntry {
    fn receivers(mut self, place: &Place) -> Result<Vec<Receiver>, ReceiverError> {
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
        let receiver = |kind: Kind| Receiver {
            name: kind.name(&place.0),
            group: place.0.clone(),
            kind,
            severity,
            matching: matching.clone(),
            send_resolved,
            repeat_interval,
            timeout,
        };
        Ok(self.kinds(place)?.into_iter().map(receiver).collect())
    }

    fn kinds(mut self, place: &Place) -> Result<Vec<Kind>, ReceiverError> {
        let ways = [self.webhook.is_some(), self.alertmanager.is_some(), self.email.is_some(), self.command.is_some()];
        if ways.iter().filter(|way| **way).count() != 1 {
            let message = "expected one of webhook, alertmanager, email and command, and no other of them";
            return Err(place.error("webhook", self.name.span(), message));
        }
        let trust = place.trust(self.ca_file.as_ref())?;
        let login = self.login(place)?;
        if let Some(text) = &self.webhook {
            return Ok(vec![Kind::Webhook(place.endpoint("webhook", text)?.logged_in(login).trusting(trust))]);
        }
        if let Some(text) = &self.alertmanager {
            return Ok(vec![Kind::Alertmanager(
                place.endpoint("alertmanager", text)?.logged_in(login).trusting(trust),
            )]);
        }
        if let Some(command) = self.command {
            let message = "expected a program and what it is given, like [\"/usr/bin/logger\", \"-t\", \"opsglass\"]";
            let at = command.span();
            let program = command.into_inner();
            return if program.is_empty() {
                Err(place.error("command", at, message))
            } else {
                Ok(vec![Kind::Command(program)])
            };
        }
        self.emails(place, login, &trust)
    }

    /// One for each address, so that one that is refused keeps no mail from the others.
    fn emails(self, place: &Place, login: Option<Login>, trust: &Trust) -> Result<Vec<Kind>, ReceiverError> {
        let Some(to) = self.email else { return Err(place.error("email", self.name.span(), "expected an address")) };
        let at = to.span();
        let from = self.from.map_or_else(|| "opsglass@localhost".to_owned(), Spanned::into_inner);
        for address in to.get_ref().iter().chain([&from]) {
            if email::address(address).is_none() {
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
        if to.get_ref().is_empty() {
            return Err(place.error("email", at, "expected an address"));
        }
        let mut known = BTreeSet::new();
        let once = to.into_inner().into_iter().filter(|to| known.insert(email::address(to)));
        let kind = |to| {
            let (server, from, login, trust) = (server.clone(), from.clone(), login.clone(), trust.clone());
            Kind::Email { server, from, to, login, encryption, trust }
        };
        Ok(once.map(kind).collect())
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
mod tests;
