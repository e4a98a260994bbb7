use std::time::SystemTime;

use app::model::{LogEntry, Timestamp};
use serde_json::{Map, Value};

use super::{level, line, structured};

/// What an entry of the journal names as its source.
const SOURCE: &str = "journal";
/// The severity that systemd gives what a service prints, unless told otherwise.
const PRINTED: u8 = 6;
/// The longest unit or other short field in bytes.
const MAX_FIELD: usize = 256;

/// One line of `journalctl --output=json`.
#[derive(Debug, PartialEq)]
pub(super) struct JournalEntry {
    /// Its place in the journal, to go on from.
    pub(super) cursor: Option<String>,
    /// The name and the number of the process that wrote it.
    pub(super) writer: Option<(String, u32)>,
    pub(super) entry: LogEntry,
}

/// Reads one JSON object; none where `json` isn't one. The message is cut after `max_line` bytes.
pub(super) fn read(json: &[u8], max_line: usize) -> Option<JournalEntry> {
    let fields: Map<String, Value> = serde_json::from_slice(json).ok()?;
    let text = |key: &str| fields.get(key).map(bytes).filter(|text| !text.is_empty());
    let short = |key: &str| text(key).map(|text| line::whole(&text, MAX_FIELD));
    let number = |key: &str| short(key)?.parse::<u64>().ok();

    let given = text("MESSAGE");
    let message = given.as_ref().map_or_else(|| "(no message)".to_owned(), |text| line::lines(text, max_line));
    let timestamp = number("__REALTIME_TIMESTAMP")
        .map_or_else(|| SystemTime::now().into(), |microseconds| Timestamp::from_ms(microseconds / 1_000));
    let severity = number("PRIORITY").and_then(|priority| u8::try_from(priority).ok());
    // What a service prints is of this severity whatever it says.
    let severity = severity.filter(|&severity| severity != PRINTED || short("_TRANSPORT").as_deref() != Some("stdout"));
    let whole = given.as_deref().and_then(|text| std::str::from_utf8(text).ok()).filter(|_| severity.is_none());
    let said = whole.and_then(|text| structured::read(text, max_line)).unwrap_or_default();
    let message = said.message.unwrap_or(message);
    let level = severity.map(level::of_severity).or(said.level).unwrap_or_else(|| level::stated(&message));
    let mut own_fields = said.fields;
    let unit = ["_SYSTEMD_UNIT", "SYSLOG_IDENTIFIER", "_COMM"].into_iter().find_map(short);
    let pid = short("_PID").or_else(|| short("SYSLOG_PID"));
    let writer = short("_COMM").zip(number("_PID").and_then(|pid| u32::try_from(pid).ok()));
    own_fields.extend(pid.map(|pid| ("pid".to_owned(), pid)));
    let entry = LogEntry { timestamp, level, message, source: SOURCE.to_owned(), unit, fields: own_fields };
    let cursor = fields.get("__CURSOR").and_then(Value::as_str).map(str::to_owned);
    Some(JournalEntry { cursor, writer, entry })
}

/// A field's value: text, or the bytes of what isn't text as numbers; where the field stands more than once, an array of
/// those.
fn bytes(value: &Value) -> Vec<u8> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => text.clone().into_bytes(),
        Value::Array(items) if items.iter().all(Value::is_number) => items.iter().filter_map(byte).collect(),
        Value::Array(values) => values.iter().map(bytes).collect::<Vec<_>>().join(&b"; "[..]),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string().into_bytes(),
    }
}

