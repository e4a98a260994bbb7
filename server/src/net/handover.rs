use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

/// Where what answers a request leaves what the connection is to go on with by itself. Clones share it.
#[derive(Debug)]
pub(super) struct Handover<T>(Arc<Mutex<Option<T>>>);

impl<T> Handover<T> {
    pub(super) fn put(&self, left: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(left);
    }

    /// Waits for what is left there. Who leaves it doesn't wake who waits: they belong to one task, in which this is to be
    /// polled last.
    pub(super) async fn left(&self) -> T {
        poll_fn(|_| match self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(left) => Poll::Ready(left),
            None => Poll::Pending,
        })
        .await
    }
}

impl<T> Default for Handover<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Clone for Handover<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
