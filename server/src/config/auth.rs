//! What the file says of who may come in.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Deserialize;

use super::oidc::Oidc;
use super::span::Span;
use super::{ConfigError, check};
use crate::auth::{Config, Lifetimes, Role, User, Vouching};
use crate::net::{PersonHeader, Proxies};
use crate::store::StateDir;

const SECOND: Duration = Duration::from_secs(1);
const YEAR: Duration = Duration::from_secs(366 * 86_400);

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Auth {
    session: Option<Span>,
    idle: Option<Span>,
    rotate: Option<Span>,
    tries: Option<usize>,
    pause: Option<Span>,
    proxy_header: Option<PersonHeader>,
    proxy_role: Option<Role>,
    pub(super) oidc: Option<Oidc>,
}

impl Auth {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        check::within("auth.session", self.session, SECOND, YEAR)?;
        check::within("auth.idle", self.idle, SECOND, YEAR)?;
        check::within("auth.rotate", self.rotate, SECOND, YEAR)?;
        check::size("auth.tries", 1..=1_000, self.tries)?;
        check::within("auth.pause", self.pause, SECOND, Duration::from_secs(86_400))?;
        match (self.proxy_role, &self.proxy_header) {
            (Some(role), None) => {
                let expected = "a header in auth.proxy_header from which people are known";
                Err(ConfigError::value("auth.proxy_role", expected, role.as_str()))
            }
            _ => Ok(()),
        }
    }

    /// The header in which `proxies` say who has signed in with them. Without any it would be believed of nobody.
    pub(super) fn person_header(&self, proxies: &Proxies) -> Result<Option<PersonHeader>, ConfigError> {
        if self.proxy_header.is_some() && proxies.trusted.is_empty() {
            let expected = "the proxies that may write it in server.proxies (--proxy)";
            return Err(ConfigError::value("auth.proxy_header", expected, "none"));
        }
        Ok(self.proxy_header.clone())
    }

    pub(super) fn config(self, users: Vec<User>, state: StateDir) -> Config {
        let default = Config::default();
        let span = |value: Option<Span>, default| value.map_or(default, Duration::from);
        Config {
            users,
            folder: match state {
                StateDir::None => None,
                StateDir::Usual(folder) | StateDir::Told(folder) => Some(folder),
            },
            lifetimes: Lifetimes {
                session: span(self.session, default.lifetimes.session),
                idle: span(self.idle, default.lifetimes.idle),
                rotate: span(self.rotate, default.lifetimes.rotate),
            },
            tries: self.tries.and_then(|tries| u32::try_from(tries).ok()).unwrap_or(default.tries),
            pause: span(self.pause, default.pause),
            provider: None,
            vouched: self.proxy_header.map(|_| Vouching { role: self.proxy_role }),
        }
    }
}

/// Each name may be there once.
pub(super) fn once(users: &[User]) -> Result<(), ConfigError> {
    let mut names = BTreeSet::new();
    match users.iter().find(|user| !names.insert(user.name.key())) {
        Some(twice) => Err(ConfigError::value("users.name", "each name once", twice.name.as_str())),
        None => Ok(()),
    }
}
