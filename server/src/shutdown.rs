//! When opsglass is to end, and how.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use tokio::signal;
use tokio_util::sync::CancellationToken;

/// Into how many waves the streams are parted that are to be closed.
const WAVES: u32 = 20;

/// How opsglass ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// Time over which open streams are closed, wave by wave, so that those who watch don't all come back at one moment:
    /// 400 ms unless told otherwise, which suits up to some thousands.
    pub spread: Duration,
    /// Time after which it has ended, whatever is still open: 1 s unless told otherwise.
    pub deadline: Duration,
}

impl Config {
    /// What the deadline is longer than the spread, at least.
    pub const MARGIN: Duration = Duration::from_millis(250);
}

impl Default for Config {
    fn default() -> Self {
        Self { spread: Duration::from_millis(400), deadline: Duration::from_secs(1) }
    }
}

/// The closing of streams. Clones share it.
#[derive(Debug, Clone)]
pub struct Closing(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    begun: CancellationToken,
    spread: Duration,
    waves: Vec<CancellationToken>,
    next: AtomicUsize,
}

impl Closing {
    /// Begins when `begun` is cancelled, and takes `spread`.
    pub fn new(begun: CancellationToken, spread: Duration) -> Self {
        let waves = (0..WAVES).map(|_| CancellationToken::new()).collect();
        Self(Arc::new(Inner { begun, spread, waves, next: AtomicUsize::new(0) }))
    }

    /// Whether it has begun.
    pub fn is_closing(&self) -> bool {
        self.0.begun.is_cancelled()
    }

    /// Waits until it begins.
    pub async fn begun(&self) {
        self.0.begun.cancelled().await;
    }

    /// What is cancelled when the stream that asks is to end: streams take turns in the waves.
    pub fn wave(&self) -> CancellationToken {
        let next = self.0.next.fetch_add(1, Relaxed);
        self.0.waves.get(next % self.0.waves.len()).unwrap_or(&self.0.begun).clone()
    }

    /// Ends wave after wave, the first at once and the last when the spread is over.
    pub(crate) async fn waves(&self) {
        let pause = self.0.spread / (WAVES - 1);
        for (number, wave) in self.0.waves.iter().enumerate() {
            if number > 0 {
                tokio::time::sleep(pause).await;
            }
            wave.cancel();
        }
    }
}

/// A token that is cancelled by the first SIGTERM or SIGINT (Ctrl-C elsewhere).
///
/// # Errors
/// Where the system does not let signals be listened for.
pub fn on_signal() -> io::Result<CancellationToken> {
    let token = CancellationToken::new();
    let cancelled = token.clone();
    #[cfg(unix)]
    {
        let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
        let mut interrupt = signal::unix::signal(signal::unix::SignalKind::interrupt())?;
        tokio::spawn(async move {
            tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
            cancelled.cancel();
        });
    }
    #[cfg(not(unix))]
    tokio::spawn(async move {
        if signal::ctrl_c().await.is_ok() {
            cancelled.cancel();
        }
    });
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    #[tokio::test(start_paused = true)]
    async fn waves_are_spread_evenly_from_at_once_to_the_end() {
        let spread = Duration::from_secs(19);
        let closing = Closing::new(CancellationToken::new(), spread);
        let begun = Instant::now();
        let streams: Vec<_> = (0..1_000)
            .map(|_| closing.wave())
            .map(|wave| {
                tokio::spawn(async move {
                    wave.cancelled().await;
                    begun.elapsed().as_secs()
                })
            })
            .collect();
        closing.waves().await;
        assert_eq!(begun.elapsed(), spread);
        let mut ended = [0; WAVES as usize];
        for stream in streams {
            ended[usize::try_from(stream.await.unwrap()).unwrap()] += 1;
        }
        assert_eq!(ended, [50; WAVES as usize]);
    }
}
