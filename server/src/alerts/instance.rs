use std::collections::BTreeMap;

use app::model::{Alert, AlertChange, AlertLevel, AlertPhase, AlertRule, AlertSample, AlertState, Timestamp};
use serde::{Deserialize, Serialize};

use super::flaps::Flaps;
use super::message::{self, Matter};
use super::pace::Moment;
use super::state::{Change, Machine, Seen, Severity, Times};
use super::{Levels, Rule};

/// Values that an alert carries with it.
const SAMPLES: usize = 60;

/// One alert: a rule and what it is about. All that must outlast a restart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Instance {
    pub(super) rule: String,
    pub(super) instance: Option<String>,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) machine: Machine,
    flaps: Flaps,
    /// The last there was: what a value that is gone was.
    pub(super) value: f32,
    pub(super) levels: Levels,
    samples: Samples,
    /// What was told of it last.
    pub(super) last: Option<AlertChange>,
}

/// Values, thinned out evenly when they get too many.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Samples {
    kept: Vec<AlertSample>,
    newest: Option<AlertSample>,
    /// Of so many one is kept.
    stride: usize,
    passed: usize,
}

/// A value with what it was held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reading {
    pub(super) value: f32,
    pub(super) levels: Levels,
    pub(super) seen: Seen,
}

impl Instance {
    pub(super) fn new(rule: &Rule, instance: Option<&str>, labels: BTreeMap<String, String>, reading: Reading) -> Self {
        Self {
            rule: rule.name.clone(),
            instance: instance.map(str::to_owned),
            labels,
            machine: Machine::default(),
            flaps: Flaps::default(),
            value: reading.value,
            levels: reading.levels,
            samples: Samples::default(),
            last: None,
        }
    }

    /// What names it: the rule, and what it is about.
    pub(super) fn id(&self) -> String {
        id(&self.rule, self.instance.as_deref())
    }

    /// The values since its condition is met, thinned out.
    pub(super) fn samples(&self) -> Vec<AlertSample> {
        self.samples.all()
    }

    /// There is nothing to remember of it.
    pub(super) fn is_over(&mut self, now: Timestamp) -> bool {
        self.machine.is_inactive() && self.flaps.is_calm(now)
    }

    /// Takes in what is read next, or that nothing was, and returns what is to be told of it.
    pub(super) fn step(&mut self, rule: &Rule, times: Times, now: Moment, reading: Option<Reading>) -> Option<Change> {
        if let Some(reading) = reading {
            if self.machine.is_inactive() {
                self.samples = Samples::default();
            }
            self.value = reading.value;
            self.levels = reading.levels;
            self.samples.push(AlertSample { at: now.at, value: reading.value });
        }
        let flapping = self.flaps.is_flapping(now.at);
        let change = self.machine.step(reading.map(|reading| reading.seen), times, now, flapping)?;
        debug_assert_eq!(rule.name, self.rule);
        self.flaps.tell(change, now.at).then_some(change)
    }

    /// The change number `number` as it is published.
    pub(super) fn told(
        &mut self,
        rule: &Rule,
        edition: u32,
        change: Change,
        at: Timestamp,
        number: u64,
    ) -> AlertChange {
        let fired_at = match &self.last {
            _ if self.machine.is_firing() => self.machine.since(),
            Some(last) if last.alert.state == AlertState::Firing => last.fired_at,
            _ => None,
        };
        let (state, phase, level) = self.standing(rule, change);
        // What is resolved keeps the severity that it had, as a label.
        let level_told = if state == AlertState::Resolved { self.was_level(rule) } else { level };
        let labels = labels(rule, self, level_told);
        let matter = Matter {
            rule,
            levels: self.levels,
            value: self.value,
            instance: self.instance.as_deref(),
            labels: &labels,
        };
        let fill = |template: &Option<_>| template.as_ref().map(|template| matter.fill(template, change));
        let alert = Alert {
            id: self.id(),
            name: matter.name(change),
            level,
            state,
            message: matter.sentence(change),
            value: self.value,
            threshold: message::threshold(&self.levels, change),
            unit: rule.unit().sign().to_owned(),
            hold: rule.hold.as_secs(),
            // A resolved alert is so from now on.
            since: self.machine.since().unwrap_or(at),
        };
        let (summary, description) = (fill(&rule.summary), fill(&rule.description));
        let told = AlertChange {
            alert,
            change: number,
            at,
            phase,
            instance: self.instance.clone(),
            summary,
            description,
            rule: AlertRule {
                name: rule.name.clone(),
                when: rule.when.clone(),
                edition,
                keep_firing_for: rule.keep_firing_for.as_secs(),
            },
            fired_at,
            samples: self.samples.all(),
            untold: std::mem::take(&mut self.flaps.untold),
            labels,
        };
        self.last = Some(told.clone());
        told
    }

