//! How a batch of events becomes what the page shows.

use leptos::prelude::*;

use crate::board::{AlertList, LogTail};
use crate::range::Range;

use super::Live;
use super::inbox::Batch;

/// How much history a page keeps, in milliseconds: as much as the longest range shows.
const KEEP_MS: u64 = Range::Hour.ms();

impl Live {
    /// Shows a batch: each signal changes at most once.
    pub fn apply(self, batch: Batch) {
        let Batch { snapshot, mut metrics, alerts, logs, lost } = batch;
        let (first, history, alert_list, log_tail) = match snapshot {
            Some(snapshot) => {
                self.host.set_value(snapshot.host);
                self.rules.set_value(snapshot.rules);
                let alert_list = AlertList::new(snapshot.alerts);
                (Some(snapshot.metrics), Some(snapshot.history), Some(alert_list), Some(LogTail::new(snapshot.logs)))
            }
            None => (None, None, None, None),
        };
        let restarted = first.is_some();
        if history.is_some() || !metrics.is_empty() {
            self.history.update(|shown| {
                replace(shown, history);
                metrics.iter().for_each(|sample| shown.push(sample, KEEP_MS));
            });
        }
        if let Some(newest) = metrics.pop().map(Some).or(first) {
            self.metrics.set(newest);
        }
        if alert_list.is_some() || !alerts.is_empty() {
            self.alerts.update(|shown| {
                replace(shown, alert_list);
                alerts.into_iter().for_each(|alert| shown.apply(alert));
            });
        }
        if log_tail.is_some() || !logs.is_empty() {
            self.logs.update(|shown| {
                replace(shown, log_tail);
                logs.into_iter().for_each(|(seq, entry)| shown.apply(seq, entry));
            });
        }
        // What was lost before a restart has no place among the lines that follow it.
        if restarted || lost.is_some() {
            self.lost.set(lost);
        }
    }
}

fn replace<T>(shown: &mut T, start: Option<T>) {
    if let Some(start) = start {
        *shown = start;
    }
}

#[cfg(test)]
mod tests;
