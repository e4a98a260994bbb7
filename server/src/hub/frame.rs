//! An event in the text form of `text/event-stream`. The one place where frames are made.

use app::model::Cursor;
use bytes::Bytes;
use serde::Serialize;
use std::fmt::Write as _;

/// Encodes one event: `id`, `event`, `data` in that order, LF line ends, each line of `data` in a field of its own.
///
/// `event` must be a [`Name`](super::Name) or a literal: a line break in it would begin another field. `data` may be
/// anything: CRLF, CR and LF all end a line, and empty data is a `data:` line, without which it would not be dispatched.
pub fn encode(id: Option<Cursor>, event: Option<&str>, data: &str) -> Bytes {
    let mut frame = String::with_capacity(data.len() + 64);
    if let Some(id) = id {
        // Writing to a String can't fail.
        let _ = writeln!(frame, "id: {id}");
    }
    if let Some(event) = event {
        let _ = writeln!(frame, "event: {event}");
    }
    let mut rest = data;
    loop {
        let end = rest.find(['\r', '\n']).unwrap_or(rest.len());
        let (line, tail) = rest.split_at(end);
        frame.push_str("data:");
        if !line.is_empty() {
            frame.push(' ');
            frame.push_str(line);
        }
        frame.push('\n');
        if tail.is_empty() {
            break;
        }
        rest = tail.strip_prefix("\r\n").unwrap_or(&tail[1..]);
    }
    frame.push('\n');
    Bytes::from(frame)
}

/// What a frame carries of the model, which holds text keys and plain values only and so always becomes JSON.
#[expect(
    clippy::expect_used,
    reason = "serde_json fails on non-text keys and failing Serialize impls; the model has neither"
)]
pub(crate) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("the model serializes")
}

/// Encodes the `retry:` field, in milliseconds, that tells a browser how long to wait before it reconnects.
pub fn retry(ms: u32) -> Bytes {
    Bytes::from(format!("retry: {ms}\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_in_order() {
        let id = Cursor { epoch: 0x7f3a, seq: 9 };
        assert_eq!(encode(Some(id), Some("log"), "a"), "id: 00007f3a.9\nevent: log\ndata: a\n\n");
    }

    #[test]
    fn every_line_end_begins_a_field() {
        assert_eq!(encode(None, None, "a\rb\r\nc\nd\n"), "data: a\ndata: b\ndata: c\ndata: d\ndata:\n\n");
    }

    #[test]
    fn empty_data_is_dispatched() {
        assert_eq!(encode(None, Some("tick"), ""), "event: tick\ndata:\n\n");
    }

    #[test]
    fn leading_space_survives() {
        assert_eq!(encode(None, None, " a"), "data:  a\n\n");
    }
}