    /// The change by which it ends when its rule is gone; nothing if nothing was ever told of it.
    pub(super) fn removed(&mut self, at: Timestamp, number: u64) -> Option<AlertChange> {
        let mut told = self.last.take()?;
        let never_fired = told.alert.state == AlertState::Pending;
        told.phase = if never_fired { AlertPhase::Withdrawn } else { AlertPhase::Resolved };
        told.alert.state = AlertState::Resolved;
        told.alert.level = AlertLevel::Info;
        told.alert.message = format!("{} is not watched any more: the rule is gone", told.alert.name);
        told.alert.since = at;
        (told.change, told.at) = (number, at);
        self.machine = Machine::default();
        Some(told)
    }

    fn standing(&self, rule: &Rule, change: Change) -> (AlertState, AlertPhase, AlertLevel) {
        let level = |severity| if severity == Severity::Critical { AlertLevel::Critical } else { rule.severity };
        let now = level(self.machine.severity().unwrap_or(Severity::Warning));
        match change {
            Change::Pending(severity) => (AlertState::Pending, AlertPhase::Pending, level(severity)),
            Change::Fired(_) | Change::Back => (AlertState::Firing, AlertPhase::Firing, now),
            Change::Eased => (AlertState::Firing, AlertPhase::Firing, rule.severity),
            Change::Recovering => (AlertState::Firing, AlertPhase::Recovering, now),
            Change::Cleared | Change::Lost => (AlertState::Resolved, AlertPhase::Resolved, AlertLevel::Info),
            Change::Withdrawn(_) => (AlertState::Resolved, AlertPhase::Withdrawn, AlertLevel::Info),
        }
    }

    fn was_level(&self, rule: &Rule) -> AlertLevel {
        let was = self.last.as_ref().filter(|last| last.alert.state != AlertState::Resolved);
        was.map_or(rule.severity, |last| last.alert.level)
    }
}

impl Samples {
    fn push(&mut self, sample: AlertSample) {
        let stride = self.stride.max(1);
        if self.passed.is_multiple_of(stride) {
            self.kept.push(sample);
        }
        self.passed += 1;
        self.newest = Some(sample);
        if self.kept.len() >= SAMPLES {
            let mut number = 0;
            self.kept.retain(|_| {
                number += 1;
                number % 2 == 1
            });
            self.stride = stride * 2;
        }
    }

    /// Those that are kept, and the newest.
    fn all(&self) -> Vec<AlertSample> {
        let newest = self.newest.filter(|newest| self.kept.last() != Some(newest));
        self.kept.iter().copied().chain(newest).collect()
    }
}

/// What names an alert.
pub(super) fn id(rule: &str, instance: Option<&str>) -> String {
    instance.map_or_else(|| rule.to_owned(), |instance| format!("{rule}:{instance}"))
}

/// The value of the label `severity`.
pub(super) fn severity(level: AlertLevel) -> &'static str {
    match level {
        AlertLevel::Info => "info",
        AlertLevel::Warning => "warning",
        AlertLevel::Critical => "critical",
    }
}

fn labels(rule: &Rule, instance: &Instance, level: AlertLevel) -> BTreeMap<String, String> {
    let mut labels = instance.labels.clone();
    labels.extend(rule.labels.clone());
    labels.insert("alertname".to_owned(), rule.name.clone());
    labels.insert("severity".to_owned(), severity(level).to_owned());
    if let Some(instance) = &instance.instance {
        labels.insert("instance".to_owned(), instance.clone());
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_thinned_out_evenly_and_the_newest_is_there() {
        let mut samples = Samples::default();
        for s in 0..100_000_u64 {
            samples.push(AlertSample { at: Timestamp::from_ms(s), value: s as f32 });
            let all = samples.all();
            assert!(all.len() <= SAMPLES);
            assert_eq!(all.last().unwrap().at.ms(), s);
        }
        let gaps: Vec<u64> = samples.kept.windows(2).map(|two| two[1].at.since(two[0].at)).collect();
        assert!(gaps.iter().all(|gap| *gap == gaps[0]), "{gaps:?}");
        assert!(samples.kept.len() >= SAMPLES / 3);
    }
}
