use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use crate::sse::End;

/// How far a connection is. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Requests that have come.
    begun: AtomicUsize,
    /// Answers that are done; of HTTP/2, several may be on their way at one time.
    done: AtomicUsize,
    /// Whether a stream was asked for.
    stream: AtomicBool,
    /// Whether some of an answer may still be on its way to the system.
    unflushed: AtomicBool,
    /// Whether nobody is waited for any longer.
    hurried: AtomicBool,
    /// What ends the stream that was asked for.
    end: OnceLock<End>,
}

/// An answer on its way; dropping it says that it is done.
#[derive(Debug)]
pub(super) struct Answering(Answers);

impl Answers {
    pub(super) fn begin(&self) -> Answering {
        self.0.begun.fetch_add(1, Relaxed);
        Answering(self.clone())
    }

    pub(super) fn begin_stream(&self, end: End) {
        self.0.stream.store(true, Relaxed);
        // A connection carries one: where one was refused before, the next is waited for as long as any.
        drop(self.0.end.set(end));
    }

    pub(super) fn is_stream(&self) -> bool {
        self.0.stream.load(Relaxed)
    }

    /// Notes that some has been written, or that all has.
    pub(super) fn flush(&self, all: bool) {
        self.0.unflushed.store(!all, Relaxed);
    }

    /// Whether the system has all of the answers so far. hyper reads the next request as a rule only then, and doesn't promise
    /// it.
    pub(super) fn are_flushed(&self) -> bool {
        !self.0.unflushed.load(Relaxed)
    }
}

impl Answers {
    /// From now on, whoever doesn't take at once what waits is too slow.
    pub(super) fn hurry(&self) {
        self.0.hurried.store(true, Relaxed);
    }

    pub(super) fn is_hurried(&self) -> bool {
        self.0.hurried.load(Relaxed) || self.0.end.get().is_some_and(End::is_cut)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.0.done.fetch_add(1, Relaxed);
    }
}

/// How long a connection waits for the next request: so long for its first byte, so long for the rest of its head.
#[derive(Debug)]
pub(super) struct Patience {
    idle: Duration,
    head: Duration,
    answers: Answers,
    seen: (usize, usize),
    begun: bool,
    /// None while an answer is on its way: a stream holds no timer.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    pub(super) fn new(head: Duration, idle: Duration, answers: Answers) -> Self {
        // A new connection is there to ask: it gets no idle time.
        Self { idle, head, answers, seen: (0, 0), begun: true, timer: None }
    }

    /// Ready when the time is up; `came` tells that some bytes of a request have just been read.
    pub(super) fn poll(&mut self, context: &mut Context<'_>, came: bool) -> Poll<()> {
        let answers = &self.answers.0;
        let (begun, done) = (answers.begun.load(Relaxed), answers.done.load(Relaxed));
        if (begun, done) != self.seen {
            self.seen = (begun, done);
            self.begun = false;
            self.timer = None;
        }
        if begun != done {
            return Poll::Pending;
        }
        if came && !self.begun {
            self.begun = true;
            self.timer = None;
        }
        let limit = if self.begun { self.head } else { self.idle };
        self.timer.get_or_insert_with(|| Box::pin(sleep(limit))).as_mut().poll(context)
    }
}
