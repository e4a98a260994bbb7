use std::sync::{Arc, OnceLock};

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// What ends one stream before its reader does. Clones share it.
#[derive(Debug, Clone)]
pub struct End {
    token: CancellationToken,
    reason: Arc<OnceLock<&'static str>>,
}

impl End {
    /// Comes when `all` is cancelled, which is the end of the server, if not before.
    pub fn new(all: &CancellationToken) -> Self {
        Self { token: all.child_token(), reason: Arc::default() }
    }

    /// Ends the stream now. What its reader is told is the first `reason` that there is.
    pub fn now(&self, reason: &'static str) {
        if self.reason.set(reason).is_ok() {
            self.token.cancel();
        }
    }

    /// Whether both are of one stream.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.reason, &other.reason)
    }

    /// Waits for it.
    pub(super) fn come(&self) -> WaitForCancellationFutureOwned {
        self.token.clone().cancelled_owned()
    }

    /// Why, once it has come.
    pub(super) fn reason(&self) -> &'static str {
        self.reason.get().copied().unwrap_or("the server is shutting down")
    }
}
