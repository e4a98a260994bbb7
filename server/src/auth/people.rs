use std::fmt;

use app::model::Timestamp;
use serde::{Deserialize, Serialize};

use super::password::Hash;
use super::{Channels, Digest, Identity, Right, Role};

/// The longest name in characters.
const LONGEST: usize = 32;

/// A user's or a token's name: 1–32 visible characters. It may look like markup; whoever shows it shows text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// What is typed as the user name, letter for letter.
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

impl PersonName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PersonName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let expected = "expected a name of 1 to 32 visible characters";
        if text.is_empty() || text.chars().count() > LONGEST {
            return Err(format!("{expected}, got {}", text.chars().count()));
        }
        if let Some(c) = text.chars().find(|c| is_hidden(*c)) {
            return Err(format!("{expected}, got one with {:?}", c.to_string()));
        }
        if text.trim() != text {
            return Err(format!("{expected}, got one that begins or ends with a space"));
        }
        Ok(Self(text))
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.0
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Control characters, those that reorder or join the text around them, and spaces but the usual one.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_can_be_seen() {
        for name in ["a", "Zoë", "<b>x</b>", "anna b", "名前", &"x".repeat(32)] {
            assert_eq!(PersonName::try_from(name.to_owned()).map(String::from), Ok(name.to_owned()));
        }
        for name in ["", " a", "a ", "a\nb", "a\0", "a\u{202e}b", "a\u{200b}", "a\u{a0}b", "\u{feff}a", &"x".repeat(33)]
        {
            let error = PersonName::try_from(name.to_owned()).unwrap_err();
            assert!(error.contains("1 to 32 visible"), "{error}");
        }
    }
}
