use super::{Cursor, LogLevel, Timestamp};

/// Lines as the page of the log asks for them: what `/api/logs/view` answers.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct LogView {
    /// The newest event that has been looked at: who asks for what came since goes on with exactly the next line.
    pub cursor: Cursor,
    /// The lines, oldest first.
    pub lines: Vec<LogRow>,
    /// There are more that match, in the direction that was looked in.
    pub more: bool,
    /// Whether every line since the beginning that was given is still kept.
    pub complete: bool,
    /// Lines that were looked through. Where all of them were asked for, the next two count them all.
    pub looked: u64,
    /// Those of them that match.
    pub found: u64,
    /// Those that match and are errors.
    pub errors: u64,
    /// The line that was asked for, or the first at the moment that was asked for.
    pub target: Option<u64>,
    /// Why nothing was looked for, in words: what was typed is no regular expression, or would take too long.
    pub problem: Option<String>,
}

impl LogView {
    /// As JSON, for the page to carry.
    #[cfg(any(feature = "ssr", test))]
    #[expect(
        clippy::expect_used,
        reason = "serde_json fails on non-text keys and failing Serialize impls; the model has neither"
    )]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("the model serializes")
    }
}

/// A line as the page shows it.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct LogRow {
    /// Its number in the hub's log.
    pub seq: u64,
    /// When it was written.
    pub at: Timestamp,
    /// How loud it is.
    pub level: LogLevel,
    /// The unit or program that wrote it, else where it comes from.
    pub source: String,
    /// The line: text, never markup.
    pub message: String,
    /// What was looked for: where it begins and where it ends in the message, in bytes, and again.
    pub marks: Vec<u32>,
}
