//! What the charts draw: the samples of the last hour in columns, oldest first. The server keeps one at full
//! resolution; a page gets a thinned one ([`History::thinned`]) and appends each sample that the stream brings.

#[cfg(not(feature = "hydrate"))]
use crate::model::Metrics;
use crate::model::Timestamp;
pub use columns::Series;
#[cfg(not(feature = "hydrate"))]
use columns::values_of;
use columns::{COLUMNS, GROUPS};

mod columns;

/// How many points a chart gets at most, whatever its range.
pub const POINTS: u64 = 300;
/// Log lines are counted anew from each round ten seconds on, in milliseconds: the highest count is that of all of them,
/// whichever of the seconds between were missed.
pub const LOG_STEP_MS: u64 = 10_000;

/// Samples in columns, oldest first. A column's `None` is a value that the host could not tell then; a column of which
/// nothing has ever been known is empty.
#[derive(Debug, Clone, PartialEq, Default, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct History {
    /// Milliseconds between two points at the coarsest place; a wider hole is a gap.
    #[serde(rename = "stepMs")]
    pub step_ms: u64,
    times: Vec<u64>,
    columns: [Vec<Option<f32>>; COLUMNS],
    /// Use of each core, percent, one row a sample.
    cores: Vec<Vec<u8>>,
}

impl History {
    /// An empty history of samples `step_ms` milliseconds apart.
    pub fn new(step_ms: u64) -> Self {
        Self { step_ms, ..Self::default() }
    }

    /// Appends one sample and forgets those more than `keep_ms` older. A sample that isn't newer than the last is left out,
    /// so that none counts twice.
    #[cfg(not(feature = "hydrate"))]
    pub fn push(&mut self, metrics: &Metrics, keep_ms: u64) {
        let cores = metrics.cores.iter().map(|&percent| percent.round() as u8).collect();
        self.push_point(metrics.timestamp, &values_of(metrics), cores, keep_ms);
    }

    /// The same for a point as a page gets it: a value a series, as far as they go.
    pub fn push_point(&mut self, at: Timestamp, values: &[Option<f32>], cores: Vec<u8>, keep_ms: u64) {
        let now = at.ms();
        if self.times.last().is_some_and(|&last| last >= now) {
            return;
        }
        self.append(now, values, cores);
        let old = self.times.partition_point(|&time| now - time > keep_ms);
        self.times.drain(..old);
        self.cores.drain(..old);
        for column in &mut self.columns {
            column.drain(..old.min(column.len()));
        }
    }

    /// Samples held.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Nothing is held.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// The newest sample as a point: a value a series, and the use of each core.
    #[cfg(not(feature = "hydrate"))]
    pub fn newest(&self) -> (Vec<Option<f32>>, Vec<u8>) {
        let Some(last) = self.len().checked_sub(1) else { return Default::default() };
        ((0..COLUMNS).map(|column| self.at(column, last)).collect(), self.cores[last].clone())
    }

    /// When the newest sample was taken.
    pub fn last(&self) -> Option<Timestamp> {
        self.times.last().copied().map(Timestamp::from_ms)
    }

    /// When sample `index` was taken, milliseconds since 1970.
    pub fn time(&self, index: usize) -> Option<u64> {
        self.times.get(index).copied()
    }

    /// The moments of all samples, milliseconds since 1970.
    pub fn times(&self) -> impl ExactSizeIterator<Item = u64> + DoubleEndedIterator + '_ {
        self.times.iter().copied()
    }

    /// One column, a value a sample.
    pub fn column(&self, series: Series) -> &[Option<f32>] {
        &self.columns[series as usize]
    }

    /// Use of each core, percent, a row a sample.
    pub fn cores(&self) -> &[Vec<u8>] {
        &self.cores
    }

    /// A hole of more than this many milliseconds between two samples is drawn as a gap.
    pub fn gap_ms(&self) -> u64 {
        self.step_ms * 5 / 2
    }

    /// The sample nearest to `at_ms`, unless it lies in a gap.
    pub fn nearest(&self, at_ms: u64) -> Option<usize> {
        let after = self.times.partition_point(|&time| time < at_ms);
        let nearest = [after.checked_sub(1), (after < self.len()).then_some(after)]
            .into_iter()
            .flatten()
            .min_by_key(|&index| self.times[index].abs_diff(at_ms))?;
        (self.times[nearest].abs_diff(at_ms) <= self.gap_ms()).then_some(nearest)
    }

    /// The last `range_ms` before the newest sample, in at most about [`POINTS`] points.
    pub fn thinned(&self, range_ms: u64) -> Self {
        self.thinned_to(range_ms, (range_ms / POINTS).max(1))
    }

    /// The last `range_ms` before the newest sample, in one point for each `bucket_ms`, which is not 0.
    ///
    /// Samples are taken together in buckets of round times, so that a bucket holds the same samples however late one
    /// looks. A bucket shows the peak of its samples: a spike is what one looks for, and an average would hide it.
    pub fn thinned_to(&self, range_ms: u64, bucket_ms: u64) -> Self {
        let Some(&newest) = self.times.last() else { return Self::new(self.step_ms) };
        let mut thinned = Self::new(self.step_ms.max(bucket_ms));
        let mut from = self.times.partition_point(|&time| newest - time > range_ms);
        while from < self.len() {
            let bucket = self.times[from] / bucket_ms;
            let to = from + self.times[from..].iter().take_while(|&&time| time / bucket_ms == bucket).count();
            let (values, cores) = self.peak(from, to);
            thinned.append(self.times[to - 1], &values, cores);
            from = to;
        }
        thinned
    }

    /// Replaces what is older than `finer`'s end by `finer`, and keeps the newer samples.
    pub fn refined_by(&mut self, mut finer: Self) {
        let end = finer.times.last().copied().unwrap_or(0);
        for index in self.times.partition_point(|&time| time <= end)..self.len() {
            let values: [_; COLUMNS] = std::array::from_fn(|column| self.at(column, index));
            finer.append(self.times[index], &values, self.cores[index].clone());
        }
        *self = finer;
    }

    fn peak(&self, from: usize, to: usize) -> ([Option<f32>; COLUMNS], Vec<u8>) {
        let mut values = [None; COLUMNS];
        for group in GROUPS {
            let deciding = |sample| self.at(group[0], sample);
            let highest = (from..to).max_by(|&a, &b| compare(deciding(a), deciding(b))).unwrap_or(from);
            for &column in group {
                values[column] = self.at(column, highest);
            }
        }
        let mut cores = self.cores[from].clone();
        for row in &self.cores[from + 1..to] {
            for (peak, &value) in cores.iter_mut().zip(row) {
                *peak = value.max(*peak);
            }
        }
        (values, cores)
    }

    fn at(&self, column: usize, sample: usize) -> Option<f32> {
        self.columns[column].get(sample).copied().flatten()
    }

    fn append(&mut self, time: u64, values: &[Option<f32>], cores: Vec<u8>) {
        for (column, &value) in self.columns.iter_mut().zip(values) {
            if value.is_some() || !column.is_empty() {
                column.resize(self.times.len(), None);
                column.push(value);
            }
        }
        self.times.push(time);
        self.cores.push(cores);
    }
}

/// Nothing is less than any number, and there is no NaN among measured values.
fn compare(a: Option<f32>, b: Option<f32>) -> std::cmp::Ordering {
    a.partial_cmp(&b).unwrap_or(std::cmp::Ordering::Equal)
}

#[cfg(test)]
mod tests;
