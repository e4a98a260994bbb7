use app::model::Timestamp;
use serde::{Deserialize, Serialize};

use super::password::Hash;
use super::{Channels, Digest, Identity, Right, Role};
use crate::person::PersonName;

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// What is typed as the user name, in whatever way it is written.
    #[serde(deserialize_with = "PersonName::read_of_person")]
    pub name: PersonName,
    /// What they may do.
    pub role: Role,
    /// What is kept of the password.
    pub password_hash: Hash,
    /// Where.
    #[serde(default)]
    pub channels: Channels,
}

/// A machine that may come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Names it for people.
    pub name: PersonName,
    /// What it may do.
    pub scopes: Vec<Right>,
    /// Where.
    #[serde(default)]
    pub channels: Channels,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it is nothing worth; `None`: it doesn't end by itself.
    pub expires: Option<Timestamp>,
    /// What is kept of it.
    pub(super) digest: Digest,
}

impl User {
    /// The user as the one who asks.
    pub fn identity(&self) -> Identity {
        Identity::user(self.name.as_str(), self.role, self.channels.clone())
    }
}

impl Token {
    /// The token as the one who asks.
    pub fn identity(&self) -> Identity {
        Identity::token(self.name.as_str(), self.scopes.clone(), self.channels.clone())
    }

    /// Whether its time is over.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}