fn byte(number: &Value) -> Option<u8> {
    u8::try_from(number.as_u64()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::model::LogLevel;
    use proptest::prelude::*;

    fn entry(json: &str) -> LogEntry {
        read(json.as_bytes(), 100).unwrap().entry
    }

    #[test]
    fn reads_what_journalctl_prints() {
        let json = r#"{"__CURSOR":"s=1;i=2","__REALTIME_TIMESTAMP":"1700000001000999","MESSAGE":"started","PRIORITY":"4",
            "_SYSTEMD_UNIT":"cron.service","SYSLOG_IDENTIFIER":"cron","_COMM":"cron","_PID":"7","_BOOT_ID":"0"}"#;
        let expected = LogEntry {
            timestamp: Timestamp::from_ms(1_700_000_001_000),
            level: LogLevel::Warn,
            message: "started".to_owned(),
            source: "journal".to_owned(),
            unit: Some("cron.service".to_owned()),
            fields: [("pid".to_owned(), "7".to_owned())].into(),
        };
        let read = read(json.as_bytes(), 100).unwrap();
        assert_eq!(read.cursor.as_deref(), Some("s=1;i=2"));
        assert_eq!(read.writer, Some(("cron".to_owned(), 7)));
        assert_eq!(read.entry, expected);
    }

    #[test]
    fn a_message_has_many_forms() {
        let cases = [
            (r#""text""#, "text"),
            (r#""<b>\u001b[31mred""#, "<b>red"),
            ("[98,105,110,0,255,27,91,51,49,109,33]", "bin\u{fffd}!"),
            (r#"["one","two"]"#, "one; two"),
            ("[[111,110,101],[116,119,111]]", "one; two"),
            (r#"["one",[116,119,111],null]"#, "one; two;"),
            ("[256,-1,1.5,97]", "a"),
            ("null", "(no message)"),
            ("[]", "(no message)"),
            (r#""""#, "(no message)"),
            ("17", "17"),
            (r#""a\nb\r\n\n""#, "a\nb"),
        ];
        for (message, shown) in cases {
            assert_eq!(entry(&format!(r#"{{"MESSAGE":{message}}}"#)).message, shown, "{message}");
        }
        assert_eq!(entry("{}").message, "(no message)");
        let long = entry(&format!(r#"{{"MESSAGE":"{}"}}"#, "x".repeat(1_000))).message;
        assert_eq!(long, format!("{} … (1,000 bytes, cut)", "x".repeat(100)));
    }

    #[test]
    fn priorities_become_levels() {
        use LogLevel::{Debug, Error, Info, Warn};
        for (priority, level) in [Error, Error, Error, Error, Warn, Info, Info, Debug].into_iter().enumerate() {
            assert_eq!(entry(&format!(r#"{{"PRIORITY":"{priority}"}}"#)).level, level, "{priority}");
            assert_eq!(entry(&format!(r#"{{"PRIORITY":{priority}}}"#)).level, level, "{priority}");
        }
        for json in ["{}", r#"{"PRIORITY":"loud"}"#, r#"{"PRIORITY":null}"#, r#"{"PRIORITY":"999"}"#] {
            assert_eq!(entry(json).level, Info, "{json}");
        }
    }

    #[test]
    fn what_a_service_prints_says_itself_how_bad_it_is() {
        let printed = |message: &str, priority: &str| {
            entry(&serde_json::json!({ "MESSAGE": message, "PRIORITY": priority, "_TRANSPORT": "stdout" }).to_string())
        };
        assert_eq!(printed("ERROR: no disk", "6").level, LogLevel::Error);
        assert_eq!(printed("ERROR: no disk", "7").level, LogLevel::Debug, "it was told otherwise");
        assert_eq!(entry(r#"{"MESSAGE":"ERROR: no disk","PRIORITY":"6"}"#).level, LogLevel::Info, "it says so");
        assert_eq!(entry(r#"{"MESSAGE":"ERROR: no disk"}"#).level, LogLevel::Error);
        let json = printed(r#"{"level":"warn","msg":"slow","took":7}"#, "6");
        assert_eq!((json.level, json.message.as_str(), json.fields["took"].as_str()), (LogLevel::Warn, "slow", "7"));
    }

    #[test]
    fn the_unit_is_the_best_name_there_is() {
        let comm = r#""_COMM":"sh""#;
        let identifier = format!(r#""SYSLOG_IDENTIFIER":"backup",{comm}"#);
        let unit = format!(r#""_SYSTEMD_UNIT":"backup.service",{identifier}"#);
        for (json, name) in [(comm, "sh"), (&identifier, "backup"), (&unit, "backup.service")] {
            assert_eq!(entry(&format!("{{{json}}}")).unit.as_deref(), Some(name));
        }
        assert_eq!(entry("{}").unit, None);
    }

    #[test]
    fn what_is_no_object_is_no_entry() {
        for json in ["", "-- No entries --", "[]", "3", "{", "\u{0}"] {
            assert_eq!(read(json.as_bytes(), 100), None, "{json}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(key in "MESSAGE|PRIORITY|_PID|__CURSOR|__REALTIME_TIMESTAMP", value in "[\\[\\]0-9a\",.{}:null-]{0,30}") {
            let _ = read(format!("{{\"{key}\":{value}}}").as_bytes(), 10);
        }
    }
}
