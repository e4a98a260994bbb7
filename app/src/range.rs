//! How far back the charts look.

use std::fmt;
use std::str::FromStr;

/// How far back the charts look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Range {
    /// Five minutes, every sample.
    FiveMinutes,
    /// A quarter of an hour.
    #[default]
    FifteenMinutes,
    /// All that the server keeps.
    Hour,
}

impl Range {
    /// All of them, shortest first.
    pub const ALL: [Self; 3] = [Self::FiveMinutes, Self::FifteenMinutes, Self::Hour];

    /// Its length in milliseconds.
    pub const fn ms(self) -> u64 {
        match self {
            Self::FiveMinutes => 300_000,
            Self::FifteenMinutes => 900_000,
            Self::Hour => 3_600_000,
        }
    }

    /// As it stands in the address bar.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FiveMinutes => "5m",
            Self::FifteenMinutes => "15m",
            Self::Hour => "1h",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::FiveMinutes => "5 min",
            Self::FifteenMinutes => "15 min",
            Self::Hour => "1 h",
        }
    }
}

/// The text is none of `5m`, `15m`, `1h`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeError;

impl fmt::Display for RangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected 5m, 15m or 1h")
    }
}

impl std::error::Error for RangeError {}

impl FromStr for Range {
    type Err = RangeError;

    fn from_str(text: &str) -> Result<Self, RangeError> {
        Self::ALL.into_iter().find(|range| range.as_str() == text).ok_or(RangeError)
    }
}
