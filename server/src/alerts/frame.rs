//! What can be read at one moment: a sample taken apart once for all rules, the windows, and what has fallen silent.

use std::collections::HashMap;
use std::time::Duration;

use app::model::Timestamp;

use super::expr::{Function, Readings, Selector, Silence};
use super::metrics::{METRICS, Sample, Series};
use super::window::Windows;

/// The metrics of one sample that rules name.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) at: Timestamp,
    tables: Vec<Option<Table<'a>>>,
}

#[derive(Debug)]
struct Table<'a> {
    series: Vec<Series<'a>>,
    /// Of two file systems on one mount the later hides the earlier.
    by_instance: HashMap<String, usize>,
}

/// How long there has been no reading of what rules want to miss.
#[derive(Debug, Default)]
pub(super) struct Absences(Vec<Absence>);

#[derive(Debug)]
struct Absence {
    selector: Selector,
    /// The last reading, or when watching for one began; nothing before the first sample.
    since: Option<Timestamp>,
    /// There was one since watching began.
    is_read: bool,
}

/// A frame with what was before it.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) frame: &'a Frame<'a>,
    pub(super) windows: &'a Windows,
    pub(super) absences: &'a Absences,
}

impl<'a> Frame<'a> {
    /// Takes `sample` apart, as far as it is `wanted`: places in [`METRICS`].
    pub(super) fn new(sample: Sample<'a>, wanted: &[usize]) -> Self {
        let mut frame = Self::empty(sample.metrics.timestamp);
        for &metric in wanted {
            frame.tables[metric] = Some(Table::new(METRICS[metric].read(sample)));
        }
        frame
    }

    /// A moment at which there was no sample.
    pub(super) fn empty(at: Timestamp) -> Self {
        Self { at, tables: METRICS.iter().map(|_| None).collect() }
    }

    /// All values of a metric, each instance once.
    pub(super) fn series(&self, metric: usize) -> impl Iterator<Item = &Series<'a>> {
        let table = self.tables.get(metric).and_then(Option::as_ref);
        table.into_iter().flat_map(|table| {
            let counts = move |(at, series): &(usize, &Series<'a>)| {
                series.instance().is_none_or(|instance| table.by_instance.get(instance) == Some(at))
            };
            table.series.iter().enumerate().filter(counts).map(|(_, series)| series)
        })
    }

    fn one(&self, metric: usize, instance: Option<&str>) -> Option<&Series<'a>> {
        let table = self.tables.get(metric)?.as_ref()?;
        match instance.filter(|_| !METRICS[metric].labels().is_empty()) {
            Some(instance) => table.series.get(*table.by_instance.get(instance)?),
            None => table.series.first(),
        }
    }
}

impl<'a> Table<'a> {
    fn new(series: Vec<Series<'a>>) -> Self {
        let first = |series: &Series<'a>| series.instance().map(str::to_owned);
        let by_instance = series.iter().enumerate().filter_map(|(at, series)| Some((first(series)?, at))).collect();
        Self { series, by_instance }
    }
}

impl Absences {
    pub(super) fn new(wanted: impl IntoIterator<Item = Selector>) -> Self {
        Self(wanted.into_iter().map(|selector| Absence { selector, since: None, is_read: false }).collect())
    }

    /// Takes over what another set of rules has missed already.
    pub(super) fn adopt(&mut self, other: &Self) {
        for absence in &mut self.0 {
            if let Some(known) = other.get(&absence.selector) {
                (absence.since, absence.is_read) = (known.since, known.is_read);
            }
        }
    }

    /// Takes in a sample. After a time that was not watched, watching begins again with it.
    pub(super) fn push(&mut self, frame: &Frame<'_>, broken: bool) {
        for absence in &mut self.0 {
            let is_read = frame.series(absence.selector.metric).any(|series| absence.selector.takes(series));
            if is_read || broken || absence.since.is_none() {
                (absence.since, absence.is_read) = (Some(frame.at), is_read);
            }
        }
    }

    fn get(&self, selector: &Selector) -> Option<&Absence> {
        let same = |known: &Selector| known.metric == selector.metric && known.matchers == selector.matchers;
        self.0.iter().find(|absence| same(&absence.selector))
    }
}

impl Readings for View<'_> {
    fn newest(&self, selector: &Selector, instance: Option<&str>) -> Option<f64> {
        let series = self.frame.one(selector.metric, instance)?;
        selector.takes(series).then_some(series.value)
    }

    fn over(&self, function: Function, selector: &Selector, window: Duration, instance: Option<&str>) -> Option<f64> {
        let series = self.frame.one(selector.metric, instance)?;
        let instance = series.instance().unwrap_or_default();
        let window = self.windows.get(selector.metric, window, instance)?;
        selector.takes(series).then(|| window.read(function))?
    }

    fn silence(&self, selector: &Selector) -> Silence {
        let known = self.absences.get(selector).and_then(|absence| Some((absence.since?, absence.is_read)));
        let Some((since, is_read)) = known else { return Silence::default() };
        Silence { seconds: self.frame.at.since(since) as f64 / 1_000.0, is_read }
    }
}
