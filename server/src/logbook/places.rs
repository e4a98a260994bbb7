//! How many may look for lines at one time. Pages ask in the same moment, when a line comes, so the others wait their turn.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::Unanswered;

/// How many may look at one time: each takes a thread, and 8 bytes a line.
pub(super) const LOOKING: usize = 8;

/// How many may wait for that: each may hold a pattern of 64 KiB.
const WAITING: usize = 128;

/// Places for those who look, and before them for those who wait; clones share them.
#[derive(Debug, Clone)]
pub(super) struct Places {
    looking: Arc<Semaphore>,
    /// Who looks or waits.
    here: Arc<Semaphore>,
    patience: Duration,
}

impl Places {
    /// Nobody waits for longer than `patience`.
    pub(super) fn new(patience: Duration) -> Self {
        Self { looking: Arc::new(Semaphore::new(LOOKING)), here: Arc::new(Semaphore::new(LOOKING + WAITING)), patience }
    }

    /// Does `look` on a thread of its own, in the order of coming: each line that is kept is looked at, which takes too
    /// long for an async thread.
    pub(super) async fn take<T: Send + 'static>(
        &self,
        look: impl FnOnce() -> Result<T, Unanswered> + Send + 'static,
    ) -> Result<T, Unanswered> {
        let _here = self.here.try_acquire().map_err(|_| Unanswered::Busy)?;
        let place = timeout(self.patience, Arc::clone(&self.looking).acquire_owned()).await;
        let place = place.ok().and_then(Result::ok).ok_or(Unanswered::Busy)?;
        let looking = tokio::task::spawn_blocking(move || {
            let found = look();
            drop(place);
            found
        });
        looking.await.map_err(|_| Unanswered::Busy)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use std::sync::mpsc::{Sender, channel};
    use tokio::task::JoinSet;

    /// As many as can look at one time, until the sender is dropped.
    async fn full(places: &Places) -> (Sender<()>, JoinSet<Result<(), Unanswered>>) {
        let (hold, held) = channel::<()>();
        let held = Arc::new(Mutex::new(held));
        let mut looking = JoinSet::new();
        for _ in 0..LOOKING {
            let (places, held) = (places.clone(), Arc::clone(&held));
            looking.spawn(async move {
                let wait = move || held.lock().unwrap().recv().map_or(Ok(()), Ok);
                places.take(wait).await
            });
        }
        while places.looking.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        (hold, looking)
    }

    #[tokio::test]
    async fn who_comes_past_those_who_look_waits_and_past_those_who_wait_goes() {
        let places = Places::new(Duration::from_secs(60));
        let (hold, looking) = full(&places).await;
        let mut waiting = JoinSet::new();
        for _ in 0..WAITING {
            let places = places.clone();
            waiting.spawn(async move { places.take(|| Ok(())).await });
        }
        while places.here.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(places.take(|| Ok(())).await, Err(Unanswered::Busy));
        drop(hold);
        let answers: Vec<_> = looking.join_all().await.into_iter().chain(waiting.join_all().await).collect();
        assert_eq!(answers, vec![Ok(()); LOOKING + WAITING]);
        assert_eq!(places.here.available_permits(), LOOKING + WAITING);
    }

    #[tokio::test]
    async fn nobody_waits_for_ever() {
        let places = Places::new(Duration::from_millis(20));
        let (hold, looking) = full(&places).await;
        assert_eq!(places.take(|| Ok(())).await, Err(Unanswered::Busy));
        drop(hold);
        looking.join_all().await;
        assert_eq!(places.take(|| Ok(1)).await, Ok(1));
    }
}
