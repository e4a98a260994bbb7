use std::collections::BTreeMap;
use std::sync::Arc;

use app::model::{AlertChange, Timestamp};

use super::expr::{Selector, evaluate};
use super::frame::{Absences, Frame, View};
use super::instance::{Instance, Reading, id};
use super::metrics::{METRICS, Sample};
use super::pace::{Moment, Pace};
use super::state::{Seen, Times};
use super::window::Windows;
use super::{Levels, Rule};

/// Alerts of one rule that are open at one time.
const MOST_INSTANCES: usize = 1_000;

/// All rules, and where each of their alerts stands.
#[derive(Debug)]
pub struct Engine {
    watches: Vec<Watch>,
    /// Places of the metrics that rules name.
    wanted: Vec<usize>,
    pace: Pace,
    windows: Windows,
    absences: Absences,
    /// The number of the last change that was told.
    changes: u64,
}

/// A rule and its alerts that are pending, firing, or were so of late, by what they are about.
#[derive(Debug)]
struct Watch {
    rule: Arc<Rule>,
    edition: u32,
    times: Times,
    /// Places of the metrics that it reads by instance.
    labelled: Vec<usize>,
    is_absence: bool,
    open: BTreeMap<Option<String>, Instance>,
}

/// What one sample has changed.
#[derive(Debug, Default)]
pub struct Turn {
    /// What is to be told, in order.
    pub told: Vec<AlertChange>,
    /// Alerts of which something is to be remembered that was not so before, by id; nothing for those to be forgotten.
    pub(super) kept: Vec<(String, Option<Instance>)>,
}

impl Engine {
    /// Holds samples against `rules`.
    pub fn new(rules: Vec<Rule>) -> Self {
        let watches: Vec<Watch> = rules.into_iter().map(Watch::new).collect();
        let (wanted, windows, absences) = needs(&watches);
        Self { watches, wanted, pace: Pace::default(), windows, absences, changes: 0 }
    }

    /// Watching begins: what is missed is missed since then.
    pub(super) fn begin(&mut self, at: Timestamp) {
        self.absences.push(&Frame::empty(at), false);
    }

    /// Goes on where another life has ended: with these alerts, that number of changes, and the last moment it saw.
    /// Those whose rule is gone are returned as changes to be told.
    pub(super) fn restore(&mut self, kept: Vec<Instance>, changes: u64, seen: Option<Timestamp>) -> Turn {
        self.changes = changes;
        let mut turn = Turn::default();
        for mut instance in kept {
            match self.watches.iter_mut().find(|watch| watch.rule.name == instance.rule) {
                Some(watch) => {
                    watch.open.insert(instance.instance.clone(), instance);
                }
                None => {
                    let at = seen.unwrap_or_default();
                    self.remove(&mut turn, &mut instance, at);
                }
            }
        }
        if let Some(seen) = seen {
            self.pace.next(seen);
        }
        turn
    }

    /// Takes other rules, and keeps where the alerts stand of those that are in both.
    pub(super) fn reload(&mut self, rules: Vec<Rule>, at: Timestamp) -> Turn {
        let mut old = std::mem::take(&mut self.watches);
        self.watches = rules.into_iter().map(Watch::new).collect();
        let mut turn = Turn::default();
        for watch in &mut self.watches {
            if let Some(known) = old.iter_mut().find(|known| known.rule.name == watch.rule.name) {
                watch.open = std::mem::take(&mut known.open);
            }
        }
        for mut instance in old.into_iter().flat_map(|watch| watch.open.into_values()) {
            self.remove(&mut turn, &mut instance, at);
        }
        let (wanted, mut windows, mut absences) = needs(&self.watches);
        windows.adopt(std::mem::take(&mut self.windows));
        absences.adopt(&self.absences);
        (self.wanted, self.windows, self.absences) = (wanted, windows, absences);
        turn
    }

