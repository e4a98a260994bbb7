//! What an alert says: its name, and one sentence with the value and the condition.

use std::collections::BTreeMap;
use std::time::Duration;

use super::expr::{Level, Op};
use super::metrics::time;
use super::state::{Change, Reason, Severity, Times};
use super::template::Filling;
use super::{Levels, Rule};

/// What a sentence is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matter<'a> {
    pub(super) rule: &'a Rule,
    /// What its value is held against.
    pub(super) levels: Levels,
    /// The last value there was.
    pub(super) value: f32,
    pub(super) instance: Option<&'a str>,
    pub(super) labels: &'a BTreeMap<String, String>,
}

/// The level that the value is held against: the one to enter; for what was cleared or lost the one to clear.
pub(super) fn threshold(levels: &Levels, change: Change) -> f32 {
    let critical = levels.critical.unwrap_or(levels.warning);
    match change {
        Change::Pending(Severity::Critical) | Change::Fired(Severity::Critical) => critical.enter,
        Change::Pending(Severity::Warning) | Change::Fired(Severity::Warning) => levels.warning.enter,
        Change::Eased | Change::Withdrawn(_) | Change::Back => levels.warning.enter,
        Change::Cleared | Change::Lost | Change::Recovering => levels.warning.clear,
    }
}

impl Matter<'_> {
    /// What a person calls the alert.
    pub(super) fn name(&self, change: Change) -> String {
        self.fill(&self.rule.title, change)
    }

    /// One sentence; the rule's summary when it fires.
    pub(super) fn sentence(&self, change: Change) -> String {
        match (&self.rule.summary, change) {
            (Some(summary), Change::Fired(_)) => self.fill(summary, change),
            _ if self.rule.condition.is_absence() => self.absence(change),
            _ if self.rule.is_statement() => self.statement(change),
            _ => self.usual(change),
        }
    }

    /// A text of the rule with this alert's values.
    pub(super) fn fill(&self, template: &super::template::Template, change: Change) -> String {
        let unit = self.rule.unit();
        template.fill(Filling {
            value: &unit.write(self.value),
            threshold: &unit.write_level(threshold(&self.levels, change)),
            instance: self.instance.unwrap_or_default(),
            labels: self.labels,
        })
    }

    fn subject(&self, change: Change) -> String {
        self.fill(self.rule.subject.as_ref().unwrap_or(&self.rule.title), change)
    }

    fn said_value(&self, change: Change) -> String {
        let says = self.rule.says.as_ref();
        says.map_or_else(|| self.rule.unit().write(self.value), |says| self.fill(says, change))
    }

    /// `above 85 %`; of a condition with several parts the whole of it.
    fn condition(&self, level: f32) -> String {
        match self.rule.op() {
            Some(op) => format!("{} {}", op.words(), self.rule.unit().write_level(level)),
            None => format!("and so {}", self.rule.when),
        }
    }

    fn back(&self, level: Level) -> String {
        let level_text = self.rule.unit().write_level(level.clear);
        match self.rule.op() {
            Some(Op::Above | Op::AtLeast) => format!("back under {level_text}"),
            Some(Op::Below | Op::AtMost) => format!("back over {level_text}"),
            Some(Op::Equal | Op::Unequal) | None => "as it should be".to_owned(),
        }
    }

    fn usual(&self, change: Change) -> String {
        let (thing, value) = (self.subject(change), self.said_value(change));
        let (rule, levels) = (self.rule, self.levels);
        let hold = whole(rule.hold);
        let condition = self.condition(threshold(&levels, change));
        match change {
            Change::Pending(_) => format!("{thing} is {value}, {condition}; fires if it stays so for {hold}"),
            Change::Fired(_) if rule.hold < Duration::from_secs(1) => format!("{thing} is {value}, {condition}"),
            Change::Fired(_) => format!("{thing} is {value}, {condition} for {hold}"),
            Change::Eased => {
                let critical = self.back(levels.critical.unwrap_or(levels.warning));
                let warning = self.back(levels.warning);
                format!("{thing} is {value}, {critical} and not yet {}", warning.trim_start_matches("back "))
            }
            Change::Recovering => {
                let keep = whole(rule.keep_firing_for);
                format!("{thing} is {value}, {}; resolved if it stays so for {keep}", self.back(levels.warning))
            }
            Change::Back => format!("{thing} is {value}, {condition} again"),
            Change::Cleared => format!("{thing} is {value}, {}", self.back(levels.warning)),
            Change::Lost => {
                format!("{thing} has not been read for {}, was {value}", whole(Times::of(rule).grace))
            }
            Change::Withdrawn(Reason::Down) => format!("{thing} is {value}, not {condition} any more; it never fired"),
            Change::Withdrawn(Reason::Unread) => format!("{thing} is not read any more, was {value}; it never fired"),
            Change::Withdrawn(Reason::Unwatched) => {
                format!("{thing} was not watched for a while, is {value}; the alert begins again, it never fired")
            }
        }
    }

    /// Of what is so or not.
    fn statement(&self, change: Change) -> String {
        let (name, rule) = (self.name(change), self.rule);
        let (hold, keep) = (whole(rule.hold), whole(rule.keep_firing_for));
        match change {
            Change::Pending(_) => format!("{name}; fires if it stays so for {hold}"),
            Change::Fired(_) | Change::Eased => name,
            Change::Back => format!("{name} again"),
            Change::Recovering => format!("{name}: not so now; resolved if it stays so for {keep}"),
            Change::Cleared => format!("{name}: not so any more"),
            Change::Lost => format!("{name}: nothing has been read of it for {}", whole(Times::of(rule).grace)),
            Change::Withdrawn(Reason::Down) => format!("{name}: not so any more; it never fired"),
            Change::Withdrawn(Reason::Unread) => format!("{name}: nothing is read of it any more; it never fired"),
            Change::Withdrawn(Reason::Unwatched) => {
                format!("{name}: not watched for a while; the alert begins again, it never fired")
            }
        }
    }

    fn absence(&self, change: Change) -> String {
        let (thing, silence) = (self.subject(change), self.said_value(change));
        match change {
            Change::Cleared | Change::Recovering | Change::Lost => format!("{thing} is read again"),
            Change::Withdrawn(_) => format!("{thing} is read again, or was not watched for a while; it never fired"),
            _ => format!("{thing} has not been read for {silence}"),
        }
    }
}

