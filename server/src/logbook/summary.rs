//! How many lines there are of each kind.

use std::collections::HashMap;

use app::model::{LogEntry, LogLevel, LogSummary};

/// Sources that are counted; lines of more are found all the same.
const SOURCES: usize = 200;

/// How many of the lines that are kept are of each level and source.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    levels: [u64; 5],
    /// In the order in which they were first seen, so that each keeps its place.
    sources: Vec<(String, u64)>,
    places: HashMap<String, usize>,
    came: Came,
}

/// Lines that have come since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Came {
    /// Errors.
    pub errors: u64,
    /// Warnings.
    pub warnings: u64,
    /// All others.
    pub others: u64,
}

impl Summary {
    /// How many are kept of each level and source.
    pub fn counts(&self) -> LogSummary {
        LogSummary { levels: self.levels, sources: self.sources.clone() }
    }

    /// Lines that have come since the start.
    pub fn came(&self) -> Came {
        self.came
    }

    pub(super) fn add(&mut self, entry: &LogEntry) {
        self.levels[entry.level as usize] += 1;
        match entry.level {
            LogLevel::Error => self.came.errors += 1,
            LogLevel::Warn => self.came.warnings += 1,
            LogLevel::Info | LogLevel::Debug | LogLevel::Trace => self.came.others += 1,
        }
        let source = source_of(entry);
        if let Some(&place) = self.places.get(source) {
            self.sources[place].1 += 1;
        } else if self.sources.len() < SOURCES {
            self.places.insert(source.to_owned(), self.sources.len());
            self.sources.push((source.to_owned(), 1));
        }
    }

    pub(super) fn remove(&mut self, entry: &LogEntry) {
        let level = &mut self.levels[entry.level as usize];
        *level = level.saturating_sub(1);
        if let Some(&place) = self.places.get(source_of(entry)) {
            // One that had no place when the line came has none now.
            let count = &mut self.sources[place].1;
            *count = count.saturating_sub(1);
        }
    }
}

/// What a line's source is called: the unit, where it says one.
pub(super) fn source_of(entry: &LogEntry) -> &str {
    entry.unit.as_deref().unwrap_or(&entry.source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::model::Timestamp;

    fn entry(level: LogLevel, source: &str, unit: Option<&str>) -> LogEntry {
        LogEntry {
            timestamp: Timestamp::default(),
            level,
            message: String::new(),
            source: source.to_owned(),
            unit: unit.map(str::to_owned),
            fields: [].into(),
        }
    }

    #[test]
    fn what_goes_is_no_longer_counted() {
        let lines = [
            entry(LogLevel::Error, "journal", Some("nginx.service")),
            entry(LogLevel::Info, "app.log", None),
            entry(LogLevel::Warn, "app.log", None),
        ];
        let mut summary = Summary::default();
        lines.iter().for_each(|line| summary.add(line));
        summary.remove(&lines[1]);
        let sources = vec![("nginx.service".to_owned(), 1), ("app.log".to_owned(), 1)];
        assert_eq!(summary.counts(), LogSummary { levels: [0, 0, 0, 1, 1], sources });
        assert_eq!(summary.came(), Came { errors: 1, warnings: 1, others: 1 });
    }

    #[test]
    fn sources_are_bounded() {
        let mut summary = Summary::default();
        for n in 0..1_000 {
            summary.add(&entry(LogLevel::Info, &format!("source {n}"), None));
        }
        summary.remove(&entry(LogLevel::Info, "source 999", None));
        let LogSummary { levels, sources } = summary.counts();
        assert_eq!((sources.len(), levels[LogLevel::Info as usize]), (SOURCES, 999));
    }
}
