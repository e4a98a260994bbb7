//! How a batch of events becomes what the page shows.

use crate::model::Alert;
use crate::place::Place;
use crate::range::Range;

use super::inbox::Batch;
use super::{Live, Logs};

/// How much history a page keeps, in milliseconds: as much as the longest range shows.
const KEEP_MS: u64 = Range::Hour.ms();
/// How many parts of the war room's page stand before its lines.
pub const PARTS: usize = 4;
/// Lines on that page at most; it begins with fewer.
const MOST_LINES: usize = 500;

impl Live {
    /// Shows a batch. What follows a signal does so once for all of it, later.
    pub fn apply(self, batch: Batch) {
        let Batch { snapshot, changes: _, logs, lines, drawn, points, lost } = batch;
        if let Some(snapshot) = snapshot {
            self.host.set(snapshot.host);
            self.history.set(snapshot.history);
            self.alerts.set(snapshot.alerts);
            // What was lost before has no place among the lines that follow.
            self.logs.set(Logs::new(snapshot.logs));
            self.show_parts(snapshot.drawn.map(|drawn| drawn.parts).unwrap_or_default());
        }
        if !points.is_empty() {
            self.history.update(|history| {
                for point in points {
                    history.push_point(point.at, &point.values, point.cores, KEEP_MS);
                }
            });
        }
        if let Some(drawn) = drawn {
            self.show_firing(&drawn.alerts);
            if self.place == Place::Chat {
                // The lines stand after what is drawn, and stay.
                self.parts.update(|parts| drop(parts.splice(..drawn.parts.len().min(parts.len()), drawn.parts)));
            } else {
                self.show_parts(drawn.parts);
            }
        }
        if !lines.is_empty() {
            self.parts.update(|parts| {
                parts.extend(lines);
                let over = parts.len().saturating_sub(PARTS + MOST_LINES);
                if over > 0 {
                    parts.drain(PARTS..PARTS + over);
                }
            });
        }
        if let Some(lost) = &lost {
            let offset_min = self.view.get_untracked().offset_min;
            let now = self.now.get_untracked();
            self.journal.update(|journal| journal.lose(now, lost, offset_min));
        }
        if !logs.is_empty() || lost.is_some() {
            self.logs.update(|shown| {
                logs.into_iter().for_each(|(seq, entry)| shown.tail.apply(seq, entry));
                shown.lost = lost.or(shown.lost.take());
            });
        }
    }

    /// Shows which alerts fire.
    pub fn show_firing(self, alerts: &[Alert]) {
        if *self.alerts.read_untracked() != alerts {
            self.alerts.set(alerts.to_vec());
        }
    }
}

#[cfg(test)]
mod tests;
