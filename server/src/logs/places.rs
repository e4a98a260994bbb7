//! How far each source has been read, so that a restart goes on from there.
//!
//! What a source has published it marks here; ten times a second what was marked is written. So after an orderly end
//! nothing is read again, and after a SIGKILL at most what was published in the last tenth of a second. Nothing is lost
//! either way. After a power failure it is what the system had not written to the disk yet.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::store::{Saved, Store};

/// Time between two writes.
const EVERY: Duration = Duration::from_millis(100);
/// Places that are kept; past that, the one goes that was marked longest ago.
const MOST: usize = 10_000;

/// How far each source has been read. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    known: Arc<Mutex<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    marks: Marks,
    /// Those that have changed since the last write.
    changed: BTreeSet<String>,
}

/// All places, by the names of the sources.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Marks(BTreeMap<String, Mark>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// When, in seconds since 1970.
    at: u64,
    /// What the source itself knows how to read.
    place: Value,
}

/// A source's place, or that it has none any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record(String, Option<Mark>);

impl Saved for Marks {
    const NAME: &'static str = "logs";
    type Record = Record;

    fn apply(&mut self, Record(source, mark): Record) {
        match mark {
            Some(mark) => self.0.insert(source, mark),
            None => self.0.remove(&source),
        };
    }

    fn records(&self) -> Vec<Record> {
        self.0.iter().map(|(source, mark)| Record(source.clone(), Some(mark.clone()))).collect()
    }
}

impl Places {
    /// The places of an earlier life.
    pub(super) fn new(marks: Marks) -> Self {
        Self { known: Arc::new(Mutex::new(Known { marks, changed: BTreeSet::new() })) }
    }

    /// Where `source` has been read up to; none where that isn't known.
    pub(super) fn get<T: DeserializeOwned>(&self, source: &str) -> Option<T> {
        let place = self.known().marks.0.get(source)?.place.clone();
        serde_json::from_value(place).ok()
    }

    /// All places of sources whose names begin with `prefix`.
    pub(super) fn all<T: DeserializeOwned>(&self, prefix: &str) -> Vec<(String, T)> {
        let known = self.known();
        let begin = known.marks.0.range(prefix.to_owned()..).take_while(|(source, _)| source.starts_with(prefix));
        begin.filter_map(|(source, mark)| Some((source.clone(), T::deserialize(&mark.place).ok()?))).collect()
    }

    /// `source` has been read and published up to `place`.
    pub(super) fn set(&self, source: &str, place: &impl Serialize) {
        // What sources mark are plain structs, which can always be written.
        let Ok(place) = serde_json::to_value(place) else { return };
        let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let mut known = self.known();
        let Known { marks, changed } = &mut *known;
        if let Some(mark) = marks.0.get_mut(source) {
            *mark = Mark { at, place };
        } else {
            marks.0.insert(source.to_owned(), Mark { at, place });
            if marks.0.len() > MOST {
                let oldest = marks.0.iter().min_by_key(|(_, mark)| mark.at).map(|(source, _)| source.clone());
                changed.extend(oldest.inspect(|oldest| drop(marks.0.remove(oldest))));
            }
        }
        if !changed.contains(source) {
            changed.insert(source.to_owned());
        }
    }

    /// Nobody will ask for the place of `source` again.
    pub(super) fn forget(&self, source: &str) {
        let mut known = self.known();
        if known.marks.0.remove(source).is_some() {
            known.changed.insert(source.to_owned());
        }
    }

    /// Writes what is marked until all `sources` have ended, and then once more.
    pub(super) async fn keep(self, mut store: Store<Marks>, sources: TaskTracker) {
        let mut failure_said = false;
        loop {
            let is_last = timeout(EVERY, sources.wait()).await.is_ok();
            let changed = self.take_changed();
            if !changed.is_empty() || store.is_torn() {
                let sum = store.wants_sum().then(|| self.known().marks.clone());
                let (returned, written) = store.commit_aside(changed, sum, false).await;
                let Some(returned) = returned else { return };
                store = returned;
                match written {
                    Ok(()) => failure_said = false,
                    Err(error) if !std::mem::replace(&mut failure_said, true) => {
                        tracing::warn!("how far logs have been read can't be kept: {error}");
                    }
                    Err(_) => {}
                }
            }
            if is_last {
                return;
            }
        }
    }

    fn take_changed(&self) -> Vec<Record> {
        let mut known = self.known();
        let changed = std::mem::take(&mut known.changed);
        changed.into_iter().map(|source| Record(source.clone(), known.marks.0.get(&source).cloned())).collect()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_marked_is_there_in_the_next_life() {
        let folder = tempfile::tempdir().unwrap();
        let (store, marks) = Store::open(folder.path()).unwrap();
        let (places, sources) = (Places::new(marks), TaskTracker::new());
        let keeping = tokio::spawn(places.clone().keep(store, sources.clone()));
        places.set("file /a", &7);
        places.set("file /b", &8);
        places.set("journal", &"c1");
        let written = async || {
            while !places.known().changed.is_empty() {
                tokio::time::sleep(EVERY / 10).await;
            }
        };
        timeout(Duration::from_secs(5), written()).await.expect("it is written while sources go on");
        places.set("file /a", &9);
        places.forget("file /b");
        sources.close();
        timeout(Duration::from_secs(5), keeping).await.unwrap().unwrap();
        let (_store, marks) = Store::open(folder.path()).unwrap();
        let places = Places::new(marks);
        assert_eq!(places.all::<u64>("file "), [("file /a".to_owned(), 9)]);
        assert_eq!(places.get::<String>("journal").as_deref(), Some("c1"));
        assert_eq!((places.get::<u64>("journal"), places.get::<u64>("file /b")), (None, None));
    }

    #[test]
    fn so_many_are_kept_and_no_more() {
        let mut marks = Marks::default();
        for number in 0..MOST as u64 {
            marks.apply(Record(format!("{number}"), Some(Mark { at: number + 1, place: Value::Null })));
        }
        let places = Places::new(marks);
        places.set("one more", &1);
        let known = places.known();
        assert_eq!((known.marks.0.len(), known.marks.0.contains_key("0")), (MOST, false));
        assert!(known.changed.contains("0"), "that it is gone is written too");
    }
}
