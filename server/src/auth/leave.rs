use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

/// Why a right has ended: what `bye` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Its time is over.
    Expired,
    /// Somebody took it away, or changed it.
    Revoked,
    /// Its owner has gone.
    SignedOut,
}

/// A right to be here that may end while it is used. Clones share it; a stream waits for its end.
#[derive(Debug, Clone, Default)]
pub struct Leave(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    ended: CancellationToken,
    why: OnceLock<End>,
}

impl End {
    /// As in `bye`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::SignedOut => "signed-out",
        }
    }
}

impl Leave {
    /// Ends it; who was first says why.
    pub fn end(&self, why: End) {
        self.0.why.get_or_init(|| why);
        self.0.ended.cancel();
    }

    /// Whether something besides its owner holds it: a stream is open.
    pub fn is_used(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// Whether it has ended.
    pub fn is_ended(&self) -> bool {
        self.0.ended.is_cancelled()
    }

    /// Waits until it ends, and says why.
    pub async fn ended(self) -> End {
        self.0.ended.cancelled().await;
        self.0.why.get().copied().unwrap_or(End::Revoked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_end_is_the_reason() {
        let leave = Leave::default();
        let waiting = tokio::spawn(leave.clone().ended());
        leave.end(End::SignedOut);
        leave.end(End::Expired);
        assert_eq!(waiting.await.unwrap(), End::SignedOut);
        assert_eq!(leave.ended().await, End::SignedOut, "who comes later is told too");
    }
}
