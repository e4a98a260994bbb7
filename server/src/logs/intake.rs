use std::collections::BTreeMap;
use std::time::SystemTime;

use app::model::{LogEntry, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::outlet::{AUDIT, OWN_SOURCE, Outlet};
use super::rate::Refused;
use super::{fields, level, line, moment};
use crate::visible::{code, folded, hidden};

use line::short;

/// Sources that nobody outside may name: what they say would be taken for opsglass' own word.
const RESERVED: [&str; 5] = [OWN_SOURCE, AUDIT, "container", "journal", "syslog"];
/// What lines name as their source that don't say.
const DEFAULT_SOURCE: &str = "http";
/// The longest name of a source or unit in bytes.
const MAX_NAME: usize = 64;

/// Takes lines that programs hand in.
#[derive(Debug, Clone)]
pub struct Intake {
    outlet: Outlet,
    max_line: usize,
    /// The largest body, in bytes.
    pub max_body: usize,
}

/// What is wrong with lines that were handed in. None of them has been taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// It is not JSON.
    #[error("line {line}: expected JSON: {what}")]
    Syntax {
        /// The line of the body, from 1.
        line: usize,
        /// What was expected.
        what: String,
    },
    /// It is, and not what a line looks like.
    #[error("{place}: {what}")]
    Shape {
        /// The line of the body, or the element of the array, counted from 1.
        place: String,
        /// Which field, and what was expected.
        what: String,
    },
    /// There are too many of them.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// A line as it is handed in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    message: String,
    timestamp: Option<String>,
    level: Option<String>,
    source: Option<String>,
    unit: Option<String>,
    #[serde(default)]
    fields: BTreeMap<String, Value>,
}

impl Intake {
    /// Lines are cut after `max_line` bytes, and bodies refused that are larger than `max_body`.
    pub fn new(outlet: Outlet, max_line: usize, max_body: usize) -> Self {
        Self { outlet, max_line, max_body }
    }

    /// Reads an object, an array of objects, or an object a line.
    ///
    /// # Errors
    /// When there is something wrong with one of them.
    pub fn read(&self, body: &[u8]) -> Result<Vec<LogEntry>, Rejected> {
        self.read_at(body, SystemTime::now().into())
    }

    /// Takes all of the lines, or none of them; how many they are.
    ///
    /// # Errors
    /// When there are too many.
    pub fn take(&self, lines: Vec<LogEntry>) -> Result<usize, Rejected> {
        let accepted = lines.len();
        self.outlet.publish_all(lines)?;
        Ok(accepted)
    }

    fn read_at(&self, body: &[u8], now: Timestamp) -> Result<Vec<LogEntry>, Rejected> {
        let entry = |place: &str, number: usize, line: Line| {
            self.entry(line, now).map_err(|what| Rejected::Shape { place: format!("{place} {number}"), what })
        };
        if body.trim_ascii_start().starts_with(b"[") {
            let lines: Vec<Line> = serde_json::from_slice(body).map_err(|error| rejected(&error))?;
            return (1..).zip(lines).map(|(number, line)| entry("element", number, line)).collect();
        }
        let mut lines = serde_json::Deserializer::from_slice(body).into_iter::<Line>();
        let mut entries = Vec::new();
        let (mut number, mut counted) = (1, 0);
        while let Some(line) = lines.next() {
            let line = line.map_err(|error| rejected(&error))?;
            // Where it ends: the place of what may be wrong with it.
            number += body[counted..lines.byte_offset()].iter().filter(|&&byte| byte == b'\n').count();
            counted = lines.byte_offset();
            entries.push(entry("line", number, line)?);
        }
        Ok(entries)
    }

