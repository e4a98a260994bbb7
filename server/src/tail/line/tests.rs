use super::*;

const PLAIN: Setting =
    Setting { now: Timestamp::from_ms(36_131_000), before: Some(Timestamp::from_ms(36_118_000)), coloured: false };

fn shown(name: &str, data: &str) -> String {
    line(&Event::new(None, name, data.to_owned()), PLAIN)
}

#[test]
fn the_dashboard_s_events() {
    for (name, data, expected) in [
        (
            "log",
            r#"{"timestamp":"2026-01-01T08:00:01.000Z","level":"warn","message":"slow","source":"journal","unit":"nginx"}"#,
            "08:00:01 warn  nginx  slow",
        ),
        ("log", r#"{"timestamp":"2026-01-01T08:00:01Z","level":"error","message":"m"}"#, "08:00:01 error   m"),
        (
            "alert",
            r#"{"since":"2026-01-01T08:00:01Z","level":"critical","state":"firing","name":"CPU high","message":"97 %"}"#,
            "08:00:01 critical firing CPU high: 97 %",
        ),
        ("alert", r#"{"level":"warning","message":"High CPU"}"#, "10:02:11 warning High CPU"),
        ("metrics", r#"{"cpu":12.34,"memory":45.6,"activeUsers":3}"#, "10:02:11 cpu 12.3 %  memory 45.6 %  users 3"),
        ("metrics", r#"{"cpu":0,"memory":1}"#, "10:02:11 cpu 0.0 %  memory 1.0 %"),
        ("userJoined", r#"{"username":"ada"}"#, r#"10:02:11 userJoined {"username":"ada"}"#),
        ("message", "no JSON\nat all", "10:02:11 message no JSON\\nat all"),
        (
            "gap",
            r#"{"channel":"dashboard","missed":1200,"reason":"gone"}"#,
            "10:02:11 gap dashboard: 1,200 events lost between 10:01:58 and 10:02:11: gone",
        ),
    ] {
        assert_eq!(shown(name, data), expected);
    }
}

#[test]
fn what_is_not_as_expected_is_shown_as_it_is() {
    for (name, data) in [("log", "7"), ("alert", "[]"), ("metrics", r#"{"cpu":"x"}"#), ("gap", "null"), ("log", "")] {
        assert_eq!(shown(name, data), format!("10:02:11 {name} {data}"));
    }
}

#[test]
fn colours_are_the_only_sequences() {
    let hostile = r#"{"level":"\u001b[31mwarn","source":"\u001b]0;x\u0007","message":"\u001b[2J\r\n\u009b1m"}"#;
    let plain = shown("log", hostile);
    assert!(!plain.chars().any(char::is_control), "{plain:?}");
    assert!(plain.contains("\\x1b[2J\\r\\n\\x9b1m"), "{plain}");
    let coloured = line(
        &Event::new(None, "log", r#"{"level":"warn","message":"m"}"#.to_owned()),
        Setting { coloured: true, ..PLAIN },
    );
    assert!(coloured.contains("\u{1b}[33mwarn \u{1b}[0m"), "{coloured:?}");
}
