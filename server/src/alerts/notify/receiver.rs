use std::collections::BTreeMap;
use std::time::Duration;

use app::model::{AlertChange, AlertLevel};

use super::email;
use crate::alerts::expr::Matcher;
use crate::client::{Endpoint, Secret, Trust};

/// Who is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Receiver {
    /// Names it: the name that is configured; for a mail with its address.
    pub name: String,
    /// The name that is configured. Those who get the same mail share it.
    pub group: String,
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
    Webhook(Endpoint),
    /// `POST /api/v2/alerts` of an Alertmanager; where it is, without `/api/v2`.
    Alertmanager(Endpoint),
    /// A mail.
    Email {
        /// Host and port of the server that takes it.
        server: (String, u16),
        /// Who sends it.
        from: String,
        /// Who gets it.
        to: String,
        /// Name and password for the server.
        login: Option<(String, Secret)>,
        /// How it is kept from being read on its way.
        encryption: Encryption,
        /// Who may vouch for the server.
        trust: Trust,
    },
    /// A program that gets the webhook payload on its standard input.
    Command(Vec<String>),
}

/// How a mail is kept from being read on its way to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all, as on the way to a server on this machine.
    None,
    /// TLS, asked for in the clear (port 587); without it nothing is sent.
    StartTls,
    /// TLS from the first byte (port 465).
    Tls,
}

impl Kind {
    /// What a receiver of the table `group` is called.
    pub(super) fn name(&self, group: &str) -> String {
        match self {
            Self::Email { to, .. } => format!("{group} <{}>", email::address(to).unwrap_or_default()),
            _ => group.to_owned(),
        }
    }
}

impl Receiver {
    /// Whether that is its name, or that of its table.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name == name || self.group == name
    }

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
            Kind::Webhook(_) => "webhook",
            Kind::Alertmanager(_) => "alertmanager",
            Kind::Email { .. } => "email",
            Kind::Command(_) => "command",
        }
    }
}
