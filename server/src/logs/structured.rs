//! What a line of JSON or logfmt says of itself.

use std::collections::BTreeMap;

use app::model::{LogLevel, Timestamp};
use serde_json::{Map, Value};

use super::{fields, level, line, moment};

/// Keys under which the message stands, in small letters.
const MESSAGES: [&str; 3] = ["message", "msg", "@message"];
/// Keys under which the time stands.
const TIMES: [&str; 4] = ["time", "timestamp", "ts", "@timestamp"];

/// Where systemd's journal has the severity of syslog in what it exports; in small letters it is any number.
const SEVERITY: &str = "PRIORITY";

/// A line's parts. What it doesn't say is none.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Said {
    pub(super) message: Option<String>,
    pub(super) level: Option<LogLevel>,
    pub(super) time: Option<Timestamp>,
    pub(super) fields: BTreeMap<String, String>,
}

/// The parts of `text`, if it is an object of JSON, or logfmt: pairs like `key=value` and nothing else, of which one is a
/// level, a message or a time. The message is cut after `max_line` bytes.
pub(super) fn read(text: &str, max_line: usize) -> Option<Said> {
    let text = text.trim();
    if text.starts_with('{') {
        return json(text, max_line);
    }
    let said = Said::of(logfmt(text)?.into_iter().map(|(key, value)| (key.to_owned(), Value::String(value))), max_line);
    (said.message.is_some() || said.level.is_some() || said.time.is_some()).then_some(said)
}

fn json(text: &str, max_line: usize) -> Option<Said> {
    if !text.ends_with('}') {
        return None;
    }
    let object: Map<String, Value> = serde_json::from_str(text).ok()?;
    Some(Said::of(object.into_iter(), max_line))
}

impl Said {
    fn of(pairs: impl Iterator<Item = (String, Value)>, max_line: usize) -> Self {
        let mut said = Self::default();
        let mut rest = Vec::new();
        for (key, value) in pairs {
            if !said.takes(&key, &value, max_line) {
                rest.push((key, plain(value)));
            }
        }
        said.fields = fields::first(rest.into_iter());
        said
    }

    /// Whether that is a part of its own.
    fn takes(&mut self, key: &str, value: &Value, max_line: usize) -> bool {
        let is = |keys: &[&str]| keys.iter().any(|known| key.eq_ignore_ascii_case(known));
        if self.message.is_none() && is(&MESSAGES) {
            self.message = value.as_str().map(|text| line::lines(text.as_bytes(), max_line));
            return self.message.is_some();
        }
        if self.level.is_none() && is(&level::KEYS) {
            self.level = level::valued(&plain(value.clone()));
            return self.level.is_some();
        }
        if self.level.is_none() && key == SEVERITY {
            self.level = plain(value.clone()).parse().ok().filter(|number| *number < 8).map(level::of_severity);
            return self.level.is_some();
        }
        if self.time.is_none() && is(&TIMES) {
            let number = || moment::of_number(plain(value.clone()).parse().ok()?);
            self.time = value.as_str().and_then(moment::read).or_else(number);
            return self.time.is_some();
        }
        false
    }
}

fn plain(value: Value) -> String {
    if let Value::String(text) = value { text } else { value.to_string() }
}

/// The pairs of a line that holds nothing else, two at least.
fn logfmt(text: &str) -> Option<Vec<(&str, String)>> {
    let mut rest = text;
    let mut pairs = Vec::new();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        let is_key = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.@/".contains(&byte);
        if key.is_empty() || !key.bytes().all(is_key) {
            return None;
        }
        let (value, after) = if after.starts_with('"') { quoted(after)? } else { bare(after) };
        pairs.push((key, value));
        rest = after.trim_start();
        if rest.len() == after.len() && !rest.is_empty() {
            return None;
        }
    }
    (pairs.len() >= 2).then_some(pairs)
}

