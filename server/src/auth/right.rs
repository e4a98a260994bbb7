use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// What a person may do; each includes the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Looks.
    Viewer,
    /// Acknowledges, silences, chats, publishes and hands in log lines.
    Operator,
    /// Says who may come in.
    Admin,
}

/// One thing that may be done. A token's scopes are rights, a role is a set of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Right {
    /// Pages, snapshots and streams, as far as the channels reach.
    Read,
    /// `/metrics`.
    Metrics,
    /// Publishing and chatting, as far as the channels reach.
    Publish,
    /// Handing in log lines.
    Logs,
    /// Acknowledging and silencing, and whatever else changes something.
    Operate,
    /// Saying who may come in.
    #[value(skip)]
    Administer,
}

impl Role {
    /// All, the least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Operator, Self::Admin];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }

    /// Whether who has it may do this.
    pub fn may(self, right: Right) -> bool {
        let least = match right {
            Right::Read | Right::Metrics => Self::Viewer,
            Right::Publish | Right::Logs | Right::Operate => Self::Operator,
            Right::Administer => Self::Admin,
        };
        self >= least
    }
}

impl Right {
    /// Those that a token can have: saying who may come in is left to people.
    pub const SCOPES: [Self; 5] = [Self::Read, Self::Metrics, Self::Publish, Self::Logs, Self::Operate];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Metrics => "metrics",
            Self::Publish => "publish",
            Self::Logs => "logs",
            Self::Operate => "operate",
            Self::Administer => "administer",
        }
    }
}

impl Right {
    /// What it is the right to do, for people.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Read => "look",
            Self::Metrics => "read metrics",
            Self::Publish => "publish",
            Self::Logs => "hand in log lines",
            Self::Operate => "operate",
            Self::Administer => "say who may come in",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_includes_the_one_before() {
        let rights = |role: Role| {
            let all = Right::SCOPES.into_iter().chain([Right::Administer]);
            all.filter(|right| role.may(*right)).map(Right::as_str).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(rights(Role::Viewer), "read metrics");
        assert_eq!(rights(Role::Operator), "read metrics publish logs operate");
        assert_eq!(rights(Role::Admin), "read metrics publish logs operate administer");
    }
}
