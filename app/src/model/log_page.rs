use super::{Cursor, NumberedLog};

/// Lines that were asked for: what `/api/logs` answers.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct LogPage {
    /// The newest event that has been looked at: a stream that resumes here goes on with exactly the next line.
    pub cursor: Cursor,
    /// The lines, oldest first.
    pub lines: Vec<NumberedLog>,
    /// There are more that match: after these where a beginning was given, else before them.
    pub more: bool,
    /// Whether every line since the beginning that was given is still kept. Where none was given there is nothing to miss.
    pub complete: bool,
    /// Lines that are kept, whether they match or not.
    pub kept: u64,
    /// The oldest of them; `null` where there is none.
    pub oldest: Option<Cursor>,
}