fn bare(text: &str) -> (String, &str) {
    let (value, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    (value.to_owned(), rest)
}

/// A value in quotes, escaped as in JSON.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let value = values.next()?.ok()?;
    Some((value, &text[values.byte_offset()..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Option<(String, Option<LogLevel>, Option<u64>, String)> {
        let said = read(text, 100)?;
        let fields: Vec<_> = said.fields.iter().map(|(key, value)| format!("{key}:{value}")).collect();
        Some((
            said.message.unwrap_or_default(),
            said.level,
            said.time.map(|time| time.since(Timestamp::from_ms(0))),
            fields.join(" "),
        ))
    }

    #[test]
    fn json_and_logfmt_say_what_they_are() {
        use LogLevel::{Error, Info, Warn};
        let cases = [
            (
                r#"{"time":"1970-01-01T00:00:01Z","level":"WARN","msg":"slow","ms":40,"ok":true,"at":{"a":[1]}}"#,
                ("slow", Some(Warn), Some(1_000), r#"at:{"a":[1]} ms:40 ok:true"#),
            ),
            (
                r#"{"level":50,"time":1767355200000,"msg":"pino","pid":7}"#,
                ("pino", Some(Error), Some(1_767_355_200_000), "pid:7"),
            ),
            (
                r#"{"ts":1767355200.5,"severity":"info","message":"zap","level":"odd"}"#,
                ("zap", Some(Info), Some(1_767_355_200_500), "level:odd"),
            ),
            (
                r#"{"a":"b","msg":{"not":"text"},"time":"soon"}"#,
                ("", None, None, r#"a:b msg:{"not":"text"} time:soon"#),
            ),
            (
                r#"time=1970-01-01T00:00:01Z level=error msg="no \"x\"" err="a=b" empty= n=1"#,
                (r#"no "x""#, Some(Error), Some(1_000), "empty: err:a=b n:1"),
            ),
            (r#"{"MESSAGE":"no","PRIORITY":"3","priority":"1"}"#, ("no", Some(Error), None, "priority:1")),
            (r#"{"MESSAGE":"job","PRIORITY":"9","priority":3}"#, ("job", None, None, "PRIORITY:9 priority:3")),
            (r#"{"msg":"a\nb\u001b[31mred","\u202e":"x"}"#, ("a\nbred", None, None, "\u{fffd}:x")),
        ];
        for (text, (message, level, time, fields)) in cases {
            assert_eq!(shown(text), Some((message.to_owned(), level, time, fields.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_text() {
        for text in [
            "",
            "{",
            "{}x",
            "{not json}",
            "a=b",
            "a=b c=d",
            "took=3ms for level=info",
            "level=info and=so on",
            r#"level=info msg="open"#,
            r#"msg="a"level=info"#,
            "=b level=info",
            "http://x/?a=b level=info",
        ] {
            assert_eq!(read(text, 100), None, "{text}");
        }
        assert_eq!(read("{}", 100), Some(Said::default()));
    }

    proptest! {
        #[test]
        fn never_panics_and_stays_within_bounds(text in "(\\{\"|level=|msg=\"|[a-z]=|\"| |\\\\|\\PC|\\}){0,80}") {
            if let Some(said) = read(&text, 100) {
                prop_assert!(said.fields.len() <= fields::MOST);
                prop_assert!(said.message.is_none_or(|message| message.len() <= 130));
            }
        }

        #[test]
        fn fields_are_bounded(count in 0_usize..100, length in 0_usize..3_000) {
            let pairs: Vec<_> = (0..count).map(|n| format!("\"k{n}\":\"{}\"", "v".repeat(length))).collect();
            let said = read(&format!("{{{}}}", pairs.join(",")), 100).unwrap();
            prop_assert_eq!(said.fields.len(), count.min(fields::MOST));
            prop_assert!(said.fields.values().all(|value| value.len() <= 1_024 + 30));
        }
    }
}
