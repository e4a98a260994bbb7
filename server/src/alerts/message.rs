//! What an alert says: its name, and one sentence with the value and the condition.

use std::time::Duration;

use app::format;

use super::state::{Change, Reason, Severity, grace};
use super::{Levels, Reading, Rule, Source};

/// What a person calls the alert.
pub(super) fn name(source: Source, subject: Option<&str>) -> String {
    match source {
        Source::Cpu => "CPU saturated".to_owned(),
        Source::Load => "Load high".to_owned(),
        Source::Memory | Source::Swap | Source::FileSystems => format!("{} nearly full", thing(source, subject)),
    }
}

/// The level that the value is held against: the one to enter; for what was cleared or lost the one to clear.
pub(super) fn threshold(levels: &Levels, change: Change) -> f32 {
    match change {
        Change::Pending(Severity::Critical) | Change::Fired(Severity::Critical) => levels.critical.enter,
        Change::Pending(Severity::Warning) | Change::Fired(Severity::Warning) => levels.warning.enter,
        Change::Eased | Change::Withdrawn(_) => levels.warning.enter,
        Change::Cleared | Change::Lost => levels.warning.clear,
    }
}

/// One sentence. `reading` is the last there was, `levels` are those it was held against.
pub(super) fn sentence(rule: &Rule, reading: &Reading, levels: &Levels, change: Change) -> String {
    let source = rule.source;
    let thing = thing(source, reading.subject.as_deref());
    let level = |level| level_text(source, level);
    let hold = rule.hold;
    let value = value_text(source, reading.value);
    let threshold = level(threshold(levels, change));
    match change {
        Change::Pending(_) => format!("{thing} is {value}, above {threshold}; fires if it stays so for {}", time(hold)),
        Change::Fired(_) if hold < Duration::from_secs(1) => format!("{thing} is {value}, above {threshold}"),
        Change::Fired(_) => format!("{thing} is {value}, above {threshold} for {}", time(hold)),
        Change::Eased => format!(
            "{thing} is {value}, back under {} and not yet under {}",
            level(levels.critical.clear),
            level(levels.warning.clear)
        ),
        Change::Cleared => format!("{thing} is {value}, back under {threshold}"),
        Change::Lost => format!("{thing} has not been read for {}, was {value}", time(grace(hold))),
        Change::Withdrawn(Reason::Down) => {
            format!("{thing} is {value}, not above {threshold} any more; it never fired")
        }
        Change::Withdrawn(Reason::Unread) => format!("{thing} is not read any more, was {value}; it never fired"),
        Change::Withdrawn(Reason::Unwatched) => {
            format!("{thing} was not watched for a while, is {value}; the alert begins again, it never fired")
        }
    }
}

fn thing(source: Source, subject: Option<&str>) -> &str {
    match source {
        Source::Cpu => "CPU",
        Source::Memory => "Memory",
        Source::Swap => "Swap",
        Source::Load => "Load over 5 min",
        Source::FileSystems => subject.unwrap_or("File system"),
    }
}

fn value_text(source: Source, value: f32) -> String {
    match source {
        Source::Cpu => format!("{} %", format::decimal(value)),
        Source::Memory | Source::Swap | Source::FileSystems => format!("{} % full", format::decimal(value)),
        Source::Load => format::load(value),
    }
}

/// Like a value, but a round percentage without its decimal.
fn level_text(source: Source, level: f32) -> String {
    match source {
        Source::Load => format::load(level),
        _ if level.fract() == 0.0 => format!("{} %", format::whole(level)),
        _ => format!("{} %", format::decimal(level)),
    }
}

/// A hold time: `90 s`, `2 min`.
fn time(span: Duration) -> String {
    let seconds = span.as_secs();
    if seconds < 600 && !seconds.is_multiple_of(60) { format!("{seconds} s") } else { format::span(seconds) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(rule: &Rule, subject: Option<&str>, value: f32, change: Change) -> String {
        let reading = Reading { subject: subject.map(str::to_owned), value, scale: 4.0 };
        let levels = if rule.source == Source::Load { rule.levels.times(4.0) } else { rule.levels };
        sentence(rule, &reading, &levels, change)
    }

    #[test]
    fn sentences_say_value_and_condition() {
        let cpu = Rule::cpu();
        for (value, change, sentence) in [
            (92.6, Change::Pending(Severity::Warning), "CPU is 92.6 %, above 85 %; fires if it stays so for 2 min"),
            (92.6, Change::Fired(Severity::Warning), "CPU is 92.6 %, above 85 % for 2 min"),
            (97.0, Change::Fired(Severity::Critical), "CPU is 97.0 %, above 95 % for 2 min"),
            (80.1, Change::Eased, "CPU is 80.1 %, back under 85 % and not yet under 75 %"),
            (40.1, Change::Cleared, "CPU is 40.1 %, back under 75 %"),
            (85.0, Change::Withdrawn(Reason::Down), "CPU is 85.0 %, not above 85 % any more; it never fired"),
        ] {
            assert_eq!(said(&cpu, None, value, change), sentence);
        }
    }

    #[test]
    fn sentences_name_what_they_are_about() {
        let (filesystem, load) = (Rule::filesystem(), Rule::load());
        let fired = Change::Fired(Severity::Warning);
        assert_eq!(said(&filesystem, Some("/var"), 93.4, fired), "/var is 93.4 % full, above 90 % for 1 min");
        assert_eq!(said(&load, None, 9.126, fired), "Load over 5 min is 9.13, above 8.00 for 5 min");
        assert_eq!(
            said(&filesystem, Some("/mnt"), 93.4, Change::Lost),
            "/mnt has not been read for 1 min, was 93.4 % full"
        );
        assert_eq!(name(Source::FileSystems, Some("/var")), "/var nearly full");
        assert_eq!(name(Source::Memory, None), "Memory nearly full");
    }

    #[test]
    fn hold_times_are_not_rounded() {
        for (seconds, written) in [(5, "5 s"), (60, "1 min"), (90, "90 s"), (7_200, "2 h 0 min")] {
            assert_eq!(time(Duration::from_secs(seconds)), written);
        }
        let at_once = Rule { hold: Duration::ZERO, ..Rule::cpu() };
        assert_eq!(said(&at_once, None, 90.0, Change::Fired(Severity::Warning)), "CPU is 90.0 %, above 85 %");
    }
}
