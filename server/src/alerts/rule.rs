use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use app::model::AlertLevel;

use super::expr::{Comparison, Condition, Level, Op, Selector, Value};
use super::metrics::{Unit, time};
use super::source::Source;
use super::template::Template;

/// What is worth a look, and what is urgent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Levels {
    /// Look at it today.
    pub warning: Level,
    /// Look at it now; at least as bad as `warning`. Not every rule has it.
    pub critical: Option<Level>,
}

/// What is watched, at which levels and for how long.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Names the rule, and begins the id of each of its alerts.
    pub name: String,
    /// What a person calls its alert.
    pub title: Template,
    /// What a sentence is about; the title where it is left out.
    pub subject: Option<Template>,
    /// How a sentence says the value: `{value} full`.
    pub says: Option<Template>,
    /// What must be so.
    pub condition: Condition,
    /// The same as it was written.
    pub when: String,
    /// The metric by which the levels are multiplied: the cores, for the load. Its place in the table.
    pub(super) per: Option<usize>,
    /// The level at which the alert becomes critical, of a condition that is one comparison.
    pub critical: Option<Level>,
    /// What must be so besides, for it to become critical.
    pub critical_if: Option<Condition>,
    /// How bad it is, before it becomes critical.
    pub severity: AlertLevel,
    /// How long it must be so before the alert fires.
    pub hold: Duration,
    /// How long it goes on firing after it is so no more.
    pub keep_firing_for: Duration,
    /// What the alert says when it fires.
    pub summary: Option<Template>,
    /// What to do about it, or what it means.
    pub description: Option<Template>,
    /// Besides `alertname`, `severity`, `instance` and the metric's.
    pub labels: BTreeMap<String, String>,
    /// Where it is written.
    pub source: Source,
}

impl Levels {
    /// These levels for a value that counts in units `scale` times smaller: of levels per core those for all cores.
    pub fn times(self, scale: f32) -> Self {
        Self { warning: self.warning.times(scale), critical: self.critical.map(|critical| critical.times(scale)) }
    }
}

impl Rule {
    /// The levels of a rule that is one comparison.
    pub fn levels(&self) -> Option<Levels> {
        let warning = self.condition.single()?.level;
        Some(Levels { warning, critical: self.critical })
    }

    /// The same rule at other levels, if it is one comparison.
    pub(super) fn at(mut self, levels: Levels) -> Self {
        if let Some(comparison) = self.condition.single_mut() {
            comparison.level = levels.warning;
            comparison.hysteresis = true;
            self.critical = levels.critical;
        }
        self
    }

    /// What its value counts.
    pub(crate) fn unit(&self) -> Unit {
        match &self.condition {
            _ if self.condition.is_absence() => Unit::Seconds,
            condition => condition.first_value().map_or(Unit::Count, Value::unit),
        }
    }

    /// Its summary says what is so, and no value of it says more: a thing has failed, or is full in four hours.
    pub(super) fn is_statement(&self) -> bool {
        let is_flag = |comparison: &Comparison| comparison.op == Op::Above && comparison.level.enter == 0.0;
        self.summary.is_some() && self.says.is_none() && self.condition.single().is_none_or(is_flag)
    }

    /// Its levels are multiplied by another metric.
    pub(crate) fn is_scaled(&self) -> bool {
        self.per.is_some()
    }

    /// It is one comparison, so that its value has a level.
    pub(crate) fn is_single(&self) -> bool {
        self.condition.single().is_some()
    }

    /// Greater values are the worse ones.
    pub(crate) fn is_upward(&self) -> bool {
        self.op().is_none_or(Op::is_upward)
    }

    /// What must be so of the value, in words: `above 90 %`, or the condition as it is written.
    pub(crate) fn condition_words(&self, level: Option<f32>) -> String {
        let hold = if self.hold.is_zero() { String::new() } else { format!(" for {}", time(self.hold.as_secs())) };
        match (self.op(), level) {
            (Some(op), Some(level)) => format!("{} {}{hold}", op.words(), self.unit().write_level(level)),
            _ => format!("{}{hold}", self.when),
        }
    }

    /// When it is over, in words.
    pub(crate) fn clear_words(&self, clear: f32) -> Option<String> {
        let op = self.op().filter(|op| op.has_sides())?;
        let keep = if self.keep_firing_for.is_zero() {
            String::new()
        } else {
            format!(" for {}", time(self.keep_firing_for.as_secs()))
        };
        let side = if op.is_upward() { "under" } else { "over" };
        Some(format!("{side} {}{keep}", self.unit().write_level(clear)))
    }

    pub(super) fn op(&self) -> Option<Op> {
        self.condition.single().map(|comparison| comparison.op)
    }

    /// Every selector in it, with the window that it is read over, if it is.
    pub(super) fn selectors(&self) -> Vec<(&Selector, Option<Duration>)> {
        let conditions = [Some(&self.condition), self.critical_if.as_ref()];
        conditions.into_iter().flatten().flat_map(Condition::selectors).collect()
    }

    /// The longest time that it looks back.
    pub(super) fn window(&self) -> Duration {
        self.selectors().iter().filter_map(|(_, window)| *window).max().unwrap_or_default()
    }

    /// Which edition of the rule it is: another number when anything about it is another.
    pub fn edition(&self) -> u32 {
        crc32fast::hash(format!("{self:?}").as_bytes())
    }
}
