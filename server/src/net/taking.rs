//! Whether the reader of one answer takes it, where several are on their way over one connection (HTTP/2). The connection
//! may live while nobody takes what waits in one of its answers.
//!
//! hyper asks for the next piece of an answer only once the piece before it has found room in what the reader allows. So
//! what was taken is seen by the body, and that nothing is taken by the task that sends it: hyper doesn't ask the body
//! meanwhile. Ending that task resets the one answer, and the connection goes on.

use std::future::poll_fn;
use std::mem::take;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::rt::Executor;
use tokio::task_local;

use super::Places;
use super::progress::Progress;
use crate::sse::End;

/// Bytes that are given at once of an answer.
const PIECE: usize = 16 * 1024;

task_local! {
    /// That of the answer which the task sends.
    static TAKING: Taking;
}

/// How far the reader of an answer is. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Taking(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    /// What ends it, if it is a stream.
    end: OnceLock<End>,
}

#[derive(Debug)]
struct State {
    progress: Progress,
    /// Bytes of the piece that waits to be taken.
    waiting: Option<usize>,
}

/// Sends each answer in a task of its own, and ends those that nobody takes.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    deadline: Duration,
    places: Places,
}

/// A body that notes what is taken of it, and gives it in small pieces: what hyper has it keeps, once one byte of it may go.
#[derive(Debug)]
pub(super) struct Noted<B> {
    body: B,
    /// Of the body's last piece, what was not given yet.
    rest: Bytes,
    taking: Option<Taking>,
}

impl Taking {
    fn new(deadline: Duration) -> Self {
        let state = Mutex::new(State { progress: Progress::new(deadline), waiting: None });
        Self(Arc::new(Inner { state, end: OnceLock::new() }))
    }

    /// That of the answer which this task sends, if it is watched over.
    pub(super) fn here() -> Option<Self> {
        TAKING.try_with(Self::clone).ok()
    }

    /// The answer is a stream that ends with `end`.
    pub(super) fn is_stream(&self, end: End) {
        drop(self.0.end.set(end));
    }

    /// A piece was handed over.
    fn gave(&self, bytes: usize) {
        self.state().waiting = Some(bytes);
    }

    /// The next piece is asked for, so the one before was taken.
    fn asked(&self) {
        let state = &mut *self.state();
        if let Some(bytes) = state.waiting.take() {
            state.progress.took(bytes);
        }
    }

    /// Ready when nobody takes what waits. What changes it changes in the same task, just before.
    fn poll_stalled(&self, context: &mut Context<'_>) -> Poll<()> {
        let state = &mut *self.state();
        if state.waiting.is_none() {
            return Poll::Pending;
        }
        if self.0.end.get().is_some_and(End::is_cut) {
            return Poll::Ready(());
        }
        state.progress.poll_wait(context)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sender {
    pub(super) fn new(deadline: Duration, places: Places) -> Self {
        Self { deadline, places }
    }
}

impl<F> Executor<F> for Sender
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, sending: F) {
        let (taking, places) = (Taking::new(self.deadline), self.places.clone());
        tokio::spawn(async move {
            tokio::select! {
                biased;
                _ = TAKING.scope(taking.clone(), sending) => {}
                () = poll_fn(|context| taking.poll_stalled(context)) => {
                    places.stall();
                    tracing::debug!("cut off: nobody took what waited in an answer over HTTP/2");
                }
            }
        });
    }
}

impl<B> Noted<B> {
    pub(super) fn new(body: B, taking: Option<Taking>) -> Self {
        Self { body, rest: Bytes::new(), taking }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Noted<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let Self { body, rest, taking: Some(taking) } = &mut *self else {
            return Pin::new(&mut self.body).poll_frame(context);
        };
        taking.asked();
        if rest.is_empty() {
            match ready!(Pin::new(body).poll_frame(context)).map(|polled| polled.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => *rest = data,
                Some(Ok(Err(other))) => return Poll::Ready(Some(Ok(other))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        // A small piece is given as it is. Of a large one copies are, or all of it would stay until its last is taken.
        let piece = if rest.len() <= PIECE { take(rest) } else { Bytes::copy_from_slice(&rest.split_to(PIECE)) };
        taking.gave(piece.len());
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (mut hint, rest) = (self.body.size_hint(), self.rest.len() as u64);
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper + rest);
        }
        hint.set_lower(hint.lower() + rest);
        hint
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{advance, timeout};
    use tokio_util::sync::CancellationToken;

    const DEADLINE: Duration = Duration::from_secs(30);

    async fn stalls_within(taking: &Taking, span: Duration) -> bool {
        timeout(span, poll_fn(|context| taking.poll_stalled(context))).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_or_a_little_has_stalled() {
        let taking = Taking::new(DEADLINE);
        assert!(!stalls_within(&taking, 10 * DEADLINE).await, "nothing waits");
        taking.gave(100_000);
        assert!(!stalls_within(&taking, DEADLINE - Duration::from_secs(1)).await);
        taking.asked();
        for _ in 0..10 {
            taking.gave(100);
            let is_over = stalls_within(&taking, Duration::from_secs(4)).await;
            taking.asked();
            if is_over {
                return;
            }
        }
        panic!("100 bytes in 4 s are no progress");
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_enough_or_has_nothing_to_take_has_not() {
        let taking = Taking::new(DEADLINE);
        for _ in 0..10 {
            taking.gave(8_192);
            assert!(!stalls_within(&taking, DEADLINE / 2).await);
            taking.asked();
            advance(10 * DEADLINE).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whose_right_has_ended_is_not_waited_for() {
        let (taking, end) = (Taking::new(DEADLINE), End::new(&CancellationToken::new()));
        taking.is_stream(end.clone());
        taking.gave(1);
        assert!(!stalls_within(&taking, Duration::from_secs(1)).await);
        end.cut("revoked");
        assert!(stalls_within(&taking, Duration::ZERO).await);
    }
}
