//! How a batch of events becomes what the page shows.

use leptos::prelude::*;

use crate::board::{AlertList, LogTail};
use crate::range::Range;

use super::Live;
use super::inbox::Batch;

/// How much history a page keeps, in milliseconds: as much as the longest range shows.
const KEEP_MS: u64 = Range::Hour.ms();

impl Live {
    /// Shows a batch. What follows a signal does so once for all of it, later.
    pub fn apply(self, batch: Batch) {
        let Batch { snapshot, mut metrics, alerts, logs, lost } = batch;
        if let Some(snapshot) = snapshot {
            self.host.set_value(snapshot.host);
            self.rules.set_value(snapshot.rules);
            self.metrics.set(snapshot.metrics);
            self.history.set(snapshot.history);
            self.alerts.set(AlertList::new(snapshot.alerts));
            self.logs.set(LogTail::new(snapshot.logs));
            // What was lost before has no place among the lines that follow.
            self.lost.set(None);
        }
        if !metrics.is_empty() {
            let mut history = self.history.write();
            metrics.iter().for_each(|sample| history.push(sample, KEEP_MS));
            self.metrics.set(metrics.pop());
        }
        if !alerts.is_empty() {
            let mut shown = self.alerts.write();
            alerts.into_iter().for_each(|alert| shown.apply(alert));
        }
        if !logs.is_empty() {
            let mut shown = self.logs.write();
            logs.into_iter().for_each(|(seq, entry)| shown.apply(seq, entry));
        }
        if lost.is_some() {
            self.lost.set(lost);
        }
    }
}

#[cfg(test)]
mod tests;
