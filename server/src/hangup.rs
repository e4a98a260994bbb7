//! SIGHUP, by which a process is told to read its files again.

/// Hears it. Several may.
#[derive(Debug)]
pub(crate) struct Hangup(Option<Signal>);

#[cfg(unix)]
type Signal = tokio::signal::unix::Signal;
#[cfg(not(unix))]
type Signal = std::convert::Infallible;

impl Hangup {
    /// Listens from now on, where there is such a thing.
    #[cfg(unix)]
    pub(crate) fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let heard = signal(SignalKind::hangup());
        Self(heard.inspect_err(|error| tracing::warn!("SIGHUP is not listened for: {error}")).ok())
    }

    #[cfg(not(unix))]
    pub(crate) fn listen() -> Self {
        Self(None)
    }

    /// Doesn't.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    /// Waits for the next one.
    pub(crate) async fn come(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.0 {
            signal.recv().await;
            return;
        }
        std::future::pending::<()>().await;
    }
}
