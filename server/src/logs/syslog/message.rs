use std::borrow::Cow;
use std::collections::BTreeMap;

use app::model::{LogEntry, Timestamp};
use syslog_loose::{Message, ProcId, Variant};

use super::SOURCE;
use crate::logs::{fields, level, line, moment};

/// The entry that a message makes; `bytes` are its first of `length`. None where it is no syslog: it has no priority.
pub(super) fn read(bytes: &[u8], length: u64, max_line: usize, now: Timestamp) -> Option<LogEntry> {
    let text = String::from_utf8_lossy(bytes);
    let (text, fraction) = without_fraction(text);
    let (priority, rest) = level::priority(&text)?;
    let mut message = syslog_loose::parse_message(&text, Variant::Either);
    if message.severity.is_none() {
        // A priority with a text of its own after it.
        message.msg = rest;
    }
    if message.appname.is_none() && message.hostname.is_some_and(|host| is_tag(host, &text)) {
        message.appname = message.hostname.take();
    }
    let sent = message.timestamp.and_then(|time| u64::try_from(time.timestamp_millis()).ok());
    let sent = sent.map(|sent| Timestamp::from_ms(sent).plus(fraction));
    // A byte order mark stands before the text of RFC 5424.
    let said = message.msg.trim_start_matches('\u{feff}').as_bytes();
    let cut = length.saturating_sub(bytes.len() as u64);
    Some(LogEntry {
        // RFC 3164 has no year: that was guessed.
        timestamp: moment::credible(sent, now),
        level: level::of_severity(priority & 7),
        message: line::text(said, said.len() as u64 + cut, max_line),
        source: SOURCE.to_owned(),
        unit: message.appname.map(fields::value),
        fields: fields_of(&message),
    })
}

/// Whether `word`, which was taken for the host, is the program: what is written to a socket of this machine names no host.
fn is_tag(word: &str, text: &str) -> bool {
    text.split_once(word).is_some_and(|(_, rest)| rest == ":" || rest.starts_with(": "))
}

/// `text` without the fraction of a second after a time as RFC 3164 has it, and its milliseconds: with it, nothing after
/// the time would be known.
fn without_fraction(text: Cow<'_, str>) -> (Cow<'_, str>, u64) {
    let Some((at, length)) = fraction(&text) else { return (text, 0) };
    let digits = text[at + 1..at + length].chars().chain("00".chars()).take(3);
    let ms = digits.collect::<String>().parse().unwrap_or(0);
    (Cow::Owned([&text[..at], &text[at + length..]].concat()), ms)
}

/// Where that fraction is, and how long with its point.
fn fraction(text: &str) -> Option<(usize, usize)> {
    let (_, rest) = level::priority(text)?;
    let message = rest
        .trim_start()
        .starts_with(char::is_alphabetic)
        .then(|| syslog_loose::parse_message(text, Variant::RFC3164))?;
    let is_bare = message.timestamp.is_some() && message.hostname.is_none() && message.appname.is_none();
    let digits = message.msg.strip_prefix('.').filter(|_| is_bare)?;
    let count = digits.find(|c: char| !c.is_ascii_digit()).filter(|count| (1..=9).contains(count))?;
    let at = text.trim_end().len().checked_sub(message.msg.len())?;
    let is_fraction = digits[count..].starts_with([' ', ':']) && text[..at].ends_with(|c: char| c.is_ascii_digit());
    is_fraction.then_some((at, 1 + count))
}

