#[cfg(any(feature = "ssr", test))]
use serde::Serialize;

use super::{Cursor, LogLevel, Timestamp};

/// Lines as the page of the log asks for them: what `/api/logs/view` answers. Its script reads it, and nobody else.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(any(feature = "ssr", test), derive(Serialize))]
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
    /// What is wrong with what was asked for, in words. Nothing was looked for where what was typed is no regular expression,
    /// or would take too long.
    pub problem: Option<String>,
    /// How many lines there are of each kind, where that was asked for.
    pub summary: Option<LogSummary>,
}

/// A line as the page shows it.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(any(feature = "ssr", test), derive(Serialize))]
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
    /// What was looked for: where it begins and where it ends in the message, in UTF-16 as scripts count, and again.
    pub marks: Vec<u32>,
}

/// How many of the lines that are kept are of each kind.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(any(feature = "ssr", test), derive(Serialize))]
pub struct LogSummary {
    /// By level, quietest first.
    pub levels: [u64; 5],
    /// By the unit that wrote them, else by source, in the order in which they were first seen.
    pub sources: Vec<(String, u64)>,
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
