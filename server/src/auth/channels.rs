use serde::{Deserialize, Serialize};

use crate::hub::Name;
use crate::pattern::matches;

/// Patterns of channels in one list.
const MOST: usize = 64;
/// The longest pattern in bytes: a channel's name has as many.
const LONGEST: usize = 64;

/// The channels that somebody may follow and publish in: names and patterns like `deploy-*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Channels(Vec<String>);

impl Channels {
    /// Whether `channel` is one of them.
    pub fn contain(&self, channel: &Name) -> bool {
        self.0.iter().any(|pattern| matches(pattern, channel.as_str()))
    }

    /// The patterns.
    pub fn patterns(&self) -> &[String] {
        &self.0
    }
}

impl Default for Channels {
    fn default() -> Self {
        Self(vec!["*".to_owned()])
    }
}

impl TryFrom<Vec<String>> for Channels {
    type Error = String;

    fn try_from(patterns: Vec<String>) -> Result<Self, String> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'*');
        let good = |text: &String| !text.is_empty() && text.len() <= LONGEST && text.bytes().all(allowed);
        if let Some(wrong) = patterns.iter().find(|pattern| !good(pattern)) {
            return Err(format!("expected the names of channels, or patterns like deploy-*, got {wrong:?}"));
        }
        if patterns.len() > MOST {
            return Err(format!("expected at most {MOST} channels, got {}", patterns.len()));
        }
        Ok(Self(patterns))
    }
}

impl From<Channels> for Vec<String> {
    fn from(channels: Channels) -> Self {
        channels.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contain(patterns: &[&str], channel: &str) -> bool {
        let patterns: Vec<String> = patterns.iter().copied().map(str::to_owned).collect();
        Channels::try_from(patterns).unwrap().contain(&Name::new(channel).unwrap())
    }

    #[test]
    fn names_and_patterns_are_kept_to() {
        assert!(
            contain(&["*"], "dashboard") && contain(&["a", "deploy-*"], "deploy-7") && contain(&["a*c*e"], "abcde")
        );
        for channel in ["deploy", "Deploy-7", "a-deploy-7"] {
            assert!(!contain(&["deploy-*"], channel), "{channel}");
        }
        assert!(!contain(&[], "dashboard"), "an empty list is none, not all");
        assert!(!contain(&["a*a"], "a"));
    }

    #[test]
    fn what_can_be_no_channel_is_refused() {
        for pattern in ["", "a b", "a/b", "é", "[ab]", &"x".repeat(65)] {
            let error = Channels::try_from(vec![pattern.to_owned()]).unwrap_err();
            assert!(error.contains("deploy-*"), "{error}");
        }
    }
}
