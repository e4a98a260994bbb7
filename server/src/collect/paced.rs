//! Readings that nobody waits for: a thread takes them at its own pace, and the sample has the newest. A file system of a
//! network that is gone can hang for ever, a sensor can take a second.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// What was read last, and when.
type Slot<T> = Mutex<Option<(Instant, Arc<T>)>>;

/// The newest of what a thread reads at a pace of its own. The thread ends when this is dropped, or after its reading.
#[derive(Debug)]
pub(super) struct Paced<T> {
    newest: Arc<Slot<T>>,
    pace: Duration,
    /// Dropped with this: what the thread ends by.
    _alive: Sender<()>,
}

impl<T: Send + Sync + 'static> Paced<T> {
    /// Reads once each `pace`, first at once, on a thread called `name`. It ends when `read` has nothing to give.
    pub(super) fn start(
        name: &str,
        pace: Duration,
        mut read: impl FnMut() -> Option<T> + Send + 'static,
    ) -> io::Result<Self> {
        let newest = Arc::new(Mutex::new(None));
        let (alive, dropped) = mpsc::channel::<()>();
        let slot = Arc::clone(&newest);
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            while let Some(value) = read() {
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), Arc::new(value)));
                if !matches!(dropped.recv_timeout(pace), Err(RecvTimeoutError::Timeout)) {
                    return;
                }
            }
        })?;
        Ok(Self { newest, pace, _alive: alive })
    }

    /// The newest; none before the first, and when it is so old that the reading must hang.
    pub(super) fn newest(&self) -> Option<Arc<T>> {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.as_ref().filter(|(at, _)| at.elapsed() < self.hangs_after()).map(|(_, value)| Arc::clone(value))
    }

    fn hangs_after(&self) -> Duration {
        const LEAST: Duration = Duration::from_secs(30);
        (self.pace * 3).max(LEAST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn has_the_newest_and_ends_when_dropped() {
        let (told, tells) = channel();
        let mut number = 0;
        let paced = Paced::start("test", Duration::from_millis(1), move || {
            number += 1;
            told.send(number).ok()?;
            Some(number)
        });
        let paced = paced.unwrap();
        while tells.recv().unwrap() < 3 {}
        assert!(*paced.newest().unwrap() >= 2);
        drop(paced);
        while tells.recv().is_ok() {}
    }

    #[test]
    fn a_reading_that_hangs_is_forgotten() {
        // A machine that has just been started has no such moment.
        let Some(then) = Instant::now().checked_sub(Duration::from_secs(31)) else { return };
        let slot = Arc::new(Mutex::new(Some((then, Arc::new(1)))));
        let (alive, _dropped) = channel();
        let mut paced = Paced { newest: slot, pace: Duration::from_secs(1), _alive: alive };
        assert_eq!(paced.newest(), None);
        paced.pace = Duration::from_secs(11);
        assert_eq!(paced.newest(), Some(Arc::new(1)));
    }

    #[test]
    fn nothing_to_give_ends_it() {
        let (told, tells) = channel();
        let paced = Paced::<u8>::start("test", Duration::from_millis(1), move || {
            told.send(()).ok()?;
            None
        });
        assert_eq!((tells.recv(), tells.recv().is_err()), (Ok(()), true));
        assert_eq!(paced.unwrap().newest(), None);
    }
}
