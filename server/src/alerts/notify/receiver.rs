use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use app::model::{AlertChange, AlertLevel};
use serde::{Deserialize, Deserializer};
use url::Url;

use crate::alerts::expr::Matcher;

/// Who is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Receiver {
    /// Names it.
    pub name: String,
    /// How it is told.
    pub kind: Kind,
    /// Of what is at least as bad.
    pub severity: AlertLevel,
    /// Of alerts with these labels; in a value `*` stands for any characters.
    pub matching: BTreeMap<String, String>,
    /// Also when it is over.
    pub send_resolved: bool,
    /// After so long it is told again of what still fires: 4 h unless told otherwise.
    pub repeat_interval: Duration,
    /// How long one try may take: 10 s unless told otherwise.
    pub timeout: Duration,
}

/// How a receiver is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `POST` of Alertmanager's webhook payload.
    Webhook {
        /// Where.
        url: Url,
        /// Sent as `Authorization: Bearer`.
        token: Option<Secret>,
    },
    /// `POST /api/v2/alerts` of an Alertmanager.
    Alertmanager {
        /// Where it is, without `/api/v2`.
        url: Url,
        /// Sent as `Authorization: Bearer`.
        token: Option<Secret>,
    },
    /// A mail.
    Email {
        /// Host and port of the server that takes it.
        server: (String, u16),
        /// Who sends it.
        from: String,
        /// Who gets it.
        to: Vec<String>,
        /// Name and password for the server.
        login: Option<(String, Secret)>,
    },
    /// A program that gets the webhook payload on its standard input.
    Command(Vec<String>),
}

/// What must not be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub(super) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// To be sent to where it belongs.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

impl Receiver {
    /// Whether it is told of this alert.
    pub(in crate::alerts) fn takes(&self, alert: &AlertChange) -> bool {
        let matches = |(label, pattern): (&String, &String)| {
            let value = alert.labels.get(label).map(String::as_str).unwrap_or_default();
            Matcher { label: label.clone(), pattern: pattern.clone(), is_equal: true }.matches(value)
        };
        alert.alert.level >= self.severity && self.matching.iter().all(matches)
    }

    /// What sort it is, for people.
    pub(super) fn sort(&self) -> &'static str {
        match self.kind {
            Kind::Webhook { .. } => "webhook",
            Kind::Alertmanager { .. } => "alertmanager",
            Kind::Email { .. } => "email",
            Kind::Command(_) => "command",
        }
    }
}
