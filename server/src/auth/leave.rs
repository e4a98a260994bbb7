use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::sse::End;

/// Why a right has ended: what `bye` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Its time is over.
    Expired,
    /// Somebody took it away, or changed it.
    Revoked,
    /// Its owner has gone.
    SignedOut,
}

/// A right to be here that may end while it is used. Clones share it. It ends the streams that were opened by it; they wait
/// for nothing beside their own end, so that it costs an event nothing.
#[derive(Debug, Clone, Default)]
pub struct Leave(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    why: OnceLock<Reason>,
    streams: Mutex<Streams>,
}

#[derive(Debug, Default)]
struct Streams {
    open: HashMap<u64, End>,
    next: u64,
}

/// A stream that is open by a leave; dropping this says that it is no more.
#[derive(Debug)]
pub struct Stay {
    leave: Leave,
    number: u64,
}

impl Reason {
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
    /// Ends it, and all that is open by it; who was first says why.
    pub(super) fn end(&self, why: Reason) {
        let why = *self.0.why.get_or_init(|| why);
        let open = std::mem::take(&mut self.streams().open);
        open.values().for_each(|end| end.cut(why.as_str()));
    }

    /// Whether a stream is open by it.
    pub(super) fn is_used(&self) -> bool {
        !self.streams().open.is_empty()
    }

    /// Whether anybody else holds it.
    pub(super) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// Whether it has ended.
    pub fn is_ended(&self) -> bool {
        self.0.why.get().is_some()
    }

    /// Has a stream end with it.
    pub fn stay(&self, end: &End) -> Stay {
        let number = {
            let mut streams = self.streams();
            streams.next += 1;
            let number = streams.next;
            streams.open.insert(number, end.clone());
            number
        };
        // It may have ended since whoever asks was let in.
        if let Some(why) = self.0.why.get() {
            end.cut(why.as_str());
        }
        Stay { leave: self.clone(), number }
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        self.0.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.leave.streams().open.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_util::sync::CancellationToken;

    #[test]
    fn what_is_open_ends_with_it_and_what_comes_later_too() {
        let (leave, server) = (Leave::default(), CancellationToken::new());
        let (open, gone, late) = (End::new(&server), End::new(&server), End::new(&server));
        let stay = leave.stay(&open);
        drop(leave.stay(&gone));
        assert!(leave.is_used() && !leave.is_ended());
        leave.end(Reason::SignedOut);
        leave.end(Reason::Expired);
        let _late = leave.stay(&late);
        assert!(open.is_cut() && late.is_cut() && !gone.is_cut() && leave.is_ended());
        drop(stay);
    }
}
