use app::model::{LogEntry, LogLevel};

use super::is_indented;
use crate::logs::level;

/// How a trace of Python begins. Its lines are indented but for the last, which says what went wrong.
const TRACEBACK: &str = "Traceback (most recent call last):";
/// How what Go writes when it ends a program begins. Its trace comes after an empty line.
const GO_BEGINS: [&str; 2] = ["panic: ", "fatal error: "];

/// What a program writes when it fails, of which some lines stand at the beginning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Trace {
    /// Of Python: the last line has not come.
    Python,
    /// Of Rust: where it was has come, and what went wrong has not.
    RustMessage,
    /// Of Rust: what comes are notes and a trace.
    Rust,
    /// Of Go: what went wrong has come, and no trace.
    Go,
    /// Of Go: the trace.
    Goroutines,
}

impl Trace {
    /// What has begun if `text` stands alone or before others.
    pub(super) fn begun_by(text: &str) -> Option<Self> {
        match text {
            _ if text.starts_with(TRACEBACK) => Some(Self::Python),
            _ if level::is_rust_panic(text) && text.ends_with(':') => Some(Self::RustMessage),
            _ if level::is_rust_panic(text) => Some(Self::Rust),
            _ if GO_BEGINS.iter().any(|beginning| text.starts_with(beginning)) => Some(Self::Go),
            _ => None,
        }
    }

    /// What comes after `text`, if that goes on with `entry`, in which `before` has begun. None where this can't tell.
    pub(super) fn after(before: Option<Self>, entry: &LogEntry, text: &str) -> Option<Option<Self>> {
        let is_empty = text.trim().is_empty();
        match before {
            Some(Self::Python) if !is_empty => Some(is_indented(text).then_some(Self::Python)),
            Some(Self::RustMessage) if !is_empty => Some(Some(Self::Rust)),
            Some(Self::Rust) if text.starts_with("note: ") || text == "stack backtrace:" => Some(before),
            Some(Self::Go) if is_empty || text.starts_with("[signal ") => Some(before),
            Some(Self::Goroutines) if is_empty || is_goroutine(text) || is_go_frame(text) => Some(before),
            Some(Self::Goroutines) if text.starts_with("exit status ") => Some(None),
            Some(Self::Go) if is_goroutine(text) => Some(Some(Self::Goroutines)),
            // What a server of Go writes when it goes on.
            None if is_goroutine(text) && entry.message.contains("panic") => Some(Some(Self::Goroutines)),
            None if text.starts_with(TRACEBACK) && entry.level == LogLevel::Error => Some(Some(Self::Python)),
            _ => None,
        }
    }
}

/// As `goroutine 1 [running]:`.
fn is_goroutine(text: &str) -> bool {
    let number = text.strip_prefix("goroutine ").and_then(|rest| rest.split_once(" [")).map(|(number, _)| number);
    let is_number = |number: &str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    number.is_some_and(is_number) && text.ends_with("]:")
}

/// As `main.(*T).f(0x1)`.
fn is_go_frame(text: &str) -> bool {
    let is_call =
        text.ends_with(')') && text.split_once('(').is_some_and(|(name, _)| name.contains('.') && !name.contains(' '));
    is_call || text.starts_with("created by ")
}
