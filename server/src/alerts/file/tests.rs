use std::time::Duration;

use app::model::AlertLevel;

use super::*;
use crate::alerts::expr::Level;
use crate::alerts::{Levels, sample};

fn refused(toml: &str) -> String {
    let entries: Entries = toml::from_str(toml).unwrap_or_else(|error| panic!("{error}"));
    let error = Rules::default().add(entries.rule, None, toml).unwrap_err();
    format!("{}: {error}", &toml[error.at.clone()])
}

#[test]
fn the_defaults_are_what_they_were() {
    let rules = defaults();
    let of = |name: &str| rules.iter().find(|rule| rule.name == name).unwrap();
    for (name, warning, critical, hold) in [
        ("cpu", (85.0, 75.0), (95.0, 85.0), 120),
        ("memory", (90.0, 80.0), (98.0, 90.0), 60),
        ("swap", (90.0, 80.0), (98.0, 90.0), 300),
        ("load", (2.0, 1.75), (4.0, 3.5), 300),
        ("filesystem", (90.0, 80.0), (98.0, 90.0), 60),
    ] {
        let rule = of(name);
        let level = |(enter, clear)| Level { enter, clear };
        let levels = Levels { warning: level(warning), critical: Some(level(critical)) };
        assert_eq!((rule.levels(), rule.hold.as_secs()), (Some(levels), hold), "{name}");
        assert_eq!((rule.keep_firing_for, rule.severity), (Duration::ZERO, AlertLevel::Warning));
    }
}

#[test]
fn all_can_be_written() {
    let rules = sample::rules(
        r#"
[[rule]]
name = "var_filling"
title = "{mount} fills"
subject = "{instance}"
says = "{value} full"
when = 'filesystem{mount="/var*"} > 80'
clear = 70
critical = 90
critical_clear = 85
severity = "info"
for = "5m"
keep_firing_for = "10m"
per = "cores"
summary = "{instance} on {device} is at {value}, over {threshold} ({team})"
description = "delete something"
labels = { team = "ops", runbook_url = "https://example.org/x" }
"#,
    );
    let rule = &rules[0];
    assert_eq!(rule.levels().unwrap().warning, Level { enter: 80.0, clear: 70.0 });
    assert_eq!(rule.critical, Some(Level { enter: 90.0, clear: 85.0 }));
    assert_eq!((rule.hold.as_secs(), rule.keep_firing_for.as_secs()), (300, 600));
    let plain = || sample::rules("[[rule]]\nname = 'a'\nwhen = 'cpu > 1'\n").remove(0);
    assert_ne!(rule.edition(), plain().edition());
    assert_eq!(plain().edition(), plain().edition());
}

#[test]
fn what_cannot_be_is_refused_with_place_key_and_reason() {
    let rule = |lines: &str| format!("[[rule]]\nname = \"a\"\n{lines}\n");
    for (lines, expected) in [
        ("when = 'cup > 1'", "cup: rule \"a\": when: expected a metric that is known"),
        ("when = 'cpu / 0 > 1'", "0: rule \"a\": when: expected anything but 0"),
        ("when = 'cpu > 1'\nclear = 2", "2: rule \"a\": clear: expected at most the level (1), got 2"),
        ("when = 'cpu < 5'\nclear = 2", "2: rule \"a\": clear: expected at least the level (5), got 2"),
        ("when = 'cpu > 1 and memory > 2'\nclear = 2", "2: rule \"a\": clear: expected none here"),
        ("when = 'cpu > 9 clear 8'\nclear = 2", "2: rule \"a\": clear: expected none here, as the condition has"),
        ("when = 'cpu > 9'\ncritical = 8", "8: rule \"a\": critical: expected at least the level (9), got 8"),
        ("when = 'cpu < 9'\ncritical = 10", "10: rule \"a\": critical: expected at most the level (9), got 10"),
        ("when = 'cpu > 9'\ncritical_clear = 8", "8: rule \"a\": critical_clear: expected `critical` beside it"),
        ("when = 'cpu > 9'\ncritical = 12\ncritical_clear = 8", "8: rule \"a\": critical_clear: expected at least the"),
        ("when = 'cpu > 9'\ncritical = 12\nseverity = 'critical'", "12: rule \"a\": critical: expected none"),
        ("when = 'cpu > 9'\ncritical_if = 'memory > 5'", "'memory > 5': rule \"a\": critical_if: expected `critical`"),
        ("when = 'cpu > 9'\ncritical = 12\ncritical_if = 'mem > 5'", "mem: rule \"a\": critical_if: expected a metric"),
        ("when = 'core > 9'\ncritical = 12\ncritical_if = 'filesystem > 5'", "filesystem: rule \"a\": critical_if: "),
        ("when = 'cpu > 9'\nfor = '25h'", "'25h': rule \"a\": for: expected at most 24h, got 1day 1h"),
        ("when = 'cpu > 9'\nkeep_firing_for = '2days'", "'2days': rule \"a\": keep_firing_for: expected at most 24h"),
        ("when = 'cpu > 9'\nper = 'filesystem'", "'filesystem': rule \"a\": per: expected a metric of the whole"),
        ("when = 'cpu > 9'\nsummary = '{mount}'", "'{mount}': rule \"a\": summary: expected one of {value}, "),
        ("when = 'cpu > 9'\nlabels = { instance = 'x' }", "{ instance = 'x' }: rule \"a\": labels.instance: expected"),
        ("when = 'cpu > 9'\nlabels = { a-b = 'x' }", "{ a-b = 'x' }: rule \"a\": labels.a-b: expected a name"),
        (
            "when = 'cpu > 9'\n[[rule]]\nname = 'a'\nwhen = 'cpu > 9'",
            "'a': rule \"a\": name: expected a name that no other rule has",
        ),
    ] {
        let said = refused(&rule(lines));
        assert!(said.starts_with(expected), "{lines:?} gives {said}");
    }
    assert!(refused("[[rule]]\nname = 'a b'\nwhen = 'cpu > 1'\n").contains("expected 1 to 64 letters"));
    let own = refused("[[rule]]\nname = 'opsglass-rules'\nwhen = 'cpu > 1'\n");
    assert!(own.starts_with("'opsglass-rules': rule \"opsglass-rules\": name: expected another name"), "{own}");
    let multiline = "[[rule]]\nname = 'a'\nwhen = \"\"\"\ncpu > 1\n  and cup > 2\"\"\"\n";
    assert!(refused(multiline).starts_with("cup: "), "{}", refused(multiline));
}