    fn entry(&self, line: Line, now: Timestamp) -> Result<LogEntry, String> {
        let message = line::whole(line.message.as_bytes(), self.max_line);
        let level = match &line.level {
            Some(name) => level::named(name).ok_or_else(|| {
                format!(
                    "level: expected trace, debug, info, warn, error or a common name for one, got {:?}",
                    short(name)
                )
            })?,
            None => level::stated(&message),
        };
        let timestamp = moment::credible(line.timestamp.as_deref().map(timestamp).transpose()?, now);
        let source =
            line.source.as_deref().map_or(Ok(DEFAULT_SOURCE.to_owned()), |source| outsiders("source", source))?;
        let unit = line.unit.as_deref().map(|unit| outsiders("unit", unit)).transpose()?;
        if line.fields.len() > fields::MOST {
            return Err(format!("fields: expected at most {}, got {}", fields::MOST, line.fields.len()));
        }
        let field = |(key, value): (String, Value)| {
            let value = if let Value::String(text) = value { text } else { value.to_string() };
            (fields::name(&key), fields::value(&value))
        };
        Ok(LogEntry { timestamp, level, message, source, unit, fields: line.fields.into_iter().map(field).collect() })
    }
}

fn rejected(error: &serde_json::Error) -> Rejected {
    let line = error.line().max(1);
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what).to_owned();
    if error.is_data() {
        Rejected::Shape { place: format!("line {line}"), what }
    } else {
        Rejected::Syntax { line, what }
    }
}

fn name(field: &str, text: &str) -> Result<String, String> {
    if (1..=MAX_NAME).contains(&text.len()) && line::whole(text.as_bytes(), MAX_NAME) == text {
        return Ok(text.to_owned());
    }
    Err(format!("{field}: expected 1 to {MAX_NAME} bytes of plain text, got {:?}", short(text)))
}

/// A name that can't be taken for one of opsglass' own.
fn outsiders(field: &str, text: &str) -> Result<String, String> {
    let name = name(field, text)?;
    if let Some(found) = hidden(&name) {
        return Err(format!("{field}: expected visible characters, got {}", code(found)));
    }
    if RESERVED.contains(&folded(&name).as_str()) {
        return Err(format!("{field}: {name:?} is opsglass' own, expected another"));
    }
    Ok(name)
}

