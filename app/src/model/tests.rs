//! What the server writes with serde, the browser reads with miniserde.

use std::fmt::Debug;

use miniserde::{Deserialize, json};
use proptest::prelude::*;
use serde::Serialize;

use super::*;
use crate::fixtures;

mod figures;
mod values;

fn crosses<T: Serialize + Deserialize + PartialEq + Debug>(sent: &T) -> Result<(), TestCaseError> {
    let written = serde_json::to_string(sent).unwrap();
    let read = json::from_str::<T>(&written).ok();
    prop_assert_eq!(read.as_ref(), Some(sent), "{}", written);
    Ok(())
}

fn line(json: &str) -> Option<LogEntry> {
    json::from_str(json).ok()
}

/// A log line with `message` as its message and `more` behind it, both JSON.
fn line_with(message: &str, more: &str) -> String {
    format!(
        r#"{{"timestamp":"2026-01-31T23:59:59Z","level":"warn","message":{message},"source":"x","fields":{{}}{more}}}"#
    )
}

/// A gap that misses `missed`, which is JSON.
fn missed(missed: &str) -> Option<u64> {
    let json = format!(r#"{{"channel":"c","missed":{missed},"from":"00000000.1","to":"00000000.2","reason":""}}"#);
    json::from_str::<Gap>(&json).ok().map(|gap| gap.missed)
}

proptest! {
    #[test]
    fn a_snapshot_crosses(sent in values::snapshot()) {
        prop_assert_eq!(Snapshot::from_json(&sent.to_json()), Some(sent));
    }

    #[test]
    fn samples_alerts_and_lines_cross(
        metrics in values::metrics(), alert in values::alert(), line in values::log_entry(),
    ) {
        crosses(&metrics)?;
        crosses(&alert)?;
        crosses(&line)?;
    }

    #[test]
    fn what_a_stream_says_of_itself_crosses(
        connected in values::connected(), heartbeat in values::heartbeat(), gap in values::gap(), bye in values::bye(),
    ) {
        crosses(&connected)?;
        crosses(&heartbeat)?;
        crosses(&gap)?;
        crosses(&bye)?;
    }

    #[test]
    fn figures_and_latest_values_cross(stats in figures::stats(), values in figures::values()) {
        crosses(&stats)?;
        crosses(&values)?;
    }

    #[test]
    fn a_part_is_no_snapshot(sent in values::snapshot(), at: prop::sample::Index) {
        let json = sent.to_json();
        let at = json.floor_char_boundary(at.index(json.len()));
        prop_assert_eq!(Snapshot::from_json(&json[..at]), None);
    }

    #[test]
    fn a_damaged_snapshot_never_panics(
        sent in values::snapshot(),
        at: prop::sample::Index,
        cut in 0_usize..9,
        put in prop::sample::select(vec![
            "", "\"", "\\", "{", "}", "[", "]", ",", ":", "null", "-", "1e999", "1e-999", "9", "NaN", "\\u", "\\ud800",
            "é", "\0",
        ]),
    ) {
        let mut json = sent.to_json();
        let from = json.floor_char_boundary(at.index(json.len()));
        let to = json.ceil_char_boundary((from + cut).min(json.len()));
        json.replace_range(from..to, put);
        let _ = Snapshot::from_json(&json);
    }

    #[test]
    fn any_text_never_panics(text in prop_oneof![any::<String>(), "[\\[\\]{}\",:0-9eE.+\\\\-]{0,40}"]) {
        let _ = Snapshot::from_json(&text);
        let _ = line(&text);
    }
}

#[test]
fn every_key_is_needed_but_those_that_may_be_null() {
    let whole = serde_json::to_value(fixtures::metrics(1)).unwrap();
    let nullable: Vec<&str> = whole
        .as_object()
        .unwrap()
        .keys()
        .filter(|&key| {
            let mut part = whole.clone();
            part.as_object_mut().unwrap().remove(key);
            json::from_str::<Metrics>(&part.to_string()).is_ok()
        })
        .map(String::as_str)
        .collect();
    assert_eq!(nullable, ["activeUsers", "cpuModes", "load", "processes", "swap"]);
}

#[test]
fn unknown_keys_are_passed_over_however_deep() {
    let plain = line(&line_with("\"hi\"", ""));
    assert!(plain.is_some());
    let deep = |open: &str, inner: &str, close: &str| {
        line(&line_with("\"hi\"", &format!(",\"x\":{}{inner}{}", open.repeat(200_000), close.repeat(200_000))))
    };
    assert_eq!(deep("[", "1", "]"), plain);
    assert_eq!(deep("{\"x\":", "1", "}"), plain);
    assert_eq!(deep("[", "", ""), None);
}

#[test]
fn numbers_keep_their_range() {
    assert_eq!((missed("0"), missed("18446744073709551615")), (Some(0), Some(u64::MAX)));
    for wrong in
        ["18446744073709551616", "-1", "1.5", "1e3", "01", "NaN", "Infinity", "\"1\"", "null", "[1]", "true", ""]
    {
        assert_eq!(missed(wrong), None, "{wrong}");
    }
    let cpu = |number: &str| {
        let json = serde_json::to_string(&fixtures::metrics(1)).unwrap();
        json::from_str::<Metrics>(&json.replace("12.5", number)).ok().map(|metrics| metrics.cpu)
    };
    assert_eq!((cpu("7"), cpu("-7"), cpu("1.25e1"), cpu("1e-999")), (Some(7.0), Some(-7.0), Some(12.5), Some(0.0)));
    for wrong in ["1e999", "NaN", "null", "1.", ".5", "+1", "\"12.5\""] {
        assert_eq!(cpu(wrong), None, "{wrong}");
    }
    let users = |number: &str| {
        let json = serde_json::to_string(&fixtures::metrics(1)).unwrap();
        json::from_str::<Metrics>(&json.replace(r#""activeUsers":null"#, &format!(r#""activeUsers":{number}"#))).ok()
    };
    assert_eq!(users("4294967295").unwrap().active_users, Some(u32::MAX));
    assert_eq!(users("4294967296"), None);
}

#[test]
fn texts_are_read_as_they_were_meant() {
    let message = |json: &str| line(&line_with(json, "")).map(|line| line.message);
    for (json, text) in [
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""\u00e9\ud83d\ude00é😀""#, "é😀é😀"),
        (r#""\u0000""#, "\0"),
    ] {
        assert_eq!(message(json).as_deref(), Some(text), "{json}");
    }
    for wrong in
        [r#""\ud800""#, r#""\udc00""#, r#""\ud800\u0041""#, r#""\ud800x""#, r#""\u12""#, r#""\x""#, "\"\n\"", "\"", "7"]
    {
        assert_eq!(message(wrong), None, "{wrong}");
    }
}

#[test]
fn the_last_of_two_equal_keys_counts() {
    let twice = line(&line_with("\"first\"", ",\"message\":\"last\"")).unwrap();
    assert_eq!(twice.message, "last");
}

#[test]
fn texts_with_a_meaning_are_checked() {
    let whole = line_with("\"hi\"", "");
    for (right, wrong) in [("warn", "Warn"), ("warn", "fatal"), ("2026-01-31", "2026-02-31")] {
        assert_eq!(line(&whole.replace(right, wrong)), None, "{wrong}");
    }
}
