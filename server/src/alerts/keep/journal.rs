use std::io;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Record, Saved, Store};

/// How long a commit may take before alerts go on without it.
const PATIENCE: Duration = Duration::from_secs(5);

/// A store, and what has become of it.
type Committed = (Option<Store>, io::Result<()>);

/// The journal of alerts. A disk that hangs holds up one commit, and never what is told of alerts: that disk may be what
/// they are about. What was not written meanwhile is in the sum that is written when it answers again.
#[derive(Debug)]
pub(in crate::alerts) struct Journal {
    /// None where nothing is kept, and while a commit hangs.
    store: Option<Store>,
    hanging: Option<JoinHandle<Committed>>,
    /// Something isn't written.
    is_behind: bool,
}

impl Journal {
    /// The journal in `store`; nowhere, if there is none.
    pub(in crate::alerts) fn new(store: Option<Store>) -> Self {
        Self { store, hanging: None, is_behind: false }
    }

    /// All that there is to keep is kept.
    pub(in crate::alerts) fn is_whole(&self) -> bool {
        self.store.as_ref().is_some_and(|store| !store.is_torn()) && !self.is_behind
    }

    /// Something is missing that the next commit brings.
    pub(in crate::alerts) fn is_due(&self) -> bool {
        self.is_behind || self.store.as_ref().is_some_and(Store::is_torn)
    }

    /// Commits `records`, or where that is due all that is `saved`. Nothing where nothing is kept.
    pub(in crate::alerts) async fn append(
        &mut self,
        records: Vec<Record>,
        saved: &Saved,
        durable: bool,
    ) -> Option<Result<(), String>> {
        if let Some(hanging) = self.hanging.take_if(|hanging| hanging.is_finished()) {
            self.store = hanging.await.ok().and_then(|(store, _)| store);
        }
        if self.hanging.is_some() {
            self.is_behind = true;
            return Some(Err(hangs()));
        }
        let store = self.store.take()?;
        let sum = (self.is_behind || store.wants_sum()).then(|| saved.clone());
        let mut commit = tokio::spawn(store.commit_aside(records, sum, durable));
        match timeout(PATIENCE, &mut commit).await {
            Ok(Ok((store, result))) => {
                self.store = store;
                // A commit that fails says so to the store, which then wants the sum.
                self.is_behind &= result.is_err();
                Some(result.map_err(|error| error.to_string()))
            }
            Ok(Err(error)) => Some(Err(error.to_string())),
            Err(_) => {
                (self.hanging, self.is_behind) = (Some(commit), true);
                Some(Err(hangs()))
            }
        }
    }
}

fn hangs() -> String {
    format!("the disk has not answered for {} s", PATIENCE.as_secs())
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_was_not_written_while_the_disk_hung_is_written_when_it_answers() {
        let folder = tempfile::tempdir().unwrap();
        let (store, mut saved) = Store::open(folder.path()).unwrap();
        let (answer, answers) = oneshot::channel::<()>();
        let hanging = tokio::spawn(async move {
            answers.await.unwrap();
            (Some(store), Ok(()))
        });
        let mut journal = Journal { store: None, hanging: Some(hanging), is_behind: true };
        let record = || Record::Seen(app::model::Timestamp::from_ms(7));
        crate::store::Saved::apply(&mut saved, record());
        let refused = journal.append(vec![record()], &saved, true).await;
        assert!(refused.unwrap().unwrap_err().contains("not answered") && journal.is_due() && !journal.is_whole());
        answer.send(()).unwrap();
        while !journal.hanging.as_ref().unwrap().is_finished() {
            tokio::task::yield_now().await;
        }
        assert_eq!(journal.append(Vec::new(), &saved, true).await, Some(Ok(())));
        assert!(!journal.is_due() && journal.is_whole());
        drop(journal);
        assert_eq!(Store::open(folder.path()).unwrap().1.seen, saved.seen);
    }

    #[tokio::test]
    async fn nowhere_is_nothing_kept() {
        let mut journal = Journal::new(None);
        assert_eq!(journal.append(Vec::new(), &Saved::default(), true).await, None);
        assert!(!journal.is_whole() && !journal.is_due());
    }
}