    /// The alert's rule is gone.
    fn remove(&mut self, turn: &mut Turn, instance: &mut Instance, at: Timestamp) {
        if !instance.machine.is_inactive() {
            self.changes += 1;
            turn.told.extend(instance.removed(at, self.changes));
        }
        turn.kept.push((instance.id(), None));
    }

    /// Takes in the next sample, and returns what has changed by it; mostly nothing.
    pub fn observe<'a>(&mut self, sample: impl Into<Sample<'a>>) -> Turn {
        let sample = sample.into();
        let now = self.pace.next(sample.metrics.timestamp);
        let frame = Frame::new(sample, &self.wanted);
        self.windows.push(&frame);
        self.absences.push(&frame, now.broken);
        self.turn(&frame, now, false)
    }

    /// No sample has come, and it is `at`: what asks for silence is told.
    pub(super) fn idle(&mut self, at: Timestamp) -> Turn {
        self.turn(&Frame::empty(at), Moment { at, broken: false }, true)
    }

    fn turn(&mut self, frame: &Frame<'_>, now: Moment, absences_only: bool) -> Turn {
        let view = View { frame, windows: &self.windows, absences: &self.absences };
        let mut turn = Turn::default();
        for watch in &mut self.watches {
            if watch.is_absence || !absences_only {
                watch.observe(&view, now, absences_only, &mut self.changes, &mut turn);
            }
        }
        turn
    }

    /// Numbers a change that no rule has made.
    pub(super) fn number(&mut self) -> u64 {
        self.changes += 1;
        self.changes
    }

    /// The rules.
    pub(super) fn rules(&self) -> Vec<Arc<Rule>> {
        self.watches.iter().map(|watch| Arc::clone(&watch.rule)).collect()
    }

    /// All alerts that are pending or firing.
    pub(super) fn open(&self) -> impl Iterator<Item = &Instance> {
        self.watches.iter().flat_map(|watch| watch.open.values()).filter(|instance| !instance.machine.is_inactive())
    }
}

/// What the rules need to be read: metrics, windows, and what they want to miss.
fn needs(watches: &[Watch]) -> (Vec<usize>, Windows, Absences) {
    let selectors = || watches.iter().flat_map(|watch| watch.rule.selectors());
    let per = watches.iter().filter_map(|watch| watch.rule.per);
    let mut wanted: Vec<usize> = selectors().map(|(selector, _)| selector.metric).chain(per).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let windows = selectors().filter_map(|(selector, window)| Some((selector.metric, window?)));
    let absences = watches.iter().filter(|watch| watch.is_absence).flat_map(|watch| watch.rule.condition.selectors());
    let absences: Vec<Selector> = absences.map(|(selector, _)| selector.clone()).collect();
    (wanted, Windows::new(windows), Absences::new(absences))
}

impl Watch {
    fn new(rule: Rule) -> Self {
        let is_absence = rule.condition.is_absence();
        let selectors = rule.condition.selectors();
        let several = selectors.iter().filter(|(selector, _)| !selector.metric().labels().is_empty() && !is_absence);
        let mut labelled: Vec<usize> = several.map(|(selector, _)| selector.metric).collect();
        labelled.sort_unstable();
        labelled.dedup();
        let (edition, times) = (rule.edition(), Times::of(&rule));
        Self { edition, times, labelled, is_absence, rule: Arc::new(rule), open: BTreeMap::new() }
    }

