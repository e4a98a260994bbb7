//! What the stream says, read from an event's name, data and id.

use std::fmt;

use miniserde::Deserialize;

use crate::model::{Bye, Connected, Cursor, Drawn, Gap, Heartbeat, LogEntry, Snapshot};

/// The names that are listened for. Others are nothing to this page.
pub const NAMES: [&str; 9] = ["connected", "snapshot", "gap", "heartbeat", "bye", "alert", "log", "drawn", "line"];

/// One event of a page's stream.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The first of a connection.
    Connected(Connected),
    /// The state to start from again.
    Snapshot(Box<Snapshot>),
    /// Events that will never come.
    Gap(Gap),
    /// The line stands.
    Heartbeat(Heartbeat),
    /// The server is about to close the stream.
    Bye(Bye),
    /// A change of an alert: it counts, and what it changes is drawn.
    Alert(Cursor),
    /// A log line.
    Log(Cursor, LogEntry),
    /// The page anew, where the server draws it.
    Drawn(Cursor, Box<Drawn>),
    /// One more part of the page, where the server draws it.
    Line(Cursor, Vec<String>),
}

/// The data or the id of an event is not what its name promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    /// The event's name.
    pub name: String,
    /// What was wrong.
    pub cause: String,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unreadable {} event: {}", self.name, self.cause)
    }
}

impl std::error::Error for DecodeError {}

/// Reads one event; `None` for a name that isn't known.
///
/// Only `alert`, `log`, `drawn` and `line` need their id: a browser repeats the last id on an event that has none, so what
/// places the others in the log stands in their data.
pub fn decode(name: &str, data: &str, last_event_id: &str) -> Result<Option<Event>, DecodeError> {
    let error = |cause: String| DecodeError { name: name.to_owned(), cause };
    let cursor = || last_event_id.parse::<Cursor>().map_err(|cause| error(cause.to_string()));
    Ok(Some(match name {
        "connected" => Event::Connected(json(data).map_err(error)?),
        "snapshot" => Event::Snapshot(Box::new(json(data).map_err(error)?)),
        "gap" => Event::Gap(json(data).map_err(error)?),
        "heartbeat" => Event::Heartbeat(json(data).map_err(error)?),
        "bye" => Event::Bye(json(data).map_err(error)?),
        "alert" => Event::Alert(cursor()?),
        "log" => Event::Log(cursor()?, json(data).map_err(error)?),
        "drawn" => Event::Drawn(cursor()?, Box::new(json(data).map_err(error)?)),
        "line" => Event::Line(cursor()?, json(data).map_err(error)?),
        _ => return Ok(None),
    }))
}

fn json<T: Deserialize>(data: &str) -> Result<T, String> {
    miniserde::json::from_str(data).map_err(|_| "its data is not as expected".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LogLevel, Timestamp};
    use proptest::prelude::*;

    const LINE: &str =
        r#"{"timestamp":"2026-01-31T23:59:59.000Z","level":"warn","message":"<b>hi</b>","source":"x","fields":{}}"#;

    #[test]
    fn reads_a_line_with_its_place() {
        let Ok(Some(Event::Log(cursor, entry))) = decode("log", LINE, "7f3a09bc.12") else { panic!() };
        assert_eq!(cursor, Cursor { epoch: 0x7f3a_09bc, seq: 12 });
        assert_eq!((entry.level, entry.message.as_str()), (LogLevel::Warn, "<b>hi</b>"));
    }

    #[test]
    fn takes_no_id_from_a_heartbeat() {
        let data = r#"{"serverTime":"1970-01-01T00:00:01Z","cursor":"7f3a09bc.9","lagMs":3,"more":true}"#;
        let Ok(Some(Event::Heartbeat(heartbeat))) = decode("heartbeat", data, "") else { panic!() };
        assert_eq!((heartbeat.cursor.seq, heartbeat.server_time), (9, Timestamp::from_ms(1_000)));
    }

    #[test]
    fn passes_over_unknown_names() {
        assert_eq!(decode("weather", "{", ""), Ok(None));
        assert_eq!(decode("message", "", ""), Ok(None));
    }

    #[test]
    fn says_what_is_wrong() {
        for (name, data, id) in [
            ("log", LINE, ""),
            ("log", LINE, "7f3a09bc"),
            ("log", "", "7f3a09bc.1"),
            ("drawn", "{}", "7f3a09bc.1"),
            ("bye", "[]", "7f3a09bc.1"),
        ] {
            let error = decode(name, data, id).unwrap_err();
            assert!(error.to_string().starts_with(&format!("unreadable {name} event: ")), "{error}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(name in 0_usize..NAMES.len(), data in "\\PC{0,60}", id in "\\PC{0,20}") {
            let _ = decode(NAMES[name], &data, &id);
        }
    }
}