fn fields_of(message: &Message<&str>) -> BTreeMap<String, String> {
    let process = message.procid.as_ref().map(|id| match id {
        ProcId::PID(number) => number.to_string(),
        ProcId::Name(name) => (*name).to_owned(),
    });
    let host = message.hostname.map(str::to_owned);
    let own = [("host", host), ("pid", process), ("msgid", message.msgid.map(str::to_owned))];
    let own = own.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    let structured = message
        .structured_data
        .iter()
        .flat_map(|element| element.params().map(|(key, value)| (format!("{}.{key}", element.id), value)));
    fields::first(own.chain(structured))
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::model::LogLevel;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_ms(1_780_000_000_000);

    fn entry(text: &str) -> Option<LogEntry> {
        read(text.as_bytes(), text.len() as u64, 200, NOW)
    }

    #[test]
    fn of_today() {
        let text = "<165>1 2026-05-28T20:26:40.003Z mymachine.example.com evntslog 812 ID47 \
            [exampleSDID@32473 iut=\"3\" eventSource=\"App \\\"x\\\"\"] \u{feff}An application <b>event</b>\u{1b}[31m";
        let entry = entry(text).unwrap();
        assert_eq!(entry.timestamp.to_string(), "2026-05-28T20:26:40.003Z");
        assert_eq!((entry.level, entry.message.as_str()), (LogLevel::Info, "An application <b>event</b>"));
        assert_eq!((entry.source.as_str(), entry.unit.as_deref()), ("syslog", Some("evntslog")));
        let fields: Vec<_> = entry.fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let expected = [
            ("exampleSDID@32473.eventSource", "App \"x\""),
            ("exampleSDID@32473.iut", "3"),
            ("host", "mymachine.example.com"),
            ("msgid", "ID47"),
            ("pid", "812"),
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn of_old() {
        let entry = entry("<34>Oct 11 22:14:15 mymachine su[7]: 'su root' failed for lonvick on /dev/pts/8").unwrap();
        assert_eq!((entry.level, entry.unit.as_deref()), (LogLevel::Error, Some("su")));
        assert_eq!(entry.message, "'su root' failed for lonvick on /dev/pts/8");
        assert_eq!(entry.fields["host"], "mymachine");
        assert!(entry.timestamp.since(NOW) <= 86_400_000, "no time to come: {}", entry.timestamp);
    }

    #[test]
    fn of_this_machine_without_a_host() {
        for (text, unit, host, message) in [
            ("<13>Nov 23 23:30:00 sudo: joe : TTY=pts/0", Some("sudo"), None, "joe : TTY=pts/0"),
            ("<13>Nov 23 23:30:00 mytag: x", Some("mytag"), None, "x"),
            ("<13>Nov 23 23:30:00 mytag:", Some("mytag"), None, ""),
            ("<13>Nov 23 23:30:00 mytag[7]: x", Some("mytag"), None, "x"),
            ("<13>Nov 23 23:30:00 web app: x", Some("app"), Some("web"), "x"),
            ("<13>Nov 23 23:30:00 web : x", None, Some("web"), "x"),
            ("<13>Nov 23 23:30:00 web  {\"web: \": 1}", None, Some("web"), "{\"web: \": 1}"),
            ("<13>Nov 23 23:30:00 fe80::1 app: x", Some("app"), Some("fe80::1"), "x"),
        ] {
            let entry = entry(text).unwrap();
            let read = (entry.unit.as_deref(), entry.fields.get("host").map(String::as_str), entry.message.as_str());
            assert_eq!(read, (unit, host, message), "{text}");
        }
    }

    #[test]
    fn of_old_with_a_fraction_of_a_second() {
        let whole = entry("<13>Oct 11 2020 22:14:15 host app: ms").unwrap();
        for (text, ms) in [("15.123", 123), ("15.5", 500), ("15.123456", 123)] {
            let entry = entry(&format!("<13>Oct 11 2020 22:14:{text} host app[7]: ms")).unwrap();
            assert_eq!((entry.unit.as_deref(), entry.message.as_str()), (Some("app"), "ms"), "{text}");
            assert_eq!((entry.fields["host"].as_str(), entry.fields["pid"].as_str()), ("host", "7"), "{text}");
            assert_eq!(entry.timestamp, whole.timestamp.plus(ms), "{text}");
        }
        assert_eq!(entry("<13>Oct 11 22:14:15.5 host app: ms").unwrap().unit.as_deref(), Some("app"));
    }

    #[test]
    fn without_a_priority_it_is_none() {
        for text in ["hello", "<>x", "<999>x", "GET / HTTP/1.1", "\u{0}\u{1}"] {
            assert_eq!(entry(text), None, "{text:?}");
        }
        assert_eq!(entry("<13>").unwrap().message, "");
        let bare = entry("<12>only text").unwrap();
        assert_eq!((bare.level, bare.message.as_str(), bare.unit), (LogLevel::Warn, "only text", None));
    }

    #[test]
    fn a_long_one_is_cut_with_a_note() {
        let text = format!("<13>1 - - - - - - {}", "x".repeat(300));
        let entry = read(text.as_bytes(), text.len() as u64 + 1_000, 200, NOW).unwrap();
        assert_eq!(entry.message, format!("{} … (1,300 bytes, cut)", "x".repeat(200)));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), beginning in "(<[0-9]{1,3}>(1 )?)?") {
            let bytes = [beginning.as_bytes(), &bytes].concat();
            if let Some(entry) = read(&bytes, bytes.len() as u64, 100, NOW) {
                prop_assert!(entry.message.len() <= 130 && entry.fields.len() <= fields::MOST);
            }
        }
    }
}
