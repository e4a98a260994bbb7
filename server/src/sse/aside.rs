use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::AcqRel, Ordering::Release};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;

/// A future that is polled only when it has been woken itself, and not whenever its task is: asking a shared token at each
/// event of each stream takes a lock each time.
#[derive(Debug)]
pub(super) struct Aside<F> {
    future: F,
    call: Arc<Call>,
}

#[derive(Debug)]
struct Call {
    came: AtomicBool,
    task: AtomicWaker,
}

impl<F> Aside<F> {
    pub(super) fn new(future: F) -> Self {
        Self { future, call: Arc::new(Call { came: AtomicBool::new(true), task: AtomicWaker::new() }) }
    }
}

impl<F: Future + Unpin> Future for Aside<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        self.call.task.register(context.waker());
        if !self.call.came.swap(false, AcqRel) {
            return Poll::Pending;
        }
        let waker = Waker::from(Arc::clone(&self.call));
        Pin::new(&mut self.future).poll(&mut Context::from_waker(&waker))
    }
}

impl Wake for Call {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.came.store(true, Release);
        self.task.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::pin::pin;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn it_is_polled_when_it_is_woken_and_not_before() {
        let (sender, mut receiver) = oneshot::channel();
        let mut polls = 0;
        let counted = pin!(poll_fn(|context| {
            polls += 1;
            Pin::new(&mut receiver).poll(context)
        }));
        let mut aside = Aside::new(counted);
        for _ in 0..10 {
            let pending = poll_fn(|context| Poll::Ready(Pin::new(&mut aside).poll(context).is_pending())).await;
            assert!(pending);
        }
        tokio::spawn(async move { sender.send(7) });
        assert_eq!(aside.await, Ok(7));
        assert_eq!(polls, 2);
    }
}