    /// Holds a moment against the rule. `without_sample`: what isn't met then may be so for want of readings, and stays as it
    /// stood.
    fn observe(&mut self, view: &View<'_>, now: Moment, without_sample: bool, changes: &mut u64, turn: &mut Turn) {
        if without_sample && !self.read(view, None).is_some_and(|reading| reading.seen.kept) {
            return;
        }
        let mut read = Vec::new();
        if self.labelled.is_empty() {
            self.see(view, None, now, changes, turn, &mut read);
        }
        for place in 0..self.labelled.len() {
            for series in view.frame.series(self.labelled[place]) {
                let instance = series.instance();
                // Of two metrics of one instance the first has seen to it.
                let again = self.labelled[..place]
                    .iter()
                    .any(|&metric| view.frame.series(metric).any(|other| other.instance() == instance));
                if !again {
                    self.see(view, instance, now, changes, turn, &mut read);
                }
            }
        }
        if self.open.is_empty() {
            return;
        }
        let mut unread: Vec<Option<String>> = self.open.keys().cloned().collect();
        unread.retain(|instance| !read.contains(&instance.as_deref()));
        for instance in unread {
            self.step(&instance, now, None, changes, turn);
        }
    }

    /// Reads one instance, and notes it among those that are `read` if there is an alert of it.
    fn see<'a>(
        &mut self,
        view: &View<'_>,
        instance: Option<&'a str>,
        now: Moment,
        changes: &mut u64,
        turn: &mut Turn,
        read: &mut Vec<Option<&'a str>>,
    ) {
        let Some(reading) = self.read(view, instance) else { return };
        if self.open.is_empty() && !reading.seen.entered {
            return;
        }
        let key = instance.map(str::to_owned);
        if !self.open.contains_key(&key) {
            if !reading.seen.entered || self.open.len() >= MOST_INSTANCES {
                return;
            }
            let labels = self.labels(view, instance);
            self.open.insert(key.clone(), Instance::new(&self.rule, instance, labels, reading));
        }
        read.push(instance);
        self.step(&key, now, Some(reading), changes, turn);
    }

    fn step(
        &mut self,
        key: &Option<String>,
        now: Moment,
        reading: Option<Reading>,
        changes: &mut u64,
        turn: &mut Turn,
    ) {
        let Some(instance) = self.open.get_mut(key) else { return };
        let before = instance.machine;
        let change = instance.step(&self.rule, self.times, now, reading);
        if let Some(change) = change {
            *changes += 1;
            turn.told.push(instance.told(&self.rule, self.edition, change, now.at, *changes));
        }
        let is_over = instance.is_over(now.at);
        if is_over || change.is_some() || instance.machine != before {
            turn.kept.push((id(&self.rule.name, key.as_deref()), (!is_over).then(|| instance.clone())));
        }
        if is_over {
            self.open.remove(key);
        }
    }

    fn read(&self, view: &View<'_>, instance: Option<&str>) -> Option<Reading> {
        let scale = match self.rule.per {
            Some(metric) => view.frame.series(metric).next()?.value as f32,
            None => 1.0,
        };
        let verdict = evaluate(&self.rule.condition, view, instance, scale)?;
        let levels = Levels { warning: verdict.level, critical: self.rule.critical.map(|level| level.times(scale)) };
        let (mut critical_entered, critical_kept) = match (levels.critical, self.rule.op()) {
            (Some(critical), Some(op)) => op.stands(verdict.value, critical, true),
            _ => (false, false),
        };
        let besides = self.rule.critical_if.as_ref().and_then(|besides| evaluate(besides, view, instance, 1.0));
        critical_entered &= besides.is_none_or(|besides| besides.entered);
        let seen = Seen { entered: verdict.entered, kept: verdict.kept, critical_entered, critical_kept };
        Some(Reading { value: verdict.value, levels, seen })
    }

    /// What the sample says of an instance.
    fn labels(&self, view: &View<'_>, instance: Option<&str>) -> BTreeMap<String, String> {
        let of_instance = |metric: &usize| view.frame.series(*metric).find(|series| series.instance() == instance);
        let Some(series) = self.labelled.first().and_then(of_instance) else { return BTreeMap::new() };
        debug_assert!(METRICS[self.labelled[0]].labels().len() == series.labels.len());
        series.labels.iter().map(|(label, value)| ((*label).to_owned(), value.clone().into_owned())).collect()
    }
}

#[cfg(test)]
mod tests;