fn timestamp(text: &str) -> Result<Timestamp, String> {
    let wrong = || format!("timestamp: expected a time like 2026-01-31T23:59:59.000Z, got {:?}", short(text));
    moment::read(text).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::{Hub, Limits};
    use app::model::LogLevel;
    use proptest::prelude::*;

    fn read(body: &str) -> Result<Vec<LogEntry>, String> {
        let intake = Intake::new(Outlet::new(Hub::new(Limits::default()), 1_000), 100, 1_000);
        intake.read_at(body.as_bytes(), Timestamp::from_ms(5)).map_err(|rejected| rejected.to_string())
    }

    #[test]
    fn one_several_or_one_a_line() {
        let full = r#"{"message":"m","timestamp":"1970-01-01T01:00:01+01:00","level":"WARNING","source":"s","unit":"u",
            "fields":{"a":"b","n":1.50,"x":{"y":null}}}"#;
        let entry = read(full).unwrap().remove(0);
        let fields = [("a", "b"), ("n", "1.5"), ("x", r#"{"y":null}"#)];
        assert_eq!(entry.timestamp, Timestamp::from_ms(1_000));
        assert_eq!((entry.level, entry.message.as_str()), (LogLevel::Warn, "m"));
        assert_eq!((entry.source.as_str(), entry.unit.as_deref()), ("s", Some("u")));
        assert!(entry.fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).eq(fields));
        for body in [
            r#"[{"message":"ERROR: a"},{"message":"b"}]"#,
            "{\"message\":\"ERROR: a\"}\n{\"message\":\"b\"}",
            "\n\n {\"message\":\"ERROR: a\"} \r\n\n{\"message\":\"b\"}\n\n",
        ] {
            let entries = read(body).unwrap();
            let shown: Vec<_> = entries.iter().map(|entry| (entry.level, entry.message.as_str())).collect();
            assert_eq!(shown, [(LogLevel::Error, "ERROR: a"), (LogLevel::Info, "b")], "{body}");
            assert!(entries.iter().all(|entry| entry.source == "http" && entry.timestamp == Timestamp::from_ms(5)));
        }
        assert_eq!(read(""), Ok(vec![]));
        assert_eq!(read("[]"), Ok(vec![]));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let cases = [
            ("{", "line 1: expected JSON: EOF"),
            ("{\"message\":\"a\"}\n{\"message\":\"b\"}\n{]", "line 3: expected JSON: "),
            ("hello", "line 1: expected JSON: expected value"),
            ("{\"message\":\"a\"}\n\n{\"text\":\"b\"}", "line 3: unknown field `text`, expected one of `message`"),
            ("{\"level\":\"info\"}", "line 1: missing field `message`"),
            ("7", "line 1: invalid type: integer `7`"),
            ("[{\"message\":\"a\"},{\"message\":\"b\",\"level\":\"loud\"}]", "element 2: level: expected trace"),
            (
                "{\"message\":\"a\"}\n{\"message\":\"b\",\"timestamp\":\"noon\"}",
                "line 2: timestamp: expected a time like",
            ),
            ("{\"message\":\"\",\"timestamp\":\"2026-01-01T00:00:00+1:00\"}", "line 1: timestamp: expected"),
            ("{\"message\":\"\",\"source\":\"opsglass\"}", "line 1: source: \"opsglass\" is opsglass' own"),
            ("{\"message\":\"\",\"source\":\"Audit\"}", "line 1: source: \"Audit\" is opsglass' own"),
            ("{\"message\":\"\",\"source\":\"audit \"}", "line 1: source: \"audit \" is opsglass' own"),
            ("{\"message\":\"\",\"source\":\"\u{ff41}udit\"}", "line 1: source: \"\u{ff41}udit\" is opsglass' own"),
            (
                "{\"message\":\"\",\"source\":\"\u{200b}audit\"}",
                "line 1: source: expected visible characters, got U+200B",
            ),
            (
                "{\"message\":\"\",\"source\":\"au\\u00addit\"}",
                "line 1: source: expected visible characters, got U+00AD",
            ),
            ("{\"message\":\"\",\"source\":\"a\\nb\"}", "line 1: source: expected"),
            ("{\"message\":\"\",\"source\":\"\"}", "line 1: source: expected 1 to 64 bytes"),
            ("{\"message\":\"\",\"unit\":\"audit\"}", "line 1: unit: \"audit\" is opsglass' own"),
            ("{\"message\":\"\",\"unit\":\"a\\u001b[1mb\"}", "line 1: unit: expected 1 to 64 bytes"),
        ];
        for (body, expected) in cases {
            let error = read(body).unwrap_err();
            assert!(error.starts_with(expected), "{body}: {error}");
        }
        let fields: Vec<String> = (0..33).map(|n| format!("\"f{n}\":1")).collect();
        let error = read(&format!("{{\"message\":\"\",\"fields\":{{{}}}}}", fields.join(","))).unwrap_err();
        assert_eq!(error, "line 1: fields: expected at most 32, got 33");
    }

    proptest! {
        #[test]
        fn any_text_is_a_line(message in ".{0,200}", key in ".{0,20}", value in ".{0,20}") {
            let body = serde_json::json!({ "message": message, "fields": { key: value } }).to_string();
            let entry = read(&body).unwrap().remove(0);
            prop_assert_eq!(entry.message, line::whole(message.as_bytes(), 100));
        }

        #[test]
        fn nothing_panics(body in prop::collection::vec(any::<u8>(), 0..100)) {
            let intake = Intake::new(Outlet::new(Hub::new(Limits::default()), 1_000), 100, 1_000);
            let _ = intake.read_at(&body, Timestamp::default());
        }
    }
}
