use std::sync::{Arc, OnceLock};

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// What ends one stream before its reader does. Clones share it.
#[derive(Debug, Clone)]
pub struct End {
    token: CancellationToken,
    told: Arc<OnceLock<Told>>,
}

#[derive(Debug)]
struct Told {
    reason: &'static str,
    /// What was published before is not sent any more.
    cuts: bool,
}

impl End {
    /// Comes when `all` is cancelled, which is the end of the server, if not before.
    pub fn new(all: &CancellationToken) -> Self {
        Self { token: all.child_token(), told: Arc::default() }
    }

    /// Ends the stream now. What its reader is told is the first `reason` that there is.
    pub fn now(&self, reason: &'static str) {
        self.tell(Told { reason, cuts: false });
    }

    /// Ends the stream, and what waits in it is not for its reader any more.
    pub fn cut(&self, reason: &'static str) {
        self.tell(Told { reason, cuts: true });
    }

    fn tell(&self, told: Told) {
        if self.told.set(told).is_ok() {
            self.token.cancel();
        }
    }

    /// Whether both are of one stream.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.told, &other.told)
    }

    /// Whether it has come, and nothing but the reason may be sent.
    pub(crate) fn is_cut(&self) -> bool {
        self.told.get().is_some_and(|told| told.cuts)
    }

    /// Waits for it.
    pub(super) fn come(&self) -> WaitForCancellationFutureOwned {
        self.token.clone().cancelled_owned()
    }

    /// Why, once it has come.
    pub(super) fn reason(&self) -> &'static str {
        self.told.get().map_or("the server is shutting down", |told| told.reason)
    }
}