fn whole(span: Duration) -> String {
    time(span.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(rule: &Rule, instance: Option<&str>, value: f32, change: Change) -> String {
        let scale = if rule.name == "load" { 4.0 } else { 1.0 };
        let levels = rule.levels().or(Rule::cpu().levels()).unwrap().times(scale);
        Matter { rule, levels, value, instance, labels: &BTreeMap::new() }.sentence(change)
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
        let name = |rule: &Rule, instance| {
            let levels = rule.levels().unwrap();
            Matter { rule, levels, value: 0.0, instance, labels: &BTreeMap::new() }.name(fired)
        };
        assert_eq!(name(&filesystem, Some("/var")), "/var nearly full");
        assert_eq!(name(&Rule::memory(), None), "Memory nearly full");
    }

    /// The default rule of this name.
    fn usual(name: &str) -> Rule {
        super::super::file::defaults().into_iter().find(|rule| rule.name == name).unwrap()
    }

    #[test]
    fn what_is_so_or_not_has_no_value() {
        let unit = usual("unit-failed");
        let says = |change| said(&unit, Some("a.service"), 1.0, change);
        assert_eq!(says(Change::Pending(Severity::Warning)), "a.service has failed; fires if it stays so for 5 min");
        assert_eq!(says(Change::Fired(Severity::Warning)), "a.service has failed: systemctl status a.service");
        assert_eq!(says(Change::Cleared), "a.service has failed: not so any more");
        let fills = usual("filesystem-fills-soon");
        assert_eq!(said(&fills, Some("/"), 80.1, Change::Cleared), "/ will be full within 4 h: not so any more");
    }

    #[test]
    fn a_rate_is_in_what_its_metric_is_a_second() {
        let fired = Change::Fired(Severity::Warning);
        assert_eq!(
            said(&usual("disk-queue"), Some("sda"), 12.5, fired),
            "sda is 12.50 operations waiting, above 10.00 for 30 min"
        );
        assert_eq!(said(&usual("clock-skew"), None, 0.06, fired), "The clock is 60 ms off, above 50 ms for 10 min");
    }

    #[test]
    fn without_a_hold_time_none_is_named() {
        let at_once = Rule { hold: Duration::ZERO, ..Rule::cpu() };
        assert_eq!(said(&at_once, None, 90.0, Change::Fired(Severity::Warning)), "CPU is 90.0 %, above 85 %");
    }
}
