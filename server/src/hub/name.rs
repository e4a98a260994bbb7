use std::fmt;
use std::sync::Arc;

/// The longest name in bytes.
const LONGEST: usize = 64;

/// A channel's or an event's name: 1–64 of `A-Z a-z 0-9 _ -`, so that it can stand in a frame and in a URL as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

/// The text can't be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a name of 1 to 64 letters, digits, '_' or '-'")]
pub struct NameError;

impl Name {
    /// The channel of the dashboard: metrics, alerts and logs.
    pub fn dashboard() -> Self {
        Self("dashboard".into())
    }

    /// The channel in which the hub tells how its followers fare.
    pub fn hub() -> Self {
        Self("hub".into())
    }

    /// The channel of the page about the hub: the same figures, drawn.
    pub fn connections() -> Self {
        Self("connections".into())
    }

    /// The channel of the overview: the machine, drawn.
    pub fn overview() -> Self {
        Self("overview".into())
    }

    /// The channel of the page of the log: how much there is of each kind, drawn.
    pub fn logs() -> Self {
        Self("logs".into())
    }

    /// The channel of the page of alerts, drawn.
    pub fn alerts() -> Self {
        Self("alerts".into())
    }

    /// The channel of the people who talk here.
    pub fn chat() -> Self {
        Self("chat".into())
    }

    /// The channel of the page on which they do: the same lines, drawn.
    pub fn room() -> Self {
        Self("room".into())
    }

    /// The channel of whoever names none.
    pub fn default_channel() -> Self {
        Self("default".into())
    }

    /// Whether it is a channel of the program itself: always there, and never counted.
    pub fn is_own(&self) -> bool {
        self.is_machine() || self.as_str() == "default"
    }

    /// Whether only the program itself publishes in the channel of this name.
    pub fn is_machine(&self) -> bool {
        matches!(self.as_str(), "dashboard" | "overview" | "hub" | "alerts" | "connections" | "logs" | "chat" | "room")
    }

    /// Takes `text` as a name, or refuses it; it is never altered.
    pub fn new(text: &str) -> Result<Self, NameError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if text.is_empty() || text.len() > LONGEST || !text.bytes().all(allowed) {
            return Err(NameError);
        }
        Ok(Self(text.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_and_refuses_the_rest() {
        for text in ["a", "order-updates_2", &"x".repeat(64)] {
            assert_eq!(Name::new(text).map(|name| name.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "a b", "a\nid: 9", "a\r", "é", "a.b", "a\0", &"x".repeat(65)] {
            assert_eq!(Name::new(text), Err(NameError), "{text:?}");
        }
    }
}
